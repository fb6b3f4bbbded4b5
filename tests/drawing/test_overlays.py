"""Overlays say what the tables say."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from html import unescape

import geopandas as gpd
import numpy as np
import pytest
from shapely import LineString, Point, Polygon, box

from geo_planner.coverage import measure
from geo_planner.project import Project
from maps import draw_map, render_html
from maps.overlays import OVERLAYS
from maps.overlays import streets as streets_overlay
from maps.overlays.streets import encode, encode_lines, encoded_lines
from maps.palette import STATE_STYLES
from maps.scene import Scene, rings
from maps.text import translator
from tests.drawing.conftest import SHARES, TARGET
from tests.drawing.pages import layers_of

LEGEND = re.compile(r'data-legend="([^"]+)">.*?class="pl-count">([\d,]*)</td>', re.DOTALL)


def legend_of(page: str) -> dict[str, int]:
    return {key: int(count.replace(",", "")) for key, count in LEGEND.findall(page) if count}


@pytest.mark.parametrize(
    "indicator", [TARGET, SHARES, "child_home_coverage", "nearby_enrolment_coverage"]
)
def test_the_legend_agrees_with_the_table(project: Project, indicator: str) -> None:
    coverage = measure(project, indicator)
    legend = legend_of(render_html(draw_map(project, indicator=indicator), self_contained=False))
    counted = {
        key.removeprefix("state-"): count
        for key, count in legend.items()
        if key.startswith("state-")
    }
    assert counted == dict(Counter(coverage.units["state"]))


def test_every_unit_with_a_position_is_drawn_once(
    page: str, overview: str, project: Project
) -> None:
    shapes = project.units.geometry
    placed = set(project.units.index[shapes.notna() & ~shapes.is_empty])
    for html in (page, overview):
        drawn = [
            feature["id"]
            for maker, data in layers_of(html)
            if maker == "units"
            for feature in data["features"]
        ]
        assert len(drawn) == len(set(drawn))
        assert set(drawn) == placed


def test_facilities_are_drawn_by_type_and_idle_ones_hollow(overview: str, project: Project) -> None:
    drawn = {
        data["key"]: data["features"]
        for maker, data in layers_of(overview)
        if maker == "facilities"
    }
    expected = Counter(f"type-{name}" for name in project.facilities["facility_type"])
    assert {key: len(features) for key, features in drawn.items()} == dict(expected)
    idle = sum("idle" in feature for features in drawn.values() for feature in features)
    assert idle == int((project.facilities["status"] != "active").sum()) > 0


def test_one_facility_type_alone(project: Project) -> None:
    html = render_html(draw_map(project, facility_type="kindergarten"), self_contained=False)
    assert [data["key"] for maker, data in layers_of(html) if maker == "facilities"] == [
        "type-kindergarten"
    ]


def test_popups_give_figure_reason_clause_and_source(page: str, project: Project) -> None:
    coverage = measure(project, TARGET)
    row = coverage.indicator
    layer = next(data for _, data in layers_of(page) if data.get("key") == "state-uncovered")
    assert layer["quote"] == row.quote
    assert layer["clause"] == row.clause
    lines = dict(zip(layer["labels"], layer["features"][0]["values"], strict=True))
    assert lines["原因"] == "没有登记设施"
    assert lines["覆盖情况"].startswith("未覆盖")
    assert re.fullmatch(r"单位表\.xlsx，第 \d+ 行", lines["数据来源"])
    # By which way and in which mode, and how much longer than the straight line.
    assert "沿路网距离 · 步行（成人携带儿童）" in lines["距离"]
    assert re.search(r"为直线距离（[\d,.]+ (?:米|公里)）的 [\d.]+ 倍$", lines["距离"])


def test_the_list_is_the_table_s_rank(page: str, project: Project) -> None:
    units = measure(project, TARGET).units
    expected = units[units["rank"].notna()].sort_values("rank").index.tolist()
    listed = [unescape(one) for one in re.findall(r'data-unit="([^"]+)"', page)]
    assert listed == expected


def test_unknown_is_grey_and_hatched_and_never_red(project: Project) -> None:
    html = render_html(draw_map(project, indicator=SHARES), self_contained=False)
    layer = next(data for _, data in layers_of(html) if data.get("key") == "state-unknown")
    assert layer["features"]
    for colour in [layer["plain"], layer["line"], *re.findall(r"#[0-9a-f]{6}\b", layer["symbol"])]:
        red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
        assert red <= max(green, blue), colour
    assert "url(#planner-hatch)" in layer["fill"]
    assert ">?</text>" in layer["symbol"]


def test_states_differ_in_shape_and_pattern_as_well() -> None:
    assert len({style.shape for style in STATE_STYLES.values()}) == len(STATE_STYLES)


def test_polygons_are_coloured_areas(project: Project) -> None:
    # Every counted community becomes a square of 2 km around its point.
    units = project.units.copy()
    spots = units["kind"].eq("community") & units.geometry.notna()
    units.loc[spots, "geometry"] = units.loc[spots].geometry.buffer(1000, cap_style="square")
    html = render_html(draw_map(replace(project, units=units), indicator=TARGET))
    layer = next(data for _, data in layers_of(html) if data.get("key") == "state-covered")
    assert all(len(feature["rings"][0][0]) == 4 for feature in layer["features"])


def test_rings_are_latitude_first_with_holes() -> None:
    shape = Polygon(box(93, 42, 94, 43).exterior, [box(93.4, 42.4, 93.6, 42.6).exterior])
    ((outer, hole),) = rings(shape)
    assert len(outer) == len(hole) == 4
    assert [42.0, 94.0] in outer
    assert [42.4, 93.6] in hole


def test_encoded_lines_are_the_published_example() -> None:
    # Google, "Encoded Polyline Algorithm Format": three points and their encoding.
    line = np.array([[-120.2, 38.5], [-120.95, 40.7], [-126.453, 43.252]])
    assert encode(line) == "_p~iF~ps|U_ulLnnqC_mqNvxq`@"


def test_lines_are_encoded_together_as_they_are_alone() -> None:
    # The published example twice, nothing at all, and a line of one step from the origin.
    published = LineString([(-120.2, 38.5), (-120.95, 40.7), (-126.453, 43.252)])
    lines = [published, None, LineString([(0, 0), (-0.00001, 0.00001)]), published]
    texts = encode_lines(gpd.GeoSeries(lines, crs="EPSG:4326"))
    assert texts[0] == texts[3] == "_p~iF~ps|U_ulLnnqC_mqNvxq`@"
    assert texts[1] == ""
    # 0, 0, then 1 north and 1 west: zigzag 2 and 1, each 63 further up the alphabet.
    assert texts[2] == "??A@"


def test_too_many_streets_are_generalised_within_the_budget(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streets_overlay, "BUDGET", 20_000)
    rng = np.random.default_rng(5)
    starts = rng.uniform(0, 60_000, (3_000, 2)) + np.array([500_000, 4_700_000])
    bends = starts[:, None, :] + np.cumsum(rng.normal(0, 60, (3_000, 6, 2)), axis=1)
    streets = gpd.GeoDataFrame(geometry=[LineString(one) for one in bends], crs=project.crs)
    lines, left_out = encoded_lines(streets, tolerance=15.0)
    assert sum(map(len, lines)) <= 20_000
    assert left_out
    few, all_there = encoded_lines(streets.head(50), tolerance=15.0)
    assert len(few) == 50
    assert not all_there


def test_a_crowd_is_drawn_on_a_canvas(project: Project) -> None:
    count = 3000
    units = gpd.GeoDataFrame(
        {"name": [f"村{place}" for place in range(count)], "kind": "company"},
        geometry=[
            Point(500_000 + 300 * (place % 60), 4_700_000 + 300 * (place // 60))
            for place in range(count)
        ],
        index=[f"u{place}" for place in range(count)],
        crs=project.crs,
    )
    nobody = project.facilities.iloc[:0]
    small = replace(project, units=units, facilities=nobody, streets=None, reference_date=None)
    html = render_html(draw_map(small), self_contained=False)
    ((_, data),) = [(maker, data) for maker, data in layers_of(html) if maker == "units"]
    assert data["crowded"]
    assert len(html.encode()) < 1_000_000


def test_overlays_are_named_in_one_tuple(project: Project) -> None:
    scene = Scene(project, translator("en"))
    assert len(OVERLAYS) == len({overlay.__module__ for overlay in OVERLAYS})
    assert all(overlay(scene) is not None for overlay in OVERLAYS)


def test_facilities_that_are_counted_are_coloured_by_state(project: Project) -> None:
    hospitals = project.facilities.assign(facility_type="regiment_hospital", gp_count=1.0)
    changed = replace(project, facilities=hospitals)
    coverage = measure(changed, "regiment_hospital_child_doctors")
    assert coverage.basis == "facilities"
    html = render_html(draw_map(changed, indicator=coverage.indicator.id), self_contained=False)
    drawn = [data for _, data in layers_of(html) if str(data.get("key")).startswith("state-")]
    ids = [feature["id"] for data in drawn for feature in data["features"]]
    assert sorted(ids) == sorted(coverage.units.index)
    lines = dict(zip(drawn[0]["labels"], drawn[0]["features"][0]["values"], strict=True))
    assert lines["类型"] == "团场医院、社区卫生服务中心"
