"""Who can cover whom, as compressed arrays in both directions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from geo_planner.siting.task import Task
from geo_planner.travel.arrays import Flags, Floats, Ints, Labels

SMALL = 3_000
"""Pairs up to which a compiler's pause would cost more than it saves."""


@dataclass(frozen=True, eq=False, slots=True)
class Instance:
    """Demand points still to be covered (rows) and sites that may be opened (columns).

    Attributes
    ----------
    row_first, row_column
        Columns that cover row ``i``: ``row_column[row_first[i]:row_first[i + 1]]``, ascending.
    column_first, column_row
        Rows that column ``j`` covers, likewise.
    need
        Open columns a row still needs, shape (rows,), at least 1.
    weight
        Of each row, shape (rows,).
    price
        Of each column, shape (columns,).
    site
        Number of each column's site in the task, shape (columns,), ascending.
    """

    row_first: Ints
    row_column: Labels
    column_first: Ints
    column_row: Labels
    need: Ints
    weight: Floats
    price: Floats
    site: Ints

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.need)

    @property
    def columns(self) -> int:
        """Number of columns."""
        return len(self.site)

    @property
    def pairs(self) -> int:
        """Number of pairs of row and column."""
        return len(self.row_column)

    @property
    def whole(self) -> bool:
        """Whether every weight is a whole number that adds up exactly."""
        return bool((self.weight == np.floor(self.weight)).all() and self.weight.sum() < 2**52)

    @property
    def matrix(self) -> csr_array:
        """Ones where a column covers a row, shape (rows, columns)."""
        return csr_array(
            (np.ones(self.pairs), self.row_column, self.row_first),
            shape=(self.rows, self.columns),
        )

    def kept(self, rows: Flags, columns: Flags) -> Instance:
        """Return the instance without some rows and columns."""
        row = np.repeat(rows, np.diff(self.row_first))
        pair = row & columns[self.row_column]
        owner = np.repeat(np.arange(self.rows, dtype=np.int32), np.diff(self.row_first))[pair]
        number = (np.cumsum(columns) - 1).astype(np.int32)
        line = (np.cumsum(rows) - 1).astype(np.int32)
        return instance_of_pairs(
            line[owner],
            number[self.row_column[pair]],
            need=self.need[rows],
            weight=self.weight[rows],
            price=self.price[columns],
            site=self.site[columns],
        )


def instance_of_pairs(
    row: Labels, column: Labels, *, need: Ints, weight: Floats, price: Floats, site: Ints
) -> Instance:
    """Return the instance of pairs that are ordered by row, then column."""
    counts = np.bincount(row, minlength=len(need))
    row_first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    turned = csr_array(
        (np.ones(len(column), dtype=np.int8), column, row_first), shape=(len(need), len(site))
    ).tocsc()
    return Instance(
        row_first,
        column.astype(np.int32, copy=False),
        turned.indptr.astype(np.int64),
        turned.indices.astype(np.int32, copy=False),
        need,
        weight,
        price,
        site,
    )


def instance_of(task: Task, *, opened: Flags) -> Instance:
    """Return what is left to cover of a task once some of its candidates are open.

    Parameters
    ----------
    opened
        Candidates that are open in any case, shape (m,): no columns any more.

    Notes
    -----
    Rows: demand points that the open sites do not cover yet and that the others can. Columns: the
    remaining candidates, useful or not.
    """
    pairs = task.costs
    open_ = task.existing | opened
    have = np.bincount(pairs.demand[open_[pairs.site]], minlength=task.n)
    column = task.candidate & ~opened
    free = column[pairs.site]
    lacking = task.backup - have
    reach = np.bincount(pairs.demand[free], minlength=task.n)
    rows = (lacking > 0) & (reach >= lacking)
    kept = free & rows[pairs.demand]
    line = (np.cumsum(rows) - 1).astype(np.int32)
    number = (np.cumsum(column) - 1).astype(np.int32)
    return instance_of_pairs(
        line[pairs.demand[kept]],
        number[pairs.site[kept]],
        need=lacking[rows].astype(np.int64),
        weight=task.demand[rows],
        price=task.price[column],
        site=np.flatnonzero(column),
    )


def with_more_rows(instance: Instance, groups: list[tuple[Flags, int]]) -> Instance:
    """Return the instance with a row for each group of columns of which some must be open.

    Parameters
    ----------
    groups
        Columns of a group, shape (columns,), and how many of them are needed.
    """
    if not groups:
        return instance
    members = [np.flatnonzero(member) for member, _ in groups]
    lengths = np.diff(instance.row_first)
    row = np.repeat(np.arange(instance.rows), lengths)
    more = [np.full(len(member), instance.rows + k) for k, member in enumerate(members)]
    return instance_of_pairs(
        np.concatenate([row, *more]).astype(np.int32),
        np.concatenate([instance.row_column, *members]).astype(np.int32),
        need=np.concatenate([instance.need, [count for _, count in groups]]).astype(np.int64),
        weight=np.concatenate([instance.weight, np.zeros(len(groups))]),
        price=instance.price,
        site=instance.site,
    )
