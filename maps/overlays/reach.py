"""Units by whether they are within reach: one layer a state, told by colour and by shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from maps.canvas import DataLayer, Drawing, LegendEntry
from maps.overlays.marks import NAMED_LEVEL, layer_data, swatch, symbol_size, unit_feature
from maps.palette import REACH_STYLES, StateStyle
from maps.reach import Reach
from maps.scene import Scene, source_of, text_of
from maps.symbols import area_fill, area_swatch, state_symbol
from maps.text.numbers import decimal, duration, is_number, metres
from maps.text.words import METHOD_WORDS, REACH_WORDS

SIZE = 18
FOLD = 7
"""Lines of a popup above the explanation: the way, its limit, and whom it is about."""


def draw(scene: Scene) -> Drawing:
    """Return a layer for each state that some assessed unit is in."""
    reach = scene.reach
    if reach is None or reach.table.empty:
        return Drawing()
    say = scene.say
    size = symbol_size(len(reach.table), size=SIZE)
    records = _records(scene, reach)
    layers: list[DataLayer] = []
    legend: list[LegendEntry] = []
    for state, style in REACH_STYLES.items():
        rows = reach.table.loc[reach.table["state"] == state]
        if rows.empty:
            continue
        features = [
            feature
            for key, row in zip(map(str, rows.index), rows.to_dict("records"), strict=True)
            if (feature := _feature(scene, reach, key, row, records[key]))
        ]
        symbol = state_symbol(style, size=size)
        picture = _picture(features, style, symbol)
        name = say(REACH_WORDS[state])
        legend.append(LegendEntry(swatch(picture), name, len(rows), key=f"reach-{state}"))
        if features:
            data = layer_data(scene, features, _labels(scene, reach)) | {
                "key": f"reach-{state}",
                "fill": area_fill(style),
                "plain": style.fill,
                "line": style.line,
                "opacity": 0.3,
                "fold": FOLD,
                "symbol": symbol,
                "size": size,
            }
            layers.append(DataLayer("units", data, name=name, picture=picture))
    heading = say("Estimated from straight lines") if reach.estimated else say("Units")
    return Drawing(tuple(layers), tuple(legend), heading=heading)


def _picture(features: list[dict[str, Any]], style: StateStyle, symbol: str) -> str:
    areas = any("rings" in feature for feature in features)
    points = not areas or any("at" in feature for feature in features)
    return (area_swatch(area_fill(style), style.line) if areas else "") + (symbol if points else "")


def _records(scene: Scene, reach: Reach) -> dict[str, dict[str, Any]]:
    part = scene.project.units.loc[reach.table.index]
    rows = pd.DataFrame(part.drop(columns="geometry")).to_dict("records")
    return dict(zip(map(str, part.index), rows, strict=True))


def _feature(
    scene: Scene, reach: Reach, key: str, row: Mapping[str, Any], record: Mapping[str, Any]
) -> dict[str, Any] | None:
    kind = scene.project.catalogue.unit_kinds.get(str(row.get("kind")))
    named = kind is not None and kind.level == NAMED_LEVEL
    values = _values(scene, reach, row, record)
    return unit_feature(scene, key, record, values=values, tone=str(row["state"]), label=named)


def _labels(scene: Scene, reach: Reach) -> tuple[str, ...]:
    say = scene.say
    way = say("Over the streets") if reach.mode.offroad_metres == 0 else say("Way travelled")
    if reach.estimated:
        way = say("Straight line times {factor}", factor=reach.mode.detour_factor)
    return (
        say("Reach"),
        way,
        say("Straight line"),
        say("Detour"),
        say("Nearest facility"),
        say("Second nearest"),
        say("Children"),
        say("Limit"),
        say("To the street"),
        say("Method"),
        say("Kind"),
        say("Part of"),
        say("Source"),
    )


def _values(
    scene: Scene, reach: Reach, row: Mapping[str, Any], record: Mapping[str, Any]
) -> tuple[str, ...]:
    say = scene.say
    parent = text_of(row.get("parent_id"))
    state, how = str(row["state"]), text_of(row.get("method"))
    way = [metres(row["network_m"], say)] if is_number(row.get("network_m")) else []
    way += [duration(row.get("minutes"), say)] if way else []
    ratio = row.get("detour_ratio")
    snap = row.get("snap_m")
    return (
        say(REACH_WORDS.get(state, state)),
        " · ".join(way),
        metres(row["straight_m"], say) if is_number(row.get("straight_m")) else "",
        say("{ratio} times the straight line", ratio=decimal(ratio, 2))
        if is_number(ratio) and how != "straight_line"
        else "",
        facility_text(scene, row.get("facility_id")),
        _second(scene, row),
        decimal(row["children"], 0) if is_number(row.get("children")) else "",
        _limit(scene, reach, row.get("limit_m")),
        metres(snap, say) if is_number(snap) else "",
        say(METHOD_WORDS.get(how, how)) if how else "",
        scene.kind_label(row.get("kind")),
        scene.unit_name(parent) if parent else "",
        source_of(record, say),
    )


def _limit(scene: Scene, reach: Reach, limit: Any) -> str:  # noqa: ANN401 - a cell
    """Return how far is within reach: metres, or minutes where not every metre takes as long."""
    if not is_number(limit):
        return ""
    if not reach.mode.even_pace:
        return duration(reach.minutes(limit), scene.say)
    return metres(limit, scene.say)


def _second(scene: Scene, row: Mapping[str, Any]) -> str:
    """Return the second nearest facility with the way to it, empty where there is none."""
    name, far = facility_text(scene, row.get("second_id")), row.get("second_m")
    if not name or not is_number(far):
        return name
    return f"{name} · {metres(far, scene.say)}"


def facility_text(scene: Scene, facility_id: object) -> str:
    """Return a facility's name and code; the code alone where it has no name."""
    code = text_of(facility_id)
    table = scene.project.facilities
    if not code or code not in table.index:
        return code
    name = text_of(table.at[code, "name"])
    return f"{name} ({code})" if name else code
