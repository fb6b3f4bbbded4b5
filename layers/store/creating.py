"""A new project: its folder appears whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geo_planner.catalogue import Catalogue
from geo_planner.errors import ExistsError, NotWrittenError
from layers.store.settings import ProjectSettings, write_settings
from layers.store.tables import LAYERS
from layers.store.writing import Folder, create_database


def create_project(
    final: Path, settings: ProjectSettings, *, catalogue: Catalogue, moment: str
) -> None:
    """Make the folder of an empty project.

    Raises
    ------
    ExistsError
        If there is something at ``final`` already.
    NotWrittenError
        If the disk does not take it.
    """
    if final.exists() and not (final.is_dir() and not any(final.iterdir())):
        raise ExistsError(str(final))
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
        with _made_beside(final) as made:
            folder = Folder(made)
            for part in (folder.sources, folder.history, folder.catalogue):
                part.mkdir()
            crs = settings.metric_crs
            create_database(folder, LAYERS, catalogue=catalogue, crs=crs, moment=moment)
            write_settings(folder.settings, settings)
    except OSError as problem:
        raise NotWrittenError(final.name, str(problem)) from problem


@contextmanager
def _made_beside(final: Path) -> Iterator[Path]:
    """Yield an empty folder that gets the name ``final`` at the end; it is gone after an error."""
    made = Path(tempfile.mkdtemp(prefix=f".{final.name}.", dir=final.parent))
    try:
        inside = made / "project"
        inside.mkdir()
        yield inside
        if final.exists():
            final.rmdir()
        inside.rename(final)
    finally:
        shutil.rmtree(made, ignore_errors=True)
