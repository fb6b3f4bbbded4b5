"""The verdict beside the map, and the list of underserved units, worst first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from maps.canvas import Drawing
from maps.fragments import fragment
from maps.overlays.coverage import distance
from maps.palette import STATUS_COLOURS
from maps.scene import Scene, text_of
from maps.text.numbers import NOTHING, decimal, digits_of, in_measure, is_number
from maps.text.verdicts import (
    earlier,
    is_each,
    kept_by,
    meaning,
    measure_of,
    method,
    needed,
    nothing_known,
    people_column,
    people_label,
    shown_bounds,
    things,
)
from maps.text.words import DIRECTION_WORDS

if TYPE_CHECKING:
    from geo_planner.coverage import Coverage

LISTED = 200
"""Units listed on the page; the map still shows every one."""

SIGNS = {">=": "≥", "<=": "≤"}


def draw(scene: Scene) -> Drawing:
    """Return the sections of the chosen indicator, or nothing where none is chosen."""
    coverage = scene.coverage
    if coverage is None or scene.year_figures:
        return Drawing()
    notes = tuple(scene.say.note(note) for note in coverage.notes)
    sections = [fragment("verdict.html", scene.say, notes=notes, **verdict_facts(scene, coverage))]
    ranked = _ranked(scene, coverage)
    if ranked:
        sections.append(
            fragment(
                "underserved.html",
                scene.say,
                rows=ranked[:LISTED],
                more=max(0, len(ranked) - LISTED),
            )
        )
    return Drawing(sections=tuple(sections))


def verdict_facts(scene: Scene, coverage: Coverage) -> dict[str, Any]:
    """Return a verdict as it is printed: figure or bounds, target, what is missing, method."""
    say, row = scene.say, coverage.indicator
    return {
        "label": say.label(row.label),
        "status": say.status(coverage.status),
        "colour": STATUS_COLOURS[coverage.status],
        "figure": figure(coverage, scene),
        "target": target(coverage, scene),
        "bar": bar(coverage),
        "coverage": coverage,
        "counted": counted(coverage, scene),
        "earlier": earlier(coverage, say),
        "needs": needs(coverage, scene),
        "meaning": meaning(coverage, say),
        "method": method(coverage.method, coverage, say),
        "quote": row.quote,
        "clause": row.clause,
        "reading": say.label(row.reading) if row.reading else "",
    }


def figure(coverage: Coverage, scene: Scene) -> str:
    """Return the value with its measure, both bounds where they differ, or who reaches it."""
    if nothing_known(coverage):
        return NOTHING
    if kept := kept_by(coverage, scene.say):
        return kept
    measure = measure_of(coverage)
    sign, lower, upper = shown_bounds(coverage)
    if lower != upper:
        low = decimal(lower, digits_of(measure))
        return f"{low} – {in_measure(upper, measure, scene.say)}"
    return f"{sign}{in_measure(lower, measure, scene.say)}"


def counted(coverage: Coverage, scene: Scene) -> str:
    """Return the whole numbers behind the figure, with what they count."""
    if not coverage.n or coverage.covered is None:
        return ""
    say = scene.say
    text = say(
        "{covered} of {things}",
        covered=f"{coverage.covered:,}",
        things=things(coverage.basis, coverage.n, say),
    )
    if not coverage.unknown:
        return text
    return text + say(", {unknown} unknown", unknown=f"{coverage.unknown:,}")


def target(coverage: Coverage, scene: Scene) -> str:
    """Return the promise: a figure with its comparison, or a direction."""
    row, say = coverage.indicator, scene.say
    if row.target is None or row.comparison not in SIGNS:
        return say(DIRECTION_WORDS[row.comparison]) if row.comparison in DIRECTION_WORDS else ""
    text = f"{SIGNS[row.comparison]} {in_measure(row.target_fraction, row.measure, say)}"
    return say("{target} each", target=text) if is_each(coverage) else text


def needs(coverage: Coverage, scene: Scene) -> str:
    """Return what is missing to the target; empty where nothing is, or nobody can say."""
    return needed(coverage, scene.say) if coverage.needs_more_max else ""


def bar(coverage: Coverage) -> dict[str, float] | None:
    """Return shares of the covered and the unknown, and where the target stands, in percent."""
    if not coverage.n or coverage.covered is None or coverage.unknown is None:
        return None
    if (
        coverage.uncovered is None
        or coverage.covered + coverage.uncovered + coverage.unknown != coverage.n
    ):
        return None
    row = coverage.indicator
    less = row.comparison in ("<=", "trend_down", "trend_flat_or_down")
    each = is_each(coverage)
    if less and row.measure != "%" and not each:
        return None
    marked = row.measure == "%" and row.target is not None
    return {
        "covered": round(100 * coverage.covered / coverage.n, 2),
        "unknown": round(100 * coverage.unknown / coverage.n, 2),
        "target": 100.0 if each else float(row.target or 0) if marked else -1.0,
        "less": float(less and not each),
    }


def _ranked(scene: Scene, coverage: Coverage) -> list[dict[str, Any]]:
    table = coverage.units
    if table.empty or "rank" not in table:
        return []
    of_parts = bool(table["total_part"].notna().any())
    who = people_label(coverage, scene.say)
    young = people_column(coverage).startswith("children")
    rows = table.loc[table["rank"].notna()].sort_values("rank", kind="stable")
    return [
        {
            "id": key,
            "rank": int(row["rank"]),
            "name": text_of(row.get("name"))
            if coverage.basis == "facilities"
            else scene.unit_name(key),
            "parent": scene.unit_name(text_of(row.get("parent_id")))
            if text_of(row.get("parent_id"))
            else "",
            "children": ""
            if of_parts or not young or not is_number(row.get("children"))
            else decimal(row["children"], 0),
            "lacking": _lacking(row, coverage, scene) if of_parts else "",
            "instead": "" if of_parts or young else _lacking_of(row, who),
            "distance": distance(scene, row),
            "placed": key in scene.unit_points or key in scene.facility_points,
        }
        for key, row in zip(map(str, rows.index), rows.to_dict("records"), strict=True)
    ]


def _lacking(row: Mapping[str, Any], coverage: Coverage, scene: Scene) -> str:
    """Return who of a counted share is not reached: households, or cases."""
    if not is_number(row.get("lacking")):
        return ""
    basis = coverage.basis if coverage.basis == "households" else "cases"
    return things(basis, int(row["lacking"]), scene.say)


def _lacking_of(row: Mapping[str, Any], who: str) -> str:
    """Return what stands in for people that nobody counted, such as buildings."""
    return f"{who} {decimal(row['lacking'], 0)}" if is_number(row.get("lacking")) else ""
