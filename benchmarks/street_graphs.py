"""Street graphs to measure on: made-up planar ones of any size, and real extracts node by node.

Made up: places on a triangular lattice, each moved at random, 80 m apart; the shortest spanning
tree and a random share of the other links, until a node has 2.8 neighbours on average, as streets;
lengths are straight lines times a random detour, in whole decimetres; nodes and edges shuffled.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import minimum_spanning_tree

SPACING = 80.0
NEIGHBOURS = 2.8
TYPES = 6
A_FACILITY_FOR = 1000
CACHE = Path(tempfile.gettempdir()) / "geo_planner_benchmarks"
DATA = Path(os.environ.get("GEO_PLANNER_OPEN_DATA", Path(__file__).parents[2] / "shared" / "data"))


@dataclass(frozen=True, eq=False)
class Graph:
    """Undirected edges with lengths in metres, positions of nodes, six groups of facilities."""

    xy: np.ndarray
    start: np.ndarray
    end: np.ndarray
    metres: np.ndarray
    groups: np.ndarray

    def __len__(self) -> int:
        return len(self.xy)


def made_up(count: int, seed: int = 1) -> Graph:
    """Return a made-up planar graph of about ``count`` nodes, kept on disk between runs."""
    return _kept(f"planar_{count}_{seed}", lambda: _drawn(count, seed))


def real() -> Graph:
    """Return the walking networks of all extracts side by side, with every node of their drawing.

    Facilities are random nodes, one for a thousand nodes a group. Kept on disk between runs.
    """
    return _kept("real", _extracts)


def _kept(name: str, make: Callable[[], Graph]) -> Graph:
    file = CACHE / f"{name}.npz"
    if not file.exists():
        CACHE.mkdir(exist_ok=True)
        partial = file.with_suffix(f".{os.getpid()}.npz")
        np.savez(partial, **vars(make()))
        partial.rename(file)
    with np.load(file) as arrays:
        return Graph(**{part: arrays[part] for part in arrays.files})


def _drawn(count: int, seed: int) -> Graph:
    rng = np.random.default_rng(seed)
    side = int(np.sqrt(count))
    count = side * side
    column, row = np.meshgrid(np.arange(side), np.arange(side))
    xy = np.stack([column + 0.5 * (row % 2), row * np.sqrt(0.75)], axis=-1).reshape(-1, 2)
    xy = SPACING * (xy + rng.uniform(-0.35, 0.35, xy.shape))
    place = np.arange(count).reshape(side, side)
    odd = place[1:-1:2]
    links = [
        (place[:, :-1], place[:, 1:]),
        (place[:-1], place[1:]),
        (place[:-1:2, 1:], place[1::2, :-1][: len(place[:-1:2])]),
        (odd[:, :-1], place[2::2, 1:][: len(odd)]),
    ]
    start = np.concatenate([one.ravel() for one, _ in links])
    end = np.concatenate([other.ravel() for _, other in links])
    straight = np.hypot(*(xy[start] - xy[end]).T)
    tree = minimum_spanning_tree(csr_array((straight, (start, end)), shape=(count, count)))
    tree = tree.tocoo()
    in_tree = np.isin(start * count + end, tree.row.astype(np.int64) * count + tree.col)
    others = np.flatnonzero(~in_tree)
    more = rng.choice(others, int(count * NEIGHBOURS / 2) - (count - 1), replace=False)
    kept = rng.permutation(np.concatenate([np.flatnonzero(in_tree), more]))
    number = rng.permutation(count)
    decimetres = np.rint(10 * straight[kept] * rng.uniform(1.0, 1.35, len(kept)))
    groups = [rng.choice(count, max(1, count // A_FACILITY_FOR), replace=False) for _ in range(6)]
    at = np.empty_like(xy)
    at[number] = xy
    return Graph(
        at, number[start[kept]], number[end[kept]], np.maximum(decimetres, 1) / 10,
        np.stack(groups),
    )  # fmt: skip


def _extracts() -> Graph:
    networks = DATA / "networks"
    parts = [
        _extract(networks / f"{name}.osm.pbf") for name in ("liechtenstein", "monaco", "helsinki")
    ]
    parts += [
        _lines(networks / f"{name}.parquet")
        for name in ("wuhan_fua8989_original", "coquimbo_links")
    ]
    first = np.cumsum([0, *(len(xy) for xy, *_ in parts)])
    count = int(first[-1])
    east = np.cumsum([0.0, *(np.ptp(xy[:, 0]) + 10_000 for xy, *_ in parts)])
    rng = np.random.default_rng(4)
    return Graph(
        np.concatenate([xy - xy.min(axis=0) + [east[i], 0.0] for i, (xy, *_) in enumerate(parts)]),
        np.concatenate([start + first[i] for i, (_, start, _, _) in enumerate(parts)]),
        np.concatenate([end + first[i] for i, (_, _, end, _) in enumerate(parts)]),
        np.concatenate([metres for *_, metres in parts]),
        np.stack([rng.choice(count, count // A_FACILITY_FOR, replace=False) for _ in range(TYPES)]),
    )


Part = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def _extract(path: Path) -> Part:
    """Return nodes and stretches of an extract's walkable ways, as they are drawn."""
    from pyproj import CRS

    from geo_planner.crs import choose_metric_crs, transformer
    from geo_planner.travel.arrays import gather
    from layers.osm_ways import read_ways

    ways = read_ways(path)
    box = (ways.lon.min(), ways.lat.min(), ways.lon.max(), ways.lat.max())
    change = transformer(CRS.from_epsg(4326), choose_metric_crs(box))
    xy = np.stack(change.transform(ways.lon, ways.lat), axis=1)
    walked = ways.columns["walk"]
    inner = gather(ways.first[:-1][walked], ways.first[1:][walked] - 1)
    return _numbered(ways.ref[inner], ways.ref[inner + 1], xy[inner], xy[inner + 1])


def _lines(path: Path) -> Part:
    """Return places and stretches of lines; places within a centimetre are one."""
    import geopandas as gpd
    import shapely

    lines = gpd.read_parquet(path)
    lines = lines.to_crs(lines.estimate_utm_crs()).geometry.explode().to_numpy()
    xy, line = shapely.get_coordinates(lines, return_index=True)
    begin = np.flatnonzero(line[:-1] == line[1:])
    cell = np.rint(xy * 100).astype(np.int64)
    ids = cell[:, 0] * (1 << 32) + cell[:, 1]
    return _numbered(ids[begin], ids[begin + 1], xy[begin], xy[begin + 1])


def _numbered(start: np.ndarray, end: np.ndarray, one: np.ndarray, other: np.ndarray) -> Part:
    """Return each stretch between two nodes once, nodes numbered from 0."""
    _, first, number = np.unique(
        np.concatenate([start, end]), return_index=True, return_inverse=True
    )
    start, end = np.sort(np.split(number, 2), axis=0)
    once = np.unique(start * len(first) + end, return_index=True)[1]
    once = once[start[once] != end[once]]
    metres = np.hypot(*(one - other).T)
    return np.concatenate([one, other])[first], start[once], end[once], metres[once]
