"""Mixed-integer programs for HiGHS, as sparse arrays, with the solver's own word on the outcome.

Huangfu & Hall (2018), Parallelizing the dual revised simplex method, Mathematical Programming
Computation 10:119-142. A program is handed over as compressed rows: no modelling language stands in
between, so that building takes a small part of solving.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

import numpy as np
from scipy.sparse import csr_array

from geo_planner.siting.clock import Clock
from geo_planner.travel.arrays import Flags, Floats

End = Literal["optimal", "feasible", "infeasible", "nothing"]
"""``nothing``: stopped before any solution was found."""


@dataclass(frozen=True, eq=False, slots=True)
class Model:
    """Minimise ``cost @ x`` subject to ``row_lower <= rows @ x <= row_upper`` and column bounds.

    Attributes
    ----------
    cost, lower, upper
        Of each column, shape (n,).
    whole
        Which columns are whole numbers, shape (n,).
    rows
        Coefficients, shape (m, n).
    row_lower, row_upper
        Shape (m,); infinite where open.
    """

    cost: Floats
    lower: Floats
    upper: Floats
    whole: Flags
    rows: csr_array
    row_lower: Floats
    row_upper: Floats


@dataclass(frozen=True, eq=False, slots=True)
class Solved:
    """What the solver says.

    Attributes
    ----------
    end
        ``optimal`` only where the solver proved it (within ``gap``), never at a limit.
    objective, bound
        Of the best solution, and what no solution can go below; ``inf`` and ``-inf`` for none.
    values
        Of the columns, shape (n,); empty without a solution.
    prices
        Of the rows, shape (m,): dual values of a relaxation; empty without them.
    """

    end: End
    objective: float
    bound: float
    values: Floats
    prices: Floats = field(default_factory=lambda: np.empty(0))


def solve(
    model: Model,
    *,
    clock: Clock,
    gap: float = 0.0,
    start: Floats | None = None,
    share: float = 1.0,
    relaxed: bool = False,
    interior: bool = False,
    cutoff: float | None = None,
    target: float | None = None,
    nodes: int | None = None,
) -> Solved:
    """Return what HiGHS finds in the time left.

    Parameters
    ----------
    clock
        Time left and who watches; the watcher can stop the run.
    gap
        Relative gap at which a solution counts as proven.
    start
        A known solution to begin with, shape (n,).
    share
        Part of the time left that may be taken.
    relaxed
        Solve the linear relaxation; then ``objective`` is a bound only when ``end`` is ``optimal``.
    interior
        Take the interior point method without crossover for the relaxation.
    cutoff
        Look only for solutions below this objective.
    target
        Any solution as good as this is good enough.
    nodes
        Branches after which to stop.
    """
    if not len(model.cost):
        return _of_nothing(model)
    highs = _highs(clock.left * share, gap)
    if cutoff is not None:
        highs.setOptionValue("objective_bound", float(cutoff))
    if target is not None:
        highs.setOptionValue("objective_target", float(target))
    if nodes is not None:
        highs.setOptionValue("mip_max_nodes", int(nodes))
    if interior:
        highs.setOptionValue("solver", "ipm")
        highs.setOptionValue("run_crossover", "off")
    _hand_over(highs, model, relaxed=relaxed)
    if start is not None and not relaxed:
        highs.setSolution(len(start), np.arange(len(start), dtype=np.int32), start)
    faults: list[BaseException] = []
    _listen(highs, clock, faults)
    highs.run()
    if faults:
        raise faults[0]
    return _outcome(highs, relaxed=relaxed)


def _of_nothing(model: Model) -> Solved:
    """Return the outcome of a program without columns, of which HiGHS proves nothing."""
    if (model.row_lower > 0).any() or (model.row_upper < 0).any():
        return Solved("infeasible", np.inf, np.inf, np.empty(0))
    return Solved("optimal", 0.0, 0.0, np.empty(0))


def _highs(seconds: float, gap: float) -> Any:  # noqa: ANN401 - a compiled class without types
    highs = _quiet()()
    for name, value in (
        ("threads", 1),
        ("random_seed", 0),
        ("mip_rel_gap", float(gap)),
        ("mip_abs_gap", 1e-6),
    ):
        highs.setOptionValue(name, value)
    if np.isfinite(seconds):
        highs.setOptionValue("time_limit", float(max(seconds, 0.01)))
    return highs


@cache
def _quiet() -> Any:  # noqa: ANN401
    """Return the solver's class without the banner it prints when it listens for callbacks."""
    import highspy  # noqa: PLC0415 - loaded when first needed

    class Quiet(highspy.Highs):
        def enableCallbacks(self) -> None:  # noqa: N802 - the library's name
            super().setOptionValue("output_flag", False)
            super().enableCallbacks()  # type: ignore[no-untyped-call]

    return Quiet


