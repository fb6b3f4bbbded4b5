"""The main job, told on the terminal: what came in, which targets are met, who is underserved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from api.commands.projects import print_history
from api.map_files import write_map
from api.printing import print_table, progress, say
from api.reader import Reader, day_of
from api.scoreboard import Scoreboard, build_scoreboard
from api.verdicts import full_name, print_scoreboard, print_verdict, underserved, unit_rows
from geo_planner.counts import COUNT_LABELS
from geo_planner.notes import msgid
from maps.text.values import is_missing, rounded

if TYPE_CHECKING:
    import pandas as pd

    from geo_planner.coverage import Coverage
    from geo_planner.project import Project

MAP_NAME = "map.html"
LONGEST_LIST = 10


def run_main_job(project: Project, folder: Path, reader: Reader) -> None:
    """Print the summary of a project and write its map into its folder."""
    from geo_planner import measure_all  # noqa: PLC0415 - heavy

    day = day_of(project, None)
    _print_imports(folder, reader)
    with progress(reader.text("Measuring")):
        found = measure_all(project, as_of=day, priority="A")
        ways = _ways(project, day)
    judged = [one for one in found if one.status not in ("no_data", "not_applicable")]
    if judged:
        print_scoreboard(_board(judged, found, reader), project, day, reader, with_ids=False)
    chosen = missed(found) or walked(found)
    if chosen:
        print_verdict(chosen[0], reader)
        _print_underserved(chosen[0], reader)
    _print_ways(ways, project, reader)
    _draw(project, folder, day, chosen, _worst(ways), reader)


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
    heads = (msgid("Rank"), msgid("Unit"), msgid("Not reached"), msgid("Distance, m"))
    print_table(
        [
            (row["rank"], full_name(row), rounded(row["lacking"], 0), rounded(row["network_m"], 0))
            for row in rows[:LONGEST_LIST]
        ],
        [reader.text(text) for text in heads],
        title=reader.text("Underserved units"),
        numbers=(0, 2, 3),
    )


def _ways(project: Project, day: date) -> pd.DataFrame:
    """Return the ways to every type the project has facilities of and the catalogue a limit for."""
    from geo_planner.travel.summary import summarise_access  # noqa: PLC0415 - heavy

    present = set(project.facilities["facility_type"])
    types = [name for name in project.catalogue.facility_types if name in present]
    return summarise_access(project, types, as_of=day)


def _print_ways(ways: pd.DataFrame, project: Project, reader: Reader) -> None:
    if ways.empty:
        return
    label = reader.translator.label
    heads = [
        msgid("Facility type"), msgid("Mode"), msgid("Units within reach"), msgid("Too far"),
        msgid("No path"), msgid("Who is counted"), msgid("Share within"), msgid("Not within"),
    ]  # fmt: skip
    lines = []
    for name, way in ways.iterrows():
        outside = rounded(way["weight"] - way["weight_within"], 0)
        lines.append(
            (
                label(project.catalogue.facility_type(str(name)).label),
                label(project.catalogue.travel_mode(way["mode"]).label),
                way["within"],
                way["beyond"],
                way["no_path"],
                label(COUNT_LABELS[way["weight_of"]]),
                "—" if is_missing(way["share"]) else f"{way['share']:.1f} %",
                f"≥ {outside}" if way["weight_missing"] else outside,
            )
        )
    print_table(
        lines,
        [reader.text(text) for text in heads],
        title=reader.text("The way to the nearest"),
        numbers=(2, 3, 4, 6, 7),
    )


def _worst(ways: pd.DataFrame) -> str | None:
    """Return the type most people are not within reach of."""
    outside = (ways["weight"] - ways["weight_within"]).fillna(0)
    return None if outside.empty else str(outside.astype(float).idxmax())


def _draw(
    project: Project,
    folder: Path,
    day: date,
    chosen: Sequence[Coverage],
    worst: str | None,
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
            facility_type=None if chosen else worst,
            language=reader.language,
        )
        write_map(drawn, out, self_contained=True)
    say(reader.text("The map is in {file}: open it in any browser, no network needed.", file=out))
    say(reader.text("Targets, units and reasons: geo-planner serve {folder}", folder=folder))
