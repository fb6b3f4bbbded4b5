"""The house stands: floors, quick start, no row named in code, nothing stray in the wheel."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from layers.catalogue import load_catalogue

ROOT = Path(__file__).parents[2]
PACKAGES = ("geo_planner", "layers", "maps", "api")
FILES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))

HEAVY = ("numpy", "pandas", "geopandas", "shapely", "scipy", "folium", "fastapi", "osmnx", "jinja2")


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize(
    ("package", "above"),
    [
        ("geo_planner", {"layers", "maps", "api"}),
        ("layers", {"maps", "api"}),
        ("maps", {"layers", "api"}),
    ],
)
def test_imports_point_down(package: str, above: set[str]) -> None:
    for path in FILES:
        if path.is_relative_to(ROOT / package):
            assert not _imports(path) & above, path


def test_the_head_opens_nothing() -> None:
    doors = {"os", "pathlib", "io", "socket", "sqlite3", "pyogrio", "folium", "fastapi", "time"}
    stopwatch = ROOT / "geo_planner" / "siting" / "clock.py"  # how long, never what time it is
    for path in FILES:
        if path.is_relative_to(ROOT / "geo_planner"):
            allowed = {"time"} if path == stopwatch else set()
            assert not _imports(path) & (doors - allowed), path


def test_only_the_settings_read_the_environment() -> None:
    for path in FILES:
        if path.is_relative_to(ROOT / "api" / "settings"):
            continue
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\bos\.environ|\bgetenv\(", text), path


def _row_ids() -> set[str]:
    catalogue = load_catalogue()
    words = {*catalogue.indicators, *catalogue.facility_types}
    # One-word types such as "hospital" or "school" are also plain English and column holders.
    return {word for word in words if "_" in word}


def test_code_never_names_a_row_of_the_plan() -> None:
    ids = _row_ids()
    for path in FILES:
        if path.is_relative_to(ROOT / "layers" / "demo"):
            continue  # the made-up office's own files name what they are about
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docs = {
            ast.get_docstring(node, clean=False)
            for node in ast.walk(tree)
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
        }
        named = {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        } - docs
        assert not named & ids, (path, named & ids)


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['geo-planner', '--help']\n"
        "from api.command_line import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert run.stderr.strip().endswith("[]"), run.stderr
    assert "demo" in run.stdout


def test_every_file_says_what_it_is_and_can_be_held_in_mind() -> None:
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        if not text.strip():
            continue
        assert ast.get_docstring(ast.parse(text)), f"{path} has no docstring"
        assert text.count("\n") <= 520, f"{path} is too long to hold in mind"


def test_public_names_are_importable() -> None:
    import geo_planner

    for name in geo_planner.__all__:
        assert getattr(geo_planner, name) is not None
    with pytest.raises(AttributeError):
        _ = geo_planner.no_such_name  # type: ignore[attr-defined]
