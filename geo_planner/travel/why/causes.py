"""Why a unit has no way to a facility, or a long one."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import LineString

from geo_planner.notes import Note, msgid
from geo_planner.travel.why.asked import AskedUnit, Efforts
from geo_planner.travel.why.explanation import Cause, Gap
from geo_planner.travel.why.phrases import (
    barrier_words,
    facility_words,
    kilometres,
    text_or_none,
    unit_words,
    way_words,
)

MOST_BARRIERS = 3


def no_facility(asked: AskedUnit) -> Cause:
    """Say that nothing of the type works."""
    return Cause(
        "no_facility",
        Note(
            "no-facility",
            msgid("No facility of this type works on {day}: {type}."),
            {"day": asked.day.isoformat(), "type": asked.kind.label},
        ),
    )


def no_position(asked: AskedUnit) -> Cause:
    """Say whose position is not known."""
    if shapely.is_missing(asked.here[asked.place]):
        sentence = msgid("The position of {unit} is not known.")
        return Cause("no_position", Note("no-position", sentence, {"unit": unit_words(asked)}))
    return Cause(
        "no_position",
        Note(
            "no-position",
            msgid("None of the {count} working facilities of this type has a position."),
            {"count": len(asked.working)},
        ),
    )


def no_way(asked: AskedUnit, efforts: Efforts, closest: int) -> Cause:
    """Say why no street leads from the unit to any facility.

    Parameters
    ----------
    closest
        The facility nearest in a straight line.
    """
    limit = asked.travel.snap_metres + asked.travel.offroad_metres
    here, there = asked.here[asked.place], asked.there[closest]
    if efforts.unit_nodes[asked.place] < 0:
        return _far_from_street(efforts, here, unit_words(asked), limit)
    if (efforts.facility_nodes < 0).all():
        return _far_from_street(efforts, there, facility_words(asked, closest), limit)
    on = np.flatnonzero(efforts.facility_nodes >= 0)
    closest = int(on[np.argmin(asked.straight[on])])
    cut, mine = efforts.cut, efforts.unit_nodes[asked.place]
    theirs = efforts.facility_nodes[on]
    if (cut.component[theirs] == cut.component[mine]).any():
        sentence = msgid(
            "The streets at {unit} lead to no facility in the direction they may be used."
        )
        return Cause("no_path", Note("one-way", sentence, {"unit": unit_words(asked)}), here)
    return Cause(
        "no_path",
        Note(
            "no-path",
            msgid(
                "The streets at {unit} are an island of {km} km that no other street joins; "
                "{facility}, {away} km away in a straight line, stands on streets of {other} km."
            ),
            {
                "unit": unit_words(asked),
                "km": kilometres(_connected(efforts, int(mine))),
                "facility": facility_words(asked, closest),
                "away": kilometres(asked.straight[closest]),
                "other": kilometres(_connected(efforts, int(efforts.facility_nodes[closest]))),
            },
        ),
        here,
    )


def _connected(efforts: Efforts, node: int) -> float:
    """Return the metres of all streets a node is connected with."""
    cut = efforts.cut
    return float(cut.metres[cut.component[cut.start] == cut.component[node]].sum())


def _far_from_street(efforts: Efforts, point: shapely.Point, name: str, limit: float) -> Cause:
    tree = efforts.cut.network.tree
    row = tree.nearest(point) if len(tree) else None
    if row is None:
        sentence = msgid("No street may be used this way near {place}.")
        return Cause("far_from_street", Note("no-street", sentence, {"place": name}), point)
    away = point.distance(tree.geometries[row])
    if away <= limit:
        sentence = msgid(
            "Between {place} and every street within {limit} m lies a barrier; the nearest, "
            "{metres} m away, is on its other side."
        )
        params = {"place": name, "limit": round(limit), "metres": round(away)}
        return Cause("barrier", Note("barrier-to-streets", sentence, params), point)
    return Cause(
        "far_from_street",
        Note(
            "far-from-street",
            msgid(
                "{place} lies {metres} m from the nearest street; up to {limit} m count as "
                "standing at it."
            ),
            {
                "place": name,
                "metres": round(away),
                "limit": round(limit),
            },
        ),
        point,
    )


def barriers_crossed(asked: AskedUnit, facility: int) -> list[Cause]:
    """Return the barriers on the straight line to a facility, in the order they are met."""
    barriers = asked.project.barriers
    if barriers is None or not len(barriers):
        return []
    here = asked.here[asked.place]
    line = LineString([here, asked.there[facility]])
    rows = barriers.sindex.query(line, predicate="intersects")
    shapes = barriers.geometry.to_numpy()[rows]
    met = shapely.get_point(shapely.shortest_line(here, shapely.intersection(shapes, line)), 1)
    found: dict[tuple[str | None, str | None], Cause] = {}
    for number in np.argsort(shapely.distance(here, met), kind="stable"):
        row = barriers.iloc[rows[number]]
        who = text_or_none(row.get("kind")), text_or_none(row.get("name"))
        if who in found:
            continue
        found[who] = Cause(
            "barrier",
            Note(
                "barrier-between",
                msgid("The straight line to {facility} crosses a barrier: {barrier}."),
                {
                    "facility": facility_words(asked, facility),
                    "barrier": barrier_words(asked.project, *who),
                },
            ),
            met[number],
        )
    return list(found.values())[:MOST_BARRIERS]


def missing_link(asked: AskedUnit, gap: Gap) -> Cause:
    """Say where streets come close and do not meet."""
    around = (
        Note("unconnected", msgid("not connected along streets"))
        if gap.around is None
        else Note(
            "around",
            msgid("{way} apart along streets"),
            {"way": way_words(asked, gap.around)},
        )
    )
    between = (
        Note("nothing-recorded", msgid("no barrier is recorded"))
        if gap.barrier_kind is None and gap.barrier_name is None
        else barrier_words(asked.project, gap.barrier_kind, gap.barrier_name)
    )
    return Cause(
        "missing_link",
        Note(
            "missing-link",
            msgid("Two places {metres} m from each other are {around}; between them: {between}."),
            {"metres": round(gap.metres), "around": around, "between": between},
        ),
        shapely.line_interpolate_point(gap.line, 0.5, normalized=True),
        gap,
    )


def winding(detour: float) -> Cause:
    """Say that the streets wind without one place to mend."""
    return Cause(
        "winding",
        Note(
            "winding",
            msgid(
                "The way is {times} times the straight line; no single link would make it much "
                "shorter."
            ),
            {"times": f"{detour:.1f}"},
        ),
    )


def simply_far(asked: AskedUnit, straight: float) -> Cause:
    """Say that the facility is too far for any ordinary way."""
    return Cause(
        "simply_far",
        Note(
            "simply-far",
            msgid(
                "The nearest facility is {away} km away in a straight line; even an ordinary way "
                "is longer than the limit of {limit}."
            ),
            {
                "away": kilometres(straight),
                "limit": way_words(asked, asked.limits[asked.place]),
            },
        ),
    )
