"""How far units have to go."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.dependencies import DayDep, OpenDep
from api.schemas import Walk
from api.shown import plain
from api.verdicts import ACCESS_COLUMNS
from geo_planner.travel import access as find_access

router = APIRouter(prefix="/projects/{project_id}", tags=["access"])


@router.get("/access")
def measure_access(
    opened: OpenDep,
    day: DayDep,
    facility_type: Annotated[
        str, Query(description="Id of a facility type.", examples=["kindergarten"])
    ],
    mode: Annotated[str, Query(description="Id of a travel mode.", examples=["walk"])] = "walk",
    limit: Annotated[
        float | None,
        Query(ge=0, allow_inf_nan=False, description="Metres; else the type's own limit."),
    ] = None,
) -> list[Walk]:
    """Return every unit's distance to its nearest working facility of a type."""
    frame = find_access(opened.project, facility_type, mode=mode, limit=limit, as_of=day)
    rows = frame.reset_index(names="unit_id")[list(ACCESS_COLUMNS)].to_dict("records")
    return [Walk.model_validate(plain(row)) for row in rows]
