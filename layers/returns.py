"""Return forms: rows sent out to be filled in, and signed by who filled them in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_planner.catalogue import Catalogue
from geo_planner.checks import Mask, rows_of, some
from geo_planner.errors import BadNumberError, DataError
from geo_planner.notes import Note, msgid
from geo_planner.observations import NUMBERS
from geo_planner.periods import parse_period
from geo_planner.report_quality import is_share
from geo_planner.rows import Indicator
from geo_planner.rules.reported import gives_answers
from geo_planner.table_errors import (
    AfterPlanError,
    PartOverWholeError,
    ShareOutsideError,
    ZeroDenominatorError,
)

_SIGNATURE = ("reported_by", "reported_on")

_WHOLE = 100

_MAY_FALL = ("% change", "‰ points")
"""Beginnings of measures of a change or a difference, which may be below zero."""

_NO_TITLE_YEAR = re.compile(
    r"\d{4}\s*年?\s*[-—–~至到]+\s*\d{4}\s*年?"  # 2021-2030年
    r"|\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月](?:\s*\d{1,2}\s*日?)?"  # 2027年4月10日, 2027-4-10
    r"|[〔\[(【]\s*\d{4}\s*[〕\])】]\s*\d+\s*号"  # 〔2024〕15号
)
_TITLE_YEAR = re.compile(
    r"(?<!\d)(2\d{3})\s*年|\b(?:form|period|year)\b[,:\s]*(2\d{3})\b", re.IGNORECASE
)


def is_return(given: Collection[str]) -> bool:
    """Return whether a file with these columns has room for a signature."""
    return any(name in given for name in _SIGNATURE)


def returned_rows(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[Note]]:
    """Return the rows of a return form that somebody has filled in or signed, and who is missing.

    A row without a figure and without a signature says nothing yet; a signed one without a figure
    says that the figure is unknown.
    """
    blank = rows[[*NUMBERS, *_SIGNATURE]].isna().to_numpy(dtype=bool)
    waiting = np.asarray(blank.all(axis=1), dtype=np.bool_)
    if not waiting.any():
        return rows, []
    text = msgid(
        "{count} rows are not returned yet and were left out, as they have neither a figure nor a "
        "signature: rows {rows}."
    )
    numbers = tuple(int(row) for row in rows["source_row"][waiting])
    note = Note("not-returned", text, {"count": len(numbers), "rows": numbers})
    return rows[~waiting].reset_index(drop=True), [note]


def return_faults(rows: pd.DataFrame, catalogue: Catalogue) -> list[DataError]:
    """Return what cannot be in a return form, each fault with its rows.

    Whoever signs a form can still correct it; in other files such rows are findings of the check.
    """
    return [
        *_over_wholes(rows, catalogue),
        *_impossible_values(rows, catalogue),
        *_after_plan(rows, catalogue.period[1]),
    ]


def _over_wholes(rows: pd.DataFrame, catalogue: Catalogue) -> list[DataError]:
    """Return the rows whose numerator is greater than the denominator, those over zero apart."""
    over = _of(rows, catalogue, is_share) & (rows["numerator"] > rows["denominator"]).to_numpy()
    zero = over & (rows["denominator"] == 0).to_numpy()
    faults: list[DataError] = []
    if zero.any():
        faults.append(ZeroDenominatorError("observations", rows_of(rows, zero)))
    over &= ~zero & ~(rows["denominator"] < 0).to_numpy()  # no count at all: told as such
    if over.any():
        numbers = rows_of(rows, over)
        faults.append(PartOverWholeError("observations", "numerator", "denominator", numbers))
    return faults


def _impossible_values(rows: pd.DataFrame, catalogue: Catalogue) -> list[DataError]:
    """Return the rows with a share that is none, or with less than nothing of what is counted."""
    value = rows["value"]
    below = (value < 0).to_numpy()
    shares = _of(rows, catalogue, lambda row: row.measure == "%" and not row.gross)
    outside = shares & (below | (value > _WHOLE).to_numpy())
    counts = _of(rows, catalogue, lambda row: not row.measure.startswith(_MAY_FALL))
    negative = counts & below & ~shares
    return [
        error(
            "observations", "value", rows_of(rows, wrong), some(f"{one:g}" for one in value[wrong])
        )
        for error, wrong in ((ShareOutsideError, outside), (BadNumberError, negative))
        if wrong.any()
    ]


def _after_plan(rows: pd.DataFrame, last: int) -> list[DataError]:
    periods = rows["period"]
    wrong = _years(periods) > last
    if not wrong.any():
        return []
    return [
        AfterPlanError("observations", "period", some(periods[wrong]), rows_of(rows, wrong), last)
    ]


def _of(rows: pd.DataFrame, catalogue: Catalogue, wanted: Callable[[Indicator], bool]) -> Mask:
    """Return which rows are of an indicator as ``wanted``."""
    named = [row.id for row in catalogue.indicators.values() if wanted(row)]
    return np.asarray(rows["indicator"].isin(named), dtype=np.bool_)


def _asks_yes_or_no(row: Indicator) -> bool:
    return gives_answers(row) or row.rule == "has_facility"


def _years(periods: pd.Series) -> NDArray[np.int64]:
    """Return the year of each period, 0 where there is none to read."""
    codes, texts = pd.factorize(periods)
    read = [parse_period(str(text)) for text in texts]
    # A blank cell has the code -1, and so the last place.
    years = np.array([*(0 if one is None else one.year for one in read), 0], dtype=np.int64)
    return np.asarray(years[codes], dtype=np.int64)


def return_notes(rows: pd.DataFrame, catalogue: Catalogue, above: Iterable[str]) -> list[Note]:
    """Return what whoever takes in a return form should look at again.

    Parameters
    ----------
    rows
        Those that were filled in or signed.
    above
        Cells above the headings, which may name the form's year.
    """
    given = rows[list(NUMBERS)].notna()
    unsigned = given.any(axis=1) & rows[list(_SIGNATURE)].isna().all(axis=1)
    ratios = _of(rows, catalogue, lambda row: row.scale > 1)
    alone = given["numerator"] ^ given["denominator"]
    # The answer of a yes or no question may stand in the numerator.
    answered = _of(rows, catalogue, _asks_yes_or_no) & given["numerator"]
    half = alone & ~given["value"] & ratios & ~answered
    found = [
        Note(code, text, {"count": int(mask.sum()), "rows": rows_of(rows, mask.to_numpy())})
        for code, text, mask in (
            (
                "not-signed",
                msgid(
                    "{count} rows have figures but neither the name of who reported them nor a "
                    "date: rows {rows}."
                ),
                unsigned,
            ),
            (
                "half-a-ratio",
                msgid(
                    "{count} rows give a numerator without a denominator, or the reverse, and no "
                    "value; they are stored but give no rate: rows {rows}."
                ),
                half,
            ),
        )
        if mask.any()
    ]
    return [*found, *_other_year(rows, above)]


def _other_year(rows: pd.DataFrame, above: Iterable[str]) -> list[Note]:
    """Say where the period of rows is in another year than the title above the headings."""
    titled = sorted({year for text in above for year in years_of_title(text)})
    years = _years(rows["period"])
    other = (years > 0) & ~np.isin(years, titled)
    if not titled or not other.any():
        return []
    text = msgid(
        "The lines above the headings are about {title}, but the period is {periods} in rows "
        "{rows}; see whether it is the right one."
    )
    params = {
        "title": [str(year) for year in titled],
        "periods": some(rows["period"][other]),
        "rows": rows_of(rows, other),
    }
    return [Note("other-year-in-title", text, params)]


def years_of_title(text: str) -> list[int]:
    """Return the years a title is about; spans, days, months and document numbers name none.

    >>> years_of_title("儿童发展规划（2021—2030年）填报表（2026年）")
    [2026]
    >>> years_of_title("2027年4月10日前报送，兵统〔2024〕15号")
    []
    """
    plain = _NO_TITLE_YEAR.sub(" ", unicodedata.normalize("NFKC", text))
    return [int(one) for found in _TITLE_YEAR.findall(plain) for one in found if one]
