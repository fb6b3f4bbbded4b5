"""What an office wants built over the years, and what it has for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from geo_planner.choice_errors import BadSettingError
from geo_planner.siting.candidates import Candidates
from geo_planner.siting.reaching.unit_classes import Counting
from geo_planner.travel.arrays import Floats

Worth = Literal["children", "units"]


@dataclass(frozen=True, slots=True)
class Want:
    """Facilities of one type.

    Attributes
    ----------
    facility_type
        Id of a catalogue row.
    targets, counting, limit, mode, candidates
        As of :func:`geo_planner.siting.reach_target`.
    cost
        Of one building, where its candidate states none; in the unit of the budgets. None: what the
        catalogue assumes, in yuan.
    weight
        What covering a child (or unit) counts for, beside other types.
    per_year
        Most buildings of the type in one year: one number, or one a year (0 where none is given).
    required, forbidden
        Ids of candidates that must, or must not, be built.
    """

    facility_type: str
    targets: Mapping[str, float] | None = None
    counting: Counting | None = None
    limit: float | None = None
    mode: str = "walk"
    candidates: Candidates | None = None
    cost: float | None = None
    weight: float = 1.0
    per_year: int | Mapping[int, int] | None = None
    required: Sequence[str] = ()
    forbidden: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Milestone:
    """A share of a class that must be covered by the end of a year.

    Attributes
    ----------
    indicator
        Id of the class: an indicator, a kind of unit, ``urban`` or ``regiment``.
    percent
        Of the units counted.
    facility_type
        Of which type, where several have a class of that name; None for all of them.
    """

    year: int
    indicator: str
    percent: float
    facility_type: str | None = None


@dataclass(frozen=True, slots=True)
class Means:
    """What there is to build with, year by year.

    Attributes
    ----------
    years
        Ascending.
    budgets
        Money by year; a year that is not named has none. None: no limit.
    buildings
        Most buildings of all types together: one number for each year, or by year.
    carry_over
        Whether money not spent in a year may be spent later.
    """

    years: tuple[int, ...]
    budgets: Mapping[int, float] | None = None
    buildings: int | Mapping[int, int] | None = None
    carry_over: bool = True
    money: Floats = field(init=False)
    numbers: Floats = field(init=False)

    def __post_init__(self) -> None:
        """Check the years and figures.

        Raises
        ------
        BadNumberError
            If years are missing, repeated or out of order, or a figure is negative or no number.
        """
        if not self.years or list(self.years) != sorted(set(self.years)):
            raise BadSettingError("siting", "years", (), [", ".join(map(str, self.years)) or "-"])
        object.__setattr__(self, "money", _by_year("budget", self.budgets, self.years))
        object.__setattr__(self, "numbers", _by_year("buildings", self.buildings, self.years))

    def of_type(self, want: Want) -> Floats:
        """Return the most buildings of a type in each year, shape (years,)."""
        return _by_year("per_year", want.per_year, self.years)


def _by_year(
    name: str, given: float | Mapping[int, float] | Mapping[int, int] | None, years: Sequence[int]
) -> Floats:
    """Return a figure a year; endless where nothing is said."""
    if given is None:
        return np.full(len(years), np.inf)
    if isinstance(given, Mapping):
        strange = sorted(set(given) - set(years))
        if strange:
            raise BadSettingError("siting", name, (), [str(one) for one in strange])
        figures = [float(given.get(year, 0)) for year in years]
    else:
        figures = [float(given)] * len(years)
    wrong = [one for one in figures if not one >= 0]
    if wrong:
        raise BadSettingError("siting", name, (), [f"{one:g}" for one in wrong])
    return np.array(figures)
