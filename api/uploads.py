"""Files that come in by the browser: named safely, kept only while they are read."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath, PureWindowsPath

from fastapi import UploadFile

from geo_planner.errors import UnreadableFileError
from geo_planner.notes import msgid

_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]")
LONGEST_NAME = 200
"""Bytes a name may take; file systems allow 255."""


def safe_name(name: str | None) -> str:
    """Return the last part of a file name without anything a path or a system could trip over."""
    last = PureWindowsPath(PurePosixPath(name or "").name).name
    cleaned = _UNSAFE.sub("_", last).strip().lstrip(".")
    stem, dot, ending = cleaned.rpartition(".")
    if not dot:
        stem, ending = cleaned, ""
    room = LONGEST_NAME - len(ending.encode()) - 1
    stem = stem.encode()[: max(room, 1)].decode("utf-8", "ignore")
    return f"{stem}{dot}{ending}" if stem and len(ending.encode()) < LONGEST_NAME else "upload"


@contextmanager
def received(files: Sequence[UploadFile]) -> Iterator[Path]:
    """Put uploaded files into a folder of their own and give the one to read.

    Several files are the parts of a shapefile; the ``.shp`` among them is read.

    Raises
    ------
    UnreadableFileError
        If several files come and not exactly one of them is a ``.shp``, or two have one name.
    """
    with tempfile.TemporaryDirectory(prefix="geo-planner-") as folder:
        paths = [_write(one, Path(folder)) for one in files]
        if len(paths) > 1:
            main = [path for path in paths if path.suffix.lower() == ".shp"]
            if len(main) != 1:
                names = ", ".join(path.name for path in paths)
                raise UnreadableFileError(
                    names, msgid("send one file, or all parts of one shapefile")
                )
            paths = main
        yield paths[0]


def _write(upload: UploadFile, folder: Path) -> Path:
    path = folder / safe_name(upload.filename)
    try:
        with path.open("xb") as target:
            shutil.copyfileobj(upload.file, target)
    except FileExistsError:
        raise UnreadableFileError(path.name, msgid("two of the files have this name")) from None
    return path
