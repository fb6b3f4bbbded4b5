"""Headings of office tables -> canonical columns, by the lists in ``headings.toml``."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files
from typing import Any

from geo_planner.catalogue import Catalogue
from geo_planner.counts import COUNT_LABELS
from geo_planner.errors import AmbiguousColumnError, DataError, UnknownColumnError
from geo_planner.tables import COLUMNS, LayerName

POSITION_COLUMNS = (
    "lon",
    "lat",
    "x",
    "y",
    "chinese_x",
    "chinese_y",
    "lon_lat",
    "wkt",
    "crs_declared",
)
"""Columns that say where a row is; they end up in ``geometry``."""


@lru_cache(maxsize=1)
def heading_lists() -> Mapping[str, Any]:
    """Return ``headings.toml`` as it stands."""
    text = files("layers").joinpath("headings.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def folded(text: str) -> str:
    """Return a heading or word in the form in which it is compared.

    Narrow letters, lower case, no spaces, stars or colons, and every way of writing a range of
    figures (0～2, 0至2, 0—2) as 0-2.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = re.sub(r"[\s*:\u200b\ufeff]+", "", plain)
    return re.sub(r"(?<=\d)[~—–−‐‑至到\-]+(?=\d)", "-", plain)


@dataclass(frozen=True)
class Headings:
    """The headings one layer knows.

    Attributes
    ----------
    by_heading
        Canonical column (or position column) behind each folded heading.
    by_name
        Columns that a unit's name may stand for, likewise.
    ignored
        Folded headings left out without a word.
    columns
        Every column a heading may be mapped to.
    """

    layer: str
    by_heading: Mapping[str, str]
    by_name: Mapping[str, str]
    ignored: frozenset[str]
    columns: tuple[str, ...] = field(default=())

    @classmethod
    def of(cls, layer: LayerName, catalogue: Catalogue) -> Headings:
        """Return the headings of ``layer`` with the count columns of a catalogue."""
        lists = heading_lists()
        counts = {
            "units": catalogue.unit_counts,
            "facilities": catalogue.facility_counts,
            "observations": frozenset[str](),
        }[layer]
        found: dict[str, str] = {}
        canonical = [column for column in COLUMNS[layer] if column.kind != "shape"]
        columns = [column.name for column in canonical]
        for column in canonical:
            _add(found, column.name, [column.name, column.zh, column.en])
        for name, words in lists[layer].items():
            _add(found, name, words)
        for section in (("position",) if layer != "observations" else ()) + ("provenance",):
            for name, words in lists[section].items():
                _add(found, name, [name, *words])
                columns.append(name)
        for name in sorted(counts):
            label = COUNT_LABELS.get(name)
            said = () if label is None else (label.zh, label.en)
            _add(found, name, [name, *said, *lists["counts"].get(name, ())])
            columns.append(name)
        by_name: dict[str, str] = {}
        for name, words in lists["by_name"].get(layer, {}).items():
            _add(by_name, name, [word for word in words if folded(word) not in found])
        unread = (*lists["ignored"]["headings"], *lists["ignored"].get(layer, ()))
        ignored = frozenset(map(folded, unread))
        return cls(layer, found, by_name, ignored, tuple(dict.fromkeys(columns)))

    def knows(self, heading: str) -> bool:
        """Return whether a heading leads to a column."""
        return self.column(heading) is not None or any(
            form in self.by_name for form in _forms(heading)
        )

    def column(self, heading: str, *, truncated: bool = False) -> str | None:
        """Return the column behind a heading, or None.

        Tried in this order: the whole heading, without a unit in brackets at its end, its last part
        after ``/``; with ``truncated`` also as the beginning of exactly one column's names.
        """
        for form in _forms(heading):
            if form in self.by_heading:
                return self.by_heading[form]
        if truncated and 9 <= len(heading.encode()) <= 10:
            start = folded(heading)
            meant = {name for known, name in self.by_heading.items() if known.startswith(start)}
            if len(meant) == 1:
                return meant.pop()
        return None

    def resolve(
        self,
        headings: Sequence[str],
        mapping: Mapping[str, str] | None = None,
        *,
        truncated: bool = False,
    ) -> Resolved:
        """Return which heading of a file feeds which column.

        Parameters
        ----------
        headings
            As the file prints them.
        mapping
            Heading -> column, said by the user; goes before everything else.

        Returns
        -------
        Resolved
            With every fault: :class:`UnknownColumnError`, :class:`AmbiguousColumnError`.
        """
        said, faults = self._said(headings, mapping or {})
        taken = set(said.values())
        feeding: dict[str, list[int]] = {}
        named: dict[str, list[int]] = {}
        unknown: list[str] = []
        for index, heading in enumerate(headings):
            if index in said:
                feeding.setdefault(said[index], []).append(index)
                continue
            column = self.column(heading, truncated=truncated)
            if column is not None:
                if column not in taken:
                    feeding.setdefault(column, []).append(index)
                continue
            stands_for = next((self.by_name[f] for f in _forms(heading) if f in self.by_name), None)
            if stands_for is not None:
                named.setdefault(stands_for, []).append(index)
            elif not self.ignored & {folded(heading), _without_bracket(heading)}:
                unknown.append(heading)
        for column, places in named.items():
            if column not in feeding:
                feeding[column] = places
        for column, places in feeding.items():
            if len(places) > 1:
                faults.append(AmbiguousColumnError(column, [headings[place] for place in places]))
        return Resolved(
            {column: places[0] for column, places in feeding.items()},
            tuple(unknown),
            tuple(faults),
        )

    def _said(
        self, headings: Sequence[str], mapping: Mapping[str, str]
    ) -> tuple[dict[int, str], list[DataError]]:
        said: dict[int, str] = {}
        faults: list[DataError] = []
        plain = [folded(heading) for heading in headings]
        for heading, column in mapping.items():
            target = column if column in self.columns else self.by_heading.get(folded(column))
            if target is None:
                faults.append(UnknownColumnError(column, _near(column, self.columns)))
            if folded(heading) not in plain:
                faults.append(UnknownColumnError(heading, _near(heading, headings)))
            elif target is not None:
                said[plain.index(folded(heading))] = target
        return said, faults


@dataclass(frozen=True, slots=True)
class Resolved:
    """Which heading feeds which column.

    ``places`` maps column to heading index; ``unknown`` are headings that lead nowhere.
    """

    places: Mapping[str, int]
    unknown: tuple[str, ...]
    faults: tuple[DataError, ...]


def _add(found: dict[str, str], column: str, words: Iterable[str]) -> None:
    for word in words:
        found.setdefault(folded(word), column)


def _forms(heading: str) -> list[str]:
    """Return the forms under which a heading may be known, the most telling first."""
    forms: list[str] = []
    for part in (heading, heading.rsplit("/", 1)[-1]):
        whole = folded(part)
        forms += [whole, _without_bracket(part)]
    return [form for form in dict.fromkeys(forms) if form]


def _without_bracket(heading: str) -> str:
    """Return a folded heading without the brackets at its end, where a unit of measure stands."""
    return re.sub(r"[(\[][^()\[\]]*[)\]]$", "", folded(heading))


def _near(name: str, known: Sequence[str]) -> list[str]:
    return get_close_matches(name, list(known), n=5, cutoff=0.4) or list(known)[:12]
