"""What a covering problem can do without: equal rows, rows and columns that another one outdoes.

Rules as in Toregas & ReVelle (1972), Geographical Analysis 4:145-157, and Beasley (1987), European
Journal of Operational Research 31:85-93. Each holds under conditions that its function states; the
best value is the same with and without.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array

from geo_planner.siting.covering import kernels
from geo_planner.siting.covering.instance import SMALL, Instance
from geo_planner.travel.arrays import Flags, Floats, Ints, Labels, gather
from geo_planner.travel.graph.compiling import compiled


def with_equal_rows_merged(instance: Instance) -> Instance:
    """Return the instance with rows of equal columns and need made one, their weights summed."""
    if not instance.rows:
        return instance
    first = _first_equal(instance)
    lead = first == np.arange(instance.rows)
    if lead.all():
        return instance
    weight = np.bincount(first, instance.weight, minlength=instance.rows).astype(np.float64)
    return replace(instance, weight=weight).kept(lead, np.ones(instance.columns, dtype=np.bool_))


def _first_equal(instance: Instance) -> Ints:
    """Return, for each row, the lowest row that is the same."""
    lengths = np.diff(instance.row_first)
    key = _scrambled(np.arange(instance.columns, dtype=np.uint64))
    mark = np.zeros(instance.rows, dtype=np.uint64)
    some = lengths > 0
    if some.any():
        mark[some] = np.add.reduceat(key[instance.row_column], instance.row_first[:-1][some])
    mark += _scrambled(instance.need.astype(np.uint64) + np.uint64(instance.columns))
    _, lowest, inverse = np.unique(mark, return_index=True, return_inverse=True)
    first: Ints = lowest[inverse].astype(np.int64)
    # A hash can deceive: what does not agree entry by entry stays as it is.
    row = np.flatnonzero(first != np.arange(instance.rows))
    other = first[row]
    same = (lengths[row] == lengths[other]) & (instance.need[row] == instance.need[other])
    first[row[~same]] = row[~same]
    row, other = row[same], other[same]
    mine = gather(instance.row_first[row], instance.row_first[row + 1])
    theirs = gather(instance.row_first[other], instance.row_first[other + 1])
    differ = instance.row_column[mine] != instance.row_column[theirs]
    wrong = np.unique(np.repeat(row, lengths[row])[differ])
    first[wrong] = wrong
    return first


def _scrambled(values: np.ndarray) -> np.ndarray:
    """Return well mixed 64-bit numbers (splitmix64, Steele, Lea & Flood 2014)."""
    mixed = (values + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def without_outdone_columns(instance: Instance) -> Instance:
    """Return the instance without columns that another one replaces at no higher price.

    Holds where every row needs one column and no condition but number and budget binds columns.
    Of equal ones the lowest stays; columns without a row go.
    """
    outdone = _contained(
        instance.column_first, instance.column_row, instance.row_first, instance.row_column,
        instance.price,
    )  # fmt: skip
    outdone |= np.diff(instance.column_first) == 0
    if not outdone.any():
        return instance
    return instance.kept(np.ones(instance.rows, dtype=np.bool_), ~outdone)


def without_implied_rows(instance: Instance) -> Instance:
    """Return the instance without rows that are covered whenever another one is.

    Holds where every row must be covered. A row goes if another's columns are all among its own
    and that one needs as many; of equal ones the lowest stays.
    """
    implied = _containing(
        instance.row_first, instance.row_column, instance.column_first, instance.column_row,
        instance.need,
    )  # fmt: skip
    if not implied.any():
        return instance
    return instance.kept(~implied, np.ones(instance.columns, dtype=np.bool_))


def _contained(
    first: Ints, member: Labels, owner_first: Ints, owner: Labels, price: Floats
) -> Flags:
    """Return the sets that lie in another one of no higher price."""
    if len(member) > SMALL:
        found: Flags = compiled(kernels.contained)(first, member, owner_first, owner, price)
        return found
    one, other = _inclusions(first, member, len(owner_first) - 1)
    size = np.diff(first)
    gone = (price[other] < price[one]) | (
        (price[other] == price[one]) & ((size[other] > size[one]) | (other < one))
    )
    found = np.zeros(len(size), dtype=np.bool_)
    found[one[gone]] = True
    return found


def _containing(first: Ints, member: Labels, owner_first: Ints, owner: Labels, need: Ints) -> Flags:
    """Return the sets that hold another one of no lower need."""
    if len(member) > SMALL:
        found: Flags = compiled(kernels.containing)(first, member, owner_first, owner, need)
        return found
    one, other = _inclusions(first, member, len(owner_first) - 1)
    size = np.diff(first)
    gone = (need[one] > need[other]) | (
        (need[one] == need[other]) & ((size[one] < size[other]) | (one < other))
    )
    found = np.zeros(len(size), dtype=np.bool_)
    found[other[gone]] = True
    return found


def _inclusions(first: Ints, member: Labels, width: int) -> tuple[Ints, Ints]:
    """Return pairs of different sets of which the first, not empty, lies in the second."""
    sets = csr_array((np.ones(len(member)), member, first), shape=(len(first) - 1, width))
    common = (sets @ sets.T).tocoo()
    one, other = common.coords
    inside = (common.data == np.diff(first)[one]) & (one != other)
    return one[inside].astype(np.int64), other[inside].astype(np.int64)
