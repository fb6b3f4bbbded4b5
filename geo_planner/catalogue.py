"""The plan as data: its rows, checked against each other and looked up by id.

A :class:`Catalogue` is itself a value: :meth:`Catalogue.adding` returns a new one. The rows are
those of :mod:`geo_planner.rows` and can be imported from here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeVar

from geo_planner.bundle_rows import Bundle, FacilityCost
from geo_planner.errors import CatalogueError, NotKnownError
from geo_planner.monitoring_rows import Network, Threshold, WarningReason
from geo_planner.notes import Note, msgid
from geo_planner.rows import (
    SCALES,
    BarrierKind,
    Baseline,
    Basis,
    Comparison,
    Domain,
    FacilityType,
    Indicator,
    Label,
    Language,
    Measure,
    RuleName,
    TravelMode,
    UnitColumn,
    UnitKind,
    WalkLimit,
)

__all__ = [
    "SCALES",
    "BarrierKind",
    "Baseline",
    "Basis",
    "Catalogue",
    "Comparison",
    "Domain",
    "FacilityType",
    "Indicator",
    "Label",
    "Language",
    "Measure",
    "RuleName",
    "TravelMode",
    "UnitColumn",
    "UnitKind",
    "WalkLimit",
]

Row = TypeVar(
    "Row",
    UnitKind,
    FacilityType,
    TravelMode,
    Indicator,
    BarrierKind,
    Bundle,
    FacilityCost,
    Threshold,
    WarningReason,
    Network,
)


def _fault(row: str, id_: str, template: str, **params: str) -> Note:
    """Return a fault of a row; ``row`` is its sort of row, such as ``facility type``."""
    return Note("catalogue", template, {"what": row, "id": id_, **params})


def _by_id(what: str, rows: Iterable[Row], faults: list[Note]) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for row in rows:
        if row.id in found:
            faults.append(_fault(what, row.id, msgid("{what} '{id}' stands twice")))
        found[row.id] = row
    return found


def _names(
    what: str,
    rows: Iterable[UnitKind] | Iterable[FacilityType] | Iterable[BarrierKind],
    faults: list[Note],
) -> dict[str, str]:
    """Return the id behind every name a row goes by: its id, its labels and its other words."""
    found: dict[str, str] = {}
    for row in rows:
        for word in (row.id, row.label.zh, row.label.en, *row.words):
            other = found.setdefault(word.casefold(), row.id)
            if other != row.id:
                template = msgid("{what} '{id}' goes by the name '{word}', as does '{name}'")
                faults.append(_fault(what, row.id, template, word=word, name=other))
    return found


@dataclass(frozen=True)
class Catalogue:
    """All rows a project knows, looked up by id.

    Raises
    ------
    CatalogueError
        If ids repeat or a row names a unit kind, facility type or mode that is not there; every
        fault at once.
    """

    plan_id: str
    title: Label
    period: tuple[int, int]
    unit_kinds: Mapping[str, UnitKind] = field(default_factory=dict)
    facility_types: Mapping[str, FacilityType] = field(default_factory=dict)
    travel_modes: Mapping[str, TravelMode] = field(default_factory=dict)
    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    barrier_kinds: Mapping[str, BarrierKind] = field(default_factory=dict)
    bundles: Mapping[str, Bundle] = field(default_factory=dict)
    facility_costs: Mapping[str, FacilityCost] = field(default_factory=dict)
    thresholds: Mapping[str, Threshold] = field(default_factory=dict)
    warning_reasons: Mapping[str, WarningReason] = field(default_factory=dict)
    networks: Mapping[str, Network] = field(default_factory=dict)

    @classmethod
    def of(  # noqa: PLR0913 - one for each table of the catalogue
        cls,
        *,
        plan_id: str,
        title: Label,
        period: tuple[int, int],
        unit_kinds: Iterable[UnitKind] = (),
        facility_types: Iterable[FacilityType] = (),
        travel_modes: Iterable[TravelMode] = (),
        indicators: Iterable[Indicator] = (),
        barrier_kinds: Iterable[BarrierKind] = (),
        bundles: Iterable[Bundle] = (),
        facility_costs: Iterable[FacilityCost] = (),
        thresholds: Iterable[Threshold] = (),
        warning_reasons: Iterable[WarningReason] = (),
        networks: Iterable[Network] = (),
    ) -> Catalogue:
        """Build and check a catalogue from rows."""
        faults: list[Note] = []
        made = cls(
            plan_id,
            title,
            period,
            _by_id("unit kind", unit_kinds, faults),
            _by_id("facility type", facility_types, faults),
            _by_id("travel mode", travel_modes, faults),
            _by_id("indicator", indicators, faults),
            _by_id("barrier kind", barrier_kinds, faults),
            _by_id("bundle", bundles, faults),
            _by_id("facility cost", facility_costs, faults),
            _by_id("threshold", thresholds, faults),
            _by_id("warning reason", warning_reasons, faults),
            _by_id("network", networks, faults),
        )
        faults += made._dangling()
        _names("unit kind", made.unit_kinds.values(), faults)
        _names("facility type", made.facility_types.values(), faults)
        _names("barrier kind", made.barrier_kinds.values(), faults)
        if faults:
            raise CatalogueError(faults)
        return made

    def _dangling(self) -> Iterator[Note]:
        """Yield every name in a row that no other row carries, and every rule without its means."""
        for kind in self.facility_types.values():
            yield from _unheld(
                "facility type", kind.id, "unit kind", kind.assessed, self.unit_kinds
            )
        for row in self.indicators.values():
            for what, names, held in (
                ("unit kind", row.unit_kinds, self.unit_kinds),
                ("unit kind", tuple(one.kind for one in row.unit_columns), self.unit_kinds),
                ("facility type", row.facility_types, self.facility_types),
                ("travel mode", (row.mode,), self.travel_modes),
            ):
                yield from _unheld("indicator", row.id, what, names, held)
            yield from _lacking(row)
        for bundle in self.bundles.values():
            for what, names, held in (
                ("unit kind", bundle.unit_kinds, self.unit_kinds),
                ("facility type", (bundle.facility_type,), self.facility_types),
                ("facility type", _types_of(bundle), self.facility_types),
                ("travel mode", (bundle.mode,), self.travel_modes),
            ):
                yield from _unheld("bundle", bundle.id, what, names, held)
            yield from _incomplete(bundle)
        for cost in self.facility_costs.values():
            yield from _unheld(
                "facility cost", cost.id, "facility type", (cost.id,), self.facility_types
            )
        for network in self.networks.values():
            for level in network.levels:
                for what, names, held in (
                    ("unit kind", level.unit_kinds, self.unit_kinds),
                    ("facility type", level.facility_types, self.facility_types),
                ):
                    yield from _unheld("network", network.id, what, names, held)
            yield from _without_means(network)

    def adding(
        self,
        *,
        unit_kinds: Iterable[UnitKind] = (),
        facility_types: Iterable[FacilityType] = (),
        travel_modes: Iterable[TravelMode] = (),
        indicators: Iterable[Indicator] = (),
        barrier_kinds: Iterable[BarrierKind] = (),
        bundles: Iterable[Bundle] = (),
        facility_costs: Iterable[FacilityCost] = (),
        thresholds: Iterable[Threshold] = (),
        warning_reasons: Iterable[WarningReason] = (),
        networks: Iterable[Network] = (),
    ) -> Catalogue:
        """Return a new catalogue with these rows added, or in place of their namesakes."""
        return Catalogue.of(
            plan_id=self.plan_id,
            title=self.title,
            period=self.period,
            unit_kinds={**self.unit_kinds, **{row.id: row for row in unit_kinds}}.values(),
            facility_types={
                **self.facility_types,
                **{row.id: row for row in facility_types},
            }.values(),
            travel_modes={**self.travel_modes, **{row.id: row for row in travel_modes}}.values(),
            indicators={**self.indicators, **{row.id: row for row in indicators}}.values(),
            barrier_kinds={**self.barrier_kinds, **{row.id: row for row in barrier_kinds}}.values(),
            bundles={**self.bundles, **{row.id: row for row in bundles}}.values(),
            facility_costs={
                **self.facility_costs,
                **{row.id: row for row in facility_costs},
            }.values(),
            thresholds={**self.thresholds, **{row.id: row for row in thresholds}}.values(),
            warning_reasons={
                **self.warning_reasons,
                **{row.id: row for row in warning_reasons},
            }.values(),
            networks={**self.networks, **{row.id: row for row in networks}}.values(),
        )

    def unit_kind(self, name: str) -> UnitKind:
        """Return the unit kind, or raise :class:`NotKnownError` with near names."""
        return _look_up("unit kind", self.unit_kinds, name)

    def facility_type(self, name: str) -> FacilityType:
        """Return the facility type, or raise :class:`NotKnownError` with near names."""
        return _look_up("facility type", self.facility_types, name)

    def travel_mode(self, name: str) -> TravelMode:
        """Return the travel mode, or raise :class:`NotKnownError` with near names."""
        return _look_up("travel mode", self.travel_modes, name)

    def indicator(self, name: str) -> Indicator:
        """Return the indicator, or raise :class:`NotKnownError` with near names."""
        return _look_up("indicator", self.indicators, name)

    def barrier_kind(self, name: str) -> BarrierKind:
        """Return the kind of barrier, or raise :class:`NotKnownError` with near names."""
        return _look_up("barrier kind", self.barrier_kinds, name)

    def bundle(self, name: str) -> Bundle:
        """Return the bundle of facilities, or raise :class:`NotKnownError` with near names."""
        return _look_up("bundle", self.bundles, name)

    def threshold(self, name: str) -> Threshold:
        """Return the setting of monitoring, or raise :class:`NotKnownError` with near names."""
        return _look_up("threshold", self.thresholds, name)

    def warning_reason(self, name: str) -> WarningReason:
        """Return the reason of a warning, or raise :class:`NotKnownError` with near names."""
        return _look_up("warning reason", self.warning_reasons, name)

    def network(self, name: str) -> Network:
        """Return the network, or raise :class:`NotKnownError` with near names."""
        return _look_up("network", self.networks, name)

    def kinds_of_level(self, level: int) -> tuple[str, ...]:
        """Return the ids of the unit kinds of a level; 1 is the unit the plan is for."""
        return tuple(row.id for row in self.unit_kinds.values() if row.level == level)

    @cached_property
    def unit_kind_names(self) -> Mapping[str, str]:
        """Id of the unit kind behind every name it goes by in files, in folded case."""
        return _names("unit kind", self.unit_kinds.values(), [])

    @cached_property
    def facility_type_names(self) -> Mapping[str, str]:
        """Id of the facility type behind every name it goes by in files, in folded case."""
        return _names("facility type", self.facility_types.values(), [])

    @cached_property
    def barrier_kind_names(self) -> Mapping[str, str]:
        """Id of the kind of barrier behind every name it goes by in files, in folded case."""
        return _names("barrier kind", self.barrier_kinds.values(), [])

    @cached_property
    def unit_counts(self) -> frozenset[str]:
        """Number columns of units: people by age, and what some row reads or needs."""
        return frozenset(
            PEOPLE
            | {kind.population for kind in self.facility_types.values()}
            | {bundle.population for bundle in self.bundles.values()}
            | {
                name
                for network in self.networks.values()
                for level in network.levels
                for name in level.unit_columns
            }
            | {name for kind in self.unit_kinds.values() for name in kind.counts}
            | {
                name
                for row in self.indicators.values()
                for name in (
                    *_basis_columns(row, "units"),
                    *(item.column for item in row.unit_columns),
                    row.denominator_column,
                    row.base_column,
                )
                if name
            }
            | {column for holder, column in self._needed if self._is_unit(holder)}
        )

    @cached_property
    def facility_counts(self) -> frozenset[str]:
        """Number columns of facilities that some row reads or needs."""
        return frozenset(
            {
                name
                for row in self.indicators.values()
                for name in (*row.facility_columns, *_basis_columns(row, "facilities"))
                if name not in _NOT_COUNTS
            }
            | {column for holder, column in self._needed if not self._is_unit(holder)}
        )

    @cached_property
    def _needed(self) -> frozenset[tuple[str, str]]:
        """Holder and column of every need such as ``company.households``."""
        pairs = (need.partition(".")[::2] for row in self.indicators.values() for need in row.needs)
        return frozenset(
            (holder, column)
            for holder, column in pairs
            if column and column not in _NOT_COUNTS and holder not in _NO_TABLES
        )

    def _is_unit(self, holder: str) -> bool:
        """Return whether the holder of a column is a kind of unit; all others are facilities."""
        return holder == "unit" or holder in self.unit_kinds


PEOPLE = frozenset(
    {
        "population",
        "households",
        "children_0_2",
        "children_3_5",
        "children_6_11",
        "children_12_14",
        "children_15_17",
    }
)
"""Counts every unit may carry, whatever the plan's rows need."""


