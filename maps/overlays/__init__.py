"""What a map is drawn of: one file an overlay, each a function from a scene to a drawing.

To add one, write its file and name it here. The order is that of the legend, the layer control and
the side panel.
"""

from __future__ import annotations

from collections.abc import Callable

from maps.canvas import Drawing
from maps.overlays import (
    barriers,
    catchments,
    chooser,
    coverage,
    facilities,
    graticule,
    isochrones,
    minutes,
    networks,
    proposals,
    reach,
    routes,
    streets,
    underserved,
    units,
    unreached,
    verdicts,
    years,
)
from maps.scene import Scene

OVERLAYS: tuple[Callable[[Scene], Drawing], ...] = (
    chooser.draw,
    proposals.draw,
    networks.draw,
    years.draw,
    underserved.draw,
    unreached.draw,
    verdicts.draw,
    coverage.draw,
    reach.draw,
    minutes.draw,
    units.draw,
    facilities.draw,
    isochrones.draw,
    catchments.draw,
    streets.draw,
    barriers.draw,
    routes.draw,
    graticule.draw,
)
