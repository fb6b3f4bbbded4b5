"""Coverage against the rules written down once more, one unit and one facility at a time."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point

from geo_planner.coverage import measure
from tests.properties.test_coverage_laws import CODES, DAY, KIND, facility
from tests.worlds import facilities, observations, square, units, world

AS_OF = st.dates(date(2014, 1, 1), date(2031, 1, 1))
LIFE = st.tuples(DAY, DAY).map(
    lambda days: days if None in days or days[0] <= days[1] else days[::-1]
)
SAID = st.dictionaries(
    st.tuples(st.sampled_from(CODES), st.sampled_from(["2019", "2024", "2024Q4", "2025-02"])),
    st.sampled_from([0.0, 1.0, None]),
    max_size=4,
)
BEGINS = {"2019": (2019, 1), "2024": (2024, 1), "2024Q4": (2024, 10), "2025-02": (2025, 2)}
ORDER = ["2019", "2024Q4", "2024", "2025-02"]


def exists(life: tuple[date | None, date | None], day: date) -> bool:
    first, last = life
    return (first is None or first <= day) and (last is None or day < last)


def works(one: dict[str, object], day: date) -> bool:
    if one["status"] in ("planned", "suspended"):
        return False
    if one["status"] == "closed" and one["closed_on"] is None:
        return False
    return exists((one["opened_on"], one["closed_on"]), day)


def held_by(one: dict[str, object], lives: list, day: date) -> set[str]:
    served = set((one["serves_units"] or "").split(";")) & set(CODES)
    if one["unit_id"] in CODES:
        return served | {one["unit_id"]}
    if served or one["geometry"] is None:
        return served
    spot = Point(one["geometry"])
    inside = [
        code
        for number, code in enumerate(CODES)
        if exists(lives[number], day) and square(1000 * number, 0, 1400).contains(spot)
    ]
    return set(inside) if len(inside) == 1 else set()


def state_of(code: str, built: list, said: dict, lives: list, day: date) -> str:
    holders = [one for one in built if code in held_by(one, lives, day)]
    if any(works(one, day) for one in holders):
        return "covered"
    speaks = any(
        one["status"] != "planned" and (one["opened_on"] is None or one["opened_on"] <= day)
        for one in holders
    )
    reports = [
        said[code, period]
        for period in ORDER
        if (code, period) in said and date(*BEGINS[period], 1) <= day
    ]
    if reports and not speaks:
        return {0.0: "uncovered", 1.0: "covered", None: "unknown"}[reports[-1]]
    return "uncovered" if built else "unknown"


@settings(max_examples=150, deadline=None)
@given(
    st.lists(KIND, min_size=6, max_size=6),
    st.lists(LIFE, min_size=6, max_size=6),
    st.lists(facility(), max_size=6),
    SAID,
    AS_OF,
)
def test_every_unit_is_in_the_state_the_rules_say(
    kinds: list, lives: list, built: list, said: dict, day: date
) -> None:
    rows = [
        {
            "unit_id": code,
            "community_kind": kind,
            "established_on": first,
            "abolished_on": last,
            # Neighbours overlap by 400 m: a point there is in both, unless one is no more.
            "geometry": square(1000 * number, 0, 1400),
        }
        for number, (code, kind, (first, last)) in enumerate(zip(CODES, kinds, lives, strict=True))
    ]
    reports = [
        {
            "indicator": "regiment",
            "unit_id": code,
            "period": period,
            "value": float("nan") if value is None else value,
        }
        for (code, period), value in said.items()
    ]
    project = world(units(*rows), facilities(*built), observations(*reports))
    found = measure(project, "regiment", day)
    wanted = {
        code: "unknown" if kind is None else state_of(code, built, said, lives, day)
        for code, kind, life in zip(CODES, kinds, lives, strict=True)
        if kind != "urban" and exists(life, day)
    }
    assert found.units["state"].to_dict() == wanted
    counted = list(wanted.values())
    assert (found.covered, found.uncovered, found.unknown) == tuple(
        counted.count(state) for state in ("covered", "uncovered", "unknown")
    )
