"""The command that says why a unit is far from a facility."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from api.commands.answers import opened
from api.commands.options import AsOf, Folder, Lang, Mode
from api.reader import Reader, day_of
from geo_planner.notes import msgid


def explain(
    ctx: typer.Context,
    project: Folder,
    unit: Annotated[str, typer.Option("--unit", help=msgid("Code of the unit to explain."))],
    facility_type: Annotated[
        str,
        typer.Option(
            "--facility-type", help=msgid("Facility type to reach, an id of the catalogue.")
        ),
    ],
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
    form: Annotated[
        Literal["table", "json"],
        typer.Option("--format", help=msgid("Sentences for people, or data alone as JSON.")),
    ] = "table",
    lang: Lang = None,  # noqa: ARG001 - read from all words at once
) -> None:
    """Why a unit is near or far, and what one change would bring."""
    from api.explained import explanation_json, print_explanation  # noqa: PLC0415 - kept out of --help
    from api.printing import print_json, progress  # noqa: PLC0415
    from geo_planner.travel.explain import explain as find_why  # noqa: PLC0415

    reader: Reader = ctx.obj
    opened_project = opened(project, reader)
    day = day_of(opened_project, as_of)
    with progress(reader.text("Walking the streets")):
        found = find_why(opened_project, unit, facility_type, mode=mode, limit=limit, as_of=day)
    if form == "json":
        print_json(explanation_json(found, opened_project, reader.translator))
    else:
        print_explanation(found, opened_project, reader)
