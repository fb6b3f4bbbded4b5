"""Where the next complete places are most worth creating."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query

from api.dependencies import DayDep, OpenDep, TranslatorDep
from api.ranked import priorities_json
from api.shown import plain
from api.trial_schemas import PriorityAnswer, PriorityQuestion
from geo_planner.priorities import priorities

if TYPE_CHECKING:
    from api.project_shelf import OpenProject
    from maps.text import Translator

router = APIRouter(prefix="/projects/{project_id}", tags=["siting"])


@router.get("/priorities")
def rank_units(
    opened: OpenDep,
    day: DayDep,
    translator: TranslatorDep,
    bundle: Annotated[
        str | None, Query(description="Id of a bundle of facilities; else the first there is.")
    ] = None,
    mode: Annotated[
        str | None, Query(description="Id of a travel mode; else the bundle's.")
    ] = None,
    top: Annotated[int, Query(ge=1, le=1000, description="How many come first.")] = 10,
) -> PriorityAnswer:
    """Rank units by children, items missing, distance and cost, with the catalogue's weights."""
    asked = PriorityQuestion(bundle=bundle, mode=mode, top=top)
    return _ranked(opened, day, translator, asked)


@router.post("/priorities")
def rank_units_by(
    opened: OpenDep, day: DayDep, translator: TranslatorDep, asked: PriorityQuestion
) -> PriorityAnswer:
    """Rank them with weights and costs of one's own."""
    return _ranked(opened, day, translator, asked)


def _ranked(
    opened: OpenProject, day: date, translator: Translator, asked: PriorityQuestion
) -> PriorityAnswer:
    project = opened.project
    key = ("priorities", asked.model_dump_json(), day)
    found = opened.remember(
        key,
        lambda: priorities(
            project,
            asked.bundle or next(iter(project.catalogue.bundles), ""),
            weights=asked.weights,
            costs=asked.costs,
            top=asked.top,
            mode=asked.mode,
            as_of=day,
        ),
    )
    return PriorityAnswer.model_validate(plain(priorities_json(found, project, translator)))
