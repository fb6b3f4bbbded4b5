"""Rows of a plan's catalogue: kinds of unit and facility, ways to travel, and indicators.

Rows are frozen. What varies between plans is a row, never code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Literal

Language = Literal["zh-CN", "en"]
Domain = Literal[
    "health", "safety", "education", "welfare", "family", "environment", "law", "implementation"
]
RuleName = Literal[
    "has_facility",
    "within_reach",
    "household_share",
    "per_thousand",
    "staffing",
    "rate",
    "trend",
    "yes_no",
]
Comparison = Literal[
    ">=",
    "<=",
    "must_hold",
    "maintain_or_increase",
    "trend_up",
    "trend_down",
    "trend_flat_or_down",
    "trend_to_range",
]
Measure = Literal[
    "%",
    "‰",
    "‰ points",
    "count",
    "yes/no",
    "per 1000 children",
    "per 1000",
    "per 10 000",
    "per 100 000",
    "per 100 girls",
    "% change vs 2020",
    "hours/day",
    "hours/week",
]

SCALES: Mapping[str, int] = {
    "%": 100,
    "yes/no": 100,
    "% change vs 2020": 100,
    "‰": 1000,
    "‰ points": 1000,
    "per 1000 children": 1000,
    "per 1000": 1000,
    "per 10 000": 10_000,
    "per 100 000": 100_000,
    "per 100 girls": 100,
    "count": 1,
    "hours/day": 1,
    "hours/week": 1,
}
"""What a plain ratio is multiplied by to read in the indicator's measure."""


@dataclass(frozen=True, slots=True)
class Label:
    """A short text in both languages."""

    zh: str
    en: str

    def in_(self, language: Language) -> str:
        """Return the text in ``language``."""
        return self.zh if language == "zh-CN" else self.en

    def __str__(self) -> str:
        """Return the English text, as it stands in sentences for developers."""
        return self.en


@dataclass(frozen=True, slots=True)
class UnitKind:
    """A kind of spatial unit, such as company or community.

    ``level`` is 1 for the division and grows downwards; ``plural`` names the layer in files;
    ``words`` are other names of the kind in offices' files; ``counts`` are number columns that
    units of the kind carry, beyond those that indicators read.
    """

    id: str
    label: Label
    level: int
    plural: str
    words: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WalkLimit:
    """How far a family may walk to a facility, along the network."""

    metres: int
    minutes: int


@dataclass(frozen=True, slots=True)
class FacilityType:
    """A kind of facility, with the limits within which it counts as reachable.

    Attributes
    ----------
    assessed
        Unit kinds for which reach is judged.
    urban_walk, regiment_walk
        Walking limit of urban communities, and of companies and regiment communities.
    drive_minutes, drive_outer_minutes
        Driving limit for remote units, and the farthest that is still tolerable where the source
        gives two.
    population
        Column of units with the children it serves (``children_3_5`` for a kindergarten).
    basis
        How strong the limits are: ``norm`` (read in a standard), ``second_hand`` (quoted by
        others), ``unverified`` (general knowledge), ``plan``, ``ours``. The weakest of the row's
        limits decides.
    source
        The standard and clause, or who set it.
    symbol, colour
        Font Awesome name and palette name on maps.
    words
        Other names of the type in offices' files.
    """

    id: str
    label: Label
    assessed: tuple[str, ...] = ()
    urban_walk: WalkLimit | None = None
    regiment_walk: WalkLimit | None = None
    drive_minutes: int | None = None
    drive_outer_minutes: int | None = None
    population: str = "children_0_17"
    basis: Literal["norm", "second_hand", "unverified", "ours", "plan"] = "ours"
    source: Label = Label("", "")
    symbol: str = "location-dot"
    colour: str = "grey"
    words: tuple[str, ...] = ()

    @property
    def usual_mode(self) -> str:
        """How units outside the city get there: on foot, or by road where only that is set."""
        return "walk" if self.regiment_walk is not None or self.drive_minutes is None else "drive"

    def walk_limit(self, *, urban: bool) -> int | None:
        """Return the walking limit in metres for urban or other units, or the one there is."""
        first, second = (
            (self.urban_walk, self.regiment_walk)
            if urban
            else (self.regiment_walk, self.urban_walk)
        )
        chosen = first or second
        return None if chosen is None else chosen.metres


@dataclass(frozen=True, slots=True)
class TravelMode:
    """A way to travel.

    Attributes
    ----------
    metres_per_second
        Pace on a flat street of no special class.
    network
        Which streets it uses: ``walk`` in both directions, ``drive`` as one-way streets allow.
    detour_factor
        Turns a straight line into an estimated way where there are no streets.
    snap_metres
        How far a point may lie from its street and still count as standing at it; the stretch
        between is travelled and counted.
    offroad_metres
        How far an off-road leg may lead beyond that, from a point to its street or straight to a
        facility; 0 for none. It never crosses a barrier.
    offroad_pace
        How many times as long a metre off the road takes.
    weather_factor
        What is left of the pace in winter or wind; limits in minutes then hold fewer metres.
    slopes
        Whether the ground's slope slows it, where the streets know their heights (Tobler 1993).
    road_kmh
        Kilometres an hour by class of road (OpenStreetMap's ``highway`` values); other streets are
        travelled at ``metres_per_second``. A speed stated for a street itself comes first.
    source
        Where the figures are from.
    """

    id: str
    label: Label
    metres_per_second: float
    network: Literal["walk", "drive"]
    detour_factor: float
    snap_metres: float
    offroad_metres: float = 0.0
    offroad_pace: float = 1.0
    weather_factor: float = 1.0
    slopes: bool = False
    road_kmh: Mapping[str, float] = field(default_factory=dict)
    source: Label = Label("", "")

    @property
    def pace(self) -> float:
        """Metres a second in the weather the mode is for."""
        return self.metres_per_second * self.weather_factor

    @property
    def even_pace(self) -> bool:
        """Whether every metre takes as long as any other, so that metres tell what a way takes."""
        return self.network == "walk" and not self.slopes and self.offroad_metres == 0


