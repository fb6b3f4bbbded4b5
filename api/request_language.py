"""The language of a request."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request

from api.languages import accepted_language, as_language
from geo_planner.catalogue import Language
from maps.text import Translator, translator

COOKIE = "lang"
PROGRAMS = ("/api/", "/openapi.json", "/static/")


def for_programs(request: Request) -> bool:
    """Return whether an address belongs to the interface for programs."""
    return request.url.path.startswith(PROGRAMS)


def wants_page(request: Request) -> bool:
    """Return whether a person's browser is asking for a page."""
    if for_programs(request):
        return False
    asked = request.headers
    return "text/html" in asked.get("accept", "") or asked.get("hx-request") == "true"


def language_of(request: Request) -> Language:
    """Return the language to answer in.

    Programs get what ``?lang=`` or ``Accept-Language`` says. Pages get what ``?lang=`` or an
    earlier choice says and are otherwise in the server's language, Chinese by default: offices run
    browsers whose own language is English.
    """
    stated = as_language(request.query_params.get("lang"))
    if stated is None and for_programs(request):
        stated = accepted_language(request.headers.get("accept-language"))
    elif stated is None:
        stated = as_language(request.cookies.get(COOKIE))
    fallback: Language = request.app.state.settings.lang
    return stated or fallback


def translator_for(request: Request) -> Translator:
    """Return the sentences of the request's language."""
    return translator(language_of(request))


LangQuery = Annotated[
    Language | None,
    Query(description="Language of sentences; else `Accept-Language`, else the server's."),
]


def language_dependency(request: Request, lang: LangQuery = None) -> Language:
    """Give a route its language, and OpenAPI the parameter."""
    return lang or language_of(request)
