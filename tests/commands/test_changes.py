"""What changed from year to year, on the command line."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest

from layers.store import Store
from tests.commands.conftest import Call
from tests.serving.warned_world import EACH, returns, warned_project
from tests.serving.world import FORMULA, MOMENT, REGIMENT, facilities


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """The warned world, in which S2 opens in 2025 and a report of 2024 is corrected in February."""
    store = warned_project(tmp_path / "changed")
    late = facilities()
    late.loc[late["facility_id"] == "S2", "opened_on"] = pd.Timestamp("2025-07-01")
    when = MOMENT + timedelta(days=2)
    store.commit_layer(late, layer="facilities", file="facilities.xlsx", imported_at=when)
    corrected = returns().iloc[:1].assign(numerator=985.0)
    when = MOMENT + timedelta(days=30)
    store.commit_layer(corrected, layer="observations", file="更正.xlsx", imported_at=when)
    return tmp_path / "changed"


def test_one_indicator_with_every_name(call: Call, changed: Path) -> None:
    # C1, C2 of four at the end of 2024; C3 too at the end of 2025: 25 points.
    told = call("changes", changed, "--indicator", REGIMENT, "--lang", "en")
    assert told.code == 0
    assert "2024-12-31: 50.0 %" in told.out
    assert "2025-12-31: 75.0 %" in told.out
    assert "+25 percentage points" in told.out
    opened, gained = (
        told.out.index("Facilities opened (1)"),
        told.out.index("Covered now, not then"),
    )
    assert opened < told.out.index("S2 (阳光'\"社区, 2025-07-01)") < gained
    chinese = call("changes", changed, "--indicator", REGIMENT).out
    assert "+25 个百分点" in chinese
    assert "新开办的设施" in chinese


def test_all_that_changed_as_table_json_and_csv(call: Call, changed: Path) -> None:
    found = json.loads(call("changes", changed, "--format", "json").out)["changes"]
    assert {row["indicator"] for row in found} >= {REGIMENT, EACH}
    one = next(row for row in found if row["indicator"] == REGIMENT)
    assert (one["difference_low"], one["difference_high"], one["units"]) == (25, 25, 1)
    assert [thing["id"] for thing in one["opened"]] == ["S2"]
    rows = list(csv.DictReader(io.StringIO(call("changes", changed, "--format", "csv").out)))
    assert {row["cause"] for row in rows if row["indicator"] == REGIMENT} == {"opened", "gained"}
    assert call("changes", changed).code == 0


def test_nothing_changed(call: Call, changed: Path) -> None:
    told = call("changes", changed, "--year", "2020", "--lang", "en")
    assert (told.code, told.out.strip()) == (0, "Nothing changed.")


def test_against_what_was_known_then(call: Call, changed: Path) -> None:
    # The report of 2024 said 990 of 1000 when it was given; since February it says 985.
    options = ("--indicator", EACH, "--format", "json", "--lang", "en")
    plain = json.loads(call("changes", changed, *options).out)["changes"][0]
    assert (plain["against_then"], plain["corrections"]) == (False, [])
    day = (MOMENT + timedelta(days=10)).date().isoformat()
    (found,) = json.loads(call("changes", changed, *options, "--known-on", day).out)["changes"]
    assert found["against_then"] is True
    (one,) = found["corrections"]
    assert (one["id"], one["was"]["numerator"], one["now"]["numerator"]) == ("R1", 990, 985)
    assert one["source"] == "更正.xlsx:2"
    text = call("changes", changed, "--indicator", EACH, "--known-on", day, "--lang", "en").out
    assert "一团 R1 (2024, 990 / 1,000 → 985 / 1,000, 更正.xlsx:2)" in text


def test_a_facility_that_was_dated_otherwise(call: Call, changed: Path) -> None:
    # On 6 January S2 was known as open since 2022: 75 % at the end of 2024, which reads 50 % now.
    day = MOMENT.date().isoformat()
    told = call("changes", changed, "--indicator", REGIMENT, "--known-on", day, "--lang", "en").out
    assert "75.0 % → 50.0 %" in told
    assert "working → not working, facilities.xlsx:3" in told


def test_refusals(call: Call, changed: Path) -> None:
    for options, said in (
        (("--known-on", "2020-01-01"), "2020-01-01"),
        (("--year", "2031"), "2031"),
        (("--year", "2025", "--since", "2025"), "2025"),
        (("--indicator", "parent_school_regimnt"), REGIMENT),
    ):
        refused = call("changes", changed, "--lang", "en", *options)
        assert (refused.code, refused.out) == (1, "")
        assert said in refused.err
    assert call("changes", changed, "--known-on", "gestern").code == 2


def test_names_stay_text_in_excel(call: Call, changed: Path) -> None:
    store = Store(changed)
    late = facilities()
    late.loc[late["facility_id"] == "S1", ["opened_on", "name"]] = (
        pd.Timestamp("2025-08-01"), FORMULA,
    )  # fmt: skip
    store.commit_layer(late, layer="facilities", file="facilities.xlsx")
    told = call("changes", changed, "--indicator", REGIMENT, "--format", "csv", "--excel").out
    rows = list(csv.DictReader(io.StringIO(told.lstrip("\ufeff"))))
    assert any(row["what"].startswith("'=HYPERLINK") for row in rows)
