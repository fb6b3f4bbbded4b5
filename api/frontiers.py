"""Frontiers of coverage and prices of equity: data for programs, tables for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.printing import print_csv, print_json, print_table, say
from api.shown import plain
from api.verdicts import note_texts
from api.words import MADE_UP
from geo_planner.notes import msgid
from maps.text.values import NOTHING, rounded
from maps.text.words import METHOD_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from api.reader import Reader
    from geo_planner.siting.equity import EquityPrice
    from geo_planner.siting.frontier import Frontier
    from geo_planner.siting.question import Question
    from maps.text import Translator

FRONTIER_COLUMNS = (
    "sites", "covered", "percent", "bound", "gap", "status", "units", "children", "chosen",
    "nested", "nested_percent", "nested_units", "nested_children", "added", "added_name",
    "newly_covered",
)  # fmt: skip
EQUITY_COLUMNS = (
    "floor", "highest", "status", "covered", "bound", "gap", "units", "children", "worst",
    "worst_regiment", "gini", "palma", "lost", "lost_per_point", "chosen",
)  # fmt: skip

COUNTED = {"children": msgid("Children"), "units": msgid("Units")}
COVERED = {"children": msgid("Children covered"), "units": msgid("Units covered")}
PROVEN = {
    "optimal": msgid("proven"),
    "feasible": msgid("not proven"),
    "infeasible": msgid("not possible"),
    "unknown": msgid("not known"),
}
"""Status of a choice of sites -> its word in a table."""


def asked_of(question: Question) -> dict[str, Any]:
    """Return what every answer about sites begins with."""
    return {
        "facility_type": question.kind.id,
        "mode": question.travel.id,
        "method": question.asked.method,
        "children_counted": question.asked.counted,
        "units_asked": len(question.rows),
        "simulated": question.project.simulated,
    }


def sites_json(question: Question, ids: Iterable[str]) -> list[dict[str, Any]]:
    """Return candidates by id with their names and positions in EPSG:4326."""
    table = question.candidates.table.loc[list(dict.fromkeys(ids))]
    points = table.geometry.to_crs(4326)
    return [
        {
            "candidate_id": str(key),
            "name": plain(row["name"]),
            "unit_id": plain(row["unit_id"]),
            "x": round(float(point.x), 7),
            "y": round(float(point.y), 7),
        }
        for (key, row), point in zip(table.iterrows(), points, strict=True)
    ]


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a table's rows with their key as plain values."""
    rows = table if table.index.name is None else table.reset_index()
    return [plain(row) for row in rows.to_dict("records")]


def frontier_rows(found: Frontier) -> list[dict[str, Any]]:
    """Return one row a number of sites, with shares of the whole."""
    rows = records(found.table)
    for row in rows:
        for name, share in (("covered", "percent"), ("nested", "nested_percent")):
            row[share] = 100 * row[name] / found.whole if found.whole else None
    return rows


def frontier_json(found: Frontier, translator: Translator) -> dict[str, Any]:
    """Return a frontier for programs."""
    ids = [*found.order, *(one for row in found.table["chosen"] for one in row)]
    return {
        **asked_of(found.question),
        "as_of": found.day.isoformat(),
        "weight": found.weight,
        "whole": plain(found.whole),
        "unknown": plain(found.unknown),
        "knee": found.knee,
        "order": list(found.order),
        "targets": records(found.targets),
        "numbers": frontier_rows(found),
        "sites": sites_json(found.question, ids),
        "notes": note_texts(found.notes, translator),
    }


def print_frontier(found: Frontier, reader: Reader, *, form: str, excel: bool) -> None:
    """Print a frontier in the form asked for."""
    if form == "json":
        print_json(frontier_json(found, reader.translator))
        return
    rows = frontier_rows(found)
    if form == "csv":
        print_csv(rows, FRONTIER_COLUMNS, excel=excel)
        return
    head(
        reader,
        found.question,
        reader.text("{type}: what each number of new sites brings", type=found.question.kind.label),
    )
    shown = rows[: _last_gain(rows) + 1]
    units = found.weight != "units"
    heads = (
        msgid("New sites"), COVERED[found.weight], "%", msgid("Proof"),
        *((COVERED["units"],) if units else ()),
        msgid("One after another"), "%", msgid("Next to build"),
    )  # fmt: skip
    print_table(
        [
            (
                row["sites"],
                rounded(row["covered"], 0),
                rounded(row["percent"]),
                proof(row["status"], row["gap"], reader),
                *((row["units"],) if units else ()),
                rounded(row["nested"], 0),
                rounded(row["nested_percent"]),
                row["added_name"],
            )
            for row in shown
        ],
        [reader.text(one) for one in heads],
        numbers=(0, 1, 2, 4, 5, 6) if units else (0, 1, 2, 4, 5),
    )
    if len(shown) < len(rows):
        left = rows[len(shown) - 1 :]
        proven = all(row["status"] == "optimal" for row in left)
        text = NOTHING_MORE if proven else NOTHING_FOUND
        say(reader.text(text, sites=shown[-1]["sites"], most=rows[-1]["sites"]))
    _print_targets(found, reader)
    notes(reader, found.question, found.notes)


