"""Reader of the location problems with published answers: every family of ``optimal_values.csv``.

Formats as in the data's own README. A problem is read into what ``site_facilities`` takes, so that
tests and the side-by-side table of published answers ask the same question.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path
from scipy.spatial import KDTree
from scipy.spatial.distance import cdist

from geo_planner.siting import SitePlan, TravelCosts, site_facilities
from tests.open_data import open_data_folder

EARTH_METRES = 6_378_100.0
"""Radius with which the published answers of the cities re-evaluate exactly."""


@dataclass(frozen=True)
class Problem:
    """A published problem as ``site_facilities`` takes it."""

    costs: TravelCosts
    problem: str
    conditions: dict[str, Any] = field(default_factory=dict)

    def solve(self, **more: Any) -> SitePlan:
        return site_facilities(self.costs, self.problem, **self.conditions, **more)


@dataclass(frozen=True)
class Published:
    """One row of the table of published answers; ``value`` is in the problem's objective."""

    family: str
    instance: str
    files: tuple[Path, ...]
    sites: int | None
    radius: float | None
    value: float
    known_as: str

    @property
    def name(self) -> str:
        """The instance, with the number of sites and the radius where one file has several."""
        told = self.instance
        if self.family.startswith("MCLP"):
            told += f" p={self.sites} r={self.radius:g}"
        return told

    def read(self) -> Problem:
        return READERS[self.family](self)


def location_folder() -> Path | None:
    """Return the folder of location problems; None where the open data is absent."""
    data = open_data_folder()
    folder = None if data is None else data / "location"
    return folder if folder is not None and (folder / "optimal_values.csv").is_file() else None


def published(folder: Path, family: str = "") -> list[Published]:
    """Return the rows whose family begins with, or whose instance is, ``family``."""
    with (folder / "optimal_values.csv").open(encoding="utf-8", newline="") as lines:
        rows = [_row(folder, row) for row in csv.DictReader(lines)]
    return [row for row in rows if row.family.startswith(family) or row.instance == family]


def _row(folder: Path, row: dict[str, str]) -> Published:
    value, known_as = _number(row["published_value"]), row["published_status"]
    if value is None:
        value, known_as = _number(row["recomputed_value"]), row["recomputed_status"]
    assert value is not None, row
    named = row["file"].split(" (")[0].split(" + ")
    return Published(
        family=row["family"],
        instance=row["instance"],
        files=tuple(folder / name for name in named),
        sites=int(row["p"]) if row["p"] else None,
        radius=_number(row["radius_or_capacity"]),
        value=value,
        known_as=known_as,
    )


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _numbers(path: Path) -> np.ndarray:
    return np.array(path.read_text(encoding="ascii").split(), dtype=np.float64)


def read_graph_median(row: Published) -> Problem:
    """``n edges p``, then ``i j cost``: of a repeated edge the last counts; all shortest paths."""
    numbers = _numbers(row.files[0])
    n, _, p = numbers[:3].astype(int)
    edges: dict[tuple[int, int], float] = {}
    for i, j, cost in numbers[3:].reshape(-1, 3):
        edges[int(min(i, j)) - 1, int(max(i, j)) - 1] = cost
    ends = np.array(list(edges))
    graph = csr_array((list(edges.values()), (ends[:, 0], ends[:, 1])), shape=(n, n))
    return Problem(
        TravelCosts.from_dense(shortest_path(graph, directed=False)), "median", {"sites": int(p)}
    )


def read_city_covering(row: Published) -> Problem:
    """Latitude and longitude, then demands; great-circle metres, candidates = demand points."""
    text = row.files[0].read_text(encoding="ascii")
    places, weights = text.split("NODE_COORD_SECTION")[1].split("DEMAND_SECTION")
    latitude, longitude = np.radians(np.array(places.split(), dtype=float).reshape(-1, 2)).T
    demand = np.array(weights.replace("EOF", "").split(), dtype=float)
    across = np.cos(latitude)
    ball = np.stack([across * np.cos(longitude), across * np.sin(longitude), np.sin(latitude)], 1)
    tree = KDTree(ball)
    assert row.radius is not None
    near = tree.sparse_distance_matrix(
        tree, row.radius / EARTH_METRES * 1.01, output_type="ndarray"
    )
    i, j = near["i"], near["j"]
    half = (
        np.sin((latitude[i] - latitude[j]) / 2) ** 2
        + across[i] * across[j] * np.sin((longitude[i] - longitude[j]) / 2) ** 2
    )
    metres = 2 * EARTH_METRES * np.arcsin(np.sqrt(half))
    n = len(demand)
    return Problem(
        TravelCosts.from_pairs(i, j, metres, (n, n)),
        "cover-most",
        {"sites": row.sites, "limit": row.radius, "demand": demand},
    )


