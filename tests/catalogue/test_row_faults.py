"""Hostile rows: every fault is named at once, with file, row and field."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo_planner.errors import CatalogueError
from geo_planner.notes import Note
from layers.catalogue import load_catalogue

GOOD_INDICATOR = """
[[indicator]]
id = "reading_corners"
label = { zh = "阅读角", en = "Reading corners" }
domain = "environment"
clause = "二(六)策略措施2"
quote = "鼓励社区图书馆设立儿童图书专区"
rule = "has_facility"
comparison = "trend_up"
measure = "%"
quantified = false
priority = "B"
numerator = { zh = "设有阅读角的社区数", en = "Communities with a corner" }
unit_kinds = ["community"]
facility_type = "community_library"
"""


def faults(folder: Path, **files: str | bytes) -> list[str]:
    for name, content in files.items():
        raw = content if isinstance(content, bytes) else content.encode()
        (folder / f"{name}.toml").write_bytes(raw)
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(folder)
    return [str(one) for one in caught.value.faults]


def test_all_faults_of_all_files_at_once(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        a="""
[[indicator]]
id = "one"
lable = { zh = "x", en = "y" }
label = "text"
domain = "helth"
clause = "c"
quote = " "
rule = "has_facilty"
comparison = ">="
measure = "%"
quantified = "yes"
priority = "A"
numerator = { zh = "甲" }
target = "90"
unit_kinds = "company"
bases = [{ name = "n", numerator = "Tap Water", denominatr = "z" }]
""",
        b="""
[[travel_mode]]
id = "fly"
label = { zh = "飞", en = "" }
metres_per_second = 0
network = "air"
detour_factor = 0.5
snap_metres = inf
""",
    )
    assert found == [
        "a.toml: indicator 'one': field 'lable': there is no such field; did you mean 'label'?",
        "a.toml: indicator 'one': field 'bases[1].denominatr': there is no such field; "
        "did you mean 'denominator'?",
        "a.toml: indicator 'one': field 'label': must be a table in braces, such as "
        '{ zh = "…", en = "…" }',
        "a.toml: indicator 'one': field 'domain': 'helth' is not one of: health, safety, "
        "education, welfare, family, environment, law, implementation",
        "a.toml: indicator 'one': field 'rule': 'has_facilty' is not one of: has_facility, "
        "within_reach, household_share, per_thousand, staffing, rate, trend, yes_no",
        "a.toml: indicator 'one': field 'quantified': must be true or false, without quotes",
        "a.toml: indicator 'one': field 'numerator.en': is missing",
        "a.toml: indicator 'one': field 'unit_kinds': must be a list in square brackets",
        "a.toml: indicator 'one': field 'bases[1].denominator': is missing",
        "a.toml: indicator 'one': field 'bases[1].numerator': 'Tap Water' must be small letters, "
        "digits and '_', beginning with a letter",
        "a.toml: indicator 'one': field 'quote': is empty",
        "a.toml: indicator 'one': field 'target': must be a number, without quotes",
        "b.toml: travel mode 'fly': field 'network': 'air' is not one of: walk, drive",
        "b.toml: travel mode 'fly': field 'label.en': is empty",
        "b.toml: travel mode 'fly': field 'metres_per_second': must be more than 0, not 0",
        "b.toml: travel mode 'fly': field 'detour_factor': must be at least 1, not 0.5",
        "b.toml: travel mode 'fly': field 'snap_metres': must be at least 0, not inf",
    ]


def test_settings_of_monitoring_that_cannot_be(tmp_path: Path) -> None:
    words = 'replaces = true\nlabel = { zh = "甲", en = "a" }\n'
    unit = 'measure = { zh = "年", en = "years" }\n'
    ours = 'source = { zh = "本单位", en = "ours" }\n'
    found = faults(
        tmp_path,
        own=f"""
