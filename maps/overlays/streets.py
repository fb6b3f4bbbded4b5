"""Streets as a quiet ground, generalised so that the page stays small."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from maps.canvas import DataLayer, Drawing, LegendEntry
from maps.overlays.marks import swatch
from maps.palette import STREET
from maps.scene import WEB, Scene
from maps.symbols import line_swatch

BUDGET = 260_000
"""Characters all streets together may take on the page."""

SCALE = 1e5
DOUBLINGS = 6


def draw(scene: Scene) -> Drawing:
    """Return the street layer, or nothing without streets or where minutes colour them."""
    streets = scene.project.streets
    if streets is None or streets.empty or scene.reach is not None:
        return Drawing()
    lines, left_out = encoded_lines(streets, tolerance=scene.tolerance)
    name = scene.say("Streets")
    picture = line_swatch(STREET)
    layer = DataLayer(
        "streets", {"lines": lines, "colour": STREET, "key": "streets"}, name=name, picture=picture
    )
    notes: tuple[str, ...] = ()
    if left_out:
        notes = (
            scene.say("The smallest streets are left out of the drawing, not of the results."),
        )
    return Drawing((layer,), (LegendEntry(swatch(picture), name, key="streets"),), notes=notes)


def encoded_lines(streets: gpd.GeoDataFrame, *, tolerance: float) -> tuple[list[str], bool]:
    """Return streets as encoded lines within the budget, and whether some are left out.

    Parameters
    ----------
    streets
        Edges in a metric CRS.
    tolerance
        As for :func:`encoded_groups`.
    """
    (texts,), left_out = encoded_groups([streets.geometry], tolerance=tolerance, budget=BUDGET)
    return texts, left_out


def encoded_groups(
    groups: Sequence[gpd.GeoSeries], *, tolerance: float, budget: int
) -> tuple[list[list[str]], bool]:
    """Return the lines of each group encoded, together within the budget, the longest first.

    Parameters
    ----------
    groups
        Lines in a metric CRS; those of a group that follow one another are joined.
    tolerance
        Metres a line may be moved by; doubled, up to ``DOUBLINGS`` times, while there is too much.
    budget
        Characters that all groups together may take; beyond it the shortest lines are left out.

    Returns
    -------
    tuple
        The texts of each group, and whether some lines are left out.
    """
    merged = [
        shapely.get_parts(
            shapely.line_merge(shapely.multilinestrings(shapely.get_parts(group.to_numpy())))
        )
        for group in groups
    ]
    parts = np.concatenate([np.empty(0, dtype=object), *merged])
    group_of = np.repeat(np.arange(len(groups)), [len(one) for one in merged])
    order = np.argsort(-shapely.length(parts), kind="stable")
    crs = groups[0].crs if groups else None
    for _ in range(1 + DOUBLINGS):
        texts = encode_lines(gpd.GeoSeries(shapely.simplify(parts[order], tolerance), crs=crs))
        total = np.cumsum([len(text) for text in texts])
        if not len(total) or total[-1] <= budget:
            break
        tolerance *= 2
    found: list[list[str]] = [[] for _ in groups]
    for text, place, so_far in zip(texts, order, total, strict=True):
        if so_far <= budget:
            found[group_of[place]].append(text)
    return found, bool(len(total) and total[-1] > budget)


def encode(lon_lat: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> str:
    """Return a line in Google's encoded polyline format with five decimals."""
    return _encoded(lon_lat, np.zeros(len(lon_lat), dtype=np.int64), 1)[0]


def encode_lines(lines: gpd.GeoSeries) -> list[str]:
    """Return each line of a series, in any CRS, encoded; empty for what is missing."""
    shapes = lines.to_crs(WEB).to_numpy()
    lon_lat, line = shapely.get_coordinates(shapes, return_index=True)
    return _encoded(lon_lat, line, len(shapes))


def _encoded(
    lon_lat: np.ndarray[Any, np.dtype[np.float64]],
    line: np.ndarray[Any, np.dtype[np.int64]],
    count: int,
) -> list[str]:
    """Return the texts of ``count`` lines; ``line`` says which one each position belongs to."""
    whole = np.round(lon_lat[:, ::-1] * SCALE).astype(np.int64)
    before = np.zeros_like(whole)
    goes_on = np.flatnonzero(line[1:] == line[:-1]) + 1
    before[goes_on] = whole[goes_on - 1]
    steps = (whole - before).ravel()
    signed = np.where(steps < 0, ~(steps << 1), steps << 1)
    # Five bits a character, the lowest first; all but the last carry a sixth.
    rest = signed[:, None] >> np.arange(0, 35, 5)
    used = rest > 0
    used[:, 0] = True
    letters = (rest & 0x1F) + np.where(rest >> 5 > 0, 0x20, 0) + 63
    text = letters[used].astype(np.uint8).tobytes().decode("ascii")
    sizes = np.bincount(np.repeat(line, 2), weights=used.sum(axis=1), minlength=count)
    ends = np.cumsum(sizes).astype(np.int64).tolist()
    return [text[begin:end] for begin, end in zip([0, *ends], ends, strict=False)]
