"""What to build in which year, as the doors ask for it and hand it out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from api.phase_schemas import PhasesAsked
from api.printing import print_csv, print_json, print_table, say
from api.sited import regions_of
from api.travelled import told
from api.words import MADE_UP
from geo_planner.notes import msgid
from geo_planner.siting.phases import Milestone, PhasedPlan, Want, plan_phases
from maps.text.values import rounded
from maps.text.words import METHOD_WORDS

if TYPE_CHECKING:
    from api.reader import Reader
    from geo_planner.project import Project
    from geo_planner.siting.watching import Watch
    from maps.text import Translator

SITE_COLUMNS = (
    "order", "year", "facility_type", "candidate_id", "name", "unit_id", "cost", "x", "y",
    "newly_covered", "newly_children", "serves_units",
)  # fmt: skip

STATUS = {
    "optimal": msgid("Proven: no order of building covers more, sooner."),
    "feasible": msgid("The best order found."),
    "infeasible": msgid(
        "Proven: not every promise can be kept. Of the orders found this one lacks least."
    ),
}


def years_of(project: Project, asked: PhasesAsked, day: date) -> list[int]:
    """Return the years of building: as asked, else of the budgets, else to the plan's end."""
    if asked.years is not None:
        return sorted(asked.years)
    stated = set(asked.budgets or {})
    if isinstance(asked.buildings, Mapping):
        stated |= set(asked.buildings)
    if stated:
        return sorted(stated)
    return list(range(day.year + 1, project.catalogue.period[1] + 1))


def find_phases(
    project: Project, asked: PhasesAsked, day: date, watch: Watch | None = None
) -> PhasedPlan:
    """Return the plan a question asks for; errors as of :func:`plan_phases`."""
    return plan_phases(
        project,
        [Want(**want.model_dump()) for want in asked.wants],
        years=years_of(project, asked, day),
        budgets=asked.budgets,
        buildings=asked.buildings,
        carry_over=asked.carry_over,
        milestones=[Milestone(**mark.model_dump()) for mark in asked.milestones],
        final=asked.final,
        worth=asked.worth,
        as_of=day,
        time_limit=asked.time_limit,
        gap=asked.gap,
        watch=watch,
    )


def phases_json(plan: PhasedPlan, day: date, translator: Translator) -> dict[str, Any]:
    """Return the plan as one object, sentences in the reader's language."""
    refusal = plan.refusal()
    return plan.as_json() | {
        "as_of": day.isoformat(),
        "simulated": plan.project.simulated,
        "refusal": None if refusal is None else translator.error(refusal),
        "notes": told(plan.notes, translator),
    }


def print_phases(
    plan: PhasedPlan, day: date, reader: Reader, *, form: str, excel: bool = False
) -> None:
    """Print what to build in which year, how the classes stand, and what nesting costs."""
    found = phases_json(plan, day, reader.translator)
    if form == "json":
        print_json(found)
        return
    if form == "csv":
        print_csv(found["sites"], SITE_COLUMNS, excel=excel)
        return
    if plan.project.simulated:
        say(reader.text(MADE_UP))
    _print_sites(plan, found, reader)
    _print_classes(found, reader)
    _print_years(found, reader)
    gap = "" if plan.status == "optimal" or not found["gap"] else _gap(plan, reader)
    say(f"  {reader.text(STATUS[plan.status])}{gap}")
    ways = [reader.text(METHOD_WORDS[one]) for one in dict.fromkeys(plan.methods)]
    say(f"  {reader.text(msgid('Method'))}: {_names(ways, reader)}")
    for note in plan.notes:
        say(f"  {reader.translator.note(note)}")


def _gap(plan: PhasedPlan, reader: Reader) -> str:
    sign = "" if reader.language == "zh-CN" else " "
    return sign + reader.text(
        msgid("At most {percent} % better is possible."), percent=rounded(100 * plan.gap, 2)
    )


def _print_sites(plan: PhasedPlan, found: Mapping[str, Any], reader: Reader) -> None:
    types = plan.project.catalogue.facility_types
    names = plan.project.units["name"]
    gained = [one for row in found["sites"] for one in row["newly_covered"]]
    above = regions_of(plan.project, gained)
    heads = (
        msgid("Order"), msgid("Year"), msgid("Facility"), msgid("Site"), msgid("Cost"),
        msgid("Newly covered"), msgid("Children"),
    )  # fmt: skip
    print_table(
        [
            (
                row["order"],
                row["year"],
                reader.translator.label(types[row["facility_type"]].label),
                _site_name(row, plan),
                rounded(row["cost"], 0),
                _names(
                    [
                        " ".join([*filter(None, [above.get(one)]), str(names.get(one, one))])
                        for one in row["newly_covered"]
                    ],
                    reader,
                ),
                rounded(row["newly_children"], 0),
            )
            for row in found["sites"]
        ],
        [reader.text(text) for text in heads],
        title=reader.text(msgid("What to build in which year")),
        numbers=(0, 1, 4, 6),
        narrow={5: 48},
    )


def _site_name(row: Mapping[str, Any], plan: PhasedPlan) -> str:
    """Return a site's name with the regiment's before it: companies of many share theirs."""
    name = str(row["name"] or row["candidate_id"])
    units = plan.project.units
    if row["unit_id"] not in units.index:
        return name
    above = units["parent_id"].get(row["unit_id"])
    return f"{units['name'].get(above)} {name}" if above in units.index else name


def _names(names: list[str], reader: Reader) -> str:
    return ("、" if reader.language == "zh-CN" else ", ").join(names)


def _print_classes(found: Mapping[str, Any], reader: Reader) -> None:
    heads = (
        msgid("Class"), msgid("Year"), msgid("Covered"), msgid("of"), msgid("Unknown"),
        msgid("Share, %"), msgid("Promised, %"), msgid("Kept"),
    )  # fmt: skip
    kept = {True: reader.text(msgid("yes")), False: "", None: None}
    rows = sorted(
        found["classes"], key=lambda row: (row["facility_type"], row["indicator"], row["year"])
    )
    first = min(row["year"] for row in rows)
    print_table(
        [
            (
                row["label"]["zh" if reader.language == "zh-CN" else "en"] or row["indicator"],
                reader.text(msgid("before building")) if row["year"] == first else row["year"],
                row["covered"],
                row["n"],
                row["unknown"],
                rounded(row["share"]),
                rounded(row["goal"]),
                reader.text(msgid("{count} short"), count=row["lacking"])
                if row["lacking"]
                else kept[row["met"]],
            )
            for row in rows
        ],
        [reader.text(text) for text in heads],
        title=reader.text(msgid("How the classes stand at each year's end")),
        numbers=(2, 3, 4, 5, 6),
    )


def _print_years(found: Mapping[str, Any], reader: Reader) -> None:
    heads = (
        msgid("Year"), msgid("Buildings"), msgid("Spent"), msgid("Left"),
        msgid("Units newly covered"), msgid("Children newly covered"),
        msgid("That year alone could have"), msgid("Fewer than alone, %"),
    )  # fmt: skip
    print_table(
        [
            (
                row["year"], row["built"], rounded(row["spent"], 0), rounded(row["left"], 0),
                row["units"], rounded(row["children"], 0), rounded(row["alone"], 0),
                rounded(row["regret_percent"]),
            )
            for row in found["years"]
        ],
        [reader.text(text) for text in heads],
        title=reader.text(msgid("Year by year, and what it costs that what is built stays")),
        numbers=tuple(range(8)),
    )  # fmt: skip
