"""Where to build facilities of one type in a project, in names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, Literal, get_args

import geopandas as gpd
import numpy as np
import pandas as pd

from geo_planner.choice_errors import ContradictionError, MissingSettingError
from geo_planner.errors import NotKnownError, SitingError
from geo_planner.notes import Note, msgid
from geo_planner.project import Project
from geo_planner.siting.candidates import Candidates
from geo_planner.siting.clock import Clock
from geo_planner.siting.facilities import NOTHING_FOUND, PROBLEMS, solve_task
from geo_planner.siting.order import build_order, newly_covered, times_within
from geo_planner.siting.plan import SitePlan
from geo_planner.siting.question import Question
from geo_planner.siting.regiments import lacking_regiments, regiment_groups
from geo_planner.siting.task import task_of
from geo_planner.siting.told import values_of
from geo_planner.siting.watching import Watch
from geo_planner.siting_errors import (
    InfeasibleError,
    NoRoomError,
    NothingFoundError,
    RegimentLacksError,
    TooFewSitesError,
)
from geo_planner.travel.arrays import Floats, Ints

Weight = Literal["children", "units"]
NEEDS_NUMBER = ("cover-most", "median", "center")
SUITABILITY_WEIGHS = Note(
    "suitability-weighs",
    msgid(
        "What each site counts (its cost, or 1) is divided by its suitability: their sum is "
        "neither a number of sites nor money."
    ),
)
SUITABILITY_ASIDE = Note(
    "suitability-aside",
    msgid("Suitability does not weigh here; only sites of suitability 0 are left out."),
)
NOTHING_WEIGHS = Note(
    "nothing-weighs",
    msgid(
        "No unit states the children this type is for, so that none weighs anything: let every "
        "unit count alike."
    ),
)


@dataclass(frozen=True, eq=False)
class Proposal:
    """Sites to build, in the order to build them, and what they bring.

    Attributes
    ----------
    question
        What was asked.
    problem
        Name of the siting problem.
    plan
        The plan in numbers: status, objective, bound, gap.
    sites
        GeoDataFrame of points in the project's CRS, indexed by ``candidate_id``, in build order:
        ``order`` (from 1), ``name``, ``unit_id``, ``source``, ``cost``, ``suitability``,
        ``newly_covered`` (ids of the units that this site is the first to bring within the limit),
        ``newly_children`` (children in them, of those that state any), ``serves`` (units whose
        nearest site it will be); for targets by class also ``serves_units`` (the units a site is
        recorded for, with semicolons between) and ``spare_if_unknown_yes`` (whether the targets
        are met without it if every unknown unit turns out covered).
    units
        DataFrame indexed by ``unit_id``: ``name``, ``kind``, ``parent_id``, ``children``,
        ``before`` and ``after`` (``covered``, ``uncovered`` or ``unknown``), ``site`` (the site or
        facility that serves it then), ``cost_m`` (effort to it in metres).
    closed
        Ids of facilities that are open today and not kept.
    unreachable
        Ids of units no site can reach.
    classes
        For targets by class: one row a class; None else.
    notes
        Caveats that must be printed with the figures.
    weight
        What the objective of covering and of ways counts.
    limited_places
        Whether sites have so many places and no more: a unit's ``site`` is then the one that has
        places for it, and a unit within the limit may have none.
    no_room
        Ids of units that sites reach of which none has places enough for them.
    lacking
        Regiments with fewer possible sites than facilities wanted in them.
    """

    question: Question
    problem: str
    plan: SitePlan
    sites: gpd.GeoDataFrame
    units: pd.DataFrame
    closed: tuple[str, ...]
    unreachable: tuple[str, ...]
    notes: tuple[Note, ...]
    classes: pd.DataFrame | None = None
    weight: Weight = "children"
    limited_places: bool = False
    no_room: tuple[str, ...] = ()
    lacking: tuple[Note, ...] = ()

    def count(self, when: Literal["before", "after"], state: str = "covered") -> int:
        """Return how many units are in a state before or after."""
        return int((self.units[when] == state).sum())

    def children_of(self, when: Literal["before", "after"], state: str = "covered") -> float:
        """Return the children, of the units that state any, in units of a state."""
        return float(self.units.loc[self.units[when] == state, "children"].sum())

    @property
    def measure(self) -> Literal["sites", "cost", "suitability"]:
        """What a problem that builds as little as possible adds up.

        The sites it opens (the closable facilities it keeps included), their costs, or either over
        the suitability of each.
        """
        if SUITABILITY_WEIGHS in self.notes:
            return "suitability"
        return "sites" if self.plan.objective == len(self.plan.sites) else "cost"

    @property
    def total_cost(self) -> float | None:
        """What the proposed sites that state a cost cost together; None where none states any."""
        cost = self.sites["cost"].dropna()
        stated = not np.isnan(self.question.candidates.numbers("cost")).all()
        if len(cost) or (stated and not len(self.sites)):
            return float(cost.sum())
        return None

    @property
    def cost_unknown(self) -> int:
        """How many of the proposed sites state no cost."""
        return int(self.sites["cost"].isna().sum())

    @property
    def mean_way(self) -> float | None:
        """Metres to a site, on average of who has one; None for other problems than ``median``."""
        ways = self.units.loc[self.units["site"].notna(), ["children", "cost_m"]]
        each = ways["children"].fillna(0.0) if self.weight == "children" else ways["cost_m"] * 0 + 1
        if self.problem != "median" or not each.sum() > 0:
            return None
        return float((each * ways["cost_m"]).sum() / each.sum())

    @property
    def served(self) -> tuple[int, float] | tuple[None, None]:
        """Units, and children in them, that sites have places for; None where places do not end."""
        if not self.limited_places:
            return None, None
        has = self.units["site"].notna()
        return int(has.sum()), float(self.units.loc[has, "children"].sum())

    @cached_property
    def facilities(self) -> gpd.GeoDataFrame:
        """The proposed sites as facility rows, for :meth:`Project.adding`."""
        table = self.sites[["name", "unit_id", "geometry"]].copy()
        table.index = pd.Index([f"proposed:{one}" for one in table.index], name="facility_id")
        table["facility_type"] = self.question.kind.id
        table["status"] = "active"
        if "serves_units" in self.sites:
            table["serves_units"] = self.sites["serves_units"].to_numpy(dtype=object)
        return table

    def refusal(self) -> SitingError | None:
        """Return why there is no answer, None where there is one."""
        if self.plan.status != "infeasible":
            return None
        if any(note.code == NOTHING_FOUND.code for note in self.plan.notes):
            return NothingFoundError()
        if self.lacking:
            return RegimentLacksError(lacking=self.lacking)
        if self.unreachable:
            return InfeasibleError(count=len(self.unreachable), unreachable=self.unreachable)
        if self.no_room:
            return NoRoomError(units=self.no_room)
        return TooFewSitesError(asked=self.problem)

    def as_json(self) -> dict[str, Any]:
        """Return plain values; positions in EPSG:4326, unknown numbers None."""
        return values_of(self)


def propose(  # noqa: PLR0913 - a problem has as many conditions
    project: Project,
    facility_type: str,
    problem: str,
    *,
    sites: int | None = None,
    limit: float | None = None,
    mode: str = "walk",
    candidates: Candidates | None = None,
    as_of: date | None = None,
    weight: Weight = "children",
    capacity: float | None = None,
    closable: Sequence[str] = (),
    required: Sequence[str] = (),
    forbidden: Sequence[str] = (),
    regiment_minimum: Mapping[str, int] | int | None = None,
    budget: float | None = None,
    by_cost: bool = False,
    backup: int = 1,
    leave_unreachable: bool = False,
    time_limit: float | None = 60.0,
    gap: float = 0.0,
    watch: Watch | None = None,
) -> Proposal:
    """Return where to build facilities of a type.

    Parameters
    ----------
    problem
        ``cover-all``, ``cover-most``, ``median`` or ``center``; see
        :func:`geo_planner.siting.site_facilities`.
    sites
        How many to build; ``cover-all`` finds the number itself.
    limit
        Covering distance in metres of a plain street; default the type's own limits.
    candidates
        Default: the positions of the units that are assessed.
    weight
        What counts: the children of the band the type serves (a unit that states none weighs
        nothing, with a note), or every unit alike.
    capacity
        Places of a new facility where its candidate states none; the working ones have their own.
        None: no end to them.
    closable
        Ids of working facilities that need not be kept.
    required, forbidden
        Ids of candidates that must, or must not, be built.
    regiment_minimum
        Fewest facilities in each regiment (by ``unit_id``), or in all of them.
    budget, by_cost
        Most that may be spent, and whether ``cover-all`` looks for the cheapest instead of the
        fewest. A budget is of the candidates' own costs; without one, ``cover-all`` divides what
        each site counts by its suitability.
    backup
        How many facilities must be within the limit.
    leave_unreachable
        Leave units that no site can reach aside instead of refusing.
    time_limit, gap, watch
        As in :func:`geo_planner.siting.site_facilities`.

    Raises
    ------
    NotKnownError
        If a type, mode, problem, candidate, facility or regiment is not known.
    NoLimitError
        If the catalogue sets no limit and none is given.
    NoCandidatesError
        If there is nowhere to build.
    BadNumberError
        If a number is missing or cannot be.
    """
    if problem not in PROBLEMS:
        raise NotKnownError.among("siting problem", problem, tuple(PROBLEMS))
    if problem in NEEDS_NUMBER and sites is None and budget is None:
        raise MissingSettingError("siting", "sites", (), [problem])
    question = Question.of(
        project,
        facility_type,
        mode=mode,
        limit=limit,
        candidates=candidates,
        as_of=as_of,
        unlimited_pairs=problem in ("median", "center"),
    )
    price, notes = prices_of(
        question,
        by_cost=by_cost or budget is not None,
        weighed=problem == "cover-all" and budget is None,
    )
    groups, fewest = regiment_groups(question, regiment_minimum)
    demand = weights_of(question, weight)
    if weight == "children" and problem != "cover-all" and len(demand) and not demand.any():
        notes = (*notes, NOTHING_WEIGHS)
    kept_or_not = facility_sites(question, closable)
    task = task_of(
        question.costs,
        sites=sites,
        demand=demand,
        existing=np.setdiff1d(np.arange(question.standing), kept_or_not),
        closable=kept_or_not,
        required=required_sites(question, required, forbidden),
        forbidden=np.union1d(candidate_sites(question, forbidden), unsuitable(question)),
        opening_cost=price,
        budget=budget,
        capacity=capacities_of(question, capacity),
        backup=backup,
        site_group=groups,
        group_minimum=fewest,
        gap=gap,
        clock=Clock(time_limit, watch),
    )
    # Who has no position cannot be sited for: unknown, neither covered nor not.
    plan = solve_task(task, problem, leave_unreachable=leave_unreachable, outside=~question.placed)
    found = proposal_of(question, problem, plan, backup=backup, notes=notes)
    ids = question.asked.nearest.index
    near = replace(task, capacity=None).reached_by[plan.unreachable] >= task.backup
    return replace(
        found,
        weight=weight,
        limited_places=capacity is not None,
        unreachable=tuple(str(one) for one in ids[plan.unreachable[~near]]),
        no_room=tuple(str(one) for one in ids[plan.unreachable[near]]),
        lacking=lacking_regiments(question, task),
    )


def proposal_of(
    question: Question,
    problem: str,
    plan: SitePlan,
    *,
    backup: int = 1,
    notes: tuple[Note, ...] = (),
    classes: pd.DataFrame | None = None,
    order: Ints | None = None,
) -> Proposal:
    """Return a plan in names.

    Parameters
    ----------
    order
        The plan's sites in the order to build them; default :func:`build_order`.
    """
    built = build_order(question, plan.sites) if order is None else order
    built = built[built >= question.standing]
    gains = newly_covered(question, built, closed=plan.closed, backup=backup)
    ids = question.asked.nearest.index.to_numpy(dtype=object)
    children = question.children
    table = question.candidates.table.iloc[built - question.standing].copy()
    table.insert(0, "order", np.arange(1, len(built) + 1))
    table["newly_covered"] = [[str(ids[row]) for row in rows] for rows in gains]
    table["newly_children"] = [_known_sum(children[rows]) for rows in gains]
    served = np.bincount(plan.assigned[plan.assigned >= 0], minlength=question.costs.shape[1])
    table["serves"] = served[built]
    return Proposal(
        question=question,
        problem=problem,
        plan=plan,
        sites=table,
        units=unit_table(question, plan, backup=backup),
        closed=tuple(
            str(question.project.facilities.index[question.asked.working[one]])
            for one in plan.closed
            if one < question.standing
        ),
        unreachable=tuple(str(ids[row]) for row in plan.unreachable),
        notes=(*question.notes(), *notes, *plan.notes),
        classes=classes,
    )


def unit_table(question: Question, plan: SitePlan, *, backup: int = 1) -> pd.DataFrame:
    """Return how each unit stands before and after; columns as of :class:`Proposal`."""
    nearest = question.asked.nearest
    table = nearest[["name", "kind", "parent_id"]].copy()
    table["children"] = question.children
    today = np.arange(question.standing)
    then = np.setdiff1d(np.union1d(today, plan.sites), plan.closed)
    for name, open_ in (("before", today), ("after", then)):
        table[name] = np.where(
            ~question.placed,
            "unknown",
            np.where(times_within(question, open_) >= backup, "covered", "uncovered"),
        )
    names = np.concatenate(
        [
            question.project.facilities.index.to_numpy(dtype=object)[question.asked.working],
            question.candidates.table.index.to_numpy(dtype=object),
        ]
    )
    way = np.full(len(table), np.nan)
    own = plan.assigned[question.costs.demand] == question.costs.site
    way[question.costs.demand[own]] = question.costs.cost[own]
    table["site"] = [None if one < 0 else str(names[one]) for one in plan.assigned]
    table["cost_m"] = way
    return table


def weights_of(question: Question, weight: Weight) -> Floats:
    """Return what each unit weighs, shape (n,): 0 where it does not state its children."""
    if weight == "units":
        return np.ones(len(question.rows))
    if weight != "children":
        raise NotKnownError.among(msgid("weight"), weight, get_args(Weight))
    return np.nan_to_num(question.children, nan=0.0)


def prices_of(
    question: Question, *, by_cost: bool, weighed: bool = True
) -> tuple[Floats | None, tuple[Note, ...]]:
    """Return what each site counts, shape (m,): its cost, or 1; ``weighed``, over its suitability.

    None where all candidates count alike. A candidate of unknown cost counts as the dearest known,
    with a note; so does a judgement that weighs, or does not.
    """
    suitability = question.candidates.suitability
    notes: tuple[Note, ...] = ()
    if (suitability[suitability > 0] < 1).any():
        notes = (SUITABILITY_WEIGHS if weighed else SUITABILITY_ASIDE,)
    else:
        weighed = False
    if not (by_cost or weighed):
        return None, notes
    each = np.ones(len(suitability))
    if by_cost:
        cost = question.candidates.numbers("cost")
        unknown = np.isnan(cost)
        if unknown.all():
            raise MissingSettingError("candidates", "cost", (), ["candidates"])
        if unknown.any():
            notes = (
                *notes,
                Note(
                    "cost-unknown",
                    msgid(
                        "{count} candidates state no cost: each is taken to cost as much as the "
                        "dearest that does ({cost})."
                    ),
                    {"count": int(unknown.sum()), "cost": f"{np.nanmax(cost):g}"},
                ),
            )
        each = np.where(unknown, np.nanmax(cost), cost)
    if weighed:
        each = np.divide(each, suitability, out=each.copy(), where=suitability > 0)
    return np.concatenate([np.zeros(question.standing), each]), notes


def unsuitable(question: Question) -> Ints:
    """Return the sites nobody may build on: candidates of suitability 0."""
    return question.standing + np.flatnonzero(question.candidates.suitability <= 0)


def capacities_of(question: Question, capacity: float | None) -> Floats | None:
    """Return the places of each site, shape (m,); None where none are asked for.

    A working facility that does not state its places is taken to have as many as a new one.
    """
    if capacity is None:
        return None
    stated = np.concatenate([question.asked.capacity, question.candidates.numbers("capacity")])
    return np.where(np.isnan(stated), float(capacity), stated)


def candidate_sites(question: Question, ids: Sequence[str]) -> Ints:
    """Return the site numbers of candidates."""
    known = question.candidates.table.index
    return question.standing + _places(known, ids, "candidate")


def required_sites(question: Question, required: Sequence[str], forbidden: Sequence[str]) -> Ints:
    """Return the site numbers of candidates that must be built.

    Raises
    ------
    ContradictionError
        If one of them is forbidden, or of suitability 0.
    """
    must = candidate_sites(question, required)
    barred = np.union1d(candidate_sites(question, forbidden), unsuitable(question))
    both = np.unique(must[np.isin(must, barred)])
    if len(both):
        names = question.candidates.table.index[both - question.standing]
        raise ContradictionError([str(one) for one in names])
    return must


def facility_sites(question: Question, ids: Sequence[str]) -> Ints:
    """Return the site numbers of working facilities."""
    known = question.project.facilities.index[question.asked.working]
    return _places(known, ids, "working facility")


def _places(known: pd.Index, ids: Sequence[str], what: str) -> Ints:
    found = np.asarray(known.get_indexer(list(ids)), dtype=np.int64)
    for name, place in zip(ids, found, strict=True):
        if place < 0:
            raise NotKnownError.among(what, str(name), [str(one) for one in known])
    return found


def _known_sum(values: Floats) -> float:
    """Return the sum of the known values, ``nan`` where there are some and none is known."""
    known = values[~np.isnan(values)]
    return float(known.sum()) if len(known) or not len(values) else float("nan")
