"""Verdicts and walks as the command line prints them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from api.printing import print_csv, print_json, print_table, say
from api.scoreboard import Scoreboard, build_scoreboard
from api.shown import plain
from api.words import MADE_UP
from geo_planner.notes import msgid
from geo_planner.tally import REASONS
from maps.text.values import is_missing, rounded, share_text, target_text, value_text
from maps.text.verdicts import meaning, method, needed, people_label
from maps.text.words import METHOD_WORDS, REACH_WORDS, SHAPES, STATE_WORDS

if TYPE_CHECKING:
    import pandas as pd

    from api.reader import Reader
    from geo_planner.catalogue import FacilityType
    from geo_planner.coverage import Coverage
    from geo_planner.notes import Note
    from geo_planner.project import Project
    from maps.text import Translator

SUMMARY_COLUMNS = (
    "indicator", "as_of", "n", "covered", "uncovered", "unknown", "lower", "upper", "target",
    "comparison", "status", "needs_more_min", "needs_more_max", "measure", "method", "data_date",
)  # fmt: skip
UNIT_COLUMNS = (
    "unit_id", "name", "kind", "parent_id", "state", "established_own", "reachable", "facility_ids",
    "reach_state", "reach_method", "straight_m", "network_m", "minutes", "children", "lacking",
    "needs_more", "rank", "covered_part", "total_part", "reason", "parent_name",
)  # fmt: skip

ACCESS_COLUMNS = (
    "unit_id", "name", "kind", "parent_id", "children", "facility_id", "straight_m", "network_m",
    "minutes", "detour_ratio", "state", "method",
    "second_id", "second_m", "snap_m", "facility_snap_m",
)  # fmt: skip
"""Columns of ``access``: those of the contract in its order, then what came later."""

ROAD_COLUMNS = (
    "drive_facility_id", "drive_network_m", "drive_minutes", "drive_state", "walk_or_drive",
)  # fmt: skip
"""Further columns where reach by road is asked for too."""


def coverage_json(coverage: Coverage, translator: Translator, *, units: bool) -> dict[str, Any]:
    """Return the object of the contract with its caveats in the reader's language."""
    made = coverage.as_json(units=units)
    for entry, note in zip(made["notes"], coverage.notes, strict=True):
        entry["text"] = translator.note(note)
    return made


def note_texts(notes: Sequence[Note], translator: Translator) -> list[dict[str, Any]]:
    """Return caveats as programs get them: code, sentence in the reader's language, parameters."""
    return [
        {"code": note.code, "text": translator.note(note), "params": plain(note.params)}
        for note in notes
    ]


def unit_rows(coverage: Coverage, frame: pd.DataFrame | None = None) -> list[dict[str, Any]]:
    """Return the units behind a figure, or those in ``frame``, with ``UNIT_COLUMNS``."""
    frame = coverage.units if frame is None else frame
    names = coverage.project.units["name"]
    above = names.reindex(frame["parent_id"].dropna().unique()).to_dict()
    frame = frame.assign(parent_name=frame["parent_id"].map(above))
    rows: list[dict[str, Any]] = frame.reset_index(names="unit_id").to_dict("records")
    return rows


