"""A proposal of sites as the doors give it: tables for people, data for programs, files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.printing import csv_text, print_csv, print_json, print_table, say
from api.shown import plain
from api.verdicts import note_texts
from api.words import MADE_UP
from geo_planner.notes import msgid
from geo_planner.travel.pairs import count_label
from maps.text.siting import cost_words, problem_text, proof_text
from maps.text.values import is_missing, rounded
from maps.text.words import METHOD_WORDS, STATE_WORDS

if TYPE_CHECKING:
    from api.reader import Reader
    from geo_planner.errors import SitingError
    from geo_planner.project import Project
    from geo_planner.siting.proposal import Proposal
    from maps.text import Translator

SITE_COLUMNS = (
    "candidate_id", "order", "name", "unit_id", "source", "x", "y", "cost", "newly_covered",
    "newly_covered_children", "serves", "regiment", "newly_covered_names",
)  # fmt: skip
STATES = ("covered", "uncovered", "unknown")
MOST_NAMES = 8
"""Names a cell of a table for people takes; data always has all of them."""

SITES = (
    msgid("Sites to build: {objective}; no fewer than {bound}."),
    msgid("Sites to build: {objective}."),
)
AND_KEPT = (
    msgid("Sites to build, and closable facilities to keep: {objective}; no fewer than {bound}."),
    msgid("Sites to build, and closable facilities to keep: {objective}."),
)
FEWEST: Mapping[str, tuple[str, str]] = {
    "sites": AND_KEPT,
    "cost": (
        msgid("Cost, as it was compared: {objective}; no less than {bound}."),
        msgid("Cost, as it was compared: {objective}."),
    ),
    "suitability": (
        msgid("Weighted by suitability: {objective}; no less than {bound}."),
        msgid("Weighted by suitability: {objective}."),
    ),
}
"""Measure of what is to be as little as possible -> what an answer is worth, with its bound."""
WORTH: Mapping[str, tuple[str, str]] = {
    "cover-most": (
        msgid("Within the limit, by weight: {objective}; no more than {bound}."),
        msgid("Within the limit, by weight: {objective}."),
    ),
    "median": (
        msgid("Weight times metres, together: {objective}; no less than {bound}."),
        msgid("Weight times metres, together: {objective}."),
    ),
    "center": (
        msgid("Longest way: {objective} m; no shorter than {bound} m."),
        msgid("Longest way: {objective} m."),
    ),
}
"""Problem -> what its answer is worth, with the bound on it and without."""
SERVED = (
    msgid("With places for them, by weight: {objective}; no more than {bound}."),
    msgid("With places for them, by weight: {objective}."),
)


def proposal_json(found: Proposal, translator: Translator) -> dict[str, Any]:
    """Return a proposal as one object, its caveats in the reader's language."""
    notes = note_texts(found.notes, translator)
    made: dict[str, Any] = plain({**found.as_json(), "notes": notes})
    return made


def refusal_of(found: Proposal) -> SitingError | None:
    """Return why there is no answer, the unreachable units by name; None where there is one."""
    from geo_planner.siting_errors import (  # noqa: PLC0415 - kept out of --help
        InfeasibleError,
        NoRoomError,
    )

    def told(ids: Iterable[str]) -> list[str]:
        return [f"{names_of(found, [one])} ({one})" for one in ids]

    refusal = found.refusal()
    if isinstance(refusal, InfeasibleError):
        return InfeasibleError(count=refusal.count, unreachable=told(refusal.unreachable))
    if isinstance(refusal, NoRoomError):
        return NoRoomError(units=told(refusal.units))
    return refusal


def print_proposal(found: Proposal, reader: Reader, *, form: str, excel: bool = False) -> None:
    """Print a proposal; an infeasible one as data only."""
    if form == "json":
        print_json(proposal_json(found, reader.translator))
        return
    if form == "csv":
        print_csv(site_rows(found), SITE_COLUMNS, excel=excel)
        return
    if found.plan.status != "infeasible":
        _print_for_people(found, reader)


def site_rows(found: Proposal) -> list[dict[str, Any]]:
    """Return one row a site, in build order, with the columns of :data:`SITE_COLUMNS`."""
    rows: list[dict[str, Any]] = found.as_json()["sites"]
    regiments, names = _regiments(found), found.question.project.units["name"]
    for row in rows:
        row["regiment"] = regiments[row["candidate_id"]]
        row["newly_covered_names"] = [
            one if is_missing(names[one]) else str(names[one]) for one in row["newly_covered"]
        ]
    return rows


