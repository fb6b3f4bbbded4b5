"""What a return form's cells take: numbers that can be, dates, yes or no, sources."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import TypeVar

from openpyxl.worksheet.datavalidation import DataValidation

from geo_planner.monitoring.return_forms import FormRow, ReturnForm
from geo_planner.report_quality import is_share
from maps.reports.form_columns import at, numbers_asked
from maps.text import Translator
from maps.text.values import NO, YES

Key = TypeVar("Key")

_BELOW_ZERO = ("% change", "‰ points")
"""Beginnings of measures of a change or a difference, which may be negative."""


def checks_of(
    form: ReturnForm, say: Translator, *, first: int, sources: str
) -> Iterator[DataValidation]:
    """Yield the checks of a form's cells.

    Parameters
    ----------
    first
        The form's first row on its sheet.
    sources
        Where the sources to choose from stand.
    """
    last = first + len(form.rows) - 1
    if last < first:
        return
    yield from _values(form, say, first)
    yield from _counts(form, say, first)
    yield _source(say, sources, first, last)
    yield _day(form, say, first, last)


def _values(form: ReturnForm, say: Translator, first: int) -> Iterator[DataValidation]:
    for (answers, low, high), ranges in _runs(form, first, "value", _bounds).items():
        if answers:
            check = DataValidation(type="list", formula1=f'"{say(YES)},{say(NO)}"')
            said = say(
                "Choose {yes} or {no}, or leave it blank if it is not known.",
                yes=say(YES),
                no=say(NO),
            )
        elif low is None:
            check = DataValidation(
                type="decimal", operator="between", formula1="-1000000000", formula2="1000000000"
            )
            said = say("A number is wanted here, without its unit of measure.")
        elif high is None:
            check = DataValidation(type="decimal", operator="greaterThanOrEqual", formula1="0")
            said = say("A number from 0 up is wanted here, without its unit of measure.")
        else:
            check = DataValidation(
                type="decimal", operator="between", formula1="0", formula2=str(high)
            )
            said = say("A share from 0 to 100 is wanted here, without the percent sign.")
        yield _finished(check, ranges, say, said)


def _bounds(row: FormRow) -> tuple[bool, int | None, int | None]:
    """Return whether yes or no is asked, and between what a figure lies."""
    one = row.indicator
    if row.answers:
        return True, None, None
    if one.measure.startswith(_BELOW_ZERO):
        return False, None, None
    return False, 0, 100 if is_share(one) and one.measure == "%" else None


def _counts(form: ReturnForm, say: Translator, first: int) -> Iterator[DataValidation]:
    """Yield the checks of numerators and denominators."""
    for name, other, sign in (
        ("numerator", "denominator", "<="),
        ("denominator", "numerator", ">="),
    ):
        for part, ranges in _runs(form, first, name, _counted).items():
            if part is None:
                continue
            start = int("".join(one for one in ranges[0].split(":")[0] if one.isdigit()))
            here, there = at(name, start), at(other, start)
            rule = f"ISNUMBER({here}),{here}>=0"
            said = say("A number from 0 up is wanted here, without its unit of measure.")
            if part:
                rule += f',OR({there}="",{here}{sign}{there})'
                said = say("A number from 0 up is wanted, and no numerator above its denominator.")
            check = DataValidation(type="custom", formula1=f"AND({rule})")
            yield _finished(check, ranges, say, said)


def _counted(row: FormRow) -> bool | None:
    """Return whether the numerator is a part of the denominator; None where neither is asked."""
    return is_share(row.indicator) if "numerator" in numbers_asked(row) else None


def _source(say: Translator, sources: str, first: int, last: int) -> DataValidation:
    check = DataValidation(type="list", formula1=sources, allow_blank=True)
    check.showErrorMessage = False  # another source may be written
    check.sqref = f"{at('source', first)}:{at('source', last)}"
    check.showInputMessage = True
    check.promptTitle = say("Source")
    check.prompt = say("Choose a source, or write another one.")
    return check


def _day(form: ReturnForm, say: Translator, first: int, last: int) -> DataValidation:
    check = DataValidation(
        type="date", operator="greaterThanOrEqual", formula1=f"DATE({form.year},1,1)"
    )
    said = say("A date is wanted here, such as {day}.", day=form.due.isoformat())
    return _finished(check, [f"{at('reported_on', first)}:{at('reported_on', last)}"], say, said)


def _finished(
    check: DataValidation, ranges: list[str], say: Translator, said: str
) -> DataValidation:
    check.allow_blank = True
    check.showErrorMessage = True
    check.errorStyle = "stop"
    check.errorTitle = say("Not possible here")
    check.error = said
    check.sqref = " ".join(ranges)
    return check


def _runs(
    form: ReturnForm, first: int, column: str, key: Callable[[FormRow], Key]
) -> dict[Key, list[str]]:
    """Return the ranges of a column by what is asked in them, in order."""
    found: dict[Key, list[str]] = {}
    places = enumerate(form.rows, start=first)
    for value, run in groupby(places, key=lambda one: key(one[1])):
        rows = [place for place, _ in run]
        found.setdefault(value, []).append(f"{at(column, rows[0])}:{at(column, rows[-1])}")
    return found
