"""Maps by year in a browser: the slider recolours units, two maps move as one, with no network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from maps import draw_map, render_html
from tests.browser.conftest import Watched
from tests.drawing.oasis import oasis

pytestmark = pytest.mark.browser

TARGET = "parent_school_regiment"
BLUE, VERMILLION = "#0072b2", "#d55e00"
Open = Callable[..., Watched]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("years")
    for name, drawn in {
        "slider": draw_map(oasis(), indicator=TARGET, years=range(2021, 2026)),
        "beside": draw_map(oasis(), indicator=TARGET, compare=(2021, 2025)),
    }.items():
        (made / f"{name}.html").write_text(render_html(drawn), encoding="utf-8")
    return made


def shown(open_page: Open, folder: Path, name: str, **size: int) -> Watched:
    seen = open_page((folder / f"{name}.html").as_uri(), **size)
    seen.page.wait_for_function("window.planner && planner.map && planner.features.size > 0")
    return seen


def colours(page: Page, where: str = "") -> dict[str, int]:
    """Count the symbols of units by colour, without those of units nothing is said about."""
    return {
        colour: page.locator(f'{where} .pl-unit g[fill="{colour}"][stroke="#fff"]').count()
        for colour in (BLUE, VERMILLION)
    }


def test_the_slider_recolours_units(open_page: Open, folder: Path) -> None:
    seen = shown(open_page, folder, "slider")
    page = seen.page
    now = colours(page)
    figure = page.locator("#planner-year-figure").inner_text()
    assert now[BLUE] > 0
    page.locator("#planner-year").focus()
    page.keyboard.press("Home")  # 2021: every station opened in 2022
    expect(page.locator("#planner-year-year")).to_have_text("2021")
    expect(page.locator("#planner-year-figure")).to_have_text("0 %")
    assert colours(page) == {BLUE: 0, VERMILLION: sum(now.values())}
    assert page.locator(".pl-facility, .pl-cluster").count() == 0
    page.keyboard.press("ArrowRight")
    expect(page.locator("#planner-year-opened")).to_contain_text("2022")
    page.keyboard.press("End")
    expect(page.locator("#planner-year-figure")).to_have_text(figure)
    assert colours(page) == now
    assert page.locator("#planner-year").get_attribute("aria-valuetext")
    seen.assert_quiet()


def test_the_years_play_by_themselves_and_stop_at_the_last(open_page: Open, folder: Path) -> None:
    seen = shown(open_page, folder, "slider")
    page = seen.page
    button = page.locator("#planner-play")
    page.clock.install()
    button.click()
    expect(page.locator("#planner-year-year")).to_have_text("2021")
    expect(button).to_have_attribute("aria-pressed", "true")
    page.clock.run_for(1500)
    expect(page.locator("#planner-year-year")).to_have_text("2022")
    page.clock.run_for(6000)
    expect(page.locator("#planner-year-year")).to_have_text("2025")
    expect(button).to_have_attribute("aria-pressed", "false")
    page.locator("#planner-years tbody button").nth(1).click()
    expect(page.locator("#planner-year-year")).to_have_text("2022")
    seen.assert_quiet()


def test_two_maps_move_as_one_and_differ_in_their_year(open_page: Open, folder: Path) -> None:
    seen = shown(open_page, folder, "beside", width=1440, height=900)
    page = seen.page
    first, second = colours(page, ".folium-map:not(.pl-second)"), colours(page, ".pl-second")
    assert first[BLUE] == 0 < second[BLUE]
    assert sum(first.values()) == sum(second.values())
    page.evaluate("planner.second.setView([42.9, 93.6], 10, {animate: false})")
    assert page.evaluate("planner.map.getZoom()") == 10
    page.evaluate("planner.map.setView([42.8, 93.5], 9, {animate: false})")
    assert page.evaluate("planner.second.getZoom()") == 9
    assert page.evaluate("planner.second.getCenter().lat") == pytest.approx(42.8, abs=0.01)
    left, right = (
        page.locator(one).bounding_box() for one in (".folium-map:not(.pl-second)", ".pl-second")
    )
    assert left is not None
    assert right is not None
    assert left["x"] + left["width"] <= right["x"]
    seen.assert_quiet()


def test_a_layer_is_switched_on_both_maps(open_page: Open, folder: Path) -> None:
    seen = shown(open_page, folder, "beside", width=1440, height=900)
    page = seen.page
    page.locator("#planner-layers input").first.click()
    assert colours(page, ".pl-second") == {BLUE: 0, VERMILLION: 0}
    page.locator("#planner-layers input").first.click()
    assert colours(page, ".pl-second")[BLUE] > 0
    seen.assert_quiet()


def test_on_a_narrow_screen_one_map_stands_above_the_other(open_page: Open, folder: Path) -> None:
    seen = shown(open_page, folder, "beside", width=700, height=900)
    upper, lower = (
        seen.page.locator(one).bounding_box()
        for one in (".folium-map:not(.pl-second)", ".pl-second")
    )
    assert upper is not None
    assert lower is not None
    assert upper["y"] + upper["height"] <= lower["y"]
    assert upper["width"] == lower["width"] == 700
    seen.assert_quiet()
