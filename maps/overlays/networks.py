"""A network in levels as a hierarchy: units as nodes, lines up, and who lacks which level.

Nodes are larger the higher their level, and told by colour and by shape; a line is told by the
state of the unit it leads to. A unit above others whose own position is not recorded is drawn in
the middle of them, and says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import shapely
from markupsafe import Markup

from geo_planner.tally import REASONS
from maps.canvas import DataLayer, Drawing, LegendEntry
from maps.fragments import fragment
from maps.overlays.marks import layer_data, swatch, symbol_size, unit_feature
from maps.overlays.streets import encode_lines
from maps.overlays.underserved import LISTED
from maps.palette import OUTLINE, STATE_STYLES
from maps.scene import WEB, Scene, is_simulated, rings, source_of, text_of
from maps.symbols import area_fill, area_swatch, state_symbol, stroke_swatch
from maps.text.networks import HELD_WORDS, LINK_WORDS, chain_text

if TYPE_CHECKING:
    from geo_planner.networks import LevelCount, NetworkReport

SIZES = (34, 24, 15)
"""Pixels of a node by level from the top; deeper levels are like the last."""
STROKES: Mapping[str, tuple[str, float, str]] = {
    "covered": ("#0b4f6c", 2.6, ""),
    "uncovered": ("#d55e00", 4.0, "8 5"),
    "unknown": ("#6b7580", 2.8, "2 5"),
}
"""Colour, width and dashes of a line by the state of the unit above."""
GROUND = "#e8e2d3"
GROUPED = 2
"""Level under whose units the list is grouped."""
NAMED = 10
"""Names in a sentence that counts units."""

Place = tuple[float, float]
Row = Mapping[str, Any]


def draw(scene: Scene) -> Drawing:
    """Return ground, lines, nodes by level and state, and the two sections beside the map."""
    report = scene.network
    if report is None:
        return Drawing()
    say = scene.say
    places, middles = _positions(scene, report)
    layers = [layer for layer in (_ground(scene, report), _lines(scene, report, places)) if layer]
    legend: list[LegendEntry] = []
    records = _records(scene, report)
    for level in report.levels:
        at_level = report.units.loc[report.units["level"] == level.number]
        for state, word in HELD_WORDS.items():
            rows = at_level.loc[at_level["state"] == state]
            if rows.empty:
                continue
            key = f"network-{level.number}-{state}"
            name = f"{say.label(level.level.label)} · {say(word)}"
            symbol = _symbol(level.number, len(at_level), state)
            legend.append(LegendEntry(swatch(symbol), name, len(rows), key=key))
            node = partial(_node, scene, report, records, (places, middles))
            features = [made for row in rows.to_dict("records") if (made := node(row))]
            if features:
                data = _node_data(scene, features, (level.number, len(at_level)), state)
                layers.append(DataLayer("units", data | {"key": key}, name=name, picture=symbol))
    legend += [
        LegendEntry(swatch(stroke_swatch([STROKES[state]])), say(LINK_WORDS[state]), key="links")
        for state in _linked(report)
    ]
    return Drawing(
        tuple(layers),
        tuple(legend),
        heading=say.label(report.network.label),
        sections=_sections(scene, report),
        notes=_nowhere(scene, report, places),
    )


def _positions(scene: Scene, report: NetworkReport) -> tuple[dict[str, Place], frozenset[str]]:
    """Return where each unit is drawn, and which are drawn in the middle of those below them."""
    places: dict[str, Place] = {
        key: scene.unit_points[key]
        for key in map(str, report.units["unit_id"])
        if key in scene.unit_points
    }
    middles = set()
    below = report.units.loc[report.units["parent_id"].notna()]
    for level in range(len(report.levels), 0, -1):
        part = below.loc[below["parent_level"] == level]
        for parent, rows in part.groupby("parent_id", sort=True):
            spots = [places[key] for key in map(str, rows["unit_id"]) if key in places]
            if str(parent) in places or not spots:
                continue
            middle = [round(sum(axis) / len(spots), 6) for axis in zip(*spots, strict=True)]
            places[str(parent)] = (middle[0], middle[1])
            middles.add(str(parent))
    return places, frozenset(middles)


def _records(scene: Scene, report: NetworkReport) -> dict[str, dict[str, Any]]:
    """Return the rows of the units table behind the nodes, by id."""
    table = scene.project.units
    part = table.loc[table.index.isin(report.units["unit_id"])].drop(columns="geometry")
    rows = pd.DataFrame(part).to_dict("records")
    return dict(zip(map(str, part.index), rows, strict=True))


def _size(number: int, count: int) -> int:
    return symbol_size(count, size=SIZES[min(number, len(SIZES)) - 1])


def _symbol(number: int, count: int, state: str) -> str:
    return state_symbol(STATE_STYLES[state], size=_size(number, count))


def _node_data(
    scene: Scene, features: list[dict[str, Any]], of: tuple[int, int], state: str
) -> dict[str, Any]:
    """Return what a layer of nodes carries; ``of`` is its level and how many that has."""
    report, style = scene.network, STATE_STYLES[state]
    said = (
        {} if report is None else {"quote": report.network.quote, "clause": report.network.clause}
    )
    return (
        layer_data(scene, features, _labels(scene))
        | said
        | {
            "fill": area_fill(style),
            "plain": style.fill,
            "line": style.line,
            "symbol": _symbol(*of, state),
            "size": _size(*of),
        }
    )


def _labels(scene: Scene) -> tuple[str, ...]:
    say = scene.say
    return (
        say("Level"), say("State"), say("Reason"), say("Facility record"), say("Leads to"),
        say("Chain"), say("Kind"), say("Position"), say("Source"),
    )  # fmt: skip


def _node(
    scene: Scene,
    report: NetworkReport,
    records: Mapping[str, dict[str, Any]],
    drawn: tuple[Mapping[str, Place], frozenset[str]],
    row: Row,
) -> dict[str, Any] | None:
    """Return a unit as a node, or None where nobody knows where to draw it."""
    key, (places, middles) = str(row["unit_id"]), drawn
    if key not in places:
        return None
    record = records.get(key, {})
    feature = unit_feature(
        scene, key, record, values=_values(scene, report, row, record, key in middles),
        tone=str(row["state"]),
    ) or {
        "id": key,
        "code": key,
        "title": scene.unit_name(key),
        "what": scene.kind_label(row["kind"]),
        "tone": str(row["state"]),
        "values": _values(scene, report, row, record, key in middles),
        **({"simulated": 1} if is_simulated(record) else {}),
    }  # fmt: skip
    feature.pop("rings", None)
    feature["at"] = places[key]
    if row["level"] < len(report.levels):
        feature |= {"label": 1, "raised": 1}
    return feature


def _values(
    scene: Scene, report: NetworkReport, row: Row, record: Mapping[str, Any], in_middle: bool
) -> list[str]:
    say = scene.say
    names = scene.project.facilities["name"]
    held = [text_of(names.get(one)) or one for one in row["facility_ids"]]
    parent = text_of(row["parent_id"])
    return [
        say.label(report.network.levels[row["level"] - 1].label),
        say(HELD_WORDS[row["state"]]),
        say(REASONS[row["reason"]]),
        ("、" if say.language == "zh-CN" else ", ").join(held),
        scene.unit_name(parent) if parent else "",
        chain_text(report, row, say),
        scene.kind_label(row["kind"]),
        say("not recorded; drawn in the middle of its units") if in_middle else "",
        source_of(record, say),
    ]


def _linked(report: NetworkReport) -> list[str]:
    """Return the states that some unit above another is in."""
    above = report.units.merge(
        report.units[["unit_id", "level", "state"]],
        left_on=["parent_id", "parent_level"], right_on=["unit_id", "level"],
        suffixes=("", "_above"),
    )["state_above"]  # fmt: skip
    present = set(above)
    return [state for state in STROKES if state in present]


def _lines(scene: Scene, report: NetworkReport, places: Mapping[str, Place]) -> DataLayer | None:
    """Return the lines from each unit up to the one it hangs on, by the state of that one."""
    rows = report.units.to_dict("records")
    states = {(str(row["unit_id"]), row["level"]): row["state"] for row in rows}
    lines: dict[str, list[shapely.LineString]] = {state: [] for state in STROKES}
    for row in rows:
        key, parent = str(row["unit_id"]), text_of(row["parent_id"])
        if not parent or key == parent or key not in places or parent not in places:
            continue
        ends = [places[one][::-1] for one in (key, parent)]
        lines[states[parent, row["parent_level"]]].append(shapely.LineString(ends))
    classes = [
        {"lines": encode_lines(gpd.GeoSeries(lines[state], crs=WEB)), "colour": colour,
         "weight": width, "dashes": dashes}
        for state, (colour, width, dashes) in STROKES.items() if lines[state]
    ]  # fmt: skip
    if not classes:
        return None
    picture = stroke_swatch([STROKES["covered"]])
    data = {"classes": classes, "key": "links"}
    return DataLayer("classes", data, name=scene.say("What each unit leads to"), picture=picture)


def _ground(scene: Scene, report: NetworkReport) -> DataLayer | None:
    """Return the outlines of the units above the last level, as a quiet ground."""
    upper = report.units.loc[report.units["level"] < len(report.levels), "unit_id"]
    areas = [
        {"rings": rings(scene.unit_areas[key]), "fill": GROUND, "line": OUTLINE, "opacity": 0.35}
        for key in dict.fromkeys(map(str, upper))
        if key in scene.unit_areas
    ]
    if not areas:
        return None
    return DataLayer(
        "areas", {"areas": areas, "key": "network-ground"}, name=scene.say("Areas of units"),
        picture=area_swatch(GROUND, OUTLINE),
    )  # fmt: skip


def _nowhere(scene: Scene, report: NetworkReport, places: Mapping[str, Place]) -> tuple[str, ...]:
    """Return the sentence that counts and names the units of the network that cannot be drawn."""
    keys = [key for key in dict.fromkeys(map(str, report.units["unit_id"])) if key not in places]
    if not keys:
        return ()
    return (
        scene.say.plural(
            "{number} unit has no position and is not on the map: {names}",
            "{number} units have no position and are not on the map: {names}",
            len(keys),
            names=_some(scene, keys),
        ),
    )


def _some(scene: Scene, keys: list[str]) -> list[str]:
    shown = [scene.unit_name(key) for key in keys[:NAMED]]
    return [*shown, "…"] if len(keys) > NAMED else shown


def _sections(scene: Scene, report: NetworkReport) -> tuple[Markup, ...]:
    """Return the section that counts by level and lists who lacks which level."""
    say = scene.say
    groups, more = _groups(scene, report)
    made = fragment(
        "network.html",
        say,
        label=say.label(report.network.label),
        levels=[_level(scene, one) for one in report.levels],
        quote=report.network.quote,
        clause=report.network.clause,
        notes=[say.note(note) for note in report.notes],
        groups=groups,
        count=len(report.lacking),
        more=more,
        open=_open(scene, report),
    )
    return (made,)


def _level(scene: Scene, one: LevelCount) -> dict[str, Any]:
    """Return a level as it is counted: in place, lacking, not known, and hanging in the air."""
    say = scene.say
    parts = [
        say("in place {covered}, lacking {uncovered}, not known {unknown}", covered=one.covered,
            uncovered=one.uncovered, unknown=one.unknown)
    ]  # fmt: skip
    if one.hanging:
        parts.append(say("in place, but a level above is lacking: {count}", count=one.hanging))
    return {
        "number": one.number,
        "label": say.label(one.level.label),
        "covered": one.covered,
        "n": one.n,
        "share": round(100 * one.covered / one.n, 2) if one.n else 0,
        "open_share": round(100 * one.unknown / one.n, 2) if one.n else 0,
        "told": ("；" if say.language == "zh-CN" else "; ").join(parts),
    }


def _groups(scene: Scene, report: NetworkReport) -> tuple[list[dict[str, Any]], int]:
    """Return the units that lack their level under the second-level unit they lie in."""
    rows = report.units.to_dict("records")
    of = {(str(row["unit_id"]), row["level"]): row for row in rows}
    below: dict[tuple[str, int], int] = {}
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        for upper in _way_up(row, of):
            if row["state"] == "covered" and upper["state"] == "uncovered":
                key = (str(upper["unit_id"]), upper["level"])
                below[key] = below.get(key, 0) + 1
    for row in report.lacking.head(LISTED).to_dict("records"):
        head = next((one for one in (row, *_way_up(row, of)) if one["level"] == GROUPED), None)
        name = scene.unit_name(head["unit_id"]) if head else ""
        groups.setdefault(name, []).append(_lacking(scene, report, row, below))
    found = [{"name": name, "rows": group} for name, group in groups.items()]
    return found, max(0, len(report.lacking) - LISTED)


def _way_up(row: Row, of: Mapping[tuple[str, int], Row]) -> list[Row]:
    """Return the rows of the units above, nearest first."""
    found: list[Row] = []
    while text_of(row["parent_id"]):
        row = of[str(row["parent_id"]), row["parent_level"]]
        found.append(row)
    return found


def _lacking(
    scene: Scene, report: NetworkReport, row: Row, below: Mapping[tuple[str, int], int]
) -> dict[str, Any]:
    say, key = scene.say, str(row["unit_id"])
    hanging = below.get((key, row["level"]), 0)
    return {
        "id": key,
        "name": scene.unit_name(key),
        "mark": Markup(state_symbol(STATE_STYLES["uncovered"], size=16)),
        "lacks": say("lacks {level}", level=report.network.levels[row["level"] - 1].label),
        "why": say(REASONS[row["reason"]]),
        "below": say("units below that have theirs and hang on it: {count}", count=hanging)
        if hanging
        else "",
        "placed": key in scene.unit_points,
    }


def _open(scene: Scene, report: NetworkReport) -> list[str]:
    """Return a sentence a level on the units of which it is not known."""
    unknown = report.units.loc[report.units["state"] == "unknown"]
    return [
        scene.say(
            "{level}: not known of {count} ({names})",
            level=report.network.levels[number - 1].label,
            count=len(rows),
            names=_some(scene, [str(one) for one in rows["unit_id"]]),
        )
        for number, rows in ((int(str(one)), part) for one, part in unknown.groupby("level"))
    ]
