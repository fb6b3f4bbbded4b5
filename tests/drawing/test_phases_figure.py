from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from geo_planner.siting.phases import Milestone, Want, plan_phases
from maps.figures.phases import phases_svg
from maps.text import translator
from tests.siting.promised_worlds import row, world

NAME = "<script>alert('一')</script>"


def plan():
    places = [
        (f"c{i}", (i * 10_000, 0), {"community_kind": "regiment", "children_0_17": float(i + 1)})
        for i in range(4)
    ]
    made = world(
        *places, stations=(("far", (0, 900_000), {"unit_id": "R"}),), rows=(row("all", None, 100),)
    )
    # One a year, half of four by 2027: kept. All by 2028: three of four, not kept.
    return plan_phases(
        replace(made, name=NAME),
        [Want("station", cost=5)],
        years=(2026, 2027, 2028),
        budgets={2026: 5, 2027: 5, 2028: 6},
        milestones=[Milestone(2027, "all", 50)],
    )


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh-CN", ["目标不能全部兑现", "建设前", "支出 5，结余 1", "all（4 个单位）"]),
        (
            "en",
            [
                "not every promise can be kept",
                "before building",
                "5 spent, 1 left",
                "all (4 units)",
            ],
        ),
    ],
)
def test_the_picture_says_what_the_plan_says(language, words) -> None:
    made = plan()
    text = phases_svg(made, translator(language))
    assert text == phases_svg(made, translator(language))
    tree = ET.fromstring(text)
    space = "{http://www.w3.org/2000/svg}"
    said = [one.text for one in tree.iter(f"{space}text")]
    for word in words:
        assert any(word in one for one in said), word
    assert "<script>" not in text
    # One diamond for each promise, one of them empty, and the two of the legend.
    diamonds = [one for one in tree.iter(f"{space}path") if one.get("d", "").endswith("Z")]
    assert [one.get("fill") for one in diamonds].count("#ffffff") == 2
    assert len(diamonds) == 4
    # A line from 0 over 25, 50 to 75 %: four points, even steps up.
    heights = [
        float(pair.split(",")[1]) for pair in tree.find(f"{space}polyline").get("points").split()
    ]
    steps = [one - other for one, other in pairwise(heights)]
    assert steps == pytest.approx([steps[0]] * 3, abs=0.11)
    assert steps[0] > 0


def test_nothing_to_build_draws_all_the_same() -> None:
    made = world(
        ("c", (0, 0), {"community_kind": "regiment"}),
        stations=(("s", (0, 0), {"unit_id": "c"}),),
        rows=(row("all", None, 100),),
    )
    found = plan_phases(made, [Want("station")], years=(2026,))
    assert len(found.sites) == 0
    ET.fromstring(phases_svg(found, translator("en")))
