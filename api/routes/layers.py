"""Files in and out: upload with the same checks as the command line, list, download, undo."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated, Literal, cast

from fastapi import APIRouter, File, Form, UploadFile
from fastapi.responses import FileResponse, StreamingResponse
from starlette.background import BackgroundTask

from api.dependencies import OpenDep, StoreDep, TranslatorDep
from api.importing import import_path, read_mapping
from api.problems import answers
from api.routes.layer_tables import as_geojson, layer_entries, table_of, write_geopackage
from api.schemas import ImportEntry, ImportResult, LayerEntry, LayerName, NoteText
from api.uploads import received
from layers.store import ImportReport
from maps.text import Translator

router = APIRouter(prefix="/projects/{project_id}", tags=["layers"])

Blank = Literal[""]


@router.get("/layers")
def list_layers(opened: OpenDep) -> list[LayerEntry]:
    """List the tables a project holds."""
    return layer_entries(opened.project)


@router.post("/layers/{layer}", responses=answers(403, 413))
def upload_layer(
    layer: LayerName,
    store: StoreDep,
    translator: TranslatorDep,
    file: Annotated[
        list[UploadFile],
        File(description="One file, or all parts of a shapefile.", min_length=1),
    ],
    kind: Annotated[
        str | None, Form(description="Unit kind, facility type or kind of barrier of every row.")
    ] = None,
    sheet: Annotated[str | None, Form(description="Sheet or layer inside the file.")] = None,
    crs: Annotated[
        str | None,
        Form(description="EPSG:4490, EPSG:4540, WGS84, GCJ-02, BD-09 …", examples=["EPSG:4490"]),
    ] = None,
    axis: Annotated[
        Literal["xy", "yx"] | Blank | None, Form(description="Order of plain coordinates.")
    ] = None,
    mapping: Annotated[
        list[str] | None, Form(description="HEADING=COLUMN, may be repeated.")
    ] = None,
    *,
    dry_run: Annotated[bool, Form(description="Check only; store nothing.")] = False,
) -> ImportResult:
    """Read a file, check it and store it.

    Nothing is stored unless everything is right. A refusal is a problem with every fault of the
    file and its spreadsheet rows.
    """
    columns = read_mapping(mapping or [])
    with received(file) as path:
        done = import_path(
            store, path, layer=layer, kind=kind, sheet=sheet, crs=crs, axis=axis,
            mapping=columns, dry_run=dry_run,
        )  # fmt: skip
    return result_of(done, translator)


def result_of(done: ImportReport, translator: Translator) -> ImportResult:
    """Return what an import did, its caveats in the reader's language."""
    return ImportResult(
        layer=cast("LayerName", done.layer),  # an upload is never an acknowledgement
        file=done.file,
        dry_run=done.import_id is None,
        added=done.added,
        replaced=done.replaced,
        unchanged=done.unchanged,
        notes=[NoteText(code=note.code, text=translator.note(note)) for note in done.notes],
    )


@router.get(
    "/layers/{layer}.geojson",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/geo+json": {}}}},
)
def download_geojson(opened: OpenDep, layer: LayerName) -> StreamingResponse:
    """Download a table as GeoJSON, in degrees (WGS 84)."""
    table_of(opened.project, layer)
    return StreamingResponse(
        as_geojson(opened.project, layer),
        media_type="application/geo+json",
        headers={"Content-Disposition": f'attachment; filename="{layer}.geojson"'},
    )


@router.get(
    "/layers/{layer}.gpkg",
    response_class=FileResponse,
    responses={200: {"content": {"application/geopackage+sqlite3": {}}}},
)
def download_geopackage(opened: OpenDep, layer: LayerName) -> FileResponse:
    """Download a table as GeoPackage, in the project's own CRS."""
    path = write_geopackage(opened.project, layer)
    return FileResponse(
        path,
        filename=f"{layer}.gpkg",
        media_type="application/geopackage+sqlite3",
        background=BackgroundTask(_remove_folder, path.parent),
    )


def _remove_folder(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


@router.get("/history")
def read_history(store: StoreDep) -> list[ImportEntry]:
    """List the imports so far, oldest first."""
    return [ImportEntry.model_validate(entry) for entry in store.history()]


@router.post("/undo", responses=answers(403))
def undo_import(store: StoreDep) -> ImportEntry:
    """Take the last import back."""
    return ImportEntry.model_validate(store.undo())
