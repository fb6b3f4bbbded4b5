r"""Cover enough of each group with the cheapest sites.

.. math:: \min \sum_j c_j x_j \quad \text{s.t.} \quad z_i \le w_i \sum_{j \in N_i} x_j, \quad
          \sum_{i \in g} z_i \ge b_g \;\; \forall g, \quad 0 \le z_i \le w_i, \; x_j \in \{0, 1\}

with ``N_i`` the sites that cover point ``i``, ``w_i`` how many equal ones it stands for and ``b_g``
how many more points of group ``g`` have to be covered. A partial set covering with several quotas:
Daskin & Owen (1999), Two new location covering problems, Geographical Analysis 31:217-235; groups
as in Bera, Gupta, Kumar & Roy (2014), Theoretical Computer Science 555:2-8. ``z`` may be
continuous: with whole ``x`` and whole ``b`` its best values are whole.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csc_array, csr_array

from geo_planner.travel.arrays import Flags, Floats, Ints

MOST_PRODUCTS = 3e8
"""Products of pairs after which sites are not compared with each other."""


@dataclass(frozen=True, eq=False, slots=True)
class GroupCover:
    """What is to be covered: ``n`` open points, ``m`` sites, ``g`` groups.

    Attributes
    ----------
    covers
        Which site covers which point, shape (n, m), ones.
    groups
        Which point counts in which group, shape (g, n), ones.
    need
        How many points of each group are still to be covered, shape (g,); 0 and below: enough.
    price
        Of each site, shape (m,).
    value
        What it is worth to cover each point, shape (n,); decides between equally cheap answers.
    weight
        How many equal points each stands for, shape (n,).
    required, allowed
        Sites that must, and that may be opened, shape (m,).
    """

    covers: csr_array
    groups: csr_array
    need: Ints
    price: Floats
    value: Floats
    weight: Ints
    required: Flags
    allowed: Flags

    def covered(self, opened: Flags) -> Flags:
        """Return which points some sites cover, shape (n,)."""
        found: Flags = self.covers @ opened.astype(np.float64) > 0
        return found

    def counted(self, covered: Flags) -> Ints:
        """Return how many points of each group are covered, shape (g,)."""
        held = self.groups @ (covered * self.weight).astype(np.float64)
        return np.asarray(np.rint(held), dtype=np.int64)

    def fulfilled(self, opened: Flags) -> bool:
        """Return whether every group has what it needs."""
        return bool((self.counted(self.covered(opened)) >= self.need).all())


def reduced(cover: GroupCover) -> GroupCover:
    """Return a cover of the same best price and value with fewer points and sites.

    Sites keep their numbers: those that need not be looked at are not allowed.
    """
    allowed = cover.allowed | cover.required
    kept = csr_array(cover.covers @ _diagonal(allowed))
    kept.eliminate_zeros()
    kept.sort_indices()
    merged = _merged(replace(cover, covers=kept))
    return replace(merged, allowed=allowed & ~outdone(merged.covers, cover.price, cover.required))


def _merged(cover: GroupCover) -> GroupCover:
    """Make points of equal sites and groups one; points no site covers go."""
    sites, groups = cover.covers, csc_array(cover.groups)
    groups.sort_indices()
    first: dict[bytes, int] = {}
    lead: list[int] = []
    number = np.full(sites.shape[0], -1, dtype=np.int64)
    for point in np.flatnonzero(np.diff(sites.indptr)):
        mine = sites.indices[sites.indptr[point] : sites.indptr[point + 1]]
        its = groups.indices[groups.indptr[point] : groups.indptr[point + 1]]
        key = its.tobytes() + b"|" + mine.tobytes()
        if key not in first:
            first[key] = len(lead)
            lead.append(int(point))
        number[point] = first[key]
    there = number >= 0
    return replace(
        cover,
        covers=sites[lead],
        groups=csr_array(groups[:, lead]),
        value=np.bincount(number[there], cover.value[there], minlength=len(lead)).astype(
            np.float64
        ),
        weight=np.bincount(number[there], cover.weight[there], minlength=len(lead)).astype(
            np.int64
        ),
    )


def outdone(covers: csr_array, price: Floats, required: Flags) -> Flags:
    """Return the sites all of whose points another one covers at no higher price.

    Of equal ones the first stays. A site that must be opened outdoes, and is never left out.
    """
    degree = np.diff(covers.indptr).astype(np.float64)
    by_site = csc_array(covers)
    size = np.diff(by_site.indptr)
    gone: Flags = (size == 0) & ~required
    if float((degree**2).sum()) > MOST_PRODUCTS:
        return gone
    both = csr_array(by_site.T @ by_site).tocoo()
    one, other = both.coords
    inside = (both.data >= size[one]) & (one != other) & (price[other] <= price[one])
    equal = (size[one] == size[other]) & (price[other] == price[one])
    rank = np.where(required, -1, np.arange(len(size)))
    beaten = inside & (~equal | (rank[other] < rank[one]))
    gone[one[beaten]] = True
    return gone & ~required


def _diagonal(flags: Flags) -> csr_array:
    size = len(flags)
    return csr_array(
        (flags.astype(np.float64), np.arange(size), np.arange(size + 1)), shape=(size, size)
    )
