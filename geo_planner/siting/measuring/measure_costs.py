"""What measures cost: the reader's own assumptions."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from geo_planner.choice_errors import ABOVE_0, NOT_BELOW_0, ImpossibleNumberError


@dataclass(frozen=True, slots=True)
class MeasureCosts:
    """What measures cost, in money of the reader's own; None where not known.

    A kind of measure whose cost is not known is not ranked: unknown is never nothing.

    Attributes
    ----------
    facility, facility_year
        To build a facility where its candidate states no cost, and to run it for a year.
    link_metre, link_fixed, crossing
        A metre of path, each path beside, and what is added where it crosses a barrier.
    visit, service_year
        One visit of the mobile service to one stop, and its vehicle and staff for a year however
        many stops it has (paid with the first stop).
    visits
        Visits to each stop in a year.
    years
        Over how many years running costs are added up.
    """

    facility: float | None = None
    facility_year: float = 0.0
    link_metre: float | None = None
    link_fixed: float = 0.0
    crossing: float = 0.0
    visit: float | None = None
    service_year: float = 0.0
    visits: float = 52.0
    years: float = 10.0

    def __post_init__(self) -> None:
        """Refuse numbers that cannot be."""
        for one in fields(self):
            value = getattr(self, one.name)
            if value is not None and not (np.isfinite(value) and value >= 0):
                raise ImpossibleNumberError(one.name, NOT_BELOW_0, f"{value:g}")
        if self.years <= 0:
            raise ImpossibleNumberError("years", ABOVE_0, f"{self.years:g}")
        if self.visits <= 0:
            raise ImpossibleNumberError("visits", ABOVE_0, f"{self.visits:g}")
