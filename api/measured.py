"""Ranked measures: data for programs, tables for people."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from pyproj import CRS
from shapely.geometry import mapping

from api.frontiers import asked_of, head, notes
from api.printing import print_csv, print_json, print_table, say
from api.shown import plain
from api.verdicts import note_texts
from geo_planner.crs import transformer
from geo_planner.notes import msgid
from maps.text.values import rounded

if TYPE_CHECKING:
    import pandas as pd

    from api.reader import Reader
    from geo_planner.siting.measures import Measures
    from maps.text import Translator

MEASURE_COLUMNS = (
    "measure", "kind", "name", "step", "unit_ids", "units", "children", "uncounted", "cost",
    "per_cost", "metres", "x", "y",
)  # fmt: skip

KINDS = {
    "site": msgid("facility"),
    "link": msgid("link"),
    "service": msgid("mobile service"),
}
"""Kind of a measure -> its word."""


def measure_rows(
    table: pd.DataFrame, translator: Translator, *, keep: str = "measure"
) -> list[dict[str, Any]]:
    """Return measures as plain rows, named in the reader's language."""
    rows = []
    for key, row in table.iterrows():
        values = {name: value for name, value in row.items() if name != "geometry"}
        told = plain({**values, "name": translator.note(row["name"])})
        rows.append({keep: plain(key), **told})
    return rows


def ranking_rows(found: Measures, translator: Translator) -> list[dict[str, Any]]:
    """Return the ranking with positions in EPSG:4326: of a link its middle, and its line."""
    table = found.ranking
    to_degrees = transformer(found.question.project.crs, CRS.from_epsg(4326))
    turned = shapely.transform(
        table.geometry.to_numpy(),
        lambda at: np.round(np.column_stack(to_degrees.transform(*at.T)), 7),
    )
    middle = shapely.centroid(turned)
    rows = measure_rows(table, translator)
    for row, shape, point in zip(rows, turned, middle, strict=True):
        row["x"], row["y"] = round(float(point.x), 7), round(float(point.y), 7)
        row["geometry"] = dict(mapping(shape))
    return rows


def measures_json(found: Measures, translator: Translator) -> dict[str, Any]:
    """Return ranked measures for programs."""
    return {
        **asked_of(found.question),
        "weight": found.weight,
        "costs": asdict(found.costs),
        "within_units": found.within_units,
        "within_children": plain(found.within_children),
        "ranking": ranking_rows(found, translator),
        "steps": measure_rows(found.steps, translator, keep="step"),
        "notes": note_texts(found.notes, translator),
    }


def print_measures(found: Measures, reader: Reader, *, form: str, excel: bool) -> None:
    """Print ranked measures in the form asked for."""
    if form == "json":
        print_json(measures_json(found, reader.translator))
        return
    if form == "csv":
        rows = ranking_rows(found, reader.translator)
        print_csv(rows, MEASURE_COLUMNS, excel=excel)
        return
    kind = found.question.kind.label
    title = reader.text("{type}: facility, crossing or mobile service", type=kind)
    head(reader, found.question, title)
    say(
        reader.text(
            "Within reach today: {within} of {units} units, {children} children.",
            within=found.within_units,
            units=found.units,
            children=rounded(found.within_children, 0),
        )
    )
    _print_ranking(found, reader)
    _print_steps(found, reader)
    notes(reader, found.question, found.notes)


SHOWN = 30
"""Rows of the ranking shown to people; all of them are in the data."""


def _print_ranking(found: Measures, reader: Reader) -> None:
    say(reader.text("Each alone, most for the cost first"), style="bold")
    per = msgid("Children per 10 000") if found.weight == "children" else msgid("Units per 10 000")
    heads = (
        msgid("Measure"), msgid("Kind"), msgid("Newly reached"), msgid("Children"), msgid("Cost"),
    )  # fmt: skip
    between = "、" if reader.language == "zh-CN" else ", "
    rows = measure_rows(found.ranking, reader.translator)
    print_table(
        [
            (
                row["name"],
                _kind(row, reader),
                between.join(row["units"]),
                _children(row, reader),
                rounded(row["cost"], 0),
                rounded(row["per_cost"], 3),
            )
            for row in rows[:SHOWN]
        ],
        [*(reader.text(one) for one in heads), reader.text(per)],
        numbers=(3, 4, 5),
        narrow={2: 60},
    )
    if len(rows) > SHOWN:
        say(reader.text("… and {count} more.", count=len(rows) - SHOWN))


def _print_steps(found: Measures, reader: Reader) -> None:
    say(reader.text("One after another, each beside those before it"), style="bold")
    heads = (
        msgid("Step"), msgid("Measure"), msgid("Children"), msgid("Cost"), msgid("Children so far"),
        msgid("Cost so far"),
    )  # fmt: skip
    rows = measure_rows(found.steps, reader.translator, keep="step")
    print_table(
        [
            (
                row["step"],
                row["name"],
                _children(row, reader),
                rounded(row["cost"], 0),
                rounded(row["total_children"], 0),
                rounded(row["total_cost"], 0),
            )
            for row in rows
        ],
        [reader.text(one) for one in heads],
        numbers=(0, 2, 3, 4, 5),
    )


def _kind(row: dict[str, Any], reader: Reader) -> str:
    word = KINDS[row["kind"]]
    return reader.text(word)


def _children(row: dict[str, Any], reader: Reader) -> str:
    """Return the children a measure reaches; who was not counted is said, never nought."""
    if not row["uncounted"]:
        return rounded(row["children"], 0)
    if row["uncounted"] == len(row["unit_ids"]):
        return reader.text("not counted")
    return reader.text("{children} + not counted", children=rounded(row["children"], 0))
