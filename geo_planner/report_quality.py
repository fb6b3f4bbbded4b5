"""Quality of reported figures: against the records, against themselves, and of whom they speak."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

import numpy as np
import pandas as pd

from geo_planner.catalogue import Indicator
from geo_planner.coverage import measure
from geo_planner.findings import Finding, Flags, findings_of
from geo_planner.notes import msgid
from geo_planner.observations import answers, standing
from geo_planner.project import Project
from geo_planner.tally import COVERED, reason

GROSS_LIMIT = 1.2
"""Gross rates a little above the whole are usual; beyond this a figure is worth a look. Ours."""

_ROUNDED = 0.06
"""A share reported to one decimal differs from its counts by no more."""


def report_findings(project: Project, day: date) -> Iterator[Finding]:
    """Return what is wrong with the observations that stand on a day or stood before."""
    yield from _own_findings(project)
    for row in project.catalogue.indicators.values():
        part = project.observations_of.get(row.id)
        if part is not None and row.rule == "has_facility":
            yield from _denials(project, row, standing(part, day), day)


def _denials(project: Project, row: Indicator, said: pd.DataFrame, day: date) -> Iterator[Finding]:
    """Reports that a facility record contradicts."""
    members = measure(project, row.id, day).tally.members
    if members is None:
        return
    covered = project.units.index[members.rows[members.state == COVERED]]
    idle = project.units.index[members.rows[members.reasons == reason("only_inactive")]]
    reports = said.set_index("unit_id")
    yield from findings_of(
        reports,
        (answers(said) > 0) & said["unit_id"].isin(idle).to_numpy(dtype=bool),
        "contradiction",
        "observations",
        "report-without-working-record",
        msgid(
            "{count} units report '{indicator}' although their only records are suspended "
            "or closed; the records are believed: {ids}."
        ),
        indicator=row.label,
    )
    yield from findings_of(
        reports,
        (answers(said) == 0) & said["unit_id"].isin(covered).to_numpy(dtype=bool),
        "contradiction",
        "observations",
        "report-denies-record",
        msgid(
            "{count} units report none for '{indicator}' although a working facility is "
            "recorded: {ids}."
        ),
        indicator=row.label,
    )


def _own_findings(project: Project) -> Iterator[Finding]:
    """Reports that cannot be, whatever else is known."""
    table = project.whole_observations
    if table.empty:
        return
    rows = [project.catalogue.indicators.get(str(one)) for one in table["indicator"]]
    top, bottom, value = (
        table[name].to_numpy(dtype=float, na_value=np.nan)
        if name in table
        else np.full(len(table), np.nan)
        for name in ("numerator", "denominator", "value")
    )
    # A gross rate and a supply per thousand may pass the whole; a share may not.
    share = np.array([is_share(row) for row in rows], dtype=bool)
    gross = np.array([row is not None and row.gross for row in rows], dtype=bool)
    per_cent = np.array([row is not None and row.measure == "%" for row in rows], dtype=bool)
    with np.errstate(divide="ignore", invalid="ignore"):
        off = np.abs(value - 100 * top / bottom)
    strange = _of_other_kinds(project, table, rows)
    listed = [
        f"{unit} {indicator} {period}"
        for unit, indicator, period in zip(
            table["unit_id"], table["indicator"], table["period"], strict=True
        )
    ]
    for code, (mask, text) in _checks(
        (share & (top > bottom)) | (gross & (top > GROSS_LIMIT * bottom)),
        share & per_cent & (value > 100),
        per_cent & (bottom > 0) & (off > _ROUNDED) & ~(share & (top > bottom)),
        strange,
    ).items():
        yield from findings_of(
            table.set_index("unit_id"),
            mask,
            "review" if code == "report-of-other-kind" else "contradiction",
            "observations",
            code,
            text,
            called=listed,
        )


def _checks(
    over: Flags, beyond: Flags, differ: Flags, strange: Flags
) -> Mapping[str, tuple[Flags, str]]:
    return {
        "report-over-whole": (
            over,
            msgid("{count} reports have a numerator greater than the denominator: {ids}."),
        ),
        "report-over-hundred": (
            beyond,
            msgid("{count} reports of a share are above 100 %: {ids}."),
        ),
        "report-differs-from-counts": (
            differ,
            msgid(
                "{count} reports have a value other than their numerator by their denominator; "
                "the counts are used: {ids}."
            ),
        ),
        "report-of-other-kind": (
            strange,
            msgid(
                "{count} reports are of units that the target does not count, and are not used: "
                "{ids}."
            ),
        ),
    }


def is_share(row: Indicator | None) -> bool:
    """Return whether an indicator's numerator is a part of its denominator."""
    return (
        row is not None
        and not row.gross
        and row.measure in ("%", "‰", "yes/no")
        and row.rule in ("has_facility", "household_share", "rate", "within_reach", "yes_no")
    )


def _of_other_kinds(project: Project, table: pd.DataFrame, rows: list[Indicator | None]) -> Flags:
    """Return which reports name units of a kind (or class) that their target is not about.

    Only targets judged unit by unit read reports of these units alone.
    """
    kinds = project.units["kind"].reindex(table["unit_id"]).to_numpy(dtype=object)
    return np.array(
        [
            row is not None
            and bool(row.unit_kinds)
            and (row.rule == "has_facility" or row.aggregation == "all_units_must_meet")
            and kind not in row.unit_kinds
            for row, kind in zip(rows, kinds, strict=True)
        ],
        dtype=bool,
    )
