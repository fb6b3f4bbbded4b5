"""Shapefiles, whose table may be in any encoding and cuts headings to ten bytes."""

from __future__ import annotations

from glob import escape
from pathlib import Path

from pyproj import CRS
from pyproj.exceptions import CRSError

from geo_planner.errors import BadEncodingError, EmptyLayerError, UnreadableFileError
from geo_planner.notes import Note, msgid
from layers.sources.disguises import require_true_name
from layers.sources.encodings import choose_codec, decode_cut
from layers.sources.limits import Limits, require_file_size
from layers.sources.table import Cells, KnowsHeading, RawTable, cell_array
from layers.sources.vectors import read_features, table_from_features

_BYTES = "ISO-8859-1"  # one letter a byte: what GDAL hands over can be turned back into the bytes


def read_shapefile(
    path: Path, *, knows: KnowsHeading, sheet: str | None = None, limits: Limits
) -> RawTable:
    """Return the table of a Shapefile; see :func:`layers.sources.read_table`.

    The bytes of the table decide its encoding: what a ``.cpg`` file says if that fits, else UTF-8
    if they are valid UTF-8, else GB18030.
    """
    del knows, sheet
    parts = {part.suffix.lower(): part for part in path.parent.glob(f"{escape(path.stem)}.*")}
    missing = [suffix for suffix in (".dbf", ".shx") if suffix not in parts]
    if missing:
        raise UnreadableFileError(
            path.name, f"{path.stem}{missing[0]} is missing; send all parts of the Shapefile"
        )
    for part in parts.values():
        require_file_size(part, limits)
    if path.stat().st_size == 0:
        raise EmptyLayerError(path.name)
    require_true_name(path)
    meta, fields, shapes = read_features(path, layer=None, limits=limits, encoding=_BYTES)
    names = [str(name) for name in meta["fields"]]
    samples = [name.encode(_BYTES) for name in names]
    samples += [
        value.encode(_BYTES)
        for column in fields
        for value in column
        if isinstance(value, str) and not value.isascii()
    ]
    stated = _cpg(parts.get(".cpg"))
    codec = choose_codec(samples, stated)
    if codec is None:
        raise BadEncodingError(path.name, "neither UTF-8 nor GB18030")
    table = table_from_features(
        file=path.name,
        sheet=None,
        names=[decode_cut(name.encode(_BYTES), codec) for name in names],
        fields=[_decoded(column, codec) for column in fields],
    )
    notes = []
    if stated is None and not all(sample.isascii() for sample in samples):
        notes.append(
            Note(
                "encoding-guessed",
                msgid("The Shapefile does not say its encoding; its table was read as {codec}."),
                {"codec": codec.upper()},
            )
        )
    return RawTable(
        path.name,
        None,
        table.headings,
        table.columns,
        table.rows,
        geometry=shapes,
        crs=_prj(parts.get(".prj")),
        truncated=True,
        notes=tuple(notes),
    )


def _decoded(column: Cells, codec: str) -> Cells:
    return cell_array(
        [
            decode_cut(value.encode(_BYTES), codec).strip() if isinstance(value, str) else value
            for value in column
        ]
    )


def _cpg(path: Path | None) -> str | None:
    """Return the Python name of the encoding that a ``.cpg`` file states."""
    if path is None:
        return None
    word = path.read_text(encoding="ascii", errors="replace").strip().lower()
    if word in ("936", "gbk", "gb2312", "gb18030", "cp936", "ansi 936", "oem 936"):
        return "gb18030"
    return {"65001": "utf-8", "utf8": "utf-8"}.get(word, word or None)


def _prj(path: Path | None) -> CRS | None:
    """Return the system of a ``.prj`` file."""
    if path is None:
        return None
    text = path.read_bytes().decode("utf-8", errors="replace").strip()
    if not text:
        return None
    try:
        return CRS.from_wkt(text)
    except CRSError:
        raise UnreadableFileError(
            path.name, msgid("its coordinate system is not readable")
        ) from None
