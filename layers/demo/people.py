"""Invented people: population, households and children of every unit, water and toilets.

Numbers are drawn so that they add up: a regiment's figures are the sums of its companies and
communities, the division's the sums of its regiments and the core area. The one company whose
children were not counted still stands in its regiment's total, as in real returns.
"""

from __future__ import annotations

from collections import defaultdict
from random import Random

from layers.demo import lessons
from layers.demo.places import CORE, CORE_ID, DIVISION_ID, SEATS, OfficialUnit, official_units

Counts = dict[str, int | None]

BANDS = {
    "children_0_2": 0.0215,
    "children_3_5": 0.0235,
    "children_6_11": 0.0520,
    "children_12_14": 0.0262,
    "children_15_17": 0.0248,
}
"""Age bands and their share of the population: about 14,000 children, 690 births a year."""

SUMMED = ("population", "households", *BANDS)
SEAT_SHARE = 0.38
"""Share of a regiment's people who live in its seat."""


def draw_people(random: Random) -> dict[str, Counts]:
    """Return the counts of every unit by code, regiments and the division included."""
    units = official_units()
    people = {}
    for seat in (*SEATS, CORE):
        own = [unit for unit in units if unit.parent_id == seat.unit_id and not unit.stale]
        weights = {unit.unit_id: _weight(unit, own, random) for unit in own}
        whole = sum(weights.values())
        for unit in own:
            people[unit.unit_id] = _counts(
                unit, seat.people * weights[unit.unit_id] / whole, random
            )
    totals = _totals(units, people)
    _leave_gaps(people)
    return {**people, **totals}


def _weight(unit: OfficialUnit, own: list[OfficialUnit], random: Random) -> float:
    communities = sum(other.kind == "community" for other in own)
    companies = len(own) - communities
    crowd = 3.0 if unit.unit_id in lessons.CROWDED else 1.0
    if unit.kind == "community":
        return SEAT_SHARE / communities * random.uniform(0.9, 1.1)
    share = random.uniform(0.45, 1.55)
    return (1 - SEAT_SHARE) / companies * (share if crowd == 1.0 else crowd)


def _counts(unit: OfficialUnit, expected: float, random: Random) -> Counts:
    population = round(expected)
    households = round(population / random.uniform(2.5, 2.9))
    young = random.uniform(0.8, 1.2)
    counts: Counts = {"population": population, "households": households}
    for band, share in BANDS.items():
        counts[band] = max(1, round(population * share * young * random.uniform(0.85, 1.15)))
    if unit.kind == "company":
        counts |= _services(unit, population, households, random)
    counts["child_director"] = 1
    return counts


def _services(unit: OfficialUnit, population: int, households: int, random: Random) -> Counts:
    """Return tap water, central supply, samples and toilets of a company."""
    dry = (
        round(households * random.uniform(0.2, 0.3)) if unit.unit_id in lessons.DRY_COMPANIES else 0
    )
    piped = households - dry
    samples = random.choice((4, 6, 8, 12))
    return {
        "households_tap_water": piped,
        "population_tap_water": population - round(dry * population / households),
        "water_samples": samples,
        "water_samples_pass": samples - (random.random() < 0.15),
        "households_sanitary_toilet": round(households * min(1.0, random.uniform(0.84, 1.02))),
    }


def _totals(units: tuple[OfficialUnit, ...], people: dict[str, Counts]) -> dict[str, Counts]:
    """Add up the counts of regiments, the core area and the division."""
    totals: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(SUMMED, 0))
    for unit in units:
        for column in SUMMED if unit.unit_id in people else ():
            value = people[unit.unit_id][column] or 0
            totals[unit.parent_id][column] += value
            totals[DIVISION_ID][column] += value
    made: dict[str, Counts] = {}
    for unit_id, counts in totals.items():
        made[unit_id] = dict(counts)
        if unit_id != DIVISION_ID:
            made[unit_id]["child_supervisor"] = 1 if unit_id == CORE_ID else 2
    return made


def _leave_gaps(people: dict[str, Counts]) -> None:
    """Leave one company's children uncounted and another without a child director."""
    for band in BANDS:
        people[lessons.BLANK_CHILDREN][band] = None
    people[lessons.NO_DIRECTOR]["child_director"] = 0
