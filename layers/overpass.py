"""Streets asked of an Overpass server, by osmnx: the only code here that goes on-line.

osmnx asks; the answer is written as an OpenStreetMap file, so that it is read, kept with the
project and read again like any other extract.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo_planner.errors import NoStreetsInFileError, UnreadableFileError
from geo_planner.notes import msgid
from layers.osm_rules import OsmRules, osm_rules

if TYPE_CHECKING:
    import requests

Bounds = tuple[float, float, float, float]
BUSY = (429, 504)
PATIENCE = 5
"""How often a busy server is asked again (osmnx waits a minute each time)."""


def parse_where(text: str) -> str | Bounds:
    """Return ``west,south,east,north`` in degrees as numbers, anything else as a place's name.

    Raises
    ------
    ValueError
        If four numbers cannot be such bounds, or there is no text.
    """
    parts = re.split(r"[,，]\s*", text.strip())
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        return text.strip()
    west, south, east, north = numbers if len(numbers) == 4 else (0.0, 0.0, 0.0, 0.0)
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise ValueError(text)
    return west, south, east, north


def fetch_streets(
    where: str | Bounds, folder: Path, *, url: str | None = None, rules: OsmRules | None = None
) -> Path:
    """Ask for every street in a place and return the file it was written to.

    Parameters
    ----------
    where
        West, south, east, north in degrees (WGS84), or the name of a place with an outline.
        Streets up to 500 m outside are asked for as well, and none is cut at the rim.
    folder
        Where to write; ``overpass-....osm.pbf``, for :func:`layers.streets.read_streets`.
    url
        Overpass server, such as an office's own; osmnx's if None.

    Raises
    ------
    UnreadableFileError
        If there is no answer, or not the whole answer.
    NoStreetsInFileError
        If there is no street.
    """
    name = where if isinstance(where, str) else ",".join(f"{one:g}" for one in where)
    label = f"Overpass {name}"
    answers = _ask(where, label, url, rules or osm_rules())
    nodes, ways, moment = _elements(answers, label)
    if not ways:
        raise NoStreetsInFileError(label, msgid("none of its ways can be walked or driven"))
    slug = re.sub(r"[^\w.,-]+", "-", name).strip("-")[:80]
    return _write(folder / f"overpass-{slug}.osm.pbf", nodes, ways, moment)


def _ask(
    where: str | Bounds, label: str, url: str | None, rules: OsmRules
) -> list[Mapping[str, Any]]:
    """Return the server's answers as they come; osmnx then stops before it builds anything."""
    import osmnx  # noqa: PLC0415 - heavy

    answers = _Answers()
    filters = rules.overpass_filters()
    with _settings(answers, url):
        try:
            if isinstance(where, str):
                osmnx.graph_from_place(where, custom_filter=filters, retain_all=True)
            else:
                osmnx.graph_from_bbox(where, custom_filter=filters, retain_all=True)
        except InterruptedError:  # "cache only": everything was asked
            pass
        except (OSError, ValueError, TypeError, LookupError) as problem:
            reason = str(problem).splitlines()[0] if str(problem) else type(problem).__name__
            raise UnreadableFileError(label, reason) from problem
    return answers.found


@contextmanager
def _settings(answers: _Answers, url: str | None) -> Iterator[None]:
    """Set osmnx to hand over answers and build nothing; all is as before afterwards."""
    import socket  # noqa: PLC0415 - only to undo what osmnx does to it

    import osmnx  # noqa: PLC0415 - heavy

    hooked = {**osmnx.settings.requests_kwargs, "hooks": {"response": answers}}
    wanted: dict[str, Any] = {
        "use_cache": False,
        "cache_only_mode": True,
        "requests_kwargs": hooked,
    }
    if url is not None:  # an office's own server hands out no turns
        wanted |= {"overpass_url": url, "overpass_rate_limit": False}
    before = {name: getattr(osmnx.settings, name) for name in wanted}
    resolver = socket.getaddrinfo
    for name, value in wanted.items():
        setattr(osmnx.settings, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(osmnx.settings, name, value)
        socket.getaddrinfo = resolver


class _Answers:
    """Listens to every answer: osmnx only logs errors and what a server says about breaking off."""

    def __init__(self) -> None:
        self.found: list[Mapping[str, Any]] = []
        self.busy = 0

    def __call__(self, response: requests.Response, *_: object, **__: object) -> None:
        """Keep an answer to a question, or refuse it; other answers are osmnx's business."""
        if response.request.method != "POST":
            return
        if response.status_code in BUSY and self.busy < PATIENCE:
            self.busy += 1
            return
        response.raise_for_status()
        try:
            answer = response.json()
        except ValueError:
            return  # osmnx refuses what is no JSON
        if isinstance(answer, dict):
            self.found.append(answer)


def _elements(
    answers: Sequence[Mapping[str, Any]], label: str
) -> tuple[dict[int, Any], dict[int, Any], str | None]:
    """Return nodes and ways by id, and the moment the data is of.

    Raises
    ------
    UnreadableFileError
        If the server says that it broke off.
    """
    nodes: dict[int, Any] = {}
    ways: dict[int, Any] = {}
    moments = []
    for answer in answers:
        if "error" in str(answer.get("remark", "")):
            raise UnreadableFileError(label, str(answer["remark"]))
        moments.append((answer.get("osm3s") or {}).get("timestamp_osm_base"))
        for one in answer.get("elements", ()):
            {"node": nodes, "way": ways}.get(one["type"], {})[one["id"]] = one
    return nodes, ways, min(filter(None, moments), default=None)


def _write(path: Path, nodes: dict[int, Any], ways: dict[int, Any], moment: str | None) -> Path:
    import osmium  # noqa: PLC0415 - heavy

    header = osmium.io.Header()
    if moment is not None:
        header.set("osmosis_replication_timestamp", moment)
    kind = osmium.osm.mutable
    with osmium.SimpleWriter(str(path), header=header, overwrite=True) as writer:
        for ref, one in sorted(nodes.items()):
            place = one["lon"], one["lat"]
            writer.add_node(kind.Node(id=ref, location=place, tags=one.get("tags", {})))
        for ref, one in sorted(ways.items()):
            writer.add_way(kind.Way(id=ref, nodes=one["nodes"], tags=one.get("tags", {})))
    return path
