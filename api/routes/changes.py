"""What changed from one year to another."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from api.change_schemas import ChangeList
from api.changed import changes_json, find_changes, known_then
from api.dependencies import OpenDep, StoreDep, TranslatorDep
from api.shown import plain

router = APIRouter(prefix="/projects/{project_id}", tags=["monitoring"])


@router.get("/changes")
def list_changes(
    opened: OpenDep,
    store: StoreDep,
    translator: TranslatorDep,
    year: Annotated[
        int | None, Query(description="Calendar year; else that of the project's own day.")
    ] = None,
    since: Annotated[int | None, Query(description="Earlier year; else the year before.")] = None,
    indicator: Annotated[
        str | None, Query(description="One indicator; else all that changed.", max_length=100)
    ] = None,
    known_on: Annotated[
        date | None,
        Query(description="Day on which the earlier figures were given: what was corrected since."),
    ] = None,
) -> ChangeList:
    """Say what changed: values, facilities, units, denominators, methods and corrections."""
    then = known_then(store, known_on)
    found = opened.remember(
        ("changes", year, since, indicator, known_on),
        lambda: find_changes(opened.project, indicator, year, since, then),
    )
    return ChangeList.model_validate(plain(changes_json(found, opened.project, translator)))
