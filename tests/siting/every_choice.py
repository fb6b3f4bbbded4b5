"""Tiny worlds under every mixture of conditions, and the best of all choices there are in them."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

PROBLEMS = ("cover-all", "cover-most", "median", "center")


def drawn(seed: int) -> tuple[np.ndarray, str, dict[str, Any]]:
    """Return ways of at most five points and sites (``inf`` for none), a problem, conditions."""
    random = np.random.default_rng(seed)
    n, m = random.integers(0, 6, 2)
    ways = random.integers(0, 12, (n, m)).astype(float)
    kind = random.integers(0, 4)
    if kind == 1:
        ways += random.random((n, m))
    elif kind == 2:
        ways = np.round(ways / 3) * 0.1
    ways[random.random((n, m)) < random.choice([0, 0.2, 0.5])] = np.inf
    problem = str(random.choice(PROBLEMS))
    return ways, problem, _conditions(random, problem, n, m)


def _conditions(  # noqa: C901 - a condition a line
    random: np.random.Generator, problem: str, n: int, m: int
) -> dict[str, Any]:
    asked: dict[str, Any] = {}

    def perhaps(share: float) -> bool:
        return bool(random.random() < share)

    def odd() -> float:
        return float(random.choice([1.0, 0.7]))

    if perhaps(0.7):
        asked["limit"] = random.integers(0, 14, n).astype(float) * odd()
    if perhaps(0.7):
        asked["demand"] = random.integers(0, 5, n) * odd()
    for name in ("existing", "closable", "required", "forbidden"):
        if perhaps(0.35):
            asked[name] = np.flatnonzero(random.random(m) < 0.3)
    if perhaps(0.4):
        asked["opening_cost"] = random.integers(0, 6, m) * odd()
    if perhaps(0.35):
        asked["budget"] = random.integers(0, 12) * odd()
    if perhaps(0.35):
        asked["backup"] = int(random.integers(1, 4))
    if perhaps(0.35):
        asked["site_group"] = random.integers(-1, 2, m)
        asked["group_minimum"] = {group: int(random.integers(0, 3)) for group in (0, 1)}
    if perhaps(0.35):
        asked["capacity"] = random.choice([0.0, 2.0, 3.0, 5.0, 8.0, np.inf], m)
        if perhaps(0.5):
            asked["load"] = random.integers(0, 5, n).astype(float)
    silent = problem == "cover-all" or "budget" in asked
    if not silent or perhaps(0.5):
        asked["sites"] = int(random.integers(0, m + 2))
    if perhaps(0.3):
        asked["leave_unreachable"] = True
    return asked


class World:
    """What the conditions mean, written out again without anything of the product."""

    def __init__(self, ways: np.ndarray, problem: str, asked: dict[str, Any]) -> None:
        self.problem, self.ways, self.asked = problem, ways, asked
        n, m = self.shape = ways.shape
        self.demand = np.asarray(asked.get("demand", np.ones(n)), dtype=float)
        self.load = np.asarray(asked.get("load", self.demand), dtype=float)
        self.price = np.asarray(asked.get("opening_cost", np.ones(m)), dtype=float)
        self.capacity = asked.get("capacity")
        self.closable = self._listed("closable")
        self.existing = self._listed("existing") & ~self.closable
        self.required = self._listed("required") & ~self.existing
        self.contradicts = bool((self.required & self._listed("forbidden")).any())
        self.candidates = np.flatnonzero(~self.existing & ~self._listed("forbidden"))
        self.backup = asked.get("backup", 1) if problem.startswith("cover") else 1
        may = self.existing.copy()
        may[self.candidates] = True
        limit = np.broadcast_to(asked.get("limit", np.inf), (n,))
        self.reach = np.isfinite(ways) & (ways <= limit[:, None]) & may
        if self.capacity is not None:
            self.reach &= self.load[:, None] <= self.capacity
        aside = asked.get("leave_unreachable") and problem != "cover-most"
        self.asking = np.flatnonzero((self.reach.sum(axis=1) >= self.backup) | (not aside))

    def _listed(self, name: str) -> np.ndarray:
        return np.isin(np.arange(self.shape[1]), np.asarray(self.asked.get(name, ()), dtype=int))

    def best(self) -> float | None:
        """Return the best objective of all choices, None where none holds."""
        found = []
        for taken in product((False, True), repeat=len(self.candidates)):
            opened = np.zeros(self.shape[1], dtype=bool)
            opened[self.candidates[np.array(taken, dtype=bool)]] = True
            if self.holds(opened):
                worth = self.worth(opened)
                found += [] if worth is None else [worth]
        if not found:
            return None
        return max(found) if self.problem == "cover-most" else min(found)

    def holds(self, opened: np.ndarray) -> bool:
        """Return whether a choice keeps to number, money, groups and what is required."""
        many, budget = int(opened.sum()), self.asked.get("budget")
        most = min(self.asked.get("sites", many), len(self.candidates))
        exactly = budget is None and (
            self.problem == "median" or (self.problem == "center" and self.capacity is None)
        )
        group = self.asked.get("site_group", np.full(self.shape[1], -1))
        open_ = opened | self.existing
        return (
            many <= most
            and (many == most or not exactly)
            and not (self.required & ~opened).any()
            and (budget is None or self.price[opened].sum() <= budget * (1 + 1e-9))
            and all(
                (open_ & (group == one)).sum() >= fewest
                for one, fewest in self.asked.get("group_minimum", {}).items()
            )
        )

    def worth(self, opened: np.ndarray) -> float | None:
        """Return what a choice is worth, None where somebody is not served."""
        reach = self.reach & (opened | self.existing)
        enough = reach.sum(axis=1) >= self.backup
        if self.capacity is not None:
            return self._served(opened, reach & enough[:, None])
        if self.problem == "cover-most":
            return float(self.demand[enough].sum())
        if not enough[self.asking].all():
            return None
        if self.problem == "cover-all":
            return float(self.price[opened].sum())
        way = np.where(reach, self.ways, np.inf)[self.asking].min(axis=1, initial=np.inf)
        if self.problem == "center":
            return float(way.max(initial=0.0))
        return float((self.demand[self.asking] * way).sum())

    def _served(self, opened: np.ndarray, reach: np.ndarray) -> float | None:
        """Return the best of all ways to send each point to one site that has room."""
        nobody = [-1] if self.problem == "cover-most" else []
        found = []
        for sent in product(*([*nobody, *np.flatnonzero(reach[i])] for i in self.asking)):
            sites = np.array(sent, dtype=int)
            own = sites >= 0
            used = np.bincount(sites[own], self.load[self.asking][own], self.shape[1])
            if (used > self.capacity + 1e-9).any():
                continue
            if self.problem == "cover-all":
                return float(self.price[opened].sum())
            demand, way = self.demand[self.asking], self.ways[self.asking[own], sites[own]]
            if self.problem == "cover-most":
                found.append(float(demand[own].sum()))
            elif self.problem == "median":
                found.append(float((demand * way).sum()))
            else:
                found.append(float(way.max(initial=0.0)))
        if not found:
            return None
        return max(found) if self.problem == "cover-most" else min(found)
