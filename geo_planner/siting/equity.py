r"""How fair a choice of sites is to regiments, and what fairness costs in coverage.

The price of equity is found by siting again: as many sites, most coverage, but no regiment below a
floor,

.. math:: \max \sum_i w_i z_i \quad \text{s.t.} \quad
          \sum_{i \in r} w_i z_i \ge \tfrac{x}{100} \sum_{i \in r} w_i \;\; \forall r

for one floor :math:`x` after another, up to the highest floor there is (the max-min of Rawls; that
fairness has a price: Bertsimas, Farias & Trichakis 2011, Operations Research 59:17-31). Among the
choices with the highest floor the one that covers most is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from scipy.sparse import csr_array, hstack

from geo_planner.choice_errors import NOT_BELOW_0, PERCENT, ImpossibleNumberError
from geo_planner.notes import Note, msgid
from geo_planner.project import Project
from geo_planner.siting.candidates import Candidates
from geo_planner.siting.choosing.coverage_program import CoverageProgram, Rows, coverage_task
from geo_planner.siting.choosing.inequality import gini, palma
from geo_planner.siting.clock import Clock
from geo_planner.siting.frontier import known_children
from geo_planner.siting.naming import site_names
from geo_planner.siting.plan import PROVEN, gap_between
from geo_planner.siting.proposal import Weight
from geo_planner.siting.question import Question
from geo_planner.siting.solver import Solved, solve
from geo_planner.siting.watching import Watch
from geo_planner.travel.arrays import Flags, Floats, Ints

STEPS = 8
"""Steps between the worst share without a floor and the highest floor there is."""

BLANK = {
    "floor": np.nan,
    "status": "unknown",
    "highest": False,
    "covered": np.nan,
    "bound": np.nan,
    "gap": np.inf,
    "units": np.nan,
    "children": np.nan,
    "worst": np.nan,
    "worst_regiment": None,
    "gini": np.nan,
    "palma": np.nan,
    "chosen": (),
}
"""A row of which nothing is known."""

UNPROVEN = Note(
    "highest-floor-unproven",
    msgid("The time ended before it was proven that no higher floor is possible."),
)

HAIR = 1e-6
"""Part by which a row may be missed by rounding."""


@dataclass(frozen=True, eq=False)
class Groups:
    """Regiments as parties to be treated fairly: units with a position that weigh anything.

    Attributes
    ----------
    rows
        Row of each regiment in the units table, shape (g,).
    member
        Place of each unit's regiment, shape (n,), -1 for none.
    weight
        What each regiment weighs: children or units, shape (g,).
    weights
        What each unit weighs, shape (n,).
    """

    rows: Ints
    member: Ints
    weight: Floats
    weights: Floats

    @classmethod
    def of(cls, question: Question, weights: Floats) -> Groups:
        """Return the regiments of a question's units."""
        own = np.where(question.placed & (weights > 0), question.regiments[question.rows], -1)
        rows = np.unique(own[own >= 0])
        member = np.where(own >= 0, np.searchsorted(rows, own), -1)
        here = member >= 0
        total = np.bincount(member[here], weights[here], minlength=len(rows))
        return cls(rows, member, np.asarray(total), weights)

    def shares(self, covered: Flags) -> Floats:
        """Return the share of each regiment that is covered, 0 to 1, shape (g,)."""
        return np.asarray(self.inside(covered) / self.weight)

    def inside(self, covered: Flags) -> Floats:
        """Return what each regiment weighs where it is covered, shape (g,)."""
        here = (self.member >= 0) & covered
        found = np.bincount(self.member[here], self.weights[here], minlength=len(self.rows))
        return np.asarray(found, dtype=np.float64)

    def floor(self, program: CoverageProgram, percent: float) -> Rows:
        """Return the rows that keep every regiment at a share or above."""
        lower = percent / 100 * self.weight - self.inside(program.today)
        # A floor is a whole number of children or units: the next one above.
        lower = np.where(lower > HAIR, np.ceil(lower - HAIR) if self.is_whole else lower, lower)
        return Rows(self.newly(program), lower, np.full(len(lower), np.inf))

    def newly(self, program: CoverageProgram) -> csr_array:
        """Return what each regiment newly has covered as coefficients of all columns."""
        own = self.member[program.points]
        here = np.flatnonzero(own >= 0)
        weights = self.weights[program.points[here]]
        shape = (len(self.rows), program.width)
        return csr_array((weights, (own[here], program.task.m + here)), shape=shape)

    @property
    def is_whole(self) -> bool:
        """Whether all units weigh whole numbers."""
        return bool((self.weights == np.floor(self.weights)).all())


