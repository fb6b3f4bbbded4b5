"""opportunities, catchments and isochrones on the command line."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from pathlib import Path

import geopandas as gpd
import pytest

from layers.store import Store
from tests.commands.conftest import Call
from tests.serving.world import streets

CHINESE = re.compile(r"[\u4e00-\u9fff]")
TYPE = ("--facility-type", "parent_school_station")


@pytest.fixture(scope="module")
def walked(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small world with its streets: S1 150 m north of C1, S3 at U1; C2 700 m east of C1."""
    folder = Path(shutil.copytree(built, tmp_path_factory.mktemp("walked") / "small"))
    Store(folder).commit_layer(streets(), layer="streets", file="roads.geojson")
    return folder


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_opportunities_of_several_limits(call: Call, walked: Path) -> None:
    words = ("opportunities", walked, *TYPE, "--limit", "500", "--limit", "900")
    found = json.loads(call(*words, "--format", "json").out)
    assert (found["mode"], found["method"], found["counted"]) == (
        "walk", "streets", "children_0_17",
    )  # fmt: skip
    units = {(one["unit_id"], one["limit_m"]): one for one in found["units"]}
    # C1 stands 150 m from S1, C2 850 m; C3 stands at no street.
    assert [units["C1", limit]["facilities"] for limit in (500, 900)] == [1, 1]
    assert [units["C2", limit]["facilities"] for limit in (500, 900)] == [0, 1]
    assert units["C1", 500]["places"] is None  # S1 does not state its capacity
    assert units["C3", 500]["state"] == "no_path"
    assert [one["limit_m"] for one in found["totals"]] == [500, 900]
    assert {note["code"] for note in found["notes"]} >= {"capacity-unknown", "children-unknown"}
    assert list(rows(call(*words, "--format", "csv").out)[0]) == [
        "unit_id", "name", "kind", "parent_id", "children", "limit_m", "facilities", "places",
        "places_unknown", "state",
    ]  # fmt: skip


@pytest.mark.parametrize("method", ["2sfca", "e2sfca", "3sfca"])
def test_places_per_child_are_unknown_where_no_capacity_is_stated(
    call: Call, walked: Path, method: str
) -> None:
    words = ("opportunities", walked, *TYPE, "--method", method)
    found = json.loads(call(*words, "--format", "json").out)
    assert found["measure"] == method
    units = {one["unit_id"]: one for one in found["units"]}
    assert (units["C1"]["places_per_1000"], units["C1"]["state"]) == (None, "no_capacity")
    assert (units["K2"]["places_per_1000"], units["K2"]["state"]) == (0, "beyond")
    assert rows(call(*words, "--format", "csv").out)[0]["bound"] == ""
    assert "S1" in call(*words).out


