"""Zip archives that hold one table or Shapefile, unpacked without trusting their member names."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from geo_planner.errors import UnreadableFileError
from geo_planner.notes import msgid
from layers.sources.limits import Limits, require_file_size, require_unpacked_size


@contextmanager
def unpacked(path: Path, *, suffixes: frozenset[str], limits: Limits) -> Iterator[Path]:
    """Yield the one readable file inside a zip archive, unpacked into a folder that goes away.

    Raises
    ------
    UnreadableFileError
        If the archive is broken or encrypted, names a path outside itself, or holds no or several
        readable files.
    TooLargeError
        If it unfolds to more than allowed.
    """
    require_file_size(path, limits)
    try:
        with zipfile.ZipFile(path) as archive, TemporaryDirectory(prefix="geo-planner-") as folder:
            require_unpacked_size(archive, path.name, limits)
            yield _unpack(archive, Path(folder), path.name, suffixes, limits)
    except (zipfile.BadZipFile, NotImplementedError, EOFError) as broken:
        raise UnreadableFileError(path.name, msgid("it is broken or cut off")) from broken


def _unpack(
    archive: zipfile.ZipFile, folder: Path, name: str, suffixes: frozenset[str], limits: Limits
) -> Path:
    readable: list[Path] = []
    left = limits.bytes_unpacked
    for member in archive.infolist():
        place = PurePosixPath(_member_name(member).replace("\\", "/"))
        if place.is_absolute() or ".." in place.parts or ":" in str(place):
            raise UnreadableFileError(name, msgid("it names files outside the archive"))
        if member.is_dir() or place.name.startswith(".") or "__MACOSX" in place.parts:
            continue
        if member.flag_bits & 0x1:
            raise UnreadableFileError(name, msgid("it is protected by a password"))
        target = folder.joinpath(*place.parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(member) as source, target.open("wb") as sink:
            shutil.copyfileobj(source, sink)
            left -= sink.tell()
        if left < 0:
            raise UnreadableFileError(name, msgid("it unfolds to more than it says"))
        if target.suffix.lower() in suffixes:
            readable.append(target)
    if len(readable) != 1:
        found = ", ".join(sorted(one.name for one in readable)) or "-"
        raise UnreadableFileError(name, f"it must hold exactly one layer or table; found: {found}")
    return readable[0]


def _member_name(member: zipfile.ZipInfo) -> str:
    """Return a member's name; Chinese Windows writes it in GBK without saying so."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return member.filename
