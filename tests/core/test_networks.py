"""Networks in levels, worked by hand: who lacks what, whose chain breaks above, what is unknown."""

from __future__ import annotations

import time
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_planner.catalogue import UnitKind
from geo_planner.errors import CatalogueError, NoDateError, NotKnownError
from geo_planner.monitoring_rows import Network, NetworkLevel
from geo_planner.networks import all_networks, network
from geo_planner.rows import Label
from tests.worlds import (
    CATALOGUE,
    LABEL,
    METRES,
    facilities,
    facility_type,
    indicator,
    observations,
    units,
    world,
)

NAN = float("nan")
TOP, MIDDLE, BASE = (Label(name, name) for name in ("top", "middle", "base"))
HEALTH = Network(
    "health",
    LABEL,
    "c",
    "q",
    (
        NetworkLevel(TOP, ("division",), ("centre",)),
        NetworkLevel(MIDDLE, ("regiment",), ("hospital",)),
        NetworkLevel(BASE, ("company", "community"), ("clinic", "station")),
    ),
)
PROTECTION = Network(
    "protection",
    LABEL,
    "c",
    "q",
    (
        NetworkLevel(TOP, ("division",), ("centre",)),
        NetworkLevel(MIDDLE, ("regiment",), (), ("child_supervisor",)),
        NetworkLevel(BASE, ("company", "community"), (), ("child_director",)),
    ),
)
CLINICS = indicator(
    "clinics", "has_facility", facility_type="clinic", unit_kinds=("company",), quantified=False
)
ROWS = CATALOGUE.adding(
    facility_types=(
        facility_type("centre", None, assessed=("division",)),
        facility_type("clinic", None, assessed=("company",)),
        facility_type("station", None, assessed=("community",)),
    ),
    indicators=(CLINICS,),
    networks=(HEALTH, PROTECTION),
)
# Division D; regiments G (two companies, one community) and H (one company).
TREE = (
    {"unit_id": "D", "kind": "division"},
    {"unit_id": "G", "kind": "regiment", "parent_id": "D", "child_supervisor": 1.0},
    {"unit_id": "H", "kind": "regiment", "parent_id": "D", "child_supervisor": 0.0},
    {"unit_id": "G1", "kind": "company", "parent_id": "G", "child_director": 1.0},
    {"unit_id": "G2", "kind": "company", "parent_id": "G", "child_director": 0.0},
    {"unit_id": "G3", "kind": "community", "parent_id": "G", "child_director": NAN},
    {"unit_id": "H1", "kind": "company", "parent_id": "H", "child_director": 2.0},
)


def held(kind, unit, **more):
    return {"facility_type": kind, "unit_id": unit, **more}


EVERYWHERE = (
    held("centre", "D"), held("hospital", "G"), held("hospital", "H"), held("clinic", "G1"),
    held("clinic", "G2"), held("station", "G3"), held("clinic", "H1"),
)  # fmt: skip


def built(*rows, said=None, tree=TREE, **more):
    return world(units(*tree), facilities(*rows), said, catalogue=ROWS, **more)


def told(report, *names):
    names = names or ("state", "chain", "broken_at")
    table = report.units.set_index("unit_id")
    return {
        key: tuple(None if pd.isna(row[name]) else row[name] for name in names)
        for key, row in zip(table.index, table.to_dict("records"), strict=True)
    }


WHOLE = ("covered", "complete", None)


def test_whole_from_top_to_base() -> None:
    report = network(built(*EVERYWHERE), "health")
    assert set(told(report).values()) == {WHOLE}
    assert [(one.number, one.n, one.covered, one.complete) for one in report.levels] == [
        (1, 1, 1, 1), (2, 2, 2, 2), (3, 4, 4, 4),
    ]  # fmt: skip
    assert told(report, "parent_id", "parent_level") == {
        "D": (None, None), "G": ("D", 1), "H": ("D", 1), "G1": ("G", 2), "G2": ("G", 2),
        "G3": ("G", 2), "H1": ("H", 2),
    }  # fmt: skip
    assert told(report, "reason", "facility_ids")["G1"] == ("has_own", ["F4"])
    assert not report.notes


