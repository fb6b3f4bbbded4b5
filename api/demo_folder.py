"""Where a demonstration project is built: beside its place first, then swapped in whole."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geo_planner.errors import ExistsError

MARK = "demonstration.txt"
"""A file that says a folder was built by this command and may be built again by it."""

_MARK_TEXT = (
    "Built by 'geo-planner demo'. Running it again builds this folder afresh;\n"
    "one that you imported into since is kept under another name.\n"
    "由 geo-planner demo 生成。再次运行会重建本文件夹；其间导入过数据的旧文件夹会改名保留。\n"
)


@contextmanager
def fresh_folder(folder: Path) -> Iterator[Path]:
    """Give a folder to build in and, when the block ends well, put it in the place of ``folder``.

    A demonstration that somebody has worked in since is kept under the next free ``<name>.kept-1``.

    Raises
    ------
    ExistsError
        If ``folder`` holds anything but an earlier demonstration.
    """
    _require_replaceable(folder)
    building = folder.with_name(f".{folder.name}.building")
    shutil.rmtree(building, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield building
        _put_in_place(building, folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _require_replaceable(folder: Path) -> None:
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise ExistsError(str(folder))
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise ExistsError(str(folder))


def _put_in_place(building: Path, folder: Path) -> None:
    """Swap the folders; an earlier one with more imports than it was built with is kept."""
    (building / MARK).write_text(f"{_MARK_TEXT}{_imports(building)}\n", encoding="utf-8")
    if folder.is_dir():
        if (folder / MARK).is_file() and _imports(folder) != _imports_when_built(folder):
            folder.rename(_free_name(folder))
        else:
            shutil.rmtree(folder)
    building.rename(folder)


def _imports(folder: Path) -> int:
    from layers.store import Store  # noqa: PLC0415 - heavy

    return len(list(Store(folder).history()))


def _imports_when_built(folder: Path) -> int:
    last = (folder / MARK).read_text(encoding="utf-8").strip().splitlines()[-1]
    return int(last) if last.isdigit() else -1


def _free_name(folder: Path) -> Path:
    number = 1
    while folder.with_name(f"{folder.name}.kept-{number}").exists():
        number += 1
    return folder.with_name(f"{folder.name}.kept-{number}")