NOTHING_MORE = msgid("More than {sites} new sites bring nothing more (looked at up to {most}).")
NOTHING_FOUND = msgid(
    "With more than {sites} new sites nothing more was found (looked at up to {most})."
)


def _last_gain(rows: list[dict[str, Any]]) -> int:
    """Return the row after which neither column of coverage rises any more."""
    told = [(row["covered"], row["nested"]) for row in rows]
    return next(place for place, one in enumerate(told) if one == told[-1])


def _print_targets(found: Frontier, reader: Reader) -> None:
    heads = (
        msgid("Share"), msgid("Sites needed"), msgid("No fewer than"), msgid("One after another"),
    )  # fmt: skip
    print_table(
        [
            (
                f"{rounded(row['percent'], 0)} %",
                *(
                    reader.text("not reached") if row[name] is None else row[name]
                    for name in ("sites", "at_least", "nested")
                ),
            )
            for row in records(found.targets)
        ],
        [reader.text(one) for one in heads],
        numbers=(1, 2, 3),
    )
    if found.knee is not None:
        text = reader.text(
            "Knee of the curve at {sites}: from there on another site brings clearly less.",
            sites=found.knee,
        )
        say(text)
    if found.unknown:
        say(
            reader.text(
                "{count} of {whole} are in units without a position: they count to the whole.",
                count=rounded(found.unknown, 0),
                whole=rounded(found.whole, 0),
            )
        )


def equity_json(found: EquityPrice, translator: Translator) -> dict[str, Any]:
    """Return the price of equity for programs."""
    ids = [one for row in found.table["chosen"] for one in row]
    return {
        **asked_of(found.question),
        "weight": found.weight,
        "sites_allowed": found.sites,
        "floors": records(found.table),
        "regiments": records(found.regiments),
        "ways": plain(found.ways),
        "sites": sites_json(found.question, ids),
        "notes": note_texts(found.notes, translator),
    }


def print_equity(found: EquityPrice, reader: Reader, *, form: str, excel: bool) -> None:
    """Print the price of equity in the form asked for."""
    if form == "json":
        print_json(equity_json(found, reader.translator))
        return
    if form == "csv":
        print_csv(records(found.table), EQUITY_COLUMNS, excel=excel)
        return
    head(
        reader,
        found.question,
        reader.text(
            "{type}, {sites} new sites: what fairness among regiments costs",
            type=found.question.kind.label,
            sites=found.sites,
        ),
    )
    heads = (
        reader.text("Floor, %"), reader.text(COVERED[found.weight]), reader.text("Proof"),
        reader.text("Fewer"), reader.text("Fewer per point"), reader.text("Worst, %"),
        reader.text("Worst regiment"), reader.text("Gini"), reader.text("Palma"),
    )  # fmt: skip
    print_table(
        [
            (
                reader.text("highest: {floor}", floor=rounded(row["floor"]))
                if row["highest"]
                else rounded(row["floor"]),
                rounded(row["covered"], 0),
                proof(row["status"], row["gap"], reader),
                rounded(row["lost"], 0),
                rounded(row["lost_per_point"]),
                rounded(row["worst"]),
                row["worst_regiment"],
                rounded(row["gini"], 3),
                rounded(row["palma"], 2),
            )
            for row in records(found.table)
        ],
        heads,
        numbers=(0, 1, 3, 4, 5, 7, 8),
    )
    shares = (
        reader.text("Regiment"), reader.text(COUNTED[found.weight]), reader.text("Today, %"),
        reader.text("Most coverage, %"), reader.text("Fairest, %"),
    )  # fmt: skip
    print_table(
        [
            (
                row["name"],
                rounded(row["weight"], 0),
                *(rounded(row[name]) for name in ("today", "free", "fairest")),
            )
            for row in records(found.regiments)
        ],
        shares,
        numbers=(1, 2, 3, 4),
    )
    ways = plain(found.ways)
    say(
        reader.text(
            "Ways to the nearest facility today: Gini {gini}, Palma {palma}; without a known way: "
            "{without} ({counted}).",
            counted=reader.text(COUNTED[found.weight]),
            gini=rounded(ways["gini"], 3),
            palma=rounded(ways["palma"], 2),
            without=rounded(ways["without"], 0),
        )
    )
    notes(reader, found.question, found.notes)


def head(reader: Reader, question: Question, title: str) -> None:
    """Print what an answer is about."""
    say(title, style="bold")
    if question.project.simulated:
        say(reader.text(MADE_UP))


def notes(reader: Reader, question: Question, found: Iterable[Any]) -> None:
    """Print how ways were measured, and caveats, a paragraph each."""
    how = reader.text(METHOD_WORDS[question.asked.method])
    say(f"{reader.text(msgid('Method'))}: {how}")
    for note in found:
        say(reader.translator.note(note))


def proof(status: str, gap: float | None, reader: Reader) -> str:
    """Return how good a choice is known to be: proven, or by how much it may be beaten."""
    if status == "feasible" and gap is not None:
        return reader.text("within {gap} %", gap=rounded(100 * gap, 2))
    return reader.text(PROVEN[status]) if status in PROVEN else NOTHING
