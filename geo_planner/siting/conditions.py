"""Conditions every model may carry: how many sites, what they cost, how many in each group."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from geo_planner.siting.task import Task
from geo_planner.travel.arrays import Flags, Floats


def site_bounds(task: Task) -> tuple[Floats, Floats]:
    """Return the bounds of the opening variables, shape (m,): required ones 1, no candidate 0."""
    return task.required.astype(np.float64), task.candidate.astype(np.float64)


def site_rows(
    task: Task, *, exactly: int | None = None, at_most: int | None = None
) -> tuple[csr_array, Floats, Floats]:
    """Return rows over the opening variables, shape (k, m), with their bounds.

    Parameters
    ----------
    exactly, at_most
        Number of candidates to open.
    """
    rows: list[Floats] = []
    least: list[float] = []
    most: list[float] = []
    if exactly is not None or at_most is not None:
        rows.append(task.candidate.astype(np.float64))
        least.append(-np.inf if exactly is None else float(exactly))
        most.append(float(at_most if exactly is None else exactly))  # type: ignore[arg-type]
    if task.budget is not None:
        # In parts of the dearest: a solver's tolerance is no sum of money.
        price = np.where(task.candidate, task.price, 0.0)
        unit = float(price.max(initial=0.0)) or 1.0
        rows.append(price / unit)
        least.append(-np.inf)
        most.append(float(task.budget) / unit)
    for group, fewest in sorted(task.group_minimum.items()):
        member = task.site_group == group
        rows.append((member & task.candidate).astype(np.float64))
        least.append(float(fewest - (member & task.existing).sum()))
        most.append(np.inf)
    if not rows:
        return csr_array((0, task.m)), np.empty(0), np.empty(0)
    return csr_array(np.stack(rows)), np.array(least), np.array(most)


def conditions_hold(task: Task, opened: Flags, *, at_most: int | None = None) -> bool:
    """Return whether a choice of candidates keeps to number, budget, groups and requirements."""
    if (opened & ~task.candidate).any() or (task.required & ~opened).any():
        return False
    if at_most is not None and opened.sum() > at_most:
        return False
    if task.budget is not None and task.price[opened].sum() > task.budget * (1 + 1e-12):
        return False
    open_ = opened | task.existing
    return all(
        (open_ & (task.site_group == group)).sum() >= fewest
        for group, fewest in task.group_minimum.items()
    )
