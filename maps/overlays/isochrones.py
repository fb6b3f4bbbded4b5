"""Isochrones: the land from which a facility is within the type's limits."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from maps.canvas import DataLayer, Drawing, LegendEntry
from maps.overlays.marks import swatch
from maps.palette import BLUE, GREEN
from maps.reach import Reach
from maps.scene import WEB, Scene, rings
from maps.symbols import area_swatch
from maps.text.numbers import decimal, metres

COLOURS = (GREEN, BLUE)
OPACITY = 0.16


def draw(scene: Scene) -> Drawing:
    """Return one layer a limit, hidden at first, the widest below.

    On a served page the outlines are asked for when a layer is first shown.
    """
    reach = scene.reach
    if reach is None or not reach.limits or scene.project.facilities.empty:
        return Drawing()
    asked = scene.doors.isochrones if scene.doors else ""
    limits = urlencode([("minutes", f"{reach.minutes(limit):.9g}") for limit in reach.limits])
    outlines = {} if asked else _outlines(scene, reach)
    layers, legend = [], []
    for number, limit in reversed(list(enumerate(reach.limits))):
        if not asked and number not in outlines:
            continue
        colour, key = COLOURS[number % len(COLOURS)], f"isochrone-{number}"
        name = limit_text(scene, reach, limit)
        picture = area_swatch(colour, colour)
        style = {"line": colour, "fill": colour, "opacity": OPACITY}
        data: dict[str, Any] = {"key": key, "areas": []}
        if asked:
            data |= {"source": f"{asked}&{limits}", "only": number, "style": style}
        else:
            data["areas"] = [style | {"rings": outlines[number]}]
        layers.append(DataLayer("areas", data, name=name, picture=picture, show=False))
        legend.append(LegendEntry(swatch(picture), name, key=key))
    notes = () if asked else tuple(scene.say.note(note) for note in reach.isochrones.notes)
    return Drawing(tuple(layers), tuple(legend), heading=scene.say("Isochrones"), notes=notes)


def limit_text(scene: Scene, reach: Reach, limit: float) -> str:
    """Return a limit in words: minutes and, on foot, metres."""
    minutes = decimal(reach.minutes(limit), 0)
    if reach.mode.network != "walk":
        return scene.say("Within {minutes} min", minutes=minutes)
    far = metres(limit, scene.say)
    return scene.say("Within {metres} ({minutes} min)", metres=far, minutes=minutes)


def _outlines(scene: Scene, reach: Reach) -> dict[int, list[Any]]:
    """Return the rings of each limit's land, by the limit's number; none where there is none."""
    areas = reach.isochrones.areas
    tolerance = max(scene.tolerance, reach.isochrones.tolerance) / 2
    shapes = areas.geometry.simplify(tolerance, preserve_topology=True).to_crs(WEB)
    return {
        number: rings(shape)
        for number, shape in enumerate(shapes)
        if shape is not None and not shape.is_empty
    }
