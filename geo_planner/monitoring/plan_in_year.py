"""The plan in one year: every indicator with its course, its degree of attainment and its warnings.

``monitor(project, 2025)`` gives a :class:`Monitoring`: what pages, reports and tables are made of.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date

from geo_planner.catalogue import Indicator
from geo_planner.coverage import Coverage
from geo_planner.errors import NoDateError
from geo_planner.monitoring.attainment import (
    degree_of_attainment,
    pooled_rate,
    progress_from_base,
)
from geo_planner.monitoring.data_warnings import data_warnings
from geo_planner.monitoring.early_warning import (
    Limits,
    Subject,
    hard_to_reach,
    slipping,
    small_numbers,
    volatile,
)
from geo_planner.monitoring.noted import noted
from geo_planner.monitoring.projection import project_forward
from geo_planner.monitoring.series import (
    by_each,
    course,
    goal_of,
    reported_by,
)
from geo_planner.monitoring.standing import Monitoring, Standing, top_unit
from geo_planner.monitoring.years import asked_years, dated, year_day
from geo_planner.notes import Note, msgid
from geo_planner.project import Project
from geo_planner.tally import UNCOVERED
from geo_planner.targets import DIRECTIONS


def monitor(
    project: Project, year: int | None = None, *, indicators: Iterable[str] | None = None
) -> Monitoring:
    """Return how the plan stands in a year.

    Parameters
    ----------
    year
        Calendar year, that of the reference date if None. Its figures stand on 31 December, or on
        the reference date where that lies in the year.
    indicators
        Ids; all if None.

    Raises
    ------
    NoDateError
        If the project has no reference date.
    YearsOutsideError
        If the year is after the reference date, or long before the plan.
    NotKnownError
        If an indicator is not in the catalogue.
    """
    reference = project.reference_date
    if reference is None:
        raise NoDateError(project.name)
    chosen = reference.year if year is None else asked_years(project, [year])[0]
    ids = tuple(project.catalogue.indicators) if indicators is None else tuple(indicators)
    limits = Limits(project.catalogue)
    day = year_day(chosen, reference)
    standings = tuple(_standing(project, id_, chosen, reference, limits) for id_ in ids)
    return Monitoring(project, chosen, day, noted(standings, project, chosen))


def _standing(project: Project, id_: str, year: int, reference: date, limits: Limits) -> Standing:
    indicator = project.catalogue.indicator(id_)
    base_year = project.catalogue.period[0] - 1
    figures, coverages = course(project, id_, range(min(base_year, year), year + 1))
    figures = tuple(one for one in figures if one.year >= base_year)
    coverage = coverages[year]
    of_year = dated(coverage, year, reference)
    now = figures[-1] if figures and figures[-1].year == year else None
    goal = goal_of(indicator)
    projection = None
    if now is not None and goal is not None and _has_a_course(indicator):
        projection = project_forward(
            figures,
            target=goal,
            comparison=indicator.comparison,
            target_year=indicator.target_year,
            most_years=int(limits("projection_years")),
            least_years=int(limits("projection_least_years")),
            band_percent=float(limits("projection_band")),
            bounds=natural_bounds(indicator),
        )
    pooled = None
    if now is not None and small_numbers(indicator, now, limits):
        pooled = pooled_rate(indicator, figures)
    missing = _missing(coverage) if by_each(indicator) and of_year else ()
    subject = Subject(indicator, *top_unit(project), year, figures, coverage.status, missing)
    warnings = (
        *hard_to_reach(subject, limits, projection),
        *volatile(subject, limits, pooled),
        *slipping(subject, limits),
        *data_warnings(project, subject, limits),
    )
    return Standing(
        coverage,
        figures,
        of_year,
        degree_of_attainment(coverage),
        progress_from_base(indicator, figures, base_year=base_year, now=now),
        pooled,
        projection,
        warnings,
        (
            *_caveats(coverage, year, of_year=of_year),
            *_other_base(project, subject, base_year),
        ),
        coverages.get(year - 1) if indicator.comparison in DIRECTIONS else None,
    )


def _missing(coverage: Coverage) -> tuple[str, ...]:
    """Return the names of the units that do not keep a target which each has to keep."""
    members = coverage.tally.members
    if members is None:
        return ()
    project = coverage.project
    table = project.facilities if members.of_facilities else project.units
    rows = members.rows[members.state == UNCOVERED]
    return tuple(str(name) for name in table["name"].to_numpy()[rows])


def _has_a_course(indicator: Indicator) -> bool:
    """Return whether a line towards the target means anything.

    Not for a promise of direction, nor where the figure is how many units keep the target each on
    its own: that jumps from one unit to the next.
    """
    promised = indicator.quantified and indicator.comparison not in DIRECTIONS
    return promised and not by_each(indicator)


def natural_bounds(indicator: Indicator) -> tuple[float, float]:
    """Return between which the figures of an indicator lie whatever happens."""
    if indicator.measure.startswith("% change"):
        return -100.0, math.inf
    if indicator.measure in ("%", "yes/no") and not indicator.gross:
        return 0.0, 100.0
    return 0.0, math.inf


def _caveats(coverage: Coverage, year: int, *, of_year: bool) -> tuple[Note, ...]:
    """Say where a figure is not the year's own."""
    if of_year or coverage.status in ("no_data", "not_applicable"):
        return ()
    if coverage.method == "observations":
        return ()  # the coverage itself says of which period its report is
    return (
        Note(
            "columns-undated",
            msgid("Counted from columns that carry no date: they speak for {day}, not for {year}."),
            {"day": str(coverage.project.reference_date), "year": year},
        ),
    )


def _other_base(project: Project, subject: Subject, base_year: int) -> tuple[Note, ...]:
    """Say where a report of the base year differs from the figure the plan prints."""
    base = next((one for one in subject.figures if one.year == base_year), None)
    if base is None or base.value is None or base.method != "plan":
        return ()
    rows = project.hierarchy.rows([subject.unit_id])
    reports = reported_by(project, subject.indicator, rows[rows >= 0])
    own = reports.get(subject.unit_id, ())
    other = next((one.value for one in own if one.year == base_year), None)
    if other is None:
        return ()
    text = msgid(
        "The plan prints {printed} {measure} for {year}, the report of that year comes to "
        "{reported}: the plan's figure is used."
    )
    params = {
        "printed": f"{float(base.value):.2f}",
        "reported": f"{float(other):.2f}",
        "measure": subject.indicator.measure,
        "year": base_year,
    }
    return (Note("base-differs", text, params),)
