"""A static map of one indicator: units by state, facilities, names, scale; the key beside it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo_planner.activity import active_on, existing_on
from geo_planner.monitoring.regiments import parts_of
from maps.figures.canvas import (
    BODY,
    FAINT,
    INK,
    SMALL,
    WIDTH,
    axes_at,
    drawing,
    head,
    head_height,
    marked,
    new_figure,
    words_at,
)
from maps.figures.lettering import drawable, folded
from maps.figures.map_names import Names
from maps.figures.status_key import halo
from maps.palette import LAND, OUTLINE, STATE_STYLES, STREET, StateStyle
from maps.scene import AREAS, CROWD, Scene
from maps.text.values import target_text, value_text
from maps.text.verdicts import method
from maps.text.words import SHAPES, STATE_WORDS

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.patches import PathPatch

    from geo_planner.coverage import Coverage
    from geo_planner.project import Project
    from maps.text import Translator

KEY = 40.0
GAP = 3.0
LEAST, MOST = 70.0, 165.0
"""Height of the map in millimetres."""

STREETS = 20_000
"""Lines at most; beyond, the shortest are left out."""

MARKERS = {"circle": "o", "ring": "o", "diamond": "D", "square": "s"}
SIZES = {"circle": 4.2, "ring": 4.2, "diamond": 4.6, "square": 4.2}
NAMED = 60
"""Uncovered units that are named at most, those that lack most first."""


@drawing()
def coverage_map(project: Project, coverage: Coverage, say: Translator) -> Figure:
    """Return a map of an indicator's units, in the project's own metric system, north up.

    Nothing stands on the map but what is there: key, scale and north arrow are beside it, the map
    approval number (or that there is none), date and method below.
    """
    title = say.label(coverage.indicator.label)
    under = marked(
        project,
        say,
        f"{SHAPES[coverage.status]} {say.status(coverage.status)}",
        value_text(coverage, say),
        say("Target: {target}", target=target_text(coverage, say)),
    )
    drawn = _Map(project, coverage, say)
    width = WIDTH - KEY - GAP
    height = min(max(width * drawn.tall, LEAST), MOST)
    top = head_height(title, under)
    foot = folded(_foot(project, coverage, say), WIDTH - 1, SMALL)
    figure = new_figure(WIDTH, top + height + 3 + 3.4 * len(foot))
    head(figure, title, under)
    axes = axes_at(figure, 0.3, top, width, height)
    metres = drawn.draw(axes, width, height)
    key = axes_at(figure, width + GAP, top, KEY, height)
    key.set_axis_off()
    key.set_xlim(0, KEY)
    key.set_ylim(height, 0)
    _key(key, drawn, metres)
    words_at(figure, 0.5, top + height + 2, "\n".join(foot), size=SMALL, colour=FAINT)
    return figure


def _foot(project: Project, coverage: Coverage, say: Translator) -> str:
    number = project.approval_number
    owners = [note for note in project.notes if note.startswith("©")]
    return " · ".join(
        [
            *owners,
            say("Map approval no. {number}", number=number)
            if number
            else say("No map approval number: for internal use only"),
            say("Figures for {date}", date=coverage.as_of.isoformat()),
            say("Method: {method}", method=method(coverage.method, coverage, say)),
            say("Positions in {crs}", crs=project.crs.name),
        ]
    )


class _Map:
    """What is on the map, and what the key says of it."""

    def __init__(self, project: Project, coverage: Coverage, say: Translator) -> None:
        self.project, self.coverage, self.say = project, coverage, say
        self.scene = Scene(project, say, coverage=coverage)
        source = project.facilities if coverage.basis == "facilities" else project.units
        self.table = coverage.units
        self.shapes: gpd.GeoSeries = source.geometry.reindex(self.table.index)
        self.parts = self._parts()
        self.facilities = self._facilities()
        self.box = self._box()
        self.left_out = 0
        self.unplaced = int((self.shapes.isna() | self.shapes.is_empty).sum())

    @property
    def tall(self) -> float:
        """Height of what is drawn, as a share of its width."""
        west, south, east, north = self.box
        return (north - south) / (east - west)

    def _parts(self) -> gpd.GeoSeries:
        """Return the areas of regiments and districts that exist on the day."""
        shapes = self.project.units.geometry[existing_on(self.project.units, self.coverage.as_of)]
        found = shapes[shapes.index.isin(parts_of(self.project)) & shapes.geom_type.isin(AREAS)]
        return found.simplify(self.scene.tolerance, preserve_topology=True)

    def _facilities(self) -> gpd.GeoSeries:
        """Return the facilities at work on the day of the types the indicator is about."""
        table = self.project.facilities
        if self.coverage.basis == "facilities" or not len(table):
            return table.geometry.iloc[:0]
        wanted = table["facility_type"].isin(self.coverage.indicator.facility_types).to_numpy()
        shapes = table.geometry[wanted & active_on(table, self.coverage.as_of)]
        return shapes[shapes.notna() & ~shapes.is_empty].representative_point()

    def _box(self) -> tuple[float, float, float, float]:
        """Return the corners in metres with a little room around."""
        boxes = np.array(
            [one.total_bounds for one in (self.parts, self.shapes, self.facilities) if len(one)]
        ).reshape(-1, 4)
        boxes = boxes[np.isfinite(boxes).all(axis=1)]
        if not len(boxes):
            return (0.0, 0.0, 1000.0, 1000.0)
        west, south = boxes[:, :2].min(axis=0)
        east, north = boxes[:, 2:].max(axis=0)
        room = max(east - west, north - south, 500.0) * 0.035
        return (west - room, south - room, east + room, north + room)

    def draw(self, axes: Axes, width: float, height: float) -> float:
        """Draw on axes of a size in millimetres and return the metres of a millimetre."""
        west, south, east, north = self.box
        metres = max((east - west) / width, (north - south) / height)
        middle = ((west + east) / 2, (south + north) / 2)
        axes.set_xlim(middle[0] - metres * width / 2, middle[0] + metres * width / 2)
        axes.set_ylim(middle[1] - metres * height / 2, middle[1] + metres * height / 2)
        axes.set_facecolor(LAND)
        axes.set_xticks([])
        axes.set_yticks([])
        for side in axes.spines.values():
            side.set_visible(True)
            side.set_color(OUTLINE)
        self._ground(axes)
        self._units(axes)
        self._pluses(axes)
        self._names(axes, metres)
        drawn = len(self.parts) + len(self.facilities) + len(self.shapes) - self.unplaced
        if not drawn:
            words = drawable(self.say("Nothing here has a position."))
            axes.text(*middle, words, ha="center", va="center")
        return metres

    def _ground(self, axes: Axes) -> None:
        from matplotlib.collections import LineCollection  # noqa: PLC0415 - slow to import

        for shape in self.parts:
            axes.add_patch(patch_of(shape, facecolor="#fffdf8", edgecolor=OUTLINE, linewidth=0.7))
        streets = self.project.streets
        if streets is None or streets.empty:
            return
        lines = shapely.get_parts(
            shapely.line_merge(
                shapely.multilinestrings(shapely.get_parts(streets.geometry.to_numpy()))
            )
        )
        order = np.argsort(-shapely.length(lines), kind="stable")[:STREETS]
        lines = shapely.simplify(lines[order], self.scene.tolerance)
        axes.add_collection(
            LineCollection(
                [shapely.get_coordinates(line) for line in lines],
                colors=STREET,
                linewidths=0.35,
                zorder=1.5,
                rasterized=len(lines) > CROWD,
            )
        )

    def _units(self, axes: Axes) -> None:
        placed = self.shapes.notna() & ~self.shapes.is_empty
        areas = self.shapes.geom_type.isin(AREAS)
        crowd = int(placed.sum()) > CROWD
        for number, state in enumerate(reversed(tuple(STATE_STYLES))):
            style = STATE_STYLES[state]
            rows = placed & (self.table["state"] == state)
            for shape in self.shapes[rows & areas].simplify(self.scene.tolerance):
                made = patch_of(shape, alpha=0.6, linewidth=0.7, zorder=2, **area_looks(style))
                made.set_rasterized(crowd)
                axes.add_patch(made)
            points = self.shapes[rows & ~areas]
            axes.plot(
                points.x.to_numpy(),
                points.y.to_numpy(),
                linestyle="",
                zorder=3 + number * 0.1,
                rasterized=crowd,
                **point_looks(style, scale=0.5 if crowd else 1.0),
            )

    def _pluses(self, axes: Axes) -> None:
        axes.plot(
            self.facilities.x.to_numpy(),
            self.facilities.y.to_numpy(),
            linestyle="",
            zorder=4,
            rasterized=len(self.facilities) > CROWD,
            **PLUS,
        )

    def _names(self, axes: Axes, metres: float) -> None:
        """Write names of regiments, then of uncovered units where there is room."""
        names = Names(axes.get_xlim(), axes.get_ylim(), metres)
        placed = self.shapes.notna() & ~self.shapes.is_empty
        points = self.shapes[placed].representative_point()
        names.keep_clear(shapely.get_coordinates(points.to_numpy()), 1.6)
        corners = shapely.get_coordinates(self.parts.to_numpy())
        named = [(shape.bounds, self.scene.unit_name(code)) for code, shape in self.parts.items()]
        for found in names.together(named, SMALL, corners):
            if found is None:
                self.left_out += 1
            else:
                _name(axes, *found, bold=True, colour="#5c5344")
        lacking = self.table[placed & (self.table["state"] == "uncovered")]
        lacking = lacking.sort_values("rank", kind="stable", na_position="last").iloc[:NAMED]
        for code, name in lacking["name"].items():
            words = self.scene.unit_names.get(str(code)) or str(name)
            at = points[code]
            found = names.beside((at.x, at.y), words, 6.0)
            if found is None:
                self.left_out += 1
            else:
                _name(axes, *found, size=6.0, colour="#8a3d00")


def _name(
    axes: Axes,
    at: tuple[float, float],
    words: str,
    *,
    colour: str,
    size: float = SMALL,
    bold: bool = False,
) -> None:
    axes.text(
        *at,
        drawable(words),
        fontsize=size,
        linespacing=1.05,
        fontweight=700 if bold else 400,
        color=colour,
        ha="center",
        va="center",
        path_effects=halo(1.8),
        zorder=6,
    )


def patch_of(shape: shapely.Geometry, **looks: Any) -> PathPatch:  # noqa: ANN401 - how it is drawn
    """Return an area, its holes left open, as matplotlib draws it."""
    from matplotlib.patches import PathPatch  # noqa: PLC0415 - slow to import
    from matplotlib.path import Path  # noqa: PLC0415

    rings = [
        shapely.get_coordinates(ring)
        for part in shapely.get_parts(shape)
        if part.geom_type == "Polygon"
        for ring in (part.exterior, *part.interiors)
    ]
    paths = [Path(ring, closed=True) for ring in rings if len(ring)]
    return PathPatch(Path.make_compound_path(*paths), **looks)


def area_looks(style: StateStyle) -> dict[str, Any]:
    """Return how an area of a state is drawn."""
    hatch = {"hatched": "////", "dotted": "..."}.get(style.pattern, "")
    return {"facecolor": style.fill, "edgecolor": style.line, "hatch": hatch}


def point_looks(style: StateStyle, *, scale: float = 1.0) -> dict[str, Any]:
    """Return how a point of a state is drawn."""
    return {
        "marker": MARKERS[style.shape],
        "markersize": SIZES[style.shape] * scale,
        "markerfacecolor": style.fill,
        "markeredgecolor": style.line,
        "markeredgewidth": 0.7 * scale,
    }


PLUS: dict[str, Any] = {
    "marker": "P",
    "markersize": 3.0,
    "markerfacecolor": INK,
    "markeredgecolor": "#ffffff",
    "markeredgewidth": 0.35,
}
"""How a facility is drawn: on its unit, both to be seen."""


def _key(axes: Axes, drawn: _Map, metres: float) -> None:
    """Write the key, the scale and the north arrow from the top down."""
    say, table = drawn.say, drawn.table
    y = 2.5
    counts = table["state"].value_counts()
    areas = bool(drawn.shapes.geom_type.isin(AREAS).any())
    entries: list[tuple[str, str, Any]] = []
    for state, style in STATE_STYLES.items():
        if counts.get(state):
            words = f"{say(STATE_WORDS[state])} {counts[state]}"
            entries.append(("state", words, style))
    if len(drawn.facilities):
        types = drawn.project.catalogue.facility_types
        rows = [types[one].label for one in drawn.coverage.indicator.facility_types if one in types]
        words = say.label(rows[0]) if len(rows) == 1 else say("Facilities at work")
        entries.append(("plus", f"{words} {len(drawn.facilities)}", None))
    if len(drawn.parts):
        entries.append(("part", say("Regiments and districts"), None))
    if drawn.project.streets is not None and not drawn.project.streets.empty:
        entries.append(("street", say("Streets"), None))
    for sort, words, style in entries:
        lines = folded(words, KEY - 9, SMALL)
        y += 1.6 * (len(lines) - 1)
        _picture(axes, sort, y, style, areas=areas)
        axes.text(8, y, "\n".join(lines), fontsize=SMALL, va="center", linespacing=1.15)
        y += 1.6 * (len(lines) - 1) + 5.0
    notes = []
    if drawn.unplaced:
        notes.append(
            say.plural(
                "{count} has no position and is not drawn",
                "{count} have no position and are not drawn",
                drawn.unplaced,
                count=drawn.unplaced,
            )
        )
    if drawn.left_out:
        notes.append(
            say.plural(
                "{count} name is left out where there is no room",
                "{count} names are left out where there is no room",
                drawn.left_out,
                count=drawn.left_out,
            )
        )
    for words in notes:
        lines = folded(words, KEY - 1, SMALL)
        axes.text(
            0.5, y - 1.6, "\n".join(lines), fontsize=SMALL, va="top", color=FAINT, linespacing=1.15
        )
        y += 3.2 * len(lines) + 1.5
    _scale(axes, axes.get_ylim()[0], metres, say)


def _picture(axes: Axes, sort: str, y: float, style: StateStyle | None, *, areas: bool) -> None:
    from matplotlib.patches import Rectangle  # noqa: PLC0415 - slow to import

    if sort == "state" and style is not None:
        if areas:
            axes.add_patch(
                Rectangle((0.5, y - 1.5), 6, 3, alpha=0.6, linewidth=0.7, **area_looks(style))
            )
        axes.plot(3.5, y, linestyle="", clip_on=False, **point_looks(style))
    elif sort == "plus":
        axes.plot(3.5, y, linestyle="", clip_on=False, **PLUS)
    elif sort == "part":
        looks: dict[str, Any] = {"facecolor": "#fffdf8", "edgecolor": OUTLINE, "linewidth": 0.7}
        axes.add_patch(Rectangle((0.5, y - 1.5), 6, 3, **looks))
    else:
        axes.plot([0.5, 6.5], [y, y], color=STREET, linewidth=1.0)


def _scale(axes: Axes, height: float, metres: float, say: Translator) -> None:
    """Draw a bar of a round length and the arrow to the north at the lower end."""
    length = round_length(metres * (KEY - 14))
    long, y = length / metres, height - 6.0
    axes.plot([1, 1 + long], [y, y], color=INK, linewidth=1.6, solid_capstyle="butt")
    for end in (1, 1 + long):
        axes.plot([end, end], [y - 1, y + 1], color=INK, linewidth=0.8)
    words = (
        say("{count} km", count=f"{length / 1000:g}")
        if length >= 1000
        else say("{count} m", count=f"{length:g}")
    )
    axes.text(1 + long / 2, y + 3.6, drawable(words), fontsize=SMALL, ha="center", va="center")
    x = KEY - 5
    axes.annotate(
        "",
        (x, height - 13),
        (x, height - 2),
        arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 1.0},
    )
    north = drawable(say("N"))
    axes.text(x, height - 15, north, fontsize=BODY, fontweight=700, ha="center", va="center")


def round_length(most: float) -> float:
    """Return the longest of 1, 2, 5 times a power of ten metres no longer than ``most``."""
    power = 10.0 ** math.floor(math.log10(most))
    return next(factor * power for factor in (5, 2, 1) if factor * power <= most * (1 + 1e-9))
