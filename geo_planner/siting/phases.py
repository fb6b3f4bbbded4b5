"""What to build in which year, so that most children are covered soonest and promises are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import get_args

import numpy as np
from scipy.sparse import csr_array

from geo_planner.choice_errors import BadSettingError, MissingSettingError
from geo_planner.errors import NotKnownError
from geo_planner.exact import ceiling
from geo_planner.notes import Note, msgid
from geo_planner.project import Project
from geo_planner.siting.checking import one_number
from geo_planner.siting.clock import Clock
from geo_planner.siting.phasing.phased_plan import PhasedPlan, plan_of
from geo_planner.siting.phasing.program import Part, Programme
from geo_planner.siting.phasing.search import Order, best_order
from geo_planner.siting.phasing.wants import Means, Milestone, Want, Worth
from geo_planner.siting.reach_target import allowed_sites
from geo_planner.siting.reaching.group_cover import reduced
from geo_planner.siting.reaching.promises import Promises, promises_of
from geo_planner.siting.reaching.unit_classes import percent_of
from geo_planner.siting.watching import Watch
from geo_planner.siting_errors import TooFewSitesError
from geo_planner.travel.arrays import Floats

__all__ = ["Milestone", "PhasedPlan", "Want", "plan_phases"]

Promised = dict[tuple[int, int, int], tuple[float, int]]
"""Type, class and year -> percent, and the number of units it takes."""


def plan_phases(  # noqa: PLR0913 - a plan has as many conditions
    project: Project,
    wants: Sequence[Want],
    *,
    years: Sequence[int],
    budgets: Mapping[int, float] | None = None,
    buildings: int | Mapping[int, int] | None = None,
    carry_over: bool = True,
    milestones: Sequence[Milestone] = (),
    final: bool = True,
    worth: Worth = "children",
    as_of: date | None = None,
    time_limit: float | None = 60.0,
    gap: float = 0.0,
    watch: Watch | None = None,
) -> PhasedPlan:
    """Return what to build in which year.

    Parameters
    ----------
    wants
        One a facility type.
    years
        Years of building, ascending. What is built in a year works by its end, and stays.
    budgets, buildings, carry_over
        Money by year, most buildings of all types in a year, and whether money not spent in a year
        may be spent later.
    milestones
        Shares that must be covered by the end of a year.
    final
        Whether each class must have its target by the last year.
    worth
        What is to be covered soonest: children, or units all alike. Of children, a unit that does
        not state any counts for next to nothing.
    time_limit, gap, watch
        As in :func:`geo_planner.siting.site_facilities`.

    Returns
    -------
    PhasedPlan
        ``status`` is ``infeasible`` where it is proven that not all promises can be kept; the plan
        is then one that lacks least, and ``classes`` says which year and class lacks how many.

    Raises
    ------
    TooFewSitesError
        If not even the required sites can be built.
    NotKnownError
        If a milestone names no class of what is wanted.
    NotKnownError, NoClassTargetError, NoLimitError, NoCandidatesError, BadNumberError
        As in :func:`geo_planner.siting.reach_target`; also a cost that neither candidate, want nor
        catalogue knows, where there are budgets.
    """
    means = Means(tuple(years), budgets, buildings, carry_over)
    promises = tuple(_promises(project, want, as_of) for want in wants)
    if not promises:
        raise MissingSettingError("siting", "facility_type", (), ["phases"])
    if worth not in get_args(Worth):
        raise NotKnownError.among(msgid("weight"), worth, get_args(Worth))
    gap = one_number("gap", gap)
    goals = _goals(promises, means, milestones, final=final)
    costs = [_costs(one, want, means) for one, want in zip(promises, wants, strict=True)]
    clock = Clock(time_limit, watch)
    clock.goes_on("reducing", done=0.0)
    programme = Programme(
        parts=tuple(
            _part(one, want, number, cost, goals, means, worth)
            for number, (one, want, cost) in enumerate(zip(promises, wants, costs, strict=True))
        ),
        money=means.money,
        numbers=means.numbers,
        carry_over=carry_over,
    )
    order = best_order(programme, clock, gap=gap, share=0.7)
    if order.built is None:
        raise TooFewSitesError(asked="phases")
    alone = _each_year_alone(programme, order, clock, gap)
    return plan_of(
        wants=tuple(wants),
        promises=promises,
        costs=tuple(costs),
        means=means,
        goals=goals,
        programme=programme,
        order=order,
        alone=alone,
        worth=worth,
        gap=gap,
        notes=_notes(wants, promises, means),
    )


WEIGHTED = Note(
    "weighted", msgid("What is covered is weighted by facility type, as the reader asked.")
)


ASSUMED = msgid(
    "{type}: nobody states a cost; {yuan} yuan each is a tool assumption, and budgets are read in "
    "yuan too."
)


def _notes(wants: Sequence[Want], promises: Sequence[Promises], means: Means) -> tuple[Note, ...]:
    found = [] if all(want.weight == 1 for want in wants) else [WEIGHTED]
    for want, one in zip(wants, promises, strict=True):
        assumed = one.question.project.catalogue.facility_costs.get(want.facility_type)
        silent = want.cost is None and np.isnan(one.question.candidates.numbers("cost")).any()
        if assumed is not None and silent and means.budgets is not None:
            params = {"type": one.question.kind.label, "yuan": f"{assumed.yuan:,}"}
            found.append(Note("cost-assumed", ASSUMED, params))
    return tuple(found)


def _promises(project: Project, want: Want, as_of: date | None) -> Promises:
    return promises_of(
        project,
        want.facility_type,
        targets=want.targets,
        counting=want.counting,
        limit=want.limit,
        mode=want.mode,
        candidates=want.candidates,
        as_of=as_of,
        unpromised=True,
    )


def _goals(
    promises: Sequence[Promises], means: Means, milestones: Sequence[Milestone], *, final: bool
) -> Promised:
    """Return what must be covered by when; of two promises for one year the higher holds."""
    found: Promised = {}

    def promise(number: int, place: int, year: int, percent: float) -> None:
        one = promises[number].classes[place]
        exact = percent_of(one.row.id, percent)
        least = ceiling(Fraction(exact) * one.n / 100)
        held = found.get((number, place, year))
        if held is None or held[1] <= least:
            found[number, place, year] = (float(exact), least)

    for number, one in enumerate(promises):
        for place, wanted in enumerate(one.classes):
            if final and wanted.target > 0:
                promise(number, place, len(means.years) - 1, float(wanted.target))
    for mark in milestones:
        if mark.year not in means.years:
            raise BadSettingError("siting", "milestone", (), [str(mark.year)])
        places = [
            (number, place)
            for number, one in enumerate(promises)
            for place, wanted in enumerate(one.classes)
            if mark.indicator in (wanted.row.id, wanted.row.community_kind)
            and mark.facility_type in (None, one.question.kind.id)
        ]
        if not places:
            known = [wanted.row.id for one in promises for wanted in one.classes]
            raise NotKnownError.among("class of units", mark.indicator, known)
        for number, place in places:
            promise(number, place, means.years.index(mark.year), mark.percent)
    return found


def _costs(one: Promises, want: Want, means: Means) -> Floats:
    """Return what each candidate costs, shape (m,); ``nan`` where nobody says and none matters."""
    cost = one.question.candidates.numbers("cost")
    if want.cost is not None:
        if not want.cost >= 0 or np.isinf(want.cost):
            raise BadSettingError("siting", "cost", (), [f"{want.cost:g}"])
        cost = np.where(np.isnan(cost), want.cost, cost)
    assumed = one.question.project.catalogue.facility_costs.get(want.facility_type)
    if assumed is not None and means.budgets is not None:
        cost = np.where(np.isnan(cost), float(assumed.yuan), cost)
    if means.budgets is not None and np.isnan(cost).any():
        raise MissingSettingError("siting", "cost", (), [want.facility_type])
    return cost


def _part(
    one: Promises,
    want: Want,
    number: int,
    cost: Floats,
    goals: Promised,
    means: Means,
    worth: Worth,
) -> Part:
    allowed, must = allowed_sites(one.question, want.required, want.forbidden)
    price = np.ones(len(cost)) if means.budgets is None else cost
    cover = one.cover(price, must, allowed)
    value = cover.value if worth == "children" else one.first[one.open].astype(np.float64)
    small = reduced(replace(cover, value=value))
    need = np.zeros((len(one.classes), len(means.years)), dtype=np.int64)
    for (kind, place, year), (_, least) in goals.items():
        if kind == number:
            need[place, year] = max(0, least - int(one.classes[place].covered.sum()))
    each = small.value / small.weight
    # Units without children still come before nothing.
    least_worth = max(float(each.max(initial=0.0)), 1.0) * 1e-6
    groups = csr_array(small.groups[: len(one.classes)])
    return Part(
        cover=replace(small, groups=groups),
        worth=one_number("weight", want.weight) * np.maximum(each, least_worth),
        per_year=means.of_type(want),
        need=need,
    )


def _each_year_alone(programme: Programme, order: Order, clock: Clock, gap: float) -> list[Order]:
    """Return the best of each year on its own, with the means up to it and its own promises."""
    built = order.built or []
    kept = programme.keeping_to(built)
    found = []
    for year in range(programme.years):
        clock.goes_on("bounding", done=0.7 + 0.3 * year / programme.years)
        alone = kept.year_alone(year)
        start = [mine[[year]] for mine in built]
        share = 1.0 / (programme.years - year)
        found.append(best_order(alone, clock, gap=gap, share=share, start=start))
    return found
