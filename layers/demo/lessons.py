"""What the demonstration teaches, and the rows that teach it.

The generator builds these in on purpose; ``tests/demo`` names each one. Everything here is made up.
"""

from __future__ import annotations

from dataclasses import dataclass

from layers.demo.places import DIVISION_ID

SEED = 13
REFERENCE_DATE = "2025-12-31"
PERIODS = ("2023", "2024", "2025")
EARLIER_PERIODS = ("2020", "2021", "2022")
"""Years that the office sends in a file of their own."""

BEHIND_CANAL = "650502501507"
"""A company 800 m from a kindergarten, 6.4 km by road: a canal with one bridge."""
ACROSS_CANAL = "650502501506"
"""The company on the other bank, with the kindergarten."""
CANAL_STRAIGHT_METRES = 800.0
CANAL_ROAD_METRES = 6400.0

BEHIND_RAILWAY = "650502504512"
"""A company 700 m from a kindergarten, 5.2 km by road: a railway with one underpass."""
ACROSS_RAILWAY = "650502504511"
"""The company on the other side, with the kindergarten."""
RAILWAY_STRAIGHT_METRES = 700.0
RAILWAY_ROAD_METRES = 5200.0

WASHED_OUT = "659011502506"
"""A company whose only road ends at a gully since the flood took the bridge: streets, no path."""

CROWDED = (BEHIND_CANAL, BEHIND_RAILWAY)
"""Companies with three times the usual number of people: what separates them matters."""

NO_ROAD = "650521500513"
"""A company no road leads to: no path, which is not the same as far."""

WITHOUT_SERVICES = (BEHIND_CANAL, BEHIND_RAILWAY, WASHED_OUT, NO_ROAD)
"""Companies with no facility of their own: they depend on their neighbours."""

BLANK_CHILDREN = "650522500503"
"""A company whose children were not counted: unknown, not zero."""

NO_POSITION = "659011502512"
"""A company whose point is missing in the file."""

SHARED_STATION_UNITS = ("650521500400", "650521500401")
"""Two communities served by one parent school (it stands in the first)."""

MISSED_BY_ONE = "650522500400"
"""The regiment community whose parent school is still planned: 8 of 9, one short of 90 %."""

DUPLICATE_UNIT = "650502504400"
"""Its parent school stands twice in the list, 12 m apart."""
REVIEW_UNIT = "659011502401"
"""Its parent school stands twice in the list, 350 m apart (one taken from a map application)."""

SHUT_UNIT = "650502505400"
"""Its child home is shut since 2025-09-30, but the list still says active."""
SUSPENDED_UNIT = "659011501401"
"""Its playground is suspended for repair."""

BLANK_STAFF = "650521500"
"""The regiment whose hospital left the number of general practitioners blank."""
FEW_CHILD_DOCTORS = "650522500"
"""The regiment whose hospital has one child doctor where the plan wants two."""

VACCINATION_MISSED = "650502505"
"""The regiment below 98 % although the division's mean is above."""

DRY_COMPANIES = ("650502505506", "650521500512")
"""Companies where some households have no tap water: the division stands at 99.x %."""

PLACE_DIFFERS = ("650521500400", "650521500401")
"""A playground is recorded for the first community but stands inside the second."""
LOCATION_DIFFERS = "650502504505"
"""A clinic is recorded for this company but stands inside another regiment's outline."""

NO_DIRECTOR = "650521500511"
"""A company that says "none" where it should name its child director: zero, not unknown."""

FRIENDLY = ("659011400498", "650521500400")
"""The two communities that are child-friendly pilots."""

SILENT = ("eye_care_coverage_0_6", "650522500", "2024")
"""Indicator, regiment and the year since which it sends nothing; the division's maternal and child
hospital counts the children it examined itself, so the division's figure is whole."""

REPEATED = ("newborn_visit_rate", "659011501")
"""Indicator and regiment whose 2025 return was also sent for 2023 and 2024, number by number."""

LATE = ("company_water_quality", "2026-04-22")
"""Indicator and the day its 2025 return came; it was due on 2026-04-10, 100 days after the year."""


@dataclass(frozen=True, slots=True)
class Story:
    """An early warning of 2025 that must be found, and no other.

    Attributes
    ----------
    code, indicator, unit_id
        What it is, and about whose figure.
    years
        Years the rule goes by.
    why
        How it comes about.
    """

    code: str
    indicator: str
    years: tuple[int, ...]
    why: str
    unit_id: str = DIVISION_ID


STORIES = (
    Story(
        "one_case_decides",
        "neonatal_mortality_rate",
        (2023, 2024, 2025),
        "1 death among 672 births: 1.49 per thousand, and 2.98 with one more; the target is 2",
    ),
    Story(
        "one_case_decides",
        "infant_mortality_rate",
        (2023, 2024, 2025),
        "2 deaths among 672 births: 2.98 per thousand, and 4.46 with one more; the target is 4",
    ),
    Story(
        "projection_misses",
        "under5_mortality_rate",
        (2021, 2022, 2023, 2024, 2025),
        "met in 2025 with 4.46 per thousand, but the line through 4.1, 4.2, 5.75, 7.33 leads away",
    ),
    Story(
        "one_case_decides",
        "under5_mortality_rate",
        (2023, 2024, 2025),
        "3 deaths among 672 births: 4.46 per thousand, and 5.95 with one more; the target is 5",
    ),
    Story(
        "fell_below",
        "vaccination_rate",
        (2024, 2025),
        "all regiments kept 98 % until 2024, one does not in 2025",
    ),
    Story(
        "silent",
        SILENT[0],
        (2023,),
        "the regiment reported from 2020 to 2023 and then nothing",
        SILENT[1],
    ),
    Story(
        "projection_misses",
        "student_fitness_good_rate",
        (2021, 2022, 2023, 2024, 2025),
        "it fell until 2023 and has come back to 52.9 %: too slow for 60 % in 2030",
    ),
    Story(
        "same_figure",
        REPEATED[0],
        (2023, 2024, 2025),
        "the same visits and the same births three years running",
        REPEATED[1],
    ),
    Story(
        "near_line",
        "under3_system_management_rate",
        (2024, 2025),
        "above 96 % in 2024, less than a point above the line of 95 % in 2025",
    ),
    Story(
        "denominator_jump",
        "caries_rate_12y",
        (2024, 2025),
        "the screening was extended to every school: 640 examined, then 818",
    ),
    Story(
        "reversals",
        "exclusive_breastfeeding_6m",
        (2021, 2022, 2023, 2024, 2025),
        "up 6 points, down 7, up 6.5: a small survey swings",
    ),
    Story(
        "projection_misses",
        "compulsory_retention_rate",
        (2021, 2022, 2023, 2024, 2025),
        "99.9 % in 2021 and 99.6 % since: no line leads back to all of them",
    ),
    Story(
        "fell_below",
        "compulsory_retention_rate",
        (2020, 2025),
        "the plan prints 100 % for 2020; a pupil or three have been lost every year since",
    ),
    Story(
        "late_return",
        LATE[0],
        (2025,),
        "the water bureau's return came twelve days after it was due",
    ),
)
"""Every early warning of 2025, in the order in which they are given."""
