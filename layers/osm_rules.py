"""The meaning of OpenStreetMap tags, read from ``osm_rules.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

Values = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class OsmRules:
    """Rows of the file.

    Attributes
    ----------
    left_out
        By network, the tag values that keep a way out of it.
    facilities
        By facility type, the tag values that make a node or area one of that type.
    not_lived_in
        Values of ``building`` that nobody lives in.
    urban_places, rural_places
        Values of ``place`` that can stand for a unit.
    """

    left_out: Mapping[str, Values]
    facilities: Mapping[str, Values]
    not_lived_in: frozenset[str]
    urban_places: frozenset[str]
    rural_places: frozenset[str]

    def may_use(self, network: str, tags: Mapping[str, str]) -> bool:
        """Return whether a way with these tags belongs to a network."""
        return "highway" in tags and not _has_any(tags, self.left_out[network])

    def facility_types(self, tags: Mapping[str, str]) -> tuple[str, ...]:
        """Return the types of facility a thing with these tags is."""
        return tuple(name for name, values in self.facilities.items() if _has_any(tags, values))

    @property
    def facility_keys(self) -> frozenset[str]:
        """Tag keys that some facility row reads."""
        return frozenset(key for values in self.facilities.values() for key in values)


def _has_any(tags: Mapping[str, str], values: Values) -> bool:
    """Return whether a tag holds one of its values; a tag may list several, set off by ``;``."""
    return any(
        not wanted.isdisjoint(part.strip() for part in tags[key].split(";"))
        for key, wanted in values.items()
        if key in tags
    )


@cache
def osm_rules() -> OsmRules:
    """Return the rows the product comes with."""
    text = Path(__file__).with_name("osm_rules.toml").read_text(encoding="utf-8")
    said = tomllib.loads(text)
    return OsmRules(
        left_out={row["id"]: _values(row["left_out"]) for row in said["network"]},
        facilities={row["facility_type"]: _values(row["tags"]) for row in said["facility"]},
        not_lived_in=frozenset(said["building"]["not_lived_in"]),
        urban_places=frozenset(said["place"]["urban"]),
        rural_places=frozenset(said["place"]["rural"]),
    )


def _values(tags: Mapping[str, list[str]]) -> Values:
    return {key: frozenset(values) for key, values in tags.items()}
