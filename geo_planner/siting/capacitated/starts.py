"""First answers: sites one after another where most can be served, points by regret.

Regret assignment: Martello & Toth (1990), Knapsack Problems, ch. 7 (the generalised assignment
problem); sites by what they add: Kuehn & Hamburger (1963), Management Science 9:643-666.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo_planner.siting.capacitated.instance import Instance
from geo_planner.siting.conditions import conditions_hold
from geo_planner.travel.arrays import Flags, Floats, Ints

ROUNDS = 20
"""Most turns of moving sites and serving anew."""


@dataclass(frozen=True, eq=False, slots=True)
class Answer:
    """A choice of sites and who is served where.

    Attributes
    ----------
    opened
        Candidates opened, shape (m,).
    assigned
        Site of each point or -1, shape (n,).
    worth
        In the common form; ``inf`` while a point that must be served is not.
    unserved
        How many such points there are.
    """

    opened: Flags
    assigned: Ints
    worth: float
    unserved: int

    def better_than(self, other: Answer | None) -> bool:
        """Return whether it serves more of those that must be served, or costs less."""
        if other is None or self.unserved != other.unserved:
            return other is None or self.unserved < other.unserved
        return self.worth < other.worth - 1e-9 * max(1.0, abs(other.worth))


def answer_of(instance: Instance, opened: Flags, assigned: Ints) -> Answer:
    """Return an answer with its worth."""
    unserved = int(((assigned < 0) & ~np.isfinite(instance.skip)).sum())
    return Answer(opened, assigned, instance.worth(opened, assigned), unserved)


def allowed(instance: Instance, opened: Flags) -> bool:
    """Return whether a choice of candidates keeps to number, budget, groups, requirements."""
    return bool(opened.sum() >= instance.fewest) and conditions_hold(
        instance.task, opened, at_most=instance.most
    )


def serve(instance: Instance, opened: Flags, shadow: Floats) -> Answer:
    """Assign points to the sites of a choice, those first that would lose most by waiting.

    Parameters
    ----------
    shadow
        Price of room at each site, shape (m,): dear room is kept for those who need it.
    """
    usable = (opened | instance.task.existing)[instance.site]
    if instance.backup > 1:
        near = np.bincount(instance.demand[usable], minlength=instance.n)
        usable &= (near >= instance.backup)[instance.demand]
    demand, site = instance.demand[usable], instance.site[usable]
    load = instance.load[demand]
    cost = instance.cost[usable] + shadow[site] * load
    order = np.lexsort((site, cost, demand))
    demand, site, cost, load = demand[order], site[order], cost[order], load[order]
    left = instance.room.copy()
    assigned = np.full(instance.n, -1, dtype=np.int64)
    while True:
        open_ = (assigned[demand] < 0) & (load <= left[site] + 1e-9)
        demand, site, cost, load = demand[open_], site[open_], cost[open_], load[open_]
        if not len(demand):
            return answer_of(instance, opened, assigned)
        first = np.flatnonzero(np.concatenate([[True], demand[1:] != demand[:-1]]))
        following = np.minimum(first + 1, len(demand) - 1)
        has = (first + 1 < len(demand)) & (demand[following] == demand[first])
        second = np.minimum(np.where(has, cost[following], np.inf), instance.skip[demand[first]])
        regret = second - cost[first]
        loose = np.isfinite(instance.skip[demand[first]])
        regret[loose] /= np.maximum(load[first][loose], 1e-9)
        # Regrets change with every place taken: only the greatest are acted on, then told anew.
        few = max(1, len(first) // 10)
        for pair in first[np.lexsort((-load[first], -regret))][:few].tolist():
            where = site[pair]
            if load[pair] <= left[where] + 1e-9:
                assigned[demand[pair]] = where
                left[where] -= load[pair]


def settle(instance: Instance, answer: Answer, shadow: Floats) -> Answer:
    """Move each opened site to the best place for those it serves, serve anew, and so on.

    Location and allocation by turns: Cooper (1964), SIAM Review 6:37-53.
    """
    for _ in range(ROUNDS):
        moved = _moved(instance, answer)
        if (moved == answer.opened).all() or not allowed(instance, moved):
            break
        made = serve(instance, moved, shadow)
        if not made.better_than(answer):
            break
        answer = made
    return answer


def _moved(instance: Instance, answer: Answer) -> Flags:
    """Return the candidates after each has moved to the least costly place for its own points."""
    task = instance.task
    may_go = answer.opened & ~task.required
    free = task.candidate & ~answer.opened
    home = answer.assigned[instance.demand]
    pairs = np.flatnonzero((home >= 0) & (may_go[home] & (free | may_go)[instance.site]))
    number = np.cumsum(may_go) - 1
    key = number[home[pairs]] * instance.m + instance.site[pairs]
    size = int(may_go.sum()) * instance.m
    cost = np.bincount(key, instance.cost[pairs], size).reshape(-1, instance.m)
    count = np.bincount(key, minlength=size).reshape(-1, instance.m)
    served = answer.assigned[answer.assigned >= 0]
    load = np.bincount(served, instance.load[answer.assigned >= 0], instance.m)[may_go]
    own = np.bincount(served, minlength=instance.m)[may_go]
    fits = (count == own[:, None]) & (load[:, None] <= instance.room + 1e-9)
    cost = np.where(fits, cost, np.inf)
    opened = answer.opened.copy()
    for row, here in enumerate(np.flatnonzero(may_go).tolist()):
        taken = opened.copy()
        taken[here] = False
        there = int(np.argmin(np.where(taken, np.inf, cost[row])))
        if own[row] and cost[row, there] < cost[row, here]:
            opened[here], opened[there] = False, True
    return opened


def build(instance: Instance) -> Flags:
    """Open sites one after another where most is served for the price, shape (m,).

    Served is counted in what skipping would lose, else in load. Groups are filled first.
    """
    task = instance.task
    opened = _group_members(instance)
    weight = np.where(np.isfinite(instance.skip), instance.skip, instance.load)
    with np.errstate(divide="ignore", invalid="ignore"):
        density = np.where(instance.load > 0, weight / instance.load, np.inf)
    order = np.lexsort((-density[instance.demand], instance.site))
    demand, site = instance.demand[order], instance.site[order]
    answer = serve(instance, opened, np.zeros(instance.m))
    while opened.sum() < instance.most:
        waits = (answer.assigned[demand] < 0) & task.candidate[site] & ~opened[site]
        gain = np.zeros(instance.m)
        _fill(instance, demand[waits], site[waits], weight, gain)
        spent = task.price[opened].sum()
        within = np.inf if task.budget is None else task.budget - spent + 1e-9
        gain[(task.price > within) | opened] = 0.0
        best = int(np.argmax(gain / np.maximum(task.price, 1e-9)))
        if gain[best] <= 0:
            break
        opened[best] = True
        answer = serve(instance, opened, np.zeros(instance.m))
    return opened


def _group_members(instance: Instance) -> Flags:
    task = instance.task
    opened = task.required.copy()
    for group, fewest in sorted(task.group_minimum.items()):
        member = task.site_group == group
        lacking = fewest - int((member & (opened | task.existing)).sum())
        free = np.flatnonzero(member & task.candidate & ~opened)
        opened[free[np.argsort(task.price[free], kind="stable")][: max(lacking, 0)]] = True
    return opened


def _fill(instance: Instance, demand: Ints, site: Ints, weight: Floats, gain: Floats) -> None:
    """Add to ``gain`` what each site would serve alone, in fractions; pairs by site, best first."""
    if not len(demand):
        return
    load = instance.load[demand]
    total = np.cumsum(load)
    begin = np.searchsorted(site, np.arange(instance.m))
    before = np.concatenate([[0.0], total])[begin]
    left = instance.room[site] - (total - load - before[site])
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(load > 0, np.clip(left / load, 0.0, 1.0), 1.0)
    np.add.at(gain, site, weight[demand] * share)
