"""What a rule counted, before any verdict: compact arrays, one entry a unit (or facility)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from geo_planner.hierarchy import IntArray
from geo_planner.notes import Note, msgid

UNCOVERED, COVERED, UNKNOWN, NOT_APPLICABLE = 0, 1, 2, 3
STATES = ("uncovered", "covered", "unknown", "not_applicable")

REASONS: dict[str, str] = {
    "has_own": msgid("has a working facility of its own"),
    "served": msgid("is served by a facility of another unit"),
    "observed_yes": msgid("reported as having it; no facility record"),
    "observed_no": msgid("reported as not having it; no facility record"),
    "none_recorded": msgid("no facility is recorded for it"),
    "only_inactive": msgid("its only records are planned, suspended or closed"),
    "unknown_kind": msgid("the kind of community is not recorded"),
    "unknown_value": msgid("the figure is missing"),
    "enough": msgid("reaches the required figure"),
    "short": msgid("falls short of the required figure"),
    "empty": msgid("nothing to count here: the denominator is zero"),
    "within": msgid("within the travel limit"),
    "beyond": msgid("beyond the travel limit"),
    "no_path": msgid("no connected way leads to a facility"),
    "no_position": msgid("its position is not recorded"),
    "no_facility": msgid("there is no working facility to reach"),
    "not_imported": msgid("no record of this facility type has been imported"),
}
"""Why a unit is in its state: code and sentence."""
REASON_CODES = tuple(REASONS)

Int8Array = npt.NDArray[np.int8]
BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]


def reason(code: str) -> int:
    """Return the number under which arrays hold a reason."""
    return REASON_CODES.index(code)


@dataclass(frozen=True, eq=False)
class Members:
    """Who is counted, and how each one stands.

    Attributes
    ----------
    rows
        Row numbers in the units table (or in the facilities table, see ``of_facilities``).
    state
        ``COVERED``, ``UNCOVERED``, ``UNKNOWN`` or ``NOT_APPLICABLE``.
    reasons
        Positions in ``REASON_CODES``.
    own
        Whether the unit holds a facility of its own (only ``has_facility``).
    part, total
        The unit's own numerator and denominator (only shares); NaN where unknown.
    of_facilities
        Whether facilities are counted instead of units.
    pairs
        Facility and unit rows behind the verdict, active ones only.
    """

    rows: IntArray
    state: Int8Array
    reasons: Int8Array
    own: BoolArray | None = None
    part: FloatArray | None = None
    total: FloatArray | None = None
    of_facilities: bool = False
    pairs: tuple[IntArray, IntArray] | None = None

    def count(self, state: int) -> int:
        """Return how many are in ``state``."""
        return int(np.count_nonzero(self.state == state))


@dataclass(frozen=True, eq=False)
class Tally:
    """The outcome of a rule.

    Attributes
    ----------
    basis
        What the whole numbers count: ``units``, ``facilities``, ``households``, ``cases``.
    covered, uncovered, unknown
        Whole numbers that add up to ``n``; None where the indicator is a reported figure only.
    lower, upper
        Bounds of the value in the indicator's measure; None where there is no value.
    members
        The units or facilities behind the figure.
    history
        Earlier values by period, oldest first, for direction-only targets.
    history_bounds
        What each earlier value lies between (None: no upper bound); empty where they are exact.
    method
        ``recorded``, ``streets``, ``straight_line``, ``counted``, ``observations``.
    data_date
        Period or date of the data.
    size
        The denominator, where ``covered`` may exceed it (gross rates).
    open_above, open_below
        A missing denominator or numerator could be of any size, so that bound does not hold.
    pooled
        The value over all units together, where each has to reach the target on its own.
    empty
        The denominator is zero or there is nobody to count: the indicator does not apply.
    """

    basis: str
    method: str
    covered: int | None = None
    uncovered: int | None = None
    unknown: int | None = None
    lower: Fraction | None = None
    upper: Fraction | None = None
    members: Members | None = None
    history: tuple[tuple[str, Fraction], ...] = ()
    history_bounds: tuple[tuple[Fraction, Fraction | None], ...] = ()
    data_date: str | None = None
    notes: tuple[Note, ...] = ()
    own_covered: int | None = None
    size: int | None = None
    open_above: bool = False
    open_below: bool = False
    empty: bool = False
    no_data: bool = False
    pooled: Fraction | None = None

    @property
    def earlier(self) -> tuple[tuple[Fraction, Fraction | None], ...]:
        """Lower and upper bound of each earlier value, oldest first."""
        return self.history_bounds or tuple((value, value) for _, value in self.history)

    @property
    def n(self) -> int | None:
        """All that is counted, the unknown included."""
        if self.size is not None:
            return self.size
        if self.covered is None or self.uncovered is None or self.unknown is None:
            return None
        return self.covered + self.uncovered + self.unknown


def tally_of_members(
    members: Members,
    *,
    basis: str,
    method: str,
    scale: int,
    data_date: str | None = None,
    notes: tuple[Note, ...] = (),
) -> Tally:
    """Count units or facilities by state; the unknown stay in the denominator."""
    covered, uncovered = members.count(COVERED), members.count(UNCOVERED)
    unknown = members.count(UNKNOWN)
    n = covered + uncovered + unknown
    return Tally(
        basis=basis,
        method=method,
        covered=covered,
        uncovered=uncovered,
        unknown=unknown,
        lower=Fraction(covered * scale, n) if n else None,
        upper=Fraction((covered + unknown) * scale, n) if n else None,
        members=members,
        data_date=data_date,
        notes=notes,
        own_covered=(
            None
            if members.own is None
            else int(np.count_nonzero(members.own & (members.state == COVERED)))
        ),
        empty=n == 0,
    )
