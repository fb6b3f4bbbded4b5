"""Sites on trial: whom they reach, answered at once from an index kept for each question."""

from __future__ import annotations

from datetime import date
from threading import Lock
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query
from fastapi.exceptions import RequestValidationError

from api.dependencies import DayDep, OpenDep, TranslatorDep
from api.routes.access import LimitQuery, ModeQuery, TypeQuery
from api.shown import plain
from api.trial_schemas import MOST_SITES, WhatIf, WhatIfAnswer
from api.tried import tried_json
from geo_planner.siting.trial import FacilityIndex

if TYPE_CHECKING:
    from api.project_shelf import OpenProject
    from maps.text import Translator

router = APIRouter(prefix="/projects/{project_id}", tags=["siting"])


@router.get("/what-if")
def try_sites(
    opened: OpenDep,
    day: DayDep,
    translator: TranslatorDep,
    facility_type: TypeQuery,
    mode: ModeQuery = "walk",
    limit: LimitQuery = None,
    at: Annotated[
        list[str] | None,
        Query(
            description="Sites to try, each as longitude,latitude.",
            examples=["93.5,42.8"],
            max_length=MOST_SITES,
        ),
    ] = None,
    remove: Annotated[
        list[str] | None,
        Query(description="Facilities to take away, by id.", max_length=MOST_SITES),
    ] = None,
) -> WhatIfAnswer:
    """Say whom new sites would reach and whom facilities taken away would leave.

    Nothing is recorded: what is established stays as it is.
    """
    asked = WhatIf(
        facility_type=facility_type,
        mode=mode,
        limit=limit,
        at=[_place(text) for text in at or []],
        remove=remove or [],
    )
    return _answered(opened, day, translator, asked)


@router.post("/what-if")
def try_many_sites(
    opened: OpenDep, day: DayDep, translator: TranslatorDep, asked: WhatIf
) -> WhatIfAnswer:
    """Answer the same question, asked as an object."""
    return _answered(opened, day, translator, asked)


def _answered(
    opened: OpenProject, day: date, translator: Translator, asked: WhatIf
) -> WhatIfAnswer:
    index, lock = opened.remember(
        ("what-if", asked.facility_type, asked.mode, asked.limit, day),
        lambda: (
            FacilityIndex.of(
                opened.project, asked.facility_type, mode=asked.mode, limit=asked.limit, as_of=day
            ),
            Lock(),
        ),
    )
    with lock:
        steps, together = index.what_if(at=asked.at, remove=asked.remove)
    return WhatIfAnswer.model_validate(
        plain(tried_json(steps, together, opened.project, day, translator))
    )


def _place(text: str) -> tuple[float, float]:
    """Return longitude and latitude, or refuse them."""
    try:
        lon, lat = (float(part) for part in text.split(","))
    except ValueError:
        lon = lat = float("nan")
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        fault = {"loc": ("query", "at"), "type": "not_a_place", "msg": "longitude,latitude"}
        raise RequestValidationError([fault])
    return lon, lat
