"""The page of a report in a real browser with the network blocked."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from maps.reports.page import write_page
from tests.browser.conftest import Watched
from tests.reports.vector_documents import HOSTILE, hostile_report, report

pytestmark = pytest.mark.browser

Open = Callable[..., Watched]


@pytest.fixture
def saved(tmp_path: Path) -> Callable[[str], str]:
    def write(page: str) -> str:
        file = tmp_path / "report.html"
        file.write_text(page, encoding="utf-8")
        return file.as_uri()

    return write


@pytest.mark.parametrize("width", [1440, 400])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_page_never_scrolls_sideways_but_its_tables_do(
    open_page: Open, saved: Callable[[str], str], width: int, language
) -> None:
    seen = open_page(saved(write_page(report(language))), width=width)
    page = seen.page
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    region = page.locator(".scroll", has=page.locator("#row-23"))
    assert region.evaluate("one => getComputedStyle(one).overflowX") == "auto"
    if width == 400:
        assert region.evaluate("one => one.scrollWidth > one.clientWidth")
        left = page.locator("#row-23 th").bounding_box()
        region.evaluate("one => { one.scrollLeft = 300 }")
        stuck = page.locator("#row-23 th").bounding_box()
        assert left is not None
        assert stuck is not None
        assert abs(stuck["x"] - region.bounding_box()["x"]) <= 2, "the name stays in sight"
    assert page.locator("figure svg").count() == 2
    assert all(
        page.locator("figure svg").nth(n).evaluate("one => one.getBoundingClientRect().height > 50")
        for n in range(2)
    )
    seen.assert_quiet()


def test_a_finding_leads_to_its_row(open_page: Open, saved: Callable[[str], str]) -> None:
    seen = open_page(saved(write_page(report())))
    seen.page.locator('.findings a[href="#row-23"]').click()
    row = seen.page.locator("#row-23")
    box = row.bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 768
    assert "指标23" in row.inner_text()
    seen.assert_quiet()


@pytest.mark.parametrize("width", [1440, 400])
def test_hostile_and_very_long_names_do_nothing(
    open_page: Open, saved: Callable[[str], str], width: int
) -> None:
    names = (*HOSTILE, "x" * 400, "红" * 400, "红星\u202e\u2067场")
    seen = open_page(saved(write_page(hostile_report(*names))), width=width)
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
    seen.assert_quiet()


def test_it_prints_on_upright_and_sideways_pages(
    open_page: Open, saved: Callable[[str], str]
) -> None:
    seen = open_page(saved(write_page(report())))
    made = seen.page.pdf(prefer_css_page_size=True)
    sizes = {
        tuple(round(float(one)) for one in found)
        for found in re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", made)
    }
    assert sizes == {(595, 842), (842, 595)}
    seen.assert_quiet()
