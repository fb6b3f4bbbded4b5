"""What one change of sites on trial does: whom it newly reaches, whom it loses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo_planner.notes import Note
from geo_planner.travel.arrays import Flags, Floats, Ints

Change = Literal["reached", "lost", "nearer", "farther"]
CHANGES: tuple[Change, ...] = ("reached", "lost", "nearer", "farther")


@dataclass(frozen=True, slots=True)
class Tally:
    """Units, and their children as far as stated.

    Attributes
    ----------
    units
        How many units.
    children
        Sum of the children they state; missing where there are some and none states any.
    children_unknown
        How many of them state none.
    """

    units: int
    children: float | None
    children_unknown: int

    @classmethod
    def of(cls, children: Floats) -> Tally:
        """Count units by what they state, ``nan`` for nothing."""
        known = children[~np.isnan(children)]
        total = float(known.sum()) if len(known) or not len(children) else None
        return cls(len(children), total, len(children) - len(known))


@dataclass(frozen=True, eq=False, slots=True)
class Trial:
    """The answer to one question: what is reached before and after a change.

    Attributes
    ----------
    change
        ``drop`` (a trial site stands), ``remove`` (a facility is taken away), ``undo`` (one of
        these taken back) or ``together`` (all that stand, beside today).
    site
        Id of the trial site or facility; empty for ``together``.
    units
        One row a unit whose reach or nearest facility within its limit changes, indexed by
        ``unit_id``, in the project's order: ``name``, ``kind``, ``parent_id``, ``children``,
        ``change`` (``reached``, ``lost``, ``nearer``, ``farther``), and the nearest facility within
        the limit and the metres to it before and after (missing where there is none).
    before, after
        Units within their limit, and their children.
    gained, lost_tally
        Units newly reached, and no longer reached.
    assessed
        All units the question is about.
    unknown
        Those of them without a position: whether they are reached is not known.
    method
        ``streets``, ``offroad`` or ``straight_line``.
    notes
        Caveats.
    """

    change: Literal["drop", "remove", "undo", "together"]
    site: str
    units: pd.DataFrame
    before: Tally
    after: Tally
    gained: Tally
    lost_tally: Tally
    assessed: int
    unknown: int
    method: str
    facility_type: str
    mode: str
    counted: str
    notes: tuple[Note, ...]

    def ids(self, change: Change) -> tuple[str, ...]:
        """Return the ids of the units that change in one way."""
        return tuple(str(name) for name in self.units.index[self.units["change"] == change])

    @property
    def newly_reached(self) -> tuple[str, ...]:
        """Units within their limit now that were not."""
        return self.ids("reached")

    @property
    def lost(self) -> tuple[str, ...]:
        """Units that were within their limit and are not."""
        return self.ids("lost")

    @property
    def nearer(self) -> tuple[str, ...]:
        """Units within their limit before and after, now with a shorter way."""
        return self.ids("nearer")

    @property
    def farther(self) -> tuple[str, ...]:
        """Units within their limit before and after, now with a longer way."""
        return self.ids("farther")

    def as_json(self) -> dict[str, Any]:
        """Return the answer as plain values, notes left out (they are put into words elsewhere)."""
        rows = [
            {name: None if pd.isna(value) else value for name, value in row.items()}
            for row in self.units.reset_index().to_dict("records")
        ]
        return {
            "change": self.change,
            "site": self.site or None,
            "facility_type": self.facility_type,
            "mode": self.mode,
            "method": self.method,
            "counted": self.counted,
            "assessed": self.assessed,
            "unknown": self.unknown,
            "before": _tally(self.before),
            "after": _tally(self.after),
            "newly_reached": _tally(self.gained) | {"unit_ids": list(self.newly_reached)},
            "lost": _tally(self.lost_tally) | {"unit_ids": list(self.lost)},
            "nearer": list(self.nearer),
            "farther": list(self.farther),
            "units": rows,
        }


def _tally(one: Tally) -> dict[str, Any]:
    return {
        "units": one.units,
        "children": one.children,
        "children_unknown": one.children_unknown,
    }


@dataclass(frozen=True, eq=False, slots=True)
class Reach:
    """The nearest standing site of some units, as far as any limit goes.

    Attributes
    ----------
    away
        What the way takes, shape (n,), ``inf`` for none: metres of a plain street or, without
        streets, of the straight line.
    site
        Number of that site, -1 for none. Of sites equally far, the lowest.
    metres
        Length of the way (or of the straight line).
    """

    away: Floats
    site: Ints
    metres: Floats

    @classmethod
    def none(cls, count: int) -> Reach:
        """Return the reach of units that nothing is near."""
        return cls(np.full(count, np.inf), np.full(count, -1), np.full(count, np.inf))

    def at(self, rows: Ints) -> Reach:
        """Return the reach of some of the units, copied."""
        return Reach(self.away[rows], self.site[rows], self.metres[rows])

    def put(self, rows: Ints, other: Reach) -> None:
        """Write the reach of some of the units."""
        self.away[rows], self.site[rows], self.metres[rows] = other.away, other.site, other.metres

    def is_beaten_by(self, other: Reach) -> Flags:
        """Return where ``other`` is nearer or, equally near, of a lower number."""
        tied = (other.away == self.away) & (other.site < self.site) & (other.site >= 0)
        return np.asarray((other.away < self.away) | tied, dtype=np.bool_)


def changed_units(
    about: Mapping[str, npt.NDArray[np.object_] | Floats],
    rows: Ints,
    names: npt.NDArray[np.object_],
    within: tuple[Flags, Flags],
    reach: tuple[Reach, Reach],
) -> pd.DataFrame:
    """Return the table of a :class:`Trial`.

    Parameters
    ----------
    about
        ``unit_id``, ``name``, ``kind``, ``parent_id``, ``children`` of all units.
    rows
        The units in question.
    names
        Ids of the sites by number.
    within
        Which of these units are within their limit, before and after.
    reach
        Their nearest site before and after, already in metres of a way.
    """
    before, after = (np.round(one.away, 3) for one in reach)
    both = within[0] & within[1]
    change = np.select(
        [~within[0] & within[1], within[0] & ~within[1], both & (after < before),
         both & (after > before)],
        [1, 2, 3, 4], default=0,
    )  # fmt: skip
    kept = np.flatnonzero(change)
    columns: dict[str, npt.NDArray[Any]] = {
        name: values[rows[kept]] for name, values in about.items() if name != "unit_id"
    }
    columns["change"] = np.array(("", *CHANGES), dtype=object)[change[kept]]
    known = np.array([*names, None], dtype=object)
    for word, inside, one in zip(("before", "after"), within, reach, strict=True):
        there = inside[kept]
        columns[f"facility_{word}"] = known[np.where(there, one.site[kept], -1)]
        columns[f"metres_{word}"] = np.where(there, np.round(one.metres[kept], 3), np.nan)
    index = pd.Index(about["unit_id"][rows[kept]], dtype=object, name="unit_id")
    return pd.DataFrame(columns, index=index)
