"""The annual report of the demonstration: composed, and written in each form.

Beside it stands LibreOffice, which turns the Word document of the same report into a PDF: what an
office does by hand for the PDF that is written at once here. It is left out where it is not there.

    uv run python -m benchmarks.documents --rounds 5
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

YEAR = 2025
PEER = "LibreOffice: docx to PDF"
GOAL = 10.0
"""Seconds the annual report may take."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds

    from layers.demo import build_demo
    from maps.reports import MEDIA_TYPES, write_report

    taken: dict[str, list[float]] = {}

    def clock(name: str, work: Callable[[], Any]) -> Any:
        begun = time.perf_counter()
        done = work()
        taken.setdefault(name, []).append(time.perf_counter() - begun)
        return done

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "demo"
        build_demo(folder, imported_at=datetime(2026, 5, 6, tzinfo=UTC))
        office = shutil.which("soffice")
        command = ["report", str(folder), "--out", str(Path(place) / "again.docx")]
        for _ in range(rounds):
            report = clock("opened and composed", partial(_composed, folder))
            for form in MEDIA_TYPES:
                made = clock(form, partial(write_report, report, form))
                (Path(place) / f"report.{form}").write_bytes(made)
            if office is not None:
                clock(PEER, partial(_converted, office, Path(place)))
            clock("geo-planner report, Word", partial(_commanded, command))
    for name, seconds in taken.items():
        print(f"{name}: {statistics.median(seconds):.2f} s, median of {len(seconds)}")
    if PEER in taken:
        pairs = zip(taken[PEER], taken["pdf"], strict=True)
        ratio = statistics.median(theirs / ours for theirs, ours in pairs)
        print(f"LibreOffice takes {ratio:.1f} times as long as pdf")
    print(f"goal of the whole command: under {GOAL:.0f} s")


def _composed(folder: Path) -> object:
    from api.reporting import compose_report
    from layers.store import Store
    from maps.text import translator

    return compose_report(Store(folder), "annual", YEAR, translator("zh-CN"))


def _converted(office: str, place: Path) -> None:
    out = place / "converted"
    words = [office, "--headless", "--convert-to", "pdf", "--outdir", str(out), "report.docx"]
    subprocess.run(words, cwd=place, check=True, capture_output=True)


def _commanded(words: list[str]) -> None:
    subprocess.run(["geo-planner", *words], check=True, capture_output=True)


if __name__ == "__main__":
    main()
