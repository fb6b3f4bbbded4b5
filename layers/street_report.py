"""How big a street network is, and what about it looks wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Geod

from geo_planner.crs import crs_label
from geo_planner.notes import Note, msgid
from geo_planner.travel import StreetNetwork


def street_facts(edges: gpd.GeoDataFrame) -> dict[str, Any]:
    """Return how big a network is and into how many parts it falls.

    Returns
    -------
    dict
        Of the walking network ``edges nodes kilometres components largest_share``; of everything
        ``total_km drive_km oneway_km`` (driven in one direction only) and ``class_km`` by class of
        road (``""`` where it is not known); ``crs`` and ``ruler_error``, the share by which lengths
        in it differ from those on the ellipsoid.
    """
    walked = edges.loc[edges["walk"]] if "walk" in edges else edges
    driven = edges.loc[edges["drive"]] if "drive" in edges else edges
    network = StreetNetwork.from_streets(walked)
    used = np.unique(np.concatenate([network.start, network.end]))
    parts = np.unique(network.component[used], return_counts=True)[1]
    one_way = driven["oneway"] != 0 if "oneway" in driven else np.zeros(len(driven), dtype=bool)
    classes = edges["road_class"] if "road_class" in edges else edges["metres"].map(lambda _: None)
    return {
        "edges": len(walked),
        "nodes": len(used),
        "kilometres": _km(walked["metres"]),
        "components": len(parts),
        "largest_share": round(float(parts.max(initial=0)) / max(1, len(used)), 4),
        "total_km": _km(edges["metres"]),
        "drive_km": _km(driven["metres"]),
        "oneway_km": _km(driven.loc[one_way, "metres"]),
        "class_km": {
            name: _km(some)
            for name, some in edges["metres"].groupby(classes.fillna(""))
            if len(some)
        },
        "crs": crs_label(edges.crs),
        "ruler_error": round(_ruler_error(edges), 6),
    }


def _km(metres: pd.Series) -> float:
    return round(float(metres.sum()) / 1000, 3)


def _ruler_error(edges: gpd.GeoDataFrame) -> float:
    """Return by which share lengths in the metric CRS differ from those on the ellipsoid."""
    some = edges.iloc[:: max(1, len(edges) // 1000)]
    at, which = shapely.get_coordinates(some.to_crs(4326).geometry.to_numpy(), return_index=True)
    same = which[1:] == which[:-1]
    away = Geod(ellps="WGS84").inv(*at[:-1][same].T, *at[1:][same].T)[2]
    true = float(np.sum(away))
    return float(some.geometry.length.sum()) / true - 1 if true > 0 else 0.0


def street_notes(edges: gpd.GeoDataFrame, facts: Mapping[str, Any]) -> list[Note]:
    """Return what the report of an import says of a network: its size, and what looks wrong."""
    text = msgid(
        "{total} km of streets: {walk} km to walk, {drive} km to drive, {oneway} km of these "
        "one way."
    )
    size = {
        "total": facts["total_km"],
        "walk": facts["kilometres"],
        "drive": facts["drive_km"],
        "oneway": facts["oneway_km"],
    }
    notes = [Note("streets-size", text, size)]
    if facts["components"] > 1:
        notes.append(
            Note(
                "street-islands",
                msgid(
                    "The walking network falls into {count} parts that do not touch; the largest "
                    "holds {percent} % of its junctions. From one part to another there is no way."
                ),
                {
                    "count": facts["components"],
                    "percent": round(100 * facts["largest_share"], 1),
                },
            )
        )
    if abs(facts["ruler_error"]) > 0.001:
        notes.append(
            Note(
                "ruler-error",
                msgid("Lengths in {crs} differ from true lengths by {percent} % here."),
                {"crs": crs_label(edges.crs), "percent": round(100 * facts["ruler_error"], 2)},
            )
        )
    return notes
