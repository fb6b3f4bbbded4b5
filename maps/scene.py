"""What is drawn: the project, the verdict shown, and positions reprojected once for the web."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_planner.project import Project
from maps.text import Translator

if TYPE_CHECKING:
    from geo_planner.coverage import Coverage
    from geo_planner.monitoring.year_figures import YearChange, YearFigure
    from geo_planner.networks import NetworkReport
    from geo_planner.siting.proposal import Proposal
    from maps.reach import Doors, Reach

WEB = 4326
DIGITS = 6
"""Decimals of a degree kept on a page: 0.1 m."""

AREAS = ("Polygon", "MultiPolygon")

CROWD = 2500
"""Above this many features a layer is drawn on a canvas, with plain circles."""


@dataclass(frozen=True)
class Scene:
    """A project and what is asked of it.

    Attributes
    ----------
    coverage
        The indicator's result that colours the map, if one was asked for.
    verdicts
        Results listed beside the map when no indicator was chosen.
    facility_type
        Draw facilities of this type only, if given.
    reach
        The ways to that type, on a map of access.
    proposal
        Where to build facilities of that type, on a map of a proposal.
    years
        The indicator in several years, one of which the reader chooses.
    change
        The indicator in two years, side by side.
    network
        How a network in levels stands, on a map of one.
    doors
        What the page may ask of its server.
    say
        Translator of the reader's language.
    """

    project: Project
    say: Translator
    coverage: Coverage | None = None
    verdicts: tuple[Coverage, ...] = ()
    facility_type: str | None = None
    as_of: date | None = None
    reach: Reach | None = None
    proposal: Proposal | None = None
    network: NetworkReport | None = None
    doors: Doors | None = None
    years: tuple[YearFigure, ...] = ()
    change: YearChange | None = None

    @property
    def year_figures(self) -> tuple[YearFigure, ...]:
        """The years drawn, oldest first; empty on a map of one day."""
        return self.years or ((self.change.earlier, self.change.later) if self.change else ())

    @cached_property
    def tolerance(self) -> float:
        """Metres below which shape is not seen: a four-thousandth of the project's extent."""
        frames = (self.project.units, self.project.facilities)
        boxes = [frame.total_bounds for frame in frames if len(frame)]
        spans = [max(box[2] - box[0], box[3] - box[1]) for box in boxes if np.isfinite(box).all()]
        return max(1.0, max(spans, default=0.0) / 4000)

    @cached_property
    def unit_shapes(self) -> gpd.GeoSeries:
        """Shapes of units in degrees, areas simplified; missing where none is recorded."""
        shapes = self.project.units.geometry
        area = shapes.geom_type.isin(AREAS)
        plain = shapes.copy()
        plain[area] = shapes[area].simplify(self.tolerance, preserve_topology=True)
        return plain.to_crs(WEB)

    @cached_property
    def unit_areas(self) -> Mapping[str, shapely.Geometry]:
        """Areas in degrees of the units that have one."""
        shapes = self.unit_shapes
        area = shapes[shapes.geom_type.isin(AREAS)]
        return dict(zip(map(str, area.index), area, strict=True))

    @cached_property
    def unit_points(self) -> Mapping[str, tuple[float, float]]:
        """Latitude and longitude of each unit that has a position, in areas a point inside."""
        return _places(self.project.units)

    @cached_property
    def adjoining(self) -> frozenset[str]:
        """Units whose areas touch or overlap one of the same kind: their names stand inside."""
        shapes = self.project.units.geometry
        area = shapes.geom_type.isin(AREAS)
        touching: set[str] = set()
        for _, rows in self.project.units.loc[area].groupby("kind", sort=False):
            first, second = rows.sindex.query(rows.geometry, predicate="intersects")
            touching.update(str(rows.index[place]) for place in first[first != second])
        return frozenset(touching)

    @cached_property
    def facility_points(self) -> Mapping[str, tuple[float, float]]:
        """Latitude and longitude of each facility that has a position."""
        return _places(self.project.facilities)

    @cached_property
    def shown_facilities(self) -> pd.DataFrame:
        """Facilities to draw."""
        table = self.project.facilities
        if self.network is not None:
            levels = self.network.network.levels
            types = [one for level in levels for one in level.facility_types]
            return table.loc[table["facility_type"].isin(types)]
        if self.facility_type is None:
            return table
        return table.loc[table["facility_type"] == self.facility_type]

    @cached_property
    def unit_names(self) -> Mapping[str, str]:
        """Name of each unit in the reader's language where it is recorded."""
        table = self.project.units
        names = table["name"].astype("string").fillna("")
        if self.say.language == "en" and "name_en" in table:
            names = table["name_en"].astype("string").fillna(names)
        return dict(zip(map(str, table.index), names.tolist(), strict=True))

    def unit_name(self, unit_id: object) -> str:
        """Return a unit's name, or its code where the project does not know it."""
        return self.unit_names.get(str(unit_id)) or str(unit_id)

    def kind_label(self, kind: object) -> str:
        """Return the label of a kind of unit or barrier, or of a facility type."""
        catalogue, name = self.project.catalogue, str(kind)
        row = (
            catalogue.unit_kinds.get(name)
            or catalogue.facility_types.get(name)
            or catalogue.barrier_kinds.get(name)
        )
        return str(kind) if row is None else self.say.label(row.label)


