"""Siting in projects that lack almost everything, asked with anything."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any
from xml.etree.ElementTree import fromstring

import numpy as np
import pandas as pd
import pytest
from shapely import Point, box

from geo_planner.catalogue import FacilityType, Label
from geo_planner.choice_errors import ContradictionError
from geo_planner.errors import DataError, GeoPlannerError, NotKnownError
from geo_planner.project import Project
from geo_planner.siting import (
    FacilityIndex,
    MeasureCosts,
    Milestone,
    Want,
    alternatives,
    equity_price,
    frontier,
    limit_sensitivity,
    plan_phases,
    propose,
    rank_measures,
    reach_target,
)
from geo_planner.siting.candidates import Candidates, candidate_table
from maps import draw_map, render_html
from maps.figures.frontier import frontier_svg
from maps.figures.phases import phases_svg
from maps.text import translator
from tests.siting.small_worlds import scattered
from tests.travel import worlds

TYPE = "kindergarten"
PLACES = [(k * 700, k * k % 5 * 900) for k in range(6)]
NAN = float("nan")
EVIL = "<script>alert(1)</script>\"'&{{7*7}}\n]]></svg>"


def with_streets(*rows: Any) -> Project:
    return replace(scattered(PLACES), streets=worlds.streets(*rows))


def emptied() -> Project:
    made = scattered(PLACES)
    return replace(made, units=made.units.iloc[:0], facilities=made.facilities.iloc[:0])


def with_hostile_names() -> Project:
    made = scattered(PLACES, regiments=2)
    units, kindergartens = made.units.copy(), made.facilities.copy()
    units["name"], kindergartens["name"] = EVIL, EVIL
    units.index = pd.Index(
        [one if one.startswith("R") else EVIL + one for one in units.index], name="unit_id"
    )
    kindergartens.index = pd.Index([EVIL], name="facility_id")
    return replace(made, name=EVIL, units=units, facilities=kindergartens)


def without_limit() -> Project:
    club = FacilityType(TYPE, Label("", ""), assessed=("company",), population="children_3_5")
    return replace(scattered(PLACES), catalogue=worlds.catalogue(club))


PROJECTS: dict[str, Callable[[], Project]] = {
    "plain": lambda: scattered(PLACES),
    "nothing at all": emptied,
    "no facilities": lambda: scattered(PLACES, facility=False),
    "no positions": lambda: scattered([None] * 4, facility=False),
    "half the positions": lambda: scattered([*PLACES[:3], None, None], facility=False),
    "children unknown": lambda: scattered(PLACES, [None] * 6),
    "no children": lambda: scattered(PLACES, [0] * 6),
    "one unit": lambda: scattered([(0, 0)], facility=False),
    "one point": lambda: scattered([(0, 0)] * 5, facility=False),
    "areas": lambda: scattered([box(x, y, x + 400, y + 400) for x, y in PLACES], facility=False),
    "islands": lambda: with_streets(
        (0, 1, [(0, 0), (700, 0)]), (2, 3, [(1400, 3600), (2100, 3600)])
    ),
    "streets elsewhere": lambda: with_streets((0, 1, [(9e5, 9e5), (9e5 + 7, 9e5)])),
    "a street of no length": lambda: with_streets((0, 1, [(0, 0), (0, 0)])),
    "no limit": without_limit,
    "hostile names": with_hostile_names,
}


def question(name: str, project: Project, **asked: Any) -> Any:
    """Ask one of everything there is to ask."""
    if name == "frontier":
        return frontier(project, TYPE, up_to=9, **asked)
    if name == "equity":
        return equity_price(project, TYPE, sites=2, **asked)
    if name == "alternatives":
        return alternatives(project, TYPE, sites=2, **asked)
    if name == "limits":
        return limit_sensitivity(project, TYPE, sites=2, **asked)
    if name == "measures":
        costs = MeasureCosts(facility=1e6, link_metre=100, visit=100)
        return rank_measures(project, TYPE, costs=costs, **asked)
    if name == "phases":
        want = Want(TYPE, targets={"company": 80}, cost=1.0, **asked)
        marks = [Milestone(2027, "company", 40)]
        return plan_phases(project, [want], years=[2026, 2027, 2028], buildings=2, milestones=marks)
    if name == "index":
        index = FacilityIndex.of(project, TYPE, **asked)
        index.drop(Point(0, 0))
        index.drop(Point(1e7, -1e7))
        index.what_if(at=[(84, 44)], remove=list(index.standing)[:1])
        return index.undo()
    if name == "reach-target":
        return reach_target(project, TYPE, targets={"company": 90}, **asked)
    sites = None if name == "cover-all" else 2
    return propose(project, TYPE, name, sites=sites, leave_unreachable=True, **asked)


QUESTIONS = (
    "cover-all", "cover-most", "median", "center", "reach-target", "frontier", "equity",
    "alternatives", "limits", "measures", "phases", "index",
)  # fmt: skip


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize("name", PROJECTS)
def test_every_question_has_an_answer_or_a_reason(name: str) -> None:
    project = PROJECTS[name]()
    for asked in QUESTIONS:
        try:
            found = question(asked, project)
        except GeoPlannerError as fault:
            said = str(fault)
            bare = name in ("nothing at all", "no positions", "no limit") or asked == "phases"
            if not (said and bare):
                raise
            continue
        if hasattr(found, "refusal"):
            found.refusal()
            json.dumps(found.as_json(), allow_nan=False)


@pytest.mark.parametrize("asked", QUESTIONS)
@pytest.mark.parametrize("limit", [NAN, -1.0])
def test_a_limit_that_cannot_be_is_refused(asked: str, limit: float) -> None:
    with pytest.raises(DataError, match="'limit' must be not below 0"):
        question(asked, scattered(PLACES), limit=limit)


@pytest.mark.parametrize("asked", QUESTIONS)
@pytest.mark.parametrize("limit", [0.0, 1e12, float("inf")])
def test_a_limit_that_is_only_odd_is_taken(asked: str, limit: float) -> None:
    question(asked, scattered(PLACES), limit=limit)
    question(asked, scattered(PLACES), limit=limit, mode="drive")


@pytest.mark.parametrize(
    "asked", [name for name in QUESTIONS if name not in ("index", "phases", "equity", "limits")]
)
def test_nowhere_is_suitable(asked: str) -> None:
    project = scattered(PLACES)
    points = [Point(at) for at in PLACES[:3]]
    table = candidate_table(["a", "b", "c"], points, project, source="file", suitability=0.0)
    with suppress(GeoPlannerError):
        question(asked, project, candidates=Candidates(table))


@pytest.mark.parametrize("asked", ["cover-all", "cover-most", "reach-target", "alternatives"])
def test_required_and_forbidden_are_named(asked: str) -> None:
    project = scattered(PLACES)
    with pytest.raises(ContradictionError, match="may not be built on: U1"):
        question(asked, project, required=["U0", "U1"], forbidden=["U1", "U2"])
    table = candidate_table(["a"], [Point(0, 0)], project, source="file", suitability=0.0)
    with pytest.raises(ContradictionError, match="may not be built on: a"):
        question(asked, project, candidates=Candidates(table), required=["a"])


@pytest.mark.parametrize(
    "asked",
    [
        {"sites": NAN}, {"sites": 1.5}, {"sites": -1}, {"capacity": NAN}, {"capacity": -1},
        {"backup": 0}, {"regiment_minimum": {"R0": NAN}}, {"gap": NAN}, {"time_limit": NAN},
        {"time_limit": -1},
    ],
    ids=str,
)  # fmt: skip
def test_no_number_no_proposal(asked: dict[str, Any]) -> None:
    with pytest.raises(DataError):
        propose(scattered(PLACES), TYPE, "cover-most", **{"sites": 2, **asked})


def test_words_that_are_none_are_not_taken_for_others() -> None:
    project = scattered(PLACES)
    with pytest.raises(NotKnownError, match="weight"):
        propose(project, TYPE, "cover-most", sites=1, weight="unit")  # type: ignore[arg-type]
    want = Want(TYPE, targets={"company": 80}, cost=1.0)
    with pytest.raises(NotKnownError, match="weight"):
        plan_phases(project, [want], years=[2026], worth="child")  # type: ignore[arg-type]


@pytest.mark.parametrize("many", [0, -1, 1.5, NAN])
def test_a_frontier_up_to_no_number(many: Any) -> None:
    with pytest.raises(DataError, match="'up_to' must be at least 1"):
        frontier(scattered(PLACES), TYPE, up_to=many)


@pytest.mark.parametrize(
    ("want", "asked"),
    [
        ({"weight": NAN}, {}), ({"weight": -1}, {}), ({"cost": NAN}, {}), ({"per_year": NAN}, {}),
        ({"limit": NAN}, {}), ({"targets": {"company": NAN}}, {}), ({}, {"gap": NAN}),
        ({}, {"budgets": {2026: NAN}}), ({}, {"buildings": NAN}), ({}, {"years": []}),
        ({}, {"years": [2026, 2026]}), ({}, {"time_limit": NAN}),
        ({}, {"milestones": [Milestone(2026, "company", NAN)]}),
        ({}, {"milestones": [Milestone(1999, "company", 50)]}),
        ({"required": ["U0"], "forbidden": ["U0"]}, {}),
    ],
    ids=str,
)  # fmt: skip
def test_phases_of_no_numbers(want: dict[str, Any], asked: dict[str, Any]) -> None:
    wants = [Want(TYPE, **{"targets": {"company": 80}, "cost": 1.0, **want})]
    with pytest.raises(DataError):
        plan_phases(scattered(PLACES), wants, **{"years": [2026, 2027], **asked})


def test_ten_thousand_milestones() -> None:
    marks = [Milestone(2026 + k % 2, "company", k % 50) for k in range(10_000)]
    want = Want(TYPE, targets={"company": 80}, cost=1.0)
    plan = plan_phases(scattered(PLACES), [want], years=[2026, 2027], milestones=marks)
    assert np.isfinite(plan.objective)


def test_hostile_names_stay_text_on_the_map_and_in_figures() -> None:
    project = with_hostile_names()
    found = propose(project, TYPE, "cover-most", sites=2)
    page = render_html(draw_map(project, proposal=found), self_contained=False)
    assert "<script>alert(1)" not in page
    for language in ("zh-CN", "en"):
        say = translator(language)
        for figure in (
            frontier_svg(question("frontier", project), say),
            phases_svg(question("phases", project), say),
        ):
            assert "<script>" not in figure
            assert fromstring(figure).tag.endswith("svg")
