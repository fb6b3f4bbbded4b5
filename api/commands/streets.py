"""The command that gives a project its streets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.options import Crs, Folder, Format, Lang
from api.commands.projects import print_report, report_as_json
from api.reader import Reader
from geo_planner.notes import msgid

if TYPE_CHECKING:
    from layers.overpass import Bounds
    from layers.store import ImportReport
    from layers.streets import StreetsRead

CLASS_HEADS = (msgid("Class of road"), msgid("Kilometres"))
NETWORK = msgid(
    "Walking network: {edges} edges between {nodes} junctions, in {components} parts that do not "
    "touch; the largest holds {percent} % of the junctions."
)


def streets(  # noqa: PLR0913 - each argument is an option of the command line
    ctx: typer.Context,
    project: Folder,
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE",
            help=msgid("OpenStreetMap extract, or lines in any vector format."),
            exists=True,
            readable=True,
            show_default=False,
        ),
    ] = None,
    *,
    overpass: Annotated[
        str | None,
        typer.Option(
            "--overpass",
            metavar="WHERE",
            help=msgid(
                "Instead of a file, ask an OpenStreetMap server on-line: 'west,south,east,north' "
                "in degrees, or the name of a place."
            ),
            show_default=False,
        ),
    ] = None,
    overpass_url: Annotated[
        str | None,
        typer.Option(
            "--overpass-url",
            help=msgid("Overpass server to ask, such as the office's own."),
            show_default=False,
        ),
    ] = None,
    heights: Annotated[
        Path | None,
        typer.Option(
            "--heights",
            metavar="DEM.tif",
            help=msgid("Height model (GeoTIFF, metres) that says how slopes slow a walk."),
            exists=True,
            readable=True,
            show_default=False,
        ),
    ] = None,
    crs: Crs = None,
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="HEADING=COLUMN",
            help=msgid(
                "A heading of road lines and the column it means: road_class, oneway, direction, "
                "kmh, name, bridge; may be repeated."
            ),
            show_default=False,
        ),
    ] = None,
    join_metres: Annotated[
        float | None,
        typer.Option(
            "--join-metres",
            min=0.0,
            max=50.0,
            help=msgid(
                "Ends of road lines nearer than this to another line are joined to it: 0.5."
            ),
            show_default=False,
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=msgid("Read and check only; store nothing."))
    ] = False,
    form: Format = "table",
    lang: Lang = None,  # noqa: ARG001 - read from all words at once
) -> None:
    """Give a project its streets."""
    from api.importing import read_mapping  # noqa: PLC0415 - kept out of --help
    from api.printing import progress  # noqa: PLC0415
    from api.street_import import import_streets, streets_file  # noqa: PLC0415
    from geo_planner.errors import UnknownColumnError  # noqa: PLC0415
    from layers.store import Store  # noqa: PLC0415

    reader: Reader = ctx.obj
    where = read_where(file, overpass, reader)
    try:
        columns = read_mapping(mapping or [])
    except UnknownColumnError as exc:
        raise typer.BadParameter(exc.name, param_hint="--map HEADING=COLUMN") from None
    reader.opens(project)
    store = Store(project)
    named = overpass if file is None else file.name
    with (
        progress(reader.text("Reading {file}", file=named)),
        streets_file(file, where, overpass_url) as path,
    ):
        report, read = import_streets(
            store, path, crs=crs, mapping=columns or None, join_metres=join_metres,
            heights=heights, dry_run=dry_run,
        )  # fmt: skip
    print_streets(report, read, reader, form=form)


def read_where(file: Path | None, overpass: str | None, reader: Reader) -> str | Bounds | None:
    """Return where to ask for streets, None where a file is given.

    Raises
    ------
    typer.BadParameter
        If it is neither a file nor a place, or both, or no bounds.
    """
    from layers.overpass import parse_where  # noqa: PLC0415 - kept out of --help

    if (file is None) == (overpass is None):
        raise typer.BadParameter(
            reader.text("Name a file, or a place with --overpass."), param_hint="FILE"
        )
    if overpass is None:
        return None
    try:
        where = parse_where(overpass)
    except ValueError:
        where = ""
    if not where:
        raise typer.BadParameter(
            reader.text("Give west,south,east,north in degrees, or the name of a place."),
            param_hint="--overpass",
        )
    return where


def print_streets(
    report: ImportReport, read: StreetsRead, reader: Reader, *, form: str = "table"
) -> None:
    """Say what was stored, how long it is by class of road, and into how many parts it falls."""
    from api.printing import print_json, print_table, say  # noqa: PLC0415
    from layers.road_columns import class_word  # noqa: PLC0415

    if form == "json":
        print_json({**report_as_json(report, reader), "streets": dict(read.facts)})
        return
    print_report(report, reader, form=form)
    if form != "table":
        return
    facts = read.facts
    say(
        reader.text(
            NETWORK,
            edges=facts["edges"],
            nodes=facts["nodes"],
            components=facts["components"],
            percent=round(100 * facts["largest_share"], 1),
        )
    )
    chinese = reader.language == "zh-CN"
    rows = [
        ((class_word(name) if chinese else name) or reader.text("not known"), f"{length:.1f}")
        for name, length in sorted(facts["class_km"].items(), key=lambda row: -row[1])
    ]
    print_table(rows, [reader.text(head) for head in CLASS_HEADS], numbers=(1,))
