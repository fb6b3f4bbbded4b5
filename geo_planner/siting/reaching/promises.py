"""What has to be covered for one facility type: classes, floors, and whom each candidate helps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array, vstack

from geo_planner.choice_errors import BadChoiceError
from geo_planner.errors import NoLimitError
from geo_planner.exact import ceiling
from geo_planner.notes import Note, msgid
from geo_planner.project import Project
from geo_planner.rows import FacilityType, Indicator
from geo_planner.siting.candidates import Candidates, unit_candidates
from geo_planner.siting.naming import unit_words
from geo_planner.siting.question import Question
from geo_planner.siting.reaching.group_cover import GroupCover
from geo_planner.siting.reaching.serving import Served, served
from geo_planner.siting.reaching.unit_classes import (
    REACHED,
    Counting,
    UnitClass,
    class_rows,
    outlined,
    percent_of,
    reached_class,
    recorded_class,
)
from geo_planner.travel.access import effort_limits
from geo_planner.travel.arrays import Flags, Floats, Ints

Ways = tuple[str, float | None]
"""A travel mode and a limit in metres; None for the type's own."""


@dataclass(frozen=True, eq=False)
class Promises:
    """The classes of one facility type, and whom each candidate would help.

    *Points* are the units of all classes, class after class; a unit that may be of two classes is
    two points. ``p`` points, ``m`` candidates.

    Attributes
    ----------
    question
        Units, ways and candidates.
    classes
        What is promised.
    served
        Whom new sites would serve.
    floor
        Share of each regiment's units that must be covered, in percent; None for no floor.
    """

    question: Question
    classes: tuple[UnitClass, ...]
    served: Served
    floor: Fraction | None = None

    @cached_property
    def of_class(self) -> Ints:
        """Class of each point, shape (p,)."""
        return np.repeat(np.arange(len(self.classes)), [one.n for one in self.classes])

    @cached_property
    def units(self) -> Ints:
        """Row in the units table of each point, shape (p,)."""
        return np.concatenate([one.units for one in self.classes])

    @cached_property
    def first(self) -> Flags:
        """Which points stand for their unit, so that none counts twice, shape (p,)."""
        found = np.zeros(len(self.units), dtype=np.bool_)
        found[np.unique(self.units, return_index=True)[1]] = True
        return found

    @cached_property
    def children(self) -> Floats:
        """Children of each point's unit, ``nan`` where unknown, shape (p,)."""
        place = np.full(len(self.question.project.units), -1, dtype=np.int64)
        place[self.question.rows] = np.arange(len(self.question.rows))
        return self.question.children[place[self.units]]

    def flags(self, name: str) -> Flags:
        """Return a property of the classes' units for all points, shape (p,)."""
        return np.concatenate([getattr(one, name) for one in self.classes])

    @cached_property
    def covers(self) -> csr_array:
        """Which candidate covers which point, shape (p, m), ones."""
        return csr_array(vstack(self.served.covers))

    @cached_property
    def open(self) -> Flags:
        """Which points a new facility can cover that none covers today, shape (p,)."""
        return ~self.flags("here") & self.flags("gains")

    @cached_property
    def regiment(self) -> Ints:
        """Row of the regiment of each point's unit, -1 for none, shape (p,)."""
        return self.question.regiments[self.units]

    @cached_property
    def regiments(self) -> Ints:
        """Rows of the regiments with a floor, ascending; empty without one."""
        if self.floor is None:
            return np.empty(0, dtype=np.int64)
        found = np.unique(self.regiment)
        return found[found >= 0]

    def groups(self, *, hopeful: bool = False) -> csr_array:
        """Return which point counts in which class, then in which regiment, shape (g, p), ones.

        Parameters
        ----------
        hopeful
            Suppose that every unknown unit is covered: then a new facility there adds nothing.
        """
        counts = self.open & self.flags("helped")
        if hopeful:
            counts &= ~self.flags("unknown")
        rows = [np.where(self.of_class == one, counts, False) for one in range(len(self.classes))]
        single = self.open & self.first
        if hopeful:
            single &= ~self.flags("unknown")
        rows += [single & (self.regiment == one) for one in self.regiments]
        return csr_array(np.array(rows, dtype=np.float64).reshape(len(rows), len(self.units)))

    def need(self, *, hopeful: bool = False) -> Ints:
        """Return how many more points each group needs, shape (g,)."""
        found = [one.needed[0 if hopeful else 1] for one in self.classes]
        sure = self.first & (self.flags("here") | (hopeful & self.flags("unknown")))
        for one in self.regiments:
            mine = self.first & (self.regiment == one)
            least = ceiling((self.floor or Fraction(0)) * int(mine.sum()) / 100)
            found.append(least - int((sure & mine).sum()))
        return np.array(found, dtype=np.int64)

    @cached_property
    def sizes(self) -> Ints:
        """How many units each group has, shape (g,)."""
        found = [one.n for one in self.classes]
        found += [int((self.first & (self.regiment == one)).sum()) for one in self.regiments]
        return np.array(found, dtype=np.int64)

    def cover(
        self, price: Floats, required: Flags, allowed: Flags, *, hopeful: bool = False
    ) -> GroupCover:
        """Return the problem of covering enough of each group.

        Parameters
        ----------
        price, required, allowed
            Of each candidate, shape (m,).
        """
        open_ = np.flatnonzero(self.open)
        value = np.where(self.first, np.nan_to_num(self.children, nan=0.0), 0.0)
        return GroupCover(
            covers=self.covers[open_],
            groups=csr_array(self.groups(hopeful=hopeful)[:, open_]),
            need=self.need(hopeful=hopeful),
            price=price,
            value=value[open_],
            weight=np.ones(len(open_), dtype=np.int64),
            required=required,
            allowed=allowed,
        )

    def covered_by(self, opened: Flags) -> Flags:
        """Return which open points some candidates cover, shape (p,)."""
        found: Flags = (self.covers @ opened.astype(np.float64) > 0) & self.open
        return found

    def _recorded_beyond(self, one: UnitClass) -> list[Note]:
        """Return the note that names units covered on record that no facility is near."""
        if one.counting == "reachable":
            return []
        ids = self.question.project.units.index[one.units]
        state = self.question.asked.nearest["state"].reindex(ids).to_numpy(dtype=object)
        far = one.covered & np.isin(state, ("beyond", "no_path"))
        if not far.any():
            return []
        places = self.question.asked.nearest.index.get_indexer(ids[far])
        words = unit_words(self.question, places)
        named = ", ".join(words[:NAMED]) + (" …" if len(words) > NAMED else "")
        params = {"name": one.row.label, "count": int(far.sum()), "units": named}
        return [Note("recorded-beyond", BEYOND, params)]

    def notes(self) -> tuple[Note, ...]:
        """Return the caveats of targets and of the way of counting."""
        found = []
        for one in self.classes:
            if one.target == 0:
                found.append(Note("no-promise", NO_PROMISE, {"name": one.row.label}))
            elif one.printed is None:
                found.append(Note("reader-target", READER, _about(one)))
            elif one.printed != one.target:
                params = {**_about(one), "printed": _shown(one.printed)}
                found.append(Note("other-than-plan", OTHER, params))
            if one.counting == "reachable" and one.row.rule != REACHED:
                found.append(Note("reach-not-record", BY_REACH, {"name": one.row.label}))
            found.extend(self._recorded_beyond(one))
        if any(one.counting == "shared" for one in self.classes):
            found.append(SHARED)
        lost = int((self.flags("unknown") & ~self.flags("helped") & self.first).sum())
        if lost:
            found.append(Note("units-not-helped", NOT_HELPED, {"count": lost}))
        return tuple(found)


