"""The command that tries sites out: whom a new site reaches, whom a removed one leaves."""

from __future__ import annotations

from typing import Annotated

import typer

from api.commands.answers import opened
from api.commands.options import AsOf, Excel, Folder, Format, Lang, Mode
from api.commands.travel import FacilityType, numbers_of
from api.reader import Reader, day_of
from geo_planner.notes import msgid


def what_if(  # noqa: PLR0913, PLR0917 - options of the command line
    ctx: typer.Context,
    project: Folder,
    facility_type: FacilityType,
    at: Annotated[
        list[str] | None,
        typer.Option(
            "--at",
            metavar="LON,LAT",
            help=msgid("A site to try, in degrees (WGS 84); several times if wanted."),
            show_default=False,
        ),
    ] = None,
    remove: Annotated[
        list[str] | None,
        typer.Option(
            "--remove",
            metavar="ID",
            help=msgid("A facility to take away, by its id; several times if wanted."),
            show_default=False,
        ),
    ] = None,
    mode: Mode = "walk",
    limit: Annotated[
        float | None,
        typer.Option(
            "--limit",
            metavar="METRES",
            min=0,
            help=msgid("How far counts as within reach; else the type's own limit."),
            show_default=False,
        ),
    ] = None,
    as_of: AsOf = None,
    form: Format = "table",
    excel: Excel = False,
    lang: Lang = None,  # noqa: ARG001 - read from all words at once
) -> None:
    """Whom a new site would reach, and whom a facility taken away would leave."""
    reader: Reader = ctx.obj
    sites = [_place(ctx, text) for text in at or []]
    if not (sites or remove):
        told = reader.text(msgid("Give {first} or {second}."), first="--at", second="--remove")
        raise typer.BadParameter(told, ctx=ctx, param_hint="'--at'")

    from api.printing import progress  # noqa: PLC0415 - kept out of --help
    from api.tried import print_tried  # noqa: PLC0415
    from geo_planner.siting.trial import FacilityIndex  # noqa: PLC0415

    asked = opened(project, reader)
    day = day_of(asked, as_of)
    with progress(reader.text("Walking the streets")):
        index = FacilityIndex.of(asked, facility_type, mode=mode, limit=limit, as_of=day)
        steps, together = index.what_if(at=sites, remove=remove or [])
    print_tried(steps, together, asked, day, reader, form=form, excel=excel)


def _place(ctx: typer.Context, text: str) -> tuple[float, float]:
    """Return longitude and latitude, or refuse them as wrong usage."""
    found = numbers_of(ctx, "--at", text, "91.52,42.83")
    if len(found) != 2 or not (abs(found[0]) <= 180 and abs(found[1]) <= 90):
        raise typer.BadParameter(f"'{text}': 91.52,42.83", ctx=ctx, param_hint="'--at'")
    return found[0], found[1]
