"""Basemaps: rows of ``basemaps.toml`` and of an office's own file, each with its datum."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import folium

from geo_planner.catalogue import Label
from geo_planner.errors import CatalogueError, DatumUnknownError, NotKnownError
from geo_planner.notes import Note, msgid
from maps.text import Translator

ROWS = Path(__file__).parent / "basemaps.toml"
FITTING = ("WGS84", "CGCS2000")
"""Datums on which layers in WGS 84 lie right."""


NOTHING = Label("", "")


@dataclass(frozen=True, slots=True)
class Basemap:
    """Tiles under a map.

    Attributes
    ----------
    datum
        In what the tiles are: ``WGS84`` or ``CGCS2000``; anything else is refused when drawn.
    url, labels_url
        Addresses of tiles and of a second layer of names, with ``{z} {x} {y}``, ``{s}`` and
        ``{key}``; no address: no tiles. A WMTS is named by its GetTile address.
    """

    id: str
    label: Label
    datum: str
    url: str = ""
    labels_url: str = ""
    attribution: Label = NOTHING
    subdomains: str = "abc"
    min_zoom: int = 0
    max_zoom: int = 18
    needs_key: bool = False

    def layers(self, say: Translator, *, key: str | None = None) -> tuple[folium.TileLayer, ...]:
        """Return the tile layers to add to a map, none for the row without an address.

        Raises
        ------
        DatumUnknownError
            If the tiles are not in a datum on which our layers lie right.
        NotKnownError
            If the row needs a key and none is given.
        """
        if self.datum not in FITTING:
            reason = msgid("its tiles lie some hundred metres beside layers in WGS 84")
            raise DatumUnknownError(self.datum, reason, FITTING)
        if self.needs_key and not key:
            raise NotKnownError(msgid("basemap key"), self.id, ())
        addresses = [address for address in (self.url, self.labels_url) if address]
        return tuple(
            folium.TileLayer(
                tiles=address.replace("{key}", key or ""),
                attr=say.label(self.attribution) or say.label(self.label),
                name=say.label(self.label),
                overlay=True,
                control=place == 0,
                min_zoom=self.min_zoom,
                max_zoom=self.max_zoom,
                subdomains=self.subdomains,
            )
            for place, address in enumerate(addresses)
        )


def load_basemaps(extra: Path | None = None) -> Mapping[str, Basemap]:
    """Return the basemaps by id: ours and those of a file of the same form, which may replace ours.

    Raises
    ------
    CatalogueError
        Naming every faulty row of the file.
    """
    found: dict[str, Basemap] = {}
    faults: list[Note] = []
    for file in (ROWS, extra):
        if file is None:
            continue
        for row in tomllib.loads(file.read_text(encoding="utf-8")).get("basemap", []):
            made = _basemap(row, file.name, faults)
            if made is not None:
                found[made.id] = made
    if faults:
        raise CatalogueError(faults)
    return found


def _basemap(row: Mapping[str, Any], file: str, faults: list[Note]) -> Basemap | None:
    where = {"file": file, "id": row.get("id", "?")}
    known = {item.name for item in fields(Basemap)}
    wrong = [_unknown(name, where) for name in row if name not in known]
    wrong += [_missing(name, where) for name in ("id", "label", "datum") if not row.get(name)]
    for name in ("label", "attribution"):
        if name in row and set(row[name]) != {"zh", "en"}:
            text = msgid("{file}: basemap '{id}': {name} needs zh and en")
            wrong.append(Note("basemap-label", text, {**where, "name": name}))
    for name in ("url", "labels_url"):
        address = row.get(name, "")
        if address and not all(part in address for part in ("{z}", "{x}", "{y}")):
            text = msgid("{file}: basemap '{id}': {name} needs {places}")
            wrong.append(
                Note("basemap-url", text, {**where, "name": name, "places": "{z} {x} {y}"})
            )
    faults += wrong
    if wrong:
        return None
    labels = {name: Label(**row[name]) for name in ("label", "attribution") if name in row}
    return Basemap(**{**row, **labels})


def _unknown(name: str, where: Mapping[str, str]) -> Note:
    text = msgid("{file}: basemap '{id}' has unknown field '{name}'")
    return Note("basemap-field", text, {**where, "name": name})


def _missing(name: str, where: Mapping[str, str]) -> Note:
    text = msgid("{file}: basemap '{id}' has no {name}")
    return Note("basemap-missing", text, {**where, "name": name})
