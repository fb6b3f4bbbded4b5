"""Why a unit is far from a facility, and what single change would help."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely

from geo_planner.notes import Note, msgid
from geo_planner.project import Project
from geo_planner.travel.access import LEVEL, knows_heights
from geo_planner.travel.arrays import Floats
from geo_planner.travel.why import causes as why
from geo_planner.travel.why.asked import AskedUnit, Efforts, ask, efforts_of, straight_today
from geo_planner.travel.why.courses import straight_route, street_route
from geo_planner.travel.why.explanation import Cause, Explanation, Fix, Method, Route, State, WayTo
from geo_planner.travel.why.fixes import find_links, gap_of, in_order, link_fix, site_fix
from geo_planner.travel.why.gains import is_within
from geo_planner.travel.why.phrases import facility_words, kilometres, text_or_none, way_words


def explain(
    project: Project,
    unit: str,
    facility_type: str,
    *,
    mode: str = "walk",
    limit: float | None = None,
    as_of: date | None = None,
) -> Explanation:
    """Return why a unit is, or is not, within reach of a type of facility.

    Parameters
    ----------
    unit
        A ``unit_id`` of the project; it need not be one that the type is assessed for.
    facility_type, mode
        Ids of catalogue rows.
    limit
        Effort within reach, in metres, inclusive; default as for
        :func:`geo_planner.travel.access.access`, and none where the catalogue sets none.
    as_of
        Date on which units exist and facilities work; default the project's reference date.

    Returns
    -------
    Explanation
        States and ways agree with the row of :func:`~geo_planner.travel.access.access`.

    Raises
    ------
    NotKnownError
        If the unit is not in the project, or the type or mode not in the catalogue.
    """
    asked = ask(project, unit, facility_type, mode=mode, limit=limit, as_of=as_of)
    straight = asked.straight
    if not len(asked.working) or np.isnan(straight).all():
        return _told(asked, _unplaced(asked))
    if project.streets is None:
        return _told(asked, _by_straight_line(asked, straight))
    return _told(asked, _by_streets(asked, straight))


@dataclass(frozen=True, slots=True)
class _Answer:
    """What depends on how the ways were found."""

    method: Method
    state: State
    nearest: WayTo | None = None
    second: WayTo | None = None
    closest: WayTo | None = None
    route: Route | None = None
    causes: tuple[Cause, ...] = ()
    fixes: tuple[Fix, ...] = ()
    notes: tuple[Note, ...] = ()


def _told(asked: AskedUnit, answer: _Answer) -> Explanation:
    place, project = asked.place, asked.project
    row, limit, children = asked.rows[place], asked.limits[place], asked.children[place]
    return Explanation(
        unit_id=str(project.units.index[row]),
        unit_name=text_or_none(project.units["name"].iloc[row]),
        at=asked.here[place],
        children=None if np.isnan(children) else float(children),
        facility_type=asked.kind.id,
        mode=asked.travel.id,
        as_of=asked.day,
        assessed=bool(asked.assessed[place]),
        state=answer.state,
        method=answer.method,
        limit=float(limit) if np.isfinite(limit) else None,
        nearest=answer.nearest,
        second=answer.second,
        nearest_straight=answer.closest,
        route=answer.route,
        causes=answer.causes,
        fixes=answer.fixes,
        notes=(*_caveats(asked), *answer.notes),
        simulated=project.simulated,
    )


def _caveats(asked: AskedUnit) -> list[Note]:
    notes = []
    if asked.project.streets is None:
        notes.append(
            Note(
                "straight-line",
                msgid(
                    "Distances are straight lines times {factor} (the project has no streets): "
                    "estimates, not ways that were found."
                ),
                {"factor": asked.travel.detour_factor},
            )
        )
    elif asked.travel.slopes and not knows_heights(asked.project.streets):
        notes.append(LEVEL)
    if not asked.assessed[asked.place]:
        notes.append(
            Note(
                "not-assessed",
                msgid("Reach of this type is not judged for this unit on {day}."),
                {"day": asked.day.isoformat()},
            )
        )
    if np.isinf(asked.limits[asked.place]):
        notes.append(
            Note(
                "no-limit",
                msgid(
                    "The catalogue sets no limit for this type and way of travel: any way will do."
                ),
            )
        )
    return notes


def _of_links(fixes: tuple[Fix, ...]) -> tuple[Note, ...]:
    if not any(fix.kind == "link" for fix in fixes):
        return ()
    sentence = msgid("A link is a gap on the map; whether it can be built is to be seen on site.")
    return (Note("link-on-the-map", sentence),)


def _unplaced(asked: AskedUnit) -> _Answer:
    """Answer where no facility works, or the unit or every facility has no position."""
    method: Method = "straight_line" if asked.project.streets is None else "streets"
    nothing = not len(asked.working)
    cause = why.no_facility(asked) if nothing else why.no_position(asked)
    fixes: tuple[Fix, ...] = ()
    if not shapely.is_missing(asked.here[asked.place]):
        # No facility counts as reached today, wherever the unplaced ones may stand.
        efforts = None if asked.project.streets is None else efforts_of(asked)
        fixes = (site_fix(asked, efforts, np.full(len(asked.rows), np.inf)),)
    return _Answer(
        method, "no_facility" if nothing else "no_position", causes=(cause,), fixes=fixes
    )


def _by_straight_line(asked: AskedUnit, straight: Floats) -> _Answer:
    """Answer for a project without streets."""
    to_each = np.where(np.isnan(straight), np.inf, straight * asked.travel.detour_factor)
    first, second = _two_nearest(to_each)
    route = straight_route(asked, first)
    state = _state(asked, to_each[first])
    causes: list[Cause] = []
    fixes: list[Fix] = []
    if state == "beyond":
        causes = [
            *why.barriers_crossed(asked, first),
            why.simply_far(asked, straight[first]),
        ]
        fixes = [site_fix(asked, None, straight_today(asked))]
    return _Answer(
        "straight_line",
        state,
        nearest=_way_to(asked, first, to_each, route.metres),
        second=None if second is None else _way_to(asked, second, to_each, to_each[second]),
        route=route,
        causes=tuple(causes),
        fixes=tuple(fixes),
    )


def _by_streets(asked: AskedUnit, straight: Floats) -> _Answer:
    """Answer for a project with streets."""
    efforts = efforts_of(asked)
    to_each = efforts.to_each
    first, second = _two_nearest(to_each)
    closest = int(np.nanargmin(straight))
    has_way = bool(np.isfinite(to_each[first]))
    state: State = _state(asked, to_each[first]) if has_way else "no_path"
    shown = first if has_way else closest
    route = street_route(asked, efforts, first) if has_way else None
    nearest = _way_to(asked, shown, to_each, _metres(asked, efforts, shown), efforts)
    causes, fixes = _reasons(asked, efforts, nearest, state, closest)
    offroad = route is not None and any(leg.kind == "offroad" for leg in route.legs)
    return _Answer(
        "offroad" if offroad else "streets",
        state,
        nearest=nearest,
        second=None
        if second is None
        else _way_to(asked, second, to_each, _metres(asked, efforts, second), efforts),
        closest=None
        if closest == shown
        else _way_to(asked, closest, to_each, _metres(asked, efforts, closest), efforts),
        route=route,
        causes=causes,
        fixes=fixes,
        notes=(*_passed_over(asked, to_each, shown, closest), *_of_links(fixes)),
    )


def _reasons(
    asked: AskedUnit, efforts: Efforts, nearest: WayTo, state: State, closest: int
) -> tuple[tuple[Cause, ...], tuple[Fix, ...]]:
    """Return the causes of a long or missing way, and the changes that would help."""
    straight = asked.straight[closest]
    limit, ordinary = asked.limits[asked.place], straight * asked.travel.detour_factor
    effort = nearest.effort if nearest.effort is not None else np.inf
    causes = [why.no_way(asked, efforts, closest)] if state == "no_path" else []
    fixes: list[Fix] = []
    if effort > ordinary:
        causes += why.barriers_crossed(asked, closest)
        links = find_links(asked, efforts)
        gaps = [gap_of(asked, efforts, links, number) for number in range(len(links.metres))]
        if (links.near.piece[:1] >= 0).all() and (links.far.piece[:1] >= 0).all():
            causes += [why.missing_link(asked, gap) for gap in gaps[:1]]
        fixes += [link_fix(asked, efforts, links, number, gap) for number, gap in enumerate(gaps)]
    if state != "within":
        fixes.append(site_fix(asked, efforts, efforts.today))
        if ordinary > limit:
            causes.append(why.simply_far(asked, straight))
        elif not causes:
            causes.append(why.winding(nearest.detour or effort / straight))
    return tuple(causes), in_order(fixes)


def _passed_over(asked: AskedUnit, to_each: Floats, shown: int, closest: int) -> tuple[Note, ...]:
    """Say why the facility nearest in a straight line is not the nearest by the way."""
    if closest == shown:
        return ()
    params = {
        "closest": facility_words(asked, closest),
        "straight": kilometres(asked.straight[closest]),
        "nearest": facility_words(asked, shown),
        "way": way_words(asked, to_each[shown]),
    }
    if np.isinf(to_each[closest]):
        return (
            Note(
                "closest-unreachable",
                msgid(
                    "{closest} is nearest in a straight line ({straight} km), but no way leads "
                    "there; the way to {nearest} is {way}."
                ),
                params,
            ),
        )
    return (
        Note(
            "closest-farther",
            msgid(
                "{closest} is nearest in a straight line ({straight} km), but the way there is "
                "{longer}; to {nearest} it is {way}."
            ),
            {**params, "longer": way_words(asked, to_each[closest])},
        ),
    )


def _two_nearest(to_each: Floats) -> tuple[int, int | None]:
    """Return the nearest facility and the second, None where there is no way to another one.

    To the millimetre, of equally near ones the first, as in :func:`access`.
    """
    order = np.argsort(np.round(to_each, 3), kind="stable")
    more = len(order) > 1 and np.isfinite(to_each[order[1]])
    return int(order[0]), int(order[1]) if more else None


def _state(asked: AskedUnit, effort: float) -> State:
    limit = asked.limits[[asked.place]]
    return "within" if is_within(np.array([effort]), limit)[0] else "beyond"


def _metres(asked: AskedUnit, efforts: Efforts, facility: int) -> float | None:
    """Return the length of the way to a facility, None where there is none."""
    if np.isinf(efforts.to_each[facility]):
        return None
    return street_route(asked, efforts, facility).metres


def _way_to(
    asked: AskedUnit,
    facility: int,
    to_each: Floats,
    metres: float | None,
    efforts: Efforts | None = None,
) -> WayTo:
    row = asked.working[facility]
    facilities = asked.project.facilities
    effort = float(to_each[facility]) if np.isfinite(to_each[facility]) else None
    straight = asked.straight[facility]
    beside = None if efforts is None else efforts.units.aside[asked.place]
    arrival = None if efforts is None else efforts.facilities.aside[facility]
    return WayTo(
        facility_id=str(facilities.index[row]),
        name=text_or_none(facilities["name"].iloc[row]),
        at=asked.there[facility],
        straight=None if np.isnan(straight) else float(straight),
        metres=metres,
        effort=effort,
        minutes=None if effort is None else asked.minutes(effort),
        unit_aside=_known(beside),
        facility_aside=_known(arrival),
    )


def _known(metres: float | None) -> float | None:
    return None if metres is None or np.isnan(metres) else float(metres)
