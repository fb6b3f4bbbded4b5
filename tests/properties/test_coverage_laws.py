"""Laws that hold in every world, tried on worlds nobody thought of."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import geopandas as gpd
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_planner.coverage import measure
from geo_planner.project import Project
from tests.worlds import METRES, facilities, observations, square, units, world

STATUS = st.sampled_from(["active", "planned", "suspended", "closed", None])
DAY = st.one_of(
    st.none(), st.dates(pd.Timestamp("2015-01-01").date(), pd.Timestamp("2030-01-01").date())
)
CODES = [f"R{number}" for number in range(6)]
CODE = st.one_of(st.none(), st.sampled_from([*CODES, "R9"]))
SPOT = st.one_of(st.none(), st.tuples(st.integers(-500, 6500), st.integers(-200, 1200)))


@st.composite
def facility(draw: st.DrawFn) -> dict[str, object]:
    served = draw(st.lists(st.sampled_from(CODES), max_size=3))
    return {
        "unit_id": draw(CODE),
        "serves_units": ";".join(served) or None,
        "status": draw(STATUS),
        "opened_on": draw(DAY),
        "closed_on": draw(DAY),
        "geometry": draw(SPOT),
        "name": draw(st.sampled_from(["甲", "乙", "丙（站）"])),
    }


KIND = st.sampled_from(["regiment", "regiment", "urban", None])
WORLD = st.tuples(
    st.lists(KIND, min_size=6, max_size=6),
    st.lists(facility(), max_size=8),
    st.lists(
        st.tuples(st.sampled_from(CODES), st.sampled_from([0.0, 1.0, float("nan")])), max_size=3
    ),
)


def build(
    kinds: list[str | None], built: list[dict[str, object]], said: list[tuple[str, float]]
) -> Project:
    rows = [
        {"unit_id": code, "community_kind": kind, "geometry": square(1000 * number, 0)}
        for number, (code, kind) in enumerate(zip(CODES, kinds, strict=True))
    ]
    reports = [
        {"indicator": "regiment", "unit_id": code, "period": "2025", "value": value}
        for code, value in dict(said).items()
    ]
    return world(units(*rows), facilities(*built), observations(*reports))


@settings(max_examples=40, deadline=None)
@given(WORLD)
def test_the_parts_add_up_and_the_bounds_hold(drawn: tuple[list, list, list]) -> None:
    found = measure(build(*drawn), "regiment")
    assert found.n == found.covered + found.uncovered + found.unknown
    if not found.n:
        assert found.status == "not_applicable"
        return
    assert found.lower == Fraction(100 * found.covered, found.n)
    assert found.lower <= found.upper <= 100
    assert found.needs_more_min is None or found.needs_more_min <= found.needs_more_max
    if found.status == "met":
        assert 100 * found.covered >= 90 * found.n
    if found.status in ("near", "not_met"):
        assert 100 * (found.covered + found.unknown) < 90 * found.n
    assert set(found.units.loc[found.units["state"] == "unknown", "rank"].isna()) <= {True}


@settings(max_examples=40, deadline=None)
@given(WORLD, facility())
def test_one_more_working_facility_never_lowers_coverage(
    drawn: tuple[list, list, list], more: dict[str, object]
) -> None:
    project = build(*drawn)
    before = measure(project, "regiment")
    working = {"facility_id": "NEW", "status": "active", "opened_on": None, "closed_on": None}
    added = facilities({**more, **working})
    after = measure(project.adding(added), "regiment")
    if before.status != "no_data":
        assert after.covered >= before.covered
    assert after.n == before.n


@settings(max_examples=30, deadline=None)
@given(WORLD, st.randoms())
def test_the_order_of_rows_does_not_matter(drawn: tuple[list, list, list], chance: object) -> None:
    project = build(*drawn)
    order = list(range(len(project.facilities)))
    chance.shuffle(order)
    turned = list(range(len(project.units)))
    chance.shuffle(turned)
    mixed = replace(
        project, units=project.units.iloc[turned], facilities=project.facilities.iloc[order]
    )
    one, other = measure(project, "regiment"), measure(mixed, "regiment")
    assert one.as_json() == other.as_json()
    columns = ["state", "reason", "facility_ids", "reach_state", "rank"]
    pd.testing.assert_frame_equal(
        one.units[columns].sort_index(), other.units[columns].sort_index()
    )


@settings(max_examples=25, deadline=None)
@given(WORLD, st.integers(-10, 10), st.integers(-10, 10))
def test_moving_the_world_moves_nothing(
    drawn: tuple[list, list, list], east: int, north: int
) -> None:
    project = build(*drawn)

    def moved(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        return table.set_geometry(table.geometry.translate(east * 1024.0, north * 1024.0)).set_crs(
            METRES, allow_override=True
        )

    there = replace(project, units=moved(project.units), facilities=moved(project.facilities))
    assert measure(project, "regiment").as_json() == measure(there, "regiment").as_json()


@settings(max_examples=30, deadline=None)
@given(WORLD)
def test_a_copy_of_every_record_changes_no_verdict(drawn: tuple[list, list, list]) -> None:
    kinds, built, said = drawn
    once, twice = build(kinds, built, said), build(kinds, built + built, said)
    first, second = measure(once, "regiment"), measure(twice, "regiment")
    assert (first.covered, first.unknown, first.status) == (
        second.covered,
        second.unknown,
        second.status,
    )
