"""Small files as an office would send them, written for one test."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from geo_planner.catalogue import Catalogue
from geo_planner.errors import DataError, RefusedFileError
from layers.catalogue import load_catalogue
from layers.reading import LayerRead, read_layer


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    return load_catalogue()


def write_csv(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def write_xlsx(
    path: Path, rows: Sequence[Sequence[Any]], merges: Iterable[str] = (), sheet: str = "Sheet1"
) -> Path:
    book = Workbook()
    page = book.active
    page.title = sheet
    for row in rows:
        page.append(list(row))
    for merge in merges:
        page.merge_cells(merge)
    book.save(path)
    return path


def read_units(path: Path, **said: Any) -> LayerRead:
    return read_layer(path, layer="units", catalogue=catalogue(), **{"kind": "company", **said})


def notes(read: LayerRead) -> dict[str, Any]:
    return {note.code: note.params for note in read.notes}


def faults(refused: RefusedFileError) -> dict[str, DataError]:
    return {fault.code: fault for fault in refused.faults}
