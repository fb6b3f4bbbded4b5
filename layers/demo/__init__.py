"""The demonstration project: the real units of the 13th Division, everything else made up.

The office files in ``files/`` go through the same door as anybody's. ``python -m
layers.demo.generate`` writes them again from a fixed seed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from layers.demo.lessons import REFERENCE_DATE

if TYPE_CHECKING:
    from geo_planner.project import Project
    from layers.store import Store

__all__ = ["DEMO_FILES", "FILES", "OfficeFile", "build_demo", "demo_project"]

FILES = Path(__file__).with_name("files")
NAME = "第十三师新星市（演示，模拟数据）"
METRIC_CRS = "EPSG:4540"
RECEIVED = datetime(2026, 5, 6, 10, 0, tzinfo=UTC)
"""The moment recorded for the imports of :func:`demo_project`: always the same, and after the last
return of 2025 has come."""

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class OfficeFile:
    """One file as received, and what the office says about it when it imports it.

    Attributes
    ----------
    crs
        Datum or CRS as the covering letter states it; None where the file says so itself.
    """

    name: str
    layer: Literal["units", "facilities", "observations", "streets", "barriers"]
    kind: str | None = None
    crs: str | None = None


DEMO_FILES: Sequence[OfficeFile] = (
    OfficeFile("division.csv", "units", crs="EPSG:4490"),
    OfficeFile("regiments.shp", "units"),
    OfficeFile("companies_2025.xlsx", "units", kind="company", crs="EPSG:4490"),
    OfficeFile("communities.csv", "units", crs="EPSG:4490"),
    OfficeFile("community_areas.geojson", "units"),
    OfficeFile("facilities_2025.xlsx", "facilities", crs="GCJ-02"),
    OfficeFile("returns_2023_2025.csv", "observations"),
    OfficeFile("streets.geojson", "streets"),
    OfficeFile("barriers.geojson", "barriers"),
    OfficeFile("returns_2020_2022.csv", "observations"),
)
"""In the order in which they are imported: parents before their children, old years last."""


def build_demo(
    folder: Path | str, *, imported_at: datetime | None = None, progress: Progress | None = None
) -> Store:
    """Make the demonstration project in ``folder`` from the committed office files.

    Parameters
    ----------
    folder
        A folder that is not there yet, or is empty.
    imported_at
        The moment to record for each import; now if not given.
    progress
        Called before each file with its number from 0, how many there are, and its name; and once
        more at the end with the last number and an empty name.

    Raises
    ------
    ExistsError
        If there is something in ``folder`` already.
    """
    from layers.store import Store  # noqa: PLC0415 - geopandas is heavy
    from layers.streets import read_streets  # noqa: PLC0415

    store = Store.create(
        folder,
        name=NAME,
        crs=METRIC_CRS,
        as_of=date.fromisoformat(REFERENCE_DATE),
        created_at=imported_at,
    )
    for number, file in enumerate(DEMO_FILES):
        if progress is not None:
            progress(number, len(DEMO_FILES), file.name)
        path = FILES / file.name
        if file.layer == "streets":
            read = read_streets(path, store.crs)
            store.import_streets(read.edges, source=path, notes=read.notes, imported_at=imported_at)
        else:
            store.import_file(
                path, layer=file.layer, kind=file.kind, crs=file.crs, imported_at=imported_at
            )
    if progress is not None:
        progress(len(DEMO_FILES), len(DEMO_FILES), "")
    return store


def demo_project() -> Project:
    """Return the demonstration project, built in a temporary folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        return build_demo(Path(folder) / "demo", imported_at=RECEIVED).project()
