"""What a siting problem is answered with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from geo_planner.notes import Note
from geo_planner.travel.arrays import Ints

Status = Literal["optimal", "feasible", "infeasible"]

PROVEN = 1e-6
"""Relative gap below which an answer counts as the best there is."""


@dataclass(frozen=True, eq=False, slots=True)
class SitePlan:
    """Chosen sites, and how far from the best possible they can be.

    Attributes
    ----------
    sites
        Indices of the sites to open, ascending; sites that are open already are not among them.
    assigned
        Site that serves each demand point, shape (demand,): the nearest open one, or with
        capacities the one that has room for it; -1 where none does.
    objective
        Demand covered, number or cost of sites, demand times metres, or largest metres; ``nan``
        where there is no answer.
    bound
        What no answer can be better than; ``nan`` where no bound is known.
    gap
        ``|objective - bound| / |objective|``; ``inf`` without a bound.
    status
        ``optimal`` where the bound proves it, ``feasible`` where a limit came first,
        ``infeasible`` where nothing fulfils what is asked.
    unreachable
        Demand points that no site can reach, whatever is built; named where they are the reason.
    closed
        Sites that were open, might be closed, and are not kept.
    notes
        Caveats: a limit that came first, demand left aside.
    """

    sites: Ints
    assigned: Ints
    objective: float
    bound: float
    gap: float
    status: Status
    unreachable: Ints
    closed: Ints
    notes: tuple[Note, ...] = ()


def gap_between(objective: float, bound: float) -> float:
    """Return the relative gap of an answer to its bound; ``inf`` without either."""
    if not (abs(objective) < float("inf") and abs(bound) < float("inf")):
        return float("inf")
    apart = abs(objective - bound)
    return 0.0 if apart == 0 else (apart / abs(objective) if objective else float("inf"))
