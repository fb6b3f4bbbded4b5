"""Names that tell units apart."""

from __future__ import annotations

from tests.worlds import units, world


def test_a_shared_name_stands_behind_its_parents() -> None:
    made = world(
        units(
            {"unit_id": "R1", "kind": "regiment", "name": "红星一场"},
            {"unit_id": "R2", "kind": "regiment", "name": "红星二场"},
            {"unit_id": "C1", "kind": "company", "name": "一连", "parent_id": "R1"},
            {"unit_id": "C2", "kind": "company", "name": "一连", "parent_id": "R2"},
            {"unit_id": "C3", "kind": "company", "name": "二连", "parent_id": "R2"},
            {"unit_id": "C4", "kind": "company", "name": "三连", "parent_id": "R2"},
            {"unit_id": "C5", "kind": "company", "name": "三连", "parent_id": "R2"},
            {"unit_id": "C6", "kind": "company", "name": "三连", "parent_id": None},
        )
    )
    assert made.place_names.to_dict() == {
        "R1": "红星一场",
        "R2": "红星二场",
        "C1": "红星一场 一连",
        "C2": "红星二场 一连",
        "C3": "二连",
        # Two of one name in one regiment: the code tells them apart.
        "C4": "红星二场 三连 C4",
        "C5": "红星二场 三连 C5",
        "C6": "三连",
    }
