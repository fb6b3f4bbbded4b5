r"""What is built by which year, so that most is covered soonest.

.. math:: \max \sum_t \sum_k \omega_k \sum_i v_{ki} z_{kit} \quad \text{s.t.} \quad
          z_{kit} \le w_{ki} \sum_{j \in N_{ki}} x_{kjt}, \quad x_{kj,t-1} \le x_{kjt}, \quad
          \sum_{kj} c_{kj} x_{kjt} \le \sum_{s \le t} B_s, \quad
          \sum_{i \in g} z_{kit} + s_{gt} \ge b_{gt}

with ``x`` whether site ``j`` of type ``k`` stands by the end of year ``t``, ``z`` whom it covers
then, ``c`` costs, ``B`` budgets, ``b`` promises by group and year and ``s`` what they lack (0 where
all can be kept). What is built stays. Dynamic covering: Schilling (1980), Dynamic location modeling
for public-sector facilities, Decision Sciences 11:714-724; Current, Min & Schilling (1990),
European Journal of Operational Research 49:295-307; regret of a nested order: Daskin, Hopp &
Medina (1992), Annals of Operations Research 40:125-151.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array, eye_array, hstack, kron, sparray, vstack

from geo_planner.siting.reaching.group_cover import GroupCover
from geo_planner.siting.solver import Model
from geo_planner.travel.arrays import Flags, Floats, Ints


@dataclass(frozen=True, eq=False, slots=True)
class Part:
    """One facility type in the program.

    Attributes
    ----------
    cover
        Its open points, sites, groups and costs (``price``); ``need`` is not read.
    worth
        What covering one of each point's units counts for in a year, shape (n,).
    per_year
        Most buildings in each year, shape (years,).
    need
        Points each group must have by the end of each year, shape (g, years); 0 for no promise.
    """

    cover: GroupCover
    worth: Floats
    per_year: Floats
    need: Ints


@dataclass(frozen=True, eq=False, slots=True)
class Programme:
    """All types over all years.

    Attributes
    ----------
    parts
        One a facility type.
    money, numbers
        Budget and most buildings of each year, shape (years,); infinite for no limit.
    carry_over
        Whether money of earlier years may be spent later.
    allowance
        How many points all promises together may lack, where not all can be kept.
    """

    parts: tuple[Part, ...]
    money: Floats
    numbers: Floats
    carry_over: bool
    allowance: float = 0.0

    @property
    def years(self) -> int:
        """Number of years."""
        return len(self.money)

    def year_alone(self, year: int) -> Programme:
        """Return the programme of building everything up to a year at once, for that year alone."""
        upto = year + 1
        parts = tuple(
            replace(
                part,
                per_year=np.array([part.per_year[:upto].sum()]),
                need=part.need[:, [year]],
            )
            for part in self.parts
        )
        return replace(
            self,
            parts=parts,
            money=np.array([self.money[:upto].sum()]),
            numbers=np.array([self.numbers[:upto].sum()]),
            carry_over=True,
        )

    def keeping_to(self, built: Sequence[Flags]) -> Programme:
        """Return the programme with promises lowered to what a choice of sites keeps.

        Parameters
        ----------
        built
            Of each part, which sites stand by the end of each year, shape (years, m).
        """
        parts = tuple(
            replace(part, need=np.minimum(part.need, held_by(part, mine)))
            for part, mine in zip(self.parts, built, strict=True)
        )
        return replace(self, parts=parts, allowance=0.0)

    def worth_of(self, built: Sequence[Flags]) -> Floats:
        """Return what is covered is worth at the end of each year, shape (years,)."""
        total = np.zeros(self.years)
        for part, mine in zip(self.parts, built, strict=True):
            total += (part.worth * part.cover.weight) @ covered_by(part, mine)
        return total

    def lacking(self, built: Sequence[Flags]) -> list[Ints]:
        """Return how many points each group lacks at the end of each year, shape (g, years)."""
        return [
            np.maximum(part.need - held_by(part, mine), 0)
            for part, mine in zip(self.parts, built, strict=True)
        ]

    def affordable(self, built: Sequence[Flags]) -> bool:
        """Return whether the sites keep to budgets and numbers, stay, and hold the required."""
        spent, number = np.zeros(self.years), np.zeros(self.years)
        for part, mine in zip(self.parts, built, strict=True):
            fresh = mine.astype(np.float64)
            fresh[1:] -= mine[:-1]
            many = fresh.sum(axis=1)
            if (fresh < 0).any() or (many > part.per_year).any():
                return False
            if (mine & ~(part.cover.allowed | part.cover.required)).any():
                return False
            if (part.cover.required & ~mine[-1]).any():
                return False
            number += many
            spent += fresh @ part.cover.price
        money = np.cumsum(self.money) if self.carry_over else self.money
        spent = np.cumsum(spent) if self.carry_over else spent
        return bool((number <= self.numbers).all() and (spent <= money * (1 + 1e-9) + 1e-9).all())


def covered_by(part: Part, built: Flags) -> Flags:
    """Return which points are covered by the end of each year, shape (n, years)."""
    found: Flags = part.cover.covers @ built.T.astype(np.float64) > 0
    return found


def held_by(part: Part, built: Flags) -> Ints:
    """Return how many points of each group are covered by the end of each year, (g, years)."""
    weighted = covered_by(part, built) * part.cover.weight[:, None]
    return np.asarray(np.rint(part.cover.groups @ weighted.astype(np.float64)), dtype=np.int64)


@dataclass(frozen=True, eq=False, slots=True)
class Columns:
    """Where the columns of a programme are: a part's sites by year, its points by year, lacks."""

    sites: tuple[slice, ...]
    points: tuple[slice, ...]
    lacks: slice

    @classmethod
    def of(cls, programme: Programme) -> Columns:
        """Lay the columns out, part after part, year after year."""
        at = 0
        sites: list[slice] = []
        points: list[slice] = []
        for part in programme.parts:
            for size, held in (
                (len(part.cover.price), sites),
                (len(part.cover.weight), points),
            ):
                held.append(slice(at, at + size * programme.years))
                at += size * programme.years
        goals = sum(int((part.need > 0).sum()) for part in programme.parts)
        return cls(tuple(sites), tuple(points), slice(at, at + goals))

    def built(self, programme: Programme, values: Floats) -> list[Flags]:
        """Return the sites that stand by the end of each year, one array (years, m) a part."""
        return [values[one].reshape(programme.years, -1) > 0.5 for one in self.sites]

    def values(self, programme: Programme, built: Sequence[Flags]) -> Floats:
        """Return the columns' values of a choice of sites."""
        found = np.zeros(self.lacks.stop)
        lacks = []
        for part, mine, site, point in zip(
            programme.parts, built, self.sites, self.points, strict=True
        ):
            found[site] = mine.ravel()
            found[point] = (covered_by(part, mine) * part.cover.weight[:, None]).T.ravel()
            lacks.append(np.maximum(part.need - held_by(part, mine), 0)[part.need > 0])
        found[self.lacks] = np.concatenate([*lacks, np.empty(0)])
        return found


