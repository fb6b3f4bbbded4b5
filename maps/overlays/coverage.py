"""Units by what is known of them: one layer a state, told by colour and by shape or hatching."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from geo_planner.tally import REASONS
from maps.canvas import DataLayer, Drawing, LegendEntry
from maps.overlays.marks import NAMED_LEVEL, layer_data, swatch, symbol_size, unit_feature
from maps.palette import STATE_STYLES, StateStyle
from maps.scene import Scene, is_simulated, source_of, text_of
from maps.symbols import area_fill, area_swatch, state_symbol
from maps.text.numbers import decimal, duration, in_measure, is_number, metres
from maps.text.verdicts import lacking_heading, method, people_label
from maps.text.words import REACH_WORDS, STATE_WORDS

if TYPE_CHECKING:
    from geo_planner.coverage import Coverage
    from maps.text import Translator

SIZE = 18


def draw(scene: Scene) -> Drawing:
    """Return a layer for each state that some counted unit (or facility) is in."""
    coverage = scene.coverage
    if coverage is None or scene.year_figures or coverage.units.empty:
        return Drawing()
    say = scene.say
    table = coverage.units
    records = _records(scene, coverage)
    size = symbol_size(len(table), size=SIZE)
    layers: list[DataLayer] = []
    legend: list[LegendEntry] = []
    for state, style in STATE_STYLES.items():
        rows = table.loc[table["state"] == state]
        if rows.empty:
            continue
        features = [
            feature
            for key, row in zip(map(str, rows.index), rows.to_dict("records"), strict=True)
            if (feature := _feature(scene, coverage, key, row, records.get(key, {})))
        ]
        symbol = state_symbol(style, size=size)
        picture = _picture(features, style, symbol)
        name = say(STATE_WORDS[state])
        legend.append(LegendEntry(swatch(picture), name, len(rows), key=f"state-{state}"))
        if features:
            data = layer_data(scene, features, _labels(scene, coverage)) | {
                "key": f"state-{state}",
                "fill": area_fill(style),
                "plain": style.fill,
                "line": style.line,
                "symbol": symbol,
                "size": size,
                "quote": coverage.indicator.quote,
                "clause": coverage.indicator.clause,
            }
            layers.append(DataLayer("units", data, name=name, picture=picture))
    return Drawing(tuple(layers), tuple(legend), heading=say.label(coverage.indicator.label))


def _picture(features: list[dict[str, Any]], style: StateStyle, symbol: str) -> str:
    """Return how the state looks on this map: as areas, as points, or as both."""
    areas = any("rings" in feature for feature in features)
    points = not areas or any("at" in feature for feature in features)
    return (area_swatch(area_fill(style), style.line) if areas else "") + (symbol if points else "")


def _records(scene: Scene, coverage: Coverage) -> dict[str, dict[str, Any]]:
    """Return the rows of the project's table behind the counted ones, by id."""
    source = scene.project.facilities if coverage.basis == "facilities" else scene.project.units
    part = source.loc[source.index.isin(coverage.units.index)]
    rows = pd.DataFrame(part.drop(columns="geometry")).to_dict("records")
    return dict(zip(map(str, part.index), rows, strict=True))


def _feature(
    scene: Scene,
    coverage: Coverage,
    key: str,
    row: Mapping[str, Any],
    record: Mapping[str, Any],
) -> dict[str, Any] | None:
    values = _values(scene, coverage, row, record)
    tone = str(row["state"])
    if key in scene.unit_points:
        kind = scene.project.catalogue.unit_kinds.get(str(row.get("kind")))
        named = kind is not None and kind.level == NAMED_LEVEL
        return unit_feature(scene, key, record, values=values, tone=tone, label=named)
    place = scene.facility_points.get(key)
    if place is None:
        return None
    feature: dict[str, Any] = {
        "id": key,
        "code": key,
        "title": text_of(row.get("name")),
        "at": place,
        "tone": tone,
        "values": list(values),
    }
    if is_simulated(record):
        feature["simulated"] = 1
    return feature


