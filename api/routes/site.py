"""Where to build, answered at once; and the candidates there are."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from api.dependencies import DayDep, OpenDep, TranslatorDep
from api.geojson import GeoJson, features_of
from api.reader import day_of
from api.routes.access import ModeQuery, TypeQuery
from api.sited import proposal_json
from api.siting_asked import SiteAsked, answer_asked, candidates_of
from api.siting_schemas import CandidateFeatures, ProposalAnswer, SiteRequest
from api.verdicts import note_texts
from geo_planner.siting.candidates import unit_candidates

router = APIRouter(prefix="/projects/{project_id}", tags=["siting"])


@router.post("/site", response_model_exclude_unset=True)
def propose_sites(opened: OpenDep, translator: TranslatorDep, body: SiteRequest) -> ProposalAnswer:
    """Say where to build facilities of a type, in which order, and how good that is proven to be.

    Where nothing does what is asked the answer is a problem, `infeasible`, that names the units no
    site can reach. What takes longer than a few seconds is asked for as a run of the kind `site`.
    """
    asked = body.model_copy(update={"as_of": day_of(opened.project, body.as_of)})
    found = answer_asked(opened.project, asked)
    refusal = found.refusal()
    if refusal is not None:
        raise refusal
    return ProposalAnswer.model_validate(proposal_json(found, translator))


@router.get("/candidates", response_class=GeoJson)
def list_candidates(
    opened: OpenDep,
    day: DayDep,
    translator: TranslatorDep,
    facility_type: TypeQuery,
    mode: ModeQuery = "walk",
    source: Annotated[
        list[Literal["units", "streets", "buildings"]] | None,
        Query(description="Where they come from; else units.", max_length=3),
    ] = None,
    spacing: Annotated[
        float | None,
        Query(ge=10, le=1e5, allow_inf_nan=False, description="Metres of street between two."),
    ] = None,
    radius: Annotated[
        float | None,
        Query(ge=0, le=1e6, allow_inf_nan=False, description="Metres from a unit for streets."),
    ] = None,
) -> CandidateFeatures:
    """List the places where a facility of a type might be built."""
    project = opened.project
    # Before the question is put together: that takes well-formed names only.
    kind = project.catalogue.facility_type(facility_type)
    project.catalogue.travel_mode(mode)
    asked = SiteAsked(
        facility_type=facility_type, problem="cover-all", mode=mode, as_of=day,
        candidates_from=source or [], spacing=spacing, radius=radius,
    )  # fmt: skip
    found = candidates_of(project, asked) or unit_candidates(project, kind, day)
    return CandidateFeatures.model_validate(
        {
            "facility_type": kind.id,
            "simulated": project.simulated,
            "notes": note_texts(found.notes, translator),
            "features": features_of(found.table.reset_index()),
        }
    )
