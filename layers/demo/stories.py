"""Bend drawn returns so that each story of :data:`lessons.STORIES` has its rows, and sign them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from layers.demo import lessons
from layers.demo.figures import Return
from layers.demo.places import DIVISION_ID

REPORTERS = (
    "陈晓燕",
    "马建军",
    "古丽娜",
    "李红梅",
    "王志强",
    "赵雪莲",
    "刘海峰",
    "阿依努尔",
    "孙丽",
)
CHECKERS = ("周国华", "张秀英", "买买提江", "吴文斌", "杨春兰")
"""Invented names."""

FIRST_DAY = date(2026, 1, 12)
"""When the first returns of 2025 were signed."""


def tell(returns: list[Return]) -> list[Return]:
    """Return the figures with one regiment silent and another repeating itself."""
    indicator, regiment, since = lessons.SILENT
    heard = [
        one
        for one in returns
        if (one.indicator, one.unit_id) != (indicator, regiment) or one.period < since
    ]
    return _repeated(heard)


def _repeated(returns: list[Return]) -> list[Return]:
    """Put a regiment's last figure into its earlier years too, and into the division's sums."""
    indicator, regiment = lessons.REPEATED
    own = {
        one.period: one for one in returns if (one.indicator, one.unit_id) == (indicator, regiment)
    }
    last = own[lessons.PERIODS[-1]]
    told = []
    for one in returns:
        if one.indicator == indicator and one.unit_id in (regiment, DIVISION_ID):
            old = own[one.period]
            one = replace(  # noqa: PLW2901 - the same return, told otherwise
                one,
                numerator=(one.numerator or 0) - (old.numerator or 0) + (last.numerator or 0),
                denominator=(one.denominator or 0)
                - (old.denominator or 0)
                + (last.denominator or 0),
            )
        told.append(one)
    return told


def sign(returns: list[Return], random: Random) -> list[Return]:
    """Return the figures with who reported and checked those of the last year, and when.

    Regiments and companies sign in January and February, the division once it has added up, by the
    end of March; one return came late.
    """
    people = _people(returns, random)
    signed = []
    days: dict[tuple[str, str], date] = {}
    for one in returns:
        if one.period != lessons.PERIODS[-1]:
            signed.append(one)
            continue
        desk = _desk(one)
        if (desk, one.indicator) not in days:
            days[desk, one.indicator] = _day(one, random)
        reporter, checker = people[desk]
        signed.append(
            replace(
                one,
                reported_by=reporter,
                checked_by=checker,
                reported_on=days[desk, one.indicator].isoformat(),
            )
        )
    return signed


def _desk(one: Return) -> str:
    """Return who fills in a return: a department of the division, or the unit itself."""
    return one.owner if one.unit_id == DIVISION_ID else one.unit_id


def _people(returns: list[Return], random: Random) -> dict[str, tuple[str, str]]:
    desks = dict.fromkeys(_desk(one) for one in returns)
    return {desk: (random.choice(REPORTERS), random.choice(CHECKERS)) for desk in desks}


def _day(one: Return, random: Random) -> date:
    indicator, late = lessons.LATE
    if one.indicator == indicator:
        return date.fromisoformat(late)
    of_division = one.unit_id == DIVISION_ID
    day = FIRST_DAY + timedelta(
        days=random.randrange(50, 78) if of_division else random.randrange(45)
    )
    # Nobody signs on a weekend.
    return day - timedelta(days=max(0, day.weekday() - 4))
