"""Coordinate systems: the Chinese datums against outside figures, and the metric systems chosen."""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS

from geo_planner.crs import (
    choose_metric_crs,
    from_wgs84,
    gauss_kruger_crs,
    parse_crs,
    parse_metric_crs,
    require_metric,
    state_crs,
    to_wgs84,
    transformer,
    zone_prefix,
)
from geo_planner.errors import CrsNotMetricError, DatumUnknownError

# Tiananmen as three systems show it: figures published by several independent converters
# (coordtransform, evil transform, prcoords) for WGS84 116.404, 39.915.
TIANANMEN = (116.404, 39.915)
TIANANMEN_GCJ = (116.41024449916938, 39.91640428150164)
TIANANMEN_BD = (116.41662724378733, 39.922699552216216)


def metres_between(lon: float, lat: float, lon2: float, lat2: float) -> float:
    return math.hypot((lon2 - lon) * math.cos(math.radians(lat)), lat2 - lat) * 111_320.0


def scalar_gcj(lon: float, lat: float) -> tuple[float, float]:
    """The published formula once more, written plainly and point by point."""
    a, ee = 6378245.0, 0.00669342162296594323
    x, y = lon - 105.0, lat - 35.0
    d_lat = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    d_lat += (20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)) * 2.0 / 3.0
    d_lat += (20.0 * math.sin(y * math.pi) + 40.0 * math.sin(y / 3.0 * math.pi)) * 2.0 / 3.0
    d_lat += (160.0 * math.sin(y / 12 * math.pi) + 320 * math.sin(y * math.pi / 30)) * 2.0 / 3.0
    d_lon = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    d_lon += (20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)) * 2.0 / 3.0
    d_lon += (20.0 * math.sin(x * math.pi) + 40.0 * math.sin(x / 3.0 * math.pi)) * 2.0 / 3.0
    d_lon += (150.0 * math.sin(x / 12.0 * math.pi) + 300.0 * math.sin(x / 30 * math.pi)) * 2.0 / 3.0
    rad = lat / 180.0 * math.pi
    magic = 1 - ee * math.sin(rad) ** 2
    root = math.sqrt(magic)
    d_lat = (d_lat * 180.0) / ((a * (1 - ee)) / (magic * root) * math.pi)
    d_lon = (d_lon * 180.0) / (a / root * math.cos(rad) * math.pi)
    return lon + d_lon, lat + d_lat


@pytest.mark.parametrize(("datum", "seen"), [("GCJ-02", TIANANMEN_GCJ), ("BD-09", TIANANMEN_BD)])
def test_published_figures(datum: str, seen: tuple[float, float]) -> None:
    assert from_wgs84(*TIANANMEN, datum=datum) == pytest.approx(seen, abs=1e-9)
    assert to_wgs84(*seen, datum=datum) == pytest.approx(TIANANMEN, abs=1e-9)


def test_forward_agrees_with_the_formula_written_point_by_point() -> None:
    lon, lat = np.meshgrid(np.linspace(73.5, 134.5, 40), np.linspace(4.0, 53.0, 40))
    seen = from_wgs84(lon, lat, datum="GCJ-02")
    expected = [scalar_gcj(x, y) for x, y in zip(lon.ravel(), lat.ravel(), strict=True)]
    assert np.column_stack([seen[0].ravel(), seen[1].ravel()]) == pytest.approx(
        np.array(expected), abs=1e-12
    )


# The box of the formula, a little inside: at its edge the inverse is not unique.
@given(
    lon=st.floats(72.1, 137.7), lat=st.floats(0.9, 55.7), datum=st.sampled_from(["GCJ-02", "BD-09"])
)
def test_there_and_back_is_exact(lon: float, lat: float, datum: str) -> None:
    back = to_wgs84(*from_wgs84(lon, lat, datum), datum)
    assert metres_between(lon, lat, float(back[0]), float(back[1])) < 1e-6


@given(
    lon=st.floats(72.1, 137.7), lat=st.floats(0.9, 55.7), datum=st.sampled_from(["GCJ-02", "BD-09"])
)
def test_back_and_there_is_exact(lon: float, lat: float, datum: str) -> None:
    there = from_wgs84(*to_wgs84(lon, lat, datum), datum)
    assert metres_between(lon, lat, float(there[0]), float(there[1])) < 1e-6


@given(
    lon=st.floats(-180, 180).filter(lambda x: not 72.004 <= x <= 137.8347), lat=st.floats(-90, 90)
)
def test_nothing_moves_outside_china(lon: float, lat: float) -> None:
    for datum in ("GCJ-02", "BD-09"):
        assert to_wgs84(lon, lat, datum) == (lon, lat)
        assert from_wgs84(lon, lat, datum) == (lon, lat)


def test_cgcs2000_is_wgs84_here_and_shapes_are_kept() -> None:
    lon, lat = np.array([[93.5, 94.0], [np.nan, 10.0]]), np.array([[42.8, 43.0], [np.nan, 50.0]])
    same = to_wgs84(lon, lat, datum="CGCS2000")
    np.testing.assert_array_equal(same[0], lon)
    moved = to_wgs84(lon, lat, datum="GCJ-02")
    assert moved[0].shape == (2, 2)
    assert np.isnan(moved[0][1, 0])
    assert moved[0][1, 1] == 10.0
    # Hami, 93.5 E: the shift of map services is a few hundred metres.
    shift = metres_between(93.5, 42.8, float(moved[0][0, 0]), float(moved[1][0, 0]))
    assert 100 < shift < 700