def underserved(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the ranked rows, worst first."""
    ranked = [row for row in rows if not is_missing(row.get("rank"))]
    return sorted(ranked, key=lambda row: int(row["rank"]))


def print_all(
    found: Sequence[Coverage],
    project: Project,
    day: date,
    reader: Reader,
    *,
    form: str,
    excel: bool = False,
) -> None:
    """Print every verdict: one table, or the data."""
    if form == "json":
        rows = [coverage_json(one, reader.translator, units=False) for one in found]
        print_json({"as_of": day.isoformat(), "indicators": rows})
    elif form == "csv":
        print_csv([one.as_json(units=False) for one in found], SUMMARY_COLUMNS, excel=excel)
    else:
        print_scoreboard(build_scoreboard(found, reader.translator), project, day, reader)


def print_scoreboard(
    board: Scoreboard, project: Project, day: date, reader: Reader, *, with_ids: bool = True
) -> None:
    """Print the table of targets, the counts by status and both shares."""
    if project.simulated:
        say(reader.text(MADE_UP), style="bold")
    heads = (
        msgid("Status"), msgid("Target"), msgid("Covered / all"), msgid("Value"),
        msgid("Promise"), msgid("Needs"), msgid("Clause"),
    )  # fmt: skip
    print_table(
        [
            (f"{line.shape} {line.word}",
             f"{line.label}\n{line.indicator}" if with_ids else line.label,
             line.counted, line.value, line.target, line.needs, line.clause)
            for line in board.lines
        ],
        [reader.text(text) for text in heads],
        title=f"{project.name} · {day.isoformat()}",
        numbers=(2, 3, 5),
    )  # fmt: skip
    print_shares(board, reader)


def print_shares(board: Scoreboard, reader: Reader) -> None:
    """Print how many targets have each status, and both customary shares of targets met."""
    counts = [
        f"{SHAPES[name]} {reader.translator.status(name)} {count}"
        for name, count in board.counts.items()
    ]
    line = SEPARATOR.join(counts)
    say(line)
    for text, (met, total) in ((JUDGED, board.judged), (EVERYTHING, board.everything)):
        say(reader.text(text, share=share_text(met, total), met=met, total=total))


SEPARATOR = " " * 3
JUDGED = msgid("Met among the targets that can be judged: {share} ({met} of {total})")
EVERYTHING = msgid("Met among all targets, those without data included: {share} ({met} of {total})")


def print_one(coverage: Coverage, reader: Reader, *, form: str, excel: bool = False) -> None:
    """Print one verdict and the units behind it."""
    if form == "json":
        print_json(coverage_json(coverage, reader.translator, units=True))
    elif form == "csv":
        print_csv(unit_rows(coverage), UNIT_COLUMNS, excel=excel)
    else:
        print_verdict(coverage, reader)
        print_units(coverage, reader)


def print_verdict(coverage: Coverage, reader: Reader) -> None:
    """Print the sentence of a verdict, the clause it answers and its caveats."""
    translator, row = reader.translator, coverage.indicator
    verdict = f"{SHAPES[coverage.status]} {translator.status(coverage.status)}"
    say(f"{translator.label(row.label)}  {verdict}", style="bold")
    say(f"{row.clause}：{row.quote}" if row.clause else row.quote)
    for head, text in (
        (msgid("Value"), value_text(coverage, translator)),
        (msgid("Promise"), target_text(coverage, translator)),
        (msgid("Needs"), needed(coverage, translator)),
        (msgid("Day"), coverage.as_of.isoformat()),
        (msgid("Method"), method(coverage.method, coverage, translator)),
    ):
        say(f"  {reader.text(head)}: {text}")
    for caveat in (meaning(coverage, translator), *map(translator.note, coverage.notes)):
        if caveat:
            say(f"  · {caveat}")


def print_units(coverage: Coverage, reader: Reader) -> None:
    """Print units behind a figure: the ranked ones first, worst at the top."""
    rows = unit_rows(coverage)
    parts = any(not is_missing(row["total_part"]) for row in rows)
    counted = msgid("Counted")
    heads = [
        reader.text(text)
        for text in (msgid("Rank"), msgid("Unit"), msgid("Code"), msgid("State"), msgid("Reach"),
                     msgid("Distance, m"))
    ]  # fmt: skip
    heads.append(reader.text(counted) if parts else people_label(coverage, reader.translator))
    ranked = underserved(rows)
    others = [row for row in rows if is_missing(row.get("rank"))]
    print_table(
        [
            (
                row["rank"], full_name(row), row["unit_id"],
                reader.text(STATE_WORDS.get(row["state"], row["state"])),
                _reach(row, reader), _metres(row),
                _share(row) if parts else rounded(row["children"], 0),
                None if row["state"] == "covered"
                else reader.text(REASONS.get(row["reason"], row["reason"])),
                ";".join(row["facility_ids"]) or None,
            )
            for row in [*ranked, *others]
        ],
        [*heads, reader.text(msgid("Why")), reader.text(msgid("Facilities"))],
        numbers=(0, 5, 6),
        narrow={7: 30},
    )  # fmt: skip


def _share(row: Mapping[str, Any]) -> str:
    """Return a unit's own numerator and denominator."""
    return f"{rounded(row['covered_part'], 0)} / {rounded(row['total_part'], 0)}"


def full_name(row: Mapping[str, Any]) -> str:
    """Return a unit's name after that of the unit above: many regiments have a first company."""
    if is_missing(row["parent_name"]):
        return str(row["name"])
    return f"{row['parent_name']} {row['name']}"


def _reach(row: Mapping[str, Any], reader: Reader) -> str | None:
    state = row.get("reach_state")
    if is_missing(state):
        return None
    return reader.text(REACH_WORDS.get(str(state), str(state)))


def _metres(row: Mapping[str, Any]) -> str:
    return rounded(row.get("network_m"), 0)


def print_access(
    rows: Sequence[Mapping[str, Any]], facility_type: FacilityType, reader: Reader
) -> None:
    """Print the walk of every unit and, where rows have it, the drive."""
    heads: tuple[str, ...] = (
        msgid("Unit"), msgid("Code"), msgid("Children"), msgid("Nearest"), msgid("Straight, m"),
        msgid("Distance, m"), msgid("Minutes"), msgid("Detour"), msgid("Reach"), msgid("Method"),
    )  # fmt: skip
    by_road = bool(rows) and "walk_or_drive" in rows[0]
    if by_road:
        heads = (*heads, msgid("By road"), msgid("On foot or by road"))
    print_table(
        [
            (
                row["name"], row["unit_id"], rounded(row["children"], 0), row["facility_id"],
                rounded(row["straight_m"], 0), rounded(row["network_m"], 0),
                rounded(row["minutes"]),
                rounded(row["detour_ratio"], 2), _word(REACH_WORDS, row["state"], reader),
                _word(METHOD_WORDS, row["method"], reader),
                *(
                    (
                        _word(REACH_WORDS, row["drive_state"], reader),
                        _word(REACH_WORDS, row["walk_or_drive"], reader),
                    )
                    if by_road
                    else ()
                ),
            )
            for row in rows
        ],
        [reader.text(text) for text in heads],
        title=reader.translator.label(facility_type.label),
        numbers=(2, 4, 5, 6, 7),
    )  # fmt: skip


def _word(words: Mapping[str, str], code: Any, reader: Reader) -> str | None:  # noqa: ANN401 - a cell
    return None if is_missing(code) else reader.text(words.get(str(code), str(code)))
