"""What unit overlays share: features as the browser takes them, and their popups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from maps.scene import CROWD, Scene, is_simulated, rings, source_of, text_of

Values = Sequence[str]

NAMED_LEVEL = 2
"""Level of the hierarchy whose names always stand on the map, below the whole."""


def swatch(picture: str) -> Markup:
    """Return a picture made by ``maps.symbols`` as safe HTML."""
    return Markup(picture)


def unit_feature(
    scene: Scene,
    unit_id: str,
    row: Mapping[str, Any],
    *,
    values: Values,
    tone: str = "",
    label: bool = False,
) -> dict[str, Any] | None:
    """Return a unit as the browser takes it, or None where it has no position.

    Parameters
    ----------
    row
        Its row of the units table.
    values
        Its popup's lines, in the order of the layer's labels; empty ones are left out.
    tone
        State that colours the popup's head.
    label
        Whether its name always stands on the map.
    """
    place = scene.unit_points.get(unit_id)
    if place is None:
        return None
    feature: dict[str, Any] = {
        "id": unit_id,
        "code": unit_id,
        "title": scene.unit_name(unit_id),
        "what": scene.kind_label(row.get("kind")),
        "values": list(values),
    }
    area = scene.unit_areas.get(unit_id)
    if area is not None:
        feature["rings"] = rings(area)
    else:
        feature["at"] = place
    if tone:
        feature["tone"] = tone
    if label:
        feature["label"] = list(place) if unit_id in scene.adjoining else 1
    if is_simulated(row):
        feature["simulated"] = 1
    return feature


def layer_data(
    scene: Scene, features: Iterable[dict[str, Any]], labels: Sequence[str]
) -> dict[str, Any]:
    """Return what every feature layer carries: features, popup labels, words of made-up rows."""
    drawn = list(features)
    return {
        "features": drawn,
        "labels": list(labels),
        "simulated": scene.say("Simulated data"),
        "what": "",
        "crowded": len(drawn) > CROWD,
    }


def symbol_size(count: int, *, size: int) -> int:
    """Return the size of point symbols in pixels: smaller where there are many."""
    return size if count <= 150 else max(9, size * 3 // 4) if count <= 600 else 9


def plain_labels(scene: Scene) -> tuple[str, ...]:
    """Return popup labels of a unit that no verdict is about."""
    say = scene.say
    return say("Kind"), say("Part of"), say("Population"), say("Households"), say("Source")


def plain_values(scene: Scene, row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return popup lines of a unit that no verdict is about."""
    parent = text_of(row.get("parent_id"))
    return (
        scene.kind_label(row.get("kind")),
        scene.unit_name(parent) if parent else "",
        text_of(row.get("population")),
        text_of(row.get("households")),
        source_of(row, scene.say),
    )
