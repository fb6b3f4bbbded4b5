"""What a map is drawn of: one file an overlay, each a function from a scene to a drawing.

To add one, write its file and name it here. The order is that of the legend, the layer control and
the side panel.
"""

from __future__ import annotations

from collections.abc import Callable

from maps.canvas import Drawing
from maps.overlays import coverage, facilities, graticule, streets, underserved, units, verdicts
from maps.scene import Scene

OVERLAYS: tuple[Callable[[Scene], Drawing], ...] = (
    underserved.draw,
    verdicts.draw,
    coverage.draw,
    units.draw,
    facilities.draw,
    streets.draw,
    graticule.draw,
)
