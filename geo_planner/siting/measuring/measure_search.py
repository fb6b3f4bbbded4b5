"""The search for measures: what each brings alone, and beside those taken before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from geo_planner.siting.measuring.linked_streets import LinkedStreets
from geo_planner.siting.measuring.measure_costs import MeasureCosts
from geo_planner.siting.measuring.measure_links import FoundLinks, find_links
from geo_planner.siting.order import times_within
from geo_planner.siting.proposal import Weight, unsuitable, weights_of
from geo_planner.siting.question import Question
from geo_planner.travel.arrays import Flags, Floats, Ints
from geo_planner.travel.pairs import pairs_within

Kind = Literal["site", "link", "service"]
KINDS: tuple[Kind, ...] = ("site", "link", "service")

HAIR = 1e-9
"""By how much a sum of costs may exceed a budget through rounding."""


@dataclass(frozen=True, eq=False, slots=True)
class Measure:
    """A measure and what it newly reaches: kind, number among its kind, places of units, cost."""

    kind: Kind
    number: int
    reached: Ints
    cost: float
    worth: float

    @property
    def ratio(self) -> float:
        """Return what is reached per unit of cost."""
        if self.cost > 0:
            return self.worth / self.cost
        return np.inf if self.worth > 0 else 0.0

    @property
    def key(self) -> tuple[float, float, float, int, int]:
        """Return what measures are ordered by, best first."""
        units = len(self.reached) / self.cost if self.cost > 0 else np.inf
        return (-self.ratio, -units, -self.worth, KINDS.index(self.kind), self.number)


class Reaches:
    """Which units each of some places reaches, as pairs that are counted all at once."""

    def __init__(self, reached: dict[int, Ints], cost: Floats) -> None:
        self.reached = reached
        self.numbers = np.array(list(reached), dtype=np.int64)
        self.cost = cost
        self.unit = np.concatenate([np.empty(0, dtype=np.int64), *reached.values()])
        sizes = np.array([len(one) for one in reached.values()], dtype=np.int64)
        self.row = np.repeat(np.arange(len(sizes)), sizes)

    def best(self, covered: Flags, weights: Floats, left: float) -> int | None:
        """Return the number of the place that brings most for its cost, None for none.

        As :attr:`Measure.key` has it, of those that cost no more than ``left``.
        """
        open_ = ~covered[self.unit]
        row, unit = self.row[open_], self.unit[open_]
        many = np.bincount(row, minlength=len(self.numbers))
        worth = np.bincount(row, weights[unit], minlength=len(self.numbers))
        use = np.flatnonzero((many > 0) & (self.cost <= left + HAIR))
        if not len(use):
            return None
        many, worth, cost = many[use], worth[use], self.cost[use]
        free = cost <= 0
        per = np.where(free, 1.0, cost)
        ratio = np.where(free, np.where(worth > 0, np.inf, 0.0), worth / per)
        units = np.where(free, np.inf, many / per)
        order = np.lexsort((self.numbers[use], -worth, -units, -ratio))
        return int(self.numbers[use[order[0]]])


class MeasureSearch:
    """All measures of a question, and what each brings beside those taken."""

    def __init__(
        self,
        question: Question,
        costs: MeasureCosts,
        weight: Weight,
        service_limit: float,
        as_of: date | None,
    ) -> None:
        self.question, self.costs = question, costs
        self.weights = weights_of(question, weight)
        self.today: Flags = times_within(question, np.arange(question.standing)) > 0
        self.covered = self.today.copy()
        self.opened = list(range(question.standing))
        self.served = False
        self.skipped = 0
        self.stated = question.candidates.numbers("cost")
        self.sites = self._sites()
        self.stops = self._stops(service_limit)
        self.links: FoundLinks | None = None
        self.streets: LinkedStreets | None = None
        if costs.link_metre is not None and question.project.streets is not None:
            self._look_for_links(as_of)

    def _sites(self) -> dict[int, Ints]:
        """Return the places of the units each candidate of known cost reaches."""
        known = ~np.isnan(self.stated) | (self.costs.facility is not None)
        sites = self.question.standing + np.flatnonzero(known)
        sites = np.setdiff1d(sites, unsuitable(self.question))
        return {int(one): reached for one, reached in _by_site(self.question, sites)}

    def _stops(self, service_limit: float) -> dict[int, Ints]:
        """Return the places of the units that a stop at each unit reaches."""
        if self.costs.visit is None:
            return {}
        question = self.question
        pairs = pairs_within(
            question.project, question.travel, question.here, question.here, service_limit
        )
        first = np.searchsorted(np.sort(pairs.site), np.arange(len(question.rows) + 1))
        order = np.argsort(pairs.site, kind="stable")
        return {
            int(place): pairs.demand[order[first[place] : first[place + 1]]]
            for place in np.flatnonzero(question.placed)
        }

    def _look_for_links(self, as_of: date | None) -> None:
        question = self.question
        beyond = np.flatnonzero(~self.today & question.placed)
        if not len(beyond) or not question.standing:
            return
        found = find_links(question, beyond, as_of)
        self.skipped = found.skipped
        if not len(found.metres):
            return
        streets = LinkedStreets(question, found)
        self.links, self.streets = found, streets
        shape = (len(self.today), len(found.metres))
        self.to_near, self.to_far = np.full(shape, np.inf), np.full(shape, np.inf)
        self._arrivals(np.arange(len(found.metres)))
        self.alive = self._worth_listing()

    def _arrivals(self, links: Ints) -> None:
        """Find the effort of every unit to both ends of links, shape (n, k) each."""
        assert self.streets is not None
        for link in links:
            self.to_near[:, link] = self.streets.units_to(int(self.streets.near[link]))
            self.to_far[:, link] = self.streets.units_to(int(self.streets.far[link]))

    def _reached_over(self) -> Flags:
        """Return which units each link brings within their limit, shape (n, k)."""
        assert self.streets is not None
        assert self.links is not None
        onward = self.streets.onward(np.array(self.opened))
        to_end = np.where(self.streets.far >= 0, onward[self.streets.far], np.inf)
        to_start = np.where(self.streets.near >= 0, onward[self.streets.near], np.inf)
        after = np.minimum(
            self.to_near + (self.links.metres + to_end),
            self.to_far + (self.links.metres + to_start),
        )
        return np.asarray(np.round(after, 3) <= self.question.limits[:, None])

    def _worth_listing(self) -> Flags:
        """Return which links to keep: none that reaches only what one no dearer does."""
        reached = (self._reached_over() & ~self.covered[:, None]).astype(np.float64)
        cost = np.array([self._link_cost(link) for link in range(reached.shape[1])])
        both = reached.T @ reached
        many = np.diag(both)
        number = np.arange(len(many))
        inside = both == many[:, None]
        alike = cost[None, :] == cost[:, None]
        earlier = (many[None, :] == many[:, None]) & (number[None, :] < number[:, None])
        better = (cost[None, :] < cost[:, None]) | (
            alike & ((many[None, :] > many[:, None]) | earlier)
        )
        return np.asarray((many > 0) & ~(inside & better).any(axis=1))

    def _link_cost(self, link: int) -> float:
        assert self.links is not None
        metre = self.costs.link_metre or 0.0
        crossing = self.costs.crossing if self.links.barrier[link] >= 0 else 0.0
        return float(metre * self.links.metres[link] + self.costs.link_fixed + crossing)

    def _site_cost(self, site: int) -> float:
        stated = self.stated[site - self.question.standing]
        built = stated if not np.isnan(stated) else self.costs.facility
        return float(built or 0.0) + self.costs.facility_year * self.costs.years

    def _stop_cost(self) -> float:
        stop = (self.costs.visit or 0.0) * self.costs.visits
        once = 0.0 if self.served else self.costs.service_year
        return float((stop + once) * self.costs.years)

    def _measure(self, kind: Kind, number: int, reached: Ints, cost: float) -> Measure:
        fresh = reached[~self.covered[reached]]
        return Measure(kind, number, fresh, cost, float(self.weights[fresh].sum()))

    def all(self) -> list[Measure]:
        """Return every measure that brings anybody, best first, beside those taken."""
        found = [self._site(site) for site in self.sites]
        found += [self._stop(place) for place in self.stops]
        found += self._all_links()
        return sorted((one for one in found if len(one.reached)), key=lambda one: one.key)

    def _site(self, site: int) -> Measure:
        return self._measure("site", site, self.sites[site], self._site_cost(site))

    def _stop(self, place: int) -> Measure:
        return self._measure("service", place, self.stops[place], self._stop_cost())

    def _all_links(self) -> list[Measure]:
        if self.links is None:
            return []
        reached = self._reached_over()
        return [
            self._measure("link", int(k), np.flatnonzero(reached[:, k]), self._link_cost(int(k)))
            for k in np.flatnonzero(self.alive)
        ]

    def carry_out(self, budget: float | None, most: int | None) -> list[Measure]:
        """Return the measures to carry out, each the best beside those before it."""
        spent = 0.0
        taken: list[Measure] = []
        self._pair_up()
        while most is None or len(taken) < most:
            left = np.inf if budget is None else budget - spent
            following = self._best(left)
            if following is None:
                break
            self._take(following)
            taken.append(following)
            spent += following.cost
        return taken

    def _pair_up(self) -> None:
        """Make pairs of what sites and stops reach; again after a link, and the first stop."""
        cost = np.array([self._site_cost(site) for site in self.sites])
        self.site_pairs = Reaches(self.sites, cost)
        self.stop_pairs = Reaches(self.stops, np.full(len(self.stops), self._stop_cost()))

    def _best(self, left: float) -> Measure | None:
        """Return the best measure beside those taken that costs no more than ``left``."""
        found = [one for one in self._all_links() if len(one.reached) and one.cost <= left + HAIR]
        site = self.site_pairs.best(self.covered, self.weights, left)
        stop = self.stop_pairs.best(self.covered, self.weights, left)
        if site is not None:
            found.append(self._site(site))
        if stop is not None:
            found.append(self._stop(stop))
        return min(found, key=lambda one: one.key, default=None)

    def _take(self, one: Measure) -> None:
        self.covered[one.reached] = True
        if one.kind == "site":
            self.opened.append(one.number)
        elif one.kind == "service":
            if not self.served:
                self.served = True
                self._pair_up()
        else:
            assert self.streets is not None
            self.streets.add(one.number)
            self.alive[one.number] = False
            self._after_link(one.number)
            self._pair_up()

    def _after_link(self, link: int) -> None:
        """Find anew what sites and other links near a new link reach."""
        assert self.streets is not None
        reach = float(self.question.limits.max(initial=0.0))
        for site in self.streets.near_link(link, self.streets.site, reach):
            if int(site) in self.sites:
                away = np.round(self.streets.units_to_site(int(site)), 3)
                more = np.flatnonzero(away <= self.question.limits)
                self.sites[int(site)] = np.union1d(self.sites[int(site)], more)
        near = self.streets.near_link(link, self.streets.near, reach)
        far = self.streets.near_link(link, self.streets.far, reach)
        self._arrivals(np.union1d(near, far))


def _by_site(question: Question, sites: Ints) -> list[tuple[int, Ints]]:
    pairs = question.within(question.costs)
    order = np.argsort(pairs.site, kind="stable")
    first = np.searchsorted(pairs.site[order], sites)
    last = np.searchsorted(pairs.site[order], sites, side="right")
    return [
        (int(site), pairs.demand[order[start:end]])
        for site, start, end in zip(sites, first, last, strict=True)
    ]
