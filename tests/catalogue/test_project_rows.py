"""A project's own rows: added, or put in the place of others when they say so."""

from __future__ import annotations

from pathlib import Path

from layers.catalogue import load_catalogue

NEARER = """
[[facility_type]]
id = "playground"
replaces = true
label = { zh = "儿童活动场地", en = "Playground" }
urban_walk = { metres = 250, minutes = 4 }
basis = "ours"
"""


def test_without_a_folder_there_is_only_the_plan(tmp_path: Path) -> None:
    assert load_catalogue(tmp_path / "nowhere") is load_catalogue()
    assert load_catalogue(tmp_path) == load_catalogue()


def test_a_row_in_the_place_of_another(tmp_path: Path) -> None:
    # Notepad writes a byte order mark; macOS leaves '._' files behind.
    (tmp_path / "limits.toml").write_bytes(b"\xef\xbb\xbf" + NEARER.encode())
    (tmp_path / "._limits.toml").write_bytes(b"\x00\x05\x16\x07")
    (tmp_path / "notes.txt").write_text("not rows", encoding="utf-8")
    mine, plan = load_catalogue(tmp_path), load_catalogue()
    assert mine.facility_type("playground").walk_limit(urban=True) == 250
    assert plan.facility_type("playground").walk_limit(urban=True) == 300
    # In its old place, and nothing else has moved.
    assert list(mine.facility_types) == list(plan.facility_types)
    assert mine.indicators == plan.indicators


def test_another_plan(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text(
        '[plan]\nid = "other"\nreplaces = true\n'
        'title = { zh = "另一规划", en = "Another plan" }\nperiod = [2031, 2040]\n',
        encoding="utf-8",
    )
    mine = load_catalogue(tmp_path)
    assert (mine.plan_id, mine.title.en, mine.period) == ("other", "Another plan", (2031, 2040))
    assert load_catalogue().plan_id == "xpcc13_child_plan_2021_2030"


def test_rows_may_be_spread_over_files_in_any_order(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(
        '[[facility_type]]\nid = "camp"\nlabel = { zh = "营地", en = "Camp" }\n'
        'assessed = ["valley"]\n',
        encoding="utf-8",
    )
    (tmp_path / "b.toml").write_text(
        '[[unit_kind]]\nid = "valley"\nlabel = { zh = "山谷", en = "Valley" }\n'
        'level = 3\nplural = "valleys"\n',
        encoding="utf-8",
    )
    mine = load_catalogue(tmp_path)
    assert mine.facility_type("camp").assessed == ("valley",)
    assert mine.unit_kind("valley").level == 3