NO_PROMISE = msgid("{name}: no share is promised; what is sought is to cover most, soonest.")
BEYOND = msgid(
    "{name}: {count} units count as covered because a facility is recorded for them, although none "
    "is within the limit: {units}. Count by reach to plan for them."
)
NAMED = 12
"""Units a note names before the rest are only counted."""
READER = msgid("The plan prints no figure for {name}: {target} % is the reader's own.")
OTHER = msgid("For {name} {target} % is the reader's figure; the plan prints {printed} %.")
BY_REACH = msgid(
    "{name}: counted here is who lives within the limit; the plan's target is decided by what is "
    "recorded."
)
NOT_HELPED = msgid(
    "{count} units stay unknown whatever is built: their class, count or position is not recorded."
)
SHARED = Note(
    "shared-facilities",
    msgid(
        "A new facility is taken to be recorded for every unit within the limit; where each serves "
        "its own unit alone, more may be needed."
    ),
)


def _about(one: UnitClass) -> dict[str, object]:
    return {"name": one.row.label, "target": _shown(one.target)}


def _shown(figure: Fraction) -> str:
    return f"{float(figure):g}"


def promises_of(
    project: Project,
    facility_type: str,
    *,
    targets: Mapping[str, float] | None = None,
    floor: float | None = None,
    counting: Counting | None = None,
    limit: float | None = None,
    mode: str = "walk",
    candidates: Candidates | None = None,
    as_of: date | None = None,
    unpromised: bool = False,
) -> Promises:
    """Look up what is promised; parameters as of :func:`geo_planner.siting.reach_target`.

    With ``unpromised``, a type without any target is taken as well, nothing of it promised.
    """
    kind = project.catalogue.facility_type(facility_type)
    day = as_of or project.reference_date or date.max
    rows = class_rows(project, kind, targets, unpromised=unpromised)
    kinds = tuple(dict.fromkeys(name for row, _ in rows for name in row.unit_kinds))
    where = (
        unit_candidates(project, kind, day, kinds=tuple(dict.fromkeys((*kind.assessed, *kinds))))
        if candidates is None
        else candidates
    )
    asked: dict[Ways, Question] = {}

    def question(ways: Ways) -> Question:
        if ways not in asked:
            asked[ways] = Question.of(
                project,
                facility_type,
                mode=ways[0],
                limit=ways[1],
                candidates=where,
                as_of=day,
                kinds=kinds,
            )
        return asked[ways]

    classes, reaching = [], []
    for row, printed in rows:
        how, ways = _counting(project, kind, row, counting, (mode, limit))
        mine = question(ways)
        reaching.append(mine)
        classes.append(
            reached_class(project, row, printed, mine.asked.nearest, day)
            if how == "reachable"
            else recorded_class(project, row, printed, how, day)
        )
    shared = [one for one, row in zip(reaching, classes, strict=True) if row.counting == "shared"]
    main = (shared or reaching)[0]
    return Promises(
        question=main,
        classes=tuple(classes),
        served=served(main, classes, reaching, outlined(project, day)),
        floor=None if floor is None else Fraction(percent_of("floor", floor)),
    )


