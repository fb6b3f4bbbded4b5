"""How the answer to a siting question changes with how far people are taken to go.

A limit is a convention, not a law of nature: sites that are chosen whatever the limit are safer to
build than those that only one limit likes. Ways are found once, for the largest limit, and cut to
each (one-way sensitivity analysis: Saltelli et al. 2008, Global Sensitivity Analysis, chapter 1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from geo_planner.choice_errors import PART, ImpossibleNumberError, SitesNeededError
from geo_planner.errors import NotKnownError
from geo_planner.notes import Note
from geo_planner.project import Project
from geo_planner.siting.candidates import Candidates
from geo_planner.siting.choosing.coverage_program import coverage_task
from geo_planner.siting.clock import Clock
from geo_planner.siting.facilities import solve_task, times_covered
from geo_planner.siting.frontier import known_children
from geo_planner.siting.naming import site_names, site_words, unit_words
from geo_planner.siting.plan import SitePlan
from geo_planner.siting.proposal import Weight
from geo_planner.siting.question import Question
from geo_planner.siting.task import Task
from geo_planner.siting.watching import Watch
from geo_planner.travel.arrays import Flags
from geo_planner.travel.pairs import pairs_within

PERCENTS = (50.0, 75.0, 90.0, 100.0, 110.0, 125.0, 150.0)
"""Parts of the limit that are tried where the reader names none."""

PROBLEMS = ("cover-most", "cover-all")


@dataclass(frozen=True, eq=False)
class LimitSensitivity:
    """The answer at several parts of the limit, 100 percent being the limit itself.

    Attributes
    ----------
    question, problem, weight
        What was asked.
    table
        One row a part, indexed by ``percent``: ``limit_least`` and ``limit_most`` (metres, of
        units), ``status``, ``objective``, ``bound``, ``gap``, ``units_today``, ``units``,
        ``children`` (covered afterwards), ``sites`` (how many), ``chosen`` (ids), ``kept`` (sites
        chosen at 100 percent as well), ``own_units``, ``own_children``, ``own_objective`` (what
        the sites chosen at 100 percent would cover at this limit).
    sites
        One row a candidate chosen at any part, indexed by ``candidate_id``, most often chosen
        first: ``name``, ``times``, and one column a part, True where it is chosen.
    units
        One row a unit that is covered afterwards at some parts and not at others, indexed by
        ``unit_id``: ``name``, ``children``, one column a part.
    notes
        Caveats.
    """

    question: Question
    problem: str
    weight: Weight
    table: pd.DataFrame
    sites: pd.DataFrame
    units: pd.DataFrame
    notes: tuple[Note, ...]


def limit_sensitivity(  # noqa: PLR0913 - a question has as many conditions
    project: Project,
    facility_type: str,
    problem: str = "cover-most",
    *,
    sites: int | None = None,
    percents: Sequence[float] = PERCENTS,
    limit: float | None = None,
    mode: str = "walk",
    candidates: Candidates | None = None,
    as_of: date | None = None,
    weight: Weight = "children",
    time_limit: float | None = 60.0,
    watch: Watch | None = None,
) -> LimitSensitivity:
    """Return how the best sites change with the limit.

    Parameters
    ----------
    problem
        ``cover-most`` (``sites`` needed), or ``cover-all`` of the units that any site reaches.
    percents
        Parts of the limit; 100 is always among them.
    limit
        Metres of a plain street; default each unit's own limit of the type.
    time_limit, watch
        Of all the searches together.

    Raises
    ------
    ImpossibleNumberError, SitesNeededError
        If a part is not positive or above 1000, or ``sites`` is missing.
    NotKnownError, NoLimitError, NoCandidatesError
        As in :func:`geo_planner.siting.propose`.
    """
    if problem not in PROBLEMS:
        raise NotKnownError.among("siting problem", problem, PROBLEMS)
    if problem == "cover-most" and sites is None:
        raise SitesNeededError
    wrong = [f"{one:g}" for one in percents if not 0 < one <= 1000]
    if wrong:
        raise ImpossibleNumberError("percents", PART, ", ".join(wrong))
    asked = sorted({100.0, *(float(one) for one in percents)})
    question = Question.of(
        project, facility_type, mode=mode, limit=limit, candidates=candidates, as_of=as_of
    )
    farthest = float(question.limits.max(initial=0.0)) * asked[-1] / 100
    pairs = pairs_within(project, question.travel, question.here, question.there, farthest)
    clock = Clock(time_limit, watch)
    found: dict[float, tuple[Task, SitePlan]] = {}
    for number, percent in enumerate(asked):
        limits = np.round(question.limits * percent / 100, 3)
        near = pairs.chosen(pairs.cost <= limits[pairs.demand])
        clock.goes_on("solving", done=number / len(asked))
        share = None if np.isinf(clock.left) else clock.left / (len(asked) - number)
        task = coverage_task(question, Clock(share, watch), sites=sites, weight=weight, costs=near)
        plan = solve_task(task, problem, leave_unreachable=True, outside=~question.placed)
        found[percent] = (task, plan)
    covered = {percent: _covered(*one) for percent, one in found.items()}
    return LimitSensitivity(
        question,
        problem,
        weight,
        _table(question, found, covered),
        _sites(question, found),
        _units(question, covered),
        question.notes(),
    )


def _opened(task: Task, plan: SitePlan) -> Flags:
    opened = np.zeros(task.m, dtype=np.bool_)
    opened[plan.sites] = True
    return opened


def _covered(task: Task, plan: SitePlan) -> Flags:
    return np.asarray(times_covered(task, _opened(task, plan)) > 0)


def _table(
    question: Question,
    found: dict[float, tuple[Task, SitePlan]],
    covered: dict[float, Flags],
) -> pd.DataFrame:
    own = found[100.0][1]
    rows = []
    for percent, (task, plan) in found.items():
        stays = _covered(task, own)
        limits = question.limits * percent / 100
        rows.append(
            {
                "percent": percent,
                "limit_least": float(limits.min(initial=np.inf)),
                "limit_most": float(limits.max(initial=0.0)),
                "status": plan.status,
                "objective": plan.objective,
                "bound": plan.bound,
                "gap": plan.gap,
                "units_today": int((task.reached_today > 0).sum()),
                "units": int(covered[percent].sum()),
                "children": known_children(question, covered[percent]),
                "sites": len(plan.sites),
                "chosen": site_names(question, plan.sites),
                "kept": len(np.intersect1d(plan.sites, own.sites)),
                "own_units": int(stays.sum()),
                "own_children": known_children(question, stays),
                "own_objective": float(task.demand[stays].sum()),
            }
        )
    return pd.DataFrame(rows).set_index("percent")


def _sites(question: Question, found: dict[float, tuple[Task, SitePlan]]) -> pd.DataFrame:
    chosen = np.stack([_opened(*one) for one in found.values()])
    times = chosen.sum(axis=0)
    order = np.lexsort((np.arange(len(times)), -times))
    order = order[times[order] > 0]
    table = pd.DataFrame(
        {"name": site_words(question, order), "times": times[order]},
        index=pd.Index(site_names(question, order), name="candidate_id", dtype=object),
    )
    for percent, flags in zip(found, chosen, strict=True):
        table[percent] = flags[order]
    return table


def _units(question: Question, covered: dict[float, Flags]) -> pd.DataFrame:
    states = np.stack(list(covered.values()))
    flips = question.placed & states.any(axis=0) & ~states.all(axis=0)
    places = np.flatnonzero(flips)
    table = pd.DataFrame(
        {"name": unit_words(question, places)}, index=question.asked.nearest.index[places]
    )
    table["children"] = question.children[flips]
    for percent, flags in covered.items():
        table[percent] = flags[flips]
    return table
