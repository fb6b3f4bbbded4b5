"""Taking note of an early warning: what an office may say about which warning."""

from __future__ import annotations

from datetime import date

from geo_planner.catalogue import Catalogue
from geo_planner.errors import NotKnownError
from geo_planner.monitoring.standing import Monitoring
from geo_planner.monitoring.warning import CODES, STATES, EarlyWarning
from geo_planner.monitoring.warning_errors import (
    NoNameGivenError,
    NoReasonGivenError,
    NoSuchWarningError,
)
from geo_planner.notes import msgid


def warning_of(
    monitoring: Monitoring, code: str, indicator_id: str, unit_id: str | None = None
) -> EarlyWarning:
    """Return the warning of the year that a code, an indicator and a unit name.

    Parameters
    ----------
    monitoring
        The year, with that indicator at least.
    unit_id
        Code of a unit; the one the plan is for if None.

    Raises
    ------
    NotKnownError
        If there is no such code, indicator or unit; near names are listed.
    NoSuchWarningError
        If the year has no such warning; those it has of the indicator, or else all, are listed.
    """
    project = monitoring.project
    if code not in CODES:
        raise NotKnownError.among(msgid("early warning"), code, list(CODES))
    project.catalogue.indicator(indicator_id)
    if unit_id and unit_id not in project.units.index:
        raise NotKnownError.among("unit", unit_id, [str(key) for key in project.units.index])
    own = monitoring.of[indicator_id].warnings
    for one in own:
        if one.code == code and one.unit_id == (unit_id or monitoring.top[0]):
            return one
    named = " · ".join(part for part in (code, indicator_id, unit_id) if part)
    near = [f"{one.code} · {one.indicator} · {one.unit_id}" for one in own or monitoring.warnings]
    raise NoSuchWarningError("warning", named, tuple(near[:12]) or ("—",), monitoring.year)


def answer_row(
    warning: EarlyWarning,
    catalogue: Catalogue,
    *,
    state: str,
    reason: str | None,
    by: str,
    on: date,
    note: str | None = None,
) -> dict[str, object]:
    """Return what was said about a warning, as a row of ``ACKNOWLEDGEMENT_COLUMNS``.

    Raises
    ------
    NotKnownError
        If the state or the reason is none of the catalogue's.
    NoReasonGivenError
        If it is in hand or settled and nothing says why.
    NoNameGivenError
        If nobody is named.
    """
    if state not in STATES:
        raise NotKnownError.among(msgid("state of a warning"), state, list(STATES))
    if not by.strip():
        raise NoNameGivenError
    why = (reason or "").strip()
    if why:
        catalogue.warning_reason(why)
    elif state != "open":
        raise NoReasonGivenError(tuple(catalogue.warning_reasons))
    return {
        "rule": warning.code,
        "indicator": warning.indicator,
        "unit_id": warning.unit_id,
        "year": str(warning.year),
        "state": state,
        "reason": why or None,
        "by": by.strip(),
        "on": on,
        "note": (note or "").strip() or None,
    }