def test_the_input_is_not_changed() -> None:
    lon, lat = np.array([93.5]), np.array([42.8])
    to_wgs84(lon, lat, datum="GCJ-02")
    assert (lon[0], lat[0]) == (93.5, 42.8)


def test_unknown_datum_names_the_choices() -> None:
    with pytest.raises(DatumUnknownError, match="GCJ-02"):
        to_wgs84(93.5, 42.8, datum="Xian 1980")


@pytest.mark.parametrize(
    ("bounds", "code"),
    [
        ((91.0, 41.0, 97.0, 45.0), 4540),  # middle 94.0, nearer to 93 than to 96
        ((91.5, 41.0, 94.5, 45.0), 4540),  # middle 93.0
        ((94.6, 41.0, 97.4, 45.0), 4541),  # middle 96.0
        ((88.6, 41.0, 91.4, 45.0), 4539),  # middle 90.0
        ((24.6, 60.1, 25.2, 60.3), 32635),  # Helsinki: (24.9 + 180) / 6 = 34.15, zone 35 north
        ((-71.5, -30.5, -70.5, -29.5), 32719),  # Coquimbo: (-71 + 180) / 6 = 18.2, zone 19 south
    ],
)
def test_the_zone_of_the_middle_is_chosen(
    bounds: tuple[float, float, float, float], code: int
) -> None:
    assert choose_metric_crs(bounds).to_epsg() == code


def test_every_three_degree_meridian_of_china() -> None:
    for meridian in range(75, 136, 3):
        crs = choose_metric_crs((meridian - 1.0, 35.0, meridian + 1.0, 40.0))
        assert f"CM {meridian}E" in crs.name
        require_metric(gpd.GeoDataFrame(geometry=[], crs=crs), "units")


def test_known_figures_with_and_without_zone_number() -> None:
    # 93.5 E 43 N: easting 540 770.521 from the false origin, northing 4 762 841.210; zone 31 before
    # the easting in EPSG:4519.
    for code, east in ((4519, 31_540_770.521), (4540, 540_770.521)):
        found = transformer(CRS.from_epsg(4490), CRS.from_epsg(code)).transform(93.5, 43.0)
        assert found == pytest.approx((east, 4_762_841.210), abs=0.001)


def test_zone_numbers_are_read_from_eastings() -> None:
    eastings = [31_540_770.5, 540_770.5, 16_500_000.0, 99_500_000.0, np.nan]
    assert zone_prefix(eastings).tolist() == [31, 0, 16, 0, 0]
    assert gauss_kruger_crs(31).to_epsg() == 4519
    assert gauss_kruger_crs(16).to_epsg() == 4494
    assert "zone 16" in gauss_kruger_crs(16).name
    assert gauss_kruger_crs(93, prefix=False).to_epsg() == 4540
    assert gauss_kruger_crs(93, prefix=False, width=6).to_epsg() == 4505
    with pytest.raises(DatumUnknownError):
        gauss_kruger_crs(60)


@pytest.mark.parametrize(
    ("text", "name", "code", "datum"),
    [
        ("WGS84", "WGS84", 4326, "WGS84"),
        ("wgs-84", "WGS84", 4326, "WGS84"),
        ("EPSG:4490", "CGCS2000", 4490, "CGCS2000"),
        ("国家2000", "CGCS2000", 4490, "CGCS2000"),
        ("GCJ-02", "GCJ-02", 4326, "GCJ-02"),
        ("火星坐标系", "GCJ-02", 4326, "GCJ-02"),
        ("高德", "GCJ-02", 4326, "GCJ-02"),
        ("百度坐标", "BD-09", 4326, "BD-09"),
        ("bd09", "BD-09", 4326, "BD-09"),
        ("EPSG:4519", "EPSG:4519", 4519, "CGCS2000"),
        ("4540", "EPSG:4540", 4540, "CGCS2000"),
        ("EPSG:32646", "EPSG:32646", 32646, "WGS84"),
    ],
)
def test_names_an_office_may_use(text: str, name: str, code: int, datum: str) -> None:
    stated = parse_crs(text)
    assert (stated.name, stated.crs.to_epsg(), stated.datum) == (name, code, datum)


@pytest.mark.parametrize(
    "text",
    ["EPSG:4610", "EPSG:4214", "EPSG:2334", "西安80", "北京54坐标系", "Beijing 1954", "moon"],
)
def test_systems_that_need_guessing_are_refused(text: str) -> None:
    with pytest.raises(DatumUnknownError) as refused:
        parse_crs(text)
    assert "GCJ-02" in str(refused.value)
    assert "EPSG:4534-4554" in str(refused.value)


def test_esri_wkt_is_recognised_by_its_code() -> None:
    wkt = CRS.from_epsg(4519).to_wkt("WKT1_ESRI")
    stated = state_crs(CRS.from_wkt(wkt))
    assert (stated.name, stated.datum) == ("EPSG:4519", "CGCS2000")


def test_a_system_with_heights_becomes_flat() -> None:
    assert state_crs(CRS.from_epsg(4979)).crs.to_epsg() == 4326


def test_metres_are_required_of_a_project() -> None:
    assert parse_metric_crs("EPSG:4540").to_epsg() == 4540
    for text in ("WGS84", "EPSG:3857", "EPSG:2263"):  # degrees, stretched metres, feet
        with pytest.raises(CrsNotMetricError):
            parse_metric_crs(text)
