"""Where to build, on a page: a form, what came of it, the map; longer searches become runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import parse_qs, urlencode

import numpy as np
from fastapi import APIRouter, Form, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError

from api.dependencies import DayDep, JobsDep, OpenDep
from api.job_work.kept import said
from api.job_work.kinds import KINDS
from api.pages.maps import map_policy
from api.pages.rendering import page
from api.pages.static_files import addresses
from api.problems import status_of
from api.reader import day_of
from api.request_language import language_of, translator_for
from api.sited import objective_lines, proposal_json, refusal_of, regions_of
from api.siting_asked import SiteAsked, answer_asked
from api.siting_runs import PROBLEMS, SOURCES
from api.siting_schemas import QUICK, SiteRequest
from geo_planner.errors import GeoPlannerError, NotKnownError
from geo_planner.notes import msgid
from geo_planner.siting_errors import NothingFoundError
from geo_planner.travel.pairs import count_label
from maps import draw_map, render_html
from maps.text.siting import problem_text, proof_words
from maps.text.values import is_missing
from maps.text.words import PROBLEM_WORDS

if TYPE_CHECKING:
    from api.jobs import Jobs
    from api.project_shelf import OpenProject
    from geo_planner.siting.proposal import Proposal
    from maps.text import Translator

router = APIRouter()

FIELDS = (
    "facility_type", "problem", "sites", "limit", "mode", "weight", "capacity", "regiment_minimum",
    "backup", "floor", "counting", "spacing", "radius", "time_limit", "leave_unreachable",
)  # fmt: skip
"""Fields of the form that hold one value each."""
SOURCE_WORDS: Mapping[str, str] = {
    "units": msgid("positions of units"),
    "streets": msgid("places along streets"),
    "buildings": msgid("facilities of other types"),
}
SITE_WORDS: Mapping[str, str] = {
    "unit": msgid("position of a unit"),
    "file": msgid("from a list"),
    "street": msgid("along a street"),
    "building": msgid("standing building"),
}
COUNTING_WORDS: Mapping[str, str] = {
    "shared": msgid("all units within the limit"),
    "own": msgid("its own unit alone"),
    "reachable": msgid("whoever can reach it"),
}
LONGER = (60, 300, 1800, 7200)
"""Seconds that a longer search may be given."""


@router.get("/projects/{project_id}/site", response_class=HTMLResponse)
def site_page(request: Request, opened: OpenDep, day: DayDep) -> HTMLResponse:
    """Show the form and, once something is asked, where to build; the piece alone to htmx."""
    piece = request.headers.get("hx-request") == "true"
    query = dict(request.query_params)
    outcome: dict[str, Any] | None = None
    status = int(HTTPStatus.OK)
    if query.get("problem"):
        asked = _asked(_words(request), day)
        try:
            outcome = _outcome(request, opened, asked)
        except GeoPlannerError as exc:
            # The form stays, whatever the reader's program says it takes.
            told = translator_for(request).error(exc)
            outcome, status = {"found": None, "refusal": told, "longer": ""}, status_of(exc)
    return page(
        request,
        "piece_site.html" if piece else "site.html",
        opened=opened,
        status=status,
        day=day,
        outcome=outcome,
        given=query,
        chosen=request.query_params.getlist("candidates_from"),
        **_choices(opened),
    )


@router.get("/projects/{project_id}/site/map", response_class=HTMLResponse)
def site_map(request: Request, opened: OpenDep, day: DayDep) -> HTMLResponse:
    """Show what was asked on the map: sites in build order, units today, newly and not covered."""
    asked = _asked(_words(request), day)
    found = _found(opened, asked)
    refusal = refusal_of(found)
    if refusal is not None:
        raise refusal
    return _drawn(request, opened, found, day, asked.model_dump_json())


@router.post("/projects/{project_id}/site/run")
def run_site(
    request: Request,
    opened: OpenDep,
    jobs: JobsDep,
    question: Annotated[str, Form(max_length=4000)],
    time_limit: Annotated[float, Form(gt=0, le=86_400, allow_inf_nan=False)],
) -> RedirectResponse:
    """Take the same question in as a long run, and show the list of runs."""
    words = {**parse_qs(question), "time_limit": [f"{time_limit:g}"]}
    day = day_of(opened.project, _day(words))
    asked = _asked(words, day, SiteAsked)
    about = KINDS["site"].about(opened.project, asked)
    jobs.submit(opened.id, "site", asked.model_dump(mode="json"), about)
    address = request.url_for("jobs_page").include_query_params(project=opened.id)
    return RedirectResponse(f"{address.path}?{address.query}", 303)


@router.get("/projects/{project_id}/site/runs/{job_id}", response_class=HTMLResponse)
def site_run(
    request: Request, opened: OpenDep, day: DayDep, jobs: JobsDep, job_id: str
) -> HTMLResponse:
    """Show what a long run found."""
    params, result = _run(opened, jobs, job_id)
    say = translator_for(request)
    found = said(result, say)
    base = request.url_for("site_run_map", project_id=opened.id, job_id=job_id).path
    return page(
        request,
        "site.html",
        opened=opened,
        day=params.as_of or day,
        outcome={
            "found": found,
            "words": _words_of(opened, found, say),
            "map": f"{base}?{urlencode({'lang': language_of(request)})}",
            "longer": "",
        },
        given={name: value for name, value in params.model_dump().items() if value is not None},
        chosen=params.candidates_from,
        **_choices(opened),
    )


@router.get("/projects/{project_id}/site/runs/{job_id}/map", response_class=HTMLResponse)
def site_run_map(request: Request, opened: OpenDep, jobs: JobsDep, job_id: str) -> HTMLResponse:
    """Show the sites a long run found on the map."""
    asked, result = _run(opened, jobs, job_id)

    def rebuilt() -> Proposal:
        """Return the run's sites as a proposal: with all of them required, nothing is searched."""
        required = [row["candidate_id"] for row in result["sites"]]
        sites = None if asked.sites is None else len(required)
        fixed = {"required": required, "closable": result["closed"], "sites": sites}
        again = answer_asked(
            opened.project, asked.model_copy(update={**fixed, "time_limit": QUICK})
        )
        gap, bound = (np.nan if result[name] is None else result[name] for name in ("gap", "bound"))
        plan = replace(again.plan, status=result["status"], gap=gap, bound=bound)
        return replace(again, plan=plan)

    found = opened.remember(("site-run", job_id), rebuilt)
    refusal = refusal_of(found)
    if refusal is not None:
        raise refusal
    return _drawn(request, opened, found, asked.as_of, job_id)


