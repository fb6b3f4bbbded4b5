"""The ten cases and the bonus checks once more, as an office meets them.

Every table is written as the CSV file someone would send, imported with ``geo-planner import`` and
asked for with the plan's own indicator ids; what is compared is the data on standard output.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely import LineString

from api.command_line import run

URBAN, REGIMENT = "parent_school_urban", "parent_school_regiment"
EAST, NORTH = 540_000, 4_740_000  # an origin in EPSG:4540, for cases given in metres
METRES = ("--crs", "EPSG:4540")

CONTRACT = {
    "indicator", "as_of", "n", "covered", "uncovered", "unknown", "lower", "upper", "target",
    "comparison", "status", "needs_more_min", "needs_more_max", "notes", "units",
}  # fmt: skip
UNIT = {
    "unit_id", "name", "kind", "parent_id", "state", "established_own", "reachable", "facility_ids",
}  # fmt: skip

Table = Sequence[Sequence[object]]


class Office:
    """One project and the clerk who sends it files."""

    def __init__(self, folder: Path, read: Callable[[], Any]) -> None:
        self.folder, self._read, self._sent = folder, read, 0
        self.project = folder / "项目 one"
        self._told("new", self.project, "--name", "项目", "--crs", "EPSG:4540")

    def _told(self, *words: object) -> str:
        self._read()
        code = run([str(word) for word in words])
        told = self._read()
        assert (code, told.err) == (0, "")
        return str(told.out)

    def send(self, layer: str, heads: str, rows: Table, *options: str) -> None:
        """Import one CSV file."""
        self._sent += 1
        path = self.folder / f"{self._sent}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([heads.split(), *rows])
        self._told("import", self.project, path, "--layer", layer, *options)

    def streets(self, lines: Sequence[Sequence[tuple[float, float]]]) -> None:
        """Import road lines drawn in metres from the origin."""
        shapes = [LineString([(EAST + x, NORTH + y) for x, y in line]) for line in lines]
        path = self.folder / "roads.gpkg"
        gpd.GeoDataFrame({"name": ["路"] * len(lines)}, geometry=shapes, crs=4540).to_file(path)
        self._told("streets", self.project, path)

    def coverage(self, indicator: str, as_of: str = "2025-12-31") -> dict[str, Any]:
        """Return the object of ``coverage --format json``."""
        words = ("--indicator", indicator, "--as-of", as_of, "--format", "json")
        found: dict[str, Any] = json.loads(self._told("coverage", self.project, *words))
        assert set(found) >= CONTRACT
        assert all(set(unit) >= UNIT for unit in found["units"])
        return found

    def access(self, *words: object) -> dict[str, dict[str, str]]:
        """Return the rows of ``access --format csv`` by unit."""
        told = self._told("access", self.project, *words, "--format", "csv")
        return {row["unit_id"]: row for row in csv.DictReader(io.StringIO(told))}

    def findings(self, as_of: str) -> dict[str, dict[str, Any]]:
        """Return what ``check --format json`` finds, by code."""
        told = self._told("check", self.project, "--as-of", as_of, "--format", "json")
        return {one["code"]: one for one in json.loads(told)}


@pytest.fixture
def office(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: Any) -> Office:
    monkeypatch.delenv("GEO_PLANNER_LANG", raising=False)
    return Office(tmp_path, capfd.readouterr)


def _counts(found: dict[str, Any]) -> tuple[object, ...]:
    return tuple(found[name] for name in ("n", "covered", "unknown", "status"))


def _communities(
    kind: str, codes: Sequence[str], first: str = "", last: str = ""
) -> list[list[object]]:
    return [[code, f"{code}社区", "community", kind, first, last] for code in codes]


def _stations(codes: Sequence[str]) -> list[list[object]]:
    return [[f"S{code}", f"{code}站", "parent_school_station", code] for code in codes]


def _codes(letter: str, count: int) -> list[str]:
    return [f"{letter}{number:03}" for number in range(1, count + 1)]


COMMUNITY = "unit_id name kind community_kind established_on abolished_on"
STATION = "facility_id name facility_type unit_id"


def test_case_1_ninety_six_per_cent_of_n(office: Office) -> None:
    table = [
        (23, 22, 1, "near"), (24, 23, 1, "near"), (25, 24, 0, "met"), (26, 24, 1, "near"),
        (50, 48, 0, "met"), (12, 11, 1, "near"), (200, 191, 1, "near"),
    ]  # fmt: skip
    # One set a year: its communities exist from January to December of that year.
    units: list[list[object]] = []
    built: list[list[object]] = []
    for year, (n, covered, _, _) in enumerate(table, 2011):
        codes = _codes(f"Y{year}U", n)
        units += _communities("urban", codes, f"{year}-01-01", f"{year + 1}-01-01")
        built += _stations(codes[:covered])
    office.send("units", COMMUNITY, units)
    office.send("facilities", STATION, built)
    for year, (n, covered, needs, status) in enumerate(table, 2011):
        found = office.coverage(URBAN, f"{year}-06-30")
        assert _counts(found) == (n, covered, 0, status)
        assert found["lower"] == found["upper"] == pytest.approx(100 * covered / n, rel=1e-15)
        assert (found["needs_more_min"], found["needs_more_max"]) == (needs, needs)
        assert (found["target"], found["comparison"]) == (96, ">=")


def test_case_2_empty_sets_are_not_averaged(office: Office) -> None:
    regiments = [[f"G{i}", f"{i}团", "regiment", "", ""] for i in (1, 2, 3)]
    rows = [[c, c, "community", "regiment", "G1"] for c in _codes("R", 4)]
    rows += [[c, c, "community", "urban", "G2"] for c in _codes("U", 5)]
    office.send("units", "unit_id name kind community_kind parent_id", [*regiments, *rows])
    office.send("facilities", STATION, _stations(_codes("R", 4) + _codes("U", 5)))
    for indicator, n in ((URBAN, 5), (REGIMENT, 4)):
        found = office.coverage(indicator)
        assert _counts(found) == (n, n, 0, "met")
        assert (found["lower"], found["needs_more_max"]) == (100, 0)


def test_case_2_no_such_unit_at_all(office: Office) -> None:
    office.send("units", COMMUNITY, _communities("urban", ["U1"]))
    office.send("facilities", STATION, _stations(["U1"]))
    found = office.coverage(REGIMENT)
    assert _counts(found) == (0, 0, 0, "not_applicable")
    assert (found["lower"], found["upper"], found["needs_more_max"]) == (None, None, 0)


def test_case_3_unknown_is_not_zero(office: Office) -> None:
    rows = [("K1", 120, 120), ("K2", 80, 0), ("K3", 60, "—"), ("K4", 40, 40)]
    office.send(
        "units",
        "unit_id name kind households households_tap_water households_sanitary_toilet",
        [[code, code, "company", whole, part, whole * 0.9] for code, whole, part in rows],
    )
    found = office.coverage("company_tap_water")
    assert _counts(found) == (300, 160, 60, "not_met")
    assert found["uncovered"] == 80
    assert found["lower"] == pytest.approx(160 / 3)  # 53.3 %
    assert found["upper"] == pytest.approx(220 / 3)  # 73.3 %
    states = {unit["unit_id"]: unit["state"] for unit in found["units"]}
    assert states == {"K1": "covered", "K2": "uncovered", "K3": "unknown", "K4": "covered"}
    assert {u["unit_id"]: u["rank"] for u in found["units"] if u["rank"]} == {"K2": 1}
    # 300 households, 270 with a toilet: no number in the plan, so never "met".
    toilets = office.coverage("company_sanitary_toilet")
    assert (toilets["n"], toilets["covered"], toilets["lower"]) == (300, 270, 90)
    assert toilets["status"] == "reference_only"


def test_case_3b_the_unknown_one_decides(office: Office) -> None:
    office.send("units", COMMUNITY, _communities("regiment", _codes("R", 10)))
    office.send("facilities", STATION, _stations(_codes("R", 8)))
    office.send("observations", "indicator unit_id period value", [[REGIMENT, "R010", 2025, ""]])
    found = office.coverage(REGIMENT)
    assert _counts(found) == (10, 8, 1, "undetermined")
    assert (found["lower"], found["upper"]) == (80, 90)
    assert (found["needs_more_min"], found["needs_more_max"]) == (0, 1)


def test_case_4_one_station_for_two_communities(office: Office) -> None:
    # On one road: C1 150 m and C2 700 m from S1, C4 900 m beyond; C3 100 m from S2.
    places = {"C1": 150, "C2": 700, "C3": 10_100, "C4": 900}
    office.send(
        "units",
        "unit_id name kind community_kind x y",
        [[c, c, "community", "regiment", EAST + x, NORTH] for c, x in places.items()],
        *METRES,
    )
    station = ["S1", "一站", "parent_school_station", "C1", "C1; C2", EAST, NORTH, "active"]
    other = ["S2", "三站", "parent_school_station", "C3", "C3", EAST + 10_000, NORTH, "active"]
    heads = f"{STATION} serves_units x y status"
    office.send("facilities", heads, [station, other], *METRES)
    office.streets([[(0, 0), (11_000, 0)]])
    found = office.coverage(REGIMENT)
    assert _counts(found) == (4, 3, 0, "not_met")
    assert (found["lower"], found["needs_more_max"]) == (75, 1)
    units = {unit["unit_id"]: unit for unit in found["units"]}
    assert [units[c]["established_own"] for c in places] == [True, False, True, False]
    assert [units[c]["reachable"] for c in places] == [True, True, True, True]
    assert units["C2"]["facility_ids"] == ["S1"]
    assert units["C4"]["state"] == "uncovered"  # reachable, and still not established
    station[4] = ""
    office.send("facilities", heads, [station, other], *METRES)
    assert office.coverage(REGIMENT)["covered"] == 2


def test_case_5_closed_suspended_planned(office: Office) -> None:
    office.send("units", COMMUNITY, _communities("urban", [f"C{i}" for i in range(1, 6)]))
    dates = [
        ("2020-03-01", "", "active"), ("2019-09-01", "2025-06-30", "closed"),
        ("2018-01-01", "", "suspended"), ("2026-09-01", "", "planned"),
        ("2021-05-01", "2025-12-31", "active"),
    ]  # fmt: skip
    office.send(
        "facilities",
        f"{STATION} opened_on closed_on status",
        [[f"H{i}", f"家{i}", "child_home", f"C{i}", *one] for i, one in enumerate(dates, 1)],
    )
    table = [
        ("2025-06-29", 3), ("2025-06-30", 2), ("2025-12-30", 2), ("2025-12-31", 1),
        ("2026-09-01", 1),
    ]  # fmt: skip
    for day, covered in table:
        found = office.coverage("child_home_coverage", day)
        assert (found["n"], found["covered"], found["lower"]) == (5, covered, 20 * covered)
    found = office.coverage("child_home_coverage")
    assert (found["status"], found["target"]) == ("trend_bad", None)
    assert (found["needs_more_min"], found["needs_more_max"]) == (2, 2)  # three homes in 2024
    after = office.findings("2026-09-01")
    assert after["active-but-closed"]["ids"] == ["H5"]
    assert after["suspended-without-date"]["ids"] == ["H3"]
    assert after["planned-date-passed"]["ids"] == ["H4"]
    assert after["planned-date-passed"]["places"] == ["2.csv:5"]
    assert "active-but-closed" not in office.findings("2025-12-30")


def test_case_6_outside_the_boundary(office: Office) -> None:
    def square(x: int) -> str:
        west, south, east, north = EAST + x, NORTH, EAST + x + 1000, NORTH + 1000
        ring = [(west, south), (east, south), (east, north), (west, north), (west, south)]
        return f"POLYGON (({', '.join(f'{a} {b}' for a, b in ring)}))"

    units = [[c, c, "community", "regiment", square(x)] for c, x in (("C1", 0), ("C2", 1000))]
    office.send("units", "unit_id name kind community_kind geometry", units, *METRES)
    places = {"S1": (1030, 500), "S2": (500, 1040), "S3": (1500, 300), "S4": (1000, 500)}
    heads = f"{STATION} x y"
    rows = [
        [s, s, "parent_school_station", "C1" if s == "S1" else "", EAST + x, NORTH + y]
        for s, (x, y) in places.items()
    ]
    office.send("facilities", heads, rows, *METRES)
    found = office.coverage(REGIMENT)
    assert (found["n"], found["covered"], found["lower"]) == (2, 2, 100)
    assert [unit["facility_ids"] for unit in found["units"]] == [["S1"], ["S3"]]
    findings = office.findings("2025-12-31")
    assert findings["unit-and-place-differ"]["ids"] == ["S1"]
    assert findings["unassigned"]["ids"] == ["S2", "S4"]
    rows[0][3] = ""
    office.send("facilities", heads, rows, *METRES)
    found = office.coverage(REGIMENT)
    assert (found["covered"], found["lower"], found["needs_more_max"]) == (1, 50, 1)
    assert office.findings("2025-12-31")["unassigned"]["ids"] == ["S2", "S4"]


def test_case_7_near_but_not_by_network(office: Office) -> None:
    companies = {
        "K1": (20, 900, 0), "K2": (35, 0, 800), "K3": (10, 420, 560), "K4": (15, 0, -9000),
    }  # fmt: skip
    office.send(
        "units",
        "unit_id name kind children_3_5 x y",
        [[k, k, "company", n, EAST + x, NORTH + y] for k, (n, x, y) in companies.items()],
        *METRES,
    )
    row = ["KG1", "幼儿园", "kindergarten", EAST, NORTH, "active"]
    office.send("facilities", "facility_id name facility_type x y status", [row], *METRES)
    office.streets(
        [
            [(0, 0), (0, 100), (900, 100), (900, 0)],  # 1 100
            [(0, 0), (-2800, 0), (-2800, 800), (0, 800)],  # 6 400
            [(420, 560), (420, 700)],  # joins nothing
            [(0, 0), (0, -4500), (-1500, -4500), (-1500, -9000), (0, -9000)],  # 12 000
        ]
    )
    walked = office.access("--facility-type", "kindergarten")
    assert [round(float(walked[k]["straight_m"])) for k in companies] == [900, 800, 700, 9000]
    assert [walked[k]["network_m"] and round(float(walked[k]["network_m"])) for k in companies] == [
        1100, 6400, "", 12_000,
    ]  # fmt: skip
    states = [walked[k]["state"] for k in companies]
    assert states == ["within", "beyond", "no_path", "beyond"]
    assert [walked[k]["children"] for k in companies] == ["20", "35", "10", "15"]
    assert round(float(walked["K1"]["minutes"]), 1) == 18.3
    driven = office.access("--facility-type", "kindergarten", "--mode", "drive")
    assert [driven[k]["state"] for k in companies] == ["within", "within", "no_path", "beyond"]
    assert [round(float(driven[k]["minutes"]), 1) for k in ("K1", "K2", "K4")] == [2.2, 12.8, 24.0]
    assert round(float(driven["K2"]["detour_ratio"]), 2) == 8.00


def test_case_8_duplicates_never_raise_coverage(office: Office) -> None:
    office.send("units", COMMUNITY, _communities("urban", ["C1", "C2", "C3"]))
    school = "parent_school_station"
    rows = [
        (1, "幸福社区家长学校", school, "C1", 100, 100),
        (2, "幸福社区 家长学校（站）", school, "C1", 108, 109),
        (3, "幸福社区儿童之家", "child_home", "C1", 100, 100),
        (4, "阳光社区家长学校", school, "C2", 5000, 5000),
        (5, "阳光社区家长学校", school, "C2", 5300, 5180),
        (6, "幸福社区第二家长学校", school, "C1", 900, 700),
    ]
    office.send(
        "facilities",
        f"{STATION} x y",
        [[*row[:4], EAST + row[4], NORTH + row[5]] for row in rows],
        *METRES,
    )
    found = office.coverage(URBAN)
    assert _counts(found) == (3, 2, 0, "not_met")
    assert found["lower"] == pytest.approx(200 / 3)
    assert found["needs_more_max"] == 1
    findings = office.findings("2025-12-31")
    assert findings["duplicate-merged"]["ids"] == ["2"]
    assert findings["duplicate-review"]["ids"] == ["5"]


def test_case_9_two_classes_side_by_side(office: Office) -> None:
    table = [
        ((20, 19, "near", 1), (40, 38, "met", 0)),
        ((12, 12, "met", 0), (32, 28, "near", 1)),
        ((25, 24, "met", 0), (10, 9, "met", 0)),
        ((25, 24, "met", 0), (10, 6, "not_met", 3)),
    ]
    units: list[list[object]] = [["K1", "一连", "company", "", "", ""]]  # in neither class
    built: list[list[object]] = []
    for year, sets in enumerate(table, 2021):
        for kind, (n, covered, _, _) in zip(("urban", "regiment"), sets, strict=True):
            codes = _codes(f"Y{year}{kind[0]}", n)
            units += _communities(kind, codes, f"{year}-01-01", f"{year + 1}-01-01")
            built += _stations(codes[:covered])
    # In a year of its own: the third set and one community that does not say which it is.
    for kind, n, covered in (("urban", 25, 24), ("regiment", 10, 9), ("", 1, 0)):
        codes = _codes(f"Y2025{kind[:1]}", n)
        units += _communities(kind, codes, "2025-01-01", "2026-01-01")
        built += _stations(codes[:covered])
    office.send("units", COMMUNITY, units)
    office.send("facilities", STATION, built)
    for year, sets in enumerate(table, 2021):
        for indicator, (n, covered, status, needs) in zip((URBAN, REGIMENT), sets, strict=True):
            found = office.coverage(indicator, f"{year}-12-31")
            assert _counts(found) == (n, covered, 0, status)
            assert found["needs_more_max"] == needs
    assert _counts(office.coverage(URBAN)) == (26, 24, 1, "undetermined")
    assert _counts(office.coverage(REGIMENT)) == (11, 9, 1, "undetermined")


def test_case_10_opening_in_the_middle_of_the_year(office: Office) -> None:
    office.send("units", COMMUNITY, _communities("regiment", _codes("R", 10)))
    opened = {"R008": "2025-07-01", "R009": "2025-12-31", "R010": "2026-01-05"}
    rows = [
        [*row, opened.get(row[3], "2020-01-01"), "2025-10-01" if row[3] == "R003" else ""]
        for row in _stations(_codes("R", 10))
    ]
    office.send("facilities", f"{STATION} opened_on closed_on", rows)
    table = [
        ("2024-12-31", 7, 2, "not_met"), ("2025-06-30", 7, 2, "not_met"),
        ("2025-07-01", 8, 1, "not_met"), ("2025-09-30", 8, 1, "not_met"),
        ("2025-10-01", 7, 2, "not_met"), ("2025-12-31", 8, 1, "not_met"),
        ("2026-01-05", 9, 0, "met"),
    ]  # fmt: skip
    for day, covered, needs, status in table:
        found = office.coverage(REGIMENT, day)
        assert _counts(found) == (10, covered, 0, status)
        assert (found["lower"], found["needs_more_max"]) == (10 * covered, needs)
    office.send("units", COMMUNITY, _communities("regiment", ["R011"], "2025-09-01"))
    assert office.coverage(REGIMENT, "2025-08-31")["n"] == 10
    found = office.coverage(REGIMENT)
    assert _counts(found) == (11, 8, 0, "not_met")
    assert found["needs_more_max"] == 2  # ceil(9.9) - 8


def test_every_regiment_on_its_own(office: Office) -> None:
    rows = [("R1", 1000, 990), ("R2", 500, 495), ("R3", 100, 97)]
    office.send(
        "units",
        "unit_id name kind vaccine_eligible vaccinated",
        [[code, code, "regiment", whole, part] for code, whole, part in rows],
    )
    found = office.coverage("vaccination_rate")
    assert _counts(found) == (3, 2, 0, "not_met")  # pooled 98.875 %, and yet
    missing = [unit for unit in found["units"] if unit["state"] == "uncovered"]
    assert [(unit["unit_id"], unit["needs_more"]) for unit in missing] == [("R3", 1)]


def test_staffing(office: Office) -> None:
    rows = [("A", 1, 2), ("B", 1, 1), ("C", "", 2)]
    office.send("units", "unit_id name kind", [["D", "师", "division"]])
    office.send(
        "facilities",
        f"{STATION} gp_child child_health_doctors",
        [[code, code, "regiment_hospital", "D", *staff] for code, *staff in rows],
    )
    general, child = (
        office.coverage(f"regiment_hospital_{one}") for one in ("gp", "child_doctors")
    )
    assert _counts(general) == (3, 2, 1, "undetermined")
    assert _counts(child) == (3, 2, 0, "not_met")
    assert [unit["unit_id"] for unit in child["units"] if unit["state"] == "uncovered"] == ["B"]


def test_small_numbers_a_relative_fall_and_a_gross_rate(office: Office) -> None:
    units = [["D", "师", "division", ""], ["G", "团", "regiment", 500]]
    office.send("units", "unit_id name kind children_3_5", units)
    heads = "indicator unit_id period numerator denominator value"
    under5, infant, injury = (
        "under5_mortality_rate", "infant_mortality_rate", "injury_mortality_change",
    )  # fmt: skip
    office.send(
        "observations",
        heads,
        [
            [under5, "D", 2023, 4, 826, ""], [under5, "D", 2024, 5, 826, ""],
            [infant, "D", 2023, 1, 826, ""], [injury, "D", 2020, "", "", 10],
            [injury, "D", 2023, "", "", 8], [injury, "D", 2024, "", "", 8.1],
        ],
    )  # fmt: skip
    office.send("facilities", f"{STATION} enrolled", [["KG", "幼儿园", "kindergarten", "G", 515]])
    for indicator, year, value, status in (
        (under5, 2023, 1000 * 4 / 826, "met"), (under5, 2024, 1000 * 5 / 826, "not_met"),
        (infant, 2023, 1000 / 826, "met"), (injury, 2023, -20, "met"), (injury, 2024, -19, "near"),
    ):  # fmt: skip
        found = office.coverage(indicator, f"{year}-12-31")
        assert (found["lower"], found["status"]) == (pytest.approx(value), status)
        small = {note["code"] for note in found["notes"]} & {"small-numbers"}
        assert bool(small) == (indicator != injury)
    gross = office.coverage("preschool_gross_enrolment")
    assert (gross["lower"], gross["status"]) == (103, "met")


def test_a_fall_from_nothing_known_or_from_zero(office: Office) -> None:
    office.send("units", "unit_id name kind", [["D", "师", "division"]])
    heads, injury = "indicator unit_id period value", "injury_mortality_change"
    office.send("observations", heads, [[injury, "D", 2023, 8]])
    assert office.coverage(injury, "2023-12-31")["status"] == "no_data"
    office.send("observations", heads, [[injury, "D", 2020, 0]])
    assert office.coverage(injury, "2023-12-31")["status"] == "no_data"
