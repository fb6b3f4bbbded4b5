"""Positions: every way a file may state them, and every way it may be wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from pyproj import CRS
from shapely.geometry import Point, box

from geo_planner.crs import from_wgs84
from geo_planner.errors import DatumUnknownError, NotKnownError, RefusedFileError
from layers.reading import LayerRead, read_layer
from tests.reading.office import catalogue, faults, notes, read_units, write_csv

# 93.5 E 43 N on the ellipsoid of CGCS2000: worked out by the survey formula and printed in many
# tables as easting 540 770.521 (31 540 770.521 with the zone number), northing 4 762 841.210.
EAST, NORTH = 540_770.521, 4_762_841.210


def points(tmp_path: Path, heads: str, *cells: str, **said: Any) -> LayerRead:
    lines = [f"u{number},x,{cell}" for number, cell in enumerate(cells)]
    text = "\n".join([f"单位代码,名称,{heads}", *lines])
    said.setdefault("target_crs", CRS.from_epsg(4540))
    return read_units(write_csv(tmp_path / "p.csv", text), **said)


def xy(read: LayerRead) -> list[tuple[float, float]]:
    return [(round(p.x, 3), round(p.y, 3)) for p in read.frame.geometry]


@pytest.mark.parametrize(
    ("heads", "cell", "said"),
    [
        ("经度,纬度", "93.5,43", {"crs": "CGCS2000"}),
        ("lon,lat", "93.5,43", {"crs": "EPSG:4490"}),
        ("经度,纬度", "93°30′,43°0′0″", {"crs": "WGS84"}),
        ("经度,纬度", "东经93度30分,北纬43度", {"crs": "WGS84"}),
        ("纬度,经度", "43,93.5", {"crs": "WGS84"}),
        ("经纬度,备注", '"93.5,43",', {"crs": "WGS84"}),
        ("坐标,备注", '"43，93.5",', {"crs": "WGS84"}),
        ("x,y", "540770.521,4762841.210", {"crs": "EPSG:4540"}),
        ("x,y", "31540770.521,4762841.210", {"crs": "EPSG:4519"}),
        ("x,y", "31540770.521,4762841.210", {"crs": "CGCS2000"}),
        ("X坐标,Y坐标", "4762841.210,540770.521", {"crs": "EPSG:4540"}),
        ("X坐标,Y坐标", "4762841.210,31540770.521", {"crs": "EPSG:4519"}),
        ("纵坐标,横坐标", "4762841.210,540770.521", {"crs": "EPSG:4540"}),
        ("X坐标,Y坐标", "540770.521,4762841.210", {"crs": "EPSG:4540", "axis": "xy"}),
        ("x,y", "4762841.210,540770.521", {"crs": "EPSG:4540", "axis": "yx"}),
        ("x,y", "4762841.210,540770.521", {"crs": "EPSG:4540", "axis": "north-east"}),
        ("东坐标,北坐标", "540770.521,4762841.210", {"crs": "4540"}),
        ("X坐标,Y坐标", "93.5,43", {"crs": "WGS84"}),
        ("X坐标,Y坐标", "43,93.5", {"crs": "WGS84"}),
        ("geometry,备注", "POINT (93.5 43),", {"crs": "WGS84"}),
        ("经度,纬度,坐标系", "93.5,43,国家2000", {}),
        ("x,y,坐标系", "31540770.521,4762841.210,4519", {"crs": "WGS84"}),
    ],
)
def test_one_place_however_it_is_written(
    tmp_path: Path, heads: str, cell: str, said: dict[str, Any]
) -> None:
    read = points(tmp_path, heads, cell, **said)
    assert xy(read) == [pytest.approx((EAST, NORTH), abs=0.002)]
    assert read.frame.crs.to_epsg() == 4540


@pytest.mark.parametrize("datum", ["GCJ-02", "BD-09"])
def test_map_service_points_are_converted_once(tmp_path: Path, datum: str) -> None:
    lon, lat = from_wgs84(93.5, 43.0, datum)
    read = points(tmp_path, "经度,纬度", f"{float(lon)!r},{float(lat)!r}", crs=datum)
    assert xy(read) == [pytest.approx((EAST, NORTH), abs=0.002)]
    assert notes(read)["datum-converted"] == {"count": 1, "datum": datum}


def test_a_project_crs_is_chosen_from_the_data(tmp_path: Path) -> None:
    # Middle of 95.0 and 97.0 is 96: central meridian 96, EPSG:4541.
    read = points(tmp_path, "经度,纬度", "95,43", "97,44", crs="WGS84", target_crs=None)
    assert read.frame.crs.to_epsg() == 4541
    assert read.facts["crs"] == "EPSG:4541"


def test_without_a_stated_system_the_choices_are_named(tmp_path: Path) -> None:
    with pytest.raises(RefusedFileError) as refused:
        points(tmp_path, "经度,纬度", "93.5,43")
    missing = faults(refused.value)["crs-missing"]
    for choice in ("WGS84", "CGCS2000", "GCJ-02", "BD-09", "EPSG:4534"):
        assert choice in str(missing)


def test_no_position_needs_no_system(tmp_path: Path) -> None:
    read = points(tmp_path, "经度,纬度", "—,", "无,未统计")
    assert read.frame.geometry.isna().all()
    assert notes(read)["no-position"]["rows"] == (2, 3)


def test_metres_of_cgcs2000_without_zone_number_cannot_be_placed(tmp_path: Path) -> None:
    with pytest.raises(RefusedFileError) as refused:
        points(tmp_path, "x,y", "540770.5,4762841.2", crs="CGCS2000")
    assert "EPSG:4540 (CM 93E)" in str(faults(refused.value)["crs-missing"])


def test_rows_in_two_zones_are_each_read_in_their_own(tmp_path: Path) -> None:
    # The same northing either side of the zone border at 94.5 E.
    read = points(
        tmp_path, "x,y", "31540770.521,4762841.210", "32459229.479,4762841.210", crs="CGCS2000"
    )
    # By symmetry of the zones: 0.5 degrees west of 96 E is 95.5 E.
    back = read.frame.to_crs(4490).geometry
    assert [round(p.x, 6) for p in back] == [93.5, 95.5]
    assert [round(p.y, 6) for p in back] == [43.0, 43.0]


@pytest.mark.parametrize(
    ("heads", "cell", "crs", "likely"),
    [
        ("经度,纬度", "43,93.5", "WGS84", "latitude and longitude"),
        ("经度,纬度", "40,87", "WGS84", "latitude and longitude"),
        ("经度,纬度", "540770,4762841", "WGS84", "metres"),
        ("经度,纬度", "540770,4762841", "GCJ-02", "metres"),
        ("x,y", "93.5,43", "EPSG:4540", "degrees"),
        ("经度,纬度", "93.5,43", "EPSG:4540", "degrees"),
        ("x,y", "32540770,4762841", "EPSG:4519", "EPSG:4520"),
        ("x,y", "31540770,4762841", "EPSG:4540", "EPSG:4519"),
        ("x,y", "540770,4762841", "EPSG:4519", "EPSG:4540"),
        ("x,y", "4762841,540770", "EPSG:4540", "north before east"),
        ("X坐标,Y坐标", "540770,4762841", "EPSG:4540", "north before east"),
        ("经度,纬度", "193.5,43", "WGS84", None),
        ("经度,纬度", "0,0", "WGS84", None),
        ("x,y", "540770,9762841", "EPSG:4540", None),
    ],
)
def test_what_cannot_be_says_what_it_looks_like(
    tmp_path: Path, heads: str, cell: str, crs: str, likely: str | None
) -> None:
    good = {"EPSG:4519": "31500000,4700000", "EPSG:4540": "500000,4700000"}.get(crs, "93,42")
    good = "4700000,500000" if heads.startswith("X") else good
    good = "500000,4700000" if heads.startswith("经") and crs == "EPSG:4540" else good
    with pytest.raises(RefusedFileError) as refused:
        points(tmp_path, heads, good, cell, crs=crs)
    found = faults(refused.value)
    (fault,) = found.values()
    assert fault.params["rows"] == (3,)
    assert fault.params.get("likely") is None if likely is None else likely in str(fault)


def test_swapped_degrees_show_against_the_known_units(tmp_path: Path) -> None:
    # Kashgar, 76 E 39.5 N, swapped gives 39.5 E 76 N: the Barents Sea, a possible place.
    known = gpd.GeoDataFrame(
        {"name": ["x"]}, index=["k"], geometry=[Point(76.0, 39.4)], crs=4326
    ).to_crs(4534)
    with pytest.raises(RefusedFileError) as refused:
        points(tmp_path, "经度,纬度", "39.5,76", crs="WGS84", known_units=known)
    assert "mistaken-crs" in faults(refused.value)


def test_half_positions_and_unreadable_ones_are_told_together(tmp_path: Path) -> None:
    with pytest.raises(RefusedFileError) as refused:
        points(tmp_path, "经度,纬度", "93.5,43", "93.5,", ",43", "near,43", "93.5,43", crs="WGS84")
    told = {
        (fault.code, fault.params["column"], fault.params["rows"]) for fault in refused.value.faults
    }
    assert told == {
        ("missing-value", "纬度", (3,)),
        ("missing-value", "经度", (4,)),
        ("bad-number", "经度", (5,)),
    }
    with pytest.raises(RefusedFileError) as refused:
        points(tmp_path, "经度,户数", "93.5,43", crs="WGS84")
    assert faults(refused.value)["missing-column"].params["column"] == "lat"


def test_each_row_may_state_its_own_system(tmp_path: Path) -> None:
    lon, lat = (float(value) for value in from_wgs84(93.5, 43.0, "GCJ-02"))
    rows = ["93.5,43,WGS84", f"{lon!r},{lat!r},高德", "93.5,43,"]
    with pytest.raises(RefusedFileError) as refused:
        points(tmp_path, "经度,纬度,坐标系", *rows)
    assert "crs-missing" in faults(refused.value)
    read = points(tmp_path, "经度,纬度,坐标系", *rows, crs="CGCS2000")
    assert xy(read) == [pytest.approx((EAST, NORTH), abs=0.002)] * 3
    assert notes(read)["mixed-crs"]["systems"] == ["CGCS2000", "WGS84", "GCJ-02"]
    with pytest.raises(RefusedFileError) as refused:
        points(tmp_path, "经度,纬度,坐标系", "93.5,43,西安80")
    assert "datum-unknown" in faults(refused.value)


def test_systems_nobody_knows(tmp_path: Path) -> None:
    with pytest.raises(DatumUnknownError, match="GCJ-02"):
        points(tmp_path, "经度,纬度", "93.5,43", crs="北京54")
    with pytest.raises(NotKnownError):
        points(tmp_path, "x,y", "1,2", crs="EPSG:4540", axis="up")


def shifted(tmp_path: Path, datum: str | None, east: float = 0.0, north: float = 0.0) -> LayerRead:
    rng = np.random.default_rng(7)
    lon, lat = rng.uniform(93, 94, 12), rng.uniform(42.5, 43, 12)
    known = gpd.GeoDataFrame(
        {"name": [f"n{i}" for i in range(12)]},
        index=[f"u{i}" for i in range(12)],
        geometry=gpd.points_from_xy(lon, lat),
        crs=4326,
    ).to_crs(4540)
    moved = known.geometry.translate(
        rng.uniform(-40, 40, 1)[0] + east, rng.uniform(-40, 40, 1)[0] + north
    ).to_crs(4326)
    seen = from_wgs84(moved.x, moved.y, datum) if datum else (moved.x, moved.y)
    rows = [f"{x!r},{y!r}" for x, y in zip(map(float, seen[0]), map(float, seen[1]), strict=True)]
    return points(tmp_path, "经度,纬度", *rows, crs="WGS84", known_units=known)


def test_an_import_that_looks_shifted_says_so(tmp_path: Path) -> None:
    assert "looks-shifted" not in notes(shifted(tmp_path, None))
    assert notes(shifted(tmp_path, "GCJ-02"))["looks-shifted"]["count"] == 12
    found = notes(shifted(tmp_path, None, east=500.0))["looks-shifted"]
    assert found["direction"] == "east"
    assert "datum" not in found
    assert "looks-shifted" not in notes(shifted(tmp_path, None, east=9000.0))  # another place


def test_the_map_service_is_named_when_the_offset_is_exactly_its_own(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    lon, lat = rng.uniform(93, 94, 8), rng.uniform(42.5, 43, 8)
    known = gpd.GeoDataFrame(
        index=[f"u{i}" for i in range(8)], geometry=gpd.points_from_xy(lon, lat), crs=4326
    ).to_crs(4540)
    for datum in ("GCJ-02", "BD-09"):
        seen = from_wgs84(lon, lat, datum)
        rows = [f"{float(x)!r},{float(y)!r}" for x, y in zip(*seen, strict=True)]
        read = points(tmp_path, "经度,纬度", *rows, crs="WGS84", known_units=known)
        assert notes(read)["looks-shifted"]["datum"] == datum
        read = points(tmp_path, "经度,纬度", *rows, crs=datum, known_units=known)
        assert "looks-shifted" not in notes(read)


def test_facilities_outside_their_areas_until_shifted_back(tmp_path: Path) -> None:
    # Squares of 200 m around each community office; a station in each, as GCJ-02 shows it.
    rng = np.random.default_rng(5)
    lon, lat = rng.uniform(93, 94, 6), rng.uniform(42.5, 43, 6)
    offices = gpd.GeoSeries(gpd.points_from_xy(lon, lat), crs=4326).to_crs(4540)
    known = gpd.GeoDataFrame(
        index=[f"u{i}" for i in range(6)],
        geometry=[box(p.x - 100, p.y - 100, p.x + 100, p.y + 100) for p in offices],
        crs=4540,
    )
    seen = from_wgs84(lon, lat, "GCJ-02")
    lines = [
        f"f{i},站,儿童之家,u{i},{float(x)!r},{float(y)!r}"
        for i, (x, y) in enumerate(zip(*seen, strict=True))
    ]
    text = "\n".join(["设施代码,名称,设施类型,所在单位代码,经度,纬度", *lines])
    path = write_csv(tmp_path / "f.csv", text)
    said = {"layer": "facilities", "catalogue": catalogue(), "known_units": known}
    wrong = read_layer(path, crs="WGS84", target_crs=CRS.from_epsg(4540), **said)
    assert notes(wrong)["looks-shifted"]["datum"] == "GCJ-02"
    right = read_layer(path, crs="GCJ-02", target_crs=CRS.from_epsg(4540), **said)
    assert "looks-shifted" not in notes(right)


@pytest.mark.parametrize("datum", ["GCJ-02", "BD-09"])
def test_map_service_degrees_exist_only_around_china(tmp_path: Path, datum: str) -> None:
    with pytest.raises(RefusedFileError, match=rf"rows 3 cannot be {datum}: 2.3 48.8"):
        points(tmp_path, "经度,纬度", "93.5,42.8", "2.3,48.8", crs=datum)
