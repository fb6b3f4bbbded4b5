"""The web application in a real browser with the network blocked."""

from __future__ import annotations

import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import expect

from api.app import create_app
from api.settings import Settings
from layers.demo import RECEIVED, build_demo
from tests.browser.conftest import Watched

pytestmark = pytest.mark.browser

Open = Callable[..., Watched]
SHORT = "parent_school_regiment"
HEAD = "facility_id,name,facility_type,unit_id,status,lon,lat\n"
BAD = (
    HEAD
    + "N1,,child_home,650522500400,active,94.9,43.7\nN2,x,child_home,nowhere,active,94.9,43.7\n"
)
GOOD = HEAD + "N1,新站,parent_school_station,650522500400,active,94.96,43.76\n"


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages") / "demo"
    build_demo(folder, imported_at=RECEIVED)
    return folder


def _serve(projects: Path) -> Iterator[str]:
    app = create_app(Settings.of(projects=projects))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="session")
def server(demo_folder: Path) -> Iterator[str]:
    yield from _serve(demo_folder)


@pytest.fixture
def own_server(demo_folder: Path, tmp_path: Path) -> Iterator[str]:
    shutil.copytree(demo_folder, tmp_path / "projects" / "demo")
    yield from _serve(tmp_path / "projects")


def test_the_start_page_shows_targets_and_the_map(open_page: Open, server: str) -> None:
    seen = open_page(server, language="en-US")
    page = seen.page
    expect(page).to_have_url(re.compile("/projects/demo$"))
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.get_by_text("模拟数据，仅供演示")).to_be_visible()
    expect(page.locator("#targets tbody tr").first).to_be_visible()
    inside = page.frame_locator("aside iframe")
    expect(inside.locator(".leaflet-marker-icon, path.leaflet-interactive").first).to_be_visible()
    seen.assert_quiet()


def test_targets_are_filtered_without_leaving_the_page(open_page: Open, server: str) -> None:
    seen = open_page(server)
    page = seen.page
    rows = page.locator("#targets tbody tr")
    everything = rows.count()
    page.fill("#q", "家长学校")
    expect(rows).to_have_count(2)
    expect(page).to_have_url(re.compile("q="))
    page.fill("#q", "")
    expect(rows).to_have_count(everything)
    page.select_option("[name=status]", "near")
    expect(page.locator("#targets .targets .chip.near").first).to_be_visible()
    expect(page.locator("#targets .targets .chip.met")).to_have_count(0)
    seen.assert_quiet()


def test_from_a_figure_to_the_units_behind_it(open_page: Open, server: str) -> None:
    seen = open_page(server)
    page = seen.page
    page.click(f"a[href*='{SHORT}']")
    expect(page.locator("h1")).to_contain_text("团场社区家长学校")
    expect(page.locator("blockquote")).to_contain_text("90%的团场社区")
    table = page.locator("table.sortable").last
    names = table.locator("tbody tr td:first-child")
    table.get_by_role("button", name="距离（米）").click()
    nearest = table.locator("tbody tr").first.inner_text()
    table.get_by_role("button", name="距离（米）").click()
    assert table.locator("tbody tr").first.inner_text() != nearest
    assert "场部社区" in table.locator("tbody tr").first.inner_text()  # 200 km from any station
    assert names.count() == 9
    page.locator(".cell summary").first.click()
    expect(page.locator(".cell p").first).to_be_visible()
    seen.assert_quiet()


def test_a_file_is_checked_then_stored_then_taken_back(open_page: Open, own_server: str) -> None:
    seen = open_page(f"{own_server}/projects/demo/import")
    page = seen.page
    page.evaluate("window.same = true")

    def choose(text: str) -> None:
        file = {"name": "new.csv", "mimeType": "text/csv", "buffer": text.encode()}
        page.set_input_files("[name=file]", [file])

    page.select_option("[name=layer]", "facilities")
    page.select_option("[name=crs]", "WGS84")
    choose(BAD)
    page.click("button[value=false]")
    expect(page.locator("#outcome .faults li")).to_have_count(2)
    expect(page.locator("#outcome .faults")).to_contain_text("nowhere")
    choose(GOOD)
    page.click("button[value=false]")
    expect(page.locator("#outcome .result.dry")).to_be_visible()
    page.click("button[value=true]")
    expect(page.locator("#outcome .result.stored")).to_be_visible()
    assert page.evaluate("window.same") is True  # the page was never left
    page.goto(f"{own_server}/projects/demo/indicators/{SHORT}")
    expect(page.locator("h1 .chip")).to_have_class(re.compile("met"))
    expect(page.locator(".figures").first).to_contain_text("9 / 9")
    page.goto(f"{own_server}/projects/demo/history")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="撤销").click()
    expect(page.locator("tr.undone")).to_contain_text("new.csv")
    page.goto(f"{own_server}/projects/demo/indicators/{SHORT}")
    expect(page.locator(".figures").first).to_contain_text("8 / 9")
    # The refusal above is an answer with status 422, which a browser writes to its console.
    assert [one for one in seen.errors if "422" not in one] == []
    assert seen.foreign == []


def test_the_language_can_be_switched(open_page: Open, server: str) -> None:
    seen = open_page(server)
    page = seen.page
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("link", name="Data quality").click()
    expect(page.locator("h1")).to_contain_text("Data quality")
    page.get_by_role("link", name="中文").click()
    expect(page.locator("h1")).to_contain_text("数据质量")
    seen.assert_quiet()


PATHS = ["", f"/indicators/{SHORT}", "/quality", "/import", "/history", "/map"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("width", "height"), [(390, 800), (1366, 768)])
def test_pages_fit_a_phone_and_an_office_screen(
    open_page: Open, server: str, path: str, width: int, height: int
) -> None:
    seen = open_page(f"{server}/projects/demo{path}", width=width, height=height)
    seen.page.wait_for_load_state("networkidle")
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
    seen.assert_quiet()


def test_pages_work_by_keyboard(open_page: Open, server: str) -> None:
    seen = open_page(server)
    page = seen.page
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.locator("#q").focus()
    page.keyboard.type("家长学校")
    page.keyboard.press("Enter")
    expect(page.locator("#targets tbody tr")).to_have_count(2)
    seen.assert_quiet()
