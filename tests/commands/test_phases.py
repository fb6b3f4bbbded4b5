from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest

from geo_planner.errors import (
    BadEncodingError,
    BadNumberError,
    MissingColumnError,
    UnreadableFileError,
)
from layers.building_plan import read_building_plan

TYPE = "parent_school_station"
# The small world (tests/serving/world.py): U2 and C4 have no station. 96 % of two urban communities
# is 2, 90 % of four regiment ones is 4: both are needed. One a year: C4 (50 children) first, U2
# states no children.
WORDS = (
    "--facility-type",
    TYPE,
    "--years",
    "2026-2027",
    "--buildings",
    "2026=1",
    "--buildings",
    "2027=1",
)


def test_what_to_build_in_which_year(call, project) -> None:
    found = call("phases", project, *WORDS, "--format", "json")
    assert found.code == 0, found.err
    told = json.loads(found.out)
    assert (told["status"], told["refusal"]) == ("optimal", None)
    assert [(one["year"], one["newly_covered"]) for one in told["sites"]] == [
        (2026, ["C4"]), (2027, ["U2"]),
    ]  # fmt: skip
    assert [one["children"] for one in told["years"]] == [50, 50]
    assert "children-count-little" in {note["code"] for note in told["notes"]}
    table = call("phases", project, *WORDS)
    assert table.code == 0
    assert "和谐社区" in table.out
    assert "哪年建什么" in table.out
    assert "方法: " in table.out
    rows = call("phases", project, *WORDS, "--format", "csv").out.splitlines()
    assert len(rows) == 3
    assert rows[0].startswith("order,year,facility_type")


def test_a_promise_that_cannot_be_kept_is_named(call, project) -> None:
    found = call(
        "phases",
        project,
        *WORDS,
        "--milestone",
        "2026:parent_school_urban=96",
        "--milestone",
        "2026:parent_school_regiment=90",
        "--lang",
        "en",
    )
    assert found.code == 1
    assert "2026" in found.err
    assert "1 units short" in found.err
    assert "Proven: not every promise can be kept" in found.out


def test_the_chart(call, project, tmp_path) -> None:
    for lang in ("zh-CN", "en"):
        files = [tmp_path / f"{lang}{again}.svg" for again in range(2)]
        for file in files:
            assert call("phases", project, *WORDS, "--out", file, "--lang", lang).code == 0
        assert files[0].read_bytes() == files[1].read_bytes()
        ET.parse(files[0])
        assert "http" not in files[0].read_text(encoding="utf-8").replace(
            "http://www.w3.org/2000/svg", ""
        )
    assert call("phases", project, *WORDS, "--out", tmp_path / "x.png").code == 2


def test_money_costs_and_a_file(call, project, tmp_path) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text(
        f'[budgets]\n2026 = 10\n2027 = 10\n[[wants]]\nfacility_type = "{TYPE}"\ncost = 20\n'
        '[[milestones]]\nyear = 2027\nindicator = "regiment"\npercent = 90\n',
        encoding="utf-8",
    )
    # 20 in all, saved up: one station in 2027; both targets need two.
    told = json.loads(call("phases", project, "--plan", plan, "--format", "json").out)
    assert told["status"] == "infeasible"
    assert [(one["year"], one["newly_covered"]) for one in told["sites"]] == [(2027, ["C4"])]
    # Options go before the file.
    told = json.loads(
        call("phases", project, "--plan", plan, "--cost", f"{TYPE}=10", "--format", "json").out
    )
    assert told["status"] == "optimal"
    table = tmp_path / "years.csv"
    table.write_text("年份,资金（万元）,数量\n2026年,30,1\n2027年,30,1\n", encoding="gb18030")
    told = json.loads(
        call(
            "phases",
            project,
            "--plan",
            table,
            "--facility-type",
            TYPE,
            "--cost",
            f"{TYPE}=30",
            "--format",
            "json",
        ).out
    )
    assert [one["budget"] for one in told["years"]] == [30, 30]
    assert [one["spent"] for one in told["years"]] == [30, 30]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((), 2),
        (("--facility-type", TYPE, "--budget", "then=5"), 2),
        (("--facility-type", TYPE, "--budget", "2026"), 2),
        (("--facility-type", TYPE, "--years", "soon"), 2),
        (("--facility-type", TYPE, "--milestone", "90"), 2),
        (("--facility-type", TYPE, "--milestone", "parent_school_urban=90"), 2),
        (("--facility-type", TYPE, "--per-year", f"{TYPE}=1.5"), 2),
        (("--facility-type", TYPE, "--target", "parent_school_urban=101"), 2),
        (("--facility-type", "no_such"), 1),
        (("--facility-type", TYPE, "--years", "2026", "--milestone", "2026:no_such=90"), 1),
        (("--facility-type", TYPE, "--years", "2026", "--milestone", "2027:urban=90"), 1),
    ],
)
def test_refusals(call, project, words, code) -> None:
    found = call("phases", project, *words)
    assert found.code == code, found.err
    assert found.err
    assert "Traceback" not in found.err


@pytest.mark.parametrize(
    "text",
    [
        "budgets = 5\n[[wants]]\nfacility_type = 'x'\n",
        "wants = 3\n",
        "[[wants]]\nfacility_type = 'x'\ncolour = 'red'\n",
        "nonsense = true\n[[wants]]\nfacility_type = 'x'\n",
    ],
)
def test_a_file_that_is_not_understood(call, project, tmp_path, text) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text(text, encoding="utf-8")
    found = call("phases", project, "--plan", plan, "--facility-type", TYPE)
    assert found.code == 1
    assert "plan.toml" in found.err


def test_reading_odd_files(tmp_path) -> None:
    for name, text, error in (
        ("a.toml", b"a = ", UnreadableFileError),
        ("b.toml", b"\xff\xfe\x00", BadEncodingError),
        ("c.csv", "资金,数量\n5,1\n".encode(), MissingColumnError),
        ("d.csv", "年份,资金\n2026,很多\n".encode(), BadNumberError),
    ):
        file = tmp_path / name
        file.write_bytes(text)
        with pytest.raises(error):
            read_building_plan(file)
    with pytest.raises(UnreadableFileError):
        read_building_plan(tmp_path / "none.toml")