def _unheld(
    row: str, id_: str, sort: str, names: Iterable[str], held: Mapping[str, object]
) -> Iterator[Note]:
    for name in dict.fromkeys(names):
        if name not in held:
            template = msgid("{what} '{id}' names a {kind} that is not there: '{name}'")
            yield _fault(row, id_, template, kind=sort, name=name)


def _lacking(row: Indicator) -> Iterator[Note]:
    """Yield what a row's promise or rule cannot do without."""
    if row.comparison in (">=", "<=") and row.target is None and row.quantified:
        yield _fault("indicator", row.id, msgid("{what} '{id}' is quantified but has no target"))
    if row.rule in ("has_facility", "within_reach") and row.facility_type is None:
        template = msgid("{what} '{id}' has rule '{rule}' but no facility type")
        yield _fault("indicator", row.id, template, rule=row.rule)
    if row.rule == "within_reach" and row.further_types:
        template = msgid("{what} '{id}' has rule '{rule}', which takes one facility type only")
        yield _fault("indicator", row.id, template, rule=row.rule)
    if row.rule == "household_share" and not row.bases:
        template = msgid("{what} '{id}' has rule '{rule}' but no basis")
        yield _fault("indicator", row.id, template, rule=row.rule)


def _types_of(bundle: Bundle) -> tuple[str, ...]:
    return tuple(name for item in bundle.items for name in item.any_of)


