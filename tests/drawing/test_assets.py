"""What the build brought: pinned, with licences, and a typeface that has the characters."""

from __future__ import annotations

import hashlib
import json
import tomllib
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from maps import ASSETS

ROOT = Path(__file__).parents[2]


def test_packages_are_pinned_exactly_and_locked_without_addresses() -> None:
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    text = (ROOT / "package-lock.json").read_text()
    locked = json.loads(text)["packages"]
    assert "http" not in text
    assert "resolved" not in text
    for name, version in wanted.items():
        assert locked[f"node_modules/{name}"]["version"] == version
    assert all(row["integrity"].startswith("sha512-") for key, row in locked.items() if key)


def test_every_listed_file_is_there() -> None:
    rows = tomllib.loads((ROOT / "maps" / "manifest.toml").read_text(encoding="utf-8"))
    for row in rows["file"]:
        assert list(ASSETS.glob(row["path"])), row["path"]
    for row in rows["font"]:
        there = {path.suffix for path in (ASSETS / "fonts").glob(f"{row['name']}.*")}
        assert there == ({".ttf", ".woff"} if row["pages"] else {".ttf"})


def test_the_licence_of_every_package_is_told() -> None:
    text = (ASSETS / "LICENSES.txt").read_text(encoding="utf-8")
    for name, version in json.loads((ROOT / "package.json").read_text())["dependencies"].items():
        assert f"{name} {version}" in text
    assert "SIL OPEN FONT LICENSE" in text.upper()


@pytest.mark.parametrize("name", ["Noto Sans SC 400", "Noto Sans SC 700", "Noto Serif SC 400"])
def test_the_typefaces_have_the_plan_s_characters(name: str) -> None:
    family, weight = name.rsplit(" ", 1)
    font = TTFont(ASSETS / "fonts" / f"{family.replace(' ', '')}-{weight}.ttf")
    drawn = set(font.getBestCmap())
    plan = (ROOT / "layers" / "catalogue" / "plan.zh.txt").read_text(encoding="utf-8")
    names = "".join(
        (ROOT / "layers" / "demo" / "official_units_2023.csv").read_text(encoding="utf-8")
    )
    assert not {one for one in plan + names if one.isprintable() and ord(one) not in drawn}
    assert font["name"].getDebugName(1).startswith(family)


def test_the_hook_has_nothing_left_to_do() -> None:
    # The stamp is the SHA-256 over what the assets are made from; `uv sync` makes them anew.
    inputs = ("package.json", "package-lock.json", "maps/manifest.toml", "hatch_build.py")
    total = hashlib.sha256(b"".join((ROOT / name).read_bytes() for name in inputs))
    assert (ASSETS / ".stamp").read_text() == total.hexdigest()
