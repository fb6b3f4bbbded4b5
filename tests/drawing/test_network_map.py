"""A network on the map: nodes and legend say what the report says, lines what they lead to."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from html import unescape

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from geo_planner.errors import NotKnownError
from geo_planner.networks import network
from geo_planner.project import Project
from maps import draw_map, render_html
from maps.palette import STATE_STYLES
from maps.symbols import state_symbol
from tests.drawing.oasis import HOSTILE, REGIMENTS
from tests.drawing.pages import layers_of
from tests.worlds import METRES

HEALTH = "child_health"
LACKING = "659011500"  # 红星一场
LISTED = re.compile(
    r'<li( data-unit="([^"]+)"| class="pl-(?:over|nowhere)")?[^>]*>(.*?)</li>', re.S
)


@pytest.fixture(scope="module")
def staffed(project: Project) -> Project:
    """The oasis with a centre, hospitals for seven regiments of eight, and no list of stations."""
    homes = ["659011", *(f"6590115{number:02d}" for number in range(1, len(REGIMENTS)))]
    kinds = ["mch_hospital"] + ["regiment_hospital"] * (len(REGIMENTS) - 1)
    more = pd.DataFrame({
        "facility_id": [f"H{number}" for number in range(len(homes))], "name": "医院",
        "facility_type": kinds, "unit_id": homes, "status": "active",
    }).set_index("facility_id")  # fmt: skip
    table = gpd.GeoDataFrame(pd.concat([project.facilities, more]), geometry="geometry", crs=METRES)
    return replace(project, facilities=table)


@pytest.fixture(scope="module")
def page(staffed: Project) -> str:
    return render_html(draw_map(staffed, network=HEALTH, language="en"), self_contained=False)


def nodes(page: str) -> dict[str, dict]:
    return {
        data["key"]: data
        for maker, data in layers_of(page)
        if maker == "units" and data["key"].startswith("network-")
    }


def test_nodes_and_legend_say_what_the_report_says(page: str, staffed: Project) -> None:
    report = network(staffed, HEALTH)
    counted = Counter(
        f"network-{level}-{state}"
        for level, state in zip(report.units["level"], report.units["state"], strict=True)
    )
    legend = dict(re.findall(r'data-legend="(network-[^"]+)">.*?class="pl-count">(\d+)<', page))
    assert {key: int(count) for key, count in legend.items()} == dict(counted)
    # One company has no position; the division has none either, but units below it that do.
    drawn = [feature["id"] for data in nodes(page).values() for feature in data["features"]]
    assert len(drawn) == len(set(drawn)) == len(report.units) - 1
    assert "1 unit has no position and is not on the map" in page


def test_states_are_told_by_shape_and_levels_by_size(page: str) -> None:
    found = nodes(page)
    for key, data in found.items():
        state = key.rsplit("-", 1)[1]
        assert data["symbol"] == state_symbol(STATE_STYLES[state], size=data["size"])
    sizes = {key.split("-")[1]: data["size"] for key, data in found.items()}
    assert sizes["1"] > sizes["2"] > sizes["3"]


def test_a_unit_without_a_position_stands_in_the_middle_and_says_so(page: str) -> None:
    (top,) = nodes(page)["network-1-covered"]["features"]
    centres = [
        feature["at"] for key, data in nodes(page).items() if key.startswith("network-2")
        for feature in data["features"]
    ]  # fmt: skip
    assert top["at"][0] == pytest.approx(sum(at[0] for at in centres) / 8, abs=1e-5)
    assert "not recorded; drawn in the middle of its units" in top["values"]


def test_lines_tell_what_they_lead_to(page: str) -> None:
    ((_, data),) = [one for one in layers_of(page) if one[0] == "classes"]
    # 8 regiments lead to the division; 84 companies and communities of seven regiments (one of
    # them without a position) to a hospital, 12 to the regiment that lacks one.
    assert [(len(one["lines"]), bool(one["dashes"])) for one in data["classes"]] == [
        (8 + 83, False), (12, True),
    ]  # fmt: skip


def test_the_list_names_who_lacks_what_under_its_regiment(page: str, staffed: Project) -> None:
    report = network(staffed, HEALTH)
    rows = [
        (unit, unescape(re.sub("<[^>]+>", " ", body)))
        for _, unit, body in LISTED.findall(page[page.index('id="planner-lacking"') :])
    ]
    named = [unit for unit, _ in rows if unit]
    placed = staffed.units.geometry.notna()
    wanted = [key for key in report.lacking["unit_id"] if placed[key]]
    assert sorted(named) == sorted(wanted)
    assert named[0] == LACKING
    hanging = int((report.hanging["parent_id"] == LACKING).sum())
    assert f"units below that have theirs and hang on it: {hanging}" in rows[1][1]
    heads = [text.strip() for unit, text in rows if not unit]
    assert heads[0] == REGIMENTS[0]
    # Nobody handed in a list of stations: communities without a clinic are not known.
    unknown = report.levels[2].unknown
    assert unknown > 0
    assert f"not known of {unknown} " in unescape(page)


def test_a_name_cannot_break_out(page: str) -> None:
    assert HOSTILE not in page
    assert "alert('x')</script>" not in page


@pytest.mark.parametrize(("language", "words"), [("zh-CN", "已配备"), ("en", "in place")])
def test_both_languages_and_equal_bytes(staffed: Project, language: str, words: str) -> None:
    first, second = (
        render_html(draw_map(staffed, network=HEALTH, language=language), self_contained=False)
        for _ in range(2)
    )
    assert first == second
    assert words in first
    assert staffed.catalogue.network(HEALTH).quote in first


def test_pins_are_of_the_networks_types_and_wait(page: str, staffed: Project) -> None:
    keys = {data["key"] for maker, data in layers_of(page) if maker == "facilities"}
    assert keys == {"type-company_clinic"}  # the hospitals of the test have no position
    assert not [data for maker, data in layers_of(page) if maker == "barriers"]


def test_people_on_duty(staffed: Project) -> None:
    told = render_html(draw_map(staffed, network="child_protection"), self_contained=False)
    assert {key.rsplit("-", 1)[1] for key in nodes(told)} == {"unknown"}


def test_an_empty_project_and_an_unknown_network(staffed: Project) -> None:
    bare = replace(
        staffed, units=staffed.units.iloc[:0], facilities=staffed.facilities.iloc[:0], streets=None
    )
    assert "planner-network" in render_html(draw_map(bare, network=HEALTH), self_contained=False)
    with pytest.raises(NotKnownError):
        draw_map(staffed, network="child_helth")


def test_areas_are_ground_and_not_nodes(page: str, staffed: Project) -> None:
    ((_, ground),) = [one for one in layers_of(page) if one[0] == "areas"]
    areas = staffed.units.geometry.geom_type.eq(box(0, 0, 1, 1).geom_type)
    assert len(ground["areas"]) == int(areas.sum()) == 8
    assert all("rings" not in one for data in nodes(page).values() for one in data["features"])
