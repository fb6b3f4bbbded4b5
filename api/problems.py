"""Errors as RFC 9457 problems: one table from class to status, one loop that installs it.

Errors of the product know nothing of HTTP. The sentence comes in the reader's language; ``code``,
``params`` and ``faults`` are for programs. Only faults of the server itself are logged.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from api.headers import HEADERS
from api.job_errors import JobError, JobsElsewhereError, JobsUnavailableError, TooManyJobsError
from api.job_work.kept import note_of
from api.request_language import translator_for, wants_page
from api.shown import plain
from geo_planner import errors
from geo_planner.notes import msgid
from maps.text import Translator

log = logging.getLogger("geo_planner.api")

STATUSES: dict[type[errors.GeoPlannerError], int] = {
    errors.GeoPlannerError: 400,
    errors.DataError: 422,
    errors.TooLargeError: 413,
    errors.NotKnownError: 404,
    errors.TravelError: 409,
    errors.SitingError: 409,
    errors.StoreError: 409,
    errors.LockedError: 423,
    errors.SettingsError: 500,
    JobError: 409,
    JobsElsewhereError: 423,
    TooManyJobsError: 429,
    JobsUnavailableError: 503,
}
"""Error class -> HTTP status; a class not named has that of its nearest ancestor."""

TITLES = {
    400: msgid("The request cannot be carried out"),
    403: msgid("Not allowed"),
    404: msgid("Not found"),
    405: msgid("Not possible here"),
    409: msgid("The project does not allow it as it stands"),
    413: msgid("Too large"),
    422: msgid("The data is refused"),
    423: msgid("In use"),
    429: msgid("Too much at once"),
    500: msgid("A fault of the server"),
    503: msgid("Not possible at present"),
}
DETAILS = {
    403: msgid("Changes are accepted only from pages of this server."),
    404: msgid("There is nothing at this address."),
    405: msgid("This address does not take this method."),
    413: msgid("The upload is larger than this server accepts."),
    500: msgid("Something went wrong in the server. The request was not carried out."),
}
CODES = {
    400: "bad-request",
    403: "foreign-origin",
    404: "not-found",
    405: "no-such-method",
    413: "too-large",
}
"""Codes of problems that HTTP itself has."""

BAD_VALUES = msgid("The request has wrong values.")
BAD_VALUE = msgid("'{field}': {reason}")


class Fault(BaseModel):
    """One reason among several."""

    code: str = Field(examples=["duplicate-id"])
    sentence: str = Field(description="In the reader's language.")
    rows: list[int] = Field(description="Spreadsheet row numbers, where rows are at fault.")
    params: dict[str, Any] = Field(default_factory=dict)


class Problem(BaseModel):
    """Why a request was not carried out, after RFC 9457."""

    type: str = Field(examples=["urn:geo-planner:refused-file"])
    title: str
    status: int = Field(examples=[422])
    detail: str = Field(description="In the reader's language.")
    instance: str
    code: str = Field(examples=["refused-file"])
    params: dict[str, Any] = Field(default_factory=dict)
    faults: list[Fault] = Field(default_factory=list)


class ProblemResponse(JSONResponse):
    """A problem on the wire."""

    media_type = "application/problem+json"


def answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI description of the problems a route may answer with."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        status: {"description": HTTPStatus(status).phrase, "content": content}
        for status in statuses
    }


def install_problems(app: FastAPI) -> None:
    """Install a handler for every error class, for bad requests and for faults of the server."""
    for error_class, status in STATUSES.items():
        app.add_exception_handler(error_class, _product_handler(status))
    app.add_exception_handler(RequestValidationError, _bad_values)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _fault_of_server)


def _product_handler(status: int) -> Any:  # noqa: ANN401 - the type of a Starlette handler
    def handle(request: Request, exc: errors.GeoPlannerError) -> Response:
        return answer(request, problem_of(exc, status, request))

    return handle


def problem_of(exc: errors.GeoPlannerError, status: int, request: Request) -> Problem:
    """Return the problem of an error of the product."""
    translator = translator_for(request)
    params = {name: plain(value) for name, value in exc.params.items() if name != "faults"}
    return _problem(
        request,
        status,
        code=exc.code,
        detail=sentence(exc, translator),
        params=params,
        faults=faults_of(exc, translator),
    )


def status_of(exc: errors.GeoPlannerError) -> int:
    """Return the HTTP status of an error of the product."""
    return next(STATUSES[kind] for kind in type(exc).__mro__ if kind in STATUSES)


def kept_problem(held: Mapping[str, Any], request: Request) -> Problem:
    """Return the problem of an error that was kept (:func:`api.job_work.kept.kept_error`)."""
    translator = translator_for(request)
    note = note_of(held)
    faults = [(one, note_of(one)) for one in held["faults"]]
    return _problem(
        request,
        int(held["status"]),
        code=note.code,
        detail=translator.note(note),
        params=plain(note.params),
        faults=[
            Fault(
                code=one.code,
                sentence=translator.note(one),
                rows=[int(row) for row in raw["params"].get("rows", ())],
                params=raw["params"],
            )
            for raw, one in faults
        ],
    )


def sentence(exc: errors.GeoPlannerError, translator: Translator) -> str:
    """Return the sentence of an error alone; the faults of a refused file stand beside it."""
    if isinstance(exc, errors.RefusedFileError):
        return translator(exc.template, file=exc.file)
    return translator.error(exc)


def faults_of(exc: errors.GeoPlannerError, translator: Translator) -> list[Fault]:
    """Return every fault an error holds, or the error itself where it names rows."""
    held: Sequence[errors.GeoPlannerError] = [
        one for one in getattr(exc, "faults", ()) if isinstance(one, errors.GeoPlannerError)
    ]
    if not held and "rows" in exc.params:
        held = [exc]
    return [
        Fault(
            code=one.code,
            sentence=translator.error(one),
            rows=[int(row) for row in one.params.get("rows", ())],
            params={name: plain(value) for name, value in one.params.items()},
        )
        for one in held
    ]


def _bad_values(request: Request, exc: Exception) -> Response:
    if not isinstance(exc, RequestValidationError):
        raise exc
    translator = translator_for(request)
    faults = []
    for one in exc.errors():
        field = ".".join(str(part) for part in one["loc"][1:]) or str(one["loc"][0])
        text = translator(BAD_VALUE, field=field, reason=one["msg"])
        faults.append(Fault(code=str(one["type"]), sentence=text, rows=[], params={"field": field}))
    detail = translator(BAD_VALUES)
    return answer(request, _problem(request, 422, code="bad-values", detail=detail, faults=faults))


def _http_error(request: Request, exc: Exception) -> Response:
    if not isinstance(exc, HTTPException):
        raise exc
    translator = translator_for(request)
    known = DETAILS.get(exc.status_code)
    problem = _problem(
        request,
        exc.status_code,
        code=CODES.get(exc.status_code, f"http-{exc.status_code}"),
        detail=translator(known) if known else str(exc.detail),
    )
    response = answer(request, problem)
    response.headers.update(exc.headers or {})
    return response


def _fault_of_server(request: Request, exc: Exception) -> Response:
    """Tell nothing of the inside; the log has the traceback."""
    log.error("fault at %s", request.url.path, exc_info=exc)
    detail = translator_for(request)(DETAILS[500])
    response = answer(request, _problem(request, 500, code="internal", detail=detail))
    response.headers.update(HEADERS)  # this answer does not pass the guards on its way out
    return response


def _problem(request: Request, status: int, *, code: str, detail: str, **more: Any) -> Problem:  # noqa: ANN401
    title = TITLES.get(status)
    return Problem(
        type=f"urn:geo-planner:{code}",
        title=translator_for(request)(title) if title else HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        instance=request.url.path,
        code=code,
        **more,
    )


def answer(request: Request, problem: Problem) -> Response:
    """Return a problem as JSON to programs and as a page to people."""
    if wants_page(request):
        from api.pages.rendering import problem_page  # noqa: PLC0415 - pages stand on problems

        return problem_page(request, problem)
    return ProblemResponse(problem.model_dump(), status_code=problem.status)
