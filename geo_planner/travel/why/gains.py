"""What one change to streets or facilities brings to all units assessed for a type."""

from __future__ import annotations

import numpy as np

from geo_planner.travel.arrays import Flags, Floats
from geo_planner.travel.meeting import direct_pairs
from geo_planner.travel.positions import coordinates
from geo_planner.travel.why.asked import AskedUnit, Efforts
from geo_planner.travel.why.explanation import Gain
from geo_planner.travel.why.gaps import Links, Places


def gain(asked: AskedUnit, today: Floats, after: Floats) -> Gain:
    """Return what a change brings.

    Parameters
    ----------
    today, after
        Effort of every unit of ``asked.rows`` to its nearest facility, ``inf`` where none.
    """
    today, after = np.round(today, 3), np.round(after, 3)
    limits, counted = np.round(asked.limits, 3), ~np.isnan(asked.children)
    within = asked.assessed & (after <= limits) & ~is_within(today, limits) & np.isfinite(after)
    connected = asked.assessed & np.isinf(today) & np.isfinite(after)
    nearer = asked.assessed & np.isfinite(today) & (after < today)
    known = nearer & counted
    saved = today[known] - after[known]
    return Gain(
        units_within=int(within.sum()),
        children_within=float(asked.children[within & counted].sum()),
        units_connected=int(connected.sum()),
        units_nearer=int(nearer.sum()),
        metre_children=float((saved * asked.children[known]).sum()),
        units_within_uncounted=int((within & ~counted).sum()),
        units_nearer_uncounted=int((nearer & ~counted).sum()),
    )


def is_within(effort: Floats, limits: Floats) -> Flags:
    """Return which efforts are within their limits, to the millimetre; none is no way at all."""
    return np.asarray(np.isfinite(effort) & (np.round(effort, 3) <= np.round(limits, 3)))


def with_link(asked: AskedUnit, efforts: Efforts, links: Links, number: int) -> Floats:
    """Return the effort of every unit to its nearest facility with one link added, shape (n,).

    The link may be used in both directions. One that begins off the streets begins at the unit
    itself, one that ends off the streets at a facility: nobody passes through these.
    """
    near, far = links.near.one(number), links.far.one(number)
    length, passable = links.metres[number], near.piece[0] >= 0 and far.piece[0] >= 0
    after = np.minimum(efforts.today, _arriving(asked, efforts, near) + length + far.effort[0])
    if passable:
        onward = efforts.cut.left(efforts.onward, near.piece, near.share)[0]
        after = np.minimum(after, _arriving(asked, efforts, far) + length + onward)
    return np.asarray(after)


def with_site(asked: AskedUnit, efforts: Efforts) -> Floats:
    """Return the effort of every unit with one more facility where the unit is, shape (n,)."""
    after = efforts.today.copy()
    node, aside = efforts.unit_nodes[asked.place], efforts.units.lead[asked.place]
    if node >= 0:
        onward = efforts.cut.towards(np.array([node]), np.array([aside]))
        on = efforts.unit_nodes >= 0
        way = onward[efforts.unit_nodes[on]] + efforts.units.lead[on]
        after[on] = np.minimum(after[on], way)
    here = asked.here
    row, _, direct, _ = direct_pairs(asked.project, asked.travel, here, here[[asked.place]])
    np.minimum.at(after, row, direct)
    after[_same_place(asked)] = 0.0
    return after


def with_straight_site(asked: AskedUnit, today: Floats) -> Floats:
    """Return the same in straight lines with the mode's detour factor."""
    at = coordinates(asked.here)
    away = np.hypot(*(at - at[asked.place]).T) * asked.travel.detour_factor
    return np.asarray(np.fmin(today, away))


def _same_place(asked: AskedUnit) -> Flags:
    at = coordinates(asked.here)
    return np.asarray((at == at[asked.place]).all(axis=1))


def _arriving(asked: AskedUnit, efforts: Efforts, place: Places) -> Floats:
    """Return the effort of every unit to a place, ``inf`` where there is no way."""
    if place.piece[0] < 0:
        return np.where(_same_place(asked), 0.0, np.inf)
    cut, piece, share = efforts.cut, place.piece[0], place.share[0]
    nodes = np.array([cut.start[piece], cut.end[piece]])
    lead = np.array(
        [
            cut.forward[piece] * share if share > 0 else 0.0,
            cut.back[piece] * (1 - share) if share < 1 else 0.0,
        ]
    )
    open_ = np.isfinite(lead)
    towards = cut.towards(nodes[open_], lead[open_])
    found = np.full(len(asked.rows), np.inf)
    on = efforts.unit_nodes >= 0
    found[on] = towards[efforts.unit_nodes[on]] + efforts.units.lead[on]
    return found
