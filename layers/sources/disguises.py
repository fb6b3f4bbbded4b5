"""Vector files must be what their name says, since GDAL goes by content and not by name.

A file called ``roads.kml`` may hold one of GDAL's own job descriptions (a virtual dataset, a
streamed algorithm, a web service), which name other files of this computer or addresses of its
network and have GDAL read them. Nothing of the kind is opened here: the first bytes must be those
of the format, none of those words may stand in them, and what opened the file is asked afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from geo_planner.errors import UnreadableFileError
from geo_planner.notes import msgid

_HEAD = 1 << 20
_BEGINNINGS: Mapping[str, bytes] = {
    ".gpkg": b"SQLite format 3\x00",
    ".fgb": b"fgb",
    ".kmz": b"PK",
    ".shp": b"\x00\x00\x27\x0a",
}
_BOM = rb"\A(?:\xef\xbb\xbf)?\s*"
_SHAPES: Mapping[str, re.Pattern[bytes]] = {
    ".geojson": re.compile(_BOM + rb"\{"),
    ".json": re.compile(_BOM + rb"\{"),
    ".kml": re.compile(
        _BOM + rb"(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^>]*>\s*)*<(?:\w+:)?kml[\s>]", re.DOTALL
    ),
}
_JOBS = re.compile(
    rb"<OGR|<VRT|<GDAL|gdal_streamed_alg|opengis\.net/(?:gml|wfs|csw|wms)|<WFS", re.IGNORECASE
)
_DRIVERS: Mapping[str, frozenset[str]] = {
    ".gpkg": frozenset(("GPKG",)),
    ".fgb": frozenset(("FlatGeobuf",)),
    ".kml": frozenset(("LIBKML", "KML")),
    ".kmz": frozenset(("LIBKML", "KML")),
    ".shp": frozenset(("ESRI Shapefile",)),
    ".geojson": frozenset(("GeoJSON", "GeoJSONSeq", "ESRIJSON", "TopoJSON", "JSONFG")),
    ".json": frozenset(("GeoJSON", "GeoJSONSeq", "ESRIJSON", "TopoJSON", "JSONFG")),
}


def require_true_name(path: Path) -> None:
    """Refuse a vector file whose first bytes are not those of the format it is named after.

    Raises
    ------
    UnreadableFileError
        If they are not, or if they are written for GDAL itself.
    """
    suffix = path.suffix.lower()
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    begins, shape = _BEGINNINGS.get(suffix), _SHAPES.get(suffix)
    other = begins is not None and not head.startswith(begins)
    other |= shape is not None and not shape.match(head)
    other |= shape is not None and _JOBS.search(head) is not None
    if other:
        raise UnreadableFileError(path.name, _OTHER)


def require_driver(path: Path, driver: str) -> None:
    """Refuse a file that GDAL opened as something else than its name says."""
    known = _DRIVERS.get(path.suffix.lower())
    if known is not None and driver not in known:
        raise UnreadableFileError(path.name, _OTHER)


_OTHER = msgid("its content is not what its name says")
