"""The scorecard in a real browser with the network blocked: from a disk, and in the application."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from api.command_line import run
from layers.demo import RECEIVED, build_demo
from tests.browser.conftest import Watched
from tests.browser.test_pages import _serve

pytestmark = pytest.mark.browser

Open = Callable[..., Watched]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("scorecard") / "demo"
    build_demo(made, imported_at=RECEIVED)
    return made


@pytest.fixture(scope="module")
def file(folder: Path) -> Path:
    out = folder.parent / "scorecard.html"
    assert run(["scorecard", str(folder), "--out", str(out)]) == 0
    return out


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[str]:
    yield from _serve(folder)


def _wider_than_window(seen: Watched) -> bool:
    wide = seen.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    return bool(wide)


def test_from_a_disk_with_filters(open_page: Open, file: Path) -> None:
    seen = open_page(file.as_uri(), width=1440, height=900)
    page = seen.page
    rows = page.locator(".sc-row:visible")
    everything = rows.count()
    assert everything > 40
    page.select_option("[name=status]", "not_met")
    chips = page.locator(".sc-row:visible .sc-chip")
    expect(page.locator(".sc-row:visible .sc-chip.met")).to_have_count(0)
    count = int(re.search(r"\((\d+)\)", page.locator("[value=not_met]").inner_text()).group(1))
    expect(chips).to_have_count(count)
    expect(page.locator(".sc-filters output")).to_contain_text(str(count))
    # What nothing is known of is folded away, and opened when it is asked for.
    page.select_option("[name=status]", "no_data")
    expect(page.locator(".sc-silent .sc-row:visible").first).to_be_visible()
    page.select_option("[name=status]", "")
    page.select_option("[name=domain]", "education")
    expect(page.locator(".sc-domain:visible")).to_have_count(1)
    page.select_option("[name=domain]", "")
    page.check("[name=warned]")
    expect(page.locator(".sc-row:visible").first).to_be_visible()
    assert page.locator(".sc-row:visible:not([data-warned])").count() == 0
    seen.assert_quiet()


@pytest.mark.parametrize("width", [400, 1440])
def test_no_sideways_scrolling(open_page: Open, file: Path, server: str, width: int) -> None:
    for address in (file.as_uri(), f"{server}/projects/demo/scorecard"):
        seen = open_page(address, width=width, height=800)
        expect(seen.page.locator(".sc-heat td").first).to_be_attached()
        assert not _wider_than_window(seen)
        heat = seen.page.locator(".sc-heat")
        if width == 400:
            assert heat.evaluate("one => one.scrollWidth > one.clientWidth")
            # The first column stays while the regiments move past it.
            before = heat.locator("tbody th").first.bounding_box()
            heat.evaluate("one => { one.scrollLeft = 200; }")
            after = heat.locator("tbody th").first.bounding_box()
            assert before is not None
            assert after is not None
            assert abs(after["x"] - before["x"]) < 2
        seen.assert_quiet()


def test_another_year_in_the_application(open_page: Open, server: str) -> None:
    seen = open_page(server, width=1440, height=900)
    page = seen.page
    page.get_by_role("navigation").get_by_role("link", name="记分卡").click()
    expect(page.locator("h1").last).to_contain_text("2025")
    page.select_option("select[name=year]", "2024")
    page.locator("form.filters button").click()
    expect(page).to_have_url(re.compile("year=2024"))
    expect(page.locator("h1").last).to_contain_text("2024")
    seen.assert_quiet()


def test_a_risen_death_rate_points_up_and_is_worse(open_page: Open, file: Path) -> None:
    page = open_page(file.as_uri(), width=1440, height=900).page
    row = page.locator(".sc-row", has_text="新生儿死亡率")
    expect(row).to_contain_text("↑ 变差")  # 1.47 per mille, then 1.49


def test_all_is_there_without_script(browser, file: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())
    assert page.locator(".sc-filters").is_hidden()
    assert page.locator(".sc-domain:visible").count() == 8
    page.locator(".sc-silent summary").first.click()
    assert page.locator(".sc-silent .sc-row:visible").count() > 5
    context.close()
