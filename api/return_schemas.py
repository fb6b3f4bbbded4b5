"""Shapes of answers about returns."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, Field


class ReturnCounts(BaseModel):
    """How far a department, or one of its indicators, has come."""

    n: int = Field(description="Figures asked: one an indicator and unit.")
    returned: int
    blank: int = Field(description="Of the returned: signed, but the figure is not known.")
    late: int = Field(description="Of the returned: sent after the day they were due.")
    missing: int = Field(description="`n` less `returned`.")
    last_on: date | None = Field(description="Day of the latest return that has a date.")
    last_by: str | None = Field(description="Who signed it.")


class IndicatorReturns(ReturnCounts):
    """One indicator that a department is asked for."""

    indicator: str
    missing_units: list[str] = Field(description="The first 500.")
    late_units: list[str] = Field(description="The first 500.")


class DepartmentReturns(ReturnCounts):
    """One department."""

    department: str
    department_en: str
    indicators: list[IndicatorReturns]


class Returns(ReturnCounts):
    """The returns of a year."""

    year: int
    as_of: date = Field(description="The day on which it is said who is overdue.")
    due: date = Field(description="The last day on which a return is in time.")
    overdue: bool = Field(description="Whether what is missing should have come by `as_of`.")
    departments: list[DepartmentReturns]