def _regiments(found: Proposal) -> dict[str, str | None]:
    """Return the name of the regiment each site is in, None where it has none."""
    question = found.question
    places = question.candidates.table.index.get_indexer(found.sites.index)
    rows = question.site_regiments[question.standing + places]
    names = question.project.units["name"].to_numpy(dtype=object)
    return {
        str(key): None if row < 0 or is_missing(names[row]) else str(names[row])
        for key, row in zip(found.sites.index, rows, strict=True)
    }


def objective_lines(found: Mapping[str, Any], translator: Translator) -> list[str]:
    """Return what is built, what it is worth, and what none can be better than.

    Parameters
    ----------
    found
        A proposal as JSON.
    """
    built, fewest = len(found["sites"]), found["problem"] not in WORTH
    counted = fewest and found["measure"] == "sites" and found["objective"] == built
    first = _worth(SITES if counted else SITES[1:], {**found, "objective": built}, translator)
    cost = cost_words(found["total_cost"], found["cost_unknown"], translator)
    gap = "" if translator.language == "zh-CN" or not cost else " "
    lines = [f"{first}{gap}{cost}"]
    if fewest and not counted:
        lines.append(_worth(FEWEST[found["measure"]], found, translator))
    if fewest:
        return lines
    if found["problem"] == "cover-most" and found["served_units"] is not None:
        text = msgid(
            "{served} Within the limit, whether or not there are places: {children} children, "
            "{units} units."
        )
        served = _worth(SERVED, found, translator)
        children, units = rounded(found["children_after"], 0), found["covered_after"]
        return [*lines, translator(text, served=served, children=children, units=units)]
    lines.append(_worth(WORTH[found["problem"]], found, translator))
    if found["mean_way"] is not None:
        text = msgid("The way on average, by the same weight: {metres} m.")
        lines.append(translator(text, metres=rounded(found["mean_way"], 0)))
    return lines


def _worth(texts: Sequence[str], found: Mapping[str, Any], translator: Translator) -> str:
    """Return a sentence with the bound, or the last one where there is none."""
    text = texts[0] if found["bound"] is not None else texts[-1]
    values = {name: found[name] for name in ("objective", "bound")}
    return translator(
        text,
        **{
            name: rounded(value, 0 if value is None or float(value).is_integer() else 1)
            for name, value in values.items()
        },
    )


def regions_of(project: Project, ids: Iterable[str | None]) -> dict[str, str]:
    """Return the name of what is above each unit that has one: many companies share a name."""
    units = project.units
    known = [one for one in dict.fromkeys(ids) if one is not None and one in units.index]
    above = units["parent_id"].reindex(known)
    names = units["name"].reindex(above.dropna().unique())
    return {
        str(one): str(names[parent])
        for one, parent in above.items()
        if parent in names.index and not is_missing(names[parent])
    }


def names_of(found: Proposal, ids: Sequence[str], *, most: int | None = MOST_NAMES) -> str:
    """Return units by name after that of what is above them, the code where a unit has none.

    Beyond ``most`` units, their number.
    """
    names = found.question.project.units["name"]
    above = regions_of(found.question.project, ids[:most])
    told = [
        " ".join([*filter(None, [above.get(one)]), one if is_missing(names[one]) else names[one]])
        for one in ids[:most]
    ]
    more = len(ids) - len(told)
    return ", ".join(told) + (f" … +{more}" if more else "")


def _print_for_people(found: Proposal, reader: Reader) -> None:
    translator, question = reader.translator, found.question
    say(
        f"{translator.label(question.kind.label)} · {problem_text(found.problem, translator)}",
        style="bold",
    )
    if question.project.simulated:
        say(reader.text(MADE_UP))
    say(proof_text(found.plan, translator))
    for line in objective_lines(found.as_json(), translator):
        say(line)
    _print_sites(found, reader)
    _print_states(found, reader)
    if found.classes is not None:
        _print_classes(found, reader)
    if found.closed:
        closed = [_facility(found, one) for one in found.closed]
        say(reader.text(msgid("No longer needed: {names}"), names=", ".join(closed)))
    if found.unreachable:
        names = names_of(found, found.unreachable, most=None)
        say(reader.text(msgid("No site reaches: {names}"), names=names))
    if found.no_room:
        names = names_of(found, found.no_room, most=None)
        say(reader.text(msgid("No site within reach has places enough for: {names}"), names=names))
    how = reader.text(METHOD_WORDS[question.asked.method])
    say(f"  {reader.text(msgid('Method'))}: {how}")
    for note in found.notes:
        say(f"  · {translator.note(note)}")