def _counting(
    project: Project, kind: FacilityType, row: Indicator, counting: Counting | None, ways: Ways
) -> tuple[Counting, Ways]:
    """Return how a row is counted, and by which ways.

    A row of reach keeps its own mode and minutes unless the reader states a limit; where the
    catalogue sets no limit, a facility serves the unit it stands for alone.
    """
    if row.rule == REACHED:
        if counting not in (None, "reachable"):
            raise BadChoiceError("siting", "counting", [counting], (), ["reachable"])
        if ways[1] is None and row.clause:
            minutes = row.limit_minutes
            pace = project.catalogue.travel_mode(row.mode).pace
            return "reachable", (row.mode, None if minutes is None else minutes * 60 * pace)
        return "reachable", ways
    if counting == "own":
        return "own", (ways[0], ways[1] if _has_limit(project, kind, ways) else 0.0)
    if counting is None and not _has_limit(project, kind, ways):
        return "own", (ways[0], 0.0)
    return counting or "shared", ways


def _has_limit(project: Project, kind: FacilityType, ways: Ways) -> bool:

    try:
        travel = project.catalogue.travel_mode(ways[0])
        effort_limits(project.units, np.empty(0, dtype=np.int64), kind, travel, ways[1])
    except NoLimitError:
        return False
    return True
