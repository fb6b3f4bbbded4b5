"""How far units have to go, who goes where, and how much is within reach of whom."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Query

from api.dependencies import DayDep, OpenDep, TranslatorDep
from api.reach_schemas import CatchmentTable, OpportunityTable
from api.schemas import Walk
from api.shown import plain
from api.verdicts import note_texts
from geo_planner.errors import NoStreetsError
from geo_planner.travel import access as find_access
from geo_planner.travel import reach
from geo_planner.travel.catchments import catchments
from geo_planner.travel.opportunities import opportunities

if TYPE_CHECKING:
    import pandas as pd

router = APIRouter(prefix="/projects/{project_id}", tags=["access"])

TypeQuery = Annotated[str, Query(description="Id of a facility type.", examples=["kindergarten"])]
ModeQuery = Annotated[str, Query(description="Id of a travel mode.", examples=["walk"])]
LimitQuery = Annotated[
    float | None,
    Query(
        ge=0,
        allow_inf_nan=False,
        description="Metres of a plain street, or what takes as long; else the type's own.",
    ),
]
Metres = Annotated[float, Query(gt=0, le=2_000_000, allow_inf_nan=False)]


@router.get("/access")
def measure_access(
    opened: OpenDep,
    day: DayDep,
    facility_type: TypeQuery,
    mode: ModeQuery = "walk",
    limit: LimitQuery = None,
    method: Annotated[
        Literal["streets", "straight_line"] | None,
        Query(
            description="How ways are found: along streets, or as straight lines times the mode's "
            "detour factor to set beside them. Without it, along streets where there are any."
        ),
    ] = None,
    *,
    or_drive: Annotated[
        bool,
        Query(description="Also by road, within the type's own limits; `limit` is then left out."),
    ] = False,
) -> list[Walk]:
    """Return every unit's distance to its nearest working facility of a type.

    Both methods stand side by side in each row: `network_m` along streets, `straight_m` as the
    crow flies. A straight line is never called a way: `method` says what `network_m` is.
    """
    project = opened.project
    if method == "streets" and project.streets is None:
        raise NoStreetsError
    if method == "straight_line":
        project = replace(project, streets=None)
    if or_drive:
        frame = reach(project, facility_type, on_foot=mode, as_of=day)
    else:
        frame = find_access(project, facility_type, mode=mode, limit=limit, as_of=day)
    return [Walk.model_validate(row) for row in _records(frame)]


@router.get("/catchments")
def read_catchments(
    opened: OpenDep,
    day: DayDep,
    translator: TranslatorDep,
    facility_type: TypeQuery,
    mode: ModeQuery = "walk",
    limit: LimitQuery = None,
) -> CatchmentTable:
    """Say who is nearest to which facility, how full it would be, and who is left out."""
    found = catchments(opened.project, facility_type, mode=mode, limit=limit, as_of=day)
    return CatchmentTable.model_validate(
        {
            "facility_type": found.facility_type,
            "mode": found.mode,
            "method": found.method,
            "simulated": opened.project.simulated,
            "notes": note_texts(found.notes, translator),
            "facilities": _records(found.facilities),
            "unreached": _records(found.unreached),
        }
    )


@router.get("/opportunities")
def count_opportunities(
    opened: OpenDep,
    day: DayDep,
    translator: TranslatorDep,
    facility_type: TypeQuery,
    mode: ModeQuery = "walk",
    limit: Annotated[
        list[Metres] | None,
        Query(description="Up to eight limits in metres; else each unit's own.", max_length=8),
    ] = None,
) -> OpportunityTable:
    """Count the facilities and places within reach of each unit, and whom each facility reaches."""
    found = opportunities(opened.project, facility_type, mode=mode, limits=limit or (), as_of=day)
    return OpportunityTable.model_validate(
        {
            "facility_type": found.facility_type,
            "mode": found.mode,
            "method": found.method,
            "counted": found.counted,
            "simulated": opened.project.simulated,
            "notes": note_texts(found.notes, translator),
            "units": _records(found.units),
            "facilities": _records(found.facilities),
            "totals": _records(found.totals),
        }
    )


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a table's rows with their key, as plain values."""
    rows = table if table.index.name is None else table.reset_index()
    return [plain(row) for row in rows.to_dict("records")]
