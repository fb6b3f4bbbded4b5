"""How long an office's big spreadsheet takes to be read, checked and stored.

A made-up list of companies with Chinese headings, codes, a parent, positions in degrees and six
counts is written once as xlsx; only the import is timed, and beside it the bare reading of the same
file into a table by ``pandas.read_excel`` with openpyxl and with calamine.

    uv run python -m benchmarks.importing --rows 100000
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd

from layers.store import Store

HEADINGS = (
    "单位代码",
    "单位名称",
    "经度",
    "纬度",
    "总人口",
    "户数",
    "0-2岁儿童数",
    "3-5岁儿童数",
    "6-11岁儿童数",
    "12-14岁儿童数",
)


def write(path: Path, rows: int) -> None:
    rng = np.random.default_rng(1)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("连队")
    sheet.append(HEADINGS)
    place = np.column_stack([rng.uniform(92, 95, rows), rng.uniform(42, 44, rows)]).round(6)
    counts = rng.integers(1, 400, (rows, 6))
    for number in range(rows):
        sheet.append(
            [
                f"6505{number:08d}",
                f"第{number}连",
                *place[number].tolist(),
                *counts[number].tolist(),
            ]
        )
    book.save(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "连队.xlsx"
        write(file, given.rows)
        print(f"{given.rows:,} rows, {len(HEADINGS)} columns, {file.stat().st_size / 1e6:.1f} MB")
        for number in range(given.rounds):
            store = Store.create(Path(folder) / f"project{number}", name="大表")
            start = time.perf_counter()
            report = store.import_file(file, layer="units", kind="company", crs="EPSG:4490")
            seconds = time.perf_counter() - start
            print(f"  import              {seconds:6.2f} s ({report.added:,} rows stored)")
        for engine in ("calamine", "openpyxl"):
            start = time.perf_counter()
            pd.read_excel(file, engine=engine)
            print(f"  pandas, {engine:<10}  {time.perf_counter() - start:6.2f} s (reading only)")


if __name__ == "__main__":
    main()
