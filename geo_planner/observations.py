"""Reported figures: the one that stands on a date, and the series behind it."""

from __future__ import annotations

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
            told = observations[name].fillna("").astype(str).str.strip()
            whole &= (told == "").to_numpy(dtype=bool)
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


def sorted_by_indicator(observations: pd.DataFrame) -> Mapping[str, pd.DataFrame]:
    """Split the table by indicator, each part with a ``begins`` column, oldest first.

    What ends later is later; of periods that end on one day the longer comes last, so that a year
    stands before its last quarter. Number columns that are not there are unknown. Rows whose
    period cannot be read are refused at import; any that are here all the same are left out.
    """
    if observations.empty:
        return {}
    texts = observations["period"].astype(str)
    periods = {text: parse_period(text) for text in texts.unique()}
    known = sorted((*one.order, text) for text, one in periods.items() if one is not None)
    place = {text: number for number, (_, _, text) in enumerate(known)}
    begins = {text: one.first for text, one in periods.items() if one is not None}
    absent = {name: np.nan for name in NUMBERS if name not in observations}
    dated = observations.assign(
        **absent, begins=texts.map(begins).astype("datetime64[s]"), place=texts.map(place)
    )
    dated = dated[dated["begins"].notna()].sort_values("place", kind="stable")
    parts = dated.drop(columns="place").groupby("indicator", sort=False, observed=True)
    return {str(name): part for name, part in parts}


def standing(part: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Return the observation that stands for each unit on ``as_of``: the latest begun by then."""
    known = part[part["begins"].to_numpy() <= np.datetime64(as_of)]
    return known.drop_duplicates("unit_id", keep="last")


def answers(said: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Return yes (above zero) or no of each observation, NaN for a blank one.

    It stands in the value or, with no denominator beside it, in the numerator.
    """
    value, top, below = (
        said[name].to_numpy(dtype=float, na_value=np.nan)
        for name in ("value", "numerator", "denominator")
    )
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
        exact(float(cell)) if isinstance(cell, (int, float)) else None
        for cell in (row.get("numerator"), row.get("denominator"), row.get("value"))
    )
    if top is not None and bottom is not None:
        return Figure(
            period, top, bottom, top / bottom * scale if bottom else None, empty=bottom == 0
        )
    if scale == 1 and value is None and bottom is None:
        value = top  # a count is its own figure
    if answers and value in (0, 1):
        value = value * scale
    return Figure(period, top, bottom, value)


def series(
    part: pd.DataFrame, unit_id: str, *, scale: int, as_of: date, answers: bool = False
) -> list[Figure]:
    """Return one unit's figures up to ``as_of``, oldest first."""
    rows = part[(part["unit_id"] == unit_id) & (part["begins"].to_numpy() <= np.datetime64(as_of))]
    return [figure(row, scale=scale, answers=answers) for row in rows.to_dict("records")]
