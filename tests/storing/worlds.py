"""A small catalogue, office tables of two regiments, and a reader that knows one plain csv form.

The csv has canonical headings and ``x``, ``y`` in EPSG:4540. It stands in for the real reader, so
that these tests are about the store alone.
"""

import csv
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import geopandas as gpd
import pandas as pd
from shapely import points

from geo_planner.catalogue import Catalogue, Label, UnitKind
from layers.store import Store
from layers.store.tables import LAYERS

CRS = "EPSG:4540"
START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
CATALOGUE = Catalogue.of(
    plan_id="toy",
    title=Label("玩具规划", "Toy plan"),
    period=(2021, 2030),
    unit_kinds=[
        UnitKind("division", Label("师", "Division"), 1, "divisions"),
        UnitKind("regiment", Label("团场", "Regiment"), 2, "regiments"),
        UnitKind("company", Label("连队", "Company"), 3, "companies"),
    ],
)
NUMBERS = {"x", "y", "population", "capacity", "value", "numerator", "denominator", "children_0_2"}


@dataclass
class Read:
    frame: pd.DataFrame
    notes: tuple = ()
    facts: dict = field(default_factory=dict)


def read_csv(path, *, layer, catalogue, target_crs, **_):
    with Path(path).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    frame = pd.DataFrame(rows).replace("", None)
    for name in NUMBERS & set(frame.columns):
        frame[name] = pd.to_numeric(frame[name])
    frame["source_row"] = range(2, len(frame) + 2)
    given = set(frame.columns) - {"x", "y"}
    if "x" in frame.columns:
        placed = frame["x"].notna()
        shapes = [
            point if there else None
            for point, there in zip(points(frame["x"], frame["y"]), placed, strict=True)
        ]
        frame = gpd.GeoDataFrame(frame.drop(columns=["x", "y"]), geometry=shapes, crs=CRS)
        given.add("geometry")
    return Read(frame, facts={"columns": given})


def write_csv(path, rows):
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(name for row in rows for name in row)))
        writer.writeheader()
        writer.writerows(rows)
    return path


def unit(unit_id, name, kind, parent="", x="", y="", **more):
    return {
        "unit_id": unit_id,
        "name": name,
        "kind": kind,
        "parent_id": parent,
        "x": x,
        "y": y,
    } | more


UNITS = [
    unit("13", "第十三师", "division"),
    unit("1301", "红星一场", "regiment", "13"),
    unit("130101", "一连", "company", "1301", 540000, 4760000, population=120),
    unit("130102", "二连", "company", "1301", 541000, 4760000, population=80),
    unit("130103", "三连", "company", "1301"),
]
FACILITIES = [
    {
        "facility_id": "F1",
        "name": "一连幼儿园",
        "facility_type": "kindergarten",
        "unit_id": "130101",
        "x": 540100,
        "y": 4760000,
        "capacity": 60,
    },
    {
        "facility_id": "F2",
        "name": "流动站",
        "facility_type": "station",
        "unit_id": "",
        "x": "",
        "y": "",
        "capacity": "",
    },
]
OBSERVATIONS = [
    {"indicator": "water", "unit_id": "1301", "period": "2025", "value": 91.5, "source": "年报"},
    {"indicator": "water", "unit_id": "13", "period": "2025", "value": "", "source": "年报"},
]


def new_store(folder, **more):
    return Store.create(folder, name="试点", catalogue=CATALOGUE, created_at=START, **more)


def opened(folder, **more):
    return Store(folder, catalogue=CATALOGUE, **more)


def put(store, rows, layer, tmp_path, *, name=None, minutes=0, **more):
    path = write_csv(Path(tmp_path) / (name or f"{layer}.csv"), rows)
    moment = START + timedelta(minutes=minutes)
    return store.import_file(path, layer=layer, reader=read_csv, imported_at=moment, **more)


def contents(store):
    """Return everything a project holds, in a form that can be compared."""
    state = store._state(*LAYERS)
    return {layer: state.tables[layer] for layer in LAYERS} | {"crs": str(store._crs(state))}


def same_contents(one, other):
    return one["crs"] == other["crs"] and all(
        list(one[layer].columns) == list(other[layer].columns) and one[layer].equals(other[layer])
        for layer in LAYERS
    )


def files_below(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(Path(folder).rglob("*"))
        if path.is_file() and path.name != "project.lock"
    }
