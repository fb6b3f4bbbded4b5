"""Where to build: one door to every siting problem on plain arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from geo_planner.choice_errors import MissingSettingError
from geo_planner.errors import NotKnownError
from geo_planner.notes import Note, msgid
from geo_planner.siting.capacitated import CAPACITATED
from geo_planner.siting.center import center
from geo_planner.siting.clock import Clock
from geo_planner.siting.cover_all import cover_all
from geo_planner.siting.cover_most import cover_most
from geo_planner.siting.found import Found
from geo_planner.siting.median import median
from geo_planner.siting.plan import PROVEN, SitePlan, Status, gap_between
from geo_planner.siting.task import Task, task_of
from geo_planner.siting.watching import Watch
from geo_planner.travel.arrays import Flags, Floats, Ints
from geo_planner.travel.costs import TravelCosts

ProblemName = Literal["cover-all", "cover-most", "median", "center"]

PROBLEMS: dict[str, Callable[[Task], Found]] = {
    "cover-all": cover_all,
    "cover-most": cover_most,
    "median": median,
    "center": center,
}

STOPPED = Note(
    "stopped-by-limit",
    msgid(
        "The search ended at its time limit: the gap says how much better the best possible could "
        "be, and a faster computer may find another answer."
    ),
)
LEFT_ASIDE = msgid("{count} places that no site can reach are left aside.")
LEFT_WITHOUT_ROOM = msgid(
    "{count} units that no site can reach, or none within reach has places enough for, are left "
    "aside."
)
NO_BOUND = Note("no-bound", msgid("No bound: how far from the best possible is not known."))


def site_facilities(  # noqa: PLR0913 - a problem has as many conditions
    costs: TravelCosts,
    problem: ProblemName | str,
    *,
    sites: int | None = None,
    limit: float | npt.ArrayLike | None = None,
    demand: npt.ArrayLike | None = None,
    existing: Sequence[int] | npt.ArrayLike = (),
    closable: Sequence[int] | npt.ArrayLike = (),
    required: Sequence[int] | npt.ArrayLike = (),
    forbidden: Sequence[int] | npt.ArrayLike = (),
    capacity: npt.ArrayLike | None = None,
    load: npt.ArrayLike | None = None,
    opening_cost: npt.ArrayLike | None = None,
    budget: float | None = None,
    backup: int = 1,
    site_group: npt.ArrayLike | None = None,
    group_minimum: Mapping[int, int] | None = None,
    leave_unreachable: bool = False,
    time_limit: float | None = 60.0,
    gap: float = 0.0,
    watch: Watch | None = None,
) -> SitePlan:
    """Return where to build.

    Parameters
    ----------
    costs
        Pairs of demand point and site that can be travelled, shape (n, m). Where efforts are known
        they are what is limited and summed, else metres.
    problem
        ``cover-all`` (fewest or cheapest sites so that everybody is within the limit),
        ``cover-most`` (most demand within the limit), ``median`` (least demand times way),
        ``center`` (shortest longest way).
    sites
        How many candidates to open: at most for ``cover-most`` (and ``cover-all``, if given),
        exactly for ``median`` and ``center`` as far as there are so many; with a budget (and for
        ``center`` with capacities) at most, and None for as many as that pays for.
    limit
        Covering distance, inclusive; one number or one a demand point. For ``median`` and
        ``center`` no longer way may be used.
    demand
        Weight of each demand point, shape (n,); default 1.
    existing, closable, required, forbidden
        Sites that are open and stay (not counted in ``sites``); that are open and may be closed (to
        keep one counts, or costs its opening cost); that must be opened; that must not.
    capacity, load
        What each site can serve, and what each demand point takes of it (default its demand); each
        demand point is served wholly by one site.
    opening_cost, budget
        Cost of each site, and the most that may be spent.
    backup
        Open sites that must reach a point before it counts as covered (``cover-all``,
        ``cover-most``).
    site_group, group_minimum
        Group of each site (-1 for none), and the fewest open sites in each group, existing ones
        included.
    leave_unreachable
        Leave demand that no site can reach aside, with a note, instead of finding the problem
        infeasible (``cover-all``, ``median``, ``center``).
    time_limit
        Seconds; None for none.
    gap
        Relative gap that is good enough.
    watch
        Told of the progress; returns False to stop with the best answer so far.

    Returns
    -------
    SitePlan
        ``status`` is ``optimal`` only where the bound proves it.

    Raises
    ------
    NotKnownError
        If there is no such problem.
    BadNumberError, WrongLengthError
        If a number or condition cannot be; rows are counted from 0.
    ContradictionError
        If a site is required and forbidden.

    Notes
    -----
    Objectives: ``cover-most`` demand covered (by existing sites too); ``cover-all`` number, or
    opening cost, of opened sites; ``median`` sum of demand times way; ``center`` longest way.
    """
    if problem not in PROBLEMS:
        raise NotKnownError.among("siting problem", problem, tuple(PROBLEMS))
    task = task_of(
        costs,
        sites=sites,
        limit=limit,
        demand=demand,
        existing=existing,
        closable=closable,
        required=required,
        forbidden=forbidden,
        opening_cost=opening_cost,
        budget=budget,
        capacity=capacity,
        load=load,
        backup=backup,
        site_group=site_group,
        group_minimum=group_minimum,
        gap=gap,
        clock=Clock(time_limit, watch),
    )
    return solve_task(task, problem, leave_unreachable=leave_unreachable)


def solve_task(
    task: Task,
    problem: str,
    *,
    leave_unreachable: bool = False,
    outside: Flags | None = None,
) -> SitePlan:
    """Return the plan of a checked task; see :func:`site_facilities`.

    Parameters
    ----------
    outside
        Demand points that are not part of the question (nobody knows where they are), shape (n,).

    Raises
    ------
    BadNumberError
        If ``median`` or ``center`` are told neither a number of sites nor a budget.
    """
    left = np.zeros(task.n, dtype=np.bool_) if outside is None else outside
    if problem in ("median", "center"):
        if task.sites is None and task.budget is None:
            raise MissingSettingError("siting", "sites", (), [problem])
        # They ask for the nearest site alone: a second one in reach is not asked about.
        task = replace(task, backup=1)
    lost = (task.reached_by < task.backup) & ~left
    aside = lost & (leave_unreachable and problem != "cover-most")
    here = np.flatnonzero(~left & ~aside)
    asked = task if len(here) == task.n else with_demand(task, here)
    models = PROBLEMS if task.capacity is None else CAPACITATED
    plan = plan_of(asked, problem, models[problem](asked))
    everywhere = np.full(task.n, -1, dtype=np.int64)
    everywhere[here] = plan.assigned
    notes = plan.notes
    if aside.any():
        text = LEFT_ASIDE if task.capacity is None else LEFT_WITHOUT_ROOM
        notes = (*notes, Note("unreachable-left-aside", text, {"count": int(aside.sum())}))
    return replace(plan, assigned=everywhere, unreachable=np.flatnonzero(lost), notes=notes)


def plan_of(task: Task, problem: str, found: Found) -> SitePlan:
    """Return what a model found as a plan."""
    unreachable = np.flatnonzero(task.reached_by < task.backup)
    if found.opened is None:
        return SitePlan(
            sites=np.empty(0, dtype=np.int64),
            assigned=np.full(task.n, -1, dtype=np.int64),
            objective=np.nan,
            bound=found.bound if np.isfinite(found.bound) else np.nan,
            gap=np.inf,
            status="infeasible",
            unreachable=unreachable,
            closed=np.empty(0, dtype=np.int64),
            notes=() if found.infeasible else (NOTHING_FOUND,),
        )
    assigned = nearest_open(task, found.opened) if found.assigned is None else found.assigned
    objective = objective_of(task, problem, found.opened, assigned)
    bound = _clipped(found.bound, objective, most=problem == "cover-most")
    gap = gap_between(objective, bound)
    status: Status = "optimal" if gap <= PROVEN else "feasible"
    return SitePlan(
        sites=np.flatnonzero(found.opened),
        assigned=assigned,
        objective=objective,
        bound=bound,
        gap=gap,
        status=status,
        unreachable=unreachable,
        closed=np.flatnonzero(task.closable & ~found.opened),
        notes=_notes(task, status, bound),
    )


NOTHING_FOUND = Note(
    "nothing-found",
    msgid("No answer was found within the time limit; that there is none is not proven."),
)


def _notes(task: Task, status: Status, bound: float) -> tuple[Note, ...]:
    notes = []
    if status == "feasible" and task.clock.left == 0:
        notes.append(STOPPED)
    if np.isnan(bound):
        notes.append(NO_BOUND)
    return tuple(notes)


def _clipped(bound: float, objective: float, *, most: bool) -> float:
    """Return the bound without what rounding took beyond the objective; ``nan`` for none."""
    if not np.isfinite(bound):
        return float("nan")
    return max(bound, objective) if most else min(bound, objective)


def with_demand(task: Task, kept: Ints) -> Task:
    """Return the task with some of its demand points alone, numbered anew in that order."""
    number = np.full(task.n, -1, dtype=np.int64)
    number[kept] = np.arange(len(kept))
    pairs = task.costs.chosen(number[task.costs.demand] >= 0)
    costs = TravelCosts(
        number[pairs.demand], pairs.site, pairs.metres, (len(kept), task.m), pairs.effort
    )
    return replace(task, costs=costs, demand=task.demand[kept], load=task.load[kept])


def nearest_open(task: Task, opened: Flags) -> Ints:
    """Return the open site with the least costly way to each demand point, -1 for none.

    Of equally near ones the lowest index serves.
    """
    pairs = task.usable
    kept = (opened | task.existing)[pairs.site]
    demand, site, cost = pairs.demand[kept], pairs.site[kept], pairs.cost[kept]
    order = np.lexsort((site, cost, demand))
    demand, site = demand[order], site[order]
    first = np.ones(len(demand), dtype=np.bool_)
    first[1:] = demand[1:] != demand[:-1]
    found = np.full(task.n, -1, dtype=np.int64)
    found[demand[first]] = site[first]
    return found


def objective_of(task: Task, problem: str, opened: Flags, assigned: Ints) -> float:
    """Return what a choice is worth in the problem's own measure."""
    if problem == "cover-all":
        return float(task.price[opened].sum())
    if problem == "cover-most":
        if task.capacity is not None:
            return float(task.demand[assigned >= 0].sum())
        return float(task.demand[times_covered(task, opened) >= task.backup].sum())
    way = way_of(task, assigned)
    if problem == "median":
        return float((task.demand * way).sum())
    return float(way.max(initial=0.0))


def times_covered(task: Task, opened: Flags) -> Ints:
    """Return how many open sites reach each demand point, shape (n,)."""
    pairs = task.usable
    kept = (opened | task.existing)[pairs.site]
    return np.bincount(pairs.demand[kept], minlength=task.n).astype(np.int64)


def way_of(task: Task, assigned: Ints) -> Floats:
    """Return the cost of each demand point's way to its site, ``inf`` where it has none."""
    pairs = task.usable
    way = np.full(task.n, np.inf)
    own = assigned[pairs.demand] == pairs.site
    way[pairs.demand[own]] = pairs.cost[own]
    return way