def test_a_regiment_without_a_hospital_breaks_its_companies_chains() -> None:
    # H's hospital is planned only; G2 has no clinic.
    rows = [row for row in EVERYWHERE if row["unit_id"] not in {"H", "G2"}]
    report = network(built(*rows, held("hospital", "H", status="planned")), "health")
    assert told(report) == {
        "D": WHOLE,
        "G": WHOLE,
        "H": ("uncovered", "broken", 2),
        "G1": WHOLE,
        "G2": ("uncovered", "broken", 3),
        "G3": WHOLE,
        "H1": ("covered", "broken", 2),
    }
    assert report.lacking["unit_id"].tolist() == ["H", "G2"]
    assert told(report, "reason")["H"] == ("only_inactive",)
    assert report.hanging["unit_id"].tolist() == ["H1"]
    # Of the base 4 units: 3 hold it, H1 of them in vain; G1 and G3 are whole.
    base = report.levels[2]
    assert (base.covered, base.uncovered, base.hanging) == (3, 1, 1)
    assert (base.complete, base.broken, base.open) == (2, 2, 0)


def test_a_division_without_its_centre_breaks_every_chain() -> None:
    rows = [row for row in EVERYWHERE if row["unit_id"] != "D"]
    report = network(built(*rows, held("centre", "D", status="closed")), "health")
    assert {value[1:] for value in told(report).values()} == {("broken", 1)}
    assert [one.hanging for one in report.levels] == [0, 2, 4]


def test_the_first_lacking_level_going_up_is_named() -> None:
    # Neither the company, nor its regiment, nor the division holds anything.
    report = network(
        built(held("centre", "D", status="closed"), held("hospital", "G"), held("clinic", "G1")),
        "health",
    )
    found = told(report, "chain", "broken_at")
    assert (found["H1"], found["H"], found["D"], found["G1"]) == (
        ("broken", 3), ("broken", 2), ("broken", 1), ("broken", 1),
    )  # fmt: skip


def test_a_blank_director_is_unknown_and_zero_is_none() -> None:
    report = network(built(held("centre", "D")), "protection")
    assert told(report, "state", "reason", "chain", "broken_at") == {
        "D": ("covered", "has_own", "complete", None),
        "G": ("covered", "enough", "complete", None),
        "H": ("uncovered", "short", "broken", 2),
        "G1": ("covered", "enough", "complete", None),
        "G2": ("uncovered", "short", "broken", 3),
        "G3": ("unknown", "unknown_value", "unknown", None),
        "H1": ("covered", "enough", "broken", 2),
    }
    base = report.levels[2]
    assert (base.n, base.covered, base.uncovered, base.unknown) == (4, 2, 1, 1)


def test_a_lacking_level_above_breaks_a_chain_whose_own_end_is_unknown() -> None:
    tree = [*TREE[:-1], {**TREE[-1], "child_director": NAN}]
    report = network(built(held("centre", "D"), tree=tree), "protection")
    assert told(report)["H1"] == ("unknown", "broken", 2)


def test_columns_nobody_has_are_unknown() -> None:
    bare = [{key: value for key, value in row.items() if "child_" not in key} for row in TREE]
    report = network(built(held("centre", "D"), tree=bare), "protection")
    assert [one.unknown for one in report.levels] == [0, 2, 4]
    assert {value[1] for key, value in told(report).items() if key != "D"} == {"unknown"}


def test_a_list_nobody_handed_in_is_unknown_kind_by_kind() -> None:
    # Clinics are listed, stations are not: the community is unknown, the company lacks its own.
    rows = [row for row in EVERYWHERE if row["unit_id"] not in {"G2", "G3", "D"}]
    report = network(built(*rows), "health")
    found = told(report, "state", "reason", "chain")
    assert found["G3"] == ("unknown", "not_imported", "unknown")
    assert found["G2"] == ("uncovered", "none_recorded", "broken")
    assert found["D"] == ("unknown", "not_imported", "unknown")
    assert found["G1"] == ("covered", "has_own", "unknown")  # nobody knows of the division
    codes = [note.params["note"].code for note in report.notes]
    assert codes == ["network-not-imported", "network-not-imported"]


def test_a_clinic_closed_on_the_day_no_longer_counts() -> None:
    rows = [row for row in EVERYWHERE if row["unit_id"] != "G1"]
    rows.append(held("clinic", "G1", opened_on="2020-01-01", closed_on="2024-06-01"))
    project = built(*rows)
    # 1 June is the first day without service.
    for day, state in ((date(2024, 5, 31), "covered"), (date(2024, 6, 1), "uncovered")):
        assert told(network(project, "health", day))["G1"][0] == state
    assert told(network(project, "health", date(2019, 12, 31)))["G1"][0] == "uncovered"


def test_a_clinic_serving_two_companies_holds_for_both() -> None:
    rows = [row for row in EVERYWHERE if row["unit_id"] != "G2"]
    rows[3] = held("clinic", "G1", serves_units="G1;G2")
    report = network(built(*rows), "health")
    assert told(report, "state", "reason", "facility_ids")["G2"] == ("covered", "served", ["F4"])


