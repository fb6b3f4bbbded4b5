"""Returns of a year: who has sent what, and the forms to fill in."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.dependencies import DayDep, OpenDep, TranslatorDep
from api.return_schemas import Returns
from geo_planner.errors import NoDateError
from geo_planner.monitoring.return_forms import return_form
from geo_planner.monitoring.return_status import ReturnStatus, return_status
from geo_planner.monitoring.returns import find_department

if TYPE_CHECKING:
    from api.project_shelf import OpenProject

router = APIRouter(prefix="/projects/{project_id}/returns", tags=["monitoring"])

YearQuery = Annotated[
    int | None,
    Query(
        description="Calendar year of the returns; that of the project's reference date, if none.",
        ge=1900,
        le=2200,
    ),
]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def status_of(opened: OpenProject, year: int | None, day: date) -> ReturnStatus:
    """Return who has sent what, kept for the next time it is asked."""
    chosen = year_of(opened, year)
    return opened.remember(
        ("returns", chosen, day), lambda: return_status(opened.project, chosen, as_of=day)
    )


def year_of(opened: OpenProject, year: int | None) -> int:
    """Return the year that is asked: that of the project's reference date, if none."""
    if year is not None:
        return year
    reference = opened.project.reference_date
    if reference is None:
        raise NoDateError(opened.project.name)
    return reference.year


@router.get("")
def read_returns(opened: OpenDep, day: DayDep, year: YearQuery = None) -> Returns:
    """Say who has returned the figures of a year, who was late and who is missing."""
    return Returns.model_validate(status_of(opened, year, day).as_json())


@router.get(
    "/form",
    response_class=Response,
    responses={200: {"content": {XLSX: {}}, "description": "The workbook."}},
)
def download_form(
    opened: OpenDep,
    translator: TranslatorDep,
    department: Annotated[
        str, Query(description="Name of the department, in either language.", max_length=200)
    ],
    year: YearQuery = None,
    indicator: Annotated[
        list[str] | None, Query(description="Ids of the indicators it is for; all, if none.")
    ] = None,
) -> Response:
    """Download a department's form of a year, to be filled in and imported as observations."""
    # openpyxl takes long to load, and most requests are for something else.
    from maps.reports.return_form import form_name, form_workbook  # noqa: PLC0415

    chosen = year_of(opened, year)
    found = find_department(opened.project, chosen, department)
    form = return_form(opened.project, chosen, found, indicators=indicator)
    name = quote(form_name(form, translator))
    return Response(
        form_workbook(form, translator),
        media_type=XLSX,
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
    )
