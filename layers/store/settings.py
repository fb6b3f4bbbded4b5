"""``project.toml``: what an office says about its project, in a file people may edit."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pyproj import CRS

from geo_planner.catalogue import Language
from geo_planner.crs import parse_metric_crs
from geo_planner.errors import DamagedError, DataError, NewerFormatError, NoProjectError
from geo_planner.notes import msgid
from layers.store.durable import put_file

FORMAT = 1
LANGUAGES: tuple[Language, ...] = ("zh-CN", "en")
_TYPES: dict[str, type] = {
    "format": int,
    "name": str,
    "plan": str,
    "language": str,
    "crs": str,
    "as_of": date,
    "approval_number": str,
    "notes": list,
}
_HEAD = """\
# 儿童友好规划项目 / A geo_planner project. 本文件可以手工修改 / This file may be edited by hand.
"""


@dataclass(frozen=True, slots=True)
class ProjectSettings:
    """What ``project.toml`` says.

    Attributes
    ----------
    crs
        Metric CRS the office asks for; None leaves it to the first layer with positions.
    as_of
        The date results are given for when none is asked.
    approval_number
        Map approval number (审图号).
    notes
        Sentences to print with maps and reports, such as whose data it is.
    """

    name: str
    language: Language = "zh-CN"
    plan: str | None = None
    crs: str | None = None
    as_of: date | None = None
    approval_number: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def metric_crs(self) -> CRS | None:
        """The stated CRS; raises :class:`CrsNotMetricError` or :class:`DatumUnknownError`."""
        return None if self.crs is None else parse_metric_crs(self.crs)


def write_settings(path: Path, settings: ProjectSettings) -> None:
    """Write ``project.toml``, whole or not at all."""
    values: dict[str, Any] = {
        "format": FORMAT,
        "name": settings.name,
        "plan": settings.plan,
        "language": settings.language,
        "crs": settings.crs,
        "as_of": settings.as_of,
        "approval_number": settings.approval_number,
        "notes": list(settings.notes) or None,
    }
    lines = [f"{name} = {_toml(value)}\n" for name, value in values.items() if value is not None]
    made = path.with_name(path.name + ".new")
    made.write_text(_HEAD + "".join(lines), encoding="utf-8", newline="\n")
    put_file(made, path)


def _toml(value: object) -> str:
    if isinstance(value, (str, list)):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return value.isoformat() if isinstance(value, date) else str(value)


def read_settings(path: Path, project: str) -> ProjectSettings:
    """Return what ``project.toml`` says.

    Raises
    ------
    NoProjectError
        If the folder is no project.
    DamagedError
        If the file is missing or wrong; every fault is named, bad TOML with its line.
    NewerFormatError
        If a newer version wrote it.
    """
    try:
        said = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError):
        if not any(path.with_name(name).exists() for name in ("project.gpkg", "sources")):
            raise NoProjectError(project) from None
        raise DamagedError(project, msgid("project.toml is missing")) from None
    except UnicodeDecodeError as problem:
        raise DamagedError(project, f"project.toml is not UTF-8 (byte {problem.start})") from None
    except (tomllib.TOMLDecodeError, OSError) as problem:
        raise DamagedError(project, f"project.toml: {problem}") from None
    found = said.get("format")
    if type(found) is int and found > FORMAT:
        raise NewerFormatError(project, found, FORMAT)
    faults = [*_faults(said)]
    if faults:
        raise DamagedError(project, "project.toml: " + "; ".join(faults))
    del said["format"]
    return ProjectSettings(**{**said, "notes": tuple(said.get("notes", ()))})


def _faults(said: dict[str, Any]) -> list[str]:
    faults = [f"'{name}' is missing" for name in ("format", "name") if name not in said]
    for name, value in said.items():
        if name not in _TYPES:
            near = get_close_matches(name, _TYPES, n=1)
            faults.append(
                f"'{name}' is not known" + (f"; did you mean '{near[0]}'?" if near else "")
            )
        elif type(value) is not _TYPES[name] or isinstance(value, datetime):
            faults.append(f"'{name}' must be a {_TYPES[name].__name__}")
    notes = said.get("notes")
    if isinstance(notes, list) and not all(isinstance(note, str) for note in notes):
        faults.append("'notes' must be a list of sentences")
    if said.get("language", "zh-CN") not in LANGUAGES:
        faults.append(f"'language' must be one of {', '.join(LANGUAGES)}")
    if type(said.get("format")) is int and said["format"] < 1:
        faults.append("'format' must be 1 or more")
    if type(said.get("crs")) is str:
        try:
            parse_metric_crs(said["crs"])
        except DataError as fault:
            faults.append(str(fault))
    return faults
