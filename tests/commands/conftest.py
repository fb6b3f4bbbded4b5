from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.command_line import run
from tests.serving.world import new_project


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


Call = Callable[..., Outcome]


@pytest.fixture
def call(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Run the command line on some words."""
    monkeypatch.delenv("GEO_PLANNER_LANG", raising=False)

    def called(*words: object) -> Outcome:
        capfd.readouterr()
        code = run([str(word) for word in words])
        told = capfd.readouterr()
        return Outcome(code, told.out, told.err)

    return called


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("commands") / "small"
    new_project(folder)
    return folder


@pytest.fixture
def project(built: Path, tmp_path: Path) -> Path:
    """A copy of the small world to change."""
    return Path(shutil.copytree(built, tmp_path / "small"))