def model_of(programme: Programme, columns: Columns, *, elastic: bool) -> Model:
    """Return the program for the solver.

    Parameters
    ----------
    elastic
        Least lacking, instead of most covered with no more than the allowance lacking.
    """
    width = columns.lacks.stop
    years = programme.years
    cost, lower, upper = np.zeros(width), np.zeros(width), np.zeros(width)
    whole = np.zeros(width, dtype=np.bool_)
    for part, site, point in zip(programme.parts, columns.sites, columns.points, strict=True):
        cover = part.cover
        whole[site] = True
        upper[site] = np.tile(cover.allowed | cover.required, years)
        lower[site].reshape(years, -1)[-1] = cover.required
        upper[point] = np.tile(cover.weight, years)
        if not elastic:
            cost[point] = -np.tile(part.worth, years)
    goals = [part.need[part.need > 0] for part in programme.parts]
    upper[columns.lacks] = np.concatenate([*goals, np.empty(0)])
    if elastic:
        cost[columns.lacks] = 1.0
    elif programme.allowance == 0:
        upper[columns.lacks] = 0.0
    blocks = [
        *(_of_part(programme, columns, number) for number in range(len(programme.parts))),
        _means(programme, columns),
        _allowance(programme, columns),
    ]
    return Model(
        cost=cost,
        lower=lower,
        upper=upper,
        whole=whole,
        rows=csr_array(vstack([rows for rows, _, _ in blocks])),
        row_lower=np.concatenate([low for _, low, _ in blocks]),
        row_upper=np.concatenate([high for _, _, high in blocks]),
    )


