"""One reader a family of file formats; all of them give a :class:`RawTable`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from geo_planner.errors import NotKnownError, TooLargeError, UnknownFormatError, UnreadableFileError
from geo_planner.notes import msgid
from layers.sources.limits import DEFAULT_LIMITS, Limits
from layers.sources.table import KnowsHeading, RawTable

__all__ = ["DEFAULT_LIMITS", "FORMATS", "KnowsHeading", "Limits", "RawTable", "read_table"]

FORMATS: Mapping[str, str] = {
    **dict.fromkeys((".xlsx", ".xlsm", ".xls", ".ods"), "sheet"),
    **dict.fromkeys((".csv", ".tsv", ".txt"), "text"),
    **dict.fromkeys((".gpkg", ".geojson", ".json", ".kml", ".kmz", ".fgb"), "vector"),
    ".shp": "shapefile",
    **dict.fromkeys((".parquet", ".geoparquet"), "parquet"),
    ".zip": "archive",
}
"""Known file name endings and the family that reads them."""

_SINGLE = frozenset({"text", "shapefile", "parquet"})
"""Families whose files hold one table, so that no sheet can be asked for."""


class _Reader(Protocol):
    def __call__(
        self, path: Path, *, knows: KnowsHeading, sheet: str | None, limits: Limits
    ) -> RawTable: ...


def read_table(
    path: Path, *, knows: KnowsHeading, sheet: str | None = None, limits: Limits = DEFAULT_LIMITS
) -> RawTable:
    """Return the table of a file as it stands there.

    Parameters
    ----------
    path
        The file; its ending says the format.
    knows
        Whether a heading is known; finds the heading row of sheets and text files.
    sheet
        Sheet or layer of the file; by default the one with the most known headings, or the first
        with shapes.
    limits
        Largest sizes taken.

    Raises
    ------
    UnknownFormatError, UnreadableFileError, BadEncodingError, EmptyLayerError, TooLargeError
        With a reason a clerk can act on.
    NotKnownError
        If there is no such sheet; the sheets are named (none for a format with one table only).
    """
    family = FORMATS.get(path.suffix.lower())
    if family is None:
        raise UnknownFormatError(path.name, sorted(FORMATS))
    if not path.is_file():
        raise UnreadableFileError(path.name, msgid("there is no such file"))
    if sheet is not None and family in _SINGLE:
        raise NotKnownError("sheet", sheet, ["—"])
    if family == "archive":
        return _read_archive(path, knows=knows, sheet=sheet, limits=limits)
    try:
        return _reader(family)(path, knows=knows, sheet=sheet, limits=limits)
    except MemoryError:
        raise TooLargeError(path.name, "-", msgid("the memory of this computer")) from None


def _reader(family: str) -> _Reader:
    """Return the reader of a family; imported on use, since GDAL and Arrow are heavy."""
    if family == "sheet":
        from layers.sources.sheets import read_sheet  # noqa: PLC0415

        return read_sheet
    if family == "text":
        from layers.sources.delimited import read_delimited  # noqa: PLC0415

        return read_delimited
    if family == "shapefile":
        from layers.sources.shapefile import read_shapefile  # noqa: PLC0415

        return read_shapefile
    if family == "parquet":
        from layers.sources.geoparquet import read_parquet  # noqa: PLC0415

        return read_parquet
    from layers.sources.vectors import read_vector  # noqa: PLC0415

    return read_vector


def _read_archive(
    path: Path, *, knows: KnowsHeading, sheet: str | None, limits: Limits
) -> RawTable:
    from layers.sources.archives import unpacked  # noqa: PLC0415

    readable = frozenset(suffix for suffix, family in FORMATS.items() if family != "archive")
    with unpacked(path, suffixes=readable, limits=limits) as inner:
        table = read_table(inner, knows=knows, sheet=sheet, limits=limits)
    return RawTable(
        **{
            **{name: getattr(table, name) for name in RawTable.__dataclass_fields__},
            "file": path.name,
        }
    )