def _run(opened: OpenProject, jobs: Jobs, job_id: str) -> tuple[SiteAsked, dict[str, Any]]:
    """Return what a run of this project was asked, and what it found."""
    job = jobs.get(job_id)
    if job.project != opened.id or job.kind != "site":
        raise NotKnownError(what=msgid("run"), name=job_id, near=())
    return SiteAsked.model_validate(job.params), jobs.result(job)


def _drawn(
    request: Request, opened: OpenProject, found: Proposal, day: date | None, key: str
) -> HTMLResponse:
    language = language_of(request)

    def draw() -> str:
        drawn = draw_map(opened.project, proposal=found, as_of=day, language=language)
        return render_html(drawn, self_contained=False, static_url=f"{addresses().maps}/")

    text = opened.remember(("site-map", key, language), draw)
    headers = {"Cache-Control": "no-cache", "Content-Security-Policy": map_policy(text)}
    return HTMLResponse(text, headers=headers)


def _choices(opened: OpenProject) -> dict[str, Any]:
    catalogue = opened.project.catalogue
    return {
        "types": list(catalogue.facility_types.values()),
        "modes": list(catalogue.travel_modes.values()),
        "problems": {name: PROBLEM_WORDS[name] for name in PROBLEMS},
        "sources": {name: SOURCE_WORDS[name] for name in SOURCES},
        "SITE_WORDS": SITE_WORDS,
        "COUNTING_WORDS": COUNTING_WORDS,
        "LONGER": LONGER,
        "QUICK": QUICK,
    }


