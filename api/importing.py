"""The one door for files, whichever way they come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from api.street_import import import_streets
from geo_planner.errors import UnknownColumnError

if TYPE_CHECKING:
    from layers.store import ImportReport, Store

Layer = Literal["units", "facilities", "observations", "streets", "barriers"]


def read_mapping(pairs: Sequence[str]) -> dict[str, str]:
    """Return ``HEADING=COLUMN`` words as a mapping; the heading may hold ``=`` itself.

    Raises
    ------
    UnknownColumnError
        If a word is not of that form.
    """
    found = {}
    for pair in pairs:
        if not pair.strip():
            continue
        heading, _, column = pair.rpartition("=")
        if not heading.strip() or not column.strip():
            raise UnknownColumnError(name=pair, near=["HEADING=COLUMN"])
        found[heading.strip()] = column.strip()
    return found


def import_path(
    store: Store,
    path: Path,
    *,
    layer: Layer,
    kind: str | None = None,
    sheet: str | None = None,
    crs: str | None = None,
    axis: str | None = None,
    mapping: Mapping[str, str] | None = None,
    dry_run: bool = False,
) -> ImportReport:
    """Read a file, check it and store it, streets included; blank words mean "not stated".

    Raises
    ------
    RefusedFileError
        With every fault; nothing was stored.
    """
    if layer == "streets":
        return import_streets(
            store, path, crs=crs or None, mapping=mapping or None, dry_run=dry_run
        )[0]
    return store.import_file(
        path,
        layer=layer,
        kind=kind or None,
        sheet=sheet or None,
        crs=crs or None,
        axis=axis or None,
        mapping=mapping or None,
        dry_run=dry_run,
    )
