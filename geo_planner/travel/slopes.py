"""How the slope of the ground slows a walk, by Tobler's hiking function.

W. Tobler, "Three presentations on geographical analysis and modeling", NCGIA Technical Report 93-1,
1993: a walker makes ``W = 6 exp(-3.5 |S + 0.05|)`` kilometres an hour on a slope ``S`` (rise over
horizontal run, downhill negative), most on a gentle descent of 5 %.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo_planner.travel.arrays import Floats, Ints

STEEPEST = 0.5
"""Slopes count as no steeper than this (27 degrees): where a height model shows more on a street,
it shows a wall, a cutting or an error, and the exponential would turn it into hours."""


@dataclass(frozen=True, eq=False, slots=True)
class Pace:
    """How many times as long a street takes as on level ground.

    Attributes
    ----------
    forward, back
        From its start to its end and against, shape (edges,); 1 on level ground, ``nan`` where a
        height on the way is not known.
    """

    forward: Floats
    back: Floats


def relative_pace(slope: Floats) -> Floats:
    """Return how many times as long a metre on a slope takes as on level ground.

    ``W(0) / W(S) = exp(3.5 (|S + 0.05| - 0.05))``: 1 on the level, 0.84 at -5 %, 1.42 at +10 %.

    Parameters
    ----------
    slope
        Rise over horizontal run in the direction of the walk, any shape; cut to ``STEEPEST``.
    """
    held = np.clip(slope, -STEEPEST, STEEPEST)
    return np.asarray(np.exp(3.5 * (np.abs(held + 0.05) - 0.05)), dtype=np.float64)


def edge_pace(edge: Ints, metres: Floats, heights: Floats, *, count: int) -> Pace:
    """Return the pace of every edge out of heights along it.

    Parameters
    ----------
    edge
        Which edge each sample is on, ascending, shape (samples,).
    metres
        How far along its edge each sample is, ascending within an edge, shape (samples,).
    heights
        Metres above any level, ``nan`` where not known, shape (samples,).
    count
        Number of edges; one without two samples, or without a length, has no pace.
    """
    same = edge[1:] == edge[:-1]
    run = np.diff(metres)[same]
    rise = np.diff(heights)[same]
    on = edge[1:][same]
    long = run > 0
    run, rise, on = run[long], rise[long], on[long]
    whole = np.bincount(on, weights=run, minlength=count)
    with np.errstate(invalid="ignore", divide="ignore"):
        forward, back = (
            np.bincount(on, weights=run * relative_pace(sign * rise / run), minlength=count) / whole
            for sign in (1, -1)
        )
    return Pace(forward, back)
