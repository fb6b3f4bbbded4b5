"""Points to polygons: ours beside ``geopandas.sjoin``, in turns, in one run.

uv run python -m benchmarks.assignment --points 1000000 --polygons 2000 --rounds 3
"""

from __future__ import annotations

import argparse
import time
from statistics import median

import geopandas as gpd
import numpy as np
import shapely
from scipy.spatial import Voronoi

from geo_planner.assignment import points_in_polygons

SIDE = 100_000.0


def outlines(count: int, seed: int = 2) -> np.ndarray:
    """Return ``count`` polygons of about a hundred vertices each that tile a square."""
    rng = np.random.default_rng(seed)
    corners = np.array([[-3.0, -3.0], [4.0, -3.0], [-3.0, 4.0], [4.0, 4.0]]) * SIDE
    cells = Voronoi(np.concatenate([rng.random((count, 2)) * SIDE, corners]))
    square = shapely.box(0, 0, SIDE, SIDE)
    shapes = [
        shapely.Polygon(cells.vertices[cells.regions[cells.point_region[number]]])
        for number in range(count)
    ]
    return shapely.segmentize(shapely.intersection(shapes, square), SIDE / np.sqrt(count) / 24)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--polygons", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    polygons = outlines(given.polygons)
    xy = np.random.default_rng(3).random((given.points, 2)) * SIDE
    areas = gpd.GeoDataFrame({"area": np.arange(given.polygons)}, geometry=polygons, crs=4540)
    points = gpd.GeoDataFrame(geometry=shapely.points(xy), crs=4540)
    ours, theirs = [], []
    for _ in range(given.rounds):
        start = time.perf_counter()
        mine = points_in_polygons(xy[:, 0], xy[:, 1], polygons)
        ours.append(time.perf_counter() - start)
        start = time.perf_counter()
        joined = gpd.sjoin(points, areas, predicate="within", how="left")
        theirs.append(time.perf_counter() - start)
        same = joined["area"].fillna(-1).to_numpy() == mine
        assert same.all(), f"{(~same).sum()} points differ"
    vertices = shapely.get_num_coordinates(polygons).mean()
    print(f"{given.points:,} points, {given.polygons:,} polygons of {vertices:.0f} vertices")
    print(f"ours             {median(ours):6.2f} s")
    print(f"geopandas.sjoin  {median(theirs):6.2f} s   {median(theirs) / median(ours):.2f} x ours")


if __name__ == "__main__":
    main()
