"""How large an input may be, so that one file cannot exhaust an office computer."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

from geo_planner.errors import TooLargeError

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one import.

    Attributes
    ----------
    bytes_on_disk, bytes_unpacked
        Size of the file, and of what a packed file (xlsx, zip, kmz) unfolds to.
    unpacked_ratio
        How many times larger a packed file may unfold, once that is more than 200 MB.
    rows, columns
        Rows and columns of one table.
    cells
        Cells between the first and the last filled one of a spreadsheet, blank ones included.
    members
        Files inside an archive.
    """

    bytes_on_disk: int = 500 * MEGABYTE
    bytes_unpacked: int = 3000 * MEGABYTE
    unpacked_ratio: int = 200
    rows: int = 2_000_000
    columns: int = 2_000
    cells: int = 50_000_000
    members: int = 2_000


DEFAULT_LIMITS = Limits()


def megabytes(size: int) -> str:
    """Return a size for people."""
    return f"{size / MEGABYTE:,.0f} MB"


def require_file_size(path: Path, limits: Limits) -> None:
    """Raise :class:`TooLargeError` if the file is larger than allowed."""
    size = path.stat().st_size
    if size > limits.bytes_on_disk:
        raise TooLargeError(path.name, megabytes(size), megabytes(limits.bytes_on_disk))


def require_unpacked_size(archive: zipfile.ZipFile, name: str, limits: Limits) -> None:
    """Raise :class:`TooLargeError` if an archive unfolds to more than allowed (a zip bomb)."""
    members = archive.infolist()
    if len(members) > limits.members:
        raise TooLargeError(name, f"{len(members)} files", f"{limits.members} files")
    size = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    most = min(limits.bytes_unpacked, max(200 * MEGABYTE, limits.unpacked_ratio * packed))
    if size > most:
        raise TooLargeError(name, megabytes(size), megabytes(most))


def require_table_size(name: str, rows: int, columns: int, limits: Limits) -> None:
    """Raise :class:`TooLargeError` if a table has more rows or columns than allowed."""
    if rows > limits.rows:
        raise TooLargeError(name, f"{rows:,} rows", f"{limits.rows:,} rows")
    if columns > limits.columns:
        raise TooLargeError(name, f"{columns:,} columns", f"{limits.columns:,} columns")