@dataclass(frozen=True, slots=True)
class BarrierKind:
    """A kind of line or area that no off-road leg may cross, such as a canal.

    ``words`` are other names of the kind in offices' files.
    """

    id: str
    label: Label
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Baseline:
    """A value the plan prints for an earlier year."""

    value: Decimal
    year: int


@dataclass(frozen=True, slots=True)
class Basis:
    """A pair of columns a share may be taken of, such as households or people.

    ``of`` says whose columns: those of units, or those of facilities (pupils screened by schools).
    """

    name: str
    numerator: str
    denominator: str
    of: Literal["units", "facilities"] = "units"


@dataclass(frozen=True, slots=True)
class UnitColumn:
    """A column in which units of one kind carry the figure of an indicator."""

    kind: str
    column: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """One checkable promise of the plan.

    Attributes
    ----------
    clause, quote
        Where the plan says it, and its exact words.
    rule
        The way to be covered: a name in ``geo_planner.rules.RULES``.
    unit_kinds, community_kind
        The units that are counted (empty: the division as a whole).
    facility_type, further_types
        The facility the rule looks for, and types that count as well; ``facility_types`` is both.
    facility_columns
        Facility columns the rule reads: staff to be counted (``staffing``, ``per_thousand``),
        places to be summed (``trend``), flags a facility must carry (``yes_no``).
    combine
        Whether each of ``facility_columns`` has to reach the threshold on its own, or their sum.
    unit_columns
        Unit columns that say how it stands, one a kind of unit: a flag or a number of duty-holders
        that has to reach the threshold (``yes_no``, ``staffing``), a flag to be counted or a value
        already in ``measure`` (``trend``, ``rate``).
    threshold
        What one facility or unit has to reach (or not exceed, where the comparison is ``<=``);
        None: the target. See :attr:`bar`.
    bases
        Columns whose ratio is taken, in order of preference (``household_share``, ``rate``,
        ``trend``).
    denominator_column
        Unit column that divides (``per_thousand``); a unit counts only where it is above zero
        (``has_facility``, ``yes_no``).
    base_column
        Unit column with the rate of the base year, for ``% change vs 2020``.
    target, comparison, measure
        The promised figure, how it is compared, and what it is in.
    assumed_target, assumed_range
        A figure that is not the plan's but a convention's or ours, in ``measure``: printed beside
        the value as a tool assumption, never turned into "met".
    quantified
        Whether the plan itself prints the figure. If not, ``reading`` says whose figure it is, and
        the verdict is never "met".
    gross
        Whether the numerator is not a part of the denominator (gross enrolment counts pupils of any
        age), so that the rate may rightly pass 100 %.
    aggregation
        ``all_units_must_meet``: every unit has to reach the target on its own.
    """

    id: str
    label: Label
    domain: Domain
    clause: str
    quote: str
    rule: RuleName
    comparison: Comparison
    measure: Measure
    quantified: bool
    priority: Literal["A", "B", "C"]
    numerator: Label
    denominator: Label | None = None
    target: Decimal | None = None
    target_year: int = 2030
    baselines: tuple[Baseline, ...] = ()
    unit_kinds: tuple[str, ...] = ()
    community_kind: Literal["urban", "regiment"] | None = None
    facility_type: str | None = None
    further_types: tuple[str, ...] = ()
    facility_columns: tuple[str, ...] = ()
    combine: Literal["each", "sum"] = "each"
    unit_columns: tuple[UnitColumn, ...] = ()
    threshold: Decimal | None = None
    bases: tuple[Basis, ...] = ()
    denominator_column: str | None = None
    base_column: str | None = None
    assumed_target: Decimal | None = None
    assumed_range: tuple[Decimal, Decimal] | None = None
    mode: str = "walk"
    limit_minutes: int | None = None
    aggregation: Literal["pooled", "all_units_must_meet"] = "pooled"
    gross: bool = False
    assessed: str = "division"
    needs: tuple[str, ...] = ()
    spatial: Literal["not_spatial", "layer_attribute", "facility_layer"] = "not_spatial"
    responsible: str | None = None
    data_owner: Label | None = None
    reading: Label | None = None
    note: Label | None = None

    @property
    def scale(self) -> int:
        """What a plain ratio is multiplied by to be in ``measure``."""
        return SCALES[self.measure]

    @property
    def target_fraction(self) -> Fraction | None:
        """The target as an exact fraction, in ``measure``."""
        return None if self.target is None else Fraction(self.target)

    @property
    def facility_types(self) -> tuple[str, ...]:
        """Every facility type that counts."""
        first = () if self.facility_type is None else (self.facility_type,)
        return first + self.further_types

    @property
    def bar(self) -> Fraction | None:
        """What one facility or unit has to reach, exactly: the threshold, or else the target."""
        return self.target_fraction if self.threshold is None else Fraction(self.threshold)
