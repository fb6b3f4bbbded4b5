"""The report the committee's office hands in, as a document."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from api.commands.options import Folder, Lang, read_day
from api.reader import Reader
from geo_planner.notes import msgid

if TYPE_CHECKING:
    from maps.reports import DocumentForm

FORMS: tuple[DocumentForm, ...] = ("docx", "xlsx", "pdf", "html")


def report(
    ctx: typer.Context,
    project: Folder,
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            metavar="FILE",
            help=msgid("File to write: .docx, .xlsx, .pdf or .html; its ending says the form."),
            dir_okay=False,
            show_default=False,
        ),
    ],
    kind: Annotated[
        Literal["annual", "midterm", "final"],
        typer.Option(
            "--kind",
            help=msgid("Annual compares with the year before; mid-term and final with the base."),
        ),
    ] = "annual",
    year: Annotated[
        int | None,
        typer.Option(
            "--year",
            metavar="YEAR",
            help=msgid("Year of the report; that of the project's own day where nothing says."),
            show_default=False,
        ),
    ] = None,
    known_on: Annotated[
        date | None,
        typer.Option(
            "--known-on",
            metavar="DATE",
            parser=read_day,
            help=msgid("Run it again as the project was known at the end of this day."),
            show_default=False,
        ),
    ] = None,
    at_import: Annotated[
        int | None,
        typer.Option(
            "--at-import",
            metavar="NUMBER",
            min=0,
            help=msgid("The same, right after the import of this number (see history)."),
            show_default=False,
        ),
    ] = None,
    template: Annotated[
        Path | None,
        typer.Option(
            "--template",
            metavar="FILE.docx",
            help=msgid("The office's own Word template; see report-template."),
            exists=True,
            dir_okay=False,
            show_default=False,
        ),
    ] = None,
    office: Annotated[
        str | None,
        typer.Option(
            "--office",
            metavar="NAME",
            help=msgid("Who hands the report in, for its cover."),
            show_default=False,
        ),
    ] = None,
    lang: Lang = None,  # noqa: ARG001 - read from all words at once
) -> None:
    """Write the monitoring report."""
    reader: Reader = ctx.obj
    from api.printing import progress  # noqa: PLC0415 - kept out of --help
    from api.reporting import compose_report  # noqa: PLC0415
    from layers.store import Store  # noqa: PLC0415
    from maps.reports import write_report  # noqa: PLC0415

    form = _form_of(out, reader, word_only=template is not None)
    reader.opens(project)
    with progress(reader.text("Composing the report")):
        composed = compose_report(
            Store(project),
            kind,
            year,
            reader.translator,
            known_on=known_on,
            at_import=at_import,
            office=office,
        )
        made = write_report(composed, form, template=template)
    _write(out, made, reader)


def report_template(
    ctx: typer.Context,
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            metavar="FILE.docx",
            help=msgid("Word file to write, to restyle and bring back with report --template."),
            dir_okay=False,
            show_default=False,
        ),
    ],
    lang: Lang = None,  # noqa: ARG001 - read from all words at once
) -> None:
    """Write our Word template, for an office to make its own of it."""
    reader: Reader = ctx.obj
    from maps.reports.word_template import default_template  # noqa: PLC0415 - heavy

    _form_of(out, reader, word_only=True)
    _write(out, default_template(reader.language), reader)


def _form_of(out: Path, reader: Reader, *, word_only: bool) -> DocumentForm:
    """Return the form that the ending of a file says, or refuse it as wrong usage."""
    allowed: tuple[DocumentForm, ...] = ("docx",) if word_only else FORMS
    for form in allowed:
        if out.suffix.lower() == f".{form}":
            return form
    endings = ", ".join(f".{form}" for form in allowed)
    raise typer.BadParameter(
        reader.text("The file has to end in {endings}.", endings=endings), param_hint="--out"
    )


def _write(out: Path, made: bytes, reader: Reader) -> None:
    """Write a file; the old one stays until the new one is whole."""
    from api.whole_files import write_whole  # noqa: PLC0415 - kept out of --help

    write_whole(out, made)
    typer.echo(reader.text("Written: {file}", file=str(out)), err=True)
