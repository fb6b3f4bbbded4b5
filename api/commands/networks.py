"""The command that says of networks in levels who lacks which level."""

from __future__ import annotations

from typing import Annotated

import typer

from api.commands.answers import opened
from api.commands.options import AsOf, Excel, Folder, Format, Lang
from api.reader import Reader, day_of
from geo_planner.notes import msgid


def network(
    ctx: typer.Context,
    project: Folder,
    network: Annotated[
        str | None,
        typer.Option(
            "--network",
            metavar="ID",
            help=msgid("Id of one network of the catalogue; else all of them, counted by level."),
            show_default=False,
        ),
    ] = None,
    as_of: AsOf = None,
    form: Format = "table",
    excel: Excel = False,
    lang: Lang = None,  # noqa: ARG001 - read from all words at once
) -> None:
    """Who lacks which level of a network, and whose level above is lacking."""
    from api.networked import print_network, print_networks  # noqa: PLC0415 - kept out of --help
    from api.printing import progress  # noqa: PLC0415
    from geo_planner.networks import all_networks  # noqa: PLC0415
    from geo_planner.networks import network as report_of  # noqa: PLC0415

    reader: Reader = ctx.obj
    asked = opened(project, reader)
    day = day_of(asked, as_of)
    with progress(reader.text("Measuring")):
        reports = all_networks(asked, day) if network is None else [report_of(asked, network, day)]
    if network is None:
        print_networks(reports, asked, day, reader, form=form, excel=excel)
    else:
        print_network(reports[0], asked, reader, form=form, excel=excel)