@dataclass(frozen=True, eq=False)
class EquityPrice:
    """Coverage for the same number of sites, with every regiment at a floor or above.

    Attributes
    ----------
    question, weight, sites
        What was asked, what counts, and how many sites there are to build.
    table
        One row a floor in rising order, the last one the highest there is (``highest`` is True):
        ``floor`` (percent), ``status`` (``optimal``, ``feasible``, ``infeasible`` or ``unknown``),
        ``covered`` (children or units, as ``weight`` says), ``bound``, ``gap``, ``units``,
        ``children``, ``worst`` (percent covered in the worst regiment), ``worst_regiment`` (its
        name), ``gini`` and ``palma`` of the regiments' covered shares weighted by children or
        units, ``lost`` (covered less than without a floor), ``lost_per_point`` (of that, per
        percentage point by which the worst regiment is better off; missing where it is not),
        ``chosen`` (ids of the candidates).
    regiments
        One row a regiment, indexed by ``unit_id``: ``name``, ``weight``, ``units``, ``today``,
        ``free`` and ``fairest`` (percent covered today, without a floor, with the highest).
    ways
        ``gini`` and ``palma`` of the ways people have today to the nearest facility, weighted by
        ``weight``; units without a way are in ``without`` and in neither figure.
    notes
        Caveats.
    """

    question: Question
    weight: Weight
    sites: int
    table: pd.DataFrame
    regiments: pd.DataFrame
    ways: dict[str, float]
    notes: tuple[Note, ...]


def equity_price(  # noqa: PLR0913 - a question has as many conditions
    project: Project,
    facility_type: str,
    *,
    sites: int,
    floors: Sequence[float] | None = None,
    limit: float | None = None,
    mode: str = "walk",
    candidates: Candidates | None = None,
    as_of: date | None = None,
    weight: Weight = "children",
    time_limit: float | None = 60.0,
    watch: Watch | None = None,
) -> EquityPrice:
    """Return what it costs in coverage that no regiment falls below a floor.

    Parameters
    ----------
    sites
        How many to build at most, the same for every floor.
    floors
        Least share of each regiment in percent; shares are of units with a known position. Default:
        steps from what the worst regiment has without a floor to the highest floor there is.
    weight
        What is covered and shared: children of the band the type serves, or units.

    Raises
    ------
    ImpossibleNumberError
        If ``sites`` is negative, or a floor is not between 0 and 100.
    NotKnownError, NoLimitError, NoCandidatesError
        As in :func:`geo_planner.siting.propose`.
    """
    if sites < 0:
        raise ImpossibleNumberError("sites", NOT_BELOW_0, str(sites))
    wrong = [f"{one:g}" for one in floors or () if not 0 <= one <= 100]
    if wrong:
        raise ImpossibleNumberError("floors", PERCENT, ", ".join(wrong))
    question = Question.of(
        project, facility_type, mode=mode, limit=limit, candidates=candidates, as_of=as_of
    )
    task = coverage_task(question, Clock(time_limit, watch), sites=sites, weight=weight)
    program = CoverageProgram(task)
    groups = Groups.of(question, task.demand)
    free = _with_floor(program, groups, 0.0, 0.2)
    highest, fairest, proven = _highest(program, groups)
    asked = _steps(program, groups, free, highest) if floors is None else sorted(set(floors))
    answers = [(0.0, free)]
    for number, floor in enumerate(asked):
        found = answers[-1][1]
        if not _keeps(program, groups, found, floor):
            found = _with_floor(program, groups, floor, 1 / (len(asked) - number))
        answers.append((floor, found))
    rows = [_row(question, program, groups, *answer) for answer in answers]
    rows.append({**_row(question, program, groups, highest, fairest), "highest": True})
    table = _priced(pd.DataFrame([{**BLANK, **row} for row in rows]))
    return EquityPrice(
        question,
        weight,
        sites,
        table,
        _regiments(question, program, groups, free, fairest),
        way_inequality(question, task.demand),
        (
            *question.notes(),
            *_notes(question, groups, task.demand),
            *(() if proven else (UNPROVEN,)),
        ),
    )


def _with_floor(program: CoverageProgram, groups: Groups, floor: float, share: float) -> Solved:
    """Return the most coverage with every regiment at a floor or above."""
    model = program.model(
        -program.over_points(program.task.demand), rows=(groups.floor(program, floor),)
    )
    return solve(model, clock=program.task.clock, share=share)


def _opened(program: CoverageProgram, found: Solved) -> Flags:
    return np.asarray(found.values[: program.task.m] > 0.5)


def _worst(program: CoverageProgram, groups: Groups, found: Solved) -> float:
    """Return the share of the worst regiment in percent, ``nan`` without regiments or answer."""
    if not len(found.values) or not len(groups.rows):
        return float("nan")
    return 100 * float(groups.shares(program.covered(_opened(program, found))).min())


def _keeps(program: CoverageProgram, groups: Groups, found: Solved, floor: float) -> bool:
    """Return whether the best answer for a lower floor keeps to this one, or none can."""
    return found.end == "infeasible" or _worst(program, groups, found) >= floor - HAIR


