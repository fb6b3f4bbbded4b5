"""The meaning of OpenStreetMap tags, read from ``osm_rules.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

Values = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class OnewayRules:
    """Which tag values say in which direction one may drive.

    Attributes
    ----------
    forward, reverse, both
        Values of ``oneway``.
    round, implied
        Tag values that make a way one-way without that tag; a stated ``both`` undoes only
        ``implied``.
    """

    forward: frozenset[str]
    reverse: frozenset[str]
    both: frozenset[str]
    round: Values
    implied: Values


@dataclass(frozen=True, slots=True)
class BarrierRule:
    """Tag values that make a line a barrier of a kind; ``only`` narrows them."""

    kind: str
    tags: Values
    only: Values


@dataclass(frozen=True, eq=False)
class OsmRules:
    """Rows of the file.

    Attributes
    ----------
    left_out
        By network, the tag values that keep a way out of it.
    opened
        By network and key of ``left_out``, the values of tags that name the traveller more closely
        and let him in all the same.
    oneway
        Directions in which one may drive.
    apart, not_apart
        Keys that say that a way passes over or under others, and values that deny it.
    barriers, barrier_left_out
        Lines nobody crosses but on a street, and tag values that open them.
    facilities
        By facility type, the tag values that make a node or area one of that type.
    not_lived_in
        Values of ``building`` that nobody lives in.
    urban_places, rural_places
        Values of ``place`` that can stand for a unit.
    """

    left_out: Mapping[str, Values]
    opened: Mapping[str, Mapping[str, Values]]
    oneway: OnewayRules
    apart: tuple[str, ...]
    not_apart: frozenset[str]
    barriers: tuple[BarrierRule, ...]
    barrier_left_out: Values
    facilities: Mapping[str, Values]
    not_lived_in: frozenset[str]
    urban_places: frozenset[str]
    rural_places: frozenset[str]

    def may_use(self, network: str, tags: Mapping[str, str]) -> bool:
        """Return whether a way with these tags belongs to a network."""
        if "highway" not in tags or not _has_any(tags, self.left_out[network]):
            return "highway" in tags
        opened = self.opened[network]
        return all(
            key in opened and _has_any(tags, opened[key])
            for key, values in self.left_out[network].items()
            if _has_any(tags, {key: values})
        )

    def direction(self, tags: Mapping[str, str]) -> int:
        """Return 1 where one may drive only along a way, -1 only against it, 0 both ways."""
        said = tags.get("oneway", "")
        if said in self.oneway.reverse:
            return -1
        if said in self.oneway.forward or _has_any(tags, self.oneway.round):
            return 1
        return int(said not in self.oneway.both and _has_any(tags, self.oneway.implied))

    def passes_apart(self, tags: Mapping[str, str]) -> bool:
        """Return whether a way is a bridge or a tunnel."""
        return any(key in tags and tags[key] not in self.not_apart for key in self.apart)

    def overpass_filters(self) -> list[str]:
        """Return what to ask an Overpass server for, one filter a network.

        They say in the server's language what :meth:`may_use` says, but for keys that another tag
        may open: those ways come along and are judged when they are read. A value may stand in a
        list.
        """
        return [
            '["highway"]'
            + "".join(
                f'["{key}"!~"(^|;) *({"|".join(sorted(values))}) *(;|$)"]'
                for key, values in sorted(left_out.items())
                if key not in self.opened[network]
            )
            for network, left_out in self.left_out.items()
        ]

    @property
    def way_keys(self) -> tuple[str, ...]:
        """Tag keys that say who may use a way, in which direction, and at which level."""
        keys = {key for values in self.left_out.values() for key in values}
        keys |= {key for rows in self.opened.values() for row in rows.values() for key in row}
        keys |= {*self.oneway.round, *self.oneway.implied, *self.apart}
        return ("highway", "oneway", *sorted(keys - {"highway", "oneway"}))

    def barrier_kind(self, tags: Mapping[str, str]) -> str | None:
        """Return which kind of barrier a line is, None if none."""
        if _has_any(tags, self.barrier_left_out):
            return None
        return next(
            (
                row.kind
                for row in self.barriers
                if _has_any(tags, row.tags) and (not row.only or _has_any(tags, row.only))
            ),
            None,
        )

    def facility_types(self, tag: Callable[[str], str | None]) -> tuple[str, ...]:
        """Return the types of facility a thing is; ``tag`` gives the value of a key, or None."""
        found: tuple[str, ...] = ()
        for key, types in self._facilities_by_tag.items():
            said = tag(key)
            if said is not None:
                for value in said.split(";"):
                    found += types.get(value.strip(), ())
        return tuple(dict.fromkeys(found))

    @cached_property
    def _facilities_by_tag(self) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
        """By tag key and single value, the types of facility in the order of their rows."""
        found: dict[str, dict[str, tuple[str, ...]]] = {}
        for name, values in self.facilities.items():
            for key, wanted in values.items():
                for value in wanted:
                    by_value = found.setdefault(key, {})
                    by_value[value] = (*by_value.get(value, ()), name)
        return found

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
        opened={
            row["id"]: {key: _values(tags) for key, tags in row.get("opened", {}).items()}
            for row in said["network"]
        },
        oneway=OnewayRules(
            frozenset(said["oneway"]["forward"]),
            frozenset(said["oneway"]["reverse"]),
            frozenset(said["oneway"]["both"]),
            _values(said["oneway"]["round"]),
            _values(said["oneway"]["implied"]),
        ),
        apart=tuple(said["apart"]["keys"]),
        not_apart=frozenset(said["apart"]["no"]),
        barriers=tuple(
            BarrierRule(row["kind"], _values(row["tags"]), _values(row.get("only", {})))
            for row in said["barrier"]
        ),
        barrier_left_out=_values(said["barrier_left_out"]),
        facilities={row["facility_type"]: _values(row["tags"]) for row in said["facility"]},
        not_lived_in=frozenset(said["building"]["not_lived_in"]),
        urban_places=frozenset(said["place"]["urban"]),
        rural_places=frozenset(said["place"]["rural"]),
    )


def _values(tags: Mapping[str, list[str]]) -> Values:
    return {key: frozenset(values) for key, values in tags.items()}
