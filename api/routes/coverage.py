"""Verdicts on targets, and the units behind them."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from api.dependencies import DayDep, OpenDep, TranslatorDep
from api.printing import csv_text
from api.schemas import Cell, Verdicts, VerdictWithUnits
from api.unit_table import worded_csv
from api.verdicts import UNIT_COLUMNS, coverage_json, unit_rows
from api.work_cells import work_cells
from geo_planner.targets import reached_rates

router = APIRouter(prefix="/projects/{project_id}/coverage", tags=["coverage"])

IndicatorId = Annotated[str, Path(description="Id of an indicator.")]
Priority = Literal["A", "B", "C"]


@router.get("")
def measure_targets(
    opened: OpenDep,
    day: DayDep,
    translator: TranslatorDep,
    priority: Annotated[
        Priority | None, Query(description="A: numbers and spatial coverage; B; C: record only.")
    ] = None,
) -> Verdicts:
    """Say of every target whether it is met, with both customary shares of targets met."""
    found = opened.coverages(day, priority)
    (met, judged), (_, everything) = reached_rates(one.status for one in found)
    return Verdicts.model_validate(
        {
            "as_of": day,
            "met": met,
            "judged": judged,
            "everything": everything,
            "counts": Counter(one.status for one in found),
            "indicators": [coverage_json(one, translator, units=False) for one in found],
        }
    )


@router.get("/{indicator}")
def measure_target(
    opened: OpenDep, day: DayDep, translator: TranslatorDep, indicator: IndicatorId
) -> VerdictWithUnits:
    """Say whether one target is met, and how every unit stands."""
    made: dict[str, Any] = coverage_json(opened.coverage(indicator, day), translator, units=True)
    return VerdictWithUnits.model_validate(made)


@router.get("/{indicator}/work-list")
def read_work_list(
    opened: OpenDep, day: DayDep, translator: TranslatorDep, indicator: IndicatorId
) -> list[Cell]:
    """Return the planners' work list: established crossed with reachable."""
    cells = work_cells(opened.coverage(indicator, day), translator)
    return [Cell(cell=one.code, text=one.text, units=one.units.index.tolist()) for one in cells]


@router.get(
    "/{indicator}/units.csv",
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}}},
)
def download_units(
    opened: OpenDep,
    day: DayDep,
    translator: TranslatorDep,
    indicator: IndicatorId,
    *,
    excel: Annotated[
        bool, Query(description="Byte order mark and defused formulas, for opening in Excel.")
    ] = True,
    words: Annotated[
        bool, Query(description="Headings and cells in words, with files and rows; for Excel.")
    ] = False,
) -> Response:
    """Download the units behind a figure as a table."""
    coverage = opened.coverage(indicator, day)
    if words:
        text = worded_csv(coverage, translator)
    else:
        text = csv_text(unit_rows(coverage), UNIT_COLUMNS, excel=excel)
    name = f"{indicator}_{day.isoformat()}.csv"
    return Response(
        text.encode("utf-8"),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
