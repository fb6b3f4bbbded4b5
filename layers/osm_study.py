"""A project from any OpenStreetMap extract: streets, facilities, and where people live.

What is read out of the extract is written as ordinary files and imported through the same door as
an office's own, so that every row says where it came from.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Literal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from pyproj import CRS

from geo_planner.catalogue import Catalogue
from geo_planner.crs import crs_label
from geo_planner.errors import EmptyLayerError
from geo_planner.notes import msgid
from geo_planner.project import Project
from geo_planner.table_errors import NoBoundariesError
from geo_planner.travel.summary import summarise_access
from layers.catalogue import load_catalogue
from layers.osm_barriers import read_barriers
from layers.osm_files import refuse_broken
from layers.osm_places import OsmPlaces, read_places
from layers.osm_rules import osm_rules
from layers.osm_units import CELL_METRES, AreaUnits, area_units, grid_cells, place_units
from layers.store import Store
from layers.streets import read_streets

ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0"
WEIGHT_NOTE = "以建筑物数代人数 / buildings counted, not people"
"""OpenStreetMap knows where people live, not how many."""
OUTSIDE_NOTE = (
    "{count} 栋建筑不在任何完整的行政区内，未计入 / "
    "{count} buildings lie in no whole administrative area and are not counted"
)
STEPS = (
    msgid("Reading streets"),
    msgid("Reading places and buildings"),
    msgid("Importing units"),
    msgid("Importing facilities"),
    msgid("Importing barriers"),
    msgid("Importing streets"),
)
Progress = Callable[[int, int, str], None]
UnitChoice = Literal["grid", "places", "boundaries"]
UNIT_KINDS: dict[UnitChoice, str] = {"grid": "cell", "places": "place", "boundaries": "area"}


def build_study(
    folder: Path | str,
    osm_file: Path | str,
    *,
    units: UnitChoice = "grid",
    cell_metres: float = CELL_METRES,
    name: str | None = None,
    imported_at: datetime | None = None,
    progress: Progress | None = None,
) -> Store:
    """Make a project in ``folder`` from an extract (``.osm``, ``.osm.pbf``).

    Parameters
    ----------
    folder
        A folder that is not there yet, or is empty.
    units
        ``grid``: squares with at least one building; ``places``: villages and towns, with the
        buildings nearest to each; ``boundaries``: the deepest administrative areas with buildings.
    cell_metres
        Side of a square.
    name
        What to call the project; default the file's name.
    imported_at
        The moment to record for each import; now if not given.
    progress
        Called before each step with its number from 0, how many there are, and its English name.

    Raises
    ------
    UnreadableFileError
        If the file is not OpenStreetMap data, or broken.
    NoStreetsInFileError
        If it has no streets.
    EmptyLayerError
        If it has no building to live in, or no place.
    NoBoundariesError
        If administrative areas are asked for and none that is whole holds a building.
    ExistsError
        If there is something in ``folder`` already.
    """
    source = Path(osm_file)
    say = _steps(progress)
    say()
    streets = read_streets(source)
    say()
    found = read_places(source)
    if found.buildings.empty or (units == "places" and found.settlements.empty):
        raise EmptyLayerError(source.name)
    laid = _lay_units(found, streets.edges.crs, units, cell_metres)
    if laid.units.empty:
        raise NoBoundariesError(source.name)
    rows = Path(__file__).with_name("osm_catalogue")
    Store.create(
        folder,
        name=name or source.name.split(".")[0],
        crs=crs_label(streets.edges.crs),
        as_of=_recorded_on(source),
        notes=(
            ATTRIBUTION,
            WEIGHT_NOTE,
            *([OUTSIDE_NOTE.format(count=laid.outside)] if laid.outside else ()),
        ),
        catalogue=load_catalogue(extra=rows),
        created_at=imported_at,
    )
    shutil.copytree(rows, Path(folder) / "catalogue", dirs_exist_ok=True)
    store = Store(folder)
    with tempfile.TemporaryDirectory() as made:
        files = _write_files(Path(made), source, found, laid, store.catalogue, units)
        say()
        for path, kind in files["units"]:
            store.import_file(path, layer="units", kind=kind, imported_at=imported_at)
        say()
        for path, _ in files["facilities"]:
            store.import_file(path, layer="facilities", imported_at=imported_at)
    say()
    barriers = read_barriers(source, streets.edges.crs)
    if len(barriers):
        store.import_barriers(barriers, source=source, imported_at=imported_at)
    say()
    store.import_streets(streets.edges, source=source, notes=streets.notes, imported_at=imported_at)
    return store


def study_summary(project: Project, *, as_of: date | None = None) -> pd.DataFrame:
    """Return, per facility type an extract can hold, who is within its walking limit.

    Returns
    -------
    DataFrame
        As :func:`geo_planner.travel.summary.summarise_access`; buildings stand in for people.
    """
    known = [name for name in osm_rules().facilities if name in project.catalogue.facility_types]
    return summarise_access(project, known, mode="walk", as_of=as_of)


def _steps(progress: Progress | None) -> Callable[[], None]:
    """Return a function that reports the next step each time it is called."""
    numbers = iter(range(len(STEPS)))

    def say() -> None:
        number = next(numbers)
        if progress is not None:
            progress(number, len(STEPS), STEPS[number])

    return say


def _recorded_on(source: Path) -> date | None:
    """Return the day on which the extract says it was cut, if it says so."""
    import osmium  # noqa: PLC0415 - heavy

    with refuse_broken(source):
        header = osmium.io.Reader(str(source)).header()
    said = header.get("timestamp") or header.get("osmosis_replication_timestamp")
    try:
        return date.fromisoformat(said[:10])
    except ValueError:
        return None


def _lay_units(found: OsmPlaces, metric: CRS, units: UnitChoice, cell_metres: float) -> AreaUnits:
    """Return the units with their parents; only areas can leave buildings out."""
    settlements, buildings = found.settlements.to_crs(metric), found.buildings.to_crs(metric)
    boundaries = found.boundaries.to_crs(metric)
    if units == "boundaries":
        return area_units(buildings, boundaries, settlements)
    districts = _districts(boundaries, buildings)
    table = (
        grid_cells(buildings, settlements, metres=cell_metres)
        if units == "grid"
        else place_units(buildings, settlements)
    )
    table["parent_id"] = _parents(table, districts)
    return AreaUnits(table, districts, outside=0)


def _write_files(
    made: Path,
    source: Path,
    found: OsmPlaces,
    laid: AreaUnits,
    catalogue: Catalogue,
    units: UnitChoice,
) -> dict[str, list[tuple[Path, str | None]]]:
    """Write what was found as GeoJSON files, by layer and with the kind of unit."""
    stem = source.name.split(".")[0]
    files: dict[str, list[tuple[Path, str | None]]] = {"units": [], "facilities": []}
    if len(laid.parents):
        path = _write(laid.parents, made / f"{stem}-areas.geojson")
        files["units"].append((path, "municipality"))
    path = _write(laid.units, made / f"{stem}-{units}.geojson")
    files["units"].append((path, UNIT_KINDS[units]))
    if len(found.facilities):
        facilities = _facilities(found.facilities, catalogue)
        files["facilities"].append((_write(facilities, made / f"{stem}-facilities.geojson"), None))
    return files


def _write(table: gpd.GeoDataFrame, path: Path) -> Path:
    """Write a table as GeoJSON (WGS84, seven decimals: a centimetre)."""
    text = table.to_crs(4326).to_json(drop_id=True, ensure_ascii=False, to_wgs84=True)
    path.write_text(text, encoding="utf-8")
    return path


def _districts(boundaries: gpd.GeoDataFrame, buildings: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the areas of the administrative level that holds most buildings (the deepest such)."""
    held = gpd.sjoin(buildings, boundaries, predicate="within")
    if held.empty:
        return gpd.GeoDataFrame({"unit_id": [], "name": []}, geometry=[], crs=boundaries.crs)
    counts = held.groupby("admin_level")["osm_id_right"].size()
    level = counts[counts == counts.max()].index.max()
    chosen = boundaries.loc[boundaries["admin_level"] == level].reset_index(drop=True)
    return gpd.GeoDataFrame(
        {"unit_id": "area-" + chosen["osm_id"], "name": chosen["name"]},
        geometry=chosen.geometry,
        crs=chosen.crs,
    )


def _parents(table: gpd.GeoDataFrame, districts: gpd.GeoDataFrame) -> npt.NDArray[np.object_]:
    """Return the district each unit's position lies in, None where in none or on a border."""
    parents = np.full(len(table), None, dtype=object)
    if len(districts):
        row, area = districts.sindex.query(table.geometry, predicate="within")
        once = np.flatnonzero(np.bincount(row, minlength=len(table))[row] == 1)
        parents[row[once]] = districts["unit_id"].to_numpy(dtype=object)[area[once]]
    return parents


def _facilities(found: gpd.GeoDataFrame, catalogue: Catalogue) -> gpd.GeoDataFrame:
    """Return facilities in canonical columns; one without a name goes by its type and id."""
    labels = found["facility_type"].map(lambda name: catalogue.facility_type(name).label.zh)
    return gpd.GeoDataFrame(
        {
            "facility_id": found["facility_type"] + "-" + found["osm_id"],
            "name": found["name"].fillna(labels + " " + found["osm_id"]),
            "facility_type": found["facility_type"],
        },
        geometry=found.geometry,
        crs=found.crs,
    )
