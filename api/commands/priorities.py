"""The command that ranks units by where the next complete places are most worth creating."""

from __future__ import annotations

from typing import Annotated

import typer

from api.commands.answers import opened
from api.commands.options import AsOf, Excel, Folder, Format, Lang
from api.reader import Reader, day_of
from geo_planner.notes import msgid


def priorities(  # noqa: PLR0913, PLR0917 - options of the command line
    ctx: typer.Context,
    project: Folder,
    bundle: Annotated[
        str | None,
        typer.Option(
            "--bundle",
            metavar="ID",
            help=msgid("Bundle of facilities, an id of the catalogue; else the first there is."),
            show_default=False,
        ),
    ] = None,
    weights: Annotated[
        list[str] | None,
        typer.Option(
            "--weights",
            metavar="NAME=NUMBER",
            help=msgid(
                "Weight of children, missing, distance or cost, in place of the bundle's own; 0 "
                "leaves one out. Several times if wanted."
            ),
            show_default=False,
        ),
    ] = None,
    costs: Annotated[
        list[str] | None,
        typer.Option(
            "--cost",
            metavar="TYPE=YUAN",
            help=msgid("What a facility of a type costs, in place of the catalogue's assumption."),
            show_default=False,
        ),
    ] = None,
    top: Annotated[
        int,
        typer.Option("--top", metavar="K", min=1, max=1000, help=msgid("How many come first.")),
    ] = 10,
    mode: Annotated[
        str | None,
        typer.Option(
            "--mode",
            help=msgid("How people travel: a travel mode of the catalogue; else the bundle's."),
            show_default=False,
        ),
    ] = None,
    as_of: AsOf = None,
    form: Format = "table",
    excel: Excel = False,
    lang: Lang = None,  # noqa: ARG001 - read from all words at once
) -> None:
    """Where the next complete places are most worth creating."""
    reader: Reader = ctx.obj
    given = {
        option: _amounts(ctx, option, texts)
        for option, texts in (("--weights", weights), ("--cost", costs))
    }

    from api.printing import progress  # noqa: PLC0415 - kept out of --help
    from api.ranked import print_priorities  # noqa: PLC0415
    from geo_planner.priorities import priorities as rank  # noqa: PLC0415

    asked = opened(project, reader)
    day = day_of(asked, as_of)
    with progress(reader.text("Walking the streets")):
        found = rank(
            asked,
            bundle or next(iter(asked.catalogue.bundles), ""),
            weights=given["--weights"],
            costs=given["--cost"],
            top=top,
            mode=mode,
            as_of=day,
        )
    print_priorities(found, asked, reader, form=form, excel=excel)


def _amounts(ctx: typer.Context, option: str, texts: list[str] | None) -> dict[str, float]:
    """Return named numbers (several may stand in one word, with commas), or refuse them."""
    found: dict[str, float] = {}
    for text in texts or []:
        for part in text.split(","):
            name, _, number = part.partition("=")
            try:
                found[name.strip()] = float(number)
            except ValueError:
                raise typer.BadParameter(
                    f"'{part}': NAME=NUMBER", ctx=ctx, param_hint=f"'{option}'"
                ) from None
    return found
