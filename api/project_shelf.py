"""The projects a server holds: found by folder name, opened once and again when they change."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from geo_planner import measure, measure_all
from geo_planner.errors import NotKnownError
from layers import open_project
from layers.store import Store

if TYPE_CHECKING:
    from geo_planner.coverage import Coverage
    from geo_planner.project import Project

Answer = TypeVar("Answer")
Stamp = tuple[tuple[str, int, int, int], ...]
ANSWERS_KEPT = 64
"""Answers kept for each open project beside two days of verdicts; the oldest makes room."""


@dataclass
class OpenProject:
    """A project in memory with the answers already worked out from it."""

    id: str
    stamp: Stamp
    project: Project
    answers: OrderedDict[Hashable, Any] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def remember(self, key: Hashable, work_out: Callable[[], Answer]) -> Answer:
        """Return the answer under ``key``, worked out at most once while there is room for it."""
        with self.lock:
            if key not in self.answers:
                self._keep(key, work_out())
            self.answers.move_to_end(key)
            kept: Answer = self.answers[key]
            return kept

    def coverage(self, indicator: str, day: date) -> Coverage:
        """Return one verdict."""
        return self.remember((indicator, day), lambda: measure(self.project, indicator, as_of=day))

    def coverages(self, day: date, priority: str | None = None) -> list[Coverage]:
        """Return every verdict of a day, in catalogue order."""
        rows = self.project.catalogue.indicators.values()
        wanted = [row.id for row in rows if priority is None or row.priority == priority]
        with self.lock:
            if any((name, day) not in self.answers for name in wanted):
                for one in measure_all(self.project, as_of=day, priority=priority):
                    self._keep((one.indicator.id, day), one)
            return [self.answers[name, day] for name in wanted]

    def _keep(self, key: Hashable, answer: object) -> None:
        self.answers[key] = answer
        room = ANSWERS_KEPT + 2 * len(self.project.catalogue.indicators)
        while len(self.answers) > room:
            self.answers.popitem(last=False)


class ProjectShelf:
    """Projects by id.

    An id is the name of a folder directly below ``root`` (or of ``root`` itself where that is a
    project). It is looked up among the folders that are there and never joined to a path, so that
    no id can lead outside.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self._open: dict[str, OpenProject] = {}
        self._locks: dict[str, Lock] = {}
        self._lock = Lock()

    def folders(self) -> dict[str, Path]:
        """Return the project folders there are now, by id, in order."""
        if is_project(self.root):
            return {self.root.name: self.root}
        if not self.root.is_dir():
            return {}
        found = (one for one in self.root.iterdir() if not one.name.startswith("."))
        return {
            one.name: one
            for one in sorted(found)
            if is_project(one) and one.resolve().parent == self.root
        }

    def folder(self, project_id: str) -> Path:
        """Return the folder of a project.

        Raises
        ------
        NotKnownError
            If there is no such project; near names are listed.
        """
        folders = self.folders()
        if project_id not in folders:
            raise NotKnownError.among("project", project_id, list(folders))
        return folders[project_id]

    def store(self, project_id: str) -> Store:
        """Return the store of a project, for reading its history or changing it."""
        return Store(self.folder(project_id))

    def opened(self, project_id: str) -> OpenProject:
        """Return a project in memory, opened again if its files have changed since."""
        folder = self.folder(project_id)
        with self._lock:
            lock = self._locks.setdefault(project_id, Lock())
        with lock:
            stamp = stamp_of(folder)
            known = self._open.get(project_id)
            if known is None or known.stamp != stamp:
                known = OpenProject(project_id, stamp, open_project(folder))
                self._open[project_id] = known
            return known


def is_project(folder: Path) -> bool:
    """Return whether a folder holds a project."""
    return (folder / "project.toml").is_file()


def stamp_of(folder: Path) -> Stamp:
    """Return what changes whenever a project's files do: names, inodes, times and sizes."""
    paths = [folder / "project.toml", folder / "project.gpkg"]
    paths += sorted((folder / "catalogue").glob("*.toml"))
    found = []
    for path in paths:
        try:
            now = path.stat()
        except FileNotFoundError:
            continue
        found.append((path.name, now.st_ino, now.st_mtime_ns, now.st_size))
    return tuple(found)
