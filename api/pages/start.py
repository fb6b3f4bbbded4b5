"""The start page: the projects or, for one, its scoreboard."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.dependencies import DayDep, OpenDep, ShelfDep
from api.pages.rendering import page
from api.request_language import translator_for
from api.routes.layer_tables import layer_entries
from api.routes.projects import project_entries
from api.scoreboard import Line, build_scoreboard
from api.words import LAYERS
from maps.text.values import share_text
from maps.text.words import DOMAINS

router = APIRouter()

PriorityChoice = Literal["A", "B", "C", "all"]


@router.get("/", response_class=HTMLResponse)
def start_page(request: Request, shelf: ShelfDep) -> Response:
    """Show the projects; a single one at once."""
    found = project_entries(shelf)
    if len(found) == 1 and found[0].readable:
        return RedirectResponse(request.url_for("scoreboard_page", project_id=found[0].id).path)
    return page(request, "projects.html", projects=found)


@router.get("/projects/{project_id}", response_class=HTMLResponse)
def scoreboard_page(
    request: Request,
    opened: OpenDep,
    day: DayDep,
    priority: PriorityChoice = "A",
    status: Annotated[str, Query(max_length=20)] = "",
    q: Annotated[str, Query(max_length=100)] = "",
) -> HTMLResponse:
    """Show every target with its verdict, the map beside it."""
    translator = translator_for(request)
    found = opened.coverages(day, None if priority == "all" else priority)
    board = build_scoreboard(found, translator)
    lines = [line for line in board.lines if _wanted(line, status, q.strip().casefold())]
    return page(
        request,
        "piece_targets.html" if request.headers.get("hx-request") == "true" else "scoreboard.html",
        opened=opened,
        day=day,
        board=board,
        groups=_by_domain(lines, fold=not status and not q.strip()),
        shown=len(lines),
        priority=priority,
        status_wanted=status,
        q=q,
        share_text=share_text,
        layers=[(LAYERS[entry.layer], entry) for entry in layer_entries(opened.project)],
    )


def _wanted(line: Line, status: str, words: str) -> bool:
    """Return whether a line has the status and holds the words that are looked for."""
    text = f"{line.label} {line.clause} {line.quote} {line.indicator}".casefold()
    return (not status or line.status == status) and words in text


SILENT = frozenset({"no_data", "not_applicable"})


def _by_domain(lines: list[Line], *, fold: bool) -> list[tuple[str, list[Line], list[Line]]]:
    """Return the plan's chapters, each with its lines and, folded away, those without data."""
    found = []
    for name, heading in DOMAINS.items():
        own = [line for line in lines if line.domain == name]
        silent = [line for line in own if fold and line.status in SILENT]
        if own:
            found.append((heading, [line for line in own if line not in silent], silent))
    return found
