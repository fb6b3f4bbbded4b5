"""The command about returns: who has sent what, forms to fill in, and the wordings of a figure."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.answers import opened
from api.commands.options import AsOf, Excel, Folder, Format, Lang
from api.reader import Reader
from geo_planner.notes import msgid

if TYPE_CHECKING:
    from geo_planner.catalogue import Label
    from geo_planner.project import Project


def returns(  # noqa: PLR0913, PLR0917 - one option each
    ctx: typer.Context,
    project: Folder,
    year: Annotated[
        int,
        typer.Option(
            "--year", help=msgid("Calendar year that the returns are for."), min=1900, max=2200
        ),
    ],
    department: Annotated[
        str | None,
        typer.Option(
            "--department", help=msgid("Only this department, by its name."), show_default=False
        ),
    ] = None,
    template: Annotated[
        Path | None,
        typer.Option(
            "--template",
            metavar="FOLDER|FILE.xlsx",
            help=msgid("Write the forms to fill in: one a department, or that of one department."),
            show_default=False,
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help=msgid("Write over forms that are there."))
    ] = False,
    versions: Annotated[
        bool,
        typer.Option(
            "--versions",
            help=msgid("What the figure of --indicator and --unit was after each import."),
        ),
    ] = False,
    indicator: Annotated[
        str | None,
        typer.Option(
            "--indicator",
            help=msgid("Id of one indicator: with --versions, or for a form of it alone."),
            show_default=False,
        ),
    ] = None,
    unit: Annotated[
        str | None,
        typer.Option("--unit", help=msgid("Code of a unit: with --versions."), show_default=False),
    ] = None,
    as_of: AsOf = None,
    form: Format = "table",
    excel: Excel = False,
    lang: Lang = None,  # noqa: ARG001 - read from all words at once
) -> None:
    """Who has returned the figures of a year, and who is late or missing."""
    from api.printing import progress  # noqa: PLC0415 - kept out of --help
    from api.returned import print_returns  # noqa: PLC0415
    from geo_planner.monitoring.return_status import return_status  # noqa: PLC0415
    from geo_planner.monitoring.returns import find_department  # noqa: PLC0415

    reader: Reader = ctx.obj
    if versions:
        _show_versions(project, year, indicator, unit, reader, form=form, excel=excel)
        return
    asked = opened(project, reader)
    chosen = None if department is None else find_department(asked, year, department)
    if template is not None:
        _write_forms(asked, year, chosen, indicator, template, reader, force=force)
        return
    with progress(reader.text("Measuring")):
        status = return_status(asked, year, as_of=as_of)
    print_returns(status, reader, department=chosen, form=form, excel=excel)


def _show_versions(
    folder: Path,
    year: int,
    indicator: str | None,
    unit: str | None,
    reader: Reader,
    *,
    form: str,
    excel: bool,
) -> None:
    from api.returned import print_versions  # noqa: PLC0415 - kept out of --help
    from layers.store import Store  # noqa: PLC0415

    if indicator is None or unit is None:
        raise typer.BadParameter(
            reader.text("Say which figure: --indicator and --unit."), param_hint="--versions"
        )
    reader.opens(folder)
    store = Store(folder)
    row = store.catalogue.indicator(indicator)
    found = store.versions(indicator, unit, str(year))
    what = f"{reader.translator.label(row.label)} · {unit} · {year}"
    print_versions(found, reader, what=what, form=form, excel=excel)


def _write_forms(
    project: Project,
    year: int,
    department: Label | None,
    indicator: str | None,
    target: Path,
    reader: Reader,
    *,
    force: bool,
) -> None:
    """Write one form or all of them: nothing where any of the files is there already."""
    from api.printing import progress, say  # noqa: PLC0415 - kept out of --help
    from geo_planner.monitoring.return_errors import FormsThereError  # noqa: PLC0415
    from geo_planner.monitoring.return_forms import return_form, return_forms  # noqa: PLC0415
    from maps.reports.return_form import form_name, form_workbook  # noqa: PLC0415

    one_file = target.suffix.lower() == ".xlsx"
    if one_file and department is None:
        raise typer.BadParameter(
            reader.text("One file is the form of one department: say --department."),
            param_hint="--template",
        )
    say_ = reader.translator
    with progress(reader.text("Writing forms")):
        wanted = None if indicator is None else (indicator,)
        forms = (
            return_forms(project, year)
            if department is None
            else (return_form(project, year, department, indicators=wanted),)
        )
        folder = target.parent if one_file else target
        names = [target.name] if one_file else [form_name(one, say_) for one in forms]
        there = [name for name in names if (folder / name).exists()]
        if there and not force:
            raise FormsThereError(str(folder), there)
        folder.mkdir(parents=True, exist_ok=True)
        for name, one in zip(names, forms, strict=True):
            (folder / name).write_bytes(form_workbook(one, say_))
    for name, one in zip(names, forms, strict=True):
        say(reader.text("{file}: {count} rows to fill in", file=name, count=len(one.rows)))
    say(reader.text("Forms were written to {folder}.", folder=folder))
