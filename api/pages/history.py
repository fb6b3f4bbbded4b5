"""The imports so far, and taking the last one back."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api.dependencies import OpenDep, StoreDep
from api.pages.rendering import page
from api.words import STORED

router = APIRouter()


@router.get("/projects/{project_id}/history", response_class=HTMLResponse)
def history_page(request: Request, opened: OpenDep, store: StoreDep) -> HTMLResponse:
    """List the imports, the latest first."""
    entries = list(reversed(store.history()))
    last = next((one.id for one in entries if not one.undone), None)
    return page(
        request, "history.html", opened=opened, entries=entries, last=last, layer_words=STORED
    )


@router.post("/projects/{project_id}/undo")
def undo_import(request: Request, store: StoreDep, project_id: str) -> RedirectResponse:
    """Take the last import back and show the history again."""
    store.undo()
    return RedirectResponse(request.url_for("history_page", project_id=project_id).path, 303)
