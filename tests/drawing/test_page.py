"""The page as a whole: repeatable, offline, small, harmless, honest about made-up data."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from dataclasses import replace
from html import unescape

import folium
import pytest

from geo_planner.errors import NotKnownError
from geo_planner.project import Project
from maps import PlannerMap, draw_map, render_html
from tests.drawing.conftest import SHARES, TARGET
from tests.drawing.oasis import HOSTILE
from tests.drawing.pages import foreign, layers_of, requests_of, tags_of


def test_two_builds_give_equal_bytes(project: Project, page: str, served: str) -> None:
    assert render_html(draw_map(project, indicator=TARGET)) == page
    assert render_html(draw_map(project, indicator=TARGET), self_contained=False) == served


def test_rendering_one_map_again_changes_nothing(project: Project) -> None:
    drawn = draw_map(project, indicator=SHARES)
    drawn.get_root().render()  # as Folium itself would, with random names
    assert render_html(drawn) == render_html(drawn)


def test_another_process_gives_the_same_bytes(page: str) -> None:
    code = (
        "import hashlib\nfrom maps import draw_map, render_html\n"
        "from tests.drawing.oasis import oasis\n"
        f"page = render_html(draw_map(oasis(), indicator={TARGET!r}))\n"
        "print(hashlib.sha256(page.encode()).hexdigest())"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": "7", "PATH": "/usr/bin"},
    )
    assert run.stdout.strip() == hashlib.sha256(page.encode()).hexdigest()


def test_a_self_contained_page_asks_for_nothing(page: str, overview: str) -> None:
    assert requests_of(page) == []
    assert requests_of(overview) == []


def test_a_served_page_asks_our_own_server_only(project: Project, served: str) -> None:
    asked = requests_of(served)
    assert asked
    assert all(one.startswith("/static/") for one in asked)
    moved = render_html(draw_map(project), self_contained=False, static_url="/office/files")
    assert all(one.startswith("/office/files/") for one in requests_of(moved))


def test_the_files_a_served_page_asks_for_are_there(served: str) -> None:
    from maps import ASSETS

    for address in requests_of(served):
        assert (ASSETS / address.removeprefix("/static/")).is_file(), address


def test_page_sizes(page: str, served: str, overview: str) -> None:
    assert len(page.encode()) < 5_000_000
    assert len(overview.encode()) < 5_000_000
    assert len(served.encode()) < 1_000_000


def test_hostile_names_stay_text(page: str) -> None:
    # The name of a company holds a script, quotes, a Jinja expression and the end of a script.
    titles = [
        feature["title"] for _, data in layers_of(page) for feature in data.get("features", ())
    ]
    assert titles.count(HOSTILE) == 1
    assert "<script>alert" not in page
    assert "49" not in {title for title in titles if "七连" in title}
    # The project's own name stands in the header, escaped.
    assert "第十三师示例 &lt;b&gt;项目&lt;/b&gt;" in page
    assert page.count("</script>") == tags_of(page).count("script")


def test_hostile_names_in_lists_and_layer_names_stay_text(project: Project) -> None:
    units = project.units.copy()
    units["name"] = "<img src=x onerror=alert(1)>{{ 7*7 }}"
    kinds = dict(project.catalogue.unit_kinds)
    company = kinds["company"]
    kinds["company"] = replace(
        company, label=replace(company.label, zh="<img src=y>{{ 7*7 }}{% if %}")
    )
    catalogue = project.catalogue.adding(unit_kinds=kinds.values())
    html = render_html(
        draw_map(replace(project, units=units, catalogue=catalogue), indicator=TARGET)
    )
    assert "img" not in tags_of(html)
    assert "{{ 7*7 }}" in unescape(html.replace(r"\u007b", "{"))
    assert foreign(requests_of(html)) == []


def test_made_up_data_says_so_in_both_languages(project: Project, page: str) -> None:
    assert 'id="planner-made-up"' in page
    assert "模拟数据" in page
    assert "Simulated data" in page
    features = [one for _, data in layers_of(page) for one in data.get("features", ())]
    assert features
    assert all(one["simulated"] == 1 for one in features)
    tables = {
        name: getattr(project, name).assign(simulated=False) for name in ("units", "facilities")
    }
    real = render_html(draw_map(replace(project, **tables), indicator=TARGET))
    assert 'id="planner-made-up"' not in real


def test_the_approval_number_stands_on_the_map(project: Project, page: str) -> None:
    assert "无审图号，仅供内部使用" in page
    approved = replace(project, approval_number="新S(2025)001号")
    assert "审图号：新S(2025)001号" in render_html(draw_map(approved))


def test_language_of_the_page(project: Project, page: str) -> None:
    english = render_html(draw_map(project, indicator=TARGET, language="en"))
    assert '<html lang="zh-CN">' in page
    assert "未达标" in page
    assert '<html lang="en">' in english
    assert "not met" in english
    assert "未达标" not in english
    # The plan's own words are quoted as they are, in either language.
    quote = project.catalogue.indicator(TARGET).quote
    assert quote in page
    assert quote in english


def test_measuring_speaks_the_language(project: Project) -> None:
    for language, file in (("zh-CN", "leaflet-measure.cn.js"), ("en", "leaflet-measure.en.js")):
        html = render_html(draw_map(project, language=language), self_contained=False)
        assert file in html


def test_an_unknown_browser_file_is_refused() -> None:
    drawn = PlannerMap(bounds=((42.0, 92.0), (43.0, 95.0)))
    folium.plugins.HeatMap([[42.5, 93.0]]).add_to(drawn)
    with pytest.raises(NotKnownError, match=r"leaflet-heat"):
        render_html(drawn)


def test_folium_markers_work_offline_too() -> None:
    drawn = PlannerMap(bounds=((42.0, 92.0), (43.0, 95.0)))
    folium.Marker((42.5, 93.0), icon=folium.Icon(icon="school", prefix="fa"), popup="一").add_to(
        drawn
    )
    html = render_html(drawn)
    assert requests_of(html) == []
    assert "AwesomeMarkers" in html
    assert "L.Icon.Default.mergeOptions" in html


def test_a_project_without_positions_is_still_a_page(project: Project) -> None:
    from shapely import Point

    nowhere = {
        name: getattr(project, name).set_geometry(
            [None] * len(getattr(project, name)), crs=project.crs
        )
        for name in ("units", "facilities")
    }
    html = render_html(draw_map(replace(project, streets=None, **nowhere), indicator=TARGET))
    assert "没有位置，未画在图上" in html
    assert Point  # the page names what it cannot draw


def test_saving_and_showing_in_a_notebook(project: Project, page: str, tmp_path) -> None:
    drawn = draw_map(project, indicator=TARGET)
    drawn.save(tmp_path / "map.html")
    assert (tmp_path / "map.html").read_text(encoding="utf-8") == page
    frame = drawn._repr_html_()
    assert re.match(r"<iframe srcdoc=", frame)
    assert "cdn" not in frame.split("leaflet")[0]
