"""Acceptance case 7: near in a straight line, not by network.

The streets are drawn so that every way is exactly as long as in the table: the kindergarten stands
at the origin, K1 behind a yard, K2 behind a canal with one bridge, K3 on a lane that joins nothing,
K4 far down the road.
"""

import pytest

from geo_planner.travel import access, reach
from tests.travel.worlds import facilities, project, streets, units

STREETS = streets(
    (0, 1, [(0, 0), (0, 100), (900, 100), (900, 0)]),  # 100 + 900 + 100 = 1 100
    (0, 2, [(0, 0), (-2800, 0), (-2800, 800), (0, 800)]),  # 2 800 + 800 + 2 800 = 6 400
    (3, 4, [(420, 560), (420, 700)]),  # an island; 420² + 560² = 700²
    (0, 5, [(0, 0), (0, -4500), (-1500, -4500), (-1500, -9000), (0, -9000)]),  # 12 000
)
COMPANIES = units(
    ("K1", (900, 0), {"children_3_5": 20.0}),
    ("K2", (0, 800), {"children_3_5": 35.0}),
    ("K3", (420, 560), {"children_3_5": 10.0}),
    ("K4", (0, -9000), {"children_3_5": 15.0}),
)
KG1 = facilities(("KG1", (0, 0), {"status": "active"}))
WORLD = project(COMPANIES, KG1, STREETS)


def test_on_foot():
    table = access(WORLD, "kindergarten")
    assert table["straight_m"].tolist() == [900, 800, 700, 9000]
    assert table["network_m"].fillna(-1).tolist() == [1100, 6400, -1, 12000]
    assert table["state"].tolist() == ["within", "beyond", "no_path", "beyond"]
    assert round(table.loc["K1", "minutes"], 1) == 18.3
    ratios = table["detour_ratio"].round(2)
    assert ratios.dropna().to_dict() == {"K1": 1.22, "K2": 8.00, "K4": 1.33}
    (note,) = table.attrs["notes"]
    assert (note.code, note.params["units"]) == ("long-detour", "K2")
    # A missing way is neither 0 m nor the straight line.
    assert table["network_m"].isna().to_dict() == {
        "K1": False,
        "K2": False,
        "K3": True,
        "K4": False,
    }


def test_on_foot_or_by_road():
    table = reach(WORLD, "kindergarten")
    assert table["drive_limit_m"].tolist() == pytest.approx([10_000] * 4)
    minutes = table["drive_minutes"].round(1)
    assert minutes.dropna().to_dict() == {"K1": 2.2, "K2": 12.8, "K4": 24.0}
    assert table["drive_state"].tolist() == ["within", "within", "no_path", "beyond"]
    assert table["walk_or_drive"].tolist() == ["within", "within", "no_path", "beyond"]


def test_shares_of_units_and_children():
    table = reach(WORLD, "kindergarten")
    walk, either = table["state"] == "within", table["walk_or_drive"] == "within"
    children = table["children"]
    assert (100 * walk.sum(), 100 * either.sum()) == (25 * 4, 50 * 4)
    # 20 of 80 is 25 %; 55 of 80 is 68.75 %.
    assert (children[walk].sum(), children[either].sum(), children.sum()) == (20, 55, 80)


def test_a_straight_line_claims_more_and_says_that_it_is_one():
    # Bare straight lines: a detour factor of 1.
    table = access(project(COMPANIES, KG1), "kindergarten", limit=1500 * 1.3)
    assert table.index[table["state"] == "within"].tolist() == ["K1", "K2", "K3"]
    assert table.loc[table["state"] == "within", "children"].sum() == 65
    assert set(table["method"]) == {"straight_line"}
