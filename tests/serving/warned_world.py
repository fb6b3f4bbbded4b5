"""The small world with returns of two years: a regiment falls below, and one falls silent."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pandas as pd

from layers.store import Store
from tests.serving.world import MOMENT, new_project

EACH, GROSS = "vaccination_rate", "preschool_gross_enrolment"


def returns() -> pd.DataFrame:
    # 990 of 1000 keep 98 %, 979 of 1000 do not. C1 reported in 2023 and never again.
    rows = [
        (EACH, "R1", "2024", 990.0, 1000.0),
        (EACH, "R1", "2025", 979.0, 1000.0),
        (GROSS, "C1", "2023", 9.0, 10.0),
    ]
    columns = ["indicator", "unit_id", "period", "numerator", "denominator"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(source="教育局", source_row=range(2, len(frame) + 2))


def warned_project(folder: Path) -> Store:
    """Make the project: one red warning of the division, one blue of a community, in 2025."""
    store = new_project(folder)
    store.commit_layer(
        returns(), layer="observations", file="年报.xlsx", imported_at=MOMENT + timedelta(days=1)
    )
    return store
