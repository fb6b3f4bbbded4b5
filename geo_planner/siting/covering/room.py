"""The conditions that bind a choice of columns: how many, for how much, how many of each group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from geo_planner.siting.conditions import site_rows
from geo_planner.siting.covering.instance import Instance
from geo_planner.siting.task import Task
from geo_planner.travel.arrays import Flags, Floats, Ints

PLENTY = 1 << 40
"""Stands for no minimum of a group."""


@dataclass(frozen=True, eq=False, slots=True)
class Room:
    """What is left to choose from once some candidates are open in any case.

    Attributes
    ----------
    number
        Columns that may be opened.
    budget
        What they may cost; ``inf`` where nothing binds it.
    group
        Group of each column, shape (columns,): a place in ``missing``; the first stands for none.
    missing
        Columns each group still needs; negative where it has more than it needs.
    """

    number: int
    budget: float
    group: Ints
    missing: Ints

    @property
    def has_groups(self) -> bool:
        """Whether some group needs columns."""
        return len(self.missing) > 1

    def is_impossible(self, price: Floats) -> bool:
        """Return whether nothing fulfils the conditions: the cheapest of each group do not."""
        if self.number < 0 or self.budget < 0:
            return True
        cheapest = self.cheapest(price)
        if cheapest is None or cheapest.sum() > self.number:
            return True
        return bool(price[cheapest].sum() > self.budget)

    def cheapest(self, price: Floats) -> Flags | None:
        """Return the cheapest columns that fill up every group; None where there are too few."""
        found = np.zeros(len(price), dtype=np.bool_)
        for place in np.flatnonzero(self.missing > 0):
            member = np.flatnonzero(self.group == place)
            if len(member) < self.missing[place]:
                return None
            found[member[np.argsort(price[member], kind="stable")[: self.missing[place]]]] = True
        return found


def room_of(task: Task, instance: Instance, opened: Flags, *, most: int | None) -> Room:
    """Return what the conditions of a task leave once some of its candidates are open.

    Parameters
    ----------
    most
        Number of candidates that may be open; None for no end.
    """
    number = instance.columns if most is None else most - int(opened.sum())
    budget = np.inf
    if task.budget is not None:
        budget = task.budget * (1 + 1e-12) - float(task.price[opened].sum())
        if instance.price.sum() <= budget:
            budget = np.inf
    group = np.zeros(instance.columns, dtype=np.int64)
    missing = [-PLENTY]
    open_ = opened | task.existing
    for place, (name, fewest) in enumerate(sorted(task.group_minimum.items()), start=1):
        group[task.site_group[instance.site] == name] = place
        missing.append(fewest - int((open_ & (task.site_group == name)).sum()))
    return Room(min(number, instance.columns), budget, group, np.array(missing, dtype=np.int64))


def rows_of(
    task: Task, instance: Instance, opened: Flags, *, most: int | None
) -> tuple[csr_array, Floats, Floats]:
    """Return the conditions as rows over the columns, shape (k, columns), with their bounds."""
    rows, least, upper = site_rows(task, at_most=most)
    spent = rows @ opened.astype(np.float64)
    return csr_array(rows[:, instance.site]), least - spent, upper - spent
