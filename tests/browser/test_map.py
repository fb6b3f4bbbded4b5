"""The map page in a browser: it works, alone and served, with nothing to fetch from anywhere."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from geo_planner.coverage import measure
from maps import ASSETS, draw_map, render_html
from tests.browser.conftest import Watched
from tests.drawing.oasis import HOSTILE, oasis

pytestmark = pytest.mark.browser

TARGET = "parent_school_regiment"
SHARES = "company_tap_water"
Open = Callable[..., Watched]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The finished pages, as someone would mail them."""
    made = tmp_path_factory.mktemp("maps")
    for name, options in {
        "target": {"indicator": TARGET},
        "shares": {"indicator": SHARES},
        "overview": {},
        "english": {"indicator": SHARES, "language": "en"},
    }.items():
        html = render_html(draw_map(oasis(), **options))
        (made / f"{name}.html").write_text(html, encoding="utf-8")
    return made


@pytest.fixture
def show(open_page: Open, folder: Path) -> Callable[..., Watched]:
    def shown(name: str, **size: int) -> Watched:
        watched = open_page((folder / f"{name}.html").as_uri(), **size)
        watched.page.wait_for_function("window.planner && planner.map && planner.features.size > 0")
        return watched

    return shown


def visible(page: Page, selector: str) -> int:
    return page.locator(selector).locator("visible=true").count()


@pytest.mark.parametrize("name", ["target", "shares", "overview", "english"])
def test_the_page_opens_quietly(show: Open, name: str) -> None:
    watched = show(name)
    watched.page.wait_for_timeout(150)
    watched.assert_quiet()


def test_the_served_page_works_the_same(open_page: Open, served: str) -> None:
    watched = open_page(served)
    watched.page.wait_for_function("window.planner && planner.features.size > 0")
    watched.page.fill("#planner-search", "黄田农场三连")
    watched.page.keyboard.press("Enter")
    expect(watched.page.locator(".pl-popup h3").last).to_have_text("黄田农场三连")
    watched.assert_quiet()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    html = render_html(draw_map(oasis(), indicator=SHARES), self_contained=False)
    (tmp_path / "map.html").write_text(html, encoding="utf-8")
    (tmp_path / "static").symlink_to(ASSETS)

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/map.html"
    server.shutdown()
    server.server_close()


def test_search_finds_a_company_by_name_and_by_code(show: Open) -> None:
    watched = show("shares")
    page = watched.page
    page.fill("#planner-search", "火箭农场 一连")
    expect(page.locator("#planner-found li b").first).to_have_text("火箭农场一连")
    page.keyboard.press("Enter")
    expect(page.locator(".pl-popup h3").last).to_have_text("火箭农场一连")
    page.fill("#planner-search", "659011507501")
    page.locator("#planner-found li").first.click()
    expect(page.locator(".pl-popup h3").last).to_have_text("淖毛湖农场二连")
    page.fill("#planner-search", "没有这个地方")
    expect(page.locator("#planner-found")).to_have_text("没有找到")
    watched.assert_quiet()


def test_search_opens_a_facility_out_of_its_cluster(show: Open) -> None:
    watched = show("overview")
    watched.page.fill("#planner-search", "F0007")
    watched.page.keyboard.press("Enter")
    expect(watched.page.locator(".pl-popup .pl-code")).to_have_text("F0007")
    watched.assert_quiet()


def test_a_popup_shows_figure_reason_and_clause(show: Open) -> None:
    watched = show("target")
    page = watched.page
    page.locator("#planner-underserved li").first.click()
    popup = page.locator(".pl-popup")
    row = measure(oasis(), TARGET).indicator
    expect(popup.locator("blockquote")).to_contain_text(row.quote)
    expect(popup.locator("blockquote cite")).to_have_text(row.clause)
    expect(popup).to_contain_text("没有登记设施")
    expect(popup).to_contain_text("模拟数据")
    watched.assert_quiet()


def test_a_hostile_name_is_only_a_name(show: Open) -> None:
    watched = show("shares")
    watched.page.fill("#planner-search", "七连")
    watched.page.wait_for_timeout(50)
    titles = watched.page.locator("#planner-found li b").all_text_contents()
    assert HOSTILE in titles
    watched.page.locator("#planner-found li", has_text="alert").click()
    expect(watched.page.locator(".pl-popup h3").last).to_have_text(HOSTILE)
    watched.assert_quiet()


def test_a_layer_is_switched_off_and_on_and_the_legend_follows(show: Open) -> None:
    watched = show("target")
    page = watched.page
    row = page.locator("#planner-legend tr[data-legend='state-uncovered']")
    box = page.locator("#planner-layers label", has_text="未覆盖").locator("input")
    drawn = "document.querySelectorAll('.pl-unit').length"
    before = page.evaluate(drawn)
    expect(row).to_be_visible()
    box.uncheck()
    expect(row).to_be_hidden()
    lacking = int((measure(oasis(), TARGET).units["state"] == "uncovered").sum())
    assert before - page.evaluate(drawn) == lacking
    box.check()
    expect(row).to_be_visible()
    assert page.evaluate(drawn) == before
    watched.assert_quiet()