[[threshold]]
id = "slip_points"
value = -1
{words}{unit}{ours}
[[threshold]]
id = "slip_percent"
value = "5"
{words}{unit}{ours}
[[threshold]]
id = "same_years"
value = 3
{words}{unit}
[[threshold]]
id = "silent_years"
value = 2
{words}{ours}measure = {{ zh = "", en = " " }}
[[threshold]]
id = "return_days"
value = 1000000001
{words}{unit}{ours}
""",
    )
    assert found == [
        "own.toml: threshold 'slip_points': field 'value': must be at least 0, not -1",
        "own.toml: threshold 'slip_percent': field 'value': must be a number, without quotes",
        "own.toml: threshold 'same_years': field 'source': is missing",
        "own.toml: threshold 'silent_years': field 'measure.zh': is empty",
        "own.toml: threshold 'silent_years': field 'measure.en': is empty",
        "own.toml: threshold 'return_days': field 'value': must be at most 1000000, not 1000000001",
    ]


def test_a_network_counts_people_in_columns_of_numbers(tmp_path: Path) -> None:
    head = """
[[network]]
id = "own"
label = { zh = "网", en = "net" }
clause = "一"
quote = "二"
"""
    level = '[[network.levels]]\nlabel = {{ zh = "级", en = "level" }}\nunit_kinds = ["company"]\n'
    own = "".join(
        f"{level.format()}unit_columns = [{name}]\n" for name in ('"name"', '"geometry"', '"人数"')
    )
    assert faults(tmp_path, own=head + own) == [
        "own.toml: network 'own': field 'levels[3].unit_columns[1]': '人数' must be small letters, "
        "digits and '_', beginning with a letter",
        "own.toml: network 'own': field 'levels[1].unit_columns[1]': 'name' is not a column of "
        "numbers",
        "own.toml: network 'own': field 'levels[2].unit_columns[1]': 'geometry' is not a column "
        "of numbers",
    ]


def test_files_that_are_no_rows(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        a="名称 = 1".encode("gb18030"),
        b="[[indicator]\n",
        c="indicator = 3\n",
        d="[[indicators]]\nid = 'x'\n",
        e="[[unit_kind]]\nid = 5\nlabel = { zh = '甲', en = 'A' }\nlevel = 0\nplural = 'as'\n",
        f="x = 1\n" * 700_000,
    )
    assert found[0] == "a.toml: is not UTF-8 text; save it as UTF-8"
    assert found[1].startswith("b.toml: is not valid TOML:")
    assert found[2] == "c.toml: 'indicator' must be written [[indicator]] above each row"
    assert found[3].startswith("d.toml: 'indicators' is not a sort of row; known are [[unit_kind]]")
    assert found[4] == "e.toml: unit kind no. 1: field 'id': must be text in quotes"
    assert found[5] == "e.toml: unit kind no. 1: field 'level': must be more than 0, not 0"
    assert found[6] == "f.toml: has 4200000 bytes, the limit is 4000000"
    assert len(found) == 7


def test_names_that_nothing_carries(tmp_path: Path) -> None:
    row = GOOD_INDICATOR.replace('["community"]', '["village"]').replace(
        '"community_library"', '"bookshop"'
    )
    assert faults(tmp_path, mine=row) == [
        "mine.toml: indicator 'reading_corners' names a unit kind that is not there: 'village'",
        "mine.toml: indicator 'reading_corners' names a facility type that is not there: "
        "'bookshop'",
    ]


def test_a_broken_row_is_blamed_once(tmp_path: Path) -> None:
    # The indicator is right; only the type it looks for is not.
    row = GOOD_INDICATOR.replace('"community_library"', '"corner"')
    broken = '[[facility_type]]\nid = "corner"\nlabel = { zh = "阅读角" }\n'
    assert faults(tmp_path, mine=row + broken) == [
        "mine.toml: facility type 'corner': field 'label.en': is missing"
    ]


def test_one_id_in_two_files(tmp_path: Path) -> None:
    assert faults(tmp_path, a=GOOD_INDICATOR, b=GOOD_INDICATOR)[0] == (
        "b.toml: indicator 'reading_corners': field 'id': the same row stands in a.toml too"
    )


def test_two_types_of_one_name(tmp_path: Path) -> None:
    row = '[[facility_type]]\nid = "garden"\nlabel = { zh = "幼儿园", en = "Garden" }\n'
    assert faults(tmp_path, mine=row) == [
        "mine.toml: facility type 'garden' goes by the name '幼儿园', as does 'kindergarten'"
    ]


def test_taking_the_place_of_a_row_has_to_be_said(tmp_path: Path) -> None:
    row = '[[facility_type]]\nid = "playground"\nlabel = { zh = "游戏场", en = "Play" }\n'
    assert faults(tmp_path, mine=row) == [
        "mine.toml: facility type 'playground': field 'id': is already in the catalogue; "
        "write replaces = true to put this row in its place"
    ]


def test_replacing_nothing(tmp_path: Path) -> None:
    row = '[[facility_type]]\nid = "arcade"\nreplaces = true\nlabel = { zh = "甲", en = "A" }\n'
    assert faults(tmp_path, mine=row) == [
        "mine.toml: facility type 'arcade': field 'replaces': there is no row of this id to replace"
    ]


def test_another_plan_has_to_say_that_it_replaces(tmp_path: Path) -> None:
    plan = '[plan]\nid = "p"\ntitle = { zh = "另一规划", en = "Another" }\nperiod = [2035, 2031]\n'
    assert faults(tmp_path, mine=plan) == [
        "mine.toml: plan 'p': field 'period': ends before it begins",
        "mine.toml: plan 'p': field 'id': is already in the catalogue; "
        "write replaces = true to put this row in its place",
    ]


def test_the_sentence_names_every_fault(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("[[indicator]]\nid = 'x'\n", encoding="utf-8")
    with pytest.raises(
        CatalogueError, match=r"(?s)The catalogue has faults:\n- .*'rule': is missing"
    ):
        load_catalogue(tmp_path)


SCALARS = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters='"\\\x7f', min_codepoint=32)).map(
        lambda text: f'"{text}"'
    ),
    st.integers(-(2**70), 2**70).map(str),
    st.sampled_from(
        ["nan", "-inf", "true", "[]", "{}", "2020-01-01", "[[1]]", "{ zh = 1 }", "1e400"]
    ),
)
FIELDS = [
    "label",
    "rule",
    "target",
    "baselines",
    "unit_columns",
    "bases",
    "assumed_range",
    "limit_minutes",
    "needs",
    "replaces",
    "facility_columns",
]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(field=st.sampled_from(FIELDS), value=SCALARS)
def test_whatever_a_field_holds_the_answer_is_a_catalogue_or_its_faults(
    tmp_path: Path, field: str, value: str
) -> None:
    rows = [line for line in GOOD_INDICATOR.splitlines() if not line.startswith(f"{field} =")]
    (tmp_path / "mine.toml").write_text("\n".join([*rows, f"{field} = {value}"]), encoding="utf-8")
    try:
        names, found = list(load_catalogue(tmp_path).indicators), []
    except CatalogueError as error:
        names, found = [], [str(one) for one in error.faults]
    assert ("reading_corners" in names) != bool(found)
    assert all(fault.startswith("mine.toml: ") for fault in found)


def test_a_fault_carries_its_parts_for_another_language(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("[[travel_mode]]\nid = 'x'\n", encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(tmp_path)
    first = caught.value.faults[0]
    assert isinstance(first, Note)
    assert first.params["field"] == "label"
    assert first.params["where"].params == {"file": "mine.toml", "what": "travel mode", "id": "x"}
    assert first.params["fault"].template == "is missing"
    # Programs get plain text.
    assert caught.value.params["faults"][0] == (
        "mine.toml: travel mode 'x': field 'label': is missing"
    )


def test_a_threshold_that_no_rule_goes_by_is_refused(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        own="""
[[threshold]]
id = "slip_point"
label = { zh = "甲", en = "a" }
value = 2
measure = { zh = "个百分点", en = "points" }
source = { zh = "本单位", en = "ours" }
""",
    )
    assert found == [
        "own.toml: threshold 'slip_point': field 'id': no rule of monitoring goes by a threshold "
        "of this id"
    ]
