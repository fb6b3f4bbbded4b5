"""Templates, and what every one of them is given."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.languages import as_language
from api.pages.static_files import addresses
from api.request_language import COOKIE, language_of, translator_for
from api.shown import clean
from api.words import MADE_UP
from maps.text.values import is_missing, rounded
from maps.text.words import METHOD_WORDS, REACH_WORDS, SHAPES, STATE_WORDS

if TYPE_CHECKING:
    from api.problems import Problem
    from api.project_shelf import OpenProject

FOLDER = Path(__file__).parent / "templates"


@cache
def templates() -> Environment:
    """Return the templates; everything put into them is escaped."""
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(
        SHAPES=SHAPES,
        STATE_WORDS=STATE_WORDS,
        REACH_WORDS=REACH_WORDS,
        METHOD_WORDS=METHOD_WORDS,
        MADE_UP=MADE_UP,
        rounded=rounded,
        is_missing=is_missing,
        clean=clean,
    )
    return made


def page(
    request: Request,
    template: str,
    *,
    opened: OpenProject | None = None,
    status: int = HTTPStatus.OK,
    **values: Any,  # noqa: ANN401 - what a template shows
) -> HTMLResponse:
    """Return a page in the request's language; a language asked for in the address is kept."""
    language = language_of(request)
    where = addresses()
    text = (
        templates()
        .get_template(template)
        .render(
            request=request,
            language=language,
            _=translator_for(request),
            opened=opened,
            assets=where.maps,
            static=where.pages,
            with_query=lambda **changes: with_query(request, changes),
            **values,
        )
    )
    response = HTMLResponse(text, status_code=status, headers={"Cache-Control": "no-cache"})
    if as_language(request.query_params.get("lang")):
        response.set_cookie(COOKIE, language, max_age=31_536_000, samesite="strict", httponly=True)
    return response


def with_query(request: Request, changes: Mapping[str, str | None]) -> str:
    """Return the address of the page with some of its parameters changed (None: left out)."""
    query = {**request.query_params, **changes}
    kept = {name: value for name, value in query.items() if value not in (None, "")}
    return f"{request.url.path}?{urlencode(kept)}" if kept else request.url.path


def problem_page(request: Request, problem: Problem) -> HTMLResponse:
    """Return a problem as a page, or as a piece of one where htmx asks for it."""
    piece = request.headers.get("hx-request") == "true"
    template = "piece_problem.html" if piece else "problem.html"
    return page(request, template, status=problem.status, problem=problem)
