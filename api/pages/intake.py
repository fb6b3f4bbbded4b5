"""The import page: choose a file, check it, see faults or what would change, then store it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Query, Request, UploadFile
from fastapi.responses import HTMLResponse

from api.dependencies import OpenDep, StoreDep
from api.importing import import_path, read_mapping
from api.pages.rendering import page
from api.problems import answer, problem_of
from api.project_shelf import OpenProject
from api.request_language import translator_for
from api.routes.layers import result_of
from api.schemas import LayerName
from api.uploads import received
from api.words import LAYERS
from geo_planner.errors import DataError
from geo_planner.notes import msgid

router = APIRouter()

CRS_CHOICES = (
    ("", msgid("as the file says")),
    ("EPSG:4490", msgid("CGCS2000 degrees (EPSG:4490)")),
    ("EPSG:4540", msgid("CGCS2000, 3-degree zone at 93°E, no zone prefix (EPSG:4540)")),
    ("EPSG:4519", msgid("CGCS2000, 3-degree zone 31, with prefix (EPSG:4519)")),
    ("EPSG:4541", msgid("CGCS2000, 3-degree zone at 96°E, no zone prefix (EPSG:4541)")),
    ("EPSG:4520", msgid("CGCS2000, 3-degree zone 32, with prefix (EPSG:4520)")),
    ("WGS84", msgid("WGS 84, as satellite receivers give")),
    ("GCJ-02", msgid("GCJ-02, from Gaode or Tencent maps")),
    ("BD-09", msgid("BD-09, from Baidu maps")),
)


@router.get("/projects/{project_id}/import", response_class=HTMLResponse)
def import_page(
    request: Request,
    opened: OpenDep,
    layer: Annotated[LayerName | None, Query(description="Table chosen beforehand.")] = None,
) -> HTMLResponse:
    """Show the form."""
    return page(
        request,
        "import.html",
        opened=opened,
        **_choices(opened),
        result=None,
        layer=None,
        chosen=layer,
    )


def _choices(opened: OpenProject) -> dict[str, Any]:
    catalogue = opened.project.catalogue
    return {
        "layers": LAYERS,
        "unit_kinds": list(catalogue.unit_kinds.values()),
        "facility_types": list(catalogue.facility_types.values()),
        "barrier_kinds": list(catalogue.barrier_kinds.values()),
        "crs_choices": CRS_CHOICES,
    }


@router.post("/projects/{project_id}/import", response_class=HTMLResponse, response_model=None)
def import_upload(  # noqa: PLR0913 - each argument is a field of the form
    request: Request,
    opened: OpenDep,
    store: StoreDep,
    file: Annotated[list[UploadFile], File()],
    layer: Annotated[LayerName, Form()],
    kind: Annotated[str, Form(max_length=100)] = "",
    sheet: Annotated[str, Form(max_length=100)] = "",
    crs: Annotated[str, Form(max_length=100)] = "",
    axis: Annotated[str, Form(max_length=10)] = "",
    mapping: Annotated[str, Form(max_length=10_000)] = "",
    *,
    store_it: Annotated[bool, Form()] = False,
) -> HTMLResponse:
    """Check the file and, on the second button, store it; faults stand in the page with rows."""
    translator = translator_for(request)
    piece = request.headers.get("hx-request") == "true"
    try:
        columns = read_mapping(mapping.splitlines())
        with received(file) as path:
            done = import_path(
                store, path, layer=layer, kind=kind, sheet=sheet, crs=crs, axis=axis,
                mapping=columns, dry_run=not store_it,
            )  # fmt: skip
    except DataError as exc:
        problem = problem_of(exc, 422, request)
        return answer(request, problem)  # type: ignore[return-value]
    template = "piece_import.html" if piece else "import.html"
    return page(
        request, template, opened=opened, **_choices(opened),
        result=result_of(done, translator), layer=LAYERS[layer], chosen=layer,
    )  # fmt: skip
