"""Basemaps carry their datum; shifted ones are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo_planner.catalogue import Label
from geo_planner.errors import CatalogueError, DatumUnknownError, NotKnownError
from geo_planner.project import Project
from maps import draw_map, render_html
from maps.basemaps import Basemap, load_basemaps
from maps.text import translator

SAY = translator("zh-CN")


def test_no_basemap_is_the_default(overview: str) -> None:
    assert "L.tileLayer(" not in overview.split("<body>")[1]
    assert load_basemaps()["none"].layers(SAY) == ()


def test_tianditu_needs_a_key_and_carries_it() -> None:
    row = load_basemaps()["tianditu-vector"]
    with pytest.raises(NotKnownError):
        row.layers(SAY)
    tiles, names = row.layers(SAY, key="0123")
    assert "tk=0123" in tiles.tiles
    assert "cva_w" in names.tiles


@pytest.mark.parametrize("datum", ["GCJ-02", "BD-09", ""])
def test_shifted_tiles_are_refused_under_wgs84_layers(project: Project, datum: str) -> None:
    shifted = Basemap(
        "other", Label("别的", "other"), datum, url="http://tiles.local/{z}/{x}/{y}.png"
    )
    with pytest.raises(DatumUnknownError):
        draw_map(project, basemap=shifted)


def test_an_office_s_own_tiles(project: Project, tmp_path: Path) -> None:
    file = tmp_path / "basemaps.toml"
    file.write_text(
        '[[basemap]]\nid = "intranet"\nlabel = { zh = "内网影像", en = "Intranet imagery" }\n'
        'datum = "CGCS2000"\nurl = "http://10.0.0.5/wmts/{z}/{y}/{x}.png"\n',
        encoding="utf-8",
    )
    html = render_html(draw_map(project, basemap=load_basemaps(file)["intranet"]))
    assert "http://10.0.0.5/wmts/{z}/{y}/{x}.png" in html
    assert "内网影像" in html


def test_every_fault_of_a_file_at_once(tmp_path: Path) -> None:
    file = tmp_path / "basemaps.toml"
    file.write_text(
        '[[basemap]]\nid = "a"\nlabel = { zh = "甲", en = "A" }\n'
        '[[basemap]]\nid = "b"\nlabel = { zh = "乙" }\ndatum = "WGS84"\nurl = "http://x/"\n'
        "colour = 1\n",
        encoding="utf-8",
    )
    with pytest.raises(CatalogueError) as caught:
        load_basemaps(file)
    assert len(caught.value.faults) == 4
