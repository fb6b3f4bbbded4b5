"""What a trial changes, as the doors hand it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from api.printing import print_csv, print_json, print_table, say
from api.sited import regions_of
from api.travelled import told
from api.words import MADE_UP
from geo_planner.notes import msgid
from geo_planner.travel.pairs import count_label
from maps.text.values import is_missing, rounded
from maps.text.words import METHOD_WORDS

if TYPE_CHECKING:
    from api.reader import Reader
    from geo_planner.project import Project
    from geo_planner.siting.trying.trial_result import Tally, Trial
    from maps.text import Translator

TRIAL_COLUMNS = (
    "unit_id", "name", "kind", "parent_id", "children", "change", "facility_before",
    "metres_before", "facility_after", "metres_after",
)  # fmt: skip
STEP_WORDS = {"drop": msgid("new site"), "remove": msgid("taken away"), "together": msgid("all")}
CHANGE_WORDS = {
    "reached": msgid("newly reached"),
    "lost": msgid("no longer reached"),
    "nearer": msgid("nearer"),
    "farther": msgid("farther"),
}
BESIDE = msgid(
    "Within their limit: {before} of {all} units today, {after} then; {counted}: {children} today, "
    "{then} then."
)


def tried_json(
    steps: Sequence[Trial],
    together: Trial,
    project: Project,
    day: date,
    translator: Translator,
) -> dict[str, Any]:
    """Return what each change does and all together as one object."""
    notes = {note.code + str(note): note for one in (*steps, together) for note in one.notes}
    shared = ("facility_type", "mode", "method", "counted")
    made = [one.as_json() for one in (*steps, together)]
    head = {name: made[-1][name] for name in shared}
    for one in made:
        for name in shared:
            del one[name]
    return {
        **head,
        "as_of": day.isoformat(),
        "simulated": project.simulated,
        "changes": made[:-1],
        "together": made[-1],
        "notes": told(notes.values(), translator),
    }


def print_tried(
    steps: Sequence[Trial],
    together: Trial,
    project: Project,
    day: date,
    reader: Reader,
    *,
    form: str,
    excel: bool = False,
) -> None:
    """Print what changes on trial do."""
    if form == "json":
        print_json(tried_json(steps, together, project, day, reader.translator))
        return
    rows = together.units.reset_index().to_dict("records")
    if form == "csv":
        print_csv(rows, TRIAL_COLUMNS, excel=excel)
        return
    if project.simulated:
        say(reader.text(MADE_UP))
    kind = project.catalogue.facility_type(together.facility_type)
    counted = reader.translator.label(count_label(together.counted))
    heads = (
        msgid("Change"), msgid("Site"), msgid("Newly reached"), counted,
        msgid("No longer reached"), counted, msgid("Nearer"), msgid("Farther"),
    )  # fmt: skip
    print_table(
        [
            (
                reader.text(STEP_WORDS[one.change]), one.site or None, one.gained.units,
                _heads(one.gained), one.lost_tally.units, _heads(one.lost_tally),
                len(one.nearer), len(one.farther),
            )
            for one in (*steps, together)
        ],
        [reader.text(text) for text in heads],
        title=reader.translator.label(kind.label),
        numbers=(2, 3, 4, 5, 6, 7),
    )  # fmt: skip
    above = regions_of(project, together.units.index)
    _print_units(rows, counted, above, reader)
    say(
        reader.text(
            BESIDE,
            before=together.before.units,
            after=together.after.units,
            all=together.assessed,
            counted=counted,
            children=_heads(together.before),
            then=_heads(together.after),
        )
    )
    say(f"  {reader.text(msgid('Method'))}: {reader.text(METHOD_WORDS[together.method])}")
    shown = {str(note): note for one in (*steps, together) for note in one.notes}
    for note in shown.values():
        say(f"  · {reader.translator.note(note)}")


def _print_units(
    rows: Sequence[dict[str, Any]], counted: str, above: Mapping[str, str], reader: Reader
) -> None:
    if not rows:
        return
    heads = (
        msgid("Unit"), msgid("Code"), counted, msgid("Change"), msgid("Metres today"),
        msgid("Metres then"), msgid("Nearest then"),
    )  # fmt: skip
    words = [CHANGE_WORDS[row["change"]] for row in rows]
    print_table(
        [
            (
                " ".join([*filter(None, [above.get(row["unit_id"])]), str(row["name"])]),
                row["unit_id"], rounded(row["children"], 0),
                reader.text(word), _metres(row["metres_before"]),
                _metres(row["metres_after"]), row["facility_after"],
            )
            for row, word in zip(rows, words, strict=True)
        ],
        [reader.text(text) for text in heads],
        numbers=(2, 4, 5),
    )  # fmt: skip


def _heads(tally: Tally) -> str:
    """Return the children, with a sign that there are more where some are not stated."""
    if tally.children is None:
        return rounded(None)
    known = rounded(tally.children, 0)
    return f"≥ {known}" if tally.children_unknown else known


def _metres(value: float | None) -> str | None:
    return None if is_missing(value) else rounded(value, 0)
