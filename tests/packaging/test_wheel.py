"""The wheel holds what an office needs, and nothing else, and works where only it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UV = shutil.which("uv") or os.environ.get("UV", "uv")


def _run(*words: str | Path, **more: object) -> str:
    done = subprocess.run(
        [str(word) for word in words], capture_output=True, text=True, cwd=ROOT, **more
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    _run(UV, "build", "--wheel", "--quiet", "--out-dir", folder)
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_four_packages_and_what_they_need(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"geo_planner", "layers", "maps", "api"}
    endings = (
        "maps/text/zh_CN/LC_MESSAGES/geo_planner.mo",
        "layers/headings.toml",
        "layers/catalogue/plan.toml",
        "geo_planner/py.typed",
    )
    assert set(endings) <= set(names)
    assert any(name.startswith("maps/assets/") and name.endswith(".js") for name in names)
    assert any(name.startswith("maps/assets/") and "noto" in name.lower() for name in names)
    assert not [name for name in names if "node_modules" in name or name.startswith("tests")]
    assert wheel.stat().st_size < 20_000_000


@pytest.mark.slow
def test_the_wheel_works_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    place = tmp_path / "office"
    _run(UV, "venv", "--quiet", place)
    python = place / "bin" / "python"
    _run(UV, "pip", "install", "--quiet", "--python", python, wheel)
    command = place / "bin" / "geo-planner"
    assert "0.1.0" in _run(command, "--version")
    out = _run(command, "demo", tmp_path / "demo", "--lang", "en")
    assert "90" in out
    assert (tmp_path / "demo").is_dir()
