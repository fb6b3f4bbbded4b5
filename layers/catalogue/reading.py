"""Read rows from TOML text and check each: every fault is named, none is repaired silently."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any, TypeVar, cast, get_args, get_type_hints

from pydantic import TypeAdapter, ValidationError

from geo_planner.bundle_rows import Bundle, FacilityCost
from geo_planner.catalogue import (
    BarrierKind,
    FacilityType,
    Indicator,
    Label,
    TravelMode,
    UnitKind,
)
from geo_planner.monitoring_rows import Network, Threshold, WarningReason
from geo_planner.notes import Note, msgid
from layers.catalogue.sense import NO_NUMBER, FieldFault, nonsense

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

LARGEST = 4_000_000
"""Bytes a file of rows may have; the packaged ones together have a twentieth of it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan the rows belong to, and the years it runs."""

    id: str
    title: Label
    period: tuple[int, int]


ROW_TYPES: Mapping[str, type] = {
    "unit_kind": UnitKind,
    "facility_type": FacilityType,
    "travel_mode": TravelMode,
    "indicator": Indicator,
    "barrier_kind": BarrierKind,
    "bundle": Bundle,
    "facility_cost": FacilityCost,
    "threshold": Threshold,
    "warning_reason": WarningReason,
    "network": Network,
}
"""What a file's ``[[section]]`` holds."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row as read: its value (None where it has faults) and where it stands."""

    section: str
    id: str
    value: Any
    file: str
    where: Note
    replaces: bool = False

    def fault(self, path: str, wrong: Note) -> Note:
        """Return a fault of a field of this row, with file, row and field."""
        params = {"where": self.where, "field": path, "fault": wrong}
        return Note("catalogue-field", msgid("{where}: field '{field}': {fault}"), params)


@dataclass(slots=True)
class Reading:
    """Everything read from some files: rows of the catalogue, the plan's own row, and faults."""

    entries: list[Entry] = field(default_factory=list)
    plan: Entry | None = None
    faults: list[Note] = field(default_factory=list)

    def of(self, row_type: type[Row]) -> list[Row]:
        """Return the rows of a type that have no fault, in the order they were read."""
        return [entry.value for entry in self.entries if isinstance(entry.value, row_type)]


def read_rows(texts: Iterable[tuple[str, bytes]]) -> Reading:
    """Return the rows of TOML files given as (name, content)."""
    reading = Reading()
    seen: dict[tuple[str, str], str] = {}
    for file, content in texts:
        for section, number, raw in _raw_rows(file, content, reading.faults):
            entry, faults = _entry(file, section, number, raw)
            key = (section, "" if section == "plan" else entry.id or f"{file} {number}")
            if key in seen:
                template = msgid("the same row stands in {file} too")
                faults.append(("id", Note("twice", template, {"file": seen[key]})))
            seen[key] = file
            reading.faults += [entry.fault(path, wrong) for path, wrong in faults]
            if section == "plan":
                reading.plan = entry
            else:
                reading.entries.append(entry)
    return reading


def _raw_rows(
    file: str, content: bytes, faults: list[Note]
) -> Iterator[tuple[str, int, Mapping[str, Any]]]:
    """Yield (section, number, row) of one file; say what cannot be read as rows."""

    def refuse(template: str, **params: Any) -> None:  # noqa: ANN401 - parameters of a sentence
        faults.append(Note("catalogue-file", template, {"file": file, **params}))

    if len(content) > LARGEST:
        size = {"size": len(content), "limit": LARGEST}
        refuse(msgid("{file}: has {size} bytes, the limit is {limit}"), **size)
        return
    try:
        document = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        refuse(msgid("{file}: is not UTF-8 text; save it as UTF-8"))
        return
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        refuse(msgid("{file}: is not valid TOML: {detail}"), detail=str(error))
        return
    for section, held in document.items():
        if section == "plan" and isinstance(held, dict):
            yield section, 1, held
        elif section not in ROW_TYPES:
            known = [*(f"[[{name}]]" for name in ROW_TYPES), "[plan]"]
            template = msgid("{file}: '{section}' is not a sort of row; known are {known}")
            refuse(template, section=section, known=known)
        elif not isinstance(held, list) or not all(isinstance(one, dict) for one in held):
            refuse(
                msgid("{file}: '{section}' must be written [[{section}]] above each row"),
                section=section,
            )
        else:
            for number, raw in enumerate(held, start=1):
                yield section, number, raw


