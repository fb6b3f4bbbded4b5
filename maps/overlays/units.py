"""Units that no verdict colours: areas as a quiet ground with names, points by kind."""

from __future__ import annotations

from typing import Any

import pandas as pd

from maps.canvas import DataLayer, Drawing, LegendEntry
from maps.overlays.marks import (
    NAMED_LEVEL,
    layer_data,
    plain_labels,
    plain_values,
    swatch,
    symbol_size,
    unit_feature,
)
from maps.palette import KIND_COLOURS, KIND_SHAPES, OUTLINE
from maps.scene import Scene, sorted_kinds
from maps.symbols import area_swatch, point_symbol

AREA = "#e8e2d3"


def draw(scene: Scene) -> Drawing:
    """Return one layer a kind of unit; those the indicator counts are left to its overlay."""
    table = scene.project.units
    counted = _counted(scene)
    rest = table.loc[[str(key) not in counted for key in table.index]]
    layers: list[DataLayer] = []
    legend: list[LegendEntry] = []
    for kind in sorted_kinds(scene, [str(one) for one in pd.unique(rest["kind"].dropna())]):
        made = _kind_layer(scene, kind, rest.loc[rest["kind"] == kind])
        if made is not None:
            layers.append(made[0])
            legend.append(made[1])
    return Drawing(
        tuple(layers),
        tuple(legend),
        heading=scene.say("Units"),
        notes=_without_position(scene, counted if scene.network else set()),
    )


def _counted(scene: Scene) -> set[str]:
    if scene.proposal is not None:
        return set(map(str, scene.proposal.units.index))
    if scene.network is not None:
        return set(map(str, scene.network.units["unit_id"]))
    if scene.reach is not None:
        return set(map(str, scene.reach.table.index))
    if scene.year_figures:
        return {key for one in scene.year_figures for key in one.states()}
    coverage = scene.coverage
    if coverage is None or coverage.basis == "facilities":
        return set()
    return set(map(str, coverage.units.index))


def _kind_layer(
    scene: Scene, kind: str, rows: pd.DataFrame
) -> tuple[DataLayer, LegendEntry] | None:
    level = _level(scene, kind)
    features = [
        feature
        for unit_id, row in zip(map(str, rows.index), rows.to_dict("records"), strict=True)
        if (
            feature := unit_feature(
                scene, unit_id, row, values=plain_values(scene, row), label=level == NAMED_LEVEL
            )
        )
    ]
    if not features:
        return None
    areas = any("rings" in feature for feature in features)
    place = _place(scene, kind)
    colour = KIND_COLOURS[place]
    plain = scene.coverage is None and scene.reach is None and scene.network is None
    size = 20 if level <= NAMED_LEVEL else 17 if plain else 13
    size = symbol_size(len(features), size=size)
    symbol = point_symbol(KIND_SHAPES[place], colour, "#ffffff", size=size)
    data: dict[str, Any] = layer_data(scene, features, plain_labels(scene)) | {
        "key": f"kind-{kind}",
        "muted": 1,
        "fill": AREA,
        "plain": colour,
        "line": OUTLINE,
        "symbol": symbol,
        "size": size,
    }
    if level == 1:
        data |= {"dashes": "8 4 2 4", "fill": "#fbfaf6"}
    points = any("at" in feature for feature in features)
    picture = (area_swatch(data["fill"], OUTLINE) if areas else "") + (symbol if points else "")
    name = scene.kind_label(kind)
    entry = LegendEntry(swatch(picture), name, len(features), key=f"kind-{kind}")
    # Beside a verdict, points it is not about would only hide those it is about.
    show = areas or plain or level <= NAMED_LEVEL
    return DataLayer("units", data, name=name, picture=picture, show=show), entry


def _level(scene: Scene, kind: str) -> int:
    row = scene.project.catalogue.unit_kinds.get(kind)
    return row.level if row else NAMED_LEVEL + 1


def _place(scene: Scene, kind: str) -> int:
    """Return the kind's place in the palette; kinds beyond its end share the last one."""
    kinds = list(scene.project.catalogue.unit_kinds)
    return min(kinds.index(kind) if kind in kinds else len(kinds), len(KIND_SHAPES) - 1)


def _without_position(scene: Scene, told: set[str]) -> tuple[str, ...]:
    """Return the sentence that counts and names the units that cannot be drawn, but those told."""
    names = [
        scene.unit_name(key)
        for key in map(str, scene.project.units.index)
        if key not in scene.unit_points and key not in told
    ]
    if not names:
        return ()
    shown = names[:10]
    sentence = scene.say.plural(
        "{number} unit has no position and is not on the map: {names}",
        "{number} units have no position and are not on the map: {names}",
        len(names),
        names=[*shown, "…"] if len(names) > len(shown) else shown,
    )
    return (sentence,)
