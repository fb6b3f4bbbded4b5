"""Every imported file exactly as received, named by its SHA-256."""

from __future__ import annotations

import re
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path

from geo_planner.errors import UnreadableFileError
from geo_planner.notes import msgid
from layers.store.durable import put_file, sha256_of

_COMPANIONS = frozenset(
    {".shp", ".shx", ".dbf", ".prj", ".cpg", ".qpj", ".sbn", ".sbx", ".qix", ".shp.xml"}
)
_KEPT_NAME = re.compile(r"[0-9a-f]{64}(\.[^/]*)?")


@dataclass(frozen=True, slots=True)
class StagedFile:
    """A copy nobody else changes: ``path`` is read, ``kept`` is what goes into ``sources/``."""

    path: Path
    kept: Path
    sha256: str

    @property
    def stored_name(self) -> str:
        """Name in ``sources/``."""
        return f"{self.sha256}{self.kept.suffix.lower()}"


def stage(path: Path, folder: Path) -> StagedFile:
    """Copy a file under its own name into ``folder``, a shapefile with its companions.

    What is checked, what is stored and what is kept are then one and the same bytes, even if
    somebody saves the file meanwhile.

    Raises
    ------
    UnreadableFileError
        If the file is not there or cannot be read.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        parts = _parts(path)
        for part in parts:
            part.open("rb").close()
    except OSError as problem:
        raise UnreadableFileError(path.name, _reason(problem)) from problem
    for part in parts:
        shutil.copyfile(part, folder / part.name)
    staged = folder / path.name
    kept = staged if len(parts) == 1 else _zipped([folder / part.name for part in parts])
    return StagedFile(staged, kept, sha256_of(kept))


def _reason(problem: OSError) -> str:
    if isinstance(problem, FileNotFoundError):
        return msgid("there is no such file")
    if isinstance(problem, IsADirectoryError):
        return msgid("it is a folder")
    return problem.strerror or str(problem)


def _parts(path: Path) -> list[Path]:
    if path.suffix.lower() != ".shp":
        return [path]
    stem = path.stem.lower()
    wanted = {f"{stem}{ending}" for ending in _COMPANIONS}
    found = [one for one in path.parent.iterdir() if one.name.lower() in wanted]
    return sorted({path, *found})


def _zipped(parts: list[Path]) -> Path:
    """Return a zip file of ``parts`` that has equal bytes for equal parts."""
    archive = parts[0].with_name(parts[0].stem + ".zip")
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as file:
        for part in parts:
            entry = zipfile.ZipInfo(part.name, date_time=(1980, 1, 1, 0, 0, 0))
            with part.open("rb") as source, file.open(entry, "w", force_zip64=True) as target:
                shutil.copyfileobj(source, target)
    return archive


def keep(staged: StagedFile, sources: Path) -> None:
    """Move the staged copy into ``sources/``, unless the same bytes are there already."""
    final = sources / staged.stored_name
    if not final.exists():
        put_file(staged.kept, final)


def remove_strays(sources: Path, known: set[str]) -> None:
    """Remove kept files that no import names: a crash came between keeping and logging them."""
    for path in sources.iterdir():
        if _KEPT_NAME.fullmatch(path.name) and path.name not in known:
            path.unlink()
