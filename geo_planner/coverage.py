"""Coverage: what an indicator's rule counted, the verdict on it, and the units behind it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

import pandas as pd

from geo_planner.catalogue import Indicator
from geo_planner.errors import MissingValueError
from geo_planner.exact import ceiling
from geo_planner.notes import Note, msgid
from geo_planner.project import Project
from geo_planner.rules import RULES
from geo_planner.rules.reported import reported_history
from geo_planner.tally import Tally
from geo_planner.targets import (
    DIRECTIONS,
    Status,
    best_of,
    judge,
    judge_direction,
    satisfies,
    still_needed,
)

IN_POINTS = frozenset({"%", "yes/no"})
"""Measures whose gap to the target is counted in points."""


@dataclass(frozen=True, eq=False)
class Coverage:
    """A frozen fact that tells what it does not know.

    Attributes
    ----------
    project, indicator, as_of
        What was asked.
    tally
        What the rule counted.
    status
        The verdict.
    needs_more_min, needs_more_max
        Countable units still missing: if every unknown one turns out covered, and if none does.
    notes
        Caveats that must be printed with the figure.
    """

    project: Project
    indicator: Indicator
    as_of: date
    tally: Tally
    status: Status
    needs_more_min: int | None
    needs_more_max: int | None
    notes: tuple[Note, ...]

    @property
    def basis(self) -> str:
        """What the whole numbers count: units, households, facilities, cases."""
        return self.tally.basis

    @property
    def n(self) -> int | None:
        """All that is counted, the unknown included."""
        return self.tally.n

    @property
    def covered(self) -> int | None:
        """How many are covered."""
        return self.tally.covered

    @property
    def uncovered(self) -> int | None:
        """How many are not."""
        return self.tally.uncovered

    @property
    def unknown(self) -> int | None:
        """How many are unknown; never counted as no."""
        return self.tally.unknown

    @property
    def own_covered(self) -> int | None:
        """How many hold a facility of their own (``has_facility`` only)."""
        return self.tally.own_covered

    @property
    def lower(self) -> Fraction | None:
        """Exact lower bound, in the indicator's measure."""
        return self.tally.lower

    @property
    def upper(self) -> Fraction | None:
        """Exact upper bound, in the indicator's measure."""
        return self.tally.upper

    @property
    def known(self) -> Fraction | None:
        """Exact value among the known ones only, in the indicator's measure."""
        if self.lower is None or not self.n or self.unknown is None or self.n == self.unknown:
            return self.lower
        return self.lower * self.n / (self.n - self.unknown)

    @property
    def method(self) -> str:
        """How the figure came about: recorded, counted, observations, streets, straight_line."""
        return self.tally.method

    @property
    def data_date(self) -> str | None:
        """Period or date of the data behind the figure."""
        return self.tally.data_date

    @cached_property
    def units(self) -> pd.DataFrame:
        """The units (or facilities) behind the figure; see ``worklist.unit_table``."""
        from geo_planner.worklist import unit_table  # noqa: PLC0415 - reads Coverage

        return unit_table(self)

    def as_json(self, *, units: bool = False) -> dict[str, Any]:
        """Return plain values: exact ratios as unrounded numbers, dates as ISO text."""
        from geo_planner.worklist import unit_records  # noqa: PLC0415 - reads Coverage

        row = self.indicator
        plain: dict[str, Any] = {
            "indicator": row.id,
            "as_of": self.as_of.isoformat(),
            "n": self.n,
            "covered": self.covered,
            "uncovered": self.uncovered,
            "unknown": self.unknown,
            "lower": number(self.lower),
            "upper": number(self.upper),
            "target": number(row.target_fraction),
            "comparison": row.comparison,
            "status": self.status,
            "needs_more_min": self.needs_more_min,
            "needs_more_max": self.needs_more_max,
            "notes": [
                {"code": note.code, "text": str(note), "params": dict(note.params)}
                for note in self.notes
            ],
            "measure": row.measure,
            "basis": self.basis,
            "aggregation": row.aggregation,
            "known": number(self.known),
            "established_own": self.own_covered,
            "pooled": number(self.tally.pooled),
            "method": self.method,
            "data_date": self.data_date,
            "quantified": row.quantified,
            "history": [
                {"period": period, "value": number(value)} for period, value in self.tally.history
            ],
        }
        if units:
            plain["units"] = unit_records(self)
        return plain