def test_catchments_say_who_goes_where(call: Call, walked: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "land.gpkg"
    done = call("catchments", walked, *TYPE, "--format", "json", "--out", out, "--lang", "en")
    found = json.loads(done.out)
    assert done.code == 0
    assert str(out) in done.err
    by_id = {one["facility_id"]: one for one in found["facilities"]}
    assert set(by_id["S1"]["unit_ids"]) >= {"C1", "C2", "K1"}
    assert by_id["S1"]["load_percent"] is None
    assert {one["unit_id"]: one["state"] for one in found["unreached"]} == {"C3": "no_path"}
    land = gpd.read_file(out)
    assert set(land["facility_id"]) == {"S1", "S3"}
    assert land.crs.to_epsg() == 4540
    assert [path.name for path in out.parent.iterdir()] == ["land.gpkg"]
    assert len(rows(call("catchments", walked, *TYPE, "--format", "csv").out)) == 3


def test_isochrones_into_a_file_for_any_map(call: Call, walked: Path, tmp_path: Path) -> None:
    out = tmp_path / "areas.geojson"
    words = ("isochrones", walked, *TYPE, "--minutes", "5,15", "--out", out)
    done = call(*words, "--format", "json")
    found = json.loads(done.out)
    assert [one["limit_m"] for one in found["areas"]] == [300, 900]
    assert [one["units"] for one in found["areas"]] == [2, 4]  # C1 and U1; C2 and U2 too
    first = out.read_bytes()
    areas = gpd.read_file(out)
    assert areas.crs.to_epsg() == 4326
    assert areas["minutes"].tolist() == [5, 15]
    assert areas.is_valid.all()
    assert areas.geometry.iloc[1].contains(areas.geometry.iloc[0].representative_point())
    call(*words)
    assert out.read_bytes() == first
    printed = call(*words[:-2]).out
    assert CHINESE.search(printed)
    assert "900" in printed


def test_isochrones_of_one_facility_of_each_and_of_a_place(call: Call, walked: Path) -> None:
    words = ("isochrones", walked, *TYPE, "--format", "csv", "--minutes", "5")
    assert [one["facilities"] for one in rows(call(*words, "--facility", "S1").out)] == ["1"]
    each = rows(call(*words, "--each").out)
    assert [one["facility_id"] for one in each] == ["S1", "S2", "S3"]
    assert each[1]["area_km2"] == "0"  # S2 stands at no street
    centre = gpd.GeoSeries.from_xy([500_000], [4_740_000], crs=4540).to_crs(4326).iloc[0]
    there = rows(call(*words, "--point", f"{centre.x},{centre.y}").out)
    assert [one["units"] for one in there] == ["1"]


def test_without_streets_every_answer_says_so(call: Call, built: Path) -> None:
    for words in (
        ("opportunities", "--limit", "500"),
        ("opportunities", "--method", "2sfca"),
        ("catchments",),
        ("isochrones",),
    ):
        done = call(words[0], built, *TYPE, *words[1:], "--lang", "en")
        assert done.code == 0
        assert "straight line with a detour factor" in done.out


@pytest.mark.parametrize(
    "words",
    [
        ("opportunities", "--limit", "far"),
        ("opportunities", "--method", "4sfca"),
        ("opportunities", "--method", "2sfca", "--limit", "300", "--limit", "500"),
        ("isochrones", "--minutes", "5,x"),
        ("isochrones", "--minutes", "0"),
        ("isochrones", "--minutes", "inf"),
        ("isochrones", "--minutes", ",".join(str(one) for one in range(1, 1001))),
        ("isochrones", "--minutes", ""),
        ("isochrones", "--point", "93"),
        ("isochrones", "--point", "993,12"),
        ("isochrones", "--out", "areas.shp"),
        ("catchments", "--out", "areas"),
    ],
)
def test_wrong_usage(call: Call, built: Path, words: tuple[str, ...]) -> None:
    done = call(words[0], built, *TYPE, *words[1:])
    assert (done.code, done.out) == (2, "")
    assert "Traceback" not in done.err


@pytest.mark.parametrize("command", ["opportunities", "catchments", "isochrones"])
@pytest.mark.parametrize(
    "more",
    [
        ("--facility-type", "no_such"),
        ("--facility-type", "kindergarten", "--mode", "fly"),
    ],
)
def test_names_that_are_not_there(
    call: Call, built: Path, command: str, more: tuple[str, ...]
) -> None:
    for lang, chinese in (("zh-CN", True), ("en", False)):
        done = call(command, built, *more, "--lang", lang)
        assert (done.code, done.out) == (1, "")
        assert bool(CHINESE.search(done.err)) is chinese


def test_a_facility_that_is_not_there(call: Call, built: Path) -> None:
    done = call("isochrones", built, *TYPE, "--facility", "S9", "--lang", "en")
    assert (done.code, done.out) == (1, "")
    assert "S1" in done.err


def test_a_file_that_cannot_be_written(call: Call, built: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("x")
    done = call("isochrones", built, *TYPE, "--out", blocked / "areas.gpkg", "--lang", "en")
    assert done.code == 1
    assert "The computer refused" in done.err


def test_on_foot_or_by_road(call: Call, walked: Path) -> None:
    words = ("access", walked, *TYPE)
    both = rows(call(*words, "--or-drive", "--format", "csv").out)
    foot = rows(call(*words, "--format", "csv").out)
    road = rows(call(*words, "--mode", "drive", "--format", "csv").out)
    for one, walk, drive in zip(both, foot, road, strict=True):
        assert {name: one[name] for name in walk} == walk
        assert (one["drive_state"], one["drive_network_m"]) == (
            drive["state"], drive["network_m"],
        )  # fmt: skip
        states = {walk["state"], drive["state"]}
        assert one["walk_or_drive"] == ("within" if "within" in states else walk["state"])
    table = call(*words, "--or-drive").out
    assert "步行或驾车" in table
    refused = call(*words, "--or-drive", "--limit", "300")
    assert refused.code == 2
    assert "--limit" in refused.err


def test_a_question_takes_so_many_limits(call: Call, walked: Path) -> None:
    some = [word for metres in range(100, 2600, 100) for word in ("--limit", str(metres))]
    refused = call("opportunities", walked, *TYPE, *some)
    assert refused.code == 2
    assert "25 > 24" in refused.err
    assert call("opportunities", walked, *TYPE, *some[:-2]).code == 0
