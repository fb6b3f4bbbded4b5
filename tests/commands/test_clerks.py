"""What offices really send, and what the command line answers: one small file at a time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.conftest import Call, Outcome

UNITS = (
    "unit_id,name,kind,community_kind,parent_id,households,households_tap_water\n"
    "R1,一团,regiment,,,,\nC1,一社区,community,regiment,R1,,\nK1,一连,company,,R1,20,18\n"
)


@pytest.fixture
def office(call: Call, tmp_path: Path) -> Path:
    folder = tmp_path / "项目 p"
    assert call("new", folder, "--name", "p", "--crs", "EPSG:4540").code == 0
    assert send(call, folder, "units", UNITS).code == 0
    return folder


def send(call: Call, project: Path, layer: str, text: str, *words: str) -> Outcome:
    path = project.parent / f"{layer}.csv"
    path.write_text(text, encoding="utf-8")
    return call("import", project, path, "--layer", layer, "--lang", "en", *words)


def found(call: Call, project: Path) -> dict[str, dict[str, object]]:
    told = call("check", project, "--as-of", "2025-12-31", "--format", "json", "--lang", "en")
    return {one["code"]: one for one in json.loads(told.out)}


def test_a_later_file_may_not_contradict_what_an_earlier_one_said(call: Call, office: Path) -> None:
    # 18 households of 20 have tap water; a new list says that there are 12.
    done = send(call, office, "units", "unit_id,name,kind,households\nK1,一连,company,12\n")
    assert (done.code, done.out) == (1, "")
    assert "'households_tap_water' is greater than 'households' in rows 2" in done.err
    facility = "facility_id,name,facility_type,{}\nF1,站,child_home,{}\n"
    first = facility.format("opened_on", "2024-05-01")
    assert send(call, office, "facilities", first).code == 0
    done = send(call, office, "facilities", facility.format("closed_on", "2023-05-01"))
    assert (done.code, "rows 2" in done.err) == (1, True)


def test_other_things_under_the_same_codes_are_told(call: Call, office: Path) -> None:
    schools = "facility_id,name,facility_type\n1,甲小学,primary_school\n2,乙小学,primary_school\n"
    clinics = (
        "facility_id,name,facility_type\n2,丙卫生室,company_clinic\n3,丁卫生室,company_clinic\n"
    )
    assert "another kind" not in send(call, office, "facilities", schools).out
    for words in (("--dry-run",), ()):
        done = send(call, office, "facilities", clinics, *words)
        assert "1 rows took the place of stored ones of another kind" in done.out
        assert "2 (primary_school > company_clinic)" in done.out
    assert "another kind" not in send(call, office, "facilities", clinics).out


def test_reports_that_cannot_be_are_found(call: Call, office: Path) -> None:
    text = (
        "indicator,unit_id,period,numerator,denominator,value\n"
        "company_tap_water,K1,2025,30,20,\n"  # more households than there are
        "vaccination_rate,R1,2025,,,140\n"
        "vaccination_rate,R1,2024,5,10,99\n"  # 5 of 10 is 50 %
        "vaccination_rate,R1,2023,29,30,96.7\n"  # 96.666… to one decimal
        "parent_school_regiment,K1,2025,,,1\n"  # companies are in neither class
        "preschool_gross_enrolment,R1,2025,515,500,103\n"  # a gross rate may pass 100
        "injury_mortality_change,R1,2025,,,-20\n"
    )
    assert send(call, office, "observations", text).code == 0
    findings = found(call, office)
    assert findings["report-over-whole"]["places"] == ["observations.csv:2"]
    assert findings["report-over-hundred"]["places"] == ["observations.csv:3"]
    assert findings["report-differs-from-counts"]["places"] == ["observations.csv:4"]
    assert findings["report-of-other-kind"]["ids"] == ["K1"]
    assert "K1 parent_school_regiment 2025" in str(findings["report-of-other-kind"]["text"])


def test_a_report_that_denies_a_record_names_its_own_row(call: Call, office: Path) -> None:
    station = "facility_id,name,facility_type,unit_id\nS1,站,parent_school_station,C1\n"
    assert send(call, office, "facilities", station).code == 0
    text = "indicator,unit_id,period,value\nparent_school_regiment,C1,2025,0\n"
    assert send(call, office, "observations", text).code == 0
    denied = found(call, office)["report-denies-record"]
    assert (denied["ids"], denied["places"]) == (["C1"], ["observations.csv:2"])
    assert "Parent school" in str(denied["text"])  # the label in the reader's language
    assert "observations.csv: 2" in call("check", office, "--as-of", "2025-12-31").out


def test_a_parent_of_a_lower_level_is_found(call: Call, office: Path) -> None:
    assert send(call, office, "units", "unit_id,name,kind,parent_id\nD,师,division,K1\n").code == 0
    assert found(call, office)["parent-not-above"]["ids"] == ["D"]


def test_what_nobody_sees_makes_no_second_unit(call: Call, office: Path) -> None:
    text = "unit_id,name,kind\nK1\u200b,一\ufeff连,company\nK\u202a2,二连,company\n"
    assert send(call, office, "units", text).code == 0
    words = ("access", office, "--facility-type", "child_home", "--format", "json")
    names = {row["unit_id"]: row["name"] for row in json.loads(call(*words).out)}
    assert names == {"C1": "一社区", "K1": "一连", "K2": "二连"}
    text = "unit_id,name,kind\nK3,三连,company\nK3\u200b,三连,company\n"
    assert "repeats values of 'unit_id' (K3)" in send(call, office, "units", text).err


def test_a_near_label_is_named_with_its_code(call: Call, office: Path) -> None:
    text = "indicator,unit_id,period,value\n儿童之家覆盖率,C1,2025,1\n"
    assert (
        "child_home_coverage (社区儿童之家覆盖率)" in send(call, office, "observations", text).err
    )


def test_a_quotation_mark_never_closed_is_named_by_its_line(call: Call, office: Path) -> None:
    for rest in (3, 20_000):
        text = 'unit_id,name,kind\nK5,五连,company\nK6,"六连,company\n' + "K7,七连,company\n" * rest
        assert "opened in line 3 is not closed" in send(call, office, "units", text).err


def test_places_far_from_the_project_are_told(call: Call, office: Path) -> None:
    text = "unit_id,name,kind,lon,lat\nK8,八连,company,93.5,42.8\nK9,九连,company,2.3,48.8\n"
    done = send(call, office, "units", text, "--crs", "WGS84")
    assert "1 positions lie far outside" in done.out
    assert "EPSG:4540, where lengths come out wrong: rows 3" in done.out


def test_choices_are_in_the_reader_s_language(call: Call, office: Path) -> None:
    done = call("import", office, office.parent / "units.csv", "--layer", "units", "--crs", "没有")
    assert "Gauss" not in done.err
    assert "EPSG:4534-4554" in done.err


def test_a_sheet_of_a_file_without_sheets_is_refused(
    call: Call, project: Path, tmp_path: Path
) -> None:
    file = tmp_path / "连队.csv"
    file.write_text("单位代码,名称\nK9,九连\n", encoding="utf-8")
    done = call("import", project, file, "--layer", "units", "--kind", "company", "--sheet", "表1")
    assert (done.code, done.out) == (1, "")
    assert "表1" in done.err


def test_a_project_needs_a_name(call: Call, tmp_path: Path) -> None:
    assert call("new", tmp_path / "p", "--name", "  ").code == 2
    assert not (tmp_path / "p").exists()
