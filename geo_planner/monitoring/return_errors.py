"""Errors of return forms: longer than a person could fill in, or there already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geo_planner.catalogue import Label
from geo_planner.errors import DataError, StoreError
from geo_planner.notes import msgid


@dataclass(eq=False)
class LongFormError(DataError):
    """A form would have more rows than one workbook takes."""

    code = "long-form"
    template = msgid(
        "The form of {department} would have {count} rows; at most {most} fit. Ask for a form of "
        "one indicator at a time."
    )
    department: Label
    count: int
    most: int


@dataclass(eq=False)
class FormsThereError(StoreError):
    """Forms would be written over files that are there, filled in perhaps."""

    code = "forms-there"
    template = msgid(
        "'{folder}' already has {files}; nothing was written. Choose another folder, or say "
        "--force to write over them."
    )
    folder: str
    files: Sequence[str]
