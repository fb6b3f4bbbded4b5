"""Colours that people with any colour vision can tell apart, and the shapes that go with them.

The eight hues are those of Okabe and Ito, "Color Universal Design" (2008). No state is told by
colour alone: each has its shape on points and its pattern on areas. What is unknown is grey and
hatched, never red.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

BLUE = "#0072b2"
SKY = "#56b4e9"
GREEN = "#009e73"
YELLOW = "#f0e442"
ORANGE = "#e69f00"
VERMILLION = "#d55e00"
PURPLE = "#cc79a7"
BLACK = "#1f2933"

LAND = "#f6f4ee"
"""Ground of the map where there is no basemap."""

STREET = "#c9c2b4"
OUTLINE = "#8a8172"


@dataclass(frozen=True, slots=True)
class StateStyle:
    """How a state is drawn: fill and outline, the shape of a point, the pattern of an area."""

    fill: str
    line: str
    shape: str
    pattern: str = "solid"


STATE_STYLES: Mapping[str, StateStyle] = {
    "covered": StateStyle(BLUE, "#004a75", "circle"),
    "uncovered": StateStyle(VERMILLION, "#8a3d00", "diamond"),
    "unknown": StateStyle("#a3acb5", "#4b5560", "square", "hatched"),
    "not_applicable": StateStyle("#ffffff", "#6b7885", "ring", "dotted"),
}
"""By what is known of a unit."""

GAINED_STYLE = StateStyle(GREEN, "#00563f", "hexagon")
"""Of a unit that a proposed site brings within the limit."""

REACH_STYLES: Mapping[str, StateStyle] = {
    "within": StateStyle(BLUE, "#004a75", "circle"),
    "beyond": StateStyle(VERMILLION, "#8a3d00", "diamond"),
    "no_path": StateStyle(BLACK, "#000000", "triangle"),
    "no_facility": StateStyle("#ffffff", "#6b7885", "ring", "dotted"),
}
"""By whether a unit is within reach; what has no position is not on the map."""

MINUTE_COLOURS = ("#0d0887", "#6400a7", "#a62098", "#d5546e", "#ef8050", "#f3b13c")
"""From near to far: Matplotlib's *plasma*, which grows evenly lighter for any colour vision."""

NO_WAY = "#8f979e"
"""Streets from which there is no way."""

CATCHMENT_COLOURS = (BLUE, ORANGE, GREEN, PURPLE, SKY, YELLOW, "#8a6a1f")
"""Land of neighbouring facilities."""

BARRIER_COLOURS: Mapping[str, str] = {
    "canal": "#1f78c8",
    "river": "#1f78c8",
    "water": "#1f78c8",
    "railway": "#333333",
    "expressway": "#7a4b9a",
}
"""Lines that cannot be crossed but at bridges; other kinds are grey."""

BARRIER_GREY = "#6b6257"

KIND_SHAPES = ("hexagon", "pentagon", "square", "triangle", "circle", "diamond", "ring")
KIND_COLOURS = ("#3d3a6b", "#5b5796", "#7d5a86", "#2a7f86", "#8a6a1f", "#4f7a3a", "#5f6b76")
"""Points of units that no verdict colours, by the kind's place in the catalogue."""

STATUS_COLOURS: Mapping[str, str] = {
    "met": "#005f94",
    "near": "#8a5a00",
    "not_met": "#b34700",
    "undetermined": "#4b5560",
    "no_data": "#6b7580",
    "not_applicable": "#6b7580",
    "reference_only": "#4b5560",
    "trend_ok": "#005f94",
    "trend_bad": "#b34700",
}
"""Ground of the verdict's badge; its word is white and stands on it."""


@dataclass(frozen=True, slots=True)
class StatusStyle:
    """How a verdict is drawn in a static figure: a light ground, its outline, its pattern.

    ``pattern`` is matplotlib's code of a hatching; the verdict's mark always stands on it.
    """

    fill: str
    line: str
    pattern: str = ""


STATUS_STYLES: Mapping[str, StatusStyle] = {
    "met": StatusStyle("#9cc7e2", "#005f94"),
    "near": StatusStyle("#f6dc9c", "#8a5a00"),
    "not_met": StatusStyle("#f0a983", "#b34700"),
    "trend_ok": StatusStyle("#d6e9f5", "#005f94", "///"),
    "trend_bad": StatusStyle("#fbe0d0", "#b34700", "\\\\\\"),
    "undetermined": StatusStyle("#c9cfd5", "#4b5560", "xxx"),
    "reference_only": StatusStyle("#eceef1", "#4b5560"),
    "no_data": StatusStyle("#ffffff", "#6b7580", "..."),
    "not_applicable": StatusStyle("#ffffff", "#9aa3ac"),
}
"""Verdicts in static figures, from kept to nothing to judge: the order of stacked bars."""

FACILITY_COLOURS: Mapping[str, str] = {
    "blue": "#00629b",
    "sky": "#1f78b4",
    "green": "#00775a",
    "yellow": "#7d6f00",
    "orange": "#a86400",
    "vermillion": "#b34700",
    "purple": "#9b3f73",
    "brown": "#7a5230",
    "teal": "#2a7f86",
    "pink": "#b0437c",
    "indigo": "#5b5796",
    "grey": "#5f6b76",
    "black": BLACK,
}
"""Palette names of catalogue rows; dark enough for a white symbol."""


def facility_colour(name: str) -> str:
    """Return the colour of a facility type's pin; grey for a name the palette does not have."""
    return FACILITY_COLOURS.get(name, FACILITY_COLOURS["grey"])
