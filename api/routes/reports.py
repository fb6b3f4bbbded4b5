"""The monitoring report as a document."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from api.dependencies import ProjectId, StoreDep, TranslatorDep
from api.reporting import compose_report
from maps.reports import MEDIA_TYPES, DocumentForm, write_report
from maps.reports.content import Kind

router = APIRouter(prefix="/projects/{project_id}", tags=["monitoring"])


@router.get(
    "/report.{form}",
    response_class=Response,
    responses={200: {"content": {kind.partition(";")[0]: {} for kind in MEDIA_TYPES.values()}}},
)
def download_report(
    project_id: ProjectId,
    store: StoreDep,
    translator: TranslatorDep,
    form: Annotated[DocumentForm, Path(description="Ending of the document.")],
    kind: Annotated[
        Kind, Query(description="Annual compares with the year before, the others with the base.")
    ] = "annual",
    year: Annotated[
        int | None, Query(description="Year of the report; that of the project's day if left out.")
    ] = None,
    known_on: Annotated[
        date | None, Query(description="As the project was known at the end of this day.")
    ] = None,
    at_import: Annotated[
        int | None, Query(ge=0, description="As the project was right after this import.")
    ] = None,
    office: Annotated[
        str | None, Query(max_length=200, description="Who hands the report in.")
    ] = None,
) -> Response:
    """Download the annual, mid-term or final monitoring report."""
    report = compose_report(
        store,
        kind,
        year,
        translator,
        known_on=known_on,
        at_import=at_import,
        office=office or None,
    )
    name = f"{project_id}_{kind}_{report.year}.{form}"
    shown = "inline" if form == "html" else "attachment"
    return Response(
        write_report(report, form),
        media_type=MEDIA_TYPES[form],
        headers={"Content-Disposition": f"{shown}; filename*=UTF-8''{quote(name)}"},
    )


@router.get(
    "/report-template.docx",
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPES["docx"]: {}}}},
)
def download_template(project_id: ProjectId, translator: TranslatorDep) -> Response:
    """Download our Word template, to restyle and bring back on the command line."""
    from maps.reports.word_template import default_template  # noqa: PLC0415 - heavy

    name = f"{project_id}_template.docx"
    return Response(
        default_template(translator.language),
        media_type=MEDIA_TYPES["docx"],
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"},
    )
