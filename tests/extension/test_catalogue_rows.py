"""One row in: a project's facility type, indicator and travel mode, with no line of code."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from geo_planner.catalogue import Catalogue, WalkLimit
from layers.catalogue import load_catalogue

ROWS = """
[[facility_type]]
id = "ice_rink"
label = { zh = "冰场", en = "Ice rink" }
words = ["溜冰场"]
assessed = ["community"]
urban_walk = { metres = 800, minutes = 13 }
population = "children_7_12"
symbol = "snowflake"
colour = "sky"

[[travel_mode]]
id = "school_bus"
label = { zh = "校车", en = "School bus" }
metres_per_second = 11.1
network = "drive"
detour_factor = 1.5
snap_metres = 800

[[indicator]]
id = "ice_rink_coverage"
label = { zh = "社区冰场覆盖率", en = "Communities with an ice rink" }
domain = "environment"
clause = "本地实施方案第3条"
quote = "每个城市社区建成一处冰场"
rule = "has_facility"
comparison = ">="
target = 62.5
measure = "%"
quantified = true
priority = "A"
numerator = { zh = "建有冰场的城市社区数", en = "Urban communities with an ice rink" }
denominator = { zh = "城市社区总数", en = "Urban communities" }
unit_kinds = ["community"]
community_kind = "urban"
facility_type = "ice_rink"
mode = "school_bus"
needs = ["community.children_7_12", "facility.ice_square_metres"]
"""


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    (tmp_path / "ours.toml").write_text(ROWS, encoding="utf-8")
    return load_catalogue(tmp_path)


def test_the_rows_are_in_the_catalogue(catalogue: Catalogue) -> None:
    rink = catalogue.facility_type("ice_rink")
    assert rink.urban_walk == WalkLimit(800, 13)
    assert rink.label.in_("zh-CN") == "冰场"
    assert catalogue.travel_mode("school_bus").metres_per_second == 11.1
    coverage = catalogue.indicator("ice_rink_coverage")
    # Exactly what the file says: no float in between.
    assert coverage.target == Decimal("62.5")
    assert coverage.facility_types == ("ice_rink",)
    assert coverage.mode == "school_bus"


def test_the_plans_rows_are_still_there(catalogue: Catalogue) -> None:
    assert len(catalogue.indicators) == 146
    assert list(catalogue.indicators)[:145] == list(load_catalogue().indicators)
    assert len(load_catalogue().indicators) == 145


def test_files_may_now_name_them(catalogue: Catalogue) -> None:
    assert catalogue.facility_type_names["溜冰场"] == "ice_rink"
    assert "children_7_12" in catalogue.unit_counts
    assert "ice_square_metres" in catalogue.facility_counts
    assert "ice_square_metres" not in load_catalogue().facility_counts


def test_another_plan_brings_its_own_promises(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text(
        '[plan]\nid = "other"\nreplaces = true\n'
        'title = { zh = "另一规划", en = "Another plan" }\nperiod = [2026, 2030]\n',
        encoding="utf-8",
    )
    found = load_catalogue(extra=tmp_path)
    assert (found.plan_id, found.period, len(found.indicators)) == ("other", (2026, 2030), 0)
    packaged = load_catalogue()
    assert found.facility_types == packaged.facility_types
    assert found.unit_kinds == packaged.unit_kinds


def test_the_plan_under_another_title_keeps_its_promises(tmp_path: Path) -> None:
    packaged = load_catalogue()
    (tmp_path / "plan.toml").write_text(
        f'[plan]\nid = "{packaged.plan_id}"\nreplaces = true\n'
        'title = { zh = "修订版", en = "Revised" }\nperiod = [2021, 2030]\n',
        encoding="utf-8",
    )
    found = load_catalogue(extra=tmp_path)
    assert found.title.zh == "修订版"
    assert found.indicators == packaged.indicators


def test_a_bundle_and_a_cost_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text(
        ROWS
        + """
[[bundle]]
id = "winter_fun"
label = { zh = "冬季活动", en = "Winter fun" }
facility_type = "child_friendly_community"
unit_kinds = ["community"]
urban_walk = { metres = 800, minutes = 13 }
regiment_walk = { metres = 1500, minutes = 25 }
source = { zh = "本地实施方案", en = "The local plan" }
items = [{ label = { zh = "冰场", en = "Ice rink" }, any_of = ["ice_rink", "playground"] }]
criteria = [{ measure = "missing", weight = 1, label = { zh = "缺少", en = "Missing" } }]

[[facility_cost]]
id = "ice_rink"
yuan = 40000
source = { zh = "报价", en = "A quotation" }

[[facility_cost]]
id = "playground"
replaces = true
yuan = 90000
source = { zh = "报价", en = "A quotation" }
""",
        encoding="utf-8",
    )
    found = load_catalogue(tmp_path)
    assert found.bundle("winter_fun").items[0].any_of == ("ice_rink", "playground")
    assert list(found.bundles)[:1] == list(load_catalogue().bundles)
    costs = {name: row.yuan for name, row in found.facility_costs.items()}
    assert (costs["ice_rink"], costs["playground"]) == (40000, 90000)
    assert costs["playground"] != load_catalogue().facility_costs["playground"].yuan