def _print_sites(found: Proposal, reader: Reader) -> None:
    if not len(found.sites):
        say(reader.text(msgid("Nothing need be built.")))
        return
    counted = reader.translator.label(count_label(found.question.asked.counted))
    heads = (
        msgid("Order"), msgid("Site"), msgid("Code"), msgid("Longitude"), msgid("Latitude"),
        msgid("Cost"), msgid("Newly covered"), counted, msgid("Units it serves"),
    )  # fmt: skip
    regions = regions_of(found.question.project, (row["unit_id"] for row in site_rows(found)))
    rows = [
        (
            row["order"], _named(row, regions), row["candidate_id"],
            f"{row['x']:.5f}", f"{row['y']:.5f}",
            rounded(row["cost"], 1) if row["cost"] is not None else None,
            names_of(found, row["newly_covered"]), rounded(row["newly_covered_children"], 0),
            row["serves"],
        )
        for row in site_rows(found)
    ]  # fmt: skip
    print_table(
        rows, [reader.text(text) for text in heads], numbers=(0, 3, 4, 5, 7, 8), narrow={6: 60}
    )


def _named(row: Mapping[str, Any], regions: Mapping[str, str]) -> str | None:
    """Return a site's name with what it is in before it."""
    told = [regions.get(str(row["unit_id"])), row["name"]]
    return " ".join(one for one in told if one) or None


def _print_states(found: Proposal, reader: Reader) -> None:
    counted = reader.translator.label(count_label(found.question.asked.counted))
    today, then = reader.text(msgid("today")), reader.text(msgid("then"))
    units = reader.text(msgid("Units"))
    rows = [
        (
            reader.text(STATE_WORDS[state]),
            found.count("before", state), found.count("after", state),
            rounded(found.children_of("before", state), 0),
            rounded(found.children_of("after", state), 0),
        )
        for state in STATES
    ]  # fmt: skip
    print_table(
        rows,
        ["", f"{units}, {today}", f"{units}, {then}", f"{counted}, {today}", f"{counted}, {then}"],
        numbers=(1, 2, 3, 4),
    )


def _print_classes(found: Proposal, reader: Reader) -> None:
    heads = (
        msgid("Target"), msgid("Promised, %"), msgid("Units"), msgid("covered today"),
        msgid("unknown today"), msgid("still needed"), msgid("covered then"), msgid("Met"),
    )  # fmt: skip
    print_table(
        [_class_cells(row, reader) for row in class_rows(found)],
        [reader.text(text) for text in heads],
        numbers=(1, 2, 3, 4, 5, 6),
    )


def class_rows(found: Proposal) -> list[dict[str, Any]]:
    """Return one row a class of targets, none for other problems."""
    if found.classes is None:
        return []
    rows: list[dict[str, Any]] = found.classes.reset_index().to_dict("records")
    return rows


def needed_words(row: Mapping[str, Any]) -> str:
    """Return how many units are still to be covered, from the fewest to the most."""
    least, most = int(row["needed_min"]), int(row["needed_max"])
    return str(least) if least == most else f"{least}-{most}"


def _class_cells(row: Mapping[str, Any], reader: Reader) -> tuple[Any, ...]:
    met = reader.text(msgid("yes")) if row["met"] else reader.text(msgid("no"))
    return (
        reader.translator.label(row["label"]), rounded(row["target"], 1), row["n"],
        row["covered_before"], row["unknown_before"], needed_words(row), row["covered_after"], met,
    )  # fmt: skip


def _facility(found: Proposal, facility_id: str) -> str:
    name = found.question.project.facilities["name"][facility_id]
    return facility_id if is_missing(name) else f"{name} ({facility_id})"


def write_sites(found: Proposal, out: Path, *, day: date, excel: bool = False) -> None:
    """Write the proposed sites to a GeoJSON (in degrees), a GeoPackage or a CSV file.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    from api.travelled import write_areas  # noqa: PLC0415 - kept out of --help

    if out.suffix.lower() == ".csv":
        out.parent.mkdir(parents=True, exist_ok=True)
        half = out.with_name(f".{out.name}.part")
        half.write_text(csv_text(site_rows(found), SITE_COLUMNS, excel=excel), encoding="utf-8")
        half.replace(out)
        return
    sites = found.sites.reset_index().rename(columns={"newly_children": "newly_covered_children"})
    sites["newly_covered"] = [";".join(one) for one in sites["newly_covered"]]
    sites["facility_type"] = found.question.kind.id
    told = site_rows(found)
    sites["regiment"] = [row["regiment"] for row in told]
    sites["newly_covered_names"] = [";".join(row["newly_covered_names"]) for row in told]
    write_areas(sites, out, layer="sites", project=found.question.project, day=day)
