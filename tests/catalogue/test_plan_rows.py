"""The packaged rows against the plan: nothing lost, nothing added, every quote where it says."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

import pytest

from geo_planner.catalogue import Catalogue, Indicator, Label
from layers.catalogue import load_catalogue, plan_text
from layers.catalogue.loading import _packaged

# The figures the plan prints, read in its text.
PROMISED = {
    "neonatal_mortality_rate": ("<=", "2.0", "‰"),
    "infant_mortality_rate": ("<=", "4.0", "‰"),
    "under5_mortality_rate": ("<=", "5.0", "‰"),
    "vaccination_rate": (">=", "98", "%"),
    "anaemia_rate_under5": ("<=", "8", "%"),
    "stunting_rate_under5": ("<=", "3", "%"),
    "myopia_rate_primary": ("<=", "30", "%"),
    "myopia_rate_junior": ("<=", "60", "%"),
    "myopia_rate_senior": ("<=", "70", "%"),
    "eye_care_coverage_0_6": (">=", "95", "%"),
    "student_fitness_good_rate": (">=", "60", "%"),
    "paediatricians_per_1000": (">=", "1.12", "per 1000 children"),
    "paediatric_beds_per_1000": (">=", "3.17", "per 1000 children"),
    "regiment_hospital_gp": (">=", "1", "count"),
    "regiment_hospital_child_doctors": (">=", "2", "count"),
    "newborn_visit_rate": (">=", "95", "%"),
    "under3_system_management_rate": (">=", "95", "%"),
    "under7_health_management_rate": (">=", "95", "%"),
    "caries_rate_12y": ("<=", "25", "%"),
    "exclusive_breastfeeding_6m": (">=", "60", "%"),
    "outdoor_light_hours": (">=", "1", "hours/day"),
    "daily_exercise_hours": (">=", "1", "hours/day"),
    "sleep_hours_primary": (">=", "10", "hours/day"),
    "sleep_hours_junior": (">=", "9", "hours/day"),
    "sleep_hours_senior": (">=", "8", "hours/day"),
    "injury_mortality_change": ("<=", "-20", "% change vs 2020"),
    "under16_livestream_accounts": ("<=", "0", "count"),
    "preschool_gross_enrolment": (">=", "100", "%"),
    "compulsory_retention_rate": (">=", "100", "%"),
    "senior_gross_enrolment": (">=", "100", "%"),
    "parent_school_urban": (">=", "96", "%"),
    "parent_school_regiment": (">=", "90", "%"),
    "company_tap_water": (">=", "100", "%"),
}

# Figures read out of words such as 全覆盖: kept as targets, never as the plan's own numbers.
READ_FROM_WORDS = {
    "standard_mch_institution": "1",
    "disabled_children_education_coverage": "100",
    "nearby_enrolment_coverage": "100",
    "child_labour_cases": "0",
}

# The preamble prints five pairs, for 2020 and 2010.
BASELINES = {
    "infant_mortality_rate": (("1.21", 2020), ("5.05", 2010)),
    "under5_mortality_rate": (("4.84", 2020), ("6.73", 2010)),
    "preschool_gross_enrolment": (("100", 2020), ("84.54", 2010)),
    "compulsory_retention_rate": (("100", 2020), ("97.32", 2010)),
    "senior_gross_enrolment": (("100", 2020), ("86.15", 2010)),
}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def rows(catalogue: Catalogue) -> list[Indicator]:
    return list(catalogue.indicators.values())


def test_the_plan_itself(catalogue: Catalogue) -> None:
    assert catalogue.plan_id == "xpcc13_child_plan_2021_2030"
    assert catalogue.title.zh == "第十三师新星市儿童发展规划（2021—2030年）"
    assert catalogue.period == (2021, 2030)


def test_every_row_is_there_once(catalogue: Catalogue) -> None:
    found = rows(catalogue)
    assert len(found) == 145
    assert sum(row.quantified for row in found) == 33
    assert Counter(row.priority for row in found) == {"A": 49, "B": 64, "C": 32}
    assert Counter(row.domain for row in found) == {
        "health": 49,
        "safety": 12,
        "education": 15,
        "welfare": 18,
        "family": 7,
        "environment": 21,
        "law": 9,
        "implementation": 14,
    }
    assert Counter(row.spatial for row in found) == {
        "not_spatial": 62,
        "layer_attribute": 52,
        "facility_layer": 31,
    }


def test_domains_stand_in_the_order_of_the_plan(catalogue: Catalogue) -> None:
    order = list(dict.fromkeys(row.domain for row in rows(catalogue)))
    assert order == [
        "health",
        "safety",
        "education",
        "welfare",
        "family",
        "environment",
        "law",
        "implementation",
    ]


def test_figures_of_the_plan(catalogue: Catalogue) -> None:
    found = {
        row.id: (row.comparison, row.target, row.measure)
        for row in rows(catalogue)
        if row.quantified
    }
    assert found == {
        name: (comparison, Decimal(figure), measure)
        for name, (comparison, figure, measure) in PROMISED.items()
    }
    others = {
        row.id: str(row.target)
        for row in rows(catalogue)
        if row.target is not None and not row.quantified
    }
    assert others == READ_FROM_WORDS
    assert {row.target_year for row in rows(catalogue)} == {2030}


def test_a_printed_figure_stands_in_its_quote(catalogue: Catalogue) -> None:
    for row in rows(catalogue):
        # 不得 ... 账号注册 forbids in words; its zero is no printed figure.
        if row.quantified and row.id != "under16_livestream_accounts":
            assert row.target is not None
            assert f"{abs(row.target.normalize()):f}" in row.quote, row.id


def test_baselines(catalogue: Catalogue) -> None:
    found = {
        row.id: tuple((str(one.value), one.year) for one in row.baselines)
        for row in rows(catalogue)
        if row.baselines
    }
    assert found == BASELINES


def test_comparisons_measures_and_units_of_assessment(catalogue: Catalogue) -> None:
    found = rows(catalogue)
    assert Counter(row.comparison for row in found) == {
        "must_hold": 54,
        ">=": 31,
        "trend_up": 31,
        "<=": 13,
        "maintain_or_increase": 9,
        "trend_down": 5,
        "trend_flat_or_down": 1,
        "trend_to_range": 1,
    }
    assert Counter(row.measure for row in found) == {
        "%": 83,
        "count": 24,
        "yes/no": 21,
        "hours/day": 5,
        "‰": 3,
        "per 1000 children": 2,
        "‰ points": 1,
        "% change vs 2020": 1,
        "per 100 000": 1,
        "per 1000": 1,
        "hours/week": 1,
        "per 100 girls": 1,
        "per 10 000": 1,
    }
    assessed = Counter(row.assessed for row in found)
    assert (assessed["division"], assessed["school"], assessed["company"]) == (74, 14, 9)
    assert (assessed["venue"], assessed["regiment"], assessed["community"]) == (8, 7, 5)
    assert sum(assessed.values()) == 145
    assert len(assessed) == 19


def test_notes_readings_owners_and_needs_are_kept(catalogue: Catalogue) -> None:
    found = rows(catalogue)
    # 44 notes of the source, one on how to fill the owner's kind.
    assert sum(row.note is not None for row in found) == 45
    assert sum(row.reading is not None for row in found) == 37
    assert sum(row.denominator is None for row in found) == 33
    assert sum(row.responsible is not None for row in found) == 21
    assert all(row.data_owner is not None for row in found)
    assert sum(len(row.needs) for row in found) == 279
    assert len({need for row in found for need in row.needs}) == 195
    assert Counter(row.facility_type for row in found)[None] == 83
    assert {row.id for row in found if row.aggregation == "all_units_must_meet"} == {
        "vaccination_rate",
        "regiment_hospital_gp",
        "regiment_hospital_child_doctors",
    }
    assert {row.id: row.community_kind for row in found if row.community_kind} == {
        "parent_school_urban": "urban",
        "parent_school_regiment": "regiment",
    }


def test_a_figure_that_is_not_the_plans_says_so(catalogue: Catalogue) -> None:
    for row in rows(catalogue):
        if row.assumed_target is not None or row.assumed_range is not None:
            assert not row.quantified, row.id
            assert row.target is None, row.id
            assert row.reading is not None, row.id
    toilets = catalogue.indicator("company_sanitary_toilet")
    assert (toilets.target, toilets.assumed_target) == (None, Decimal(90))
    assert catalogue.indicator("sex_ratio_at_birth").assumed_range == (Decimal(103), Decimal(107))


def test_quotes_are_exact_and_short(catalogue: Catalogue) -> None:
    text = plan_text()
    for row in rows(catalogue):
        assert row.quote in text, row.id
        assert 0 < len(row.quote) <= 40, row.id


def test_quotes_stand_in_the_clause_they_name(catalogue: Catalogue) -> None:
    clauses = dict(clauses_of(plan_text()))
    wrong = {row.id: row.clause for row in rows(catalogue) if row.quote not in clauses[row.clause]}
    assert wrong == {}


def test_networks_are_quoted_exactly_and_where_they_say(catalogue: Catalogue) -> None:
    clauses = dict(clauses_of(plan_text()))
    assert list(catalogue.networks) == ["child_protection", "child_health"]
    for network in catalogue.networks.values():
        assert network.quote in clauses[network.clause], network.id
        assert 0 < len(network.quote) <= 40, network.id
        kinds = [level.unit_kinds for level in network.levels]
        assert kinds == [("division",), ("regiment", "district"), ("company", "community")]


def clauses_of(text: str) -> Iterator[tuple[str, str]]:
    """Yield (clause, its text): ``二(一)主要目标3``, ``三(五)``. Part four is printed ``4、``."""
    part, section, block = "", "", ""
    clause, lines = "", []
    for raw in text.splitlines():
        line = re.sub(r"\[bookmark[^\]]*\]", "", raw).strip()
        if found := re.match(r"(一|二|三|4)、", line):
            part = "四" if found[1] == "4" else found[1]
            key = ""
        elif found := re.match(r"（([一二三四五六七八九十]+)）", line):
            section, block = found[1], ""
            key = f"{part}({section})"
        elif found := re.match(r"(主要目标|策略措施)", line):
            block = found[1]
            key = ""
        elif block and (found := re.match(r"(\d+)\s*[.．]", line)):
            key = f"{part}({section}){block}{found[1]}"
        else:
            lines.append(line)
            continue
        if clause:
            yield clause, "\n".join(lines)
        clause, lines = key, [line]
    yield clause, "\n".join(lines)


def labels(catalogue: Catalogue) -> Iterator[tuple[str, Label]]:
    yield "plan", catalogue.title
    for kind in catalogue.unit_kinds.values():
        yield kind.id, kind.label
    for row in rows(catalogue):
        for label in (
            row.label,
            row.numerator,
            row.denominator,
            row.data_owner,
            row.reading,
            row.note,
        ):
            if label is not None:
                yield row.id, label
    for network in catalogue.networks.values():
        for label in (network.label, *(level.label for level in network.levels)):
            yield network.id, label
    for place in (*catalogue.facility_types.values(), *catalogue.travel_modes.values()):
        yield place.id, place.label
        yield place.id, place.source


def test_every_text_is_in_both_languages(catalogue: Catalogue) -> None:
    for name, label in labels(catalogue):
        assert label.zh.strip(), name
        assert label.en.strip(), name
        assert re.search(r"[\u4e00-\u9fff]", label.zh) or label.zh == "100%", (name, label.zh)
        # Chinese may hold abbreviations of standards (GB 50180, TD/T), never English words.
        words = re.findall(r"[A-Za-z]+", label.zh)
        assert all(word.isupper() and len(word) <= 3 for word in words), (name, words)
        assert not re.search(r"[,;:?!()]", label.zh), (name, label.zh)


def test_columns_a_row_reads_are_columns_it_needs(catalogue: Catalogue) -> None:
    for row in rows(catalogue):
        needed = {need.partition(".")[2] for need in row.needs}
        read = {
            *row.facility_columns,
            *(item.column for item in row.unit_columns),
            *(name for basis in row.bases for name in (basis.numerator, basis.denominator)),
            *filter(None, (row.denominator_column, row.base_column)),
        }
        assert read <= needed, (row.id, read - needed)


def test_rules_have_what_they_read(catalogue: Catalogue) -> None:
    for row in rows(catalogue):
        match row.rule:
            case "has_facility":
                assert row.facility_type, row.id
                assert row.unit_kinds, row.id
            case "within_reach":
                assert row.limit_minutes, row.id
            case "household_share":
                assert row.bases, row.id
            case "per_thousand":
                assert row.facility_columns, row.id
                assert row.denominator_column, row.id
            case "staffing":
                assert row.facility_columns or row.unit_columns, row.id
                assert row.facility_types or row.unit_columns, row.id
            case "yes_no":
                assert row.unit_kinds, row.id
        for item in row.unit_columns:
            assert item.kind in row.unit_kinds, row.id


def test_rows_the_acceptance_cases_turn_on(catalogue: Catalogue) -> None:
    water = catalogue.indicator("company_tap_water")
    assert [basis.name for basis in water.bases] == ["households", "population"]
    assert water.unit_kinds == ("company",)
    preschool = catalogue.indicator("preschool_service_coverage")
    assert preschool.unit_kinds == ("community", "company")
    assert preschool.denominator_column == "children_3_5"
    emergency = catalogue.indicator("emergency_medical_network")
    assert (emergency.mode, emergency.limit_minutes) == ("drive", 60)
    doctors = catalogue.indicator("regiment_hospital_child_doctors")
    assert (doctors.facility_columns, doctors.bar) == (("child_health_doctors",), Fraction(2))
    assert catalogue.indicator("vaccination_rate").unit_kinds == ("regiment",)
    homes = catalogue.indicator("child_home_coverage")
    assert (homes.comparison, homes.target) == ("maintain_or_increase", None)


def test_columns_an_import_accepts(catalogue: Catalogue) -> None:
    assert {
        "population",
        "households",
        "children_0_2",
        "children_15_17",
        "households_tap_water",
        "child_director",
    } <= catalogue.unit_counts
    assert {"gp_child", "places", "screened_primary", "children_area"} <= catalogue.facility_counts
    assert not {"geometry", "status", "type", "id"} & catalogue.unit_counts
    assert not catalogue.unit_counts & {"gp_child", "screened_primary"}


def test_loading_is_quick() -> None:
    load_catalogue()
    _packaged.cache_clear()
    started = time.process_time()
    load_catalogue()
    assert time.process_time() - started < 0.3
    assert load_catalogue() is load_catalogue()
