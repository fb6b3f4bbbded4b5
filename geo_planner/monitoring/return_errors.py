"""Errors of return forms: longer than a person could fill in."""

from __future__ import annotations

from dataclasses import dataclass

from geo_planner.catalogue import Label
from geo_planner.errors import DataError
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
