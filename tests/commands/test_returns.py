"""returns: forms go out, come back through the door every file takes, and are counted.

In the small world of tests.serving.world the health commission is asked, among much else, for
infant deaths of the division D, and for the health of the regiment R1; C2 is named like a formula.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from layers.store import Store
from maps.reports.form_columns import FIRST_ROW, PLACES
from tests.commands.conftest import Call
from tests.serving.world import FORMULA

INFANT, EYES, EARLY = (
    "infant_mortality_rate",
    "eye_care_coverage_0_6",
    "early_development_services_reach",
)
HEALTH = "卫生健康委"


def blank_form(call: Call, project: Path, path: Path, *words: str, year: int = 2026) -> Path:
    done = call(
        "returns", project, "--year", year, "--department", HEALTH, "--template", path, *words
    )
    assert done.code == 0, done.err
    return path


def rows_of(page: Worksheet) -> dict[tuple[str, str], int]:
    """Row of each indicator and unit."""
    return {
        (page.cell(row, PLACES["indicator"]).value, page.cell(row, PLACES["unit_id"]).value): row
        for row in range(FIRST_ROW, page.max_row + 1)
    }


def fill(path: Path, cells: dict[tuple[str, str], dict[str, Any]]) -> dict[tuple[str, str], int]:
    """Fill in and sign rows as a clerk does, in a spreadsheet program."""
    book = load_workbook(path)
    page = book.worksheets[0]
    places = rows_of(page)
    for key, values in cells.items():
        signed = {"reported_by": "张三", "checked_by": "李四", "reported_on": dt.date(2027, 3, 1)}
        for name, value in (signed | values).items():
            page.cell(places[key], PLACES[name]).value = value
    book.save(path)
    return places


def observed(project: Path, period: str) -> pd.DataFrame:
    table = Store(project).project().observations
    return table[table["period"] == period].set_index(["indicator", "unit_id"])


@pytest.mark.parametrize(("lang", "yes", "no"), [("zh-CN", "是", "否"), ("en", "yes", "no")])
def test_a_form_filled_in_comes_back_as_exactly_those_figures(
    call: Call, project: Path, tmp_path: Path, lang: str, yes: str, no: str
) -> None:
    form = blank_form(call, project, tmp_path / "form.xlsx", "--lang", lang)
    fill(
        form,
        {
            (INFANT, "D"): {"numerator": 2, "denominator": 700, "source": "妇幼监测"},
            (EYES, "R1"): {"value": 96.5, "note": "按年末数"},
            (EARLY, "C2"): {"value": yes},
            (EARLY, "C3"): {"value": no},
            ("health_literacy", "D"): {},  # signed: the figure is not known
        },
    )
    done = call("import", project, form, "--layer", "observations", "--lang", "en")
    assert done.code == 0, done.err
    assert "5 rows added" in done.out
    assert "headings that are not known" not in done.out
    assert "also has" not in done.out
    table = observed(project, "2026")
    numbers = table[["numerator", "denominator", "value"]].astype(object)
    told = numbers.where(numbers.notna(), None)
    assert {key: tuple(told.loc[key]) for key in told.index} == {
        (INFANT, "D"): (2.0, 700.0, None),
        (EYES, "R1"): (None, None, 96.5),
        (EARLY, "C2"): (None, None, 1.0),
        (EARLY, "C3"): (None, None, 0.0),
        ("health_literacy", "D"): (None, None, None),
    }
    first = table.loc[(INFANT, "D")]
    assert (first["source"], first["reported_by"], first["checked_by"]) == (
        "妇幼监测", "张三", "李四",
    )  # fmt: skip
    assert first["reported_on"] == pd.Timestamp("2027-03-01")
    assert table.loc[(EYES, "R1"), "note"] == "按年末数"


def test_a_form_nobody_filled_in_is_refused(call: Call, project: Path, tmp_path: Path) -> None:
    form = blank_form(call, project, tmp_path / "form.xlsx")
    done = call("import", project, form, "--layer", "observations", "--lang", "en")
    assert done.code == 1
    assert "no row has been filled in yet" in done.err


def test_wrong_cells_are_named_with_their_rows(call: Call, project: Path, tmp_path: Path) -> None:
    form = blank_form(call, project, tmp_path / "form.xlsx")
    places = fill(
        form,
        {
            (INFANT, "D"): {"numerator": "two", "denominator": 700},
            (EYES, "R1"): {"numerator": 101, "denominator": 100},
            ("health_literacy", "D"): {"value": 50, "reported_on": "soon"},
        },
    )
    done = call("import", project, form, "--layer", "observations", "--lang", "en")
    assert done.code == 1
    for key, word in (
        ((INFANT, "D"), "two"),
        ((EYES, "R1"), "'numerator' is greater than 'denominator'"),
        (("health_literacy", "D"), "soon"),
    ):
        line = next(line for line in done.err.splitlines() if word in line)
        assert str(places[key]) in line
    assert observed(project, "2026").empty


def test_the_formulas_stay_and_a_name_stays_a_name(
    call: Call, project: Path, tmp_path: Path
) -> None:
    form = blank_form(call, project, tmp_path / "form.xlsx")
    places = fill(form, {(INFANT, "D"): {"numerator": 2, "denominator": 700}})
    page = load_workbook(form).worksheets[0]
    row = places[INFANT, "D"]
    assert str(page.cell(row, PLACES["status"]).value).startswith("=IF(AND(ISNUMBER(K")
    assert "ROUND(" in str(page.cell(row, PLACES["change"]).value)
    named = page.cell(places[EARLY, "C2"], PLACES["unit_name"])
    assert (named.value, named.data_type) == (FORMULA, "s")
    # 1 death in 826 births in 2025, from the project: 1000 / 826 = 1.2107 per thousand.
    assert page.cell(row, PLACES["last"]).value == 1.2107
    assert page.cell(row, PLACES["base"]).value == 1.21


def test_who_returned_and_the_wordings_of_a_figure(
    call: Call, project: Path, tmp_path: Path
) -> None:
    form = blank_form(call, project, tmp_path / "form.xlsx", year=2025)
    late, intime = dt.date(2026, 4, 11), dt.date(2026, 4, 10)  # due 100 days after the year's end
    fill(form, {(INFANT, "D"): {"numerator": 2, "denominator": 826, "reported_on": late}})
    assert call("import", project, form, "--layer", "observations").code == 0
    fill(form, {(EYES, "R1"): {"value": 96, "reported_on": intime}})
    assert call("import", project, form, "--layer", "observations").code == 0

    told = json.loads(call("returns", project, "--year", 2025, "--format", "json").out)
    health = next(one for one in told["departments"] if one["department"] == HEALTH)
    assert (health["returned"], health["late"], health["blank"]) == (2, 1, 0)
    assert (health["last_on"], health["last_by"]) == ("2026-04-11", "张三")
    infant = next(one for one in health["indicators"] if one["indicator"] == INFANT)
    assert infant["late_units"] == ["D"]

    shown = call("returns", project, "--year", 2025, "--department", "Health Commission",
                 "--as-of", "2026-05-01", "--lang", "en")  # fmt: skip
    assert "late: 第十三师 (2026-04-11)" in shown.out
    assert "Due by 2026-04-10, which has passed on 2026-05-01." in shown.out
    assert "Education Bureau" not in shown.out

    words = ("--versions", "--indicator", INFANT, "--unit", "D", "--format", "json")
    versions = json.loads(call("returns", project, "--year", 2025, *words).out)
    assert [(one["numerator"], one["reported_by"]) for one in versions] == [
        (1.0, None), (2.0, "张三"),
    ]  # fmt: skip
    shown = call("returns", project, "--year", 2025, *words[:-2], "--lang", "en")
    assert "form.xlsx" in shown.out
    none = call("returns", project, "--year", 2019, *words[:-2], "--lang", "en")
    assert "Nothing was reported" in none.out


def test_details_as_a_table(call: Call, built: Path) -> None:
    done = call("returns", built, "--year", 2025, "--format", "csv", "--excel")
    rows = list(csv.DictReader(io.StringIO(done.out.lstrip("\ufeff"))))
    by_key = {(row["indicator"], row["unit_id"]): row for row in rows}
    assert by_key[INFANT, "D"]["state"] == "returned"
    assert by_key[EARLY, "C2"]["name"] == f"'{FORMULA}"
    assert by_key[EARLY, "C2"]["state"] == "missing"


def test_forms_are_not_written_over(call: Call, built: Path, tmp_path: Path) -> None:
    folder = tmp_path / "forms"
    words = ("returns", built, "--year", 2025, "--template", folder, "--lang", "en")
    assert call(*words).code == 0
    written = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert "Health Commission returns 2025.xlsx" in written
    refused = call(*words)
    assert refused.code == 1
    assert "nothing was written" in refused.err
    assert call(*words, "--force").code == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == written


def test_wrong_usage_is_explained(call: Call, built: Path, tmp_path: Path) -> None:
    one = call("returns", built, "--year", 2025, "--template", tmp_path / "a.xlsx", "--lang", "en")
    assert one.code == 2
    assert "--department" in one.err
    versions = call("returns", built, "--year", 2025, "--versions", "--lang", "en")
    assert versions.code == 2
    unknown = call("returns", built, "--year", 2025, "--department", "卫健", "--lang", "en")
    assert unknown.code == 1
    assert HEALTH in unknown.err
    assert call("returns", built, "--year", 2031, "--lang", "en").code == 1