def _labels(scene: Scene, coverage: Coverage) -> tuple[str, ...]:
    say = scene.say
    return (
        say("State"),
        say("Reason"),
        say("Figure"),
        say("Nearest facility"),
        say("Facility record"),
        say("Distance"),
        say("Children") if coverage.basis == "facilities" else people_label(coverage, say),
        lacking_heading(coverage, say),
        say("Kind"),
        say("Part of"),
        say("Source"),
    )


def _values(
    scene: Scene, coverage: Coverage, row: Mapping[str, Any], record: Mapping[str, Any]
) -> tuple[str, ...]:
    say = scene.say
    parent = text_of(row.get("parent_id"))
    reason = text_of(row.get("reason"))
    rank = row.get("rank")
    state = say(STATE_WORDS.get(str(row["state"]), str(row["state"])))
    if is_number(rank):
        state = say("{state}, rank {rank}", state=state, rank=decimal(rank, 0))
    return (
        state,
        say(REASONS.get(reason, reason)) if reason else "",
        _figure(scene, coverage, row),
        *_nearest(scene, row),
        distance(scene, row, how=coverage),
        decimal(row.get("children"), 0) if is_number(row.get("children")) else "",
        decimal(row["lacking"], 0) if is_number(rank) and is_number(row.get("lacking")) else "",
        scene.kind_label(row.get("kind")),
        scene.unit_name(parent) if parent else "",
        source_of(record, say),
    )


def _figure(scene: Scene, coverage: Coverage, row: Mapping[str, Any]) -> str:
    """Return the unit's own figure with its numerator and denominator."""
    part, total = row.get("covered_part"), row.get("total_part")
    if part is None or not is_number(part) or not is_number(total) or not total:
        return ""
    row_of_plan = coverage.indicator
    value = in_measure(
        float(part) * row_of_plan.scale / float(total), row_of_plan.measure, scene.say
    )
    return f"{value} ({decimal(part)} / {decimal(total)})"


def _nearest(scene: Scene, row: Mapping[str, Any]) -> tuple[str, str]:
    """Return the nearest facility, or else one that covers the unit, and where its row is from."""
    own = row.get("facility_ids")
    ids = list(own) if isinstance(own, (list, tuple)) else []
    nearest = text_of(row.get("nearest_id"))
    chosen = nearest or (text_of(ids[0]) if ids else "")
    table = scene.project.facilities
    if chosen not in table.index:
        return chosen, ""
    record = table.loc[chosen]
    name = text_of(record["name"])
    return (f"{name} ({chosen})" if name else chosen), source_of(record, scene.say)


def distance(scene: Scene, row: Mapping[str, Any], *, how: Coverage | None = None) -> str:
    """Return how far the nearest facility is and whether that is near enough.

    With ``how``, the verdict, also by what method, and how much longer than the straight line.
    """
    say = scene.say
    state, by = text_of(row.get("reach_state")), text_of(row.get("reach_method"))
    word = say(REACH_WORDS[state]) if state in REACH_WORDS else ""
    walked, straight = row.get("network_m"), row.get("straight_m")
    if by == "straight_line" and is_number(straight):
        return say(
            "{distance} in a straight line; reach not judged", distance=metres(straight, say)
        )
    if is_number(walked):
        parts = [metres(walked, say), duration(row.get("minutes"), say), word]
        if how is not None:
            parts += [method(by, how, say), _detour(walked, straight, say)]
        return " · ".join(part for part in parts if part)
    if state == "no_path" and is_number(straight):
        return say(
            "{word}; {distance} in a straight line", word=word, distance=metres(straight, say)
        )
    return word


def _detour(walked: Any, straight: Any, say: Translator) -> str:  # noqa: ANN401 - cells
    """Return how many times the straight line the way is."""
    if not is_number(walked) or not is_number(straight) or straight <= 0:
        return ""
    return say(
        "{ratio} times the straight line of {distance}",
        ratio=decimal(walked / straight),
        distance=metres(straight, say),
    )