def number(value: Fraction | None) -> float | int | None:
    """Return an exact value as a JSON number, whole where it is whole."""
    if value is None:
        return None
    return value.numerator if value.denominator == 1 else float(value)


def measure(project: Project, indicator_id: str, as_of: date | None = None) -> Coverage:
    """Return the coverage of one indicator.

    Parameters
    ----------
    project
        The project.
    indicator_id
        Id of a row of its catalogue.
    as_of
        The reference date; the project's own where none is given.

    Raises
    ------
    NotKnownError
        If the catalogue has no such indicator; near names are listed.
    MissingValueError
        If neither a date is given nor the project has one.
    """
    indicator = project.catalogue.indicator(indicator_id)
    day = as_of or project.reference_date
    if day is None:
        raise MissingValueError("project", "reference_date", ())
    tally = RULES[indicator.rule](project, indicator, day)
    if indicator.comparison in DIRECTIONS and not tally.history:
        tally = replace(
            tally, history=reported_history(project, indicator, day, now=tally.data_date)
        )
    return verdict(project, indicator, day, tally)


def measure_all(
    project: Project, as_of: date | None = None, *, priority: Iterable[str] | None = None
) -> list[Coverage]:
    """Return the coverage of every indicator (or of some priorities), in catalogue order."""
    wanted = None if priority is None else set(priority)
    return [
        measure(project, row.id, as_of)
        for row in project.catalogue.indicators.values()
        if wanted is None or row.priority in wanted
    ]


def verdict(project: Project, indicator: Indicator, as_of: date, tally: Tally) -> Coverage:
    """Judge a tally."""
    status = _status(indicator, tally)
    fewest, most = _needs_more(indicator, tally, status)
    return Coverage(
        project,
        indicator,
        as_of,
        tally,
        status,
        fewest,
        most,
        (*tally.notes, *_notes(indicator, tally, as_of)),
    )


def target_of(indicator: Indicator) -> Fraction | None:
    """Return the figure to be held, in the row's measure: all of them for a duty that must hold."""
    if indicator.target is not None:
        return indicator.target_fraction
    return Fraction(indicator.scale) if indicator.comparison == "must_hold" else None


def _status(indicator: Indicator, tally: Tally) -> Status:
    """Return the status by the rules of monitoring practice."""
    if tally.empty:
        return "not_applicable"
    if tally.no_data or tally.lower is None or tally.upper is None:
        return "no_data"
    if indicator.comparison in DIRECTIONS:
        if tally.open_above or tally.open_below:
            return "undetermined" if tally.history else "no_data"
        return _direction(indicator, tally.lower, tally.upper, tally.earlier)
    target = target_of(indicator)
    a_fact = indicator.comparison == "must_hold" and indicator.measure == "yes/no"
    if target is None or not (indicator.quantified or a_fact):
        return "reference_only"
    if indicator.aggregation == "all_units_must_meet" and tally.members is not None:
        if tally.uncovered:
            return "not_met"
        return "undetermined" if tally.unknown else "met"
    if tally.open_above or tally.open_below:
        return _status_when_open(indicator, tally, target)
    return judge(
        tally.lower,
        tally.upper,
        target=target,
        comparison=indicator.comparison,
        in_points=indicator.measure in IN_POINTS,
    )


def _direction(
    indicator: Indicator,
    lower: Fraction,
    upper: Fraction,
    earlier: tuple[tuple[Fraction, Fraction | None], ...],
) -> Status:
    """Return whether a value moves as promised; towards a range, its distance has to shrink."""
    if indicator.comparison != "trend_to_range":
        return judge_direction(lower, upper, earlier, indicator.comparison)
    if indicator.assumed_range is None:
        return "reference_only"
    low, high = (Fraction(end) for end in indicator.assumed_range)

    def distance(least: Fraction, most: Fraction | None) -> tuple[Fraction, Fraction | None]:
        if most is None:
            return max(least - high, Fraction(0)), None
        near = max(low - most, least - high, Fraction(0))
        return near, max(low - least, most - high, Fraction(0))

    nearest, farthest = distance(lower, upper)
    return judge_direction(
        nearest,
        nearest if farthest is None else farthest,
        [distance(least, most) for least, most in earlier],
        "trend_flat_or_down",
    )


