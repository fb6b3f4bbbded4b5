"""Land and streets within reach, as GeoJSON in degrees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.exceptions import RequestValidationError

from api.dependencies import DayDep, OpenDep, TranslatorDep
from api.geojson import GeoJson, features_of
from api.reach_schemas import Areas, Features
from api.routes.access import Metres, ModeQuery, TypeQuery
from api.verdicts import note_texts
from geo_planner.travel.catchments import catchment_areas
from geo_planner.travel.isochrones import isochrones, street_minutes

if TYPE_CHECKING:
    import geopandas as gpd

    from api.project_shelf import OpenProject
    from geo_planner.notes import Note
    from maps.text import Translator

router = APIRouter(prefix="/projects/{project_id}", tags=["access"], default_response_class=GeoJson)

Minutes = Annotated[float, Query(gt=0, le=1440, allow_inf_nan=False)]
MOST = 8


def point_dependency(
    lon: Annotated[
        float | None,
        Query(ge=-180, le=180, allow_inf_nan=False, description="With `lat`: start here instead."),
    ] = None,
    lat: Annotated[float | None, Query(ge=-90, le=90, allow_inf_nan=False)] = None,
) -> tuple[float, float] | None:
    """Give the point to start from; one coordinate alone is a mistake."""
    if lon is None and lat is None:
        return None
    if lon is None or lat is None:
        raise _refused("lon" if lon is None else "lat", "missing", "lon and lat belong together")
    return lon, lat


@router.get("/isochrones")
def draw_isochrones(
    opened: OpenDep,
    day: DayDep,
    translator: TranslatorDep,
    facility_type: TypeQuery,
    point: Annotated[tuple[float, float] | None, Depends(point_dependency)],
    mode: ModeQuery = "walk",
    minutes: Annotated[
        list[Minutes] | None,
        Query(description="Limits in minutes; 5, 10 and 15 if nothing is given.", max_length=MOST),
    ] = None,
    metres: Annotated[
        list[Metres] | None, Query(description="Or limits in metres of the way.", max_length=MOST)
    ] = None,
    facility: Annotated[
        list[str] | None,
        Query(description="Only around these facilities, by id.", max_length=200),
    ] = None,
    *,
    each: Annotated[bool, Query(description="Areas of their own for each facility.")] = False,
) -> Areas:
    """Return the land from which a facility of a type, or a point, is within each limit."""
    if minutes and metres:
        raise _refused("metres", "too_many_limits", "give minutes or metres, not both")
    found = isochrones(
        opened.project,
        facility_type,
        minutes=minutes or (),
        metres=metres or (),
        mode=mode,
        facilities=facility or (),
        point=point,
        each=each,
        as_of=day,
    )
    made = _collection(opened, translator, found.areas, found.notes)
    return Areas.model_validate(
        made
        | {
            "facility_type": found.facility_type,
            "mode": found.mode,
            "method": found.method,
            "tolerance_m": found.tolerance,
        }
    )


@router.get("/catchments.geojson")
def draw_catchments(
    opened: OpenDep,
    day: DayDep,
    translator: TranslatorDep,
    facility_type: TypeQuery,
    mode: ModeQuery = "walk",
    minutes: Annotated[
        Minutes | None, Query(description="How far areas reach; else as far as streets do.")
    ] = None,
) -> Features:
    """Return the land of each facility: where the street leads to that one first."""
    areas = catchment_areas(opened.project, facility_type, mode=mode, minutes=minutes, as_of=day)
    made = _collection(opened, translator, areas.reset_index(), areas.attrs["notes"])
    about = {"facility_type": facility_type, "mode": mode, "method": areas.attrs["method"]}
    return Features.model_validate(made | about)


@router.get("/street-minutes")
def time_streets(
    opened: OpenDep,
    day: DayDep,
    translator: TranslatorDep,
    facility_type: TypeQuery,
    mode: ModeQuery = "walk",
    minutes: Annotated[
        list[Minutes] | None,
        Query(description="Minutes at which streets are cut; else 5, 10, 15, 30.", max_length=MOST),
    ] = None,
) -> Features:
    """Return street pieces with the minutes to the nearest facility, to colour a map by."""
    breaks = sorted(set(minutes or (5, 10, 15, 30)))
    found = street_minutes(opened.project, facility_type, mode=mode, breaks=breaks, as_of=day)
    made = _collection(opened, translator, found.streets, found.notes)
    about = {"facility_type": facility_type, "mode": mode, "method": "streets"}
    return Features.model_validate(made | about)


def _refused(field: str, kind: str, reason: str) -> RequestValidationError:
    return RequestValidationError([{"loc": ("query", field), "type": kind, "msg": reason}])


def _collection(
    opened: OpenProject,
    translator: Translator,
    table: gpd.GeoDataFrame,
    notes: Sequence[Note],
) -> dict[str, Any]:
    return {
        "simulated": opened.project.simulated,
        "notes": note_texts(notes, translator),
        "features": features_of(table),
    }