def test_a_hospital_in_a_community_holds_for_its_regiment() -> None:
    rows = [row for row in EVERYWHERE if row["unit_id"] != "G"]
    report = network(built(*rows, held("hospital", "G3")), "health")
    assert told(report)["G"] == WHOLE


def test_reports_speak_where_no_record_does() -> None:
    # G2 has no clinic on record: reported as blank, then as having one, then as having none.
    rows = [row for row in EVERYWHERE if row["unit_id"] != "G2"]
    for value, state, why in (
        (NAN, "unknown", "unknown_value"), (1.0, "covered", "observed_yes"),
        (0.0, "uncovered", "observed_no"),
    ):  # fmt: skip
        said = observations(
            {"indicator": "clinics", "unit_id": "G2", "period": "2025", "value": value},
            {"indicator": "clinics", "unit_id": "G1", "period": "2025", "value": 0.0},
        )
        found = told(network(built(*rows, said=said), "health"), "state", "reason")
        assert found["G2"] == (state, why)
        assert found["G1"] == ("covered", "has_own")  # the record speaks first


def test_units_that_do_not_exist_on_the_day_are_left_out() -> None:
    tree = [*TREE, {"unit_id": "G9", "kind": "company", "parent_id": "G",
                    "abolished_on": "2025-01-01"}]  # fmt: skip
    assert "G9" not in told(network(built(*EVERYWHERE, tree=tree), "health"))
    assert "G9" in told(network(built(*EVERYWHERE, tree=tree), "health", date(2024, 12, 31)))


def test_a_unit_outside_any_regiment_hangs_on_the_division_and_its_chain_is_open() -> None:
    tree = [*TREE, {"unit_id": "U", "kind": "community", "parent_id": "D"},
            {"unit_id": "X", "kind": "company", "parent_id": None}]  # fmt: skip
    rows = (*EVERYWHERE, held("station", "U"), held("clinic", "X"))
    report = network(built(*rows, tree=tree), "health")
    found = told(report, "state", "parent_id", "parent_level", "chain")
    assert found["U"] == ("covered", "D", 1, "unknown")
    assert found["X"] == ("covered", None, None, "unknown")
    (note,) = report.notes
    assert (note.code, note.params["count"]) == ("network-level-skipped", 2)


def test_a_unit_in_two_levels_hangs_on_itself() -> None:
    both = Network(
        "both", LABEL, "c", "q",
        (NetworkLevel(MIDDLE, ("regiment",), ("hospital",)),
         NetworkLevel(BASE, ("regiment", "company"), ("clinic",))),
    )  # fmt: skip
    rows = ROWS.adding(networks=(both,))
    project = world(units(*TREE), facilities(*EVERYWHERE), catalogue=rows)
    table = network(project, "both").units
    assert table.loc[table["unit_id"] == "G", "level"].tolist() == [1, 2]
    # A clinic in a company is held by its regiment too.
    assert table.loc[table["unit_id"] == "G", "parent_id"].tolist() == [None, "G"]


def test_two_ways_of_holding_a_level() -> None:
    either = Network(
        "either", LABEL, "c", "q",
        (NetworkLevel(BASE, ("company",), ("clinic",), ("child_director",)),),
    )  # fmt: skip
    rows = ROWS.adding(networks=(either,))
    # G1: a director, no clinic. G2: neither. H1: a clinic, and a director.
    project = world(units(*TREE), facilities(held("clinic", "H1")), catalogue=rows)
    assert told(network(project, "either"), "state", "reason") == {
        "G1": ("covered", "enough"), "G2": ("uncovered", "none_recorded"),
        "H1": ("covered", "has_own"),
    }  # fmt: skip
    # Without any list of clinics a zero director does not settle it.
    bare = world(units(*TREE), facilities(held("hospital", "G")), catalogue=rows)
    assert told(network(bare, "either"), "state", "reason")["G2"] == ("unknown", "not_imported")


def test_an_empty_project_has_empty_levels() -> None:
    report = network(world(units(), catalogue=ROWS), "health")
    assert [one.n for one in report.levels] == [0, 0, 0]
    assert report.as_json()["units"] == []


