"""An explanation as the doors give it: data in degrees for programs, sentences for people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from pyproj import CRS
from shapely.geometry import mapping

from api.printing import print_table, say
from api.words import MADE_UP
from geo_planner.crs import transformer
from geo_planner.notes import msgid
from maps.text.values import rounded
from maps.text.words import METHOD_WORDS, REACH_WORDS

if TYPE_CHECKING:
    from api.reader import Reader
    from geo_planner.project import Project
    from geo_planner.rows import TravelMode
    from geo_planner.travel.why.explanation import Cause, Explanation, Fix, Gap, Leg, Route, WayTo
    from maps.text import Translator

Place = Callable[[shapely.Geometry | None], dict[str, Any] | None]

LEG_WORDS = {
    "snap": msgid("to the street"),
    "street": msgid("along the street"),
    "offroad": msgid("off the road"),
    "straight_line": msgid("straight line"),
}


def explanation_json(
    found: Explanation, project: Project, translator: Translator
) -> dict[str, Any]:
    """Return an explanation with its sentences in one language and its shapes in WGS 84."""
    place = _in_degrees(project)
    return {
        "unit_id": found.unit_id,
        "name": found.unit_name,
        "point": place(found.at),
        "children": _count(found.children),
        "facility_type": found.facility_type,
        "mode": found.mode,
        "as_of": found.as_of.isoformat(),
        "assessed": found.assessed,
        "state": found.state,
        "method": found.method,
        "limit_m": found.limit,
        "nearest": _way(found.nearest, place),
        "second": _way(found.second, place),
        "nearest_straight": _way(found.nearest_straight, place),
        "route": None if found.route is None else _route(found.route, place),
        "causes": [_cause(cause, place, translator) for cause in found.causes],
        "fixes": [_fix(fix, place, translator) for fix in found.fixes],
        "notes": [{"code": note.code, "text": translator.note(note)} for note in found.notes],
        "simulated": found.simulated,
    }


def _in_degrees(project: Project) -> Place:
    """Return what turns a shape in the project's CRS into GeoJSON in degrees, to the centimetre."""
    to_degrees = transformer(project.crs, CRS.from_epsg(4326))

    def placed(shape: shapely.Geometry | None) -> dict[str, Any] | None:
        if shape is None:
            return None
        turned = shapely.transform(
            shape, lambda at: np.round(np.column_stack(to_degrees.transform(*at.T)), 7)
        )
        return dict(mapping(turned))

    return placed


def _count(children: float | None) -> int | float | None:
    return int(children) if children is not None and children.is_integer() else children


def _metres(length: float | None) -> float | None:
    return None if length is None else round(length, 3)


def _way(way: WayTo | None, place: Place) -> dict[str, Any] | None:
    if way is None:
        return None
    return {
        "facility_id": way.facility_id,
        "name": way.name,
        "point": place(way.at),
        "straight_m": _metres(way.straight),
        "network_m": _metres(way.metres),
        "effort_m": _metres(way.effort),
        "minutes": way.minutes,
        "detour_ratio": way.detour,
        "unit_snap_m": _metres(way.unit_aside),
        "facility_snap_m": _metres(way.facility_aside),
    }


def _route(route: Route, place: Place) -> dict[str, Any]:
    return {
        "metres": _metres(route.metres),
        "minutes": route.minutes,
        "line": place(route.line),
        "legs": [_leg(leg, place) for leg in route.legs],
    }


def _leg(leg: Leg, place: Place) -> dict[str, Any]:
    return {
        "kind": leg.kind,
        "metres": _metres(leg.metres),
        "minutes": leg.minutes,
        "name": leg.name,
        "road_class": leg.road_class,
        "line": place(leg.line),
    }


def _cause(cause: Cause, place: Place, translator: Translator) -> dict[str, Any]:
    return {
        "code": cause.code,
        "text": translator.note(cause.note),
        "point": place(cause.at),
        "gap": None if cause.gap is None else _gap(cause.gap, place),
    }


def _gap(gap: Gap, place: Place) -> dict[str, Any]:
    return {
        "metres": _metres(gap.metres),
        "around_m": _metres(gap.around),
        "barrier_kind": gap.barrier_kind,
        "barrier_name": gap.barrier_name,
        "line": place(gap.line),
    }


