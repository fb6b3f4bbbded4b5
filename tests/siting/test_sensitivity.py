"""How the answer changes with the limit: worked by hand."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_planner.errors import DataError, NotKnownError
from geo_planner.siting import propose
from geo_planner.siting.sensitivity import limit_sensitivity
from tests.siting.small_worlds import PLACES, scattered
from tests.siting.test_proposal import world


def test_half_and_twice_the_limit() -> None:
    # See test_proposal. At 750 m a site reaches its own company alone: one more at D brings 40 to
    # A's 10. At 1,500 m: D, 82. At 3,000 m A reaches B, C and D today (75); E or F or C or D brings
    # E (7) in: 82, and F from D on.
    found = limit_sensitivity(world(), "kindergarten", sites=1, percents=(50, 200))
    table = found.table
    assert table.index.tolist() == [50, 100, 200]
    assert table["limit_most"].tolist() == [750, 1500, 3000]
    assert table["objective"].tolist() == [50, 82, 82]
    assert table["units_today"].tolist() == [1, 2, 4]
    assert table["chosen"].tolist()[:2] == [("D",), ("D",)]
    assert table["kept"].tolist()[:2] == [1, 1]
    # D alone at 3,000 m reaches everybody up to F.
    assert table["own_units"].tolist() == [2, 5, 6]
    assert table["own_objective"].tolist() == [50, 82, 82]
    assert {"B", "C", "E"} <= set(found.units.index) <= {"B", "C", "E", "F"}
    assert found.units.loc["B", [50.0, 100.0, 200.0]].tolist() == [False, True, True]
    assert found.sites.loc["D", "times"] >= 2


def test_fewest_sites_for_all_that_can_be_reached() -> None:
    # C-F: at 750 m four sites and B's own; at 1,500 m two; at 3,000 m (A reaches D) one.
    found = limit_sensitivity(world(), "kindergarten", "cover-all", percents=(50, 200))
    assert found.table["sites"].tolist() == [5, 2, 1]


@settings(max_examples=15, deadline=None)
@given(PLACES, st.integers(1, 3), st.integers(20, 180))
def test_each_part_is_what_asking_with_that_limit_gives(
    places: list[tuple[int, int]], sites: int, percent: int
) -> None:
    project = scattered(places)
    found = limit_sensitivity(project, "kindergarten", sites=sites, percents=(percent,)).table
    alone = propose(project, "kindergarten", "cover-most", sites=sites, limit=1500 * percent / 100)
    assert found["objective"][percent] == alone.plan.objective
    assert found["objective"].is_monotonic_increasing
    assert (found["own_objective"] <= found["objective"]).all()


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"sites": None}, DataError),
        ({"sites": 1, "percents": (0,)}, DataError),
        ({"sites": 1, "percents": (2000,)}, DataError),
        ({"sites": 1, "problem": "median"}, NotKnownError),
    ],
)
def test_what_is_refused(wrong: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        limit_sensitivity(world(), "kindergarten", **wrong)
