"""Catalogue rows behind monitoring: thresholds of early warning, reasons, networks in levels."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from geo_planner.rows import Label


@dataclass(frozen=True, slots=True)
class Threshold:
    """A setting that a rule of monitoring goes by, and who says so.

    Attributes
    ----------
    value
        In ``measure``: points, years, percent, cases, days.
    source
        Where the figure is from, or that it is ours.
    """

    id: str
    label: Label
    value: Decimal
    measure: Label
    source: Label

    @property
    def exact(self) -> Fraction:
        """The figure as an exact fraction."""
        return Fraction(self.value)


@dataclass(frozen=True, slots=True)
class WarningReason:
    """A reason an office may give for a warning when it takes note of it."""

    id: str
    label: Label


@dataclass(frozen=True, slots=True)
class NetworkLevel:
    """One level of a network: which units need it, and what holds it.

    A unit holds the level if it has a working facility of any of the types, or if any of the
    columns of its kind is above zero.

    Attributes
    ----------
    label
        What stands there, such as a regiment hospital.
    unit_kinds
        Units that need one each.
    facility_types
        Types of which one has to be recorded for the unit.
    unit_columns
        Number columns of the unit (people on duty), of which one has to be above zero.
    """

    label: Label
    unit_kinds: tuple[str, ...]
    facility_types: tuple[str, ...] = ()
    unit_columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Network:
    """Services in levels that lead to each other, from the division down to the company.

    Attributes
    ----------
    clause, quote
        Where the plan asks for it, and its exact words.
    levels
        From the top down.
    """

    id: str
    label: Label
    clause: str
    quote: str
    levels: tuple[NetworkLevel, ...]
