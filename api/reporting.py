"""Reports as the doors ask for them: of a project as it is, or as it was known then."""

from __future__ import annotations

from datetime import date, timedelta, timezone
from typing import TYPE_CHECKING

from geo_planner.monitoring.known_errors import NothingKnownError, TwoMomentsError

if TYPE_CHECKING:
    from layers.store import Store
    from maps.reports.content import DataState, Kind, Report
    from maps.text import Translator

_BEIJING = timezone(timedelta(hours=8))
"""The offices' clock, as the history counts days."""


def import_known(store: Store, *, known_on: date | None, at_import: int | None) -> int | None:
    """Return the number of the last import a report is to know of; None for all there are.

    Raises
    ------
    TwoMomentsError
        If both a day and a number are given.
    NothingKnownError
        If nothing had been recorded by that day.
    """
    if known_on is not None and at_import is not None:
        raise TwoMomentsError
    if known_on is None:
        return at_import
    found = store.known_on(known_on)
    if not found:
        raise NothingKnownError(known_on.isoformat())
    return found


def data_state(store: Store, at_import: int | None) -> DataState:
    """Return the imports behind the project as it stood right after one of them."""
    from maps.reports.content import DataState, ImportedFile  # noqa: PLC0415 - kept out of --help

    files = tuple(
        ImportedFile(
            one.id,
            one.imported_at.astimezone(_BEIJING).date(),
            one.file,
            one.layer,
            one.added + one.replaced + one.unchanged,
        )
        for one in store.known_imports(at_import)
    )
    return DataState(files[-1].number if files else None, files)


def compose_report(
    store: Store,
    kind: Kind,
    year: int | None,
    say: Translator,
    *,
    known_on: date | None = None,
    at_import: int | None = None,
    office: str | None = None,
) -> Report:
    """Return a report of a stored project as it is, or as it was known then.

    Raises
    ------
    NotKnownError
        If there is no import of that number.
    NothingKnownError, TwoMomentsError
        See :func:`import_known`.
    YearsOutsideError, NoDateError
        If there is no such year to report on.
    """
    from maps.reports.compose import build_report  # noqa: PLC0415 - kept out of --help

    last = import_known(store, known_on=known_on, at_import=at_import)
    return build_report(
        store.project(at_import=last), kind, year, say, data=data_state(store, last), office=office
    )
