"""The command that shows the whole chain once: import, verdicts, walks, map."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from api.commands.options import Lang
from api.reader import Reader
from geo_planner.notes import msgid

if TYPE_CHECKING:
    from geo_planner.project import Project
    from layers.osm_study import UnitChoice

DEFAULT_FOLDER = Path("geo-planner-demo")


def demo(
    ctx: typer.Context,
    folder: Annotated[
        Path, typer.Argument(metavar="[DIR]", help=msgid("Folder to build in."))
    ] = DEFAULT_FOLDER,
    serve: Annotated[
        bool, typer.Option("--serve", help=msgid("Open the web application on it afterwards."))
    ] = False,
    osm: Annotated[
        Path | None,
        typer.Option(
            "--osm", metavar="FILE.osm.pbf", exists=True, dir_okay=False, show_default=False,
            help=msgid("Build the project from an OpenStreetMap extract instead."),
        ),
    ] = None,
    units: Annotated[
        Literal["grid", "places", "boundaries"] | None,
        typer.Option(
            "--units", show_default=False,
            help=msgid(
                "Units of a project from an extract: grid cells with buildings (the default), "
                "settlements, or administrative boundaries."
            ),
        ),
    ] = None,
    lang: Lang = None,
) -> None:  # fmt: skip
    """Build a project through the same import door as anyone's files and run the main job on it."""
    from api.main_job import run_main_job  # noqa: PLC0415 - kept out of --help

    reader: Reader = ctx.obj
    if units is not None and osm is None:
        raise typer.BadParameter(
            reader.text("Units are chosen for an extract: state it with --osm."),
            param_hint="--units",
        )
    project = _build(folder, osm, units or "grid", reader)
    run_main_job(project, folder, reader)
    if serve:
        from api.commands.serving import open_server  # noqa: PLC0415

        open_server(reader, projects=folder, lang=lang)


def _build(folder: Path, osm: Path | None, units: UnitChoice, reader: Reader) -> Project:
    """Build beside the folder, then put it in its place."""
    from api.demo_folder import fresh_folder  # noqa: PLC0415 - kept out of --help
    from api.printing import progress  # noqa: PLC0415
    from layers import open_project  # noqa: PLC0415

    title = reader.text("Building {file}", file=folder.name)
    with fresh_folder(folder) as building, progress(title) as step:
        if osm is None:
            from layers.demo import build_demo  # noqa: PLC0415

            build_demo(building, progress=step)
        else:
            from layers.osm_study import build_study  # noqa: PLC0415

            def told(done: int, total: int, name: str) -> None:
                step(done, total, reader.text(name) if name else "")

            build_study(building, osm, units=units, progress=told)
    return open_project(folder)
