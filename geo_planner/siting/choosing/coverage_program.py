r"""Coverage by chosen sites as a program that further conditions can be put on.

Columns are the ``m`` sites, then the ``k`` demand points that are not covered today and that some
candidate reaches, then what a caller adds:

.. math:: z_i \le \sum_{j \in N_i} x_j, \quad x_j \in \{0, 1\}, \; 0 \le z_i \le 1

Church & ReVelle (1974), Papers of the Regional Science Association 32:101-118. As long as more
coverage is never worse, points need no whole numbers: each is worth its full cover.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array, diags_array, hstack, vstack

from geo_planner.siting.clock import Clock
from geo_planner.siting.conditions import site_bounds, site_rows
from geo_planner.siting.proposal import (
    Weight,
    candidate_sites,
    required_sites,
    unsuitable,
    weights_of,
)
from geo_planner.siting.question import Question
from geo_planner.siting.solver import Model
from geo_planner.siting.task import Task, task_of
from geo_planner.travel.arrays import Flags, Floats, Ints
from geo_planner.travel.costs import TravelCosts


@dataclass(frozen=True, eq=False)
class Rows:
    """Conditions over the columns: ``lower <= matrix @ columns <= upper``."""

    matrix: csr_array
    lower: Floats
    upper: Floats

    @classmethod
    def of(cls, dense: Floats, lower: float, upper: float = np.inf) -> Rows:
        """Return rows of one bound from dense coefficients, shape (r, columns)."""
        many = len(dense)
        return cls(csr_array(dense), np.full(many, lower), np.full(many, upper))


@dataclass(frozen=True, eq=False)
class CoverageProgram:
    """Sites, and the points they may newly cover.

    Attributes
    ----------
    task
        The sites and their conditions; every point needs one site (``backup`` 1).
    """

    task: Task

    @cached_property
    def today(self) -> Flags:
        """Which demand points are covered today, shape (n,)."""
        return np.asarray(self.task.reached_today > 0)

    @cached_property
    def points(self) -> Ints:
        """Demand points that are not covered today and can be, shape (k,)."""
        return np.flatnonzero(~self.today & (self.task.reached_by > 0))

    @property
    def width(self) -> int:
        """Number of columns before those a caller adds."""
        return self.task.m + len(self.points)

    def covered(self, opened: Flags) -> Flags:
        """Return which demand points are covered once some candidates are open, shape (n,)."""
        open_ = (opened | self.task.existing).astype(np.float64)
        return np.asarray(self.task.incidence @ open_ > 0)

    def worth(self, opened: Flags) -> float:
        """Return the demand covered once some candidates are open."""
        return float(self.task.demand[self.covered(opened)].sum())

    def over_points(self, weights: Floats) -> Floats:
        """Return coefficients of all columns from one number a demand point, shape (width,)."""
        return np.concatenate([np.zeros(self.task.m), weights[self.points]])

    def over_sites(self, weights: Floats) -> Floats:
        """Return coefficients of all columns from one number a site, shape (width,)."""
        return np.concatenate([weights, np.zeros(len(self.points))])

    def model(
        self,
        cost: Floats,
        *,
        rows: tuple[Rows, ...] = (),
        everybody: bool = False,
        closed: Ints | None = None,
        added_upper: Floats | None = None,
    ) -> Model:
        """Return the program that minimises ``cost``.

        Parameters
        ----------
        cost
            Of every column, those added included.
        rows
            Further conditions, over every column.
        everybody
            Every point that can be covered must be.
        closed
            Sites that may not be opened.
        added_upper
            Largest value of each added column (its smallest is 0), shape (e,).
        """
        task, many = self.task, len(self.points)
        lower, upper = site_bounds(task)
        if closed is not None:
            upper = upper.copy()
            upper[closed] = 0.0
        more = np.empty(0) if added_upper is None else added_upper
        extra, least, most = site_rows(task, at_most=task.sites)
        linking = hstack([task.incidence[self.points], -diags_array(np.ones(many))], format="csr")
        own = vstack([linking, hstack([extra, csr_array((extra.shape[0], many))])], format="csr")
        wide = hstack([own, csr_array((own.shape[0], len(more)))], format="csr")
        return Model(
            cost=cost,
            lower=np.concatenate([lower, np.full(many, float(everybody)), np.zeros(len(more))]),
            upper=np.concatenate([upper, np.ones(many), more]),
            whole=np.concatenate(
                [np.ones(task.m, dtype=np.bool_), np.zeros(many + len(more), dtype=np.bool_)]
            ),
            rows=csr_array(vstack([wide, *(row.matrix for row in rows)], format="csr")),
            row_lower=np.concatenate([np.zeros(many), least, *(row.lower for row in rows)]),
            row_upper=np.concatenate([np.full(many, np.inf), most, *(row.upper for row in rows)]),
        )

    def columns(self, opened: Flags, added: Floats | None = None) -> Floats:
        """Return the values of all columns of a choice, to start a search with."""
        covered = self.covered(opened)[self.points].astype(np.float64)
        more = np.empty(0) if added is None else added
        return np.concatenate([opened.astype(np.float64), covered, more])


def coverage_task(
    question: Question,
    clock: Clock,
    *,
    sites: int | None,
    weight: Weight,
    required: Sequence[str] = (),
    forbidden: Sequence[str] = (),
    costs: TravelCosts | None = None,
    opening_cost: Floats | None = None,
) -> Task:
    """Return a question as a task of coverage, each unit needing one site.

    Parameters
    ----------
    sites
        Most candidates to open; None for no end.
    required, forbidden
        Ids of candidates.
    costs
        Pairs within the limit; default the question's own.
    """
    return task_of(
        question.within(question.costs) if costs is None else costs,
        sites=sites,
        demand=weights_of(question, weight),
        existing=np.arange(question.standing),
        required=required_sites(question, required, forbidden),
        forbidden=np.union1d(candidate_sites(question, forbidden), unsuitable(question)),
        opening_cost=opening_cost,
        clock=clock,
    )