def read_plane_covering(row: Published) -> Problem:
    """``n``, then ``x y``; demands in a second file; Euclidean metres."""
    places, demand = _numbers(row.files[0]), _numbers(row.files[1])
    n = int(places[0])
    points = places[1 : 1 + 2 * n].reshape(n, 2)
    return Problem(
        TravelCosts.from_dense(cdist(points, points)),
        "cover-most",
        {"sites": row.sites, "limit": row.radius, "demand": demand[:n]},
    )


def read_plane_capacitated(row: Published) -> Problem:
    """``n p``, then ``x y capacity load``; Euclidean, not rounded; every point weighs the same."""
    numbers = _numbers(row.files[0])
    x, y, capacity, load = numbers[2:].reshape(-1, 4).T
    points = np.stack([x, y], axis=1)
    return Problem(
        TravelCosts.from_dense(cdist(points, points)),
        "median",
        {"sites": int(numbers[1]), "capacity": capacity, "load": load},
    )


def read_library_capacitated(row: Published) -> Problem:
    """``number best``, ``n p capacity``, then ``id x y load``; Euclidean rounded down."""
    numbers = _numbers(row.files[0])
    _, p, capacity = numbers[2:5]
    _, x, y, load = numbers[5:].reshape(-1, 4).T
    points = np.stack([x, y], axis=1)
    return Problem(
        TravelCosts.from_dense(np.floor(cdist(points, points))),
        "median",
        {"sites": int(p), "capacity": capacity, "load": load},
    )


def read_set_covering(row: Published) -> Problem:
    """``rows columns``, costs of the columns, then of each row how many and which cover it."""
    numbers = _numbers(row.files[0]).astype(np.int64)
    n, m = numbers[:2]
    price = numbers[2 : 2 + m]
    at = 2 + m
    demand, site = [], []
    for point in range(n):
        count = numbers[at]
        site.append(numbers[at + 1 : at + 1 + count] - 1)
        demand.append(np.full(count, point))
        at += 1 + count
    who, where = np.concatenate(demand), np.concatenate(site)
    return Problem(
        TravelCosts.from_pairs(who, where, np.ones(len(who)), (int(n), int(m))),
        "cover-all",
        {"opening_cost": price.astype(float)},
    )


STREET_PROBLEMS = {
    "SF LSCP": "cover-all",
    "SF MCLP": "cover-most",
    "SF p-median": "median",
    "SF p-center": "center",
}


def read_san_francisco(row: Published) -> Problem:
    """205 census tracts, 16 stores, distances over the streets; weights are people in 2000."""
    folder = row.files[0]
    tracts = _table(folder / "SF_demand_205_centroid_uniform_weight.csv")
    stores = [line["NAME"] for line in _table(folder / "SF_store_site_16_longlat.csv")]
    number = {line["NAME"]: at for at, line in enumerate(tracts)}
    ways = np.full((len(tracts), len(stores)), np.inf)
    for line in _table(folder / "SF_network_distance_candidateStore_16_censusTract_205_new.csv"):
        ways[number[line["DestinationName"]], stores.index(line["name"])] = float(line["distance"])
    people = np.array([float(line["POP2000"]) for line in tracts])
    problem = STREET_PROBLEMS[row.instance]
    conditions: dict[str, Any] = {"sites": row.sites, "limit": row.radius}
    if problem in {"cover-most", "median"}:
        conditions["demand"] = people
    return Problem(TravelCosts.from_dense(ways), problem, conditions)


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


READERS: dict[str, Callable[[Published], Problem]] = {
    "OR-Library p-median": read_graph_median,
    "MCLP real cities": read_city_covering,
    "MCLP Sao Jose dos Campos": read_plane_covering,
    "Capacitated p-median, Sao Jose dos Campos": read_plane_capacitated,
    "OR-Library capacitated p-median": read_library_capacitated,
    "OR-Library set covering": read_set_covering,
    "OR-Library unicost set covering": read_set_covering,
    "spopt San Francisco": read_san_francisco,
}
