"""What a person waits for at the prompt: the help, and the whole demonstration.

Beside them, the bare import of geopandas in a fresh interpreter, as a measure of the machine.

    uv run python -m benchmarks.startup --rounds 5
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median


def timed(words: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(words, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    command = str(Path(sys.executable).with_name("geo-planner"))
    with tempfile.TemporaryDirectory() as folder:
        tasks = {
            "geo-planner --help": [command, "--help"],
            "geo-planner demo": [command, "demo", f"{folder}/demo"],
            "python -c 'import geopandas'": [sys.executable, "-c", "import geopandas"],
        }
        seconds = {
            name: [timed(words) for _ in range(given.rounds)] for name, words in tasks.items()
        }
    for name, runs in seconds.items():
        print(
            f"{name:<30} median {median(runs):6.2f} s, "
            f"least {min(runs):6.2f} s, most {max(runs):6.2f} s"
        )


if __name__ == "__main__":
    main()
