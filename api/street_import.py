"""Streets into a project: from a file or an Overpass server, with heights if there are any."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from layers.overpass import Bounds
    from layers.store import ImportReport, Store
    from layers.streets import StreetsRead


def import_streets(
    store: Store,
    path: Path,
    *,
    crs: str | None = None,
    mapping: Mapping[str, str] | None = None,
    join_metres: float | None = None,
    heights: Path | None = None,
    dry_run: bool = False,
) -> tuple[ImportReport, StreetsRead]:
    """Read a network, give it the heights of a GeoTIFF if one is named, and store it.

    Raises
    ------
    DataError
        If the network or the height model cannot be read; nothing was stored.
    """
    from layers.streets import JOIN_METRES, read_streets  # noqa: PLC0415 - osmium is heavy

    read = read_streets(
        path,
        store.crs,
        crs=crs,
        mapping=mapping,
        join_metres=JOIN_METRES if join_metres is None else join_metres,
    )
    if heights is not None:
        from layers.heights import with_heights  # noqa: PLC0415 - heavy

        climbed = with_heights(read.edges, heights)
        read = replace(
            read,
            edges=climbed.edges,
            notes=(*read.notes, *climbed.notes),
            facts={**read.facts, **climbed.facts},
        )
    report = store.import_streets(read.edges, source=path, notes=read.notes, dry_run=dry_run)
    return report, read


@contextmanager
def streets_file(file: Path | None, where: str | Bounds | None, url: str | None) -> Iterator[Path]:
    """Yield the file to read: the one given, or the answer of an Overpass server."""
    if where is None:
        assert file is not None
        yield file
        return
    from layers.overpass import fetch_streets  # noqa: PLC0415 - heavy

    with tempfile.TemporaryDirectory() as folder:
        yield fetch_streets(where, Path(folder), url=url)
