"""Networks in levels as the doors hand them out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from api.printing import print_csv, print_json, print_table, say
from api.words import MADE_UP
from geo_planner.notes import Note, msgid
from geo_planner.rows import Label
from geo_planner.tally import REASONS
from maps.text.networks import HELD_WORDS, chain_text

if TYPE_CHECKING:
    from datetime import date

    from api.reader import Reader
    from geo_planner.networks import NetworkReport
    from geo_planner.project import Project
    from maps.text import Translator

UNIT_COLUMNS = (
    "unit_id", "name", "kind", "level", "parent_id", "parent_level", "state", "reason",
    "facility_ids", "chain", "broken_at",
)  # fmt: skip
COUNTS = ("n", "covered", "uncovered", "unknown", "hanging", "complete", "broken", "open")
LEVEL_COLUMNS = ("network", "level", "label", *COUNTS)
LEVEL_HEADS = (
    msgid("Level"), msgid("What stands there"), msgid("Units"), msgid("In place"),
    msgid("Lacking it"), msgid("State not known"), msgid("In place, lacking above"),
    msgid("Whole up to the top"),
)  # fmt: skip
"""Headings of the counts by level, in the order of ``level_cells``."""
TITLE = msgid("Units that lack their level, hang on one that does, or are not known")


def network_json(
    report: NetworkReport, project: Project, translator: Translator, *, units: bool
) -> dict[str, Any]:
    """Return a network as one object, with its units where they are asked for."""
    return report.as_json(units=units) | {
        "simulated": project.simulated,
        "notes": [_told(note, translator) for note in report.notes],
    }


def _told(note: Note, translator: Translator) -> dict[str, Any]:
    """Return a caveat in the reader's language; labels and caveats inside it are told too."""
    params = {
        name: translator.label(value)
        if isinstance(value, Label)
        else translator.note(value)
        if isinstance(value, Note)
        else value
        for name, value in note.params.items()
    }
    return {"code": note.code, "text": translator.note(note), "params": params}


def level_cells(report: NetworkReport, translator: Translator) -> list[tuple[Any, ...]]:
    """Return one line a level, as people read it."""
    return [
        (one.number, translator.label(one.level.label), one.n, one.covered, one.uncovered,
         one.unknown, one.hanging, one.complete)
        for one in report.levels
    ]  # fmt: skip


def print_networks(
    reports: Sequence[NetworkReport],
    project: Project,
    day: date,
    reader: Reader,
    *,
    form: str,
    excel: bool = False,
) -> None:
    """Print counts by level of several networks."""
    if form == "json":
        made = [network_json(one, project, reader.translator, units=False) for one in reports]
        print_json({"as_of": day, "networks": made})
        return
    if form == "csv":
        rows = [
            {"network": report.network.id, "level": one.number,
             "label": reader.translator.label(one.level.label),
             **{name: getattr(one, name) for name in COUNTS}}
            for report in reports for one in report.levels
        ]  # fmt: skip
        print_csv(rows, LEVEL_COLUMNS, excel=excel)
        return
    if project.simulated:
        say(reader.text(MADE_UP))
    for report in reports:
        _print_levels(report, reader)


def print_network(
    report: NetworkReport, project: Project, reader: Reader, *, form: str, excel: bool = False
) -> None:
    """Print one network: counts by level, who lacks which level, and who hangs in the air."""
    if form == "json":
        print_json(network_json(report, project, reader.translator, units=True))
        return
    if form == "csv":
        print_csv(report.unit_records(), UNIT_COLUMNS, excel=excel)
        return
    if project.simulated:
        say(reader.text(MADE_UP))
    _print_levels(report, reader)
    rows = unit_lines(report, project, reader.translator)
    heads = (
        msgid("Unit"), msgid("Code"), msgid("Part of"), msgid("Level"), msgid("State"),
        msgid("Reason"), msgid("Chain"),
    )  # fmt: skip
    shown = [row for row in rows if row["state"] != "covered" or row["chain"] == "broken"]
    if shown:
        print_table(
            [
                (row["name"], row["unit_id"], row["parent_name"] or None, row["held_label"],
                 row["state_text"], row["reason_text"], row["chain_text"])
                for row in shown
            ],
            [reader.text(text) for text in heads],
            title=reader.text(TITLE),
            narrow={3: 30, 5: 30, 6: 40},
        )  # fmt: skip


def _print_levels(report: NetworkReport, reader: Reader) -> None:
    print_table(
        level_cells(report, reader.translator),
        [reader.text(text) for text in LEVEL_HEADS],
        title=f"{reader.translator.label(report.network.label)} · {report.as_of.isoformat()}",
        numbers=(0, *range(2, len(LEVEL_HEADS))),
    )
    say(f"{report.network.clause}：{report.network.quote}")
    for note in report.notes:
        say(f"  · {reader.translator.note(note)}")


def unit_lines(
    report: NetworkReport, project: Project, translator: Translator
) -> list[dict[str, Any]]:
    """Return the units with their codes in words and the names of the units above."""
    names = project.units["name"].to_dict()
    rows = report.unit_records()
    for row in rows:
        row["parent_name"] = names.get(row["parent_id"]) or ""
        row["held_label"] = translator.label(report.network.levels[row["level"] - 1].label)
        row["state_text"] = translator(HELD_WORDS[row["state"]])
        row["reason_text"] = translator(REASONS[row["reason"]])
        row["chain_text"] = chain_text(report, row, translator)
    return rows
