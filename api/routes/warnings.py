"""Early warnings of a year, and what is said about them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from api.dependencies import OpenDep, StoreDep, TranslatorDep
from api.problems import answers
from api.shown import plain
from api.warned import Wanted, answer, monitoring_of, warnings_json
from api.warning_schemas import Answer, Answered, Level, State, Warnings, answer_fields

router = APIRouter(prefix="/projects/{project_id}", tags=["monitoring"])

YearQuery = Annotated[
    int | None, Query(description="Calendar year; else that of the project's own day.")
]


@router.get("/warnings")
def list_warnings(
    opened: OpenDep,
    translator: TranslatorDep,
    year: YearQuery = None,
    rule: Annotated[
        str, Query(description="A rule or a reason code.", examples=["slipping"], max_length=100)
    ] = "",
    level: Level | Literal[""] = "",
    state: State | Literal[""] = "",
    unit: Annotated[str, Query(description="Code of a unit.", max_length=255)] = "",
) -> Warnings:
    """List the early warnings of a year with rule, years, values and handling."""
    wanted = Wanted(rule=rule, level=level, state=state, unit=unit)
    found = warnings_json(monitoring_of(opened, year), wanted, translator)
    return Warnings.model_validate(plain(found))


@router.post("/warnings/acknowledgements", responses=answers(403))
def acknowledge_warning(opened: OpenDep, store: StoreDep, asked: Answer) -> Answered:
    """Take note of a warning: in which state it is, why, and who says so."""
    monitoring = monitoring_of(opened, asked.year)
    row = answer(store, monitoring, **answer_fields(asked, date.today()))
    return Answered.model_validate(row)
