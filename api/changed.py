"""What changed from year to year, as the doors give it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from geo_planner.notes import msgid
from maps.text import what_changed as words

if TYPE_CHECKING:
    from api.reader import Reader
    from geo_planner.monitoring.changes import Changes
    from geo_planner.project import Project
    from layers.store import Store
    from maps.text import Translator

COLUMNS = (
    "indicator", "indicator_name", "since", "year", "earlier", "later", "difference", "cause",
    "what",
)  # fmt: skip
"""Columns of the table for programs: a row for each thing that changed."""


def known_then(store: Store, known_on: date | None) -> Project | None:
    """Return the project as it was known on a day, None where no day is given.

    Raises
    ------
    NothingKnownError
        If nothing had been recorded by then.
    """
    if known_on is None:
        return None
    from api.reporting import import_known  # noqa: PLC0415 - kept out of --help

    return store.project(at_import=import_known(store, known_on=known_on, at_import=None))


def find_changes(
    project: Project,
    indicator: str | None,
    year: int | None,
    since: int | None,
    then: Project | None,
) -> tuple[Changes, ...]:
    """Return what changed in one indicator, or in every one in which anything did.

    Raises
    ------
    NoDateError, NotKnownError, DataError
        As :func:`geo_planner.monitoring.changes.what_changed`.
    """
    from geo_planner.errors import NoDateError  # noqa: PLC0415 - kept out of --help
    from geo_planner.monitoring.changes import all_changes, what_changed  # noqa: PLC0415

    if project.reference_date is None:
        raise NoDateError(project.name)
    chosen = project.reference_date.year if year is None else year
    if indicator is None:
        return all_changes(project, chosen, since, then=then)
    return (what_changed(project, indicator, chosen, since, then=then),)


def changes_json(
    found: Sequence[Changes], project: Project, translator: Translator
) -> dict[str, Any]:
    """Return changes with their sentences in the reader's language."""
    return {
        "changes": [change_json(one, translator) for one in found],
        "simulated": project.simulated,
    }


def change_json(one: Changes, translator: Translator) -> dict[str, Any]:
    """Return one indicator's change with its sentences."""
    change = one.change
    return {
        **one.as_json(),
        "indicator_name": translator.label(one.indicator.label),
        "earlier_text": words.year_value(change.earlier, translator),
        "later_text": words.year_value(change.later, translator),
        "difference": words.difference(one, translator),
        "open": words.open_text(one, translator),
        "causes": [asdict(cause) for cause in words.causes(one, translator)],
        "notes": [
            {"code": note.code, "text": translator.note(note), "params": dict(note.params)}
            for note in one.notes
        ],
    }


def change_rows(found: Sequence[Changes], translator: Translator) -> list[dict[str, Any]]:
    """Return a row for each thing that changed; one alone where only the figure moved."""
    rows = []
    for one in found:
        plain = change_json(one, translator)
        head = {
            "indicator": plain["indicator"],
            "indicator_name": plain["indicator_name"],
            "since": plain["earlier"]["year"],
            "year": plain["later"]["year"],
            "earlier": plain["earlier_text"],
            "later": plain["later_text"],
            "difference": plain["difference"],
        }
        lines = [
            {**head, "cause": cause["code"], "what": line}
            for cause in plain["causes"]
            for line in cause["lines"]
        ]
        rows += lines or [head]
    return rows


HEADS = (
    msgid("Indicator"),
    msgid("Earlier"),
    msgid("Later"),
    msgid("Change"),
    msgid("What changed"),
)


def print_changes(found: Sequence[Changes], reader: Reader, *, detailed: bool) -> None:
    """Print changes: a table of all, or one indicator with every name."""
    from api.printing import print_table, say  # noqa: PLC0415 - kept out of --help
    from api.words import MADE_UP  # noqa: PLC0415

    if not found:
        say(reader.text("Nothing changed."))
        return
    rows = [change_json(one, reader.translator) for one in found]
    for row in rows if detailed else ():
        print_one(row, reader)
    if not detailed:
        first = rows[0]
        heads = [reader.text(text) for text in HEADS]
        heads[1] += f" {first['earlier']['as_of']}"
        heads[2] += f" {first['later']['as_of']}"
        table = [
            (
                f"{row['indicator_name']}\n{row['indicator']}",
                row["earlier_text"],
                row["later_text"],
                row["difference"],
                "\n".join(_short(cause, reader.translator) for cause in row["causes"]),
            )
            for row in rows
        ]
        print_table(table, heads, numbers=(1, 2, 3), narrow={0: 40, 4: 60})
    if found[0].change.later.coverage.project.simulated:
        say(reader.text(MADE_UP))


MOST_NAMED = 3
"""Names in a cell of the table; one indicator alone has them all."""


def _short(cause: dict[str, Any], translator: Translator) -> str:
    lines = cause["lines"]
    colon, stop = ("：", "；") if translator.language == "zh-CN" else (": ", "; ")
    more = f" … {len(lines)}" if len(lines) > MOST_NAMED else ""
    return f"{cause['heading']}{colon}{stop.join(lines[:MOST_NAMED])}{more}"


def print_one(row: dict[str, Any], reader: Reader) -> None:
    """Print one indicator's change with every name."""
    from api.printing import say  # noqa: PLC0415 - kept out of --help

    say(f"{row['indicator_name']} · {row['indicator']}", style="bold")
    for side in ("earlier", "later"):
        say(f"  {row[side]['as_of']}: {row[f'{side}_text']}")
    say(f"  {reader.text('Change')}: {row['difference']}")
    if row["open"]:
        say(f"  {row['open']}")
    for cause in row["causes"]:
        say(f"{cause['heading']} ({len(cause['lines'])})")
        for line in cause["lines"]:
            say(f"  · {line}")
    for note in row["notes"]:
        say(f"  {note['text']}")
