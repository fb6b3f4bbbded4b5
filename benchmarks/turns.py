"""Tools take turns (A B C A B C ...), each in a fresh process, so that a drifting machine is fair.

A benchmark's module answers ``--child TOOL --answer FILE`` by measuring one tool once: it saves its
figures beside the answer, so that all tools can be held to the same one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

Row = dict[str, float]


def status_mib(key: str) -> float:
    """Return a line of this process's status, such as ``VmHWM`` (peak memory), in MiB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(key))


def forget_peak() -> float:
    """Let the peak of memory start anew; return what is in use now, in MiB."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return status_mib("VmRSS")


def report(answer: Path, found: np.ndarray, **row: float) -> None:
    """Hand a child's figures and answer to its parent."""
    np.save(answer, found)
    answer.with_suffix(".json").write_text(json.dumps(row), encoding="utf-8")


class Turns:
    """Figures of every tool, one row a round."""

    def __init__(self, module: str, tools: list[str], rounds: int, given: list[str]) -> None:
        self.tools = tools
        self.rows: dict[str, list[Row]] = {tool: [] for tool in tools}
        self.differs: dict[str, tuple[float, int]] = {}
        self.failed: dict[str, str] = {}
        reference = None
        with tempfile.TemporaryDirectory() as folder:
            answer = Path(folder) / "answer.npy"
            for _ in range(rounds):
                for tool in [tool for tool in tools if tool not in self.failed]:
                    row = self._one(module, tool, answer, given)
                    if row is None:
                        continue
                    self.rows[tool].append(row)
                    found = np.load(answer)
                    if reference is None:
                        reference = found
                    elif found.size:
                        self.differs[tool] = _difference(reference, found)

    def _one(self, module: str, tool: str, answer: Path, given: list[str]) -> Row | None:
        call = [sys.executable, "-m", module, *given, "--child", tool, "--answer", str(answer)]
        try:
            done = subprocess.run(call, capture_output=True, text=True, timeout=900, check=False)
        except subprocess.TimeoutExpired:
            self.failed[tool] = "stopped after 900 s"
            return None
        if done.returncode:
            self.failed[tool] = (done.stderr.strip().splitlines() or ["no message"])[-1]
            return None
        row: Row = json.loads(answer.with_suffix(".json").read_text(encoding="utf-8"))
        return row

    def typical(self, tool: str, key: str) -> float:
        """Return the median of a figure over all rounds."""
        return median([row[key] for row in self.rows[tool]])

    def ratio(self, tool: str, key: str, *, to: str) -> float:
        """Return the median over rounds of one tool's figure divided by another's."""
        pairs = zip(self.rows[tool], self.rows[to], strict=False)
        return median([one[key] / other[key] for one, other in pairs])

    def table(self, keys: list[str], *, to: str, ratios: list[str]) -> None:
        """Print every tool's medians, ratios to one of them, and how answers compare."""
        print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        heads = [*keys, *(f"{key} x" for key in ratios)]
        print(
            f"{'':18}" + "".join(f"{head:>12}" for head in heads) + "   differs by, reach differs"
        )
        for tool in self.tools:
            if not self.rows[tool]:
                print(f"{tool:18} did not finish: {self.failed.get(tool, '')}")
                continue
            cells = [self.typical(tool, key) if key in self.rows[tool][0] else None for key in keys]
            cells += [
                self.ratio(tool, key, to=to) if key in self.rows[tool][0] else None
                for key in ratios
            ]
            shown = "".join(f"{'' if cell is None else f'{cell:.3f}':>12}" for cell in cells)
            most, reach = self.differs.get(tool, (None, None))
            said = "" if most is None else f"   {most:.2g} m, {reach}"
            print(f"{tool:18}{shown}{said}")


def _difference(reference: Any, found: Any) -> tuple[float, int]:
    """Return the largest difference of two answers, and how many are reached by one only."""
    both = np.isfinite(reference) & np.isfinite(found)
    most = float(np.abs(reference[both] - found[both]).max(initial=0.0))
    return most, int((np.isfinite(reference) != np.isfinite(found)).sum())
