"""The map of a proposal in a browser: the slider builds site after site."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from geo_planner.siting import propose
from maps import draw_map, render_html
from tests.browser.conftest import Watched
from tests.drawing.oasis import oasis

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> str:
    made = tmp_path_factory.mktemp("siting") / "proposal.html"
    proposal = propose(oasis(), "kindergarten", "cover-most", sites=4)
    made.write_text(render_html(draw_map(oasis(), proposal=proposal)), encoding="utf-8")
    return made.as_uri()


def test_the_slider_takes_sites_back_and_builds_them_again(
    open_page: Callable[..., Watched], file: str
) -> None:
    seen = open_page(file)
    page = seen.page
    page.wait_for_function("window.planner && planner.map && planner.features.size > 0")
    pins = page.locator(".pl-site")
    expect(pins).to_have_count(4)
    all_built = page.locator("#planner-step-share").inner_text()
    faint = (
        "[...document.querySelectorAll('.pl-site')]"
        ".filter((pin) => getComputedStyle(pin).opacity < 1).length"
    )
    assert page.evaluate(faint) == 0

    page.locator("#planner-step").fill("1")
    assert page.evaluate(faint) == 3
    expect(page.locator("#planner-step-count")).to_have_text("1")
    page.locator("#planner-step").fill("0")
    assert page.evaluate(faint) == 4
    today = page.locator("#planner-step-share").inner_text()
    assert float(today.split()[0]) < float(all_built.split()[0])

    page.locator("#planner-step").fill("4")
    expect(page.locator("#planner-step-share")).to_have_text(all_built)
    seen.assert_quiet()


def test_a_line_of_the_list_opens_its_site(open_page: Callable[..., Watched], file: str) -> None:
    seen = open_page(file)
    page = seen.page
    page.wait_for_function("window.planner && planner.map && planner.features.size > 0")
    first = page.locator("#planner-sites li").first
    name = first.locator("strong").inner_text()
    first.click()
    expect(page.locator(".leaflet-popup h3")).to_have_text(name)
    seen.assert_quiet()
