"""Commands that ask a project something: coverage, access, check, map."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from api.commands.options import AsOf, Excel, Folder, Format, Lang, Mode
from api.reader import Reader, day_of
from geo_planner.notes import msgid

if TYPE_CHECKING:
    from geo_planner.project import Project


def opened(folder: Path, reader: Reader) -> Project:
    """Return the project in a folder, its language noted."""
    from api.printing import progress  # noqa: PLC0415 - kept out of --help
    from layers import open_project  # noqa: PLC0415

    reader.opens(folder)
    with progress(reader.text("Opening {file}", file=folder.name)):
        return open_project(folder)


def coverage(
    ctx: typer.Context,
    project: Folder,
    indicator: Annotated[
        str | None,
        typer.Option("--indicator", help=msgid("Id of one indicator."), show_default=False),
    ] = None,
    as_of: AsOf = None,
    priority: Annotated[
        Literal["A", "B", "C"] | None,
        typer.Option("--priority", help=msgid("Only targets of one priority."), show_default=False),
    ] = None,
    form: Format = "table",
    excel: Excel = False,
    lang: Lang = None,  # noqa: ARG001 - read from all words at once
) -> None:
    """Verdict on every target or, for one indicator, the units behind it."""
    from api.printing import progress  # noqa: PLC0415 - kept out of --help
    from api.verdicts import print_all, print_one  # noqa: PLC0415
    from geo_planner import measure, measure_all  # noqa: PLC0415

    reader: Reader = ctx.obj
    opened_project = opened(project, reader)
    day = day_of(opened_project, as_of)
    with progress(reader.text("Measuring")):
        if indicator is not None:
            one = measure(opened_project, indicator, as_of=day)
        else:
            found = measure_all(opened_project, as_of=day, priority=priority)
    if indicator is not None:
        print_one(one, reader, form=form, excel=excel)
    else:
        print_all(found, opened_project, day, reader, form=form, excel=excel)


def access(
    ctx: typer.Context,
    project: Folder,
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
    or_drive: Annotated[
        bool,
        typer.Option(
            "--or-drive",
            help=msgid("Also by road, within the type's minutes: on foot, by road, or either."),
        ),
    ] = False,
    as_of: AsOf = None,
    form: Format = "table",
    excel: Excel = False,
    lang: Lang = None,  # noqa: ARG001 - read from all words at once
) -> None:
    """Distance from every unit to its nearest facility."""
    from api.printing import (  # noqa: PLC0415 - kept out of --help
        print_csv,
        print_json,
        progress,
        say,
    )
    from api.verdicts import ACCESS_COLUMNS, ROAD_COLUMNS, print_access  # noqa: PLC0415
    from geo_planner.travel import access as find_access  # noqa: PLC0415
    from geo_planner.travel import reach  # noqa: PLC0415

    reader: Reader = ctx.obj
    if or_drive and limit is not None:
        raise typer.BadParameter(
            reader.text("On foot or by road the type's own limits hold: leave --limit out."),
            param_hint="--or-drive",
        )
    opened_project = opened(project, reader)
    day = day_of(opened_project, as_of)
    with progress(reader.text("Walking the streets")):
        if or_drive:
            frame = reach(opened_project, facility_type, on_foot=mode, as_of=day)
        else:
            frame = find_access(opened_project, facility_type, mode=mode, limit=limit, as_of=day)
    columns = (*ACCESS_COLUMNS, *(ROAD_COLUMNS if or_drive else ()))
    rows = frame.reset_index()[list(columns)].to_dict("records")
    if form == "json":
        print_json(rows)
    elif form == "csv":
        print_csv(rows, columns, excel=excel)
    else:
        print_access(rows, opened_project.catalogue.facility_type(facility_type), reader)
        for note in frame.attrs["notes"]:
            say(f"  · {reader.translator.note(note)}")


def check(
    ctx: typer.Context,
    project: Folder,
    as_of: AsOf = None,
    form: Format = "table",
    excel: Excel = False,
    lang: Lang = None,  # noqa: ARG001 - read from all words at once
) -> None:
    """Report on data quality. Findings are a report, not a refusal: the exit code stays 0."""
    from api.findings import FINDING_COLUMNS, told_places, written_findings  # noqa: PLC0415 - kept out of --help
    from api.printing import print_csv, print_json, print_table, progress, say  # noqa: PLC0415
    from geo_planner import quality  # noqa: PLC0415

    reader: Reader = ctx.obj
    opened_project = opened(project, reader)
    with progress(reader.text("Checking")):
        found = quality.check(opened_project, day_of(opened_project, as_of))
    rows = written_findings(found, reader.translator)
    if form == "json":
        print_json(rows)
    elif form == "csv":
        print_csv(rows, FINDING_COLUMNS, excel=excel)
    elif rows:
        words = (msgid("Weight"), msgid("Layer"), msgid("Finding"), msgid("Where it came from"))
        print_table(
            [
                (row["weight"], row["layer_name"], row["text"], told_places(row["places"]) or None)
                for row in rows
            ],
            [reader.text(text) for text in words],
        )
    else:
        say(reader.text("No finding: nothing contradicts itself."))


def draw(  # noqa: PLR0913, PLR0917 - one option each
    ctx: typer.Context,
    project: Folder,
    out: Annotated[
        Path,
        typer.Option("--out", metavar="FILE.html", help=msgid("File to write."), dir_okay=False),
    ],
    indicator: Annotated[
        str | None,
        typer.Option("--indicator", help=msgid("Id of one indicator."), show_default=False),
    ] = None,
    facility_type: Annotated[
        str | None,
        typer.Option(
            "--facility-type",
            help=msgid(
                "Without --indicator: a map of the access to this type, an id of the catalogue: "
                "streets by minutes, isochrones, who goes where, who is not reached and why. "
                "With it: draw facilities of this type only."
            ),
            show_default=False,
        ),
    ] = None,
    network: Annotated[
        str | None,
        typer.Option(
            "--network",
            metavar="ID",
            help=msgid(
                "A map of this network in levels instead, an id of the catalogue: who lacks which "
                "level, and what each unit leads to."
            ),
            show_default=False,
        ),
    ] = None,
    mode: Annotated[
        str | None,
        typer.Option(
            "--mode",
            help=msgid(
                "How people travel there, a mode of the catalogue; else the type's usual one."
            ),
            show_default=False,
        ),
    ] = None,
    as_of: AsOf = None,
    years: Annotated[
        str | None,
        typer.Option(
            "--years",
            metavar="YEARS",
            help=msgid(
                "Draw the indicator in these years, one of which a slider chooses: 2021-2025, or "
                "2021,2023,2025."
            ),
            show_default=False,
        ),
    ] = None,
    compare: Annotated[
        str | None,
        typer.Option(
            "--compare",
            metavar="YEAR,YEAR",
            help=msgid(
                "Draw the indicator in two years side by side, with what has changed: 2021,2025."
            ),
            show_default=False,
        ),
    ] = None,
    self_contained: Annotated[
        bool,
        typer.Option(
            "--self-contained",
            help=msgid("Everything inside the one file; else scripts stand in a folder beside it."),
        ),
    ] = False,
    lang: Lang = None,  # noqa: ARG001 - read from all words at once
) -> None:
    """Draw the map into a file that needs no network."""
    from api.map_files import write_map  # noqa: PLC0415 - kept out of --help
    from api.printing import progress, say  # noqa: PLC0415
    from geo_planner.monitoring.years import read_years  # noqa: PLC0415
    from maps import draw_map  # noqa: PLC0415

    reader: Reader = ctx.obj
    if network is not None and (indicator or facility_type or mode):
        raise typer.BadParameter(
            reader.text("A map of a network is of nothing else: leave the other questions out."),
            param_hint="--network",
        )
    if out.suffix.lower() not in {".html", ".htm"}:
        raise typer.BadParameter(
            reader.text("The file has to end in {endings}.", endings=".html"), param_hint="--out"
        )
    opened_project = opened(project, reader)
    with progress(reader.text("Drawing")):
        drawn = draw_map(
            opened_project,
            indicator=indicator,
            as_of=day_of(opened_project, as_of),
            years=None if years is None else read_years(years),
            compare=None if compare is None else read_years(compare),
            facility_type=facility_type,
            mode=mode,
            network=network,
            language=reader.language,
        )
        write_map(drawn, out, self_contained=self_contained)
    say(reader.text("Wrote {file}.", file=out))