def _hand_over(highs: Any, model: Model, *, relaxed: bool) -> None:  # noqa: ANN401
    """Pass the arrays as they are: no list, no object a column."""
    rows = model.rows
    height, width = rows.shape
    whole = np.zeros(width) if relaxed else model.whole
    by_rows, to_minimise = 2, 1
    highs.passModel(
        width, height, rows.nnz, by_rows, to_minimise, 0.0,
        model.cost, model.lower, model.upper, model.row_lower, model.row_upper,
        rows.indptr.astype(np.int32), rows.indices.astype(np.int32), rows.data.astype(np.float64),
        np.asarray(whole, dtype=np.int32),
    )  # fmt: skip


def _listen(highs: Any, clock: Clock, faults: list[BaseException]) -> None:  # noqa: ANN401
    """Let the watcher see every step of the search and stop it.

    What the watcher raises would be lost inside the solver: it stops the search and is kept.
    """

    def look(event: Any, best: float | None, bound: float | None) -> None:  # noqa: ANN401
        try:
            goes_on = not faults and clock.goes_on("solving", best, bound)
        except BaseException as fault:
            faults.append(fault)
            goes_on = False
        if not goes_on:
            event.data_in.user_interrupt = True

    def interrupt(event: Any) -> None:  # noqa: ANN401
        data = event.data_out
        best, bound = data.mip_primal_bound, data.mip_dual_bound
        known = best if abs(best) < 1e29 else None
        look(event, known, bound if abs(bound) < 1e29 else None)

    highs.cbMipInterrupt.subscribe(interrupt)
    highs.cbSimplexInterrupt.subscribe(lambda event: look(event, None, None))
    highs.cbIpmInterrupt.subscribe(lambda event: look(event, None, None))


def _outcome(highs: Any, *, relaxed: bool) -> Solved:  # noqa: ANN401
    import highspy  # noqa: PLC0415

    status, info = highs.getModelStatus(), highs.getInfo()
    ends = highspy.HighsModelStatus
    if status in (ends.kInfeasible, ends.kUnboundedOrInfeasible):
        return Solved("infeasible", np.inf, np.inf, np.empty(0))
    found = info.primal_solution_status == 2
    values = np.array(highs.getSolution().col_value) if found else np.empty(0)
    objective = float(info.objective_function_value) if found else np.inf
    if relaxed:
        proven = status == ends.kOptimal
        prices = np.array(highs.getSolution().row_dual) if proven else np.empty(0)
        return Solved(
            "optimal" if proven else "nothing",
            objective,
            objective if proven else -np.inf,
            values,
            prices,
        )
    bound = float(info.mip_dual_bound)
    bound = bound if abs(bound) < 1e29 else -np.inf
    if status == ends.kOptimal and found:
        return Solved("optimal", objective, bound, values)
    return Solved("feasible" if found else "nothing", objective, bound, values)


@dataclass(frozen=True, eq=False, slots=True)
class Relaxed:
    """A relaxation solved, or broken off.

    Attributes
    ----------
    objective
        Its value; ``inf`` where there is none, below the value where ``proven`` is not so.
    values, basis
        Of the columns, shape (n,), and what to go on from; only where proven.
    """

    objective: float
    proven: bool
    values: Floats
    basis: object


class Relaxation:
    """A linear relaxation to be solved many times under other column bounds.

    Dual simplex steps with approximate edge weights (Forrest & Goldfarb 1992, Mathematical
    Programming 57:341-374): exact ones would be made anew for every basis gone on from.
    """

    def __init__(self, model: Model, clock: Clock) -> None:
        self._clock = clock
        self._faults: list[BaseException] = []
        self._highs = _highs(clock.left, 0.0)
        self._highs.setOptionValue("simplex_dual_edge_weight_strategy", 1)
        self._highs.setOptionValue("output_flag", False)
        _hand_over(self._highs, model, relaxed=True)
        _listen(self._highs, clock, self._faults)
        self._every = np.arange(len(model.cost), dtype=np.int32)

    def solved(
        self, lower: Floats, upper: Floats, basis: object = None, *, steps: int | None = None
    ) -> Relaxed:
        """Solve within column bounds, from a basis, in at most so many steps."""
        import highspy  # noqa: PLC0415

        highs = self._highs
        if np.isfinite(self._clock.left):
            highs.setOptionValue("time_limit", highs.getRunTime() + max(self._clock.left, 0.01))
        highs.setOptionValue("simplex_iteration_limit", 2**31 - 1 if steps is None else steps)
        highs.changeColsBounds(len(self._every), self._every, lower, upper)
        if basis is not None:
            highs.setBasis(basis)
        highs.run()
        if self._faults:
            raise self._faults[0]
        ends, status = highspy.HighsModelStatus, highs.getModelStatus()
        nothing = np.empty(0)
        if status == ends.kInfeasible:
            return Relaxed(np.inf, proven=True, values=nothing, basis=None)
        objective = float(highs.getInfo().objective_function_value)
        if status == ends.kOptimal:
            values = np.array(highs.getSolution().col_value)
            return Relaxed(objective, proven=True, values=values, basis=highs.getBasis())
        known = status == ends.kIterationLimit
        return Relaxed(objective if known else -np.inf, proven=False, values=nothing, basis=None)
