"""The page of siting in a browser: asked, answered in place, stepped through on the map."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Watched
from tests.browser.test_pages import demo_folder, server

__all__ = ["demo_folder", "server"]

pytestmark = pytest.mark.browser

Open = Callable[..., Watched]


def test_sites_are_asked_for_and_shown_on_the_map(open_page: Open, server: str) -> None:
    seen = open_page(f"{server}/projects/demo/site?lang=en")
    page = seen.page
    page.select_option("[name=facility_type]", "kindergarten")
    page.select_option("[name=problem]", "cover-most")
    page.fill("[name=sites]", "3")
    page.get_by_role("button", name="Look for sites").click()
    expect(page.locator("#outcome")).to_contain_text("Proven: no better choice exists")
    expect(page.locator("table.proposed tbody tr")).to_have_count(3)
    assert "sites=3" in page.url  # the address can be sent to somebody
    drawn = page.frame_locator("iframe.sitemap")
    page.locator("iframe.sitemap").scroll_into_view_if_needed()
    expect(drawn.get_by_text("3 / 3 sites built")).to_be_visible()
    # What was asked stands in the form again when the address is opened anew.
    page.reload()
    expect(page.locator("[name=sites]")).to_have_value("3")
    seen.assert_quiet()


def test_what_cannot_be_done_is_said_beside_the_form(open_page: Open, server: str) -> None:
    seen = open_page(f"{server}/projects/demo/site?lang=zh-CN", width=390, height=800)
    page = seen.page
    page.select_option("[name=facility_type]", "kindergarten")
    page.select_option("[name=problem]", "median")
    page.locator("form.intake button").click()
    expect(page.locator("#outcome")).to_contain_text("需要给出新建点位数量")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert seen.foreign == []
