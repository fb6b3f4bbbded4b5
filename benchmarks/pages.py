"""How big the demonstration's map is, served and self-contained, and how long it takes to draw.

uv run python -m benchmarks.pages
"""

from __future__ import annotations

import gzip
import time

from layers import demo_project
from maps import draw_map, render_html


def main() -> None:
    start = time.perf_counter()
    project = demo_project()
    print(f"demonstration project built from its files: {time.perf_counter() - start:.2f} s")
    for self_contained in (False, True):
        start = time.perf_counter()
        page = render_html(draw_map(project), self_contained=self_contained).encode()
        seconds = time.perf_counter() - start
        name = "self-contained" if self_contained else "served"
        packed = len(gzip.compress(page)) / 1e6
        print(f"{name:<15} {len(page) / 1e6:5.2f} MB, {packed:5.2f} MB gzipped, {seconds:.2f} s")


if __name__ == "__main__":
    main()
