"""Barriers that nobody crosses but at a bridge: canals, railways, expressways, and the bridges."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from maps.canvas import DataLayer, Drawing, LegendEntry
from maps.overlays.marks import swatch
from maps.overlays.streets import encode
from maps.palette import BARRIER_COLOURS, BARRIER_GREY
from maps.scene import AREAS, WEB, Scene, rings, text_of
from maps.symbols import bridge_symbol, stroke_swatch

Strokes = tuple[tuple[str, float, str], ...]
"""Colour, width and dashes of lines drawn one above the other."""

MOST_CROSSINGS = 400
BUDGET = 120_000
"""Characters all barriers together may take on the page."""


def strokes(kind: str) -> Strokes:
    """Return how a kind of barrier is drawn; each looks different without its colour too."""
    colour = BARRIER_COLOURS.get(kind, BARRIER_GREY)
    if kind in ("canal", "river", "water"):
        return ((colour, 3.5, "10 4"),)
    if kind == "railway":
        return ((colour, 4.5, ""), ("#ffffff", 2.5, "7 7"))
    if kind == "expressway":
        return ((colour, 6.0, ""), ("#f3e9f7", 2.0, ""))
    return ((colour, 2.5, "2 5"),)


def draw(scene: Scene) -> Drawing:
    """Return one layer a kind of barrier, and one of the places to cross them.

    On a map of a network they would be taken for its lines.
    """
    barriers = scene.project.barriers
    if barriers is None or barriers.empty or scene.network is not None:
        return Drawing()
    layers: list[DataLayer] = []
    legend: list[LegendEntry] = []
    shapes = barriers.geometry.simplify(_tolerance(scene, barriers)).to_crs(WEB)
    kinds = barriers["kind"].astype("string").fillna("")
    for kind in sorted(kinds.unique(), key=_order):
        rows = (kinds == kind).to_numpy()
        name = scene.kind_label(kind) if kind else scene.say("Barrier")
        key = f"barrier-{kind}"
        lines = _lines(barriers.loc[rows], shapes[rows], kind, name)
        picture = stroke_swatch(strokes(kind))
        data = {"lines": lines, "key": key}
        layers.append(DataLayer("barriers", data, name=name, picture=picture))
        legend.append(LegendEntry(swatch(picture), name, int(rows.sum()), key=key))
    crossing = _crossings(scene, barriers)
    if crossing is not None:
        layers.append(crossing[0])
        legend.append(crossing[1])
    return Drawing(tuple(layers), tuple(legend), heading=scene.say("Barriers"))


def _order(kind: str) -> tuple[int, str]:
    known = list(BARRIER_COLOURS)
    return (known.index(kind) if kind in known else len(known)), kind


def _tolerance(scene: Scene, barriers: gpd.GeoDataFrame) -> float:
    """Return metres a barrier may be moved by, so that all stay within the budget."""
    tolerance = scene.tolerance
    for _ in range(6):
        count = shapely.get_num_coordinates(barriers.geometry.simplify(tolerance).to_numpy()).sum()
        if count * 9 <= BUDGET:
            break
        tolerance *= 2
    return tolerance


def _lines(
    rows: gpd.GeoDataFrame, shapes: gpd.GeoSeries, kind: str, label: str
) -> list[dict[str, Any]]:
    names = rows["name"].map(text_of) if "name" in rows else pd.Series("", index=rows.index)
    drawn = []
    for name, shape in zip(names, shapes, strict=True):
        if shape is None or shape.is_empty:
            continue
        one: dict[str, Any] = {
            "title": f"{label} · {name}" if name else label,
            "strokes": [
                {"colour": colour, "weight": width, "dashes": dashes}
                for colour, width, dashes in strokes(kind)
            ],
        }
        if shape.geom_type in AREAS:
            one["rings"] = rings(shape)
        else:
            parts = shapely.get_parts(shape)
            one["lines"] = [encode(shapely.get_coordinates(part)) for part in parts]
        drawn.append(one)
    return drawn


def _crossings(scene: Scene, barriers: gpd.GeoDataFrame) -> tuple[DataLayer, LegendEntry] | None:
    """Return the places where streets lead across barriers, with their layer."""
    found = crossings(scene.project.streets, barriers)
    if found.empty:
        return None
    say = scene.say
    name = say("Bridges and crossings")
    web = found.to_crs(WEB).geometry.head(MOST_CROSSINGS)
    places = [
        {"at": [round(point.y, 6), round(point.x, 6)], "title": text_of(title) or name}
        for point, title in zip(web, found["name"], strict=False)
    ]
    symbol = bridge_symbol()
    data = {"places": places, "symbol": symbol, "key": "crossings"}
    layer = DataLayer("crossings", data, name=name, picture=symbol)
    return layer, LegendEntry(swatch(symbol), name, len(found), key="crossings")


def crossings(streets: gpd.GeoDataFrame | None, barriers: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the points at which streets cross barriers, with the street's ``name``.

    Where the streets say which of them are bridges or tunnels, only those count: anywhere else the
    two lines meet without a way over.
    """
    nothing = gpd.GeoDataFrame({"name": []}, geometry=[], crs=barriers.crs)
    if streets is None or streets.empty:
        return nothing
    if "bridge" in streets and streets["bridge"].fillna(value=False).astype(bool).any():
        streets = streets.loc[streets["bridge"].fillna(value=False).astype(bool)]
    lines = barriers.geometry.to_numpy()
    lines = np.where(np.isin(shapely.get_dimensions(lines), (2,)), shapely.boundary(lines), lines)
    ways = streets.geometry.to_numpy()
    street, barrier = shapely.STRtree(lines).query(ways, predicate="crosses")
    if not len(street):
        return nothing
    meet = shapely.intersection(ways[street], lines[barrier])
    points, of = shapely.get_parts(meet, return_index=True)
    is_point = shapely.get_type_id(points) == shapely.GeometryType.POINT
    points, of = points[is_point], of[is_point]
    names = (
        streets["name"].to_numpy(dtype=object)[street[of]] if "name" in streets else [""] * len(of)
    )
    made = gpd.GeoDataFrame({"name": names}, geometry=list(points), crs=barriers.crs)
    return made.drop_duplicates(subset="geometry")
