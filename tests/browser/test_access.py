"""The map of access in a browser: routes on a click, layers to switch, reasons, nothing foreign."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from geo_planner.travel import access
from maps import draw_map, render_html
from tests.browser.conftest import Watched
from tests.browser.test_pages import demo_folder, server

__all__ = ["demo_folder", "server"]

pytestmark = pytest.mark.browser

Open = Callable[..., Watched]
TYPE = "kindergarten"


@pytest.fixture(scope="session")
def demo(demo_folder: Path) -> Any:
    from layers import open_project

    return open_project(demo_folder)


@pytest.fixture(scope="session")
def file(demo: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The demonstration's map of access as one file to mail."""
    made = tmp_path_factory.mktemp("access") / "access.html"
    made.write_text(render_html(draw_map(demo, facility_type=TYPE)), encoding="utf-8")
    return made.as_uri()


def ready(seen: Watched) -> Page:
    seen.page.wait_for_function("window.planner && planner.map && planner.features.size > 0")
    return seen.page


def layer_box(page: Page, words: str) -> Locator:
    return page.locator("#planner-layers label", has_text=words).locator("input")


def test_a_click_on_a_unit_shows_its_route(open_page: Open, file: str, demo: Any) -> None:
    seen = open_page(file)
    page = ready(seen)
    table = access(demo, TYPE)
    unit = table.index[table["state"] == "beyond"][0]
    expect(page.locator("path.pl-route")).to_have_count(0)
    page.fill("#planner-search", str(unit))
    page.keyboard.press("Enter")
    expect(page.locator("path.pl-route")).to_have_count(1)
    expect(page.locator("path.pl-straight")).to_have_count(1)
    assert page.locator("path.pl-leg").get_attribute("stroke-dasharray")
    popup = page.locator(".pl-popup")
    expect(popup).to_contain_text("沿路网")
    expect(popup).to_contain_text("直线距离")
    popup.locator("button.pl-whole").click()
    # The whole route is on the map now, and gone once the popup is closed.
    box, frame = (page.locator(one).bounding_box() for one in ("path.pl-route", ".folium-map"))
    assert box
    assert frame
    assert box["x"] >= frame["x"] - 1
    assert box["x"] + box["width"] <= frame["x"] + frame["width"] + 1
    page.locator(".leaflet-popup-close-button").click()
    expect(page.locator("path.pl-route")).to_have_count(0)
    seen.assert_quiet()


def test_the_whole_route_is_seen_beside_its_popup(open_page: Open, file: str) -> None:
    # Behind the canal: the way to the bridge and back leads south-east, the popup stands north.
    seen = open_page(f"{file}#unit=650502501507")
    page = ready(seen)
    page.locator("button.pl-whole").click()
    frame = page.locator(".folium-map").bounding_box()
    assert frame
    for what in ("path.pl-route", ".pl-popup"):
        box = page.locator(what).bounding_box()
        assert box
        assert frame["x"] <= box["x"]
        assert box["x"] + box["width"] <= frame["x"] + frame["width"]
        assert frame["y"] <= box["y"]
        assert box["y"] + box["height"] <= frame["y"] + frame["height"]
    seen.assert_quiet()


def test_the_list_of_the_unreached_leads_to_route_and_reason(open_page: Open, file: str) -> None:
    seen = open_page(file)
    page = ready(seen)
    first = page.locator("#planner-unreached li[data-unit]").first
    expect(first).to_contain_text("距离过远")
    first.click()
    expect(page.locator("path.pl-route")).to_have_count(1)
    expect(page.locator(".pl-why h4").first).to_have_text("原因")
    expect(page.locator(".pl-why li").first).not_to_be_empty()
    seen.assert_quiet()


def test_a_unit_without_a_path_shows_the_straight_line_only(
    open_page: Open, file: str, demo: Any
) -> None:
    table = access(demo, TYPE)
    unit = table.index[table["state"] == "no_path"][0]
    seen = open_page(f"{file}#unit={unit}")
    page = ready(seen)
    expect(page.locator(".pl-popup")).to_contain_text("无通路")
    expect(page.locator("path.pl-straight")).to_have_count(1)
    expect(page.locator("path.pl-route")).to_have_count(0)
    seen.assert_quiet()