def _words(request: Request) -> dict[str, list[str]]:
    query = request.query_params
    return {name: query.getlist(name) for name in query}


def _day(words: Mapping[str, Sequence[str]]) -> date | None:
    """Return the day asked for, refused where it is none."""
    if not words.get("as_of"):
        return None
    try:
        return date.fromisoformat(words["as_of"][-1])
    except ValueError as exc:
        fault = {"loc": ("body", "as_of"), "type": "date", "msg": str(exc)}
        raise RequestValidationError([fault]) from exc


def _asked(
    words: Mapping[str, Sequence[str]], day: date, shape: type[SiteAsked] = SiteRequest
) -> SiteAsked:
    """Return what a form asks; blank fields say nothing."""
    given: dict[str, Any] = {
        name: words[name][-1].strip()
        for name in FIELDS
        if words.get(name) and words[name][-1].strip()
    }
    sources = [one for one in words.get("candidates_from", ()) if one]
    try:
        return shape.model_validate({**given, "candidates_from": sources, "as_of": day})
    except ValidationError as exc:
        faults = [{**one, "loc": ("query", *one["loc"])} for one in exc.errors()]
        raise RequestValidationError(faults) from exc


def _found(opened: OpenProject, asked: SiteAsked) -> Proposal:
    """Return the answer, kept for the map; other answers are not held up while it is looked for."""
    key = ("site", asked.model_dump_json())
    with opened.lock:
        kept: Proposal | None = opened.answers.get(key)
    if kept is not None:
        return kept
    found = answer_asked(opened.project, asked)
    return opened.remember(key, lambda: found)


def _outcome(request: Request, opened: OpenProject, asked: SiteAsked) -> dict[str, Any]:
    """Return what the page shows of an answer; a refusal is raised, by name."""
    say = translator_for(request)
    found = _found(opened, asked)
    refusal = refusal_of(found)
    kept = [(name, value) for name, value in request.query_params.multi_items() if value]
    question = urlencode([(name, value) for name, value in kept if name != "time_limit"])
    if isinstance(refusal, NothingFoundError):
        return {"found": None, "refusal": say.error(refusal), "longer": question}
    if refusal is not None:
        raise refusal
    told = proposal_json(found, say)
    words = _words_of(opened, told, say)
    base = request.url_for("site_map", project_id=opened.id).path
    return {
        "found": told,
        "words": words,
        "map": f"{base}?{urlencode(kept)}",
        "longer": question if found.plan.status == "feasible" else "",
    }


def _words_of(opened: OpenProject, found: Mapping[str, Any], say: Translator) -> dict[str, Any]:
    """Return what the page says of an answer beside its figures."""
    kind = opened.project.catalogue.facility_type(found["facility_type"])
    units = opened.project.units
    shown = [
        *found["unreachable"],
        *found["no_room"],
        *(one for row in found["sites"] for one in row["newly_covered"]),
    ]
    names = units["name"].reindex(dict.fromkeys(shown)).to_dict()
    facilities = opened.project.facilities["name"].reindex(found["closed"]).to_dict()
    return {
        "title": f"{say.label(kind.label)} · {problem_text(found['problem'], say)}",
        "proof": proof_words(found["status"], found["gap"], say),
        "objective": objective_lines(found, say),
        "regions": regions_of(
            opened.project, [*(row["unit_id"] for row in found["sites"]), *shown]
        ),
        "whom": say.label(count_label(found["children_counted"])),
        "names": {
            one: one if is_missing(name) else str(name)
            for one, name in {**names, **facilities}.items()
        },
    }
