"""Priorities as the doors hand them out."""

from __future__ import annotations

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
    from geo_planner.priorities import Priorities
    from geo_planner.project import Project
    from maps.text import Translator

PRIORITY_COLUMNS = (
    "unit_id", "rank", "name", "kind", "parent_id", "state", "children", "score", "score_upper",
    "missing", "unknown", "distance_m", "cost_low", "cost_high", "priority", "priority_upper",
)  # fmt: skip
MORE_COLUMNS = ("rank_best", "rank_worst", "top_share", "stable")
STATE_WORDS = {
    "ranked": msgid("ranked"),
    "unranked": msgid("not ranked: something is unknown"),
    "nothing_missing": msgid("nothing is known to be missing: to be checked or recognised"),
    "recognised": msgid("recognised already"),
}


def priorities_json(found: Priorities, project: Project, translator: Translator) -> dict[str, Any]:
    """Return priorities as one object; scores and shares as numbers between 0 and 1."""
    return found.as_json() | {
        "simulated": project.simulated,
        "notes": told(found.notes, translator),
    }


def print_priorities(
    found: Priorities, project: Project, reader: Reader, *, form: str, excel: bool = False
) -> None:
    """Print units in the order in which they are worth completing."""
    if form == "json":
        print_json(priorities_json(found, project, reader.translator))
        return
    label = reader.translator.label
    rows = found.units.reset_index().to_dict("records")
    above = regions_of(project, found.units.index)
    for row in rows:
        for name in ("missing", "unknown"):
            row[name] = [label(one) for one in row[name]]
    parts = [f"part_{one.criterion.measure}" for one in found.criteria]
    if form == "csv":
        print_csv(rows, (*PRIORITY_COLUMNS, *parts, *MORE_COLUMNS), excel=excel)
        return
    if project.simulated:
        say(reader.text(MADE_UP))
    for row in rows:
        row["name"] = " ".join([*filter(None, [above.get(row["unit_id"])]), str(row["name"])])
    total = len(found.scores.bundle.items)
    between = "、" if reader.language == "zh-CN" else ", "
    shown = [row for row in rows if row["state"] == "ranked"][: found.top]
    heads = (
        msgid("Rank"), msgid("Unit"), msgid("Code"), label(count_label(found.scores.counted)),
        msgid("Score"), msgid("Missing"), msgid("Unknown"), msgid("Cost, yuan"),
    )  # fmt: skip
    print_table(
        [
            (
                row["rank"], row["name"], row["unit_id"], rounded(row["children"], 0),
                _score(row, total), between.join(row["missing"]) or None,
                between.join(row["unknown"]) or None, _money(row),
            )
            for row in shown
        ],
        [reader.text(text) for text in heads],
        title=label(found.scores.bundle.label),
        numbers=(0, 3, 4, 7),
        narrow={5: 56, 6: 24},
    )  # fmt: skip
    _print_parts(found, shown, reader)
    _print_weights(found, reader)
    for state in ("unranked", "nothing_missing", "recognised"):
        names = [str(row["name"]) for row in rows if row["state"] == state]
        if names:
            said = between.join(names[:20]) + (" …" if len(names) > 20 else "")
            say(f"{reader.text(STATE_WORDS[state])} ({len(names)}): {said}")
    say(f"  {reader.text(msgid('Method'))}: {reader.text(METHOD_WORDS[found.scores.method])}")
    for note in found.notes:
        say(f"  · {reader.translator.note(note)}")


def _print_parts(found: Priorities, shown: list[dict[str, Any]], reader: Reader) -> None:
    """Print what each criterion contributes to the first units, and how firm their ranks are."""
    used = [one.criterion for one in found.criteria if one.weight]
    heads = (
        reader.text(msgid("Rank")), reader.text(msgid("Unit")),
        *(reader.translator.label(one.label) for one in used), reader.text(msgid("Priority")),
        reader.text(msgid("Ranks at ±50 %")),
        reader.text(msgid("Among the first {top}, % of weights"), top=found.top),
    )  # fmt: skip
    print_table(
        [
            (
                row["rank"], row["name"],
                *(rounded(row[f"part_{one.measure}"], 3) for one in used),
                rounded(row["priority"], 3), f"{row['rank_best']}-{row['rank_worst']}",
                rounded(100 * row["top_share"], 0),
            )
            for row in shown
        ],
        heads,
        title=reader.text(msgid("What each criterion contributes")),
        numbers=(0, *range(2, 5 + len(used))),
        narrow={2 + place: 18 for place in range(len(used))},
    )  # fmt: skip


def _print_weights(found: Priorities, reader: Reader) -> None:
    """Print each criterion, its weight, and what half more or less of it does."""
    changes = {(row["measure"], row["factor"]): row for row in found.sensitivity.to_dict("records")}
    first = min(found.top, int(found.units["state"].eq("ranked").sum()))
    rows = []
    for one in found.criteria:
        halves = [changes.get((one.criterion.measure, factor)) for factor in (0.5, 1.5)]
        kept = [None if half is None else f"{half['kept']}/{first}" for half in halves]
        rows.append(
            (reader.translator.label(one.criterion.label), rounded(one.weight, 3), *_ends(one.least,
             one.greatest, prefer=one.criterion.prefer), *kept)
        )  # fmt: skip
    heads = (
        msgid("Criterion"), msgid("Share of the weights"), msgid("Counts 0 at"),
        msgid("Counts 1 at"),
        msgid("First kept at half the weight"), msgid("First kept at half more"),
    )  # fmt: skip
    print_table(rows, [reader.text(text) for text in heads], numbers=(1, 2, 3, 4, 5))


def _ends(least: float | None, greatest: float | None, *, prefer: str) -> tuple[str, str]:
    ends = (rounded(least, 0), rounded(greatest, 0))
    return ends if prefer == "more" else (ends[1], ends[0])


def _score(row: dict[str, Any], total: int) -> str:
    """Return a score as items of all, with both bounds where they differ."""
    low, high = int(row["score"] * total), int(row["score_upper"] * total)
    return f"{low}/{total}" if low == high else f"{low}-{high}/{total}"


def _money(row: dict[str, Any]) -> str | None:
    low, high = row["cost_low"], row["cost_high"]
    if is_missing(low):
        return None
    if low == high:
        return rounded(low, 0)
    return f"{rounded(low, 0)}-{rounded(None if is_missing(high) else high, 0)}"