def _fix(fix: Fix, place: Place, translator: Translator) -> dict[str, Any]:
    gain = asdict(fix.gain)
    return {
        "kind": fix.kind,
        "texts": [translator.note(note) for note in fix.notes],
        "point": place(fix.at),
        "line": None if fix.gap is None else place(fix.gap.line),
        "link_m": None if fix.gap is None else _metres(fix.gap.metres),
        "effort_m": _metres(fix.effort),
        "minutes": fix.minutes,
        "saves_m": _metres(fix.saves),
        "within": fix.within,
        "gain": {**gain, "children_within": _count(fix.gain.children_within)},
    }


def print_explanation(found: Explanation, project: Project, reader: Reader) -> None:
    """Print an explanation for people: the ways, the route's legs, the causes, what would help."""
    kind = project.catalogue.facility_type(found.facility_type)
    mode = project.catalogue.travel_mode(found.mode)
    say(
        reader.text(
            "{unit} to the nearest: {type} ({mode}, {day})",
            unit=found.unit_name or found.unit_id,
            type=kind.label,
            mode=mode.label,
            day=found.as_of.isoformat(),
        ),
        style="bold",
    )
    if found.simulated:
        say(reader.text(MADE_UP))
    state, method = REACH_WORDS[found.state], METHOD_WORDS[found.method]
    say(
        reader.text(
            "{state}; limit {limit}; {method}",
            state=reader.text(state),
            limit=_limit_words(found.limit, mode, reader),
            method=reader.text(method),
        )
    )
    _print_ways(found, reader)
    if found.route is not None and found.route.legs:
        _print_legs(found.route, reader)
    _print_list(
        msgid("Why"), [reader.translator.note(cause.note) for cause in found.causes], reader
    )
    between = "" if reader.language == "zh-CN" else " "
    _print_list(
        msgid("What one change would bring"),
        [between.join(reader.translator.note(note) for note in fix.notes) for fix in found.fixes],
        reader,
    )
    for note in found.notes:
        say(reader.translator.note(note))


def _limit_words(limit: float | None, mode: TravelMode, reader: Reader) -> str:
    """Return a limit in metres or, where not every metre takes as long, in minutes."""
    if limit is None:
        return "—"
    if mode.even_pace:
        return reader.text("{metres} m", metres=rounded(limit, 0))
    return reader.text("{minutes} min", minutes=rounded(limit / (mode.pace * 60)))


def _print_ways(found: Explanation, reader: Reader) -> None:
    named = (
        (msgid("nearest"), found.nearest),
        (msgid("second"), found.second),
        (msgid("nearest in a straight line"), found.nearest_straight),
    )
    heads = (
        "", msgid("Name"), msgid("Code"), msgid("Straight, m"), msgid("Distance, m"),
        msgid("Minutes"), msgid("Detour"),
    )  # fmt: skip
    rows = [
        (
            reader.text(word), way.name, way.facility_id, rounded(way.straight, 0),
            rounded(way.metres, 0), rounded(way.minutes), rounded(way.detour, 2),
        )
        for word, way in named
        if way is not None
    ]  # fmt: skip
    if rows:
        print_table(
            rows, [reader.text(head) if head else "" for head in heads], numbers=(3, 4, 5, 6)
        )


def _print_legs(route: Route, reader: Reader) -> None:
    heads = (msgid("Leg"), msgid("Street"), msgid("Distance, m"), msgid("Minutes"))
    print_table(
        [
            (
                reader.text(LEG_WORDS[leg.kind]),
                leg.name or leg.road_class,
                rounded(leg.metres, 0),
                rounded(leg.minutes),
            )
            for leg in route.legs
            if leg.metres >= 0.5
        ],
        [reader.text(head) for head in heads],
        numbers=(2, 3),
    )


def _print_list(head: str, sentences: list[str], reader: Reader) -> None:
    if sentences:
        say(reader.text(head), style="bold")
        for number, sentence in enumerate(sentences, start=1):
            say(f"{number}. {sentence}")