def _steps(program: CoverageProgram, groups: Groups, free: Solved, highest: float) -> list[float]:
    """Return whole percents between the worst share without a floor and the highest floor."""
    worst = _worst(program, groups, free)
    if not highest > worst:
        return []
    between = np.unique(np.ceil(np.linspace(worst, highest, STEPS + 1)[1:-1]))
    return [float(one) for one in between if worst < one < highest]


def _highest(program: CoverageProgram, groups: Groups) -> tuple[float, Solved, bool]:
    """Return the highest floor all regiments can have, percent, most coverage with it, if proven.

    One column more, the worst share, is made as large as it can be.
    """
    if not len(groups.rows):
        return 0.0, _with_floor(program, groups, 0.0, 0.5), True
    newly = csr_array(hstack([groups.newly(program), csr_array(-groups.weight[:, None])]))
    today = groups.inside(program.today)
    worst = Rows(newly, -today, np.full(len(today), np.inf))
    cost = np.concatenate([np.zeros(program.width), [-1.0]])
    model = program.model(cost, rows=(worst,), added_upper=np.ones(1))
    solved = solve(model, clock=program.task.clock, share=0.3)
    if not len(solved.values):
        return float("nan"), solved, False
    floor = _worst(program, groups, solved)
    return floor, _with_floor(program, groups, floor, 0.3), solved.end == "optimal"


def _row(
    question: Question, program: CoverageProgram, groups: Groups, floor: float, found: Solved
) -> dict[str, object]:
    if not len(found.values):
        status = "infeasible" if found.end == "infeasible" else "unknown"
        return {"floor": floor, "status": status}
    opened = _opened(program, found)
    reached = program.covered(opened)
    covered = program.worth(opened)
    done = float(program.task.demand[program.today].sum())
    bound = max(done - found.bound, covered) if np.isfinite(found.bound) else np.nan
    gap = gap_between(covered, bound)
    shares = groups.shares(reached)
    names = _regiment_names(question, groups)
    worst = int(np.argmin(shares)) if len(shares) else -1
    return {
        "floor": floor,
        "status": "optimal" if gap <= PROVEN else "feasible",
        "covered": covered,
        "bound": bound,
        "gap": gap,
        "units": int(reached.sum()),
        "children": known_children(question, reached),
        "worst": 100 * float(shares[worst]) if worst >= 0 else np.nan,
        "worst_regiment": names[worst] if worst >= 0 else None,
        "gini": gini(shares, groups.weight),
        "palma": palma(shares, groups.weight),
        "chosen": site_names(question, np.flatnonzero(opened)),
    }


def _priced(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with what each floor costs beside no floor."""
    free = table.iloc[0]
    lost, better = free["covered"] - table["covered"], table["worst"] - free["worst"]
    table["lost"] = lost
    table["lost_per_point"] = (lost / better.where(better > HAIR)).astype(float)
    return table


def _regiment_names(question: Question, groups: Groups) -> list[str]:
    units = question.project.units
    return [
        str(units["name"].iloc[row]) if pd.notna(units["name"].iloc[row]) else str(units.index[row])
        for row in groups.rows
    ]


def _regiments(
    question: Question, program: CoverageProgram, groups: Groups, free: Solved, fair: Solved
) -> pd.DataFrame:
    def percent(found: Solved | None) -> Floats:
        if found is None:
            return 100 * groups.shares(program.today)
        if not len(found.values):
            return np.full(len(groups.rows), np.nan)
        opened = _opened(program, found)
        return 100 * groups.shares(program.covered(opened))

    here = groups.member[groups.member >= 0]
    return pd.DataFrame(
        {
            "name": _regiment_names(question, groups),
            "weight": groups.weight,
            "units": np.bincount(here, minlength=len(groups.rows)),
            "today": percent(None),
            "free": percent(free),
            "fairest": percent(fair),
        },
        index=pd.Index(
            [str(question.project.units.index[row]) for row in groups.rows], name="unit_id"
        ),
    )


def way_inequality(question: Question, weights: Floats) -> dict[str, float]:
    """Return Gini and Palma of today's ways to the nearest facility, people weighing them.

    Here more is worse: the Palma ratio sets the tenth with the longest ways against the four
    tenths with the shortest.
    """
    way = question.asked.nearest["network_m"].to_numpy(dtype=np.float64)
    there = np.isfinite(way) & (weights > 0)
    return {
        "gini": gini(way[there], weights[there]),
        "palma": palma(way[there], weights[there]),
        "without": float(weights[~np.isfinite(way)].sum()),
    }


def _notes(question: Question, groups: Groups, weights: Floats) -> tuple[Note, ...]:
    notes = []
    outside = int((question.placed & (groups.member < 0) & (weights > 0)).sum())
    if outside:
        notes.append(
            Note(
                "units-without-regiment",
                msgid("{count} units belong to no regiment: no floor protects them."),
                {"count": outside},
            )
        )
    lost = int((~question.placed).sum())
    if lost:
        notes.append(
            Note(
                "floor-of-known",
                msgid("Shares of regiments leave out the {count} units without a position."),
                {"count": lost},
            )
        )
    return tuple(notes)
