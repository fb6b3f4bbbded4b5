from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from tests.serving.world import new_project


@pytest.fixture(scope="session", autouse=True)
def _own_state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep long runs out of the home folder of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small world, built once; tests that change it take a copy."""
    folder = tmp_path_factory.mktemp("built") / "small"
    new_project(folder)
    return folder


@pytest.fixture(scope="module")
def shelf(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the small world and one with a Chinese name, for tests that only read."""
    folder = tmp_path_factory.mktemp("projects")
    shutil.copytree(built, folder / "small")
    shutil.copytree(built, folder / "第二个 项目")
    (folder / "no-project").mkdir()
    (folder / "broken").mkdir()
    (folder / "broken" / "project.toml").write_text("name = ", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def client(shelf: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings.of(projects=shelf, upload_limit_mb=1))) as made:
        yield made


@pytest.fixture
def own(built: Path, tmp_path: Path) -> Path:
    """A copy of the small world to change."""
    shutil.copytree(built, tmp_path / "projects" / "small")
    return tmp_path / "projects"


@pytest.fixture
def own_client(own: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings.of(projects=own, upload_limit_mb=1))) as made:
        yield made
