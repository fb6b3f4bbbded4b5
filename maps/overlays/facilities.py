"""Facilities by type: pins with the type's symbol, clustered; hollow where not working."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from geo_planner.activity import active_on
from maps.canvas import Drawing, FacilityLayer, LegendEntry
from maps.overlays.marks import layer_data, swatch
from maps.palette import facility_colour
from maps.scene import Scene, is_simulated, source_of, text_of
from maps.text.words import FACILITY_STATUS_WORDS

_SYMBOL = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
FALLBACK = "location-dot"
WORKING = ("", "active")
LOOSE = 150
"""Facilities of one type up to which a map of the access to them shows each pin for itself."""


def draw(scene: Scene) -> Drawing:
    """Return one layer a facility type, in the order of the catalogue."""
    table = scene.shown_facilities
    present = {str(one) for one in pd.unique(table["facility_type"].dropna())}
    known = list(scene.project.catalogue.facility_types)
    order = [one for one in known if one in present] + sorted(present - set(known))
    layers: list[FacilityLayer] = []
    legend: list[LegendEntry] = []
    for name in order:
        made = _type_layer(scene, name, table.loc[table["facility_type"] == name])
        if made is not None:
            layers.append(made[0])
            legend.append(made[1])
    return Drawing(tuple(layers), tuple(legend), heading=scene.say("Facilities"))


def _type_layer(
    scene: Scene, name: str, rows: pd.DataFrame
) -> tuple[FacilityLayer, LegendEntry] | None:
    row = scene.project.catalogue.facility_types.get(name)
    label = name if row is None else scene.say.label(row.label)
    found = _SYMBOL.fullmatch(row.symbol.removeprefix("fa-")) if row else None
    symbol = found.group() if found else FALLBACK
    colour = facility_colour(row.colour if row else "grey")
    works = _works(scene, rows)
    features = [
        feature
        for key, one in zip(map(str, rows.index), rows.to_dict("records"), strict=True)
        if (feature := _feature(scene, key, one, works=works.get(key)))
    ]
    if not features:
        return None
    data = layer_data(scene, features, _labels(scene)) | {
        "key": f"type-{name}",
        "what": label,
        "symbol": symbol,
        "colour": colour,
        "loose": int(scene.reach is not None and len(features) <= LOOSE),
    }
    picture = (
        f'<span class="pl-pin" style="--pin:{colour}"><i class="fa-solid fa-{symbol}"></i></span>'
    )
    # With an indicator on the map, only the facilities it is about are shown at first.
    wanted = _wanted(scene)
    layer = FacilityLayer(
        "facilities", data, name=label, picture=picture, show=wanted is None or name in wanted
    )
    count = None if scene.year_figures else len(features)
    return layer, LegendEntry(swatch(picture), label, count, key=f"type-{name}")


def _works(scene: Scene, rows: pd.DataFrame) -> Mapping[str, str]:
    """Return in which of the years drawn each facility works: a sign a year, 1 where it does.

    On a map of one day nothing is said of any of them.
    """
    if not scene.year_figures:
        return {}
    works = np.column_stack([active_on(rows, one.day) for one in scene.year_figures])
    return {
        str(key): "".join("1" if one else "0" for one in line)
        for key, line in zip(rows.index, works.tolist(), strict=True)
    }


def _wanted(scene: Scene) -> frozenset[str] | None:
    """Return the types shown at first: those the indicator is about, or None for all.

    On a map of a network pins would hide the lines between units.
    """
    if scene.network is not None:
        return frozenset()
    if scene.coverage is None:
        return None
    return frozenset(scene.coverage.indicator.facility_types)


def _labels(scene: Scene) -> tuple[str, ...]:
    say = scene.say
    return (
        say("Type"),
        say("Condition"),
        say("In"),
        say("Serves"),
        say("Opened"),
        say("Closed"),
        say("Capacity"),
        say("Source"),
    )


def _feature(
    scene: Scene, key: str, row: Mapping[str, Any], *, works: str | None
) -> dict[str, Any] | None:
    place = scene.facility_points.get(key)
    if place is None or (works is not None and "1" not in works):
        return None
    status = text_of(row.get("status"))
    feature: dict[str, Any] = {
        "id": f"facility:{key}",
        "code": key,
        "title": text_of(row.get("name")),
        "at": place,
        "values": _values(scene, row, status),
    }
    if works is not None:
        feature["works"] = works
    elif status not in WORKING:
        feature["idle"] = 1
    if is_simulated(row):
        feature["simulated"] = 1
    return feature


def _values(scene: Scene, row: Mapping[str, Any], status: str) -> list[str]:
    say = scene.say
    kind = scene.project.catalogue.facility_types.get(text_of(row.get("facility_type")))
    home = text_of(row.get("unit_id"))
    served = [one.strip() for one in text_of(row.get("serves_units")).split(";") if one.strip()]
    return [
        say.label(kind.label) if kind else text_of(row.get("facility_type")),
        say(FACILITY_STATUS_WORDS.get(status, status)) if status else "",
        scene.unit_name(home) if home else "",
        ("、" if say.language == "zh-CN" else ", ").join(map(scene.unit_name, served)),
        text_of(row.get("opened_on")),
        text_of(row.get("closed_on")),
        text_of(row.get("capacity")),
        source_of(row, say),
    ]
