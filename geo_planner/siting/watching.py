"""How a long run tells how far it is, and is told to stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a search stands.

    Attributes
    ----------
    stage
        ``reducing``, ``heuristic``, ``bounding``, ``solving`` or what a longer run is made of.
    seconds
        Since the run began.
    objective, bound
        Best answer and best bound so far; None where there is none yet.
    done
        Share of the whole run, 0 to 1, where it can be told.
    """

    stage: str
    seconds: float
    objective: float | None = None
    bound: float | None = None
    done: float | None = None


Watch = Callable[[Progress], bool]
"""Told of every step; returns whether to go on. A run that is stopped gives the best it has."""
