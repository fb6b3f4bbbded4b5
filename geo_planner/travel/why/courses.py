"""The route of one unit to one facility as a line and its legs."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import LineString, Point
from shapely.ops import substring

from geo_planner.travel.arrays import Floats, Ints, Shapes
from geo_planner.travel.cuts import CutNetwork
from geo_planner.travel.why.asked import AskedUnit, Efforts
from geo_planner.travel.why.explanation import Leg, LegKind, Route
from geo_planner.travel.why.phrases import text_or_none


def straight_route(asked: AskedUnit, facility: int) -> Route:
    """Return the estimated way to a facility in a straight line, the detour factor applied."""
    line = _joined([asked.here[asked.place], asked.there[facility]])
    metres = line.length * asked.travel.detour_factor
    minutes = asked.minutes(metres)
    legs = (Leg("straight_line", line, metres, minutes),) if metres else ()
    return Route(line, legs, metres, minutes)


def street_route(asked: AskedUnit, efforts: Efforts, facility: int) -> Route:
    """Return the way along the streets to a facility that can be reached."""
    here, there = asked.here[asked.place], asked.there[facility]
    if shapely.equals(here, there):
        return Route(_joined([here, there]), (), 0.0, 0.0)
    if efforts.offroad[facility]:
        leg = _beside(asked, here, there, asked.travel.offroad_pace)
        return Route(leg.line, (leg,), leg.metres, leg.minutes)
    pieces, forward = efforts.cut.trail(efforts.before, int(efforts.facility_nodes[facility]))
    legs = _street_legs(asked, efforts.cut, pieces, forward)
    away, arrival = efforts.units.aside[asked.place], efforts.facilities.aside[facility]
    if away > 0:
        legs[:0] = _snap_legs(asked, here, _meeting(efforts, asked.place, here))
    if arrival > 0:
        meeting = _meeting(efforts, len(asked.here) + facility, there)
        legs += reversed(_snap_legs(asked, there, meeting, back=True))
    line = _joined([here, *(leg.line for leg in legs), there])
    return Route(
        line, tuple(legs), sum(leg.metres for leg in legs), sum(leg.minutes for leg in legs)
    )


def _meeting(efforts: Efforts, number: int, point: Point) -> Point:
    """Return where a point meets its street; facilities are numbered after the units."""
    edge = np.concatenate([efforts.units.edge, efforts.facilities.edge])[number]
    shape = efforts.cut.shapes[edge]
    return shapely.line_interpolate_point(shape, shapely.line_locate_point(shape, point))


def _snap_legs(asked: AskedUnit, point: Point, meeting: Point, *, back: bool = False) -> list[Leg]:
    """Return the leg between a point and its street; what exceeds the snapping limit is off-road.

    The farther part of it is that beside the street; with ``back`` lines lead to the point.
    """
    line, most = LineString([point, meeting]), asked.travel.snap_metres
    far = line.length - most
    parts = [(line, 1.0)]
    if far > 0:
        parts = [
            (substring(line, 0, far), asked.travel.offroad_pace),
            (substring(line, far, line.length), 1.0),
        ]
    legs = []
    for part, pace in parts:
        begin, end = (Point(at) for at in part.coords)
        legs.append(_beside(asked, *((end, begin) if back else (begin, end)), pace))
    return legs


def _beside(asked: AskedUnit, begin: Point, end: Point, pace: float) -> Leg:
    line = LineString([begin, end])
    kind: LegKind = "snap" if pace == 1.0 else "offroad"
    return Leg(kind, line, line.length, asked.minutes(line.length * pace))


def _street_legs(asked: AskedUnit, cut: CutNetwork, pieces: Ints, forward: list[bool]) -> list[Leg]:
    """Return the pieces as legs, those that follow one another on one street taken together."""
    names = street_columns(asked, cut)
    legs: list[Leg] = []
    run: list[int] = []
    said = [tuple(column[cut.edge[piece]] for column in names) for piece in pieces]
    for number in range(len(pieces)):
        run.append(number)
        if number + 1 < len(pieces) and said[number + 1] == said[number]:
            continue
        taken = pieces[run]
        efforts = np.where([forward[one] for one in run], cut.forward[taken], cut.back[taken])
        metres = float(cut.metres[taken].sum())
        if metres > 0:
            line = _joined([_drawn(cut, int(pieces[one]), forward[one]) for one in run])
            minutes = asked.minutes(float(efforts.sum()))
            legs.append(Leg("street", line, metres, minutes, *said[number]))
        run = []
    return legs


def street_columns(asked: AskedUnit, cut: CutNetwork) -> tuple[list[str | None], ...]:
    """Return the name and class of every edge of the network, None where not known."""
    streets = asked.streets
    return tuple(
        [text_or_none(one) for one in streets[name].array]
        if name in streets
        else [None] * len(cut.network.start)
        for name in ("name", "road_class")
    )


def _drawn(cut: CutNetwork, piece: int, forward: bool) -> LineString:
    """Return a piece's course in the direction it is travelled."""
    shape = cut.shapes[cut.edge[piece]]
    line = substring(shape, cut.opens[piece], cut.closes[piece], normalized=True)
    line = LineString([line, line]) if isinstance(line, Point) else line
    return line if forward else line.reverse()


def _joined(parts: list[Shapes]) -> LineString:
    """Return points and lines that follow one another as one line without standing still."""
    at: Floats = np.concatenate([shapely.get_coordinates(part) for part in parts])
    moves = np.ones(len(at), dtype=bool)
    moves[1:] = (np.diff(at, axis=0) != 0).any(axis=1)
    at = at[moves]
    return LineString(at if len(at) > 1 else np.repeat(at, 2, axis=0))