def _entry(
    file: str, section: str, number: int, raw: Mapping[str, Any]
) -> tuple[Entry, list[FieldFault]]:
    """Return the row with all its faults; it has a value only if there is none."""
    row = dict(raw)
    replaces = row.pop("replaces", False)
    row_type = Plan if section == "plan" else ROW_TYPES[section]
    faults = list(_unknown_fields(row, row_type, ""))
    if not isinstance(replaces, bool):
        faults.append(("replaces", Note("no-flag", _SENTENCES["bool_type"])))
    value = None
    try:
        value = _adapter(row_type).validate_json(json.dumps(row, default=str), strict=True)
    except ValidationError as error:
        faults += [_field_fault(one) for one in error.errors(include_url=False)]
    faults += nonsense(row)
    id_ = row["id"] if isinstance(row.get("id"), str) else ""
    what = section.replace("_", " ")
    where = (
        Note("row", msgid("{file}: {what} '{id}'"), {"file": file, "what": what, "id": id_})
        if id_
        else Note(
            "row",
            msgid("{file}: {what} no. {number}"),
            {"file": file, "what": what, "number": number},
        )
    )
    return Entry(section, id_, None if faults else value, file, where, replaces is True), faults


@cache
def _adapter(row_type: type) -> TypeAdapter[Any]:
    return TypeAdapter(row_type)


def _unknown_fields(raw: Mapping[str, Any], row_type: type, path: str) -> Iterator[FieldFault]:
    """Name every key that is no field of the row, with the field that may have been meant."""
    nested = _nested(row_type)
    for key, value in raw.items():
        if key not in nested:
            near = get_close_matches(key, nested, n=1)
            yield (
                f"{path}{key}",
                (
                    Note(
                        "no-field",
                        msgid("there is no such field; did you mean '{near}'?"),
                        {"near": near[0]},
                    )
                    if near
                    else Note("no-field", msgid("there is no such field"))
                ),
            )
            continue
        inner = nested[key]
        if inner is None:
            continue
        if isinstance(value, dict):
            yield from _unknown_fields(value, inner, f"{path}{key}.")
        elif isinstance(value, list):
            for number, one in enumerate(value, start=1):
                if isinstance(one, dict):
                    yield from _unknown_fields(one, inner, f"{path}{key}[{number}].")


@cache
def _nested(row_type: type) -> Mapping[str, type | None]:
    """Return each field's name with the dataclass its value is made of, None for plain values."""
    hints = get_type_hints(row_type)
    return {one.name: _dataclass_in(hints[one.name]) for one in fields(row_type)}


def _dataclass_in(hint: object) -> type | None:
    if is_dataclass(hint):
        return cast("type", hint)
    return next((found for part in get_args(hint) if (found := _dataclass_in(part))), None)


_SENTENCES: Mapping[str, str] = {
    "missing": msgid("is missing"),
    "string_type": msgid("must be text in quotes"),
    "bool_type": msgid("must be true or false, without quotes"),
    "int_type": msgid("must be a whole number, without quotes"),
    "int_from_float": msgid("must be a whole number, without quotes"),
    "float_type": NO_NUMBER,
    "decimal_type": NO_NUMBER,
    "decimal_parsing": NO_NUMBER,
    "finite_number": msgid("must be a finite number"),
    "tuple_type": msgid("must be a list in square brackets"),
    "too_long": msgid("has too many entries"),
    "dataclass_type": msgid("must be a table in braces, such as {example}"),
}
"""What a fault of the validator means to the person who writes rows."""


def _field_fault(error: Mapping[str, Any]) -> FieldFault:
    """Return a fault of the validator as a field and a sentence."""
    path = ""
    for part in error["loc"]:
        path += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if path else str(part)
    kind = error["type"]
    if kind == "literal_error":
        allowed = re.findall(r"'([^']*)'", error["ctx"]["expected"])
        params = {"value": error["input"], "allowed": allowed}
        return path, Note(kind, msgid("'{value}' is not one of: {allowed}"), params)
    if kind in _SENTENCES:
        return path, Note(kind, _SENTENCES[kind], {"example": '{ zh = "…", en = "…" }'})
    return path, Note(kind, msgid("is not valid: {detail}"), {"detail": error["msg"]})