def test_what_is_refused() -> None:
    with pytest.raises(NotKnownError, match="health"):
        network(built(), "heelth")
    with pytest.raises(NoDateError):
        network(built(on=None), "health")
    empty = Network("none", LABEL, "c", "q", (NetworkLevel(TOP, ("division",)),))
    with pytest.raises(CatalogueError, match="nothing can hold"):
        ROWS.adding(networks=(empty,))
    astray = Network("none", LABEL, "c", "q", (NetworkLevel(TOP, ("planet",), ("moon",)),))
    with pytest.raises(CatalogueError, match=r"planet.*\n?.*moon"):
        ROWS.adding(networks=(astray,))


def test_all_of_the_catalogue_in_its_order() -> None:
    assert [one.network.id for one in all_networks(built(*EVERYWHERE))] == ["health", "protection"]


def test_plain_values() -> None:
    made = network(built(*EVERYWHERE), "health").as_json()
    assert (made["network"], made["as_of"], made["quote"]) == ("health", "2025-12-31", "q")
    assert made["levels"][1]["label"] == {"zh": "middle", "en": "middle"}
    assert made["units"][0] == {
        "unit_id": "D", "name": "单位", "kind": "division", "level": 1, "parent_id": None,
        "parent_level": None, "state": "covered", "reason": "has_own", "facility_ids": ["F1"],
        "chain": "complete", "broken_at": None,
    }  # fmt: skip
    assert "units" not in network(built(*EVERYWHERE), "health").as_json(units=False)


@given(st.lists(st.sampled_from(EVERYWHERE), unique_by=lambda row: row["unit_id"]))
def test_counts_add_up_and_chains_follow_their_links(rows: list[dict[str, object]]) -> None:
    report = network(built(*rows), "health")
    of = told(report, "state", "chain", "broken_at", "parent_id", "level")
    for one in report.levels:
        assert one.n == one.covered + one.uncovered + one.unknown
        assert one.n == one.complete + one.broken + one.open
    for state, chain, broken_at, parent, level in of.values():
        if state == "uncovered":
            assert (chain, broken_at) == ("broken", level)
        elif parent is not None and of[parent][1] == "broken":
            assert (chain, broken_at) == ("broken", of[parent][2])
        else:
            assert chain != "broken"
        assert (chain == "complete") == (
            state == "covered" and (parent is None or of[parent][1] == "complete")
        )


def test_many_units_take_seconds() -> None:
    # 2 000 regiments of 300 companies, every second one with a clinic.
    regiments, each = 2000, 300
    top = pd.DataFrame({"unit_id": ["D"], "kind": "division", "parent_id": None})
    middle = pd.DataFrame({"unit_id": [f"G{n}" for n in range(regiments)], "kind": "regiment",
                           "parent_id": "D"})  # fmt: skip
    base = pd.DataFrame({
        "unit_id": [f"K{n}" for n in range(regiments * each)], "kind": "company",
        "parent_id": np.repeat(middle["unit_id"].to_numpy(), each),
    })  # fmt: skip
    table = pd.concat([top, middle, base], ignore_index=True).assign(name="单位")
    places = gpd.GeoSeries([None] * len(table), crs=METRES)
    many = gpd.GeoDataFrame(table, geometry=places).set_index("unit_id")
    homes = ["D", *middle["unit_id"], *base["unit_id"][::2]]
    kinds = ["centre"] + ["hospital"] * regiments + ["clinic"] * (len(base) // 2)
    listed = pd.DataFrame({
        "facility_id": [f"F{n}" for n in range(len(homes))], "facility_type": kinds,
        "unit_id": homes, "name": "设施",
    })  # fmt: skip
    listed = gpd.GeoDataFrame(
        listed, geometry=gpd.GeoSeries([None] * len(listed), crs=METRES)
    ).set_index("facility_id")
    project = world(many, listed, catalogue=ROWS)
    start = time.perf_counter()
    report = network(project, "health")
    assert time.perf_counter() - start < 30
    assert [(one.covered, one.uncovered) for one in report.levels] == [
        (1, 0), (2000, 0), (300_000, 300_000),
    ]  # fmt: skip


def test_a_districts_kind_shares_the_level_of_regiments() -> None:
    kinds = (UnitKind("district", Label("district", "district"), 2, "districts"),)
    shared = Network(
        "shared", LABEL, "c", "q",
        (NetworkLevel(TOP, ("division",), ("centre",)),
         NetworkLevel(MIDDLE, ("regiment", "district"), ("hospital",))),
    )  # fmt: skip
    tree = [*TREE, {"unit_id": "S", "kind": "district", "parent_id": "D"}]
    rows = ROWS.adding(unit_kinds=kinds, networks=(shared,))
    project = world(units(*tree), facilities(*EVERYWHERE), catalogue=rows)
    assert told(network(project, "shared"))["S"] == ("uncovered", "broken", 2)
