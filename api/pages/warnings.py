"""Early warnings: the list, its filters, and the form that takes note of one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api.dependencies import OpenDep, StoreDep
from api.pages.rendering import page
from api.request_language import translator_for
from api.warned import Wanted, answer, monitoring_of, thresholds_json, written
from geo_planner.monitoring.warning import CODES, LEVEL_LABELS, RULE_LABELS, STATES
from geo_planner.monitoring.year_errors import BadYearsError
from geo_planner.monitoring.years import year_range
from maps.text.warnings import LEVEL_SHAPES

if TYPE_CHECKING:
    from fractions import Fraction

    from geo_planner.monitoring.standing import Monitoring
    from geo_planner.project import Project

router = APIRouter()

Text = Annotated[str, Query(max_length=255)]

WIDTH, HEIGHT, EDGE = 110.0, 26.0, 3.0
"""Of a small course, in pixels, with room for the dots at its edges."""


@router.get("/projects/{project_id}/warnings", response_class=HTMLResponse)
def warnings_page(
    request: Request,
    opened: OpenDep,
    year: Text = "",
    rule: Text = "",
    level: Text = "",
    state: Text = "",
    unit: Text = "",
) -> HTMLResponse:
    """Show the warnings of a year, those of each colour together."""
    translator = translator_for(request)
    monitoring = monitoring_of(opened, _asked(year))
    pairs = Wanted(rule=rule, level=level, state=state, unit=unit).chosen(monitoring)
    rows = [
        {**row, "course": course(one.years, one.values)}
        for row, (_, one) in zip(written(pairs, monitoring, translator), pairs, strict=True)
    ]
    return page(
        request,
        "warnings.html",
        opened=opened,
        year=monitoring.year,
        years=_years(opened.project, monitoring),
        chosen={"rule": rule, "level": level, "state": state, "unit": unit},
        groups=[
            (name, words, [row for row in rows if row["level"] == name])
            for name, words in LEVEL_LABELS.items()
        ],
        count=len(rows),
        shapes=LEVEL_SHAPES,
        levels=LEVEL_LABELS,
        rules=RULE_LABELS,
        states=STATES,
        reasons=list(opened.project.catalogue.warning_reasons.values()),
        thresholds=thresholds_json(monitoring, list(CODES), translator),
        today=date.today().isoformat(),
    )


@router.post("/projects/{project_id}/warnings")
def acknowledge(  # noqa: PLR0913 - each argument is a field of the form
    request: Request,
    opened: OpenDep,
    store: StoreDep,
    *,
    code: Annotated[str, Form(max_length=100)],
    indicator: Annotated[str, Form(max_length=100)],
    year: Annotated[int, Form()],
    state: Annotated[str, Form(max_length=20)],
    unit: Annotated[str, Form(max_length=255)] = "",
    reason: Annotated[str, Form(max_length=100)] = "",
    by: Annotated[str, Form(max_length=100)] = "",
    on: Annotated[date | None, Form()] = None,
    note: Annotated[str, Form(max_length=2000)] = "",
) -> RedirectResponse:
    """Store what is said about a warning and show the list again."""
    answer(
        store, monitoring_of(opened, year), code=code, indicator=indicator, unit=unit or None,
        state=state, reason=reason or None, by=by, on=on or date.today(), note=note or None,
    )  # fmt: skip
    where = request.url_for("warnings_page", project_id=opened.id).path
    return RedirectResponse(f"{where}?year={year}", 303)


def _asked(year: str) -> int | None:
    """Return the year of the address; none where it names none."""
    if not year.strip():
        return None
    if not year.strip().isdecimal():
        raise BadYearsError(year[:40])
    return int(year)


def _years(project: Project, monitoring: Monitoring) -> list[int]:
    """Return the years of the plan so far, the base year first, the one shown among them."""
    base, last = project.catalogue.period[0] - 1, year_range(project)[1]
    return sorted({*range(base, last + 1), monitoring.year})


def course(years: Sequence[int], values: Sequence[Fraction | None]) -> dict[str, Any] | None:
    """Return a small course as points of a drawing, None with fewer than two values.

    Years lie as far apart as they are, the lowest value at the bottom.
    """
    known = [(year, value) for year, value in zip(years, values, strict=False) if value is not None]
    if len(known) < 2:
        return None
    first, last = known[0][0], known[-1][0]
    low, high = min(value for _, value in known), max(value for _, value in known)
    points = [
        (
            EDGE + (WIDTH - 2 * EDGE) * (year - first) / max(last - first, 1),
            HEIGHT / 2
            if high == low
            else HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * float((value - low) / (high - low)),
        )
        for year, value in known
    ]
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "line": " ".join(f"{x:.1f},{y:.1f}" for x, y in points),
        "dots": [(f"{x:.1f}", f"{y:.1f}") for x, y in points],
    }