def _places(table: gpd.GeoDataFrame) -> dict[str, tuple[float, float]]:
    shapes = table.geometry
    usable = shapes.notna() & ~shapes.is_empty
    points = shapes[usable].representative_point().to_crs(WEB)
    return {
        str(key): (round(y, DIGITS), round(x, DIGITS))
        for key, x, y in zip(points.index, points.x, points.y, strict=True)
    }


def rings(shape: shapely.Geometry, *, digits: int = 5) -> list[Any]:
    """Return an area as Leaflet takes it: polygons of rings of ``[lat, lon]``."""
    parts = shapely.get_parts(shape)
    return [
        [_ring(ring, digits) for ring in (part.exterior, *part.interiors)]
        for part in parts
        if part.geom_type == "Polygon" and not part.is_empty
    ]


def _ring(ring: shapely.LinearRing, digits: int) -> list[list[float]]:
    coordinates = np.round(shapely.get_coordinates(ring)[:-1, ::-1], digits)
    changed = np.ones(len(coordinates), dtype=bool)
    changed[1:] = (np.diff(coordinates, axis=0) != 0).any(axis=1)
    kept: list[list[float]] = coordinates[changed].tolist()
    return kept


def text_of(value: Any) -> str:  # noqa: ANN401 - a cell may be anything
    """Return a cell as text, empty where it is missing."""
    if (
        value is None
        or value is pd.NaT
        or (not isinstance(value, (list, tuple)) and pd.isna(value))
    ):
        return ""
    if isinstance(value, pd.Timestamp):
        return str(value.date())
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def source_of(row: Mapping[str, Any], say: Translator) -> str:
    """Return where a row came from: file, sheet and spreadsheet row."""
    file, sheet, number = (
        text_of(row.get(name)) for name in ("source_file", "source_sheet", "source_row")
    )
    if not file:
        return ""
    if sheet and number:
        return say("{file}, sheet {sheet}, row {row}", file=file, sheet=sheet, row=number)
    return say("{file}, row {row}", file=file, row=number) if number else file


def is_simulated(row: Mapping[str, Any]) -> bool:
    """Return whether a row is marked as made up."""
    return text_of(row.get("simulated")).lower() in {"true", "1"}


def sorted_kinds(scene: Scene, kinds: Sequence[str]) -> list[str]:
    """Return unit kinds from the top of the hierarchy down, unknown ones last."""
    known = scene.project.catalogue.unit_kinds
    return sorted(kinds, key=lambda kind: (known[kind].level if kind in known else 99, kind))
