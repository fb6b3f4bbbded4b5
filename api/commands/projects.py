"""Commands that change a project: new, import, streets, history, undo."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from api.commands.options import Crs, File, Folder, Lang
from api.reader import Reader
from api.words import LAYERS
from geo_planner.notes import msgid

if TYPE_CHECKING:
    from layers.store import ImportReport

Shape = Literal["table", "json"]
ShapeOption = Annotated[
    Shape,
    typer.Option("--format", help=msgid("Tables for people, or data alone on standard output.")),
]


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
    Store(project).create(name, crs=crs, **({"language": lang} if lang else {}))
    say(reader.text("Made project '{name}' in {folder}.", name=name, folder=project))


def import_layer(  # noqa: PLR0913 - each argument is an option of the command line
    ctx: typer.Context,
    *,
    project: Folder,
    file: File,
    layer: Annotated[
        Literal["units", "facilities", "observations"],
        typer.Option("--layer", help=msgid("Which table the rows belong to.")),
    ],
    kind: Annotated[
        str | None,
        typer.Option(
            "--kind",
            help=msgid(
                "Unit kind or facility type of every row, where the file has no such column."
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
        Literal["xy", "yx"] | None,
        typer.Option(
            "--axis",
            help=msgid(
                "Order of plain coordinates: xy is east, north; yx is the Chinese order, X north."
            ),
            show_default=False,
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=msgid("Read and check only; store nothing."))
    ] = False,
    form: ShapeOption = "table",
    lang: Lang = None,  # noqa: ARG001 - read from all words at once
) -> None:
    """Read a file through the door that every file takes."""
    from api.printing import progress  # noqa: PLC0415 - kept out of --help
    from layers.store import Store  # noqa: PLC0415

    reader: Reader = ctx.obj
    reader.opens(project)
    store = Store(project)
    with progress(reader.text("Reading {file}", file=file.name)):
        report = store.import_file(
            file, layer=layer, kind=kind, sheet=sheet, crs=crs,
            mapping=read_mapping(mapping or []), axis=axis, dry_run=dry_run,
        )  # fmt: skip
    print_report(report, reader, form=form)


def read_mapping(pairs: Sequence[str]) -> dict[str, str]:
    """Return ``heading=column`` words as a mapping; the heading may hold ``=`` itself."""
    found = {}
    for pair in pairs:
        heading, sign, column = pair.rpartition("=")
        if not sign or not heading.strip() or not column.strip():
            raise typer.BadParameter(f"'{pair}': HEADING=COLUMN", param_hint="'--map'")
        found[heading.strip()] = column.strip()
    return found


def streets(
    ctx: typer.Context,
    project: Folder,
    file: File,
    crs: Crs = None,
    form: ShapeOption = "table",
    lang: Lang = None,  # noqa: ARG001 - read from all words at once
) -> None:
    """Give a project its walking network."""
    from api.printing import progress  # noqa: PLC0415 - kept out of --help
    from layers.store import Store  # noqa: PLC0415

    reader: Reader = ctx.obj
    reader.opens(project)
    store = Store(project)
    with progress(reader.text("Reading {file}", file=file.name)):
        report = store.import_streets(file, crs=crs)
    print_report(report, reader, form=form)


def report_as_json(report: ImportReport, reader: Reader) -> dict[str, Any]:
    """Return what an import did as data, its notes in the reader's language."""
    return {
        "number": report.number,
        "layer": report.layer,
        "file": report.file,
        "rows": report.rows,
        "dry_run": report.dry_run,
        "notes": [
            {"code": note.code, "text": reader.translator.note(note)} for note in report.notes
        ],
    }


def print_report(report: ImportReport, reader: Reader, *, form: Shape = "table") -> None:
    """Say what an import did."""
    from api.printing import print_json, say  # noqa: PLC0415 - kept out of --help

    if form == "json":
        print_json(report_as_json(report, reader))
        return
    sentence = CAN_BE_IMPORTED if report.dry_run else WAS_IMPORTED
    layer = reader.text(LAYERS[report.layer])
    say(reader.text(sentence, file=report.file, rows=report.rows, layer=layer))
    for note in report.notes:
        say(f"  · {reader.translator.note(note)}")


CAN_BE_IMPORTED = msgid("{file} can be imported: {rows} rows into '{layer}'. Nothing was stored.")
WAS_IMPORTED = msgid("{file}: {rows} rows imported into '{layer}'.")


def history(
    ctx: typer.Context,
    project: Folder,
    form: ShapeOption = "table",
    lang: Lang = None,  # noqa: ARG001 - read from all words at once
) -> None:
    """List the imports so far."""
    from api.printing import print_json, print_table, say  # noqa: PLC0415 - kept out of --help
    from layers.store import Store  # noqa: PLC0415

    reader: Reader = ctx.obj
    reader.opens(project)
    entries = [entry.as_json() for entry in Store(project).history()]
    if form == "json":
        print_json(entries)
        return
    if not entries:
        say(reader.text("Nothing has been imported yet."))
        return
    columns = ("number", "at", "layer", "file", "rows")
    heads = [reader.text(text) for text in HISTORY_HEADS]
    print_table([[entry[name] for name in columns] for entry in entries], heads, numbers=(0, 4))


HISTORY_HEADS = (msgid("No."), msgid("When"), msgid("Layer"), msgid("File"), msgid("Rows"))


def undo(
    ctx: typer.Context,
    project: Folder,
    lang: Lang = None,  # noqa: ARG001 - read from all words at once
) -> None:
    """Take the last import back."""
    from api.printing import say  # noqa: PLC0415 - kept out of --help
    from layers.store import Store  # noqa: PLC0415

    reader: Reader = ctx.obj
    reader.opens(project)
    taken = Store(project).undo()
    say(reader.text("Took back import {number}: {file}.", number=taken.number, file=taken.file))
