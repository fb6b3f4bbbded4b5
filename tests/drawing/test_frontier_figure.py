"""The chart of a frontier: the same bytes twice, what the table says, every word escaped."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from geo_planner.catalogue import Label
from geo_planner.siting.frontier import frontier
from maps.figures.frontier import frontier_svg
from maps.figures.svg import ticks
from maps.text import translator
from tests.siting.test_frontier import middle_trap
from tests.siting.test_proposal import world
from tests.travel import worlds


def texts(svg: str) -> list[str]:
    root = ET.fromstring(svg)
    return [one.text or "" for one in root.iter() if one.tag.endswith("text")]


def test_equal_bytes_twice() -> None:
    found = frontier(world(), "kindergarten", up_to=4)
    assert frontier_svg(found, translator("en")) == frontier_svg(found, translator("en"))


def test_what_it_shows_is_what_the_table_says() -> None:
    project, sites = middle_trap()
    found = frontier(project, "kindergarten", up_to=3, candidates=sites, limit=700)
    svg = frontier_svg(found, translator("en"))
    assert "2 new sites: 100 of 100" in svg
    # The order of building needs one more than the best: its line is drawn and named.
    assert "One after another" in texts(svg)
    assert "No choice covers more" not in texts(svg)
    assert {"80 %", "90 %", "96 %", "100 %"} <= set(texts(svg))
    # All four shares are reached with two.
    assert texts(svg).count("2") == 5
    assert all(re.match(r"^-?[\d.]+$", one) for one in re.findall(r' [xy]="([^"]*)"', svg))


def test_in_chinese_and_escaped() -> None:
    kind = replace(worlds.KINDERGARTEN, label=Label("幼<儿>园&", "x"))
    base = world()
    project = replace(base, catalogue=worlds.catalogue(kind))
    svg = frontier_svg(frontier(project, "kindergarten", up_to=2), translator("zh-CN"))
    assert "幼&lt;儿&gt;园&amp;" in svg
    assert "新建数" in texts(svg)
    assert not any(re.search("[a-z]{3}", one) for one in texts(svg))


@pytest.mark.parametrize(
    ("low", "high", "many", "whole", "found"),
    [
        (0, 100, 5, False, [0, 20, 40, 60, 80, 100]),
        (0, 1, 5, False, [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (0, 3, 10, True, [0, 1, 2, 3]),
        (0, 2163, 6, False, [0, 500, 1000, 1500, 2000]),
        (5, 5, 6, False, [5]),
    ],
)
def test_ticks_are_round(
    low: float, high: float, many: int, *, whole: bool, found: list[float]
) -> None:
    assert ticks(low, high, many, whole=whole) == found