def _incomplete(bundle: Bundle) -> Iterator[Note]:
    """Yield what a bundle cannot do without, and criteria that cannot be weighed."""
    if not bundle.items or not all(item.any_of for item in bundle.items):
        template = msgid("{what} '{id}' has no items, or one without a facility type")
        yield _fault("bundle", bundle.id, template)
    measures = [one.measure for one in bundle.criteria]
    if len(set(measures)) < len(measures):
        yield _fault("bundle", bundle.id, msgid("{what} '{id}' weighs one measure twice"))


def _without_means(network: Network) -> Iterator[Note]:
    """Yield what a network cannot do without."""
    if not network.levels or not all(
        level.facility_types or level.unit_columns for level in network.levels
    ):
        template = msgid("{what} '{id}' has no levels, or one that nothing can hold")
        yield _fault("network", network.id, template)


_NO_TABLES = frozenset({"road", "indicator"})
"""Holders in ``needs`` that are neither units nor facilities."""

_NOT_COUNTS = frozenset(
    {
        "id",
        "geometry",
        "type",
        "status",
        "opened_on",
        "closed_on",
        "serves_units",
        "community_kind",
        "name",
        "catchment",
        "capacity",
    }
)


def _basis_columns(row: Indicator, of: Literal["units", "facilities"]) -> tuple[str, ...]:
    return tuple(
        name
        for basis in row.bases
        if basis.of == of
        for name in (basis.numerator, basis.denominator)
    )


def _look_up(what: str, rows: Mapping[str, Row], name: str) -> Row:
    try:
        return rows[name]
    except KeyError:
        raise NotKnownError.among(what, name, list(rows)) from None