def test_measuring_a_distance(show: Open) -> None:
    watched = show("overview")
    page = watched.page
    page.locator(".leaflet-control-measure").hover()
    page.locator(".leaflet-control-measure .js-start").click()
    centre = page.evaluate(
        "(() => { const c = planner.map.getCenter(); return [c.lat, c.lng]; })()"
    )
    page.mouse.click(500, 600)
    page.mouse.click(700, 600)
    expect(page.locator(".leaflet-control-measure .results")).to_contain_text("公里")
    # The map stays where it is while points are set.
    after = page.evaluate("(() => { const c = planner.map.getCenter(); return [c.lat, c.lng]; })()")
    assert after == centre
    page.locator(".leaflet-control-measure .js-finish").first.click()
    watched.assert_quiet()


def test_full_screen_scale_and_home(show: Open) -> None:
    watched = show("overview")
    page = watched.page
    expect(page.locator(".leaflet-control-zoom-fullscreen")).to_be_visible()
    expect(page.locator(".leaflet-control-scale-line")).to_have_count(1)
    expect(page.locator(".leaflet-control-scale-line")).to_contain_text("公里")
    before = page.evaluate("planner.map.getZoom()")
    page.evaluate("void planner.map.setView([10, 10], 5, { animate: false })")
    page.locator("#planner-home").click()
    assert page.evaluate("planner.map.getZoom()") == before
    page.locator(".leaflet-control-zoom-fullscreen").click()
    expect(page.locator("#planner-made-up")).to_be_visible()
    watched.assert_quiet()


BOXES = """
() => ['.leaflet-control-zoom', '.leaflet-control-measure', '#planner-legend',
       '.leaflet-control-scale', '.leaflet-control-attribution', '.pl-head', '.pl-side']
  .map((name) => [name, document.querySelector(name)])
  .filter((pair) => pair[1] && getComputedStyle(pair[1]).display !== 'none')
  .map((pair) => { const box = pair[1].getBoundingClientRect();
                   return [pair[0], box.left, box.top, box.right, box.bottom]; })
"""


@pytest.mark.parametrize("name", ["target", "overview"])
@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080), (390, 844)])
def test_nothing_lies_on_anything_else(show: Open, name: str, size: tuple[int, int]) -> None:
    watched = show(name, width=size[0], height=size[1])
    page = watched.page
    boxes = page.evaluate(BOXES)
    assert len(boxes) >= 6
    for place, (first, left, top, right, bottom) in enumerate(boxes):
        assert right > left, first
        assert bottom <= size[1] + 0.5, first
        for other, west, north, east, south in boxes[place + 1 :]:
            apart = right <= west + 0.5 or east <= left + 0.5 or bottom <= north + 0.5
            assert apart or south <= top + 0.5, (first, other)
    # Nothing hangs over the edge of the window either.
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    watched.assert_quiet()


def test_names_of_units_do_not_lie_on_each_other(show: Open) -> None:
    page = show("overview", width=390, height=844).page
    page.wait_for_timeout(200)
    boxes = page.evaluate(
        """() => [...document.querySelectorAll('.pl-label span:not([hidden])')].map((name) => {
             const box = name.getBoundingClientRect();
             return [box.left, box.top, box.right, box.bottom]; })"""
    )
    assert boxes
    for place, (left, top, right, bottom) in enumerate(boxes):
        for west, north, east, south in boxes[place + 1 :]:
            apart = right <= west + 6 or east <= left + 6 or bottom <= north + 4
            assert apart or south <= top + 4


def test_badge_and_attribution_stand_on_every_page(show: Open) -> None:
    for name in ("target", "english"):
        page = show(name).page
        expect(page.locator("#planner-made-up")).to_be_visible()
        text = page.locator(".leaflet-control-attribution").text_content() or ""
        assert ("无审图号" if name == "target" else "No map approval number") in text
        assert (
            page.locator(
                ".leaflet-control-attribution img, .leaflet-control-attribution svg"
            ).count()
            == 0
        )


def test_chinese_is_drawn_with_a_real_typeface(show: Open) -> None:
    page = show("target").page
    loaded = page.evaluate(
        "document.fonts.load('14px \"Planner Sans\"', '团场社区').then((faces) => faces.length)"
    )
    assert loaded == 1
    # In a face without these characters all would be one box; in ours they differ in ink.
    inks = page.evaluate(
        """() => [...'一二图龘团场'].slice(0, 6).map((letter) => {
          const canvas = Object.assign(document.createElement('canvas'), { width: 60, height: 60 });
          const pen = canvas.getContext('2d');
          pen.font = '40px "Planner Sans"';
          pen.fillText(letter, 5, 45);
          const ink = pen.getImageData(0, 0, 60, 60).data;
          return ink.filter((byte, place) => place % 4 === 3 && byte > 99).length;
        })"""
    )
    assert len(set(inks)) >= 5
    assert min(inks) > 20


def test_the_panel_opens_on_a_phone(show: Open) -> None:
    page = show("target", width=390, height=844).page
    expect(page.locator("#planner-side")).to_be_hidden()
    page.locator("#planner-toggle").click()
    expect(page.locator("#planner-side")).to_be_visible()
    expect(page.locator("#planner-verdict")).to_contain_text("未达标")
    page.locator("#planner-underserved li").first.click()
    expect(page.locator("#planner-side")).to_be_hidden()
    expect(page.locator(".pl-popup")).to_be_visible()


def test_the_list_works_by_keyboard(show: Open) -> None:
    page = show("target").page
    page.locator("#planner-underserved li").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".pl-popup")).to_be_visible()
