r"""Other choices of sites that are nearly as good, as different as possible from each other.

A plan is a proposal to people who know more than the model. Within a small loss of the best
objective, the next choice :math:`x` is the one whose nearest neighbour among those found so far
:math:`S_1, S_2, \ldots` is farthest in sites that differ,

.. math:: \max_x \min_k \left( \sum_{j \notin S_k} x_j + \sum_{j \in S_k} (1 - x_j) \right)
          \quad \text{s.t.} \quad f(x) \ge (1 - \varepsilon) f^*

and among choices equally different the best one (modelling to generate alternatives: Brill, Chang &
Hopkins 1982, Management Science 28:221-235; the distance: Danna, Fenelon, Gu & Wunderling 2007,
IPCO, LNCS 4513:280-294). What every good choice needs is proven site by site: without it, how good
can a choice be?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from geo_planner.choice_errors import COUNT, SHARE, ImpossibleNumberError, SitesNeededError
from geo_planner.errors import NotKnownError
from geo_planner.notes import Note, msgid
from geo_planner.project import Project
from geo_planner.siting.candidates import Candidates
from geo_planner.siting.choosing.coverage_program import CoverageProgram, Rows, coverage_task
from geo_planner.siting.clock import Clock
from geo_planner.siting.frontier import known_children
from geo_planner.siting.naming import site_names, site_words
from geo_planner.siting.proposal import Weight, prices_of
from geo_planner.siting.question import Question
from geo_planner.siting.solver import Solved, solve
from geo_planner.siting.watching import Watch
from geo_planner.siting_errors import CancelledError, TooFewSitesError
from geo_planner.travel.arrays import Flags, Floats

PROBLEMS = ("cover-most", "cover-all")

ALONE = Note(
    "alternatives-none",
    msgid("No other choice of sites is as good as asked: there is no alternative."),
)
ALL_FOUND = Note(
    "alternatives-all",
    msgid("These are all the choices of sites that are as good as asked."),
)
TIME_OVER = Note(
    "alternatives-time",
    msgid("The time ended before all alternatives were looked for; there may be more."),
)


@dataclass(frozen=True, eq=False)
class Alternatives:
    """Choices of sites nearly as good as the best one found.

    Attributes
    ----------
    question, problem, weight
        What was asked.
    within
        Part of the objective that an alternative may lose, 0 to 1.
    plans
        One row a choice, indexed by ``plan`` from 1, by objective: ``objective`` (children or units
        covered; number or cost of sites), ``worse`` (by how much of the best, percent),
        ``units``, ``children`` (covered afterwards), ``sites`` (how many), ``chosen`` (ids),
        ``names`` (what these are called),
        ``differs`` (sites that the best has and it has not, or the other way round), ``instead``
        (names of sites it has and the best has not), ``leaves_out`` (names the other way round),
        ``apart`` (least number of sites in which it differs from an earlier one).
    sites
        One row a candidate in any of them, indexed by ``candidate_id``, those in most plans first:
        ``name``, ``plans`` (how many have it), ``in_plans`` (their numbers), ``without`` (the best
        objective found without it), ``without_bound`` (what none without it can exceed, or go
        below), ``role``: ``needed`` (no choice as good as asked is without it), ``exchangeable``
        (one is known), ``unknown``.
    bound
        What no choice can exceed (``cover-most``) or go below (``cover-all``).
    notes
        Caveats.
    """

    question: Question
    problem: str
    weight: Weight
    within: float
    plans: pd.DataFrame
    sites: pd.DataFrame
    bound: float
    notes: tuple[Note, ...]

    @property
    def needed(self) -> tuple[str, ...]:
        """Ids of the sites that every choice as good as asked has."""
        return tuple(str(one) for one in self.sites.index[self.sites["role"] == "needed"])

    @property
    def in_all(self) -> tuple[str, ...]:
        """Ids of the sites that are in all of the plans found."""
        return tuple(str(one) for one in self.sites.index[self.sites["plans"] == len(self.plans)])


def alternatives(  # noqa: PLR0913 - a question has as many conditions
    project: Project,
    facility_type: str,
    problem: str = "cover-most",
    *,
    sites: int | None = None,
    within: float = 0.01,
    many: int = 5,
    limit: float | None = None,
    mode: str = "walk",
    candidates: Candidates | None = None,
    as_of: date | None = None,
    weight: Weight = "children",
    by_cost: bool = False,
    required: Sequence[str] = (),
    forbidden: Sequence[str] = (),
    time_limit: float | None = 60.0,
    watch: Watch | None = None,
) -> Alternatives:
    """Return choices of sites nearly as good as the best one, as different as can be.

    Parameters
    ----------
    problem
        ``cover-most`` (``sites`` needed) or ``cover-all``: everybody that any site reaches.
    within
        Part of the best objective that an alternative may lose.
    many
        Most choices, the best one included.
    by_cost
        For ``cover-all``: the cheapest sites instead of the fewest.
    time_limit, watch
        Of the whole search, as in :func:`geo_planner.siting.site_facilities`.

    Raises
    ------
    SitesNeededError, ImpossibleNumberError
        If ``sites`` is missing, or a number cannot be.
    TooFewSitesError
        If nothing fulfils the conditions.
    CancelledError
        If the time ended before there was any answer.
    NotKnownError, NoLimitError, NoCandidatesError
        As in :func:`geo_planner.siting.propose`.
    """
    if problem not in PROBLEMS:
        raise NotKnownError.among("siting problem", problem, PROBLEMS)
    if problem == "cover-most" and sites is None:
        raise SitesNeededError
    if not 0 <= within < 1:
        raise ImpossibleNumberError("within", SHARE, f"{within:g}")
    if not many >= 1:
        raise ImpossibleNumberError("many", COUNT, str(many))
    question = Question.of(
        project, facility_type, mode=mode, limit=limit, candidates=candidates, as_of=as_of
    )
    price, notes = prices_of(question, by_cost=by_cost, weighed=problem == "cover-all")
    task = coverage_task(
        question,
        Clock(time_limit, watch),
        sites=sites,
        weight=weight,
        required=required,
        forbidden=forbidden,
        opening_cost=price,
    )
    search = _Search(CoverageProgram(task), problem, within)
    best = search.best()
    found = search.ranked(search.spread(best, many))
    return Alternatives(
        question,
        problem,
        weight,
        within,
        _plans(question, search, found),
        _sites(question, search, found),
        search.bound,
        (*question.notes(), *notes, *search.notes(found, many)),
    )


class _Search:
    """The search for choices within a part of the best; holds what is known of the best."""

    def __init__(self, program: CoverageProgram, problem: str, within: float) -> None:
        self.program, self.task = program, program.task
        self.most = problem == "cover-most"
        self.within = within
        self.done = float(self.task.demand[program.today].sum())
        self.objective = self.bound = float("nan")
        self.complete = False

    def cost(self) -> Floats:
        """Return what is minimised when the best is looked for."""
        if self.most:
            return -self.program.over_points(self.task.demand)
        return self.program.over_sites(np.where(self.task.candidate, self.task.price, 0.0))

    def worth(self, opened: Flags) -> float:
        """Return the objective of a choice."""
        return self.program.worth(opened) if self.most else float(self.task.price[opened].sum())

    def best(self) -> Flags:
        """Return the best choice, its objective and bound noted."""
        model = self.program.model(self.cost(), everybody=not self.most)
        solved = solve(model, clock=self.task.clock, share=0.5)
        if solved.end == "infeasible":
            raise TooFewSitesError(asked="cover-most" if self.most else "cover-all")
        if not len(solved.values):
            raise CancelledError
        opened = self.opened(solved)
        self.objective = self.worth(opened)
        self.bound = self.outer(solved, self.objective)
        if self.most:
            opened = self._useful(opened)
            self.task = replace(self.task, sites=int(opened.sum()))
            self.program = CoverageProgram(self.task)
        return opened

    def _useful(self, opened: Flags) -> Flags:
        """Return a choice without the sites that add nothing: no alternative is made of these."""
        kept = opened.copy()
        for site in np.flatnonzero(opened & ~self.task.required)[::-1]:
            kept[site] = False
            kept[site] = self.program.worth(kept) < self.objective
        return kept

    def outer(self, solved: Solved, objective: float = np.nan) -> float:
        """Return what no choice of a program can exceed, or go below; ``nan`` for no bound."""
        if not np.isfinite(solved.bound):
            return float("nan")
        if self.most:
            return float(np.fmax(self.done - solved.bound, objective))
        return float(np.fmin(solved.bound, objective))

    def opened(self, solved: Solved) -> Flags:
        """Return the candidates a solution opens."""
        return np.asarray((solved.values[: self.task.m] > 0.5) & self.task.candidate)

    def good_enough(self) -> Rows:
        """Return the row that keeps a choice within the part of the best that may be lost."""
        hair = 1e-9 * max(1.0, abs(self.objective))
        if self.most:
            least = (1 - self.within) * self.objective - self.done - hair
            return Rows.of(self.program.over_points(self.task.demand)[None, :], least)
        dearest = (1 + self.within) * self.objective + hair
        return Rows.of(self.cost()[None, :], -np.inf, dearest)

    def is_good(self, objective: float) -> bool:
        """Return whether an objective is within the part of the best that may be lost."""
        hair = 1e-9 * max(1.0, abs(self.objective))
        if self.most:
            return objective >= (1 - self.within) * self.objective - hair
        return objective <= (1 + self.within) * self.objective + hair

    def spread(self, best: Flags, many: int) -> list[Flags]:
        """Return choices, each as far as possible from those before it; the best one first."""
        found = [best]
        while len(found) < many and self.task.clock.goes_on(
            "solving", self.objective, self.bound, len(found) / (many + 1)
        ):
            following = self._farthest(found, 1 / (2 * (many - len(found)) + 1))
            if following is None:
                break
            found.append(following)
        return found

    def ranked(self, found: list[Flags]) -> list[Flags]:
        """Return the choices by objective, the best first; of equal ones those found first."""
        worth = np.array([self.worth(one) for one in found])
        order = np.argsort(-worth if self.most else worth, kind="stable")
        return [found[place] for place in order]

    def _farthest(self, found: list[Flags], share: float) -> Flags | None:
        """Return the good choice farthest from those found, the best of these; None for none."""
        program, good = self.program, self.good_enough()
        apart = self._apart(found)
        cost = np.concatenate([np.zeros(program.width), [-1.0]])
        rows = (_widened(good), Rows(apart, -_sizes(found), np.full(len(found), np.inf)))
        first = solve(
            program.model(
                cost,
                rows=rows,
                everybody=not self.most,
                added_upper=np.array([2.0 * self.task.m + 1]),
            ),
            clock=self.task.clock,
            share=share,
        )
        if not len(first.values):
            return None
        opened = self.opened(first)
        distance = min(int((opened ^ one).sum()) for one in found)
        if distance < 1:
            self.complete = first.end == "optimal"
            return None
        # Of all choices as different, the best.
        far = Rows(
            csr_array(apart[:, : program.width]),
            distance - _sizes(found),
            np.full(len(found), np.inf),
        )
        second = solve(
            program.model(self.cost(), rows=(good, far), everybody=not self.most),
            clock=self.task.clock,
            start=program.columns(opened),
            share=share,
        )
        return self.opened(second) if len(second.values) else opened

    def _apart(self, found: list[Flags]) -> csr_array:
        """Return rows of the distance to each choice found, less the least of them.

        The distance of ``x`` from ``S`` is ``|S|`` plus ``x`` outside of ``S`` less ``x`` in it.
        """
        signs = [np.where(one, -1.0, 1.0) * self.task.candidate for one in found]
        sites = [self.program.over_sites(one) for one in signs]
        return csr_array(np.column_stack([np.stack(sites), -np.ones(len(found))]))

    def without(self, site: int, share: float) -> tuple[float, float]:
        """Return the best objective without a site and its bound, ``nan`` where not known.

        A site that no choice can do without has the bound and objective of no choice at all.
        """
        if self.task.required[site]:
            nothing = -np.inf if self.most else np.inf
            return nothing, nothing
        model = self.program.model(
            self.cost(), everybody=not self.most, closed=np.array([site], dtype=np.int64)
        )
        solved = solve(model, clock=self.task.clock, share=share)
        if solved.end == "infeasible":
            nothing = -np.inf if self.most else np.inf
            return nothing, nothing
        if not len(solved.values):
            return float("nan"), self.outer(solved)
        objective = self.worth(self.opened(solved))
        return objective, self.outer(solved, objective)

    def notes(self, found: list[Flags], many: int) -> tuple[Note, ...]:
        """Return what is to be said of how many there are."""
        if self.complete:
            return (ALONE if len(found) == 1 else ALL_FOUND,)
        return (TIME_OVER,) if len(found) < many else ()


def _widened(rows: Rows) -> Rows:
    """Return rows with one column more, of which they know nothing."""
    more = csr_array((rows.matrix.shape[0], 1))
    matrix = csr_array(np.column_stack([rows.matrix.toarray(), more.toarray()]))
    return Rows(matrix, rows.lower, rows.upper)


def _sizes(found: list[Flags]) -> Floats:
    return np.array([float(one.sum()) for one in found])


def _plans(question: Question, search: _Search, found: list[Flags]) -> pd.DataFrame:
    rows = []
    best = found[0]
    for number, opened in enumerate(found, start=1):
        reached = search.program.covered(opened)
        objective = search.worth(opened)
        loss = search.objective - objective if search.most else objective - search.objective
        rows.append(
            {
                "plan": number,
                "objective": objective,
                "worse": 100 * loss / search.objective if search.objective else 0.0,
                "units": int(reached.sum()),
                "children": known_children(question, reached),
                "sites": int(opened.sum()),
                "chosen": site_names(question, np.flatnonzero(opened)),
                "names": site_words(question, np.flatnonzero(opened)),
                "differs": int((opened ^ best).sum()),
                "instead": site_words(question, np.flatnonzero(opened & ~best)),
                "leaves_out": site_words(question, np.flatnonzero(best & ~opened)),
                "apart": min((int((opened ^ one).sum()) for one in found[: number - 1]), default=0),
            }
        )
    return pd.DataFrame(rows).set_index("plan")


def _sites(question: Question, search: _Search, found: list[Flags]) -> pd.DataFrame:
    """Return the candidates in any choice, and whether a good one can do without each."""
    times = np.sum(found, axis=0)
    order = np.lexsort((np.arange(len(times)), -times))
    order = order[times[order] > 0]
    rows = []
    for place, site in enumerate(order):
        others = [search.worth(one) for one in found if not one[site]]
        if times[site] == len(found):
            left = int((times[order[place:]] == len(found)).sum())
            objective, bound = search.without(int(site), 1 / left)
        else:
            objective = max(others) if search.most else min(others)
            bound = search.bound
        rows.append(
            {
                "name": site_words(question, order[place : place + 1])[0],
                "plans": int(times[site]),
                "in_plans": tuple(number for number, one in enumerate(found, start=1) if one[site]),
                "without": objective,
                "without_bound": bound,
                "role": _role(search, objective, bound),
            }
        )
    index = pd.Index(site_names(question, order), name="candidate_id", dtype=object)
    columns = ["name", "plans", "in_plans", "without", "without_bound", "role"]
    return pd.DataFrame(rows, index=index, columns=columns)


def _role(search: _Search, objective: float, bound: float) -> str:
    if not np.isnan(objective) and search.is_good(objective):
        return "exchangeable"
    if not np.isnan(bound) and not search.is_good(bound):
        return "needed"
    return "unknown"
