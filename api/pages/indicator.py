"""The units behind one figure."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.dependencies import DayDep, OpenDep
from api.pages.rendering import page
from api.project_shelf import OpenProject
from api.request_language import translator_for
from api.scoreboard import bounds_text, write_line
from api.shown import is_missing
from api.verdicts import underserved, unit_rows
from api.words import BASES
from api.work_cells import work_cells
from geo_planner import by_unit
from geo_planner.coverage import Coverage
from geo_planner.tally import REASONS

router = APIRouter()

MOST_ROWS = 3000
"""Rows one page shows; the download has them all."""


@router.get("/projects/{project_id}/indicators/{indicator}", response_class=HTMLResponse)
def indicator_page(request: Request, opened: OpenDep, day: DayDep, indicator: str) -> HTMLResponse:
    """Show a verdict with its clause, its caveats and every unit behind it."""
    translator = translator_for(request)
    coverage = opened.coverage(indicator, day)
    rows = unit_rows(coverage)
    reachable = [row for row in rows if row["reachable"] is True]
    known_reach = [row for row in rows if not is_missing(row["reachable"])]
    return page(
        request,
        "indicator.html",
        opened=opened,
        day=day,
        coverage=coverage,
        line=write_line(coverage, translator),
        notes=[translator.note(note) for note in coverage.notes],
        rows=rows[:MOST_ROWS],
        row_count=len(rows),
        underserved=underserved(rows),
        reachable=(len(reachable), len(known_reach)) if known_reach else None,
        cells=[
            cell
            for cell in work_cells(coverage, translator)
            if cell.units or "unknown" not in cell.code
        ],
        parts=_parts(opened, coverage),
        bounds_text=bounds_text,
        kind_words=_kind_words(opened, request),
        reasons=REASONS,
        bases=BASES,
        has_parts=any(not is_missing(row["total_part"]) for row in rows),
        has_facilities=any(row["facility_ids"] for row in rows),
        has_reach=any(not is_missing(row["reach_state"]) for row in rows),
    )


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


def _kind_words(opened: OpenProject, request: Request) -> dict[str, str]:
    translator = translator_for(request)
    catalogue = opened.project.catalogue
    kinds = {row.id: translator.label(row.label) for row in catalogue.unit_kinds.values()}
    types = {row.id: translator.label(row.label) for row in catalogue.facility_types.values()}
    return {**types, **kinds}
