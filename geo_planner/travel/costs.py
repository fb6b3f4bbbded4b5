"""Travel costs between demand and sites: the pairs that can be travelled, and their metres."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo_planner.errors import BadNumberError
from geo_planner.travel.arrays import Flags, Floats, Ints


@dataclass(frozen=True, eq=False, slots=True)
class TravelCosts:
    """Sparse metres between demand points and sites.

    Attributes
    ----------
    demand, site
        Indices of each pair, shape (pairs,), ordered by demand, then site; no pair stands twice.
    metres
        Length of the way, shape (pairs,). A pair that is not there cannot be travelled (or lies
        beyond the limit it was computed with).
    shape
        Number of demand points and of sites.
    effort
        What each way costs, in metres of a plain street that take as long; None where it is the
        length.
    """

    demand: Ints
    site: Ints
    metres: Floats
    shape: tuple[int, int]
    effort: Floats | None = None

    @classmethod
    def from_dense(cls, matrix: npt.ArrayLike) -> TravelCosts:
        """Return the costs of a demand x site matrix in metres; ``inf`` is no way.

        Raises
        ------
        BadNumberError
            If an entry is negative or not a number; rows are demand points, counted from 0.
        ValueError
            If it is no matrix.
        """
        dense = _numbers(matrix, "metres")
        dense = dense.reshape(0, 0) if dense.shape == (0,) else np.atleast_2d(dense)
        if dense.ndim != 2:
            raise ValueError("travel costs must be a matrix: a row a demand point, a column a site")
        _refuse(dense, np.isnan(dense) | (dense < 0))
        demand, site = np.nonzero(np.isfinite(dense))
        return cls(demand, site, dense[demand, site], (dense.shape[0], dense.shape[1]))

    @classmethod
    def from_pairs(
        cls,
        demand: Sequence[int] | Ints,
        site: Sequence[int] | Ints,
        metres: Sequence[float] | Floats,
        shape: tuple[int, int],
        effort: Floats | None = None,
    ) -> TravelCosts:
        """Return the costs of listed pairs; of a pair listed twice the less costly way stays.

        Raises
        ------
        BadNumberError
            If an index lies outside ``shape`` or a length or effort is negative or not finite; rows
            are pairs, counted from 0.
        ValueError
            If the lists differ in length.
        """
        rows = _indices(demand, shape[0], "demand")
        columns = _indices(site, shape[1], "site")
        lengths = _lengths(metres, "metres")
        cost = lengths if effort is None else _lengths(effort, "effort")
        if not rows.shape == columns.shape == lengths.shape == cost.shape == (rows.size,):
            raise ValueError("demand, site, metres and effort must be lists of one length")
        order = np.lexsort((lengths, cost, columns, rows))
        rows, columns, lengths, cost = rows[order], columns[order], lengths[order], cost[order]
        first = np.ones(len(rows), dtype=bool)
        first[1:] = (rows[1:] != rows[:-1]) | (columns[1:] != columns[:-1])
        kept = None if effort is None else cost[first]
        return cls(rows[first], columns[first], lengths[first], shape, kept)

    @property
    def cost(self) -> Floats:
        """What each way costs: its effort where that is known, else its length."""
        return self.metres if self.effort is None else self.effort

    def chosen(self, kept: Flags) -> TravelCosts:
        """Return some of the pairs."""
        effort = None if self.effort is None else self.effort[kept]
        return TravelCosts(
            self.demand[kept], self.site[kept], self.metres[kept], self.shape, effort
        )

    def dense(self) -> Floats:
        """Return the demand x site matrix, ``inf`` where there is no way."""
        matrix = np.full(self.shape, np.inf)
        matrix[self.demand, self.site] = self.metres
        return matrix

    def within(self, limit: float) -> TravelCosts:
        """Return only the pairs that cost not more than ``limit``: effort, where it is known."""
        return self.chosen(self.cost <= limit)


def _numbers(given: npt.ArrayLike, column: str) -> Floats:
    """Return anything as floats; :class:`BadNumberError` where it is no array of numbers."""
    try:
        return np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        raise BadNumberError("travel costs", column, (), [str(given)[:60]]) from None


def _lengths(given: npt.ArrayLike, column: str) -> Floats:
    """Return finite numbers that are not negative."""
    values = _numbers(given, column)
    _refuse(values, ~np.isfinite(values) | (values < 0), column)
    return values


def _indices(given: npt.ArrayLike, size: int, column: str) -> Ints:
    """Return whole numbers from 0 to below ``size``."""
    listed = np.asarray(given) if isinstance(given, np.ndarray) else _numbers(given, column)
    if listed.dtype.kind not in "iu":
        listed = _numbers(listed, column)
        _refuse(listed, ~(listed == np.floor(listed)), column)
    _refuse(listed, (listed < 0) | (listed >= size), column)
    return listed.astype(np.int64, copy=False)


def _refuse(values: Floats | Ints, wrong: Flags, column: str = "metres") -> None:
    """Raise :class:`BadNumberError` naming every row in which ``wrong`` holds."""
    if wrong.any():
        rows = tuple(int(row) for row in np.unique(np.nonzero(wrong)[0]))
        faulty = sorted({f"{value:g}" for value in values[wrong]})
        raise BadNumberError("travel costs", column, rows, faulty)
