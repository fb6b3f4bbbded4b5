"""Networks already built, so that each question does not index the streets again."""

from __future__ import annotations

import weakref

import geopandas as gpd

from geo_planner.catalogue import TravelMode
from geo_planner.travel.network import StreetNetwork

_networks: dict[tuple[object, ...], StreetNetwork] = {}


def network_of(streets: gpd.GeoDataFrame, mode: TravelMode) -> StreetNetwork:
    """Return the network a mode travels on; kept as long as the streets themselves.

    Streets belong to an immutable project: the same table and the same way to pass its streets
    always give the same network.
    """
    network = mode.network if mode.network in streets else "any"
    passing: tuple[object, ...] = ()
    if mode.network == "drive":
        passing = (mode.metres_per_second, *sorted(mode.road_kmh.items()))
    key = (id(streets), mode.network, network, mode.slopes, passing)
    if key not in _networks:
        _networks[key] = StreetNetwork.from_streets(streets, mode=mode)
        weakref.finalize(streets, _networks.pop, key, None)
    return _networks[key]