def _status_when_open(indicator: Indicator, tally: Tally, target: Fraction) -> Status:
    """Return the status where a missing figure could be of any size, so that a bound is open."""
    lower, upper = tally.lower or Fraction(0), tally.upper or Fraction(0)
    low_is_good = indicator.comparison == "<="
    worst, best = (upper, lower) if low_is_good else (lower, upper)
    worst_is_open, best_is_open = tally.open_below, tally.open_above
    if low_is_good:
        worst_is_open, best_is_open = best_is_open, worst_is_open
    if not worst_is_open and satisfies(worst, target, indicator.comparison):
        return "met"
    # All of them are promised and some are known to lack it: no missing figure mends that.
    if not best_is_open or _all_are_promised(indicator, tally, target):
        judged = judge(
            best,
            best,
            target=target,
            comparison=indicator.comparison,
            in_points=indicator.measure in IN_POINTS,
        )
        return "undetermined" if judged == "met" else judged
    return "undetermined"


def _all_are_promised(indicator: Indicator, tally: Tally, target: Fraction) -> bool:
    """Return whether a share of everybody is promised that somebody is known to lack."""
    a_share = tally.basis not in ("per_head", "value") and indicator.comparison != "<="
    return a_share and indicator.scale == target and bool(tally.uncovered)


def _needs_more(
    indicator: Indicator, tally: Tally, status: Status
) -> tuple[int | None, int | None]:
    """Return how many countable units are missing, at least and at most."""
    if status in ("met", "not_applicable"):
        return 0, 0
    if tally.covered is None or tally.unknown is None or not tally.n:
        return None, None
    if status in ("reference_only", "no_data", "trend_ok"):
        return None, None
    if indicator.comparison in DIRECTIONS:
        return _shortfall(indicator, tally)
    target = target_of(indicator)
    if target is None:
        return None, None
    each = indicator.aggregation == "all_units_must_meet" and tally.members is not None
    if not each and (tally.open_above or tally.open_below or tally.basis == "per_head"):
        return _needs_more_when_open(indicator, tally, target)
    return still_needed(
        covered=tally.covered,
        unknown=tally.unknown,
        n=tally.n,
        target=Fraction(100) if each else target,
        scale=100 if each else indicator.scale,
        comparison=">=" if each else indicator.comparison,
    )


def _needs_more_when_open(
    indicator: Indicator, tally: Tally, target: Fraction
) -> tuple[int | None, int | None]:
    """Return what is missing where some figures are: the bounds that hold all the same."""
    if tally.basis == "per_head" and tally.n and tally.lower is not None:
        lacking = max(0, ceiling((target - tally.lower) * tally.n / indicator.scale))
        # A silent supplier may hold enough; more heads only ever need more.
        return 0 if tally.open_above else lacking, None if tally.open_below else lacking
    return (tally.uncovered if _all_are_promised(indicator, tally, target) else None), None


def _shortfall(indicator: Indicator, tally: Tally) -> tuple[int | None, int | None]:
    """Return the units missing to be back at the best earlier share."""
    if indicator.comparison != "maintain_or_increase" or not tally.history:
        return None, None
    if tally.covered is None or tally.unknown is None or not tally.n:
        return None, None
    bounds = [
        still_needed(
            covered=tally.covered,
            unknown=tally.unknown,
            n=tally.n,
            target=best,
            scale=indicator.scale,
            comparison=">=",
        )
        for best in best_of(tally.earlier)
        if best is not None
    ]
    return bounds[0][0], bounds[1][1] if len(bounds) > 1 else None


def _notes(indicator: Indicator, tally: Tally, as_of: date) -> tuple[Note, ...]:
    """Return the caveats that follow from the row itself."""
    notes = []
    if not indicator.quantified:
        notes.append(Note("no-number-in-plan", msgid("The plan gives no number for this target.")))
    if indicator.assumed_target is not None:
        notes.append(
            Note(
                "tool-assumption",
                msgid("{figure} {measure} is a tool assumption, not the plan's figure."),
                {"figure": str(indicator.assumed_target), "measure": indicator.measure},
            )
        )
    if indicator.comparison in DIRECTIONS and tally.lower is not None and not tally.history:
        notes.append(
            Note(
                "one-year-only",
                msgid("There is a figure for one year only, so its direction cannot be told."),
            )
        )
    if tally.method == "observations" and tally.data_date and tally.data_date[:4] < str(as_of.year):
        notes.append(
            Note(
                "older-data",
                msgid("The latest report is for {period}."),
                {"period": tally.data_date},
            )
        )
    return tuple(notes)
