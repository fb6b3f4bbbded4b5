"""Cases 3 and 4: unknown is not zero; one station may serve two communities."""

from __future__ import annotations

from fractions import Fraction

import geopandas as gpd
import pytest
from shapely import LineString

from geo_planner.coverage import measure
from geo_planner.travel import access
from geo_planner.worklist import work_list
from tests.worlds import (
    METRES,
    communities,
    facilities,
    observations,
    square,
    stations,
    units,
    world,
)


def _companies(*rows: tuple[str, float | None, float | None]) -> list[dict[str, object]]:
    nan = float("nan")
    return [
        {
            "unit_id": code,
            "kind": "company",
            "households": nan if whole is None else whole,
            "households_tap_water": nan if part is None else part,
        }
        for code, whole, part in rows
    ]


def test_case_3_company_tap_water() -> None:
    rows = _companies(("K1", 120, 120), ("K2", 80, 0), ("K3", 60, None), ("K4", 40, 40))
    found = measure(world(units(*rows)), "tap_water")
    assert (found.n, found.covered, found.uncovered, found.unknown) == (300, 160, 80, 60)
    assert found.lower == Fraction(160, 3)  # 160/300 = 53.3 %
    assert found.known == Fraction(200, 3)  # 160/240 = 66.7 %
    assert found.upper == Fraction(220, 3)  # 220/300 = 73.3 %
    assert found.status == "not_met"
    assert found.basis == "households"
    states = found.units["state"].to_dict()
    assert states == {"K1": "covered", "K2": "uncovered", "K3": "unknown", "K4": "covered"}
    assert found.units["rank"].dropna().to_dict() == {"K2": 1}
    assert found.units.at["K2", "lacking"] == 80
    complete = next(note for note in found.notes if note.code == "units-complete")
    assert complete.params == {"covered": 2, "count": 4, "unknown": 1}


def test_case_3_people_are_counted_where_households_are_not() -> None:
    rows = [{"unit_id": "K1", "kind": "company", "population": 50.0, "population_tap_water": 40.0}]
    found = measure(world(units(*rows)), "tap_water")
    assert (found.basis, found.n, found.covered) == ("population", 50, 40)


def test_case_3b_the_unknown_one_decides() -> None:
    codes = [f"R{i:03}" for i in range(1, 9)]
    blank = observations({"indicator": "regiment", "unit_id": "R010", "period": "2025"})
    project = world(units(*communities("regiment", 10)), facilities(*stations(codes)), blank)
    found = measure(project, "regiment")
    assert (found.n, found.covered, found.uncovered, found.unknown) == (10, 8, 1, 1)
    assert (found.lower, found.upper, found.status) == (80, 90, "undetermined")
    assert (found.needs_more_min, found.needs_more_max) == (0, 1)


@pytest.mark.parametrize(("value", "covered"), [(1.0, 9), (0.0, 8)])
def test_a_report_speaks_where_no_record_does(value: float, covered: int) -> None:
    codes = [f"R{i:03}" for i in range(1, 9)]
    said = observations(
        {"indicator": "regiment", "unit_id": "R010", "period": "2025", "value": value},
        # A record goes before a report.
        {"indicator": "regiment", "unit_id": "R001", "period": "2025", "value": 0.0},
    )
    project = world(units(*communities("regiment", 10)), facilities(*stations(codes)), said)
    found = measure(project, "regiment")
    assert (found.covered, found.unknown) == (covered, 0)


def test_nothing_imported_of_a_type_is_no_data_and_not_zero() -> None:
    found = measure(world(units(*communities("regiment", 3))), "regiment")
    assert (found.status, found.n, found.unknown) == ("no_data", 3, 3)
    assert (found.lower, found.upper) == (0, 100)


def _street(*legs: tuple[int, int, float]) -> gpd.GeoDataFrame:
    """Return street edges along the x axis; node i stands at x = legs' running sum."""
    place = {0: 0.0}
    for start, end, metres in legs:
        place[end] = place[start] + metres
    return gpd.GeoDataFrame(
        {
            "start": [leg[0] for leg in legs],
            "end": [leg[1] for leg in legs],
            "metres": [leg[2] for leg in legs],
        },
        geometry=[LineString([(place[a], 0), (place[b], 0)]) for a, b, _ in legs],
        crs=METRES,
    )


def _case_4(serves: str | None) -> object:
    # S1 at 0 and S2 at 10 000 on one street: C1 150 m and C2 700 m from S1, C3 100 m from S2,
    # C4 900 m from S1 (beyond C2).
    rows = communities("regiment", 4)
    for row, x in zip(rows, (150, 700, 10_100, 900), strict=True):
        row["geometry"] = (x, 0)
    built = facilities(
        {"unit_id": "R001", "serves_units": serves, "geometry": (0, 0), "name": "一站"},
        {"unit_id": "R003", "serves_units": "R003", "geometry": (10_000, 0), "name": "三站"},
    )
    return world(units(*rows), built, streets=_street((0, 1, 5000.0), (1, 2, 6000.0)))


def test_case_4_one_station_for_two_communities() -> None:
    found = measure(_case_4("R001;R002"), "regiment")
    assert (found.n, found.covered, found.own_covered) == (4, 3, 2)
    assert (found.lower, found.status, found.needs_more_max) == (75, "not_met", 1)
    table = found.units
    assert table["established_own"].tolist() == [True, False, True, False]
    assert table["network_m"].tolist() == [150, 700, 100, 900]
    assert table["reachable"].tolist() == [True, True, True, True]
    assert table.at["R002", "reason"] == "served"
    assert work_list(found).at["R004", "cell"] == "reachable_not_established"
    assert found.tally.members is not None
    assert len(set(found.tally.members.pairs[0])) == 2


def test_case_4_without_the_list_nearness_does_not_assign() -> None:
    found = measure(_case_4(None), "regiment")
    assert (found.covered, found.lower) == (2, 50)
    assert found.units.at["R002", "reachable"] is True


def test_without_streets_nothing_is_called_reachable() -> None:
    rows = communities("regiment", 1, geometry=(300, 400))
    found = measure(
        world(units(*rows), facilities(*stations(["R001"], geometry=(0, 0)))), "regiment"
    )
    assert [note.code for note in found.notes] == ["straight-line"]
    row = found.units.loc["R001"]
    assert row["reachable"] is None
    assert (row["reach_method"], row["straight_m"], row["reach_state"]) == (
        "straight_line",
        500.0,
        "within",
    )
    assert work_list(found).at["R001", "cell"] == "reach_unknown"


def test_a_regiment_drawn_as_an_area_stands_at_its_innermost_company() -> None:
    rows = [
        {"unit_id": "G", "kind": "regiment", "geometry": square(0, 0, 10_000)},
        {"unit_id": "K1", "kind": "company", "parent_id": "G", "geometry": (1000, 0)},
        {"unit_id": "K2", "kind": "company", "parent_id": "G", "geometry": (4000, 5000)},
        {"unit_id": "K3", "kind": "company", "parent_id": "G"},
    ]
    project = world(
        units(*rows), facilities({"facility_type": "kindergarten", "geometry": (4000, 4000)})
    )
    # Its middle is (5000, 5000); K2 is nearest to that, 1000 m north of the kindergarten.
    found = access(project, "kindergarten", kinds=("regiment",))
    assert found.at["G", "straight_m"] == 1000.0
