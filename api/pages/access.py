"""Access to every type of facility in one table, each line with its map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.dependencies import DayDep, OpenDep
from api.pages.rendering import page
from api.request_language import translator_for
from api.ways import has_limit, travelled_types
from geo_planner.counts import COUNT_LABELS
from geo_planner.travel.summary import STATES, summarise_access
from maps.text.values import is_missing

if TYPE_CHECKING:
    import pandas as pd

    from api.project_shelf import OpenProject
    from maps.text import Translator

router = APIRouter()


@router.get("/projects/{project_id}/access", response_class=HTMLResponse)
def access_page(request: Request, opened: OpenDep, day: DayDep) -> HTMLResponse:
    """Show how many units and children are within reach of each type of facility."""
    types = [kind.id for kind in travelled_types(opened.project)]

    def add_up() -> pd.DataFrame:
        return summarise_access(opened.project, types, as_of=day)

    found = opened.remember(("access", day), add_up)
    return page(
        request,
        "access.html",
        opened=opened,
        day=day,
        rows=_rows(opened, found, translator_for(request)),
        states=[state for state in STATES if int(found[state].sum())],
        estimated=opened.project.streets is None,
    )


def _rows(opened: OpenProject, found: pd.DataFrame, say: Translator) -> list[dict[str, Any]]:
    """Return one line a type, with the other ways there that the catalogue sets a limit for."""
    catalogue = opened.project.catalogue
    rows = []
    for name, row in zip(found.index, found.to_dict("records"), strict=True):
        kind = catalogue.facility_type(str(name))
        others = [
            (mode.id, say.label(mode.label))
            for mode in catalogue.travel_modes.values()
            if mode.id != row["mode"] and has_limit(kind, mode)
        ]
        rows.append(
            {
                **row,
                "id": kind.id,
                "label": say.label(kind.label),
                "mode_label": say.label(catalogue.travel_mode(row["mode"]).label),
                "whom": say.label(COUNT_LABELS[row["weight_of"]]),
                "share": None if is_missing(row["share"]) else row["share"],
                "others": others,
            }
        )
    return rows
