"""The plan in a year as the doors give it: data for programs, a table, a figure's bytes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from api.shown import plain
from geo_planner.notes import msgid

if TYPE_CHECKING:
    from api.project_shelf import OpenProject
    from api.reader import Reader
    from geo_planner.monitoring import Monitoring, PartFigure
    from maps.figures.canvas import Form
    from maps.text import Translator

COLUMNS = (
    "indicator", "label", "domain", "clause", "status", "lower", "upper", "measure", "target",
    "comparison", "target_year", "n", "covered", "unknown", "change", "turn", "attainment",
    "projected_year", "projected_earliest", "projected_latest", "needed_a_year",
    "achieved_a_year", "warnings",
)  # fmt: skip
"""Columns of the table for programs."""

HEADS = (
    msgid("Status"),
    msgid("Indicator"),
    msgid("Value"),
    msgid("Target"),
    msgid("Against last year"),
    msgid("Attained"),
    msgid("Projected year (band)"),
    msgid("Pace needed"),
    msgid("Early warnings"),
)

MEDIA_TYPES = {"png": "image/png", "svg": "image/svg+xml", "pdf": "application/pdf"}

Parts = Mapping[str, "tuple[PartFigure, ...]"]


def parts_of(opened: OpenProject, monitoring: Monitoring) -> Parts:
    """Return the figures of regiments and districts, worked out once for an open project."""
    from geo_planner.monitoring import by_part  # noqa: PLC0415 - kept out of --help

    return opened.remember(("parts", monitoring.year), lambda: by_part(monitoring))


def monitoring_json(monitoring: Monitoring, parts: Parts, translator: Translator) -> dict[str, Any]:
    """Return the plan in a year with parts and groups; sentences are in the reader's language."""
    from geo_planner.monitoring import by_group  # noqa: PLC0415 - kept out of --help

    made = monitoring.as_json()
    for row, one in zip(made["indicators"], monitoring.standings, strict=True):
        row["label"] = translator.label(one.indicator.label)
        row["target_year"] = one.indicator.target_year
        notes = (*one.coverage.notes, *one.notes)
        for entry, note in zip(row["notes"], notes, strict=True):
            entry["text"] = translator.note(note)
        for entry, warning in zip(row["warnings"], one.warnings, strict=True):
            entry["because"]["text"] = translator.note(warning.because)
    told: dict[str, Any] = plain(
        {
            **made,
            "parts": {name: [one.as_json() for one in found] for name, found in parts.items()},
            "groups": {
                one.indicator.id: [group.as_json() for group in found]
                for one in monitoring.standings
                if (found := by_group(monitoring.project, one.indicator.id, monitoring.year))
            },
            "simulated": monitoring.project.simulated,
        }
    )
    return told


def flat_rows(monitoring: Monitoring, translator: Translator) -> list[dict[str, Any]]:
    """Return one row an indicator with exact values, for a table for programs."""
    rows = []
    for one in monitoring.standings:
        made, line = one.as_json(), one.projection
        rows.append(
            {
                **made,
                "label": translator.label(one.indicator.label),
                "target_year": one.indicator.target_year,
                "attainment": made["attainment"]["lower"],
                "projected_year": None if line is None else line.year,
                "projected_earliest": None if line is None else line.earliest,
                "projected_latest": None if line is None else line.latest,
                "needed_a_year": made["projection"] and made["projection"]["needed_a_year"],
                "achieved_a_year": made["projection"] and made["projection"]["achieved_a_year"],
                "warnings": len(one.warnings),
            }
        )
    return rows


def print_scorecard(monitoring: Monitoring, reader: Reader) -> None:
    """Print the scorecard for people: a table a domain, then counts and both shares."""
    from api.printing import print_table, say  # noqa: PLC0415 - kept out of --help
    from api.words import MADE_UP  # noqa: PLC0415
    from maps.scorecard import rows_of  # noqa: PLC0415
    from maps.text.values import share_text  # noqa: PLC0415
    from maps.text.words import SHAPES  # noqa: PLC0415

    if monitoring.project.simulated:
        say(reader.text(MADE_UP), style="bold")
    for group in rows_of(monitoring, reader.translator):
        lines = [
            (
                f"{row.mark} {row.word}",
                row.label,
                row.value,
                row.target,
                " ".join(part for part in (row.turn, row.change) if part) or None,
                row.attained,
                row.projected,
                row.pace or None,
                str(len(row.warnings)) if row.warnings else "",
            )
            for row in group.told
        ]
        if lines:
            print_table(lines, [reader.text(head) for head in HEADS], title=group.heading)
        if group.silent:
            words = msgid("{domain}: nothing known of {count} indicators")
            say(reader.text(words, domain=group.heading, count=len(group.silent)))
    counts = [
        f"{SHAPES[status]} {reader.translator.status(status)} {count}"
        for status in SHAPES
        if (count := dict(monitoring.counts).get(status))
    ]
    line = "   ".join(counts)
    say(line)
    (met, judged), (_, every) = monitoring.reached
    for whole, words in (
        (judged, msgid("met among the targets that can be judged: {met} of {total}")),
        (every, msgid("met among all targets, those without data included: {met} of {total}")),
    ):
        say(f"{share_text(met, whole)}  {reader.text(words, met=met, total=whole)}")


def figure_bytes(
    name: str,
    form: Form,
    monitoring: Monitoring,
    parts: Parts,
    translator: Translator,
    indicator: str | None,
) -> bytes:
    """Return a figure as a file's bytes; as :func:`maps.figures.draw` refuses what it cannot."""
    from maps.figures import Asked, draw  # noqa: PLC0415 - kept out of --help
    from maps.figures.canvas import save  # noqa: PLC0415

    return save(draw(name, Asked(monitoring, parts, translator, indicator)), form)
