"""What to build in which year: as data and as a chart."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from api.dependencies import OpenDep, TranslatorDep
from api.phase_schemas import Phases, PhasesAsked
from api.phased import find_phases, phases_json
from api.reader import day_of
from maps.figures.phases import phases_svg

router = APIRouter(prefix="/projects/{project_id}", tags=["siting"])


class PhasesNow(PhasesAsked):
    """A question answered at once; what takes longer is a run of the kind `phases`."""

    time_limit: Annotated[float, Field(gt=0, le=60, allow_inf_nan=False)] = Field(
        default=20.0, description="Seconds to search for; longer as a run (`/jobs`)."
    )


@router.post("/phases")
def plan_phases(opened: OpenDep, translator: TranslatorDep, body: PhasesNow) -> Phases:
    """Return what to build in which year, so that most children are covered soonest.

    Where not every promise can be kept the answer is the order that lacks least: `lacking` says
    which year and class lacks how many, `refusal` says it in a sentence.
    """
    day = day_of(opened.project, body.as_of)
    found = find_phases(opened.project, body, day)
    return Phases.model_validate(phases_json(found, day, translator))


@router.post(
    "/phases.svg",
    response_class=Response,
    responses={200: {"content": {"image/svg+xml": {}}, "description": "The chart."}},
)
def draw_phases(opened: OpenDep, translator: TranslatorDep, body: PhasesNow) -> Response:
    """Return the same as a chart."""
    day = day_of(opened.project, body.as_of)
    found = find_phases(opened.project, body, day)
    return Response(phases_svg(found, translator), media_type="image/svg+xml")