Rows = tuple[csr_array, Floats, Floats]


def _of_part(programme: Programme, columns: Columns, number: int) -> Rows:
    """Return the rows of one type: who covers whom, what stays, promises, buildings a year."""
    part, years = programme.parts[number], programme.years
    cover = part.cover
    points, sites = cover.covers.shape
    each = eye_array(years)
    link = _placed(
        columns,
        {
            columns.sites[number].start: kron(
                each, -csr_array(cover.covers * cover.weight[:, None].astype(np.float64))
            ),
            columns.points[number].start: eye_array(points * years),
        },
        points * years,
    )
    before = _since(years)
    stays = _placed(
        columns, {columns.sites[number].start: kron(before[1:], eye_array(sites))},
        (years - 1) * sites,
    )  # fmt: skip
    promises, need = _promises(programme, columns, number)
    many = np.flatnonzero(np.isfinite(part.per_year))
    building = _placed(
        columns, {columns.sites[number].start: kron(before[many], np.ones((1, sites)))}, len(many)
    )
    rows = csr_array(vstack([link, stays, promises, building]))
    low = np.concatenate(
        [
            np.full(points * years, -np.inf),
            np.zeros((years - 1) * sites),
            need,
            np.full(len(many), -np.inf),
        ]
    )
    high = np.concatenate(
        [
            np.zeros(points * years),
            np.full((years - 1) * sites, np.inf),
            np.full(len(need), np.inf),
            part.per_year[many],
        ]
    )
    return rows, low, high


def _promises(programme: Programme, columns: Columns, number: int) -> tuple[csr_array, Floats]:
    part, years = programme.parts[number], programme.years
    group, year = np.nonzero(part.need > 0)
    earlier = sum(int((one.need > 0).sum()) for one in programme.parts[:number])
    select = csr_array(
        (np.ones(len(group)), (np.arange(len(group)), year * part.need.shape[0] + group)),
        shape=(len(group), years * part.need.shape[0]),
    )
    counted = csr_array(select @ kron(eye_array(years), part.cover.groups))
    rows = _placed(
        columns,
        {
            columns.points[number].start: counted,
            columns.lacks.start + earlier: eye_array(len(group)),
        },
        len(group),
    )
    return rows, part.need[group, year].astype(np.float64)


def _means(programme: Programme, columns: Columns) -> Rows:
    """Return the rows of money and of buildings of all types together."""
    years = programme.years
    since = _since(years)
    rows: list[csr_array] = []
    most: list[Floats] = []
    money = np.cumsum(programme.money) if programme.carry_over else programme.money
    for limits, by, priced in (
        (money, eye_array(years).tocsr() if programme.carry_over else since, True),
        (programme.numbers, since, False),
    ):
        kept = np.flatnonzero(np.isfinite(limits))
        placed = {
            site.start: kron(
                by[kept],
                (part.cover.price if priced else np.ones(len(part.cover.price)))[None, :],
            )
            for part, site in zip(programme.parts, columns.sites, strict=True)
        }
        rows.append(_placed(columns, placed, len(kept)))
        most.append(limits[kept])
    high = np.concatenate(most)
    return csr_array(vstack(rows)), np.full(len(high), -np.inf), high


def _allowance(programme: Programme, columns: Columns) -> Rows:
    lacks = columns.lacks.stop - columns.lacks.start
    rows = _placed(columns, {columns.lacks.start: np.ones((1, lacks))}, 1)
    most = programme.allowance if programme.allowance else np.inf
    return rows, np.array([-np.inf]), np.array([most])


def _since(years: int) -> csr_array:
    """Return the differences of each year to the one before, shape (years, years)."""
    return csr_array(eye_array(years) - eye_array(years, k=-1))


def _placed(columns: Columns, blocks: Mapping[int, sparray | Floats], height: int) -> csr_array:
    """Return rows with blocks at given columns, 0 elsewhere."""
    width, at = columns.lacks.stop, 0
    if not height:
        return csr_array((0, width))
    row: list[csr_array] = []
    for start in sorted(blocks):
        block = csr_array(blocks[start])
        if block.shape[1]:
            row += [csr_array((height, start - at)), block]
            at = start + block.shape[1]
    return csr_array(hstack([*row, csr_array((height, width - at))]))
