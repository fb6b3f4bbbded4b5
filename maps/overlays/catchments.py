"""Catchments: the land that is nearest to each facility, and a line from each unit to its own."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from maps.canvas import DataLayer, Drawing, LegendEntry
from maps.overlays.marks import swatch
from maps.overlays.streets import encode
from maps.palette import CATCHMENT_COLOURS
from maps.reach import Reach
from maps.scene import WEB, Scene, rings
from maps.symbols import area_swatch

KEY = "catchments"
BUDGET = 150_000
"""Characters that outlines and lines together may take on the page, about."""
CHARACTERS = 17
"""Characters a corner of an outline takes on the page."""
INK = "#33302a"
OPACITY = 0.22


def draw(scene: Scene) -> Drawing:
    """Return one layer with the land of every facility, hidden at first.

    On a served page the outlines are asked for when the layer is first shown.
    """
    reach = scene.reach
    if reach is None or reach.table["facility_id"].isna().all():
        return Drawing()
    say = scene.say
    asked = scene.doors.catchments if scene.doors else ""
    name = say("Who goes where")
    picture = area_swatch(CATCHMENT_COLOURS[0], CATCHMENT_COLOURS[0])
    data: dict[str, Any] = {
        "areas": [],
        "colours": CATCHMENT_COLOURS,
        "style": {"opacity": OPACITY},
        "links": {"lines": _lines(scene, reach), "colour": INK},
        "key": KEY,
    }
    if asked:
        data["source"] = asked
    else:
        data["areas"] = [{"rings": one, "opacity": OPACITY} for one in _outlines(scene, reach)]
    layer = DataLayer("catchments", data, name=name, picture=picture, show=False)
    label = say("land nearest to one facility; lines from units to theirs")
    notes = () if asked else tuple(map(say.note, reach.catchments.attrs["notes"]))
    return Drawing(
        (layer,), (LegendEntry(swatch(picture), label, key=KEY),), heading=name, notes=notes
    )


def _outlines(scene: Scene, reach: Reach) -> list[list[Any]]:
    """Return the rings of each facility's land, generalised so that neighbours still meet."""
    areas = reach.catchments
    shapes = areas.geometry[~(areas.geometry.isna() | areas.geometry.is_empty)]
    tolerance = scene.tolerance
    for _ in range(5):
        plain = shapes.simplify_coverage(tolerance)
        if shapely.get_num_coordinates(plain.to_numpy()).sum() * CHARACTERS <= BUDGET:
            break
        tolerance *= 2
    return [rings(shape) for shape in plain.to_crs(WEB) if not shape.is_empty]


def _lines(scene: Scene, reach: Reach) -> list[str]:
    """Return a straight line from each unit to the facility it has a way to."""
    led = reach.table["facility_id"][reach.table["state"].isin(["within", "beyond"])]
    found = []
    for unit, facility in led.items():
        here = scene.unit_points.get(str(unit))
        there = scene.facility_points.get(str(facility))
        if here and there and here != there:
            found.append(encode(np.array([here[::-1], there[::-1]])))
    return found