@pytest.mark.parametrize("words", ["1,500 米（25分钟）以内", "服务范围"])
def test_areas_are_switched_on_and_off(open_page: Open, file: str, words: str) -> None:
    seen = open_page(file)
    page = ready(seen)
    areas = page.locator(".leaflet-reach-pane path")
    expect(areas).to_have_count(0)
    box = layer_box(page, words)
    box.check()
    expect(areas.first).to_be_attached()
    row = page.locator("#planner-legend tr[data-legend]", has_text=re.compile("以内|同一设施"))
    expect(row.locator("visible=true").first).to_be_visible()
    box.uncheck()
    expect(areas).to_have_count(0)
    seen.assert_quiet()


def test_streets_and_barriers_are_switched_off(open_page: Open, file: str) -> None:
    seen = open_page(file)
    page = ready(seen)
    rows = page.locator("#planner-legend tr[data-legend='minutes']")
    assert rows.locator("visible=true").count() >= 4
    layer_box(page, "道路分钟数").uncheck()
    expect(rows.first).to_be_hidden()
    drawn = page.locator(".leaflet-barriers-pane path")
    before = drawn.count()
    layer_box(page, "渠道").uncheck()
    assert drawn.count() < before
    seen.assert_quiet()


def test_the_served_map_explains_what_is_clicked(open_page: Open, server: str) -> None:
    seen = open_page(f"{server}/projects/demo/map?facility_type={TYPE}&lang=zh-CN")
    page = ready(seen)
    page.locator("#planner-unreached li[data-unit]", has_text="红星二场").first.click()
    why = page.locator(".pl-why")
    expect(why.locator("h4").first).to_have_text("原因")
    expect(why).to_contain_text("渠道")
    # The crossing that would help is marked on the map.
    expect(page.locator("path.pl-gap").first).to_be_attached()
    # Closed and opened again, the reason is still there, asked for once.
    page.locator(".leaflet-popup-close-button").click()
    page.locator("#planner-unreached li[data-unit]", has_text="红星二场").first.click()
    expect(page.locator(".pl-why")).to_contain_text("渠道")
    seen.assert_quiet()


def test_the_served_map_fetches_areas_when_they_are_looked_at(open_page: Open, server: str) -> None:
    seen = open_page(f"{server}/projects/demo/map?facility_type={TYPE}&lang=en", language="en")
    page = ready(seen)
    page.set_default_timeout(30_000)
    layer_box(page, "Who goes where").check()
    expect(page.locator(".leaflet-reach-pane path").first).to_be_attached(timeout=30_000)
    seen.assert_quiet()


def test_another_type_and_mode_are_chosen(open_page: Open, server: str) -> None:
    seen = open_page(f"{server}/projects/demo/map?lang=zh-CN")
    page = ready(seen)
    page.locator("#planner-chooser select[name=facility_type]").select_option("primary_school")
    expect(page).to_have_url(re.compile("facility_type=primary_school"))
    page = ready(seen)
    expect(page.locator("#planner-access h2")).to_contain_text("小学")
    page.locator("#planner-chooser select[name=mode]").select_option("drive")
    expect(page).to_have_url(re.compile("mode=drive"))
    expect(page.locator("#planner-access h2")).to_contain_text("驾车")
    seen.assert_quiet()


def test_from_the_access_page_to_the_map(open_page: Open, server: str) -> None:
    seen = open_page(f"{server}/projects/demo/access?lang=zh-CN")
    page = seen.page
    rows = page.locator("table.access tbody tr")
    assert rows.count() > 8
    page.locator("table.access a", has_text="幼儿园").first.click()
    expect(page).to_have_url(re.compile("/map\\?facility_type=kindergarten"))
    expect(page.locator("#planner-access h2")).to_contain_text("幼儿园")
    seen.assert_quiet()


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080), (390, 844)])
def test_popups_stay_inside_the_window(open_page: Open, file: str, size: tuple[int, int]) -> None:
    seen = open_page(file, width=size[0], height=size[1])
    page = ready(seen)
    if size[0] < 700:
        page.locator("#planner-toggle").click()
    page.locator("#planner-unreached li[data-unit]").nth(1).click()
    expect(page.locator(".pl-popup")).to_be_visible()
    page.wait_for_timeout(400)
    box = page.locator(".leaflet-popup-content-wrapper").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= size[0]
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    seen.assert_quiet()
