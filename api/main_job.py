"""The main job, told on the terminal: what came in, which targets are met, who is underserved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.commands.projects import print_history
from api.map_files import write_map
from api.printing import print_table, progress, say
from api.reader import Reader, day_of
from api.scoreboard import Scoreboard, build_scoreboard
from api.shown import is_missing, rounded
from api.verdicts import full_name, print_scoreboard, print_verdict, underserved, unit_rows
from geo_planner.notes import msgid

if TYPE_CHECKING:
    from geo_planner.catalogue import FacilityType
    from geo_planner.coverage import Coverage
    from geo_planner.project import Project

MAP_NAME = "map.html"
LONGEST_LIST = 10


@dataclass(frozen=True, slots=True)
class Walk:
    """The walks to one facility type, with the children beyond its limit (None: not counted)."""

    facility_type: FacilityType
    rows: list[dict[str, Any]]
    children_beyond: float | None
    units_beyond: int


def run_main_job(project: Project, folder: Path, reader: Reader) -> None:
    """Print the summary of a project and write its map into its folder."""
    from geo_planner import measure_all  # noqa: PLC0415 - heavy

    day = day_of(project, None)
    _print_imports(folder, reader)
    with progress(reader.text("Measuring")):
        found = measure_all(project, as_of=day, priority="A")
        walks = _walks(project, day)
    judged = [one for one in found if one.status not in ("no_data", "not_applicable")]
    if judged:
        print_scoreboard(_board(judged, found, reader), project, day, reader, with_ids=False)
    chosen = missed(found) or walked(found)
    if chosen:
        print_verdict(chosen[0], reader)
        _print_underserved(chosen[0], reader)
    worst = max(
        walks, key=lambda walk: (walk.children_beyond or 0, walk.units_beyond), default=None
    )
    _print_walks(walks, reader)
    _draw(project, folder, day, chosen, worst, reader)


def _board(judged: Sequence[Coverage], found: Sequence[Coverage], reader: Reader) -> Scoreboard:
    """Return the lines worth a person's first look, under the counts of all targets."""
    whole = build_scoreboard(found, reader.translator)
    shown = build_scoreboard(judged, reader.translator)
    return Scoreboard(shown.lines, whole.counts, whole.judged, whole.everything)


def missed(found: Sequence[Coverage]) -> list[Coverage]:
    """Return the numbered facility targets that are not met, in catalogue order."""
    return [
        one
        for one in found
        if one.indicator.quantified
        and one.indicator.rule == "has_facility"
        and one.status in ("near", "not_met", "undetermined")
    ]


def walked(found: Sequence[Coverage]) -> list[Coverage]:
    """Return the figures that were measured along streets, in catalogue order."""
    return [one for one in found if one.method == "streets" and one.n]


def _print_imports(folder: Path, reader: Reader) -> None:
    from layers.store import Store  # noqa: PLC0415 - heavy

    print_history(Store(folder).history(), reader, title=reader.text("Imports so far"))


def _print_underserved(coverage: Coverage, reader: Reader) -> None:
    rows = underserved(unit_rows(coverage))
    if not rows:
        return
    heads = (msgid("Rank"), msgid("Unit"), msgid("Children"), msgid("Distance, m"))
    print_table(
        [
            (row["rank"], full_name(row), rounded(row["children"], 0), rounded(row["network_m"], 0))
            for row in rows[:LONGEST_LIST]
        ],
        [reader.text(text) for text in heads],
        title=reader.text("Underserved units"),
        numbers=(0, 2, 3),
    )


def _walks(project: Project, day: date) -> list[Walk]:
    """Return the walks to every type the project has facilities of and a limit for."""
    from geo_planner.travel import access  # noqa: PLC0415 - heavy

    present = set(project.facilities["facility_type"])
    found = []
    for row in project.catalogue.facility_types.values():
        if row.id not in present or (row.urban_walk is None and row.regiment_walk is None):
            continue
        rows = access(project, row.id, as_of=day).reset_index().to_dict("records")
        beyond = [one for one in rows if one["state"] in ("beyond", "no_path")]
        known = [float(one["children"]) for one in beyond if not is_missing(one["children"])]
        children = sum(known) if known or not beyond else None
        found.append(Walk(row, rows, children, len(beyond)))
    return found


def _print_walks(walks: Sequence[Walk], reader: Reader) -> None:
    if not walks:
        return
    heads = (
        msgid("Facility type"), msgid("Units within reach"), msgid("Too far"), msgid("No path"),
        msgid("Children too far or without a path"),
    )  # fmt: skip
    print_table(
        [
            (
                reader.translator.label(walk.facility_type.label),
                *_tally(walk),
                rounded(walk.children_beyond, 0),
            )
            for walk in walks
        ],
        [reader.text(text) for text in heads],
        title=reader.text("On foot to the nearest"),
        numbers=(1, 2, 3, 4),
    )


def _tally(walk: Walk) -> tuple[int, int, int]:
    states = [row["state"] for row in walk.rows]
    return states.count("within"), states.count("beyond"), states.count("no_path")


def _draw(
    project: Project,
    folder: Path,
    day: date,
    chosen: Sequence[Coverage],
    worst: Walk | None,
    reader: Reader,
) -> None:
    """Write the map of the first missed target or walk (else of a facility type)."""
    from maps import draw_map  # noqa: PLC0415 - heavy

    out = folder / MAP_NAME
    with progress(reader.text("Drawing")):
        drawn = draw_map(
            project,
            indicator=chosen[0].indicator.id if chosen else None,
            as_of=day,
            facility_type=worst.facility_type.id if worst and not chosen else None,
            language=reader.language,
        )
        write_map(drawn, out, self_contained=True)
    say(reader.text("The map is in {file}: open it in any browser, no network needed.", file=out))
    say(reader.text("Targets, units and reasons: geo-planner serve {folder}", folder=folder))
