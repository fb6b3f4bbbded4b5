"""Worlds of a few scattered companies, and every choice of sites there is in them."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import strategies as st

from geo_planner.siting.question import Question
from tests.travel import worlds

PLACES = st.lists(
    st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=3, max_size=8, unique=True
).map(lambda found: [(x * 100, y * 100) for x, y in found])


def scattered(places, children=None, *, regiments=1, facility=True):
    """Return companies at places in metres, dealt out to regiments in turn, one kindergarten.

    Without streets: a way is 1.3 times the straight line, so that the limit of 1,500 m is 1,153 m.
    """
    counted = range(1, len(places) + 1) if children is None else children
    units = worlds.units(
        *(
            (f"R{k}", None, {"kind": "regiment", "parent_id": None, "children_3_5": None})
            for k in range(regiments)
        ),
        *(
            (f"U{k}", at, {"children_3_5": count, "parent_id": f"R{k % regiments}"})
            for k, (at, count) in enumerate(zip(places, counted, strict=True))
        ),
    )
    there = places[0] if facility else (1_000_000, 1_000_000)
    return worlds.project(units, worlds.facilities(("K", there, {})))


class Everything:
    """All choices of a question's candidates, each with what it covers."""

    def __init__(self, project, facility_type="kindergarten", **asked):
        self.question = Question.of(project, facility_type, **asked)
        near = np.zeros(self.question.costs.shape, dtype=bool)
        near[self.question.costs.demand, self.question.costs.site] = True
        standing = self.question.standing
        self.today = near[:, :standing].any(axis=1)
        self.near = near[:, standing:]
        self.weights = np.nan_to_num(self.question.children)
        self.names = [str(one) for one in self.question.candidates.table.index]

    def covered(self, chosen):
        return self.today | self.near[:, list(chosen)].any(axis=1)

    def worth(self, chosen):
        return float(self.weights[self.covered(chosen)].sum())

    def up_to(self, many):
        for size in range(many + 1):
            yield from combinations(range(len(self.names)), size)

    def best(self, many):
        return max(self.worth(chosen) for chosen in self.up_to(many))

    def named(self, ids):
        return tuple(self.names.index(one) for one in ids)
