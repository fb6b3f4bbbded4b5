"""The fewest, or cheapest, new facilities with which each class of units meets its own target.

The program is that of :mod:`geo_planner.siting.reaching.group_cover`, one group a class and, with a
floor, one a regiment. What is covered today is the indicator's own verdict, and a unit that is
unknown today counts as not covered: the plan holds whatever the unknown ones turn out to be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from geo_planner.notes import Note, msgid
from geo_planner.project import Project
from geo_planner.siting.candidates import Candidates
from geo_planner.siting.checking import one_number
from geo_planner.siting.clock import Clock
from geo_planner.siting.facilities import NO_BOUND, STOPPED
from geo_planner.siting.found import Found
from geo_planner.siting.naming import site_words
from geo_planner.siting.plan import PROVEN, SitePlan, gap_between
from geo_planner.siting.proposal import (
    Proposal,
    candidate_sites,
    prices_of,
    proposal_of,
    required_sites,
    unsuitable,
)
from geo_planner.siting.question import Question
from geo_planner.siting.reaching.fewest import cover_groups, order_of
from geo_planner.siting.reaching.group_cover import GroupCover
from geo_planner.siting.reaching.promises import Promises, promises_of
from geo_planner.siting.reaching.unit_classes import Counting
from geo_planner.siting.watching import Watch
from geo_planner.travel.arrays import Flags, Floats, Ints

PROBLEM = "reach-target"


def reach_target(  # noqa: PLR0913 - a problem has as many conditions
    project: Project,
    facility_type: str,
    *,
    targets: Mapping[str, float] | None = None,
    floor: float | None = None,
    counting: Counting | None = None,
    limit: float | None = None,
    mode: str = "walk",
    candidates: Candidates | None = None,
    as_of: date | None = None,
    by_cost: bool = False,
    required: Sequence[str] = (),
    forbidden: Sequence[str] = (),
    time_limit: float | None = 60.0,
    gap: float = 0.0,
    watch: Watch | None = None,
) -> Proposal:
    """Return the fewest new facilities with which each class of units meets its own target.

    Parameters
    ----------
    targets
        Percent by indicator (id or label), kind of community or kind of unit: in place of the
        plan's figure, or where it prints none; noted as the reader's own. Every row of the
        catalogue for this type that promises a share of units is kept beside them.
    floor
        Least share, in percent, of the units of all classes together in each regiment that must be
        covered. Units, not children: a promise is kept unit by unit. Units outside any regiment
        have no floor.
    counting
        ``shared``: a new facility is recorded for every unit within the limit (default for rows
        that what is recorded decides, where there is a limit). ``own``: for the unit it stands for
        alone. ``reachable``: who is within the limit of a working facility is covered, recorded or
        not (default for rows of reach, and for classes the plan has no row for).
    limit, mode
        As in :func:`geo_planner.siting.propose`; a row of reach has its own unless a limit is
        given.
    candidates
        Default: the positions of the units the type is assessed for, or that are counted.
    by_cost
        Look for the cheapest instead of the fewest.
    required, forbidden
        Ids of candidates that must, or must not, be built.
    time_limit, gap, watch
        As in :func:`geo_planner.siting.site_facilities`.

    Returns
    -------
    Proposal
        ``classes`` is indexed by ``indicator``: ``label``, ``target`` (percent), ``n``,
        ``covered_before``, ``unknown_before``, ``needed_min`` and ``needed_max`` (units still to be
        covered if every unknown one is, and if none is), ``covered_after``, ``unknown_after``,
        ``met`` (whatever the unknown ones are), ``sites_if_unknown_yes`` (fewest of the chosen
        sites with which this class meets its target if every unknown unit is covered), ``lacking``
        (units that cannot be covered by any candidate although the target needs them).
        Sites come in the order in which the targets are met soonest. Of equally few sites those
        with most children newly covered are chosen.

    Raises
    ------
    NotKnownError
        If a type, mode, class or candidate is not known.
    NoClassTargetError
        If neither the plan nor the reader sets a target.
    NoLimitError, NoCandidatesError, BadNumberError, BadValueError
        As in :func:`geo_planner.siting.propose`.
    """
    wanted = promises_of(
        project,
        facility_type,
        targets=targets,
        floor=floor,
        counting=counting,
        limit=limit,
        mode=mode,
        candidates=candidates,
        as_of=as_of,
    )
    question = wanted.question
    price, notes = prices_of(question, by_cost=by_cost)
    allowed, must = allowed_sites(question, required, forbidden)
    each = np.ones(len(allowed)) if price is None else price[question.standing :]
    cover = wanted.cover(each, must, allowed)
    clock = Clock(time_limit, watch)
    gap = one_number("gap", gap)
    found = cover_groups(cover, clock=clock, gap=gap)
    if found.opened is None:
        return _refused(wanted, cover, notes)
    plan = _plan(wanted, cover, found, clock, gap)
    hopeful = wanted.cover(each, must, allowed, hopeful=True)
    hoped, spare = _if_unknown_yes(wanted, hopeful, found.opened, clock)
    order = order_of(cover, found.opened, wanted.sizes)
    classes = class_table(wanted, found.opened)
    classes["sites_if_unknown_yes"] = _each_if_yes(wanted, hopeful, found.opened, clock)
    dressed = proposal_of(
        question,
        PROBLEM,
        plan,
        notes=(*notes, *wanted.notes(), *hoped),
        classes=classes,
        order=order + question.standing,
    )
    return _counted(dressed, wanted, order, spare)


def allowed_sites(
    question: Question, required: Sequence[str], forbidden: Sequence[str]
) -> tuple[Flags, Flags]:
    """Return which candidates may, and which must be built, shape (m,).

    Raises
    ------
    ContradictionError
        If one must be built and may not.
    """
    allowed = np.ones(len(question.candidates), dtype=np.bool_)
    allowed[unsuitable(question) - question.standing] = False
    allowed[candidate_sites(question, forbidden) - question.standing] = False
    must = np.zeros(len(allowed), dtype=np.bool_)
    must[required_sites(question, required, forbidden) - question.standing] = True
    return allowed, must


def class_table(wanted: Promises, opened: Flags) -> pd.DataFrame:
    """Return how each class stands before and after; columns as of :func:`reach_target`."""
    after = wanted.covered_by(opened) & wanted.flags("helped") | wanted.flags("covered")
    rows = []
    for number, one in enumerate(wanted.classes):
        mine = wanted.of_class == number
        covered = int(after[mine].sum())
        rows.append(
            {
                "indicator": one.row.id,
                "label": one.row.label,
                "target": float(one.target),
                "n": one.n,
                "covered_before": int(one.covered.sum()),
                "unknown_before": int(one.unknown.sum()),
                "needed_min": one.needed[0],
                "needed_max": one.needed[1],
                "covered_after": covered,
                "unknown_after": int((one.unknown & ~after[mine]).sum()),
                "met": bool(100 * covered >= one.target * one.n),
                "lacking": 0,
            }
        )
    return pd.DataFrame(rows).set_index("indicator")


def _plan(wanted: Promises, cover: GroupCover, found: Found, clock: Clock, gap: float) -> SitePlan:
    opened = np.asarray(found.opened)
    objective = float(cover.price[opened].sum())
    bound = min(found.bound, objective) if np.isfinite(found.bound) else np.nan
    apart = gap_between(objective, bound)
    status = "optimal" if apart <= PROVEN else "feasible"
    notes = (STOPPED,) if status == "feasible" and apart > gap and clock.left == 0 else ()
    question = wanted.question
    return SitePlan(
        sites=np.flatnonzero(opened) + question.standing,
        assigned=_serving(wanted, opened),
        objective=objective,
        bound=bound,
        gap=apart,
        status="optimal" if status == "optimal" else "feasible",
        unreachable=np.empty(0, dtype=np.int64),
        closed=np.empty(0, dtype=np.int64),
        notes=(*notes, *((NO_BOUND,) if np.isnan(bound) else ())),
    )


def _serving(wanted: Promises, opened: Flags) -> Ints:
    """Return the new site that covers each unit of the question, the nearest, -1 for none."""
    question = wanted.question
    ways = question.costs
    fresh = ways.site >= question.standing
    key = ways.demand[fresh] * len(opened) + ways.site[fresh] - question.standing
    pairs = wanted.covers.tocoo()
    point, site = pairs.coords
    kept = opened[site] & wanted.open[point]
    demand = np.searchsorted(question.rows, wanted.units[point[kept]])
    site = site[kept]
    wish = demand * len(opened) + site
    place = np.minimum(np.searchsorted(key, wish), max(len(key) - 1, 0))
    way = np.full(len(wish), np.inf)
    if len(key):
        known = key[place] == wish
        way[known] = ways.cost[fresh][place[known]]
    found = np.full(len(question.rows), -1, dtype=np.int64)
    order = np.lexsort((-site, -way))  # the nearest comes last and stays
    found[demand[order]] = site[order] + question.standing
    return found


def _refused(wanted: Promises, cover: GroupCover, notes: tuple[Note, ...]) -> Proposal:
    """Return a proposal that names the units no candidate reaches."""
    every = cover.allowed | cover.required
    most = cover.counted(cover.covered(every))
    short = np.maximum(cover.need - most, 0)
    lost = np.zeros(len(wanted.units), dtype=np.bool_)
    uncovered = ~wanted.flags("covered") & ~(wanted.covered_by(every) & wanted.flags("helped"))
    homeless = ~wanted.flags("here") & ~wanted.covered_by(every)
    members = len(wanted.classes)
    for group in np.flatnonzero(short):
        if group < members:
            lost |= uncovered & (wanted.of_class == group)
        else:
            lost |= homeless & (wanted.regiment == wanted.regiments[group - members])
    classes = class_table(wanted, np.zeros(len(every), dtype=np.bool_))
    classes["sites_if_unknown_yes"] = np.nan
    classes["lacking"] = short[:members]
    plan = SitePlan(
        sites=np.empty(0, dtype=np.int64),
        assigned=np.full(len(wanted.question.rows), -1, dtype=np.int64),
        objective=np.nan,
        bound=np.nan,
        gap=np.inf,
        status="infeasible",
        unreachable=np.unique(np.searchsorted(wanted.question.rows, wanted.units[lost])),
        closed=np.empty(0, dtype=np.int64),
    )
    lacking = tuple(
        Note(
            "class-out-of-reach",
            OUT_OF_REACH,
            {"name": _group_name(wanted, int(one)), "count": int(short[one])},
        )
        for one in np.flatnonzero(short)
    )
    dressed = proposal_of(
        wanted.question,
        PROBLEM,
        plan,
        notes=(*notes, *wanted.notes(), *lacking),
        classes=classes,
        order=np.empty(0, dtype=np.int64),
    )
    return _counted(dressed, wanted, np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))


def _group_name(wanted: Promises, group: int) -> object:
    """Return the label of a class, or the name of a regiment."""
    if group < len(wanted.classes):
        return wanted.classes[group].row.label
    row = wanted.regiments[group - len(wanted.classes)]
    return str(wanted.question.project.units["name"].iloc[row])


OUT_OF_REACH = msgid(
    "{name}: even with every candidate built, {count} units fewer than promised would be covered."
)
IF_YES = msgid(
    "If every unknown unit turns out to be covered, {fewest} sites do; of those proposed these are "
    "not needed then: {spare}."
)
IF_YES_NONE = msgid(
    "Even if every unknown unit turns out to be covered, every site proposed is needed."
)


def _if_unknown_yes(
    wanted: Promises, hopeful: GroupCover, opened: Flags, clock: Clock
) -> tuple[tuple[Note, ...], Ints]:
    """Return what is said of the unknown units, and the chosen sites not needed if all are yes."""
    if not wanted.flags("unknown").any():
        return (), np.empty(0, dtype=np.int64)
    kept = cover_groups(replace(hopeful, allowed=opened), clock=clock)
    best = cover_groups(hopeful, clock=clock)
    spare = np.flatnonzero(opened & ~np.asarray(kept.opened))
    if not len(spare):
        return (Note("unknown-change-nothing", IF_YES_NONE),), spare
    fewest = min(_number_of(kept), _number_of(best))
    said = list(site_words(wanted.question, spare + wanted.question.standing))
    return (Note("if-unknown-yes", IF_YES, {"fewest": fewest, "spare": said}),), spare


def _each_if_yes(wanted: Promises, hopeful: GroupCover, opened: Flags, clock: Clock) -> list[int]:
    """Return how many of the chosen sites each class needs if every unknown unit is covered."""
    found = []
    chosen = np.flatnonzero(opened)
    for group in range(len(wanted.classes)):
        alone = replace(
            hopeful,
            covers=hopeful.covers[:, chosen],
            groups=hopeful.groups[[group]],
            need=hopeful.need[[group]],
            price=np.ones(len(chosen)),
            required=np.zeros(len(chosen), dtype=np.bool_),
            allowed=np.ones(len(chosen), dtype=np.bool_),
        )
        found.append(_number_of(cover_groups(alone, clock=clock)))
    return found


def _number_of(found: Found) -> int:
    return int(np.asarray(found.opened).sum())


def _counted(proposal: Proposal, wanted: Promises, order: Ints, spare: Ints) -> Proposal:
    """Return the proposal with units as the indicators count them, and who is recorded where."""
    sites = proposal.sites.copy()
    ids = wanted.question.project.units.index
    by_site = wanted.covers.tocsc()
    left = wanted.open & wanted.first
    gained, children = [], []
    for one in order:
        mine = by_site.indices[by_site.indptr[one] : by_site.indptr[one + 1]]
        fresh = np.sort(mine[left[mine]])
        left[fresh] = False
        gained.append([str(name) for name in ids[wanted.units[fresh]]])
        children.append(_known(wanted.children[fresh]))
    sites["newly_covered"], sites["newly_children"] = gained, children
    if wanted.served.lists is not None:
        sites["serves_units"] = wanted.served.lists[order]
    sites["spare_if_unknown_yes"] = np.isin(order, spare)
    return replace(proposal, sites=sites, units=_units(proposal, wanted, order))


def _units(proposal: Proposal, wanted: Promises, order: Ints) -> pd.DataFrame:
    """Return the units of the classes alone, as the indicators count them."""
    opened = np.zeros(len(wanted.question.candidates), dtype=np.bool_)
    opened[order] = True
    after = wanted.covered_by(opened) & wanted.flags("helped") | wanted.flags("covered")
    table = proposal.units.copy()
    place = np.searchsorted(wanted.question.rows, wanted.units)
    counted = np.zeros(len(table), dtype=np.bool_)
    counted[place] = True
    for name, sure, unsure in (
        ("before", wanted.flags("covered"), wanted.flags("unknown")),
        ("after", after, wanted.flags("unknown") & ~after),
    ):
        state = np.full(len(table), "uncovered", dtype=object)
        state[place[sure]] = "covered"
        state[place[unsure]] = "unknown"
        table[name] = state
    facilities = wanted.question.project.facilities.index
    holder = wanted.flags("holder")
    held = np.flatnonzero(holder >= 0)[::-1]
    site = table["site"].to_numpy(dtype=object).copy()
    site[place[held]] = [str(name) for name in facilities[holder[held]]]
    table["site"] = site
    return table.loc[counted]


def _known(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(known.sum()) if len(known) or not len(values) else float("nan")
