"""Commands that change a project: new, import, history, undo."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from api.commands.options import Crs, File, Folder, Format, Lang
from api.reader import Reader
from api.words import LAYERS, STORED
from geo_planner.notes import msgid

if TYPE_CHECKING:
    from layers.store import ImportRecord, ImportReport


def new(
    ctx: typer.Context,
    project: Folder,
    name: Annotated[str, typer.Option("--name", help=msgid("What the office calls the project."))],
    crs: Annotated[
        str | None,
        typer.Option(
            "--crs",
            help=msgid(
                "Coordinate system in metres to keep the project in; else chosen from the data."
            ),
            show_default=False,
        ),
    ] = None,
    lang: Lang = None,
) -> None:
    """Make an empty project."""
    from api.printing import say  # noqa: PLC0415 - kept out of --help
    from layers.store import Store  # noqa: PLC0415

    reader: Reader = ctx.obj
    if not name.strip():
        raise typer.BadParameter(reader.text("A project needs a name."), param_hint="--name")
    Store.create(project, name=name, crs=crs, language=lang or reader.language)
    say(reader.text("Made project '{name}' in {folder}.", name=name, folder=project))


def import_layer(  # noqa: PLR0913 - each argument is an option of the command line
    ctx: typer.Context,
    *,
    project: Folder,
    file: File,
    layer: Annotated[
        Literal["units", "facilities", "observations", "barriers"],
        typer.Option("--layer", help=msgid("Which table the rows belong to.")),
    ],
    kind: Annotated[
        str | None,
        typer.Option(
            "--kind",
            help=msgid(
                "Unit kind, facility type or kind of barrier of every row, "
                "where the file has no such column."
            ),
            show_default=False,
        ),
    ] = None,
    sheet: Annotated[
        str | None,
        typer.Option("--sheet", help=msgid("Sheet or layer inside the file."), show_default=False),
    ] = None,
    crs: Crs = None,
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="HEADING=COLUMN",
            help=msgid("A heading of the file and the column it means; may be repeated."),
            show_default=False,
        ),
    ] = None,
    axis: Annotated[
        str | None,
        typer.Option(
            "--axis",
            metavar="xy|yx",
            help=msgid(
                "Order of plain coordinates: xy is east, north; yx is the Chinese order, X north."
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
    """Read a file through the door that every file takes."""
    from api.importing import import_path, read_mapping  # noqa: PLC0415 - kept out of --help
    from api.printing import progress  # noqa: PLC0415
    from geo_planner.errors import UnknownColumnError  # noqa: PLC0415
    from layers.store import Store  # noqa: PLC0415

    reader: Reader = ctx.obj
    try:
        columns = read_mapping(mapping or [])
    except UnknownColumnError as exc:
        raise typer.BadParameter(exc.name, param_hint="--map HEADING=COLUMN") from None
    reader.opens(project)
    store = Store(project)
    with progress(reader.text("Reading {file}", file=file.name)):
        report = import_path(
            store, file, layer=layer, kind=kind, sheet=sheet, crs=crs,
            mapping=columns, axis=axis, dry_run=dry_run,
        )  # fmt: skip
    print_report(report, reader, form=form)


def report_as_json(report: ImportReport, reader: Reader) -> dict[str, Any]:
    """Return what an import did as data, its notes in the reader's language."""
    return {
        "id": report.import_id,
        "layer": report.layer,
        "file": report.file,
        "dry_run": report.import_id is None,
        "added": report.added,
        "replaced": report.replaced,
        "unchanged": report.unchanged,
        "notes": [
            {"code": note.code, "text": reader.translator.note(note)} for note in report.notes
        ],
    }


REPORT_COLUMNS = ("id", "layer", "file", "dry_run", "added", "replaced", "unchanged")


def print_report(report: ImportReport, reader: Reader, *, form: str = "table") -> None:
    """Say what an import did."""
    from api.printing import print_csv, print_json, say  # noqa: PLC0415 - kept out of --help

    if form != "table":
        row = report_as_json(report, reader)
        print_json(row) if form == "json" else print_csv([row], REPORT_COLUMNS)
        return
    layer = reader.text(LAYERS[report.layer])
    say(
        reader.text(CAN_BE_IMPORTED if report.import_id is None else WAS_IMPORTED, file=report.file)
    )
    say(
        reader.text(
            ROWS_OF_LAYER,
            layer=layer,
            added=report.added,
            replaced=report.replaced,
            unchanged=report.unchanged,
        )
    )
    for note in report.notes:
        say(f"  · {reader.translator.note(note)}")


CAN_BE_IMPORTED = msgid("{file} can be imported. Nothing was stored.")
WAS_IMPORTED = msgid("{file} was imported.")
ROWS_OF_LAYER = msgid("{layer}: {added} rows added, {replaced} replaced, {unchanged} unchanged.")


def history(
    ctx: typer.Context,
    project: Folder,
    form: Format = "table",
    lang: Lang = None,  # noqa: ARG001 - read from all words at once
) -> None:
    """List the imports so far, those taken back included."""
    from dataclasses import asdict  # noqa: PLC0415 - kept out of --help

    from api.printing import print_csv, print_json, say  # noqa: PLC0415
    from layers.store import Store  # noqa: PLC0415

    reader: Reader = ctx.obj
    reader.opens(project)
    entries = Store(project).history()
    if form == "json":
        print_json([asdict(entry) for entry in entries])
    elif form == "csv":
        print_csv([asdict(entry) for entry in entries], HISTORY_COLUMNS)
    elif entries:
        print_history(entries, reader)
    else:
        say(reader.text("Nothing has been imported yet."))


HISTORY_COLUMNS = (
    "id", "layer", "kind", "file", "sheet", "sha256", "added", "replaced", "unchanged",
    "imported_at", "undone_at",
)  # fmt: skip
HISTORY_HEADS = (
    msgid("No."),
    msgid("When"),
    msgid("Layer"),
    msgid("File"),
    msgid("Added"),
    msgid("Replaced"),
    msgid("Unchanged"),
    msgid("Taken back"),
)


def print_history(entries: Sequence[ImportRecord], reader: Reader, *, title: str = "") -> None:
    """Print imports as a table, moments in this computer's time."""
    from api.printing import print_table  # noqa: PLC0415 - kept out of --help

    rows = [
        (
            entry.id,
            f"{entry.imported_at.astimezone():%Y-%m-%d %H:%M}",
            reader.text(STORED.get(entry.layer, entry.layer)),
            entry.file,
            entry.added,
            entry.replaced,
            entry.unchanged,
            f"{entry.undone_at.astimezone():%Y-%m-%d %H:%M}" if entry.undone_at else "",
        )
        for entry in entries
    ]
    heads = [reader.text(text) for text in HISTORY_HEADS]
    print_table(rows, heads, title=title, numbers=(0, 4, 5, 6))


def undo(
    ctx: typer.Context,
    project: Folder,
    form: Format = "table",
    lang: Lang = None,  # noqa: ARG001 - read from all words at once
) -> None:
    """Take the last import back."""
    from dataclasses import asdict  # noqa: PLC0415 - kept out of --help

    from api.printing import print_csv, print_json, say  # noqa: PLC0415
    from layers.store import Store  # noqa: PLC0415

    reader: Reader = ctx.obj
    reader.opens(project)
    taken = Store(project).undo()
    if form == "json":
        print_json(asdict(taken))
    elif form == "csv":
        print_csv([asdict(taken)], HISTORY_COLUMNS)
    else:
        say(reader.text("Took back import {number}: {file}.", number=taken.id, file=taken.file))
