"""Load the catalogue: the packaged rows of the plan, then the rows of a project's own folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from geo_planner.bundle_rows import Bundle, FacilityCost
from geo_planner.catalogue import (
    BarrierKind,
    Catalogue,
    FacilityType,
    Indicator,
    Label,
    TravelMode,
    UnitKind,
)
from geo_planner.errors import CatalogueError
from geo_planner.monitoring_rows import Network, Threshold, WarningReason
from geo_planner.notes import Note, msgid
from layers.catalogue.reading import Plan, Reading, read_rows

PACKAGE = "layers.catalogue"

HELD = msgid("is already in the catalogue; write replaces = true to put this row in its place")
NO_RULE = msgid("no rule of monitoring goes by a threshold of this id")
NOT_HELD = msgid("there is no row of this id to replace")


def plan_text() -> str:
    """Return the plan's full Chinese text, which every quote is an exact part of."""
    return files(PACKAGE).joinpath("plan.zh.txt").read_text(encoding="utf-8")


def load_catalogue(extra: Path | None = None) -> Catalogue:
    """Return the packaged catalogue, with the rows of a project's folder added.

    Parameters
    ----------
    extra
        A folder whose ``*.toml`` files hold more rows, read in the order of their names; one that
        does not exist adds nothing. A row whose id is already there has to say ``replaces = true``.
        A ``[plan]`` of another id that replaces the packaged plan brings its own indicators: those
        of the packaged plan are left out, kinds, types and modes stay.

    Raises
    ------
    CatalogueError
        With every fault of every file at once, each naming file, row and field.
    """
    packaged = _packaged()
    if extra is None or not extra.is_dir():
        return packaged
    paths = sorted(path for path in extra.glob("*.toml") if not path.name.startswith("."))
    reading = read_rows((path.name, path.read_bytes()) for path in paths)
    base = _without_its_plan(packaged) if _brings_a_plan(reading, packaged) else packaged
    _check_replacing(base, reading)
    return _joined(base, reading)


def _brings_a_plan(reading: Reading, packaged: Catalogue) -> bool:
    """Return whether the rows belong to another plan, and not to the packaged one."""
    entry = reading.plan
    return entry is not None and entry.replaces and entry.id != packaged.plan_id


def _without_its_plan(packaged: Catalogue) -> Catalogue:
    """Return the packaged kinds, types and modes: another plan makes other promises."""
    return replace(packaged, indicators={})


@cache
def _packaged() -> Catalogue:
    folder = files(PACKAGE)
    found = [*folder.iterdir(), *folder.joinpath("indicators").iterdir()]
    texts = sorted((one.name, one.read_bytes()) for one in found if one.name.endswith(".toml"))
    reading = read_rows(texts)
    return _joined(Catalogue("", Label("", ""), (0, 0)), reading)


def _check_replacing(packaged: Catalogue, reading: Reading) -> None:
    """Find rows that take the place of others without saying so, or say so for nothing."""
    held: Mapping[str, Mapping[str, Any]] = {
        "unit_kind": packaged.unit_kinds,
        "facility_type": packaged.facility_types,
        "travel_mode": packaged.travel_modes,
        "indicator": packaged.indicators,
        "barrier_kind": packaged.barrier_kinds,
        "bundle": packaged.bundles,
        "facility_cost": packaged.facility_costs,
        "threshold": packaged.thresholds,
        "warning_reason": packaged.warning_reasons,
        "network": packaged.networks,
    }
    for entry in reading.entries:
        there = entry.id in held[entry.section]
        if entry.section == "threshold" and entry.id and not there and not entry.replaces:
            reading.faults.append(entry.fault("id", Note("no-rule", NO_RULE)))
        if there and not entry.replaces:
            reading.faults.append(entry.fault("id", Note("held", HELD)))
        elif entry.replaces and entry.id and not there:
            reading.faults.append(entry.fault("replaces", Note("not-held", NOT_HELD)))
    if reading.plan is not None and not reading.plan.replaces:
        reading.faults.append(reading.plan.fault("id", Note("held", HELD)))


def _joined(base: Catalogue, reading: Reading) -> Catalogue:
    """Return ``base`` with the rows read, or raise every fault of rows and of their references."""
    joined = base
    try:
        joined = base.adding(
            unit_kinds=reading.of(UnitKind),
            facility_types=reading.of(FacilityType),
            travel_modes=reading.of(TravelMode),
            indicators=reading.of(Indicator),
            barrier_kinds=reading.of(BarrierKind),
            bundles=reading.of(Bundle),
            facility_costs=reading.of(FacilityCost),
            thresholds=reading.of(Threshold),
            warning_reasons=reading.of(WarningReason),
            networks=reading.of(Network),
        )
    except CatalogueError as error:
        reading.faults.extend(_placed(error.faults, reading))
    if reading.faults:
        raise CatalogueError(tuple(reading.faults))
    if reading.plan is None:
        return joined
    plan: Plan = reading.plan.value
    return replace(joined, plan_id=plan.id, title=plan.title, period=plan.period)


def _placed(faults: Iterable[Note | str], reading: Reading) -> Iterator[Note]:
    """Name the file of each fault; leave out what only follows from a row that is faulty itself."""
    files_of = {
        (entry.section.replace("_", " "), entry.id): entry.file for entry in reading.entries
    }
    broken = {entry.id for entry in reading.entries if entry.value is None}
    for fault in faults:
        if not isinstance(fault, Note) or fault.params.get("name") in broken:
            continue
        file = files_of.get((fault.params["what"], fault.params["id"]))
        yield (
            fault
            if file is None
            else Note("catalogue-file", msgid("{file}: {fault}"), {"file": file, "fault": fault})
        )
