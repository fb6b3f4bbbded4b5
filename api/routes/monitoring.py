"""The plan in a year as data, and its figures as pictures."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from api.dependencies import OpenDep, TranslatorDep
from api.monitored import MEDIA_TYPES, figure_bytes, monitoring_json, parts_of
from api.monitoring_schemas import PlanInYear
from api.warned import monitoring_of

router = APIRouter(prefix="/projects/{project_id}", tags=["monitoring"])

YearQuery = Annotated[
    int | None, Query(description="Calendar year; else that of the project's own day.")
]


@router.get("/monitoring")
def read_monitoring(
    opened: OpenDep, translator: TranslatorDep, year: YearQuery = None
) -> PlanInYear:
    """Say how every indicator stands in a year: course, attainment, projection, warnings, parts."""
    monitoring = monitoring_of(opened, year)
    found = monitoring_json(monitoring, parts_of(opened, monitoring), translator)
    return PlanInYear.model_validate(found)


@router.get(
    "/figures/{name}.{form}",
    response_class=Response,
    responses={200: {"content": {kind: {} for kind in MEDIA_TYPES.values()}}},
)
def draw_figure(
    opened: OpenDep,
    translator: TranslatorDep,
    name: Annotated[
        Literal["status", "timeline", "heat", "regiments", "map"],
        Path(description="Which figure; timeline, regiments and map show one indicator."),
    ],
    form: Annotated[Literal["png", "svg", "pdf"], Path(description="Ending of the picture.")],
    year: YearQuery = None,
    indicator: Annotated[
        str | None, Query(max_length=200, description="Id of the indicator the figure shows.")
    ] = None,
) -> Response:
    """Draw a figure of monitoring: the same bytes for the same data."""
    monitoring = monitoring_of(opened, year)
    parts = parts_of(opened, monitoring)
    made = opened.remember(
        ("figure", name, form, monitoring.year, indicator, translator.language),
        lambda: figure_bytes(name, form, monitoring, parts, translator, indicator),
    )
    return Response(made, media_type=MEDIA_TYPES[form])
