"""The units behind one figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.changed import change_json, find_changes
from api.dependencies import DayDep, OpenDep
from api.evidence import explained_rows, reported_rows
from api.pages.rendering import page
from api.project_shelf import OpenProject
from api.request_language import translator_for
from api.scoreboard import write_line
from api.verdicts import unit_rows
from api.ways import has_limit
from api.work_cells import work_cells
from geo_planner import by_unit
from geo_planner.coverage import Coverage
from geo_planner.monitoring import Standing, by_group, monitor
from geo_planner.monitoring.years import MOST_YEARS, year_range
from geo_planner.tally import REASONS
from maps.text import Translator, verdicts
from maps.text.values import NOTHING, bounds_text, is_missing
from maps.text.warnings import rule_word
from maps.text.words import SEX_WORDS

if TYPE_CHECKING:
    import pandas as pd

router = APIRouter()

MOST_ROWS, MOST_RANKED, MOST_IN_CELL, MOST_NAMED = 3000, 200, 300, 40
"""Rows one page shows; the download has them all."""


@router.get("/projects/{project_id}/indicators/{indicator}", response_class=HTMLResponse)
def indicator_page(request: Request, opened: OpenDep, day: DayDep, indicator: str) -> HTMLResponse:
    """Show a verdict with its clause, its caveats and every unit behind it."""
    translator = translator_for(request)
    coverage = opened.coverage(indicator, day)
    table = coverage.units
    ranked = table[table["rank"].notna()].sort_values("rank")
    unknown = table[table["state"] == "unknown"]
    established = coverage.own_covered is not None
    standing = _standing(opened, coverage)
    return page(
        request,
        "indicator.html",
        opened=opened,
        day=day,
        coverage=coverage,
        line=write_line(coverage, translator),
        notes=[translator.note(note) for note in coverage.notes],
        method=verdicts.method(coverage.method, coverage, translator),
        earlier=verdicts.earlier(coverage, translator),
        mode=verdicts.mode_label(coverage, translator),
        people=verdicts.people_label(coverage, translator),
        lacking_heading=verdicts.lacking_heading(coverage, translator),
        established=established,
        reported=reported_rows(coverage, translator),
        unknown_units=unit_rows(coverage, unknown.head(MOST_RANKED)),
        unknown_count=len(unknown),
        rows=explained_rows(coverage, table.head(MOST_ROWS), translator),
        row_count=len(table),
        underserved=explained_rows(coverage, ranked.head(MOST_RANKED), translator),
        underserved_count=len(ranked),
        reachable=_reachable(table) if established else None,
        cells=_cells(coverage, translator) if established else [],
        parts=_parts(opened, coverage),
        bounds_text=bounds_text,
        kind_words=_kind_words(opened, translator),
        reasons=REASONS,
        has_parts=bool(table["total_part"].notna().any()),
        has_facilities=coverage.basis != "facilities"
        and bool(table["facility_ids"].astype(bool).any()),
        has_reach=bool(table["reach_state"].notna().any()),
        way=_way(coverage),
        years=_years(opened, coverage),
        groups=_groups(coverage, translator),
        course=coverage.as_of.year if standing and len(standing.figures) > 1 else None,
        warnings=_warnings(standing, translator),
        value_measure=verdicts.measure_of(coverage),
        changed=_changed(opened, coverage, translator),
        most_named=MOST_NAMED,
    )


def _groups(coverage: Coverage, translator: Translator) -> list[tuple[str, ...]]:
    """Return the figures of the year by sex and age band, where reports state them."""
    measure = coverage.indicator.measure
    rows: list[tuple[str, ...]] = []
    for one in by_group(coverage.project, coverage.indicator.id, coverage.as_of.year):
        counts = NOTHING
        if one.numerator is not None and one.denominator is not None:
            counts = f"{int(one.numerator):,} / {int(one.denominator):,}"
        rows.append(
            (
                one.name,
                translator.text(SEX_WORDS[one.sex]),
                one.age_band or translator.text("all ages"),
                counts,
                bounds_text(one.value, one.value, measure, translator),
            )
        )
    return rows


def _standing(opened: OpenProject, coverage: Coverage) -> Standing | None:
    """Return how the indicator stands in its year; None where that year cannot be asked for."""
    project, year = opened.project, coverage.as_of.year
    if project.reference_date is None:
        return None
    first, last = year_range(project)
    if not first <= year <= last:
        return None
    asked = [coverage.indicator.id]
    return opened.remember(
        ("standing", coverage.indicator.id, year),
        lambda: monitor(project, year, indicators=asked).standings[0],
    )


def _warnings(standing: Standing | None, translator: Translator) -> list[tuple[str, str]]:
    """Return the early warnings about the indicator: rule in words, and why."""
    if standing is None:
        return []
    return [
        (rule_word(one.rule, translator), translator.note(one.because)) for one in standing.warnings
    ]


def _changed(
    opened: OpenProject, coverage: Coverage, translator: Translator
) -> dict[str, Any] | None:
    """Return what changed since the year before; None where that year cannot be asked for."""
    project, year = opened.project, coverage.as_of.year
    if project.reference_date is None:
        return None
    first, last = year_range(project)
    if not first < year <= last:
        return None
    indicator = coverage.indicator.id
    (found,) = opened.remember(
        ("changes", year, None, indicator, None),
        lambda: find_changes(project, indicator, year, None, None),
    )
    return change_json(found, translator)


def _years(opened: OpenProject, coverage: Coverage) -> tuple[int, int] | None:
    """Return the first and last year of the maps by year, None where only one has a figure.

    From the plan's base year on; columns without a date speak for the last year alone.
    """
    if coverage.tally.method in ("none", "counted") and not coverage.tally.history:
        return None
    last = coverage.as_of.year
    first = max(opened.project.catalogue.period[0] - 1, last - MOST_YEARS + 1)
    return (first, last) if first < last else None


def _way(coverage: Coverage) -> dict[str, str] | None:
    """Return the type and mode whose map explains the ways, None where nobody travels."""
    row = coverage.indicator
    if row.facility_type is None or not coverage.units["reach_state"].notna().any():
        return None
    kind = coverage.project.catalogue.facility_type(row.facility_type)
    mode = kind.usual_mode if row.rule == "has_facility" else row.mode
    if not has_limit(kind, coverage.project.catalogue.travel_mode(mode)):
        return None
    return {"facility_type": kind.id, "mode": mode}


def _reachable(table: pd.DataFrame) -> tuple[int, int] | None:
    """Return how many are within reach, of how many where that is known."""
    known = table["reachable"].dropna()
    return (int(known.astype(bool).sum()), len(known)) if len(known) else None


def _cells(
    coverage: Coverage, translator: Translator
) -> list[tuple[str, str, int, list[dict[str, Any]]]]:
    """Return the four cells, and those of the unknown where there are any, with their units."""
    return [
        (cell.code, cell.text, len(cell.units), unit_rows(coverage, cell.units.head(MOST_IN_CELL)))
        for cell in work_cells(coverage, translator)
        if len(cell.units) or "unknown" not in cell.code
    ]


def _parts(
    opened: OpenProject, coverage: Coverage
) -> list[tuple[str, list[dict[str, object]], bool]]:
    """Return the figure for each unit of the second level, such as each regiment, and if judged.

    A direction needs an earlier figure, which single regiments have none of: no status is shown.
    """
    catalogue = opened.project.catalogue
    kinds = [
        row for row in catalogue.unit_kinds.values()
        if row.level == 2 and row.id not in coverage.indicator.unit_kinds
    ]  # fmt: skip
    found = []
    for kind in kinds:
        rows = by_unit(coverage, kind.id).reset_index(names="unit_id").to_dict("records")
        counted = [row for row in rows if not is_missing(row["n"]) and row["n"]]
        if counted:
            judged = any(row["status"] != "no_data" for row in counted)
            found.append((kind.id, counted, judged))
    return found


def _kind_words(opened: OpenProject, translator: Translator) -> dict[str, str]:
    catalogue = opened.project.catalogue
    kinds = {row.id: translator.label(row.label) for row in catalogue.unit_kinds.values()}
    types = {row.id: translator.label(row.label) for row in catalogue.facility_types.values()}
    return {**types, **kinds}
