"""The route of the unit that is clicked: kept compactly, shown by the page's script."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_planner.travel.routes import Routes
from geo_planner.travel.why.explanation import Explanation
from maps.canvas import DataLayer, Drawing
from maps.overlays.minutes import FINER
from maps.overlays.streets import DOUBLINGS, encode_lines
from maps.reach import Reach
from maps.scene import WEB, Scene

BUDGET = 220_000
"""Characters the stretches of all routes may take on the page."""


def draw(scene: Scene) -> Drawing:
    """Return what the page needs to show a unit's route, or nothing where nobody travels."""
    reach = scene.reach
    if reach is None or reach.table.empty:
        return Drawing()
    say = scene.say
    asked = scene.doors.explain if scene.doors else ""
    data: dict[str, Any] = {
        "pieces": [],
        "onward": [],
        "arriving": [],
        "left_out": [],
        "facilities": [],
        "units": {},
        "why": {} if asked else {unit: _why(scene, one) for unit, one in reach.explained.items()},
        "short": []
        if asked
        else [str(one) for one in reach.unreached.index if str(one) not in reach.explained],
        "explain": asked,
        "words": {
            "whole": say("Show the whole route"),
            "left_out": say("This route is left out to keep the page small."),
            "asking": say("Asking why …"),
            "worst": say("This file explains the units at the top of the list only."),
            "unanswered": say("The server did not answer why."),
            "causes": say("Why"),
            "fixes": say("What would help"),
            "more": say("What it brings, and what else would help"),
        },
    }
    data |= _straight_lines(scene, reach)
    left_out = _add_routes(scene, reach, data) if scene.project.streets is not None else 0
    notes: tuple[str, ...] = ()
    if left_out:
        notes = (
            say.plural(
                "The route of {number} unit is left out to keep the page small.",
                "The routes of {number} units are left out to keep the page small.",
                left_out,
            ),
        )
    layer = DataLayer("routes", data, name=say("Route"), control=False)
    return Drawing((layer,), notes=notes)


def _why(scene: Scene, found: Explanation) -> dict[str, Any]:
    """Return an explanation as the server gives it: causes, and changes with where they lead."""
    say = scene.say
    return {
        "causes": [{"text": say.note(one.note)} for one in found.causes],
        "fixes": [
            {
                "texts": [say.note(note) for note in one.notes],
                "line": None if one.gap is None else _course(scene, one.gap.line),
            }
            for one in found.fixes
        ],
        "notes": [{"text": say.note(note)} for note in found.notes],
    }


def _course(scene: Scene, line: shapely.LineString) -> dict[str, Any]:
    web = gpd.GeoSeries([line], crs=scene.project.crs).to_crs(WEB).iloc[0]
    return {"coordinates": np.round(shapely.get_coordinates(web), 6).tolist()}


def _straight_lines(scene: Scene, reach: Reach) -> dict[str, Any]:
    """Return where the facilities are, and each unit with the one it is shown with."""
    shown = reach.table["facility_id"].dropna()
    places = [str(one) for one in shown.unique() if str(one) in scene.facility_points]
    number = {name: place for place, name in enumerate(places)}
    units: dict[str, dict[str, Any]] = {}
    for unit, facility in shown.items():
        here = scene.unit_points.get(str(unit))
        if here and str(facility) in number:
            units[str(unit)] = {"at": here, "facility": number[str(facility)], "first": -1}
    return {"facilities": [scene.facility_points[one] for one in places], "units": units}


def _add_routes(scene: Scene, reach: Reach, data: dict[str, Any]) -> int:
    """Put in stretches within the budget, the worst units first; return how many miss theirs."""
    found, unit_ids, facility_ids = reach.routes
    texts, sizes = _encoded(scene, found.pieces)
    leaving, arriving = (
        encode_lines(gpd.GeoSeries(legs, crs=scene.project.crs))
        for legs in (found.leaving, found.arriving)
    )
    kept = np.zeros(len(texts), dtype=bool)
    spent = 0
    order = _worst_first(reach, unit_ids)
    units: dict[str, dict[str, Any]] = data["units"]
    for place in order:
        unit = str(unit_ids[place])
        if found.facility[place] < 0 or unit not in units:
            continue
        way = _way(found, place, kept)
        cost = int(sizes[way].sum())
        if spent + cost > BUDGET:
            del units[unit]
            data["left_out"].append(unit)
            continue
        kept[way] = True
        spent += cost
        units[unit]["first"] = int(found.first[place])
        units[unit]["leaving"] = leaving[place]
        if found.direct[place]:
            units[unit]["direct"] = True
    number = np.cumsum(kept) - 1
    renamed = [*np.where(kept, number, -1).tolist(), -1]
    data["pieces"] = [text for text, keep in zip(texts, kept, strict=True) if keep]
    data["onward"] = [renamed[one] for one, keep in zip(found.onward, kept, strict=True) if keep]
    for shown in units.values():
        shown["first"] = renamed[shown["first"]]
    at = {str(name): place for place, name in enumerate(facility_ids)}
    named = reach.table["facility_id"].dropna().unique()
    shown_ids = [str(one) for one in named if str(one) in scene.facility_points]
    data["arriving"] = [arriving[at[name]] if name in at else "" for name in shown_ids]
    return len(data["left_out"])


def _worst_first(reach: Reach, unit_ids: pd.Index) -> list[int]:
    place = {name: number for number, name in enumerate(unit_ids)}
    worst = [place[name] for name in reach.unreached.index if name in place]
    return worst + sorted(set(range(len(unit_ids))) - set(worst))


def _way(found: Routes, unit: int, kept: np.ndarray[Any, Any]) -> list[int]:
    """Return the stretches of a unit's route that are not kept yet."""
    way = []
    piece = int(found.first[unit])
    while piece >= 0 and not kept[piece]:
        way.append(piece)
        piece = int(found.onward[piece])
    return way


def _encoded(scene: Scene, pieces: np.ndarray[Any, Any]) -> tuple[list[str], np.ndarray[Any, Any]]:
    """Return stretches encoded, generalised while together they are over the budget."""
    tolerance = scene.tolerance / FINER
    for _ in range(1 + DOUBLINGS):
        lines = gpd.GeoSeries(shapely.simplify(pieces, tolerance), crs=scene.project.crs)
        texts = encode_lines(lines)
        sizes = np.array([len(text) + 8 for text in texts], dtype=np.int64)
        if sizes.sum() <= BUDGET:
            break
        tolerance *= 2
    return texts, sizes
