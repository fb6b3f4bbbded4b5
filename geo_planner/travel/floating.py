"""Floating catchments: places per child, where facilities are shared by all who can reach them.

Array functions over :class:`TravelCosts`, and :func:`supply_ratio` over a project. Definitions are
those of the papers as PySAL ``access`` implements them (a test holds the two together).

References
----------
Luo and Wang (2003), Environment and Planning B 30, 865-884: 2SFCA.
Luo and Qi (2009), Health & Place 15, 1100-1107: E2SFCA.
Wan, Zou and Sternberg (2012), International Journal of Geographical Information Science 26: 3SFCA.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo_planner.notes import Note
from geo_planner.project import Project
from geo_planner.travel.arrays import Flags, Floats
from geo_planner.travel.costs import TravelCosts
from geo_planner.travel.pairs import Asked

Method = Literal["2sfca", "e2sfca", "3sfca"]
Decay = Callable[[Floats], Floats]
"""Weights of lengths in metres, shape (pairs,) to shape (pairs,)."""


def steps(weights: dict[float, float]) -> Decay:
    """Return weights that fall in steps: ``{300: 1, 600: 0.68}`` is 1 up to 300 m, inclusive.

    Beyond the last step the weight is 0.
    """
    bounds = np.array(sorted(weights), dtype=np.float64)
    values = np.array([*(weights[bound] for bound in sorted(weights)), 0.0])
    return lambda metres: values[np.searchsorted(bounds, metres, side="left")]


def gaussian(sigma: float) -> Decay:
    """Return weights ``exp(-metres² / 2 sigma²)``: 1 at the door, 0.61 at ``sigma`` metres."""
    return lambda metres: np.asarray(np.exp(-(metres**2) / (2 * sigma**2)), dtype=np.float64)


THIRDS = steps({1 / 3: 1.0, 2 / 3: 0.68, 1.0: 0.22})
"""Weights of the near, middle and far third of a limit (Luo and Qi 2009)."""
FADING = gaussian(1 / np.sqrt(2 * np.log(100)))
"""Weights that fall from 1 at the door to 0.01 at the limit."""


def two_step(
    costs: TravelCosts,
    supply: Floats,
    demand: Floats,
    *,
    limit: float | None = None,
    decay: Decay | None = None,
) -> Floats:
    """Return each demand point's places per head (2SFCA; with ``decay`` E2SFCA).

    Step 1: each site's places over all heads within the limit, ``R_j = S_j / sum_i(w_ij P_i)``.
    Step 2: each demand point adds up the ratios it can reach, ``A_i = sum_j(w_ij R_j)``.

    Parameters
    ----------
    costs
        Pairs of demand points and sites.
    supply, demand
        Places per site and heads per demand point, not negative, shapes (k,) and (n,).
    limit
        Metres, inclusive; None takes every pair there is.
    decay
        Weight of a pair by its metres; None counts every pair whole.

    Returns
    -------
    Float array of shape (n,): 0 where no site is within the limit, ``inf`` where places are within
    reach that nobody else asks for (no heads in their whole catchment).
    """
    near = costs if limit is None else costs.within(limit)
    weight = np.ones(len(near.cost)) if decay is None else decay(near.cost)
    return _ratios(near, weight, supply, demand)


def three_step(
    costs: TravelCosts,
    supply: Floats,
    demand: Floats,
    *,
    decay: Decay,
    limit: float | None = None,
) -> Floats:
    """Return each demand point's places per head where people choose among sites (3SFCA).

    Before the two steps every demand point shares itself out among the sites it can reach,
    ``G_ij = w_ij / sum_j(w_ij)``; a pair then weighs ``G_ij w_ij``. The shares are taken over all
    pairs of ``costs``, also those beyond ``limit`` that ``decay`` still gives weight.

    Parameters and result as of :func:`two_step`.
    """
    chosen = _shared(costs, decay(costs.cost))
    kept = np.full(len(chosen), True) if limit is None else costs.cost <= limit
    return _ratios(costs.chosen(kept), chosen[kept], supply, demand)


def _shared(costs: TravelCosts, weight: Floats) -> Floats:
    """Return weights times the share of each demand point's weights that a pair has (3SFCA)."""
    total = np.bincount(costs.demand, weight, costs.shape[0])[costs.demand]
    return np.divide(weight, total, out=np.zeros_like(weight), where=total > 0) * weight


def _ratios(costs: TravelCosts, weight: Floats, supply: Floats, demand: Floats) -> Floats:
    """Return the sums of both steps for weighted pairs."""
    asked = np.bincount(costs.site, weight * demand[costs.demand], costs.shape[1])
    ratio = np.where(supply > 0, np.inf, 0.0)
    np.divide(supply, asked, out=ratio, where=asked > 0)
    # A pair without weight adds nothing, even to places that nobody asks for.
    share = np.zeros(len(weight))
    np.multiply(weight, ratio[costs.site], out=share, where=weight > 0)
    return np.asarray(np.bincount(costs.demand, share, costs.shape[0]), dtype=np.float64)


