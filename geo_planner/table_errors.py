"""Errors that only the reading of whole tables finds; their place in the tree is in ``errors``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geo_planner.errors import DataError, OutsideWorldError, Rows
from geo_planner.notes import msgid


@dataclass(eq=False)
class PartOverWholeError(DataError):
    """A part is greater than its whole."""

    code = "part-over-whole"
    template = msgid("Layer '{layer}': '{part}' is greater than '{whole}' in rows {rows}.")
    layer: str
    part: str
    whole: str
    rows: Rows


@dataclass(eq=False)
class ZeroDenominatorError(DataError):
    """A return form counts some of none."""

    code = "zero-denominator"
    template = msgid(
        "Layer '{layer}': the denominator is zero while the numerator is above zero, "
        "in rows {rows}."
    )
    layer: str
    rows: Rows


@dataclass(eq=False)
class ShareOutsideError(DataError):
    """A return form gives a share below 0 or above 100 per cent."""

    code = "share-outside"
    template = msgid(
        "Layer '{layer}', column '{column}': a share lies between 0 and 100 %; "
        "in rows {rows} it is {values}."
    )
    layer: str
    column: str
    rows: Rows
    values: Sequence[str]


@dataclass(eq=False)
class AfterPlanError(DataError):
    """A return form gives figures for a period after the plan's last year."""

    code = "after-plan"
    template = msgid(
        "Layer '{layer}', column '{column}': {values} in rows {rows} is after {last}, "
        "the last year of the plan."
    )
    layer: str
    column: str
    values: Sequence[str]
    rows: Rows
    last: int


@dataclass(eq=False)
class LostDigitsError(DataError):
    """A spreadsheet has shortened long codes to powers of ten; their digits are gone."""

    code = "lost-digits"
    template = msgid(
        "Layer '{layer}', column '{column}': the file has lost digits of {values} (rows {rows}). "
        "Format the column as text and fill in the codes again."
    )
    layer: str
    column: str
    values: Sequence[str]
    rows: Rows


@dataclass(eq=False)
class StrayCellsError(DataError):
    """Rows have more cells than there are headings, as an unquoted separator leaves them."""

    code = "stray-cells"
    template = msgid("'{file}': rows {rows} have more cells than there are headings.")
    file: str
    rows: Rows


@dataclass(eq=False)
class NothingReturnedError(DataError):
    """A return form came back as it was sent out."""

    code = "nothing-returned"
    template = msgid(
        "'{file}': no row has been filled in yet; none has a figure, the name of who reported it "
        "or a date."
    )
    file: str


@dataclass(eq=False)
class MistakenCrsError(OutsideWorldError):
    """Coordinates cannot belong to the stated system, and it shows to which they would belong."""

    code = "mistaken-crs"
    template = msgid(
        "Layer '{layer}': coordinates in rows {rows} cannot be {crs}: {values}. "
        "They look like {likely}."
    )
    likely: str


@dataclass(eq=False)
class NoBoundariesError(DataError):
    """Administrative areas were asked for as units, and an extract has none that is whole."""

    code = "no-boundaries"
    template = msgid(
        "'{file}' holds no whole administrative area with buildings in it; "
        "take grid cells or settlements as units."
    )
    file: str
