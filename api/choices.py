"""Alternatives, and what the limit changes: data for programs, tables for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.frontiers import asked_of, head, notes, proof, records, sites_json
from api.printing import print_csv, print_json, print_table, say
from api.shown import plain
from api.verdicts import note_texts
from geo_planner.notes import msgid
from maps.text.values import rounded

if TYPE_CHECKING:
    from api.reader import Reader
    from geo_planner.siting.alternatives import Alternatives
    from geo_planner.siting.sensitivity import LimitSensitivity
    from maps.text import Translator

PLAN_COLUMNS = (
    "plan", "objective", "worse", "units", "children", "sites", "differs", "apart", "instead",
    "leaves_out", "chosen",
)  # fmt: skip
LIMIT_COLUMNS = (
    "percent", "limit_least", "limit_most", "status", "objective", "bound", "gap", "units_today",
    "units", "children", "sites", "kept", "own_units", "own_children", "own_objective", "chosen",
)  # fmt: skip

EQUALLY_GOOD = msgid("Choices of the same objective are equally good: other reasons may decide.")
ROLES = {
    "needed": msgid("needed"),
    "exchangeable": msgid("exchangeable"),
    "unknown": msgid("not known"),
}
"""Role of a site among good choices -> its word."""


def alternatives_json(found: Alternatives, translator: Translator) -> dict[str, Any]:
    """Return alternatives for programs."""
    return {
        **asked_of(found.question),
        "problem": found.problem,
        "weight": found.weight,
        "within": found.within,
        "bound": plain(found.bound),
        "plans": records(found.plans),
        "needed": list(found.needed),
        "in_all": list(found.in_all),
        "roles": records(found.sites),
        "sites": sites_json(found.question, found.sites.index),
        "notes": note_texts(found.notes, translator),
    }


def print_alternatives(found: Alternatives, reader: Reader, *, form: str, excel: bool) -> None:
    """Print alternatives in the form asked for."""
    if form == "json":
        print_json(alternatives_json(found, reader.translator))
        return
    if form == "csv":
        print_csv(records(found.plans), PLAN_COLUMNS, excel=excel)
        return
    kind = found.question.kind.label
    head(reader, found.question, reader.text("{type}: choices nearly as good", type=kind))
    between = "、" if reader.language == "zh-CN" else ", "
    heads = (
        msgid("Choice"), msgid("Objective"), msgid("Worse, %"), msgid("Sites"), msgid("Units"),
        msgid("Children"), msgid("Instead"), msgid("Leaves out"),
    )  # fmt: skip
    print_table(
        [
            (
                row["plan"],
                rounded(row["objective"], 0),
                rounded(row["worse"], 2),
                row["sites"],
                row["units"],
                rounded(row["children"], 0),
                between.join(row["instead"]),
                between.join(row["leaves_out"]),
            )
            for row in records(found.plans)
        ],
        [reader.text(one) for one in heads],
        numbers=(0, 1, 2, 3, 4, 5),
    )
    best, values = found.plans["names"].iloc[0], list(found.plans["objective"])
    say(reader.text("Choice 1 builds: {names}", names=between.join(best)))
    if len(set(values)) < len(values):
        text = (
            "Choices of the same objective are equally good; which is taken is for others to say."
        )
        say(reader.text(text))
    columns = (
        msgid("Site"), msgid("Code"), msgid("In choices"), msgid("Best without it"), msgid("Role"),
    )  # fmt: skip
    print_table(
        [
            (
                row["name"],
                row["candidate_id"],
                ", ".join(str(one) for one in row["in_plans"]),
                rounded(row["without"], 0),
                _role(row, reader),
            )
            for row in records(found.sites)
        ],
        [reader.text(one) for one in columns],
        numbers=(3,),
    )
    notes(reader, found.question, found.notes)


def _role(row: dict[str, Any], reader: Reader) -> str:
    word = ROLES[row["role"]]
    return reader.text(word)


def limits_json(found: LimitSensitivity, translator: Translator) -> dict[str, Any]:
    """Return what the limit changes for programs."""
    parts = list(found.table.index)
    return {
        **asked_of(found.question),
        "problem": found.problem,
        "weight": found.weight,
        "limits": records(found.table),
        "chosen_at": [
            {
                "candidate_id": str(key),
                "name": row["name"],
                "times": int(row["times"]),
                "percents": [part for part in parts if row[part]],
            }
            for key, row in found.sites.iterrows()
        ],
        "units": [
            {
                "unit_id": str(key),
                "name": plain(row["name"]),
                "children": plain(row["children"]),
                "percents": [part for part in parts if row[part]],
            }
            for key, row in found.units.iterrows()
        ],
        "sites": sites_json(found.question, found.sites.index),
        "notes": note_texts(found.notes, translator),
    }


def print_limits(found: LimitSensitivity, reader: Reader, *, form: str, excel: bool) -> None:
    """Print what the limit changes in the form asked for."""
    if form == "json":
        print_json(limits_json(found, reader.translator))
        return
    if form == "csv":
        print_csv(records(found.table), LIMIT_COLUMNS, excel=excel)
        return
    kind = found.question.kind.label
    head(reader, found.question, reader.text("{type}: what the limit changes", type=kind))
    heads = (
        msgid("Limit, %"), msgid("Metres"), msgid("Units today"), msgid("Sites"), msgid("Units"),
        msgid("Children"), msgid("Proof"), msgid("Sites kept"), msgid("With the sites of 100 %"),
    )  # fmt: skip
    print_table(
        [
            (
                rounded(row["percent"], 0),
                _span(row["limit_least"], row["limit_most"]),
                row["units_today"],
                row["sites"],
                row["units"],
                rounded(row["children"], 0),
                proof(row["status"], row["gap"], reader),
                row["kept"],
                row["own_units"],
            )
            for row in records(found.table)
        ],
        [reader.text(one) for one in heads],
        numbers=(0, 2, 3, 4, 5, 7, 8),
    )
    always = [
        str(row["name"]) for _, row in found.sites.iterrows() if row["times"] == len(found.table)
    ]
    between = "、" if reader.language == "zh-CN" else ", "
    say(
        reader.text(
            "Chosen at every limit: {count} of {all}. {names}",
            count=len(always),
            all=len(found.sites),
            names=between.join(always),
        )
    )
    if len(found.units):
        text = reader.text(
            "Units that only some limits cover: {count}. {names}",
            count=len(found.units),
            names=between.join(str(one) for one in found.units["name"]),
        )
        say(text)
    notes(reader, found.question, found.notes)


def _span(least: float, most: float) -> str:
    if least == most:
        return rounded(least, 0)
    return f"{rounded(least, 0)}-{rounded(most, 0)}"
