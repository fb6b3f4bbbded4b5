"""The best sites of an instance with the proof: swaps and a bound in turns, then branches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo_planner.siting.clock import Clock
from geo_planner.siting.medians.branching import Branch, Branching
from geo_planner.siting.medians.instance import FREE, OPEN, Instance
from geo_planner.siting.medians.interchange import Interchange
from geo_planner.siting.medians.lagrangian import Effort, Raised, raised
from geo_planner.travel.arrays import Flags, Floats

FIRST = Effort(steps=3000, patience=30, factor=1.5)
AGAIN = Effort(steps=500, patience=10, factor=0.5)
PATIENCE = 40
"""Beginnings of interchange without a better answer before branching."""


@dataclass(frozen=True, eq=False, slots=True)
class Proof:
    """The best sites found, shape (m,), their value, and what no choice goes below."""

    opened: Flags
    value: float
    bound: float


def proven(instance: Instance, opened: Flags, clock: Clock, gap: float) -> Proof:
    """Return the best sites, and their proof unless the clock or the gap comes first.

    Parameters
    ----------
    instance
        With a penalty above the value of ``opened`` for points that nothing serves.
    opened
        A choice that holds and serves everybody, shape (m,).
    gap
        Relative gap that is good enough.
    """
    search = Interchange(instance, clock)
    begun = search.better(opened, instance.objective(opened), opened)
    dual = np.append(instance.served(begun[0]), 0.0)
    found, proof = _bounded(instance, Proof(*begun, -np.inf), dual, FIRST, search)
    if _ends(instance, proof, clock, gap):
        return proof
    better = search.rounded(
        proof.opened, proof.value, found.share, patience=PATIENCE, bound=proof.bound
    )
    proof = Proof(*better, proof.bound)
    if _ends(instance, proof, clock, gap):
        return proof
    found, proof = _bounded(instance, proof, found.dual, AGAIN, search)
    if _ends(instance, proof, clock, gap):
        return proof
    return _branched(instance, proof, found, clock, gap)


def _bounded(
    instance: Instance, proof: Proof, dual: Floats, effort: Effort, search: Interchange
) -> tuple[Raised, Proof]:
    """Raise the bound, and swap sites of the best choice met on the way."""
    found = raised(instance, dual, proof.value, effort, search.clock)
    opened, value = proof.opened, proof.value
    if np.isfinite(found.value):
        if found.value < value:
            opened, value = found.taken, instance.objective(found.taken)
        opened, value = search.better(opened, value, found.taken)
    bound = max(proof.bound, instance.rounded(found.bound))
    return found, Proof(opened, value, min(bound, value))


def _ends(instance: Instance, proof: Proof, clock: Clock, gap: float) -> bool:
    if not clock.goes_on("bounding", proof.value, proof.bound):
        return True
    apart = proof.value - proof.bound
    return apart < instance.drop_below(proof.value) or apart <= gap * abs(proof.value)


def _branched(instance: Instance, proof: Proof, found: Raised, clock: Clock, gap: float) -> Proof:
    """Branch on the sites that reduced costs have neither opened nor closed."""
    free = found.state == FREE
    if not free.any():
        return _last_choice(instance, proof, found.state == OPEN)
    left = instance.narrowed(found.state)
    branching = Branching(left, proof.value, clock, gap)
    branching.run(
        Branch(np.zeros(left.m, dtype=np.int32), found.dual, found.share[free]), proof.bound
    )
    opened = proof.opened
    if branching.opened is not None:
        opened = found.state == OPEN
        opened[np.flatnonzero(free)[branching.opened]] = True
    return Proof(opened, branching.value, instance.rounded(branching.bound))


def _last_choice(instance: Instance, proof: Proof, opened: Flags) -> Proof:
    """Return the better of the best answer and the only other choice that may be better."""
    value = instance.objective(opened) if instance.holds(opened) else np.inf
    if value < proof.value:
        return Proof(opened, value, value)
    return Proof(proof.opened, proof.value, proof.value)
