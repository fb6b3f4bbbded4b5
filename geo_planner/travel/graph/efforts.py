"""What it takes to pass a street: in metres of a plain, level street that take as long."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo_planner.travel.arrays import Floats

if TYPE_CHECKING:
    import geopandas as gpd

    from geo_planner.catalogue import TravelMode

KMH = 3.6


def efforts_of(
    streets: gpd.GeoDataFrame, mode: TravelMode
) -> tuple[Floats, Floats] | tuple[None, None]:
    """Return the effort of each edge from start to end and back, shape (m,).

    Driving heeds one-way streets (``inf`` against them) and speeds: that stated for the street,
    else that of its class in the mode's row, else the mode's own; an effort is length times the
    mode's own speed over that of the street. Walking with slopes takes length times the street's
    pace; a street whose heights are not known counts as level. None for both where every effort is
    the length.
    """
    metres = streets["metres"].to_numpy(dtype=np.float64)
    if mode.network == "drive":
        forward = metres * (mode.metres_per_second * KMH / _speeds(streets, mode))
        back = forward.copy()
        if "oneway" in streets:
            oneway = pd.to_numeric(streets["oneway"], errors="coerce").fillna(0.0).to_numpy()
            forward[oneway < 0] = np.inf
            back[oneway > 0] = np.inf
    elif mode.slopes and "pace_forward" in streets and "pace_back" in streets:
        forward, back = (
            metres * streets[name].fillna(1.0).to_numpy(dtype=np.float64)
            for name in ("pace_forward", "pace_back")
        )
    else:
        return None, None
    if np.array_equal(forward, metres) and np.array_equal(back, metres):
        return None, None
    return forward, back


def _speeds(streets: gpd.GeoDataFrame, mode: TravelMode) -> Floats:
    """Return the speed on each edge in km/h."""
    own = mode.metres_per_second * KMH
    speeds = np.full(len(streets), own)
    if "road_class" in streets and mode.road_kmh:
        speeds = streets["road_class"].map(mode.road_kmh).fillna(own).to_numpy(dtype=np.float64)
    if "kmh" in streets:
        stated = pd.to_numeric(streets["kmh"], errors="coerce").to_numpy(dtype=np.float64)
        speeds = np.where(stated > 0, stated, speeds)
    return speeds
