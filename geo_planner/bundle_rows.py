"""Catalogue rows behind priorities: bundles of facilities, how to rank by them, what they cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from geo_planner.rows import Label, WalkLimit

Measure = Literal["children", "missing", "distance", "cost"]


@dataclass(frozen=True, slots=True)
class BundleItem:
    """A thing of a bundle, there if a facility of any one of the types is within reach."""

    label: Label
    any_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Criterion:
    """What units are ranked by, and how much it weighs.

    Attributes
    ----------
    measure
        ``children`` (of the unit), ``missing`` (items of the bundle not within reach), ``distance``
        (metres to the nearest place that is complete already) or ``cost`` (of what is missing).
    weight
        Its share, once all weights are made to add up to 1.
    prefer
        Whether more or less of it puts a unit first.
    """

    measure: Measure
    label: Label
    weight: float
    prefer: Literal["more", "less"] = "more"


@dataclass(frozen=True, slots=True)
class Bundle:
    """Facilities that make a place complete when all of them are within reach of a unit.

    Attributes
    ----------
    facility_type
        Type under which places that are recognised already are recorded.
    items
        What belongs to it; a unit's score is the share of them within reach.
    unit_kinds
        Units that are scored.
    urban_walk, regiment_walk
        How far each item may be, for urban communities and for others.
    population
        Column of units with the children that count.
    criteria
        What the next places are chosen by.
    source, basis
        Who set all this, and how strong it is, as of a facility type.
    """

    id: str
    label: Label
    facility_type: str
    items: tuple[BundleItem, ...]
    unit_kinds: tuple[str, ...]
    urban_walk: WalkLimit
    regiment_walk: WalkLimit
    source: Label
    mode: str = "walk"
    population: str = "children_0_17"
    criteria: tuple[Criterion, ...] = ()
    basis: Literal["norm", "second_hand", "unverified", "ours", "plan"] = "ours"


@dataclass(frozen=True, slots=True)
class FacilityCost:
    """What a facility of a type costs to set up; ``id`` is the type's.

    ``basis`` says how far to trust it, as of a facility type: ``ours`` is an assumption.
    """

    id: str
    yuan: int
    source: Label
    basis: Literal["norm", "second_hand", "unverified", "ours", "plan"] = "ours"
