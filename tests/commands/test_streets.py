"""The command streets: its options, its report, its refusals."""

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin
from shapely import LineString

from layers import open_project
from tests.commands.conftest import Call

E, N = 540_000, 4_740_000


def roads(path: Path) -> Path:
    """Row 2 leads 1 km east; row 3 leads 500 m north and stops 2 m short of it."""
    lines = [[(0, 0), (1000, 0)], [(400, 2), (400, 502)]]
    shapes = [LineString([(E + x, N + y) for x, y in one]) for one in lines]
    frame = gpd.GeoDataFrame(
        {"V1": ["省道", "机耕路"], "单行": ["单向", "否"]}, geometry=shapes, crs=4540
    )
    frame.to_file(path)
    return path


def heights(path: Path) -> Path:
    """A plain that rises one metre every ten metres east."""
    cells = np.tile(700 + 3.0 * np.arange(60), (60, 1)).astype("float32")
    with rasterio.open(
        path, "w", driver="GTiff", height=60, width=60, count=1, dtype="float32", crs="EPSG:4540",
        transform=from_origin(E - 300, N + 900, 30, 30),
    ) as raster:  # fmt: skip
        raster.write(cells, 1)
    return path


def test_a_report_of_lengths(call: Call, project: Path, tmp_path: Path) -> None:
    path = roads(tmp_path / "roads.gpkg")
    words = ("streets", project, path, "--map", "V1=road_class")
    done = call(*words, "--dry-run", "--format", "json")
    assert done.code == 0, done.err
    said = json.loads(done.out)
    assert said["dry_run"] is True
    assert said["streets"]["class_km"] == {"primary": 1.0, "track": 0.5}
    assert (said["streets"]["oneway_km"], said["streets"]["components"]) == (1.0, 2)
    assert {note["code"] for note in said["notes"]} >= {"near-misses", "streets-size"}
    assert open_project(project).streets is None

    table = call(*words, "--join-metres", "2.5")
    assert table.code == 0, table.err
    for word in ("省道", "机耕路", "1.0", "0.5"):
        assert word in table.out
    # Joined, the side road cuts the street in two.
    assert open_project(project).streets["road_class"].tolist().count("primary") == 2
    assert "primary" in call(*words, "--lang", "en").out
    assert open_project(project).streets["road_class"].tolist().count("primary") == 1
    row = call("streets", project, path, "--format", "csv")
    assert row.out.splitlines()[0].startswith("id,layer,file")


def test_heights_are_stored_as_pace(call: Call, project: Path, tmp_path: Path) -> None:
    path = roads(tmp_path / "roads.gpkg")
    done = call("streets", project, path, "--heights", heights(tmp_path / "dem.tif"))
    assert done.code == 0, done.err
    assert "dem.tif" in done.out
    streets = open_project(project).streets.sort_values("metres")
    # North on the level; east 10 % uphill: exp(0.35) = 1.4191, and back as on the level.
    assert streets["pace_forward"].tolist() == pytest.approx([1.0, 1.4191], abs=1e-3)
    assert streets["pace_back"].tolist() == pytest.approx([1.0, 1.0], abs=1e-3)


def test_refusals_leave_everything_as_it_was(call: Call, project: Path, tmp_path: Path) -> None:
    path = roads(tmp_path / "roads.gpkg")
    wrong = tmp_path / "wrong.tif"
    wrong.write_text("no raster")
    done = call("streets", project, path, "--heights", wrong)
    assert (done.code, done.out) == (1, "")
    assert "wrong.tif" in done.err
    mapped = call("streets", project, path, "--map", "V9=road_class")
    assert mapped.code == 1
    assert "V9" in mapped.err
    assert open_project(project).streets is None


@pytest.mark.parametrize(
    "words", [[], ["--overpass", "1,2,3"], ["--overpass", " "], ["FILE", "--overpass", "哈密"]]
)
def test_either_a_file_or_a_place(
    call: Call, project: Path, tmp_path: Path, words: list[str]
) -> None:
    path = str(roads(tmp_path / "roads.gpkg"))
    done = call("streets", project, *(path if word == "FILE" else word for word in words))
    assert (done.code, done.out) == (2, "")
    assert "--overpass" in done.err


def test_a_server_out_of_reach_is_one_sentence(call: Call, project: Path) -> None:
    done = call(
        "streets", project, "--overpass", "93.4,42.7,93.6,42.9",
        "--overpass-url", "http://127.0.0.1:9/api",
    )  # fmt: skip
    assert (done.code, done.out) == (1, "")
    assert "Overpass 93.4,42.7,93.6,42.9" in done.err
