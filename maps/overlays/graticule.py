"""Meridians and parallels, so that a map without a basemap still has its bearings."""

from __future__ import annotations

from maps.canvas import DataLayer, Drawing
from maps.scene import Scene
from maps.symbols import line_swatch


def draw(scene: Scene) -> Drawing:
    """Return the net of degrees; drawn in the browser for what is in view."""
    layer = DataLayer(
        "graticule",
        {},
        name=scene.say("Latitude and longitude"),
        picture=line_swatch("#b9b2a3", width=1),
    )
    return Drawing(layers=(layer,))
