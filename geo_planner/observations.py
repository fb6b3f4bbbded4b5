"""Reported figures: the one that stands on a date, and the series behind it."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo_planner.exact import exact
from geo_planner.periods import Period, parse_period
from geo_planner.tables import GROUP_COLUMNS

NUMBERS = ("numerator", "denominator", "value")


def about_all(observations: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return which observations are about all children: those that state no sex and no age band."""
    whole = np.ones(len(observations), dtype=np.bool_)
    for name in GROUP_COLUMNS:
        if name in observations:
            # Few texts stand in millions of rows; the last place is for a blank cell.
            codes, texts = pd.factorize(observations[name])
            silent = np.array([*(not str(text).strip() for text in texts), True])
            whole &= silent[codes]
    return whole


def age_band_text(text: str) -> str:
    """Return an age band in the one way of writing it by which bands are compared.

    >>> age_band_text("０－２岁"), age_band_text("0—2"), age_band_text("3周岁至5周岁")
    ('0-2', '0-2', '3-5')
    >>> age_band_text("6岁以下")
    '6岁以下'
    """
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()
    plain = re.sub(r"(?<=\d)周?岁(?=$|[~—–−‐‑至到\-])", "", plain)
    return re.sub(r"(?<=\d)[~—–−‐‑至到\-]+(?=\d)", "-", plain)


@dataclass(frozen=True, eq=False)
class Ordered:
    """In which order the rows of an observations table are read.

    Attributes
    ----------
    order
        Places of the rows whose period can be read, by indicator and, within one, oldest first.
    indicators
        Each indicator with where its rows begin and end in ``order``.
    period
        Which of ``periods`` each row of ``order`` is for.
    begins
        First day of that period, ``datetime64[s]``.
    """

    order: npt.NDArray[np.intp]
    indicators: Mapping[str, slice]
    periods: tuple[Period, ...]
    period: npt.NDArray[np.intp]
    begins: npt.NDArray[np.datetime64]


def in_order(observations: pd.DataFrame) -> Ordered:
    """Return the rows by indicator, oldest first.

    What ends later is later; of periods that end on one day the longer comes last, so that a year
    stands before its last quarter. Rows whose period cannot be read are refused at import; any that
    are here all the same are left out.
    """
    codes, texts = pd.factorize(observations["period"])
    read = [parse_period(str(text)) for text in texts]
    periods = tuple(one for one in read if one is not None)
    known = sorted((*one.order, one.text, number) for number, one in enumerate(periods))
    place = np.empty(len(periods), dtype=np.intp)
    place[[number for *_, number in known]] = np.arange(len(known))
    # A blank cell has the code -1, and so the last place.
    number_of = np.full(len(read) + 1, -1, dtype=np.intp)
    number_of[[at for at, one in enumerate(read) if one is not None]] = np.arange(len(periods))
    number = number_of[codes]
    indicator, names = pd.factorize(observations["indicator"])
    kept = np.flatnonzero((number >= 0) & (indicator >= 0))
    key = indicator[kept] * len(periods) + place[number[kept]]
    kept = kept[np.argsort(key, kind="stable")]
    ends = np.cumsum(np.bincount(indicator[kept], minlength=len(names)))
    slices = {
        str(name): slice(int(begin), int(end))
        for name, begin, end in zip(names, np.append(0, ends[:-1]), ends, strict=True)
        if end > begin
    }
    first = np.array([one.first for one in periods], dtype="datetime64[s]")
    return Ordered(kept, slices, periods, number[kept], first[number[kept]])


def sorted_by_indicator(observations: pd.DataFrame) -> Mapping[str, pd.DataFrame]:
    """Split the table by indicator, each part with a ``begins`` column, as :func:`in_order`.

    Number columns that are not there are unknown.
    """
    if observations.empty:
        return {}
    found = in_order(observations)
    absent = {name: np.nan for name in NUMBERS if name not in observations}
    dated = observations.iloc[found.order].assign(**absent, begins=found.begins)
    return {name: dated.iloc[where] for name, where in found.indicators.items()}


def standing(part: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Return the observation that stands for each unit on ``as_of``: the latest begun by then."""
    known = part[part["begins"].to_numpy() <= np.datetime64(as_of)]
    return known.drop_duplicates("unit_id", keep="last")


def answers(said: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Return yes (above zero) or no of each observation, NaN for a blank one.

    It stands in the value or, with no denominator beside it, in the numerator.
    """
    return yes_or_no(
        *(
            said[name].to_numpy(dtype=float, na_value=np.nan)
            for name in ("value", "numerator", "denominator")
        )
    )


def yes_or_no(
    value: npt.NDArray[np.float64], top: npt.NDArray[np.float64], below: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Return :func:`answers` of arrays: value, numerator and denominator, shape (n,) each."""
    return np.asarray(np.where(np.isnan(value) & np.isnan(below), top, value), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Figure:
    """One reported figure, exact.

    Attributes
    ----------
    period
        What it is reported for.
    numerator, denominator
        Counts where they were reported.
    value
        The figure in the indicator's measure: the ratio where both counts are there, else the
        reported value; None where the cell is blank (unknown) or the denominator is zero.
    empty
        Whether the denominator is zero, so that the indicator does not apply.
    """

    period: Period
    numerator: Fraction | None
    denominator: Fraction | None
    value: Fraction | None
    empty: bool = False


def figure(row: Mapping[str, object], *, scale: int, answers: bool = False) -> Figure:
    """Read one observation row; counts go before a reported value.

    Parameters
    ----------
    scale
        What a plain ratio is multiplied by to be in the indicator's measure.
    answers
        Whether a reported 1 or 0 is the answer yes or no, and so all or nothing of the measure.
    """
    period = parse_period(str(row["period"]))
    if period is None:
        raise ValueError(f"period {row['period']!r}")
    top, bottom, value = (
        float(cell) if isinstance(cell, (int, float)) else math.nan
        for cell in (row.get("numerator"), row.get("denominator"), row.get("value"))
    )
    return read_figure(period, top, bottom, value, scale=scale, answers=answers)


def read_figure(
    period: Period,
    numerator: float,
    denominator: float,
    reported: float,
    *,
    scale: int,
    answers: bool = False,
) -> Figure:
    """Read figures as they stand in a table, NaN for a blank; see :func:`figure`."""
    top, bottom, value = exact(numerator), exact(denominator), exact(reported)
    if top is not None and bottom is not None:
        return Figure(
            period, top, bottom, top / bottom * scale if bottom else None, empty=bottom == 0
        )
    if scale == 1 and value is None and bottom is None:
        value = top  # a count is its own figure
    if answers and value in (0, 1):
        value = value * scale
    return Figure(period, top, bottom, value)
