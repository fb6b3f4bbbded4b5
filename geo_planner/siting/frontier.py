r"""Coverage against the number of sites, for a whole range at once.

The best choice of each number need not contain the best of a smaller one; the nested order (one
site after another, each the most useful next) does, and is what one can build. Both stand side by
side: their distance is what building step by step costs.

The knee is the number from which on another site brings clearly less: the point of the curve
farthest above the straight line between its ends, both axes from 0 to 1 (Satopaa, Albrecht, Irwin &
Raghavan 2011, Finding a "Kneedle" in a haystack, ICDCS workshops, 166-171).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

import numpy as np
import pandas as pd

from geo_planner.choice_errors import COUNT, PERCENT, ImpossibleNumberError
from geo_planner.notes import Note, msgid
from geo_planner.project import Project
from geo_planner.siting.candidates import Candidates
from geo_planner.siting.choosing.coverage_program import CoverageProgram, coverage_task
from geo_planner.siting.choosing.nested import Nested, nested_order
from geo_planner.siting.clock import Clock
from geo_planner.siting.covering.frontier import coverage_frontier
from geo_planner.siting.facilities import solve_task
from geo_planner.siting.naming import site_names, site_words
from geo_planner.siting.plan import PROVEN, gap_between
from geo_planner.siting.proposal import Weight
from geo_planner.siting.question import Question
from geo_planner.siting.watching import Watch
from geo_planner.travel.arrays import Flags, Floats

TARGETS = (80.0, 90.0, 96.0, 100.0)
"""Shares of the whole that are looked for where the reader names none, percent."""

FEW_PAIRS = 5_000
"""Pairs of unit and site up to which the search begins from the order of building alone."""

EXACT_PAIRS = 50_000
"""Pairs up to which the best choice of every number is searched for, as far as the time goes."""

NOT_EACH = Note(
    "frontier-not-each",
    msgid(
        "There are so many pairs of unit and site that the best was not searched for number by "
        "number: the choices are good ones, and the bound says how much better any could be."
    ),
)


@dataclass(frozen=True, eq=False, slots=True)
class Choice:
    """The best choice found of at most so many sites: flags of sites, and what none can exceed."""

    opened: Flags
    covered: float
    bound: float


@dataclass(frozen=True, eq=False)
class Frontier:
    """Coverage against number of sites.

    Attributes
    ----------
    question, weight, day
        What was asked, what was to be covered most (``children`` or ``units``), and on which day.
    table
        One row a number of new sites from 0, indexed by ``sites``. Of the best choice found:
        ``covered`` (units or children, as ``weight`` says), ``bound`` (what no choice can exceed),
        ``gap``, ``status`` (``optimal`` or ``feasible``), ``units``, ``children`` (of units that
        state any), ``chosen`` (ids of the candidates). Of the order of building: ``nested`` (its
        coverage), ``nested_units``, ``nested_children``, ``added`` (id of the site it adds, None
        where nothing more is gained), ``added_name``, ``newly_covered`` (ids of the units that site
        adds).
    order
        Ids of candidates in the order of building.
    knee
        The number of sites at the knee of the curve; None where the curve has none.
    targets
        One row a share, indexed by ``percent`` of the whole: ``sites`` (smallest number of which a
        choice was found that reaches it), ``at_least`` (no fewer can), ``nested`` (number in the
        order of building); missing where not reached in the range. What is of unknown position
        counts to the whole and not to what is covered.
    whole, unknown
        All units or children asked about, and those of them in units without a position.
    notes
        Caveats.
    """

    question: Question
    weight: Weight
    day: date
    table: pd.DataFrame
    order: tuple[str, ...]
    knee: int | None
    targets: pd.DataFrame
    whole: float
    unknown: float
    notes: tuple[Note, ...]


def frontier(  # noqa: PLR0913 - a question has as many conditions
    project: Project,
    facility_type: str,
    *,
    up_to: int,
    limit: float | None = None,
    mode: str = "walk",
    candidates: Candidates | None = None,
    as_of: date | None = None,
    weight: Weight = "children",
    targets: Sequence[float] = TARGETS,
    forbidden: Sequence[str] = (),
    time_limit: float | None = 60.0,
    watch: Watch | None = None,
) -> Frontier:
    """Return coverage against the number of sites, from none to ``up_to``.

    Parameters
    ----------
    up_to
        Largest number of new sites; never more than there are candidates.
    weight
        What is to be covered: children of the band the type serves, or units.
    targets
        Shares in percent whose number of sites is told.
    forbidden
        Ids of candidates that must not be built.
    time_limit, watch
        Of the whole range, as in :func:`geo_planner.siting.site_facilities`.

    Raises
    ------
    ImpossibleNumberError
        If ``up_to`` is not positive, or a share not between 0 and 100.
    NotKnownError, NoLimitError, NoCandidatesError
        As in :func:`geo_planner.siting.propose`.
    """
    if not up_to >= 1 or up_to % 1:
        raise ImpossibleNumberError("up_to", COUNT, str(up_to))
    wrong = [f"{one:g}" for one in targets if not 0 <= one <= 100]
    if wrong:
        raise ImpossibleNumberError("targets", PERCENT, ", ".join(wrong))
    question = Question.of(
        project, facility_type, mode=mode, limit=limit, candidates=candidates, as_of=as_of
    )
    clock = Clock(time_limit, watch)
    task = coverage_task(question, clock, sites=None, weight=weight, forbidden=forbidden)
    program = CoverageProgram(task)
    most = min(up_to, int(task.candidate.sum()))
    nested = nested_order(task, most)
    pairs = len(task.usable.site)
    best = nested_choices(program, nested, most)
    if pairs > FEW_PAIRS:
        best = best_along(program, best)
    if pairs <= EXACT_PAIRS:
        best = best_of_each(program, best, watch=watch)
    table = _table(question, program, best, nested)
    whole = float(task.demand.sum())
    return Frontier(
        question,
        weight,
        as_of or project.reference_date or date.max,
        table,
        site_names(question, nested.sites),
        knee_of(table["covered"].to_numpy(dtype=np.float64)),
        _targets(table, sorted(targets), whole),
        whole,
        float(task.demand[~question.placed].sum()),
        (*question.notes(), *(() if pairs <= EXACT_PAIRS else (NOT_EACH,))),
    )


def nested_choices(program: CoverageProgram, nested: Nested, most: int) -> list[Choice]:
    """Return the order of building as choices of at most 0, 1, ... ``most`` sites."""
    task = program.task
    reachable = float(task.demand[program.today].sum() + task.demand[program.points].sum())
    found = []
    for many in range(most + 1):
        opened = np.zeros(task.m, dtype=np.bool_)
        opened[nested.sites[:many]] = True
        covered = float(nested.covered[min(many, len(nested.sites))])
        bound = min(float(nested.bound[many]), reachable)
        found.append(Choice(opened, covered, max(bound, covered)))
    return found


def best_along(program: CoverageProgram, starts: list[Choice]) -> list[Choice]:
    """Return good choices of at most 0, 1, ... sites, none worse than those given, in one run."""
    curve = coverage_frontier(program.task, len(starts) - 1)
    found: list[Choice] = []
    for many, start in enumerate(starts):
        choice = _no_worse(found, start)
        bound = min(choice.bound, float(curve.bound[many]))
        opened = choice.opened
        if curve.covered[many] > choice.covered:
            opened = np.isin(np.arange(program.task.m), curve.sites(many))
        found.append(_better(program, choice, opened, bound))
    return _tightened(found)


def best_of_each(
    program: CoverageProgram, starts: list[Choice], *, watch: Watch | None
) -> list[Choice]:
    """Return the best choice of at most 0, 1, ... sites, searched for one by one.

    Parameters
    ----------
    starts
        Choices and bounds to begin with; what the time does not suffice for stays as it is.
    """
    task = program.task
    found: list[Choice] = []
    for many, start in enumerate(starts):
        choice = _no_worse(found, start)
        left = task.clock.left
        if choice.covered < choice.bound and task.clock.goes_on(
            "solving", choice.covered, choice.bound, many / len(starts)
        ):
            share = None if np.isinf(left) else left / (len(starts) - many)
            asked = replace(task, sites=many, clock=Clock(share, watch))
            plan = solve_task(asked, "cover-most")
            bound = choice.bound if np.isnan(plan.bound) else min(choice.bound, plan.bound)
            opened = np.isin(np.arange(task.m), plan.sites)
            choice = _better(program, choice, opened, bound)
        found.append(choice)
    return _tightened(found)


def _no_worse(found: list[Choice], choice: Choice) -> Choice:
    """Return a choice, or the one of a site less where that covers more."""
    if found and found[-1].covered > choice.covered:
        return replace(found[-1], bound=choice.bound)
    return choice


def _better(program: CoverageProgram, choice: Choice, opened: Flags, bound: float) -> Choice:
    """Return the better of two choices, with a bound that is not below it."""
    worth = program.worth(opened)
    if worth <= choice.covered:
        return replace(choice, bound=max(bound, choice.covered))
    return Choice(opened, worth, max(bound, worth))


def _tightened(found: list[Choice]) -> list[Choice]:
    """Return the choices with bounds that know that fewer sites never cover more."""
    bounds = np.minimum.accumulate([one.bound for one in found][::-1])[::-1]
    return [replace(one, bound=float(bound)) for one, bound in zip(found, bounds, strict=True)]


def knee_of(covered: Floats) -> int | None:
    """Return where a rising curve bends most, None for one that is straight, flat or too short.

    The curve ends where it first reaches its last value: a flat end is no part of its shape.
    """
    last = int(np.argmax(covered >= covered[-1]))
    gained = covered[last] - covered[0]
    if last < 2 or gained <= 0:
        return None
    curve = covered[: last + 1]
    above = (curve - covered[0]) / gained - np.arange(last + 1) / last
    knee = int(np.argmax(above > above.max() - 1e-9))
    return knee if above[knee] > 1e-9 else None


def _table(
    question: Question, program: CoverageProgram, best: list[Choice], nested: Nested
) -> pd.DataFrame:
    ids = question.asked.nearest.index.to_numpy(dtype=object)
    names, words = site_names(question, nested.sites), site_words(question, nested.sites)
    rows = []
    before = program.today
    opened = np.zeros(program.task.m, dtype=np.bool_)
    for many, choice in enumerate(best):
        is_there = 1 <= many <= len(nested.sites)
        if is_there:
            opened[nested.sites[many - 1]] = True
        now = program.covered(opened)
        reached = program.covered(choice.opened)
        gap = gap_between(choice.covered, choice.bound)
        rows.append(
            {
                "sites": many,
                "covered": choice.covered,
                "bound": choice.bound,
                "gap": gap,
                "status": "optimal" if gap <= PROVEN else "feasible",
                "units": int(reached.sum()),
                "children": known_children(question, reached),
                "chosen": site_names(question, np.flatnonzero(choice.opened)),
                "nested": float(nested.covered[min(many, len(nested.sites))]),
                "nested_units": int(now.sum()),
                "nested_children": known_children(question, now),
                "added": names[many - 1] if is_there else None,
                "added_name": words[many - 1] if is_there else None,
                "newly_covered": tuple(str(one) for one in ids[now & ~before]),
            }
        )
        before = now
    table = pd.DataFrame(rows).set_index("sites")
    for name in ("added", "added_name"):
        table[name] = pd.Series([row[name] for row in rows], index=table.index, dtype=object)
    return table


def known_children(question: Question, covered: Flags) -> float:
    """Return the children, of units that state any, in some units; ``nan`` where none states."""
    if np.isnan(question.children).all():
        return float("nan")
    return float(np.nansum(question.children[covered]))


def _targets(table: pd.DataFrame, targets: Sequence[float], whole: float) -> pd.DataFrame:
    rows = {
        float(percent): {
            "sites": first_reaching(table["covered"], percent, whole),
            "at_least": first_reaching(table["bound"], percent, whole),
            "nested": first_reaching(table["nested"], percent, whole),
        }
        for percent in targets
    }
    found = pd.DataFrame.from_dict(rows, orient="index", columns=["sites", "at_least", "nested"])
    found.index.name = "percent"
    return found.astype("Int64")


def first_reaching(covered: pd.Series, percent: float, whole: float) -> int | None:
    """Return the first number of sites that covers a share of the whole, None for none.

    Compared as whole numbers: ``100 covered >= percent whole``.
    """
    wanted = Fraction(str(percent)) * Fraction(whole)
    if not whole:
        return None
    for many, value in covered.items():
        if 100 * Fraction(float(value)) >= wanted:
            return int(many)
    return None