@dataclass(frozen=True, eq=False, slots=True)
class SupplyRatio:
    """Places per 1,000 children, unit by unit.

    Attributes
    ----------
    units
        One row a unit, indexed by ``unit_id``, in the project's order: ``name``, ``kind``,
        ``parent_id``, ``children``, ``facilities`` (within the limit), ``places_per_1000``,
        ``bound`` and ``state``. ``bound`` says what the figure is: ``exact``, ``at_least``
        (facilities within reach do not state their places), ``at_most`` (units that share them do
        not state their children), ``uncertain`` (both) or, where there is no figure, missing.
        ``state`` is ``within``, ``beyond`` (no facility within the limit: 0 places), ``no_path``
        (likewise), ``no_position``, ``no_facility`` (none works: 0 places), ``no_capacity`` (no
        facility within reach states its places: no figure) or ``no_children`` (nobody in the whole
        catchment is counted: no figure).
    facilities
        One row a working facility, indexed by ``facility_id``: ``name``, ``capacity``, ``units``
        and ``children`` that weigh on it (each counted with its weight), ``places_per_1000`` of its
        own catchment and ``bound``.
    facility_type, mode
        Ids of catalogue rows.
    measure
        ``2sfca``, ``e2sfca`` or ``3sfca``.
    method
        ``streets`` or ``straight_line``.
    counted
        Column of units that stands for the children.
    notes
        Caveats; facilities of unknown capacity are named in one.
    """

    units: pd.DataFrame
    facilities: pd.DataFrame
    facility_type: str
    mode: str
    measure: Method
    method: str
    counted: str
    notes: tuple[Note, ...]


def supply_ratio(
    project: Project,
    facility_type: str,
    *,
    method: Method = "2sfca",
    mode: str = "walk",
    limit: float | None = None,
    as_of: date | None = None,
) -> SupplyRatio:
    """Return places per 1,000 children for every assessed unit.

    Parameters
    ----------
    method
        ``2sfca`` counts every pair within the limit whole; ``e2sfca`` weighs it 1, 0.68 and 0.22 in
        the near, middle and far third of the limit (the weights of Luo and Qi 2009, table 1);
        ``3sfca`` weighs by a Gaussian that is 0.01 at the limit, and lets people choose.
    limit
        Metres, inclusive; default each unit's own limit.

    Raises
    ------
    NotKnownError
        If the facility type or mode is not in the catalogue.
    NoLimitError
        If no limit is given and the catalogue has none for this type and mode.

    Notes
    -----
    What is not stated is left out of the sums and said: a facility without a stated capacity offers
    places nobody counted, so that figures around it are lower bounds; a unit without stated
    children asks for places nobody counted, so that figures around it are upper bounds. So do
    facilities and units without a position, anywhere.
    """
    asked = Asked.of(project, facility_type, mode=mode, limit=limit, as_of=as_of)
    bound = np.round(asked.limits, 3)
    pairs = asked.pairs(float(np.max(bound, initial=0.0)))
    pairs = pairs.chosen(pairs.cost <= bound[pairs.demand])
    weight = _weights(pairs, bound[pairs.demand], method)
    children, capacity = asked.children, asked.capacity
    heads, places = np.nan_to_num(children), np.nan_to_num(capacity)
    counted = weight > 0
    unit, site = pairs.demand[counted], pairs.site[counted]
    unheard = np.bincount(site, np.isnan(children)[unit], pairs.shape[1]) > 0
    silent = np.isnan(capacity)
    # Who stands nowhere may be anywhere: places not seen here, children who ask elsewhere.
    lost = asked.nearest["state"].eq("no_position").to_numpy()
    lost_places = bool((asked.unplaced & (places + silent > 0)).any())
    lost_heads = bool((lost & (heads + np.isnan(children) > 0)).any())
    value = 1000 * _ratios(pairs, weight, places, heads)
    offered = np.bincount(unit, minlength=pairs.shape[0])
    at_least = np.bincount(unit, silent[site], pairs.shape[0])
    at_most = np.bincount(unit, (unheard & ~silent)[site], pairs.shape[0])
    state = asked.nearest["state"].to_numpy(dtype=object).copy()
    state[(state == "within") | (state == "beyond")] = "beyond"
    state[offered > 0] = "within"
    state[(offered > 0) & ~np.isfinite(value)] = "no_children"
    state[(offered > 0) & (at_least == offered)] = "no_capacity"
    value[np.isin(state, ["no_position", "no_capacity", "no_children"])] = np.nan
    units = asked.nearest[["name", "kind", "parent_id"]].assign(
        children=children,
        facilities=np.where(state == "no_position", np.nan, offered),
        places_per_1000=value,
        bound=_bounds(value, (at_least > 0) | lost_places, (at_most > 0) | lost_heads),
        state=state,
    )
    weighing = np.bincount(pairs.site, weight * heads[pairs.demand], pairs.shape[1])
    ratio = np.full(pairs.shape[1], np.nan)
    np.divide(1000 * capacity, weighing, out=ratio, where=weighing > 0)
    facilities = asked.facilities.assign(
        units=np.bincount(site, minlength=pairs.shape[1]),
        children=weighing,
        places_per_1000=ratio,
        bound=_bounds(ratio, np.zeros(len(ratio), dtype=bool), unheard | lost_heads),
    )
    return SupplyRatio(
        units,
        facilities,
        asked.kind.id,
        asked.travel.id,
        method,
        asked.method,
        asked.counted,
        (*asked.notes(), *asked.capacity_notes()),
    )


def _weights(pairs: TravelCosts, bound: Floats, method: Method) -> Floats:
    """Return each pair's weight; what is near is judged by the share of the unit's limit."""
    share = np.divide(pairs.cost, bound, out=np.zeros(len(bound)), where=bound > 0)
    share[~np.isfinite(bound)] = 0.0
    if method == "2sfca":
        return np.ones(len(share))
    if method == "e2sfca":
        return THIRDS(share)
    return _shared(pairs, FADING(share))


def _bounds(value: Floats, at_least: Flags, at_most: Flags) -> npt.NDArray[np.object_]:
    """Return what each figure is, None where there is none."""
    return np.select(
        [np.isnan(value), at_least & at_most, at_least, at_most],
        np.array([None, "uncertain", "at_least", "at_most"], dtype=object)[:, None],
        default=np.array("exact", dtype=object),
    )
