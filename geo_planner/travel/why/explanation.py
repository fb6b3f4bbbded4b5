"""What an answer to "why is this unit so far from a facility?" consists of.

All positions are in the project's metric CRS. *Effort* is the metres of a plain street of the mode
that take as long as the way does; walking on the flat it is the metres themselves. Every sentence
is a :class:`Note`, so that a door prints it in the reader's language.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from shapely import LineString, Point

from geo_planner.notes import Note

State = Literal["within", "beyond", "no_path", "no_position", "no_facility"]
Method = Literal["streets", "offroad", "straight_line"]
LegKind = Literal["snap", "street", "offroad", "straight_line"]
CauseCode = Literal[
    "no_facility", "no_position", "far_from_street", "no_path", "barrier", "missing_link",
    "winding", "simply_far",
]  # fmt: skip
FixKind = Literal["link", "site"]


@dataclass(frozen=True, slots=True)
class WayTo:
    """A facility and the way to it.

    Attributes
    ----------
    facility_id, name, at
        The facility and where it is taken to be (None where its position is not known).
    metres, effort, minutes
        The way; all None where there is none.
    straight
        Metres of the straight line.
    unit_aside, facility_aside
        Metres from the unit and from the facility to the street each stands at; None off the
        streets and without streets.
    """

    facility_id: str
    name: str | None
    at: Point | None
    straight: float | None
    metres: float | None = None
    effort: float | None = None
    minutes: float | None = None
    unit_aside: float | None = None
    facility_aside: float | None = None

    @property
    def detour(self) -> float | None:
        """Way over straight line; None where there is no way or the straight line is 0."""
        return self.metres / self.straight if self.metres is not None and self.straight else None


@dataclass(frozen=True, slots=True)
class Leg:
    """One stretch of a route, from the unit towards the facility.

    Attributes
    ----------
    kind
        ``snap`` between a point and its street, ``street`` along one street, ``offroad`` where
        the mode leaves the roads, ``straight_line`` where the project has no streets.
    line
        Its course, from the unit's end to the facility's.
    metres, minutes
        Its length and the time it takes.
    name, road_class
        Of the street, where known.
    """

    kind: LegKind
    line: LineString
    metres: float
    minutes: float
    name: str | None = None
    road_class: str | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """The way from the unit to its nearest facility.

    Attributes
    ----------
    line
        The whole course; a unit at the very door of the facility has a line without length.
    legs
        Its stretches in order; consecutive pieces of one street are one leg, none is without
        length. Their metres add up to ``metres``.
    """

    line: LineString
    legs: tuple[Leg, ...]
    metres: float
    minutes: float


@dataclass(frozen=True, slots=True)
class Gap:
    """Two points that lie close together and are far apart, or not connected, along the streets.

    Attributes
    ----------
    start, end
        The unit's side and the facility's side.
    metres
        The straight line between them.
    around
        Effort from one to the other along the streets; None where no street connects them.
    barrier_kind, barrier_name
        What lies between; None where no barrier is recorded there (or it has no name).
    """

    start: Point
    end: Point
    metres: float
    around: float | None
    barrier_kind: str | None = None
    barrier_name: str | None = None

    @property
    def line(self) -> LineString:
        """The gap as a line from the unit's side to the facility's."""
        return LineString([self.start, self.end])


@dataclass(frozen=True, slots=True)
class Cause:
    """Why the unit has no way, or a long one.

    Attributes
    ----------
    code
        ``no_facility``: none of the type works on the day. ``no_position``: of the unit, or of
        every facility. ``far_from_street``: an end lies farther from every street than the mode
        allows. ``no_path``: no street connects the two. ``barrier``: the straight line crosses
        one. ``missing_link``: see ``gap``. ``winding``: the streets wind, without one place to
        mend. ``simply_far``: an ordinary way would be too far, too.
    note
        The sentence.
    at
        Where to look: the point on the barrier, the point off the street; None for no place.
    gap
        The missing link.
    """

    code: CauseCode
    note: Note
    at: Point | None = None
    gap: Gap | None = None


@dataclass(frozen=True, slots=True)
class Gain:
    """What one change brings to all units that are assessed for the type.

    Attributes
    ----------
    units_within, children_within
        Units newly within reach, and the sum of their known children.
    units_connected
        Units that had no way and now have one, within reach or not.
    units_nearer
        Units whose way becomes shorter, the newly connected left out.
    metre_children
        Effort saved times children, summed over ``units_nearer`` with known children.
    units_within_uncounted, units_nearer_uncounted
        Of ``units_within`` and ``units_nearer`` those whose children nobody counted; they are in
        no sum.
    """

    units_within: int = 0
    children_within: float = 0.0
    units_connected: int = 0
    units_nearer: int = 0
    metre_children: float = 0.0
    units_within_uncounted: int = 0
    units_nearer_uncounted: int = 0


@dataclass(frozen=True, slots=True)
class Fix:
    """One change that would help, alone.

    Attributes
    ----------
    kind
        ``link``: a crossing or path along ``gap``. ``site``: a facility of the type at ``at``.
    at
        Where to build; of a link its middle.
    effort, minutes
        The unit's way afterwards.
    saves
        Effort it saves this unit; None where the unit has no way today.
    within
        Whether it brings this unit within its limit.
    gain
        What it brings to all assessed units, this one included if it is assessed.
    notes
        The sentences: first what it is and brings to this unit, then what it brings to all.
    gap
        Where a link leads; None for a site.
    """

    kind: FixKind
    at: Point
    effort: float
    minutes: float
    saves: float | None
    within: bool
    gain: Gain
    notes: tuple[Note, ...]
    gap: Gap | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a unit is, or is not, within reach of a type of facility.

    Attributes
    ----------
    unit_id, unit_name, at
        The unit and where its people are taken to be; None where that is not known.
    children
        Children the type serves; None where nobody counted them.
    facility_type, mode, as_of
        What was asked.
    assessed
        Whether reach of the type is judged for the unit on the day.
    state, method
        As in :func:`geo_planner.travel.access.access`.
    limit
        Effort that is within reach, inclusive; None where the catalogue sets none.
    nearest, second
        The facilities nearest by the way, None where there is no such way.
    nearest_straight
        The facility nearest in a straight line if it is not ``nearest``, with the way to it.
    route
        The way to ``nearest``; None where there is none.
    causes
        Most telling first; empty for an ordinary way within reach.
    fixes
        Most helpful first.
    notes
        Caveats, and why the nearest in a straight line is not the nearest by the way.
    simulated
        Whether made-up data is behind the answer.
    """

    unit_id: str
    unit_name: str | None
    at: Point | None
    children: float | None
    facility_type: str
    mode: str
    as_of: date
    assessed: bool
    state: State
    method: Method
    limit: float | None
    nearest: WayTo | None = None
    second: WayTo | None = None
    nearest_straight: WayTo | None = None
    route: Route | None = None
    causes: tuple[Cause, ...] = ()
    fixes: tuple[Fix, ...] = ()
    notes: tuple[Note, ...] = ()
    simulated: bool = False
