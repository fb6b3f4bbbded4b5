"""Who is not within reach: acceptance case 7's order, and the unknown last."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo_planner.travel.unreached import unreached


def table(*rows):
    """(id, children, network metres, state)."""
    return pd.DataFrame(
        [
            {"children": children, "network_m": metres, "state": state}
            for _, children, metres, state in rows
        ],
        index=[row[0] for row in rows],
    )


def test_case_7_on_foot() -> None:
    # K1 is within reach; K2 has 35 children, K4 15, K3 10 and no path.
    found = unreached(
        table(
            ("K1", 20, 1100, "within"),
            ("K2", 35, 6400, "beyond"),
            ("K3", 10, np.nan, "no_path"),
            ("K4", 15, 12000, "beyond"),
        )
    )
    assert list(found.index) == ["K2", "K4", "K3"]
    assert found["rank"].tolist() == [1, 2, 3]


def test_no_way_is_the_longest_and_the_uncounted_come_last() -> None:
    found = unreached(
        table(
            ("uncounted", np.nan, 9000, "beyond"),
            ("near", 5, 2000, "beyond"),
            ("cut off", 5, np.nan, "no_path"),
            ("b", 0, 3000, "beyond"),
            ("a", 0, 3000, "beyond"),
            ("lost", 50, np.nan, "no_position"),
        )
    )
    # Of equal children the longer way, of equal ways the code; nobody knows about the lost one.
    assert list(found.index) == ["cut off", "near", "a", "b", "uncounted"]


def test_something_else_counted_instead() -> None:
    rows = table(("a", np.nan, 2000, "beyond"), ("b", np.nan, 9000, "beyond"))
    assert list(unreached(rows).index) == ["b", "a"]
    weighed = unreached(rows, np.array([30.0, 4.0]))
    assert list(weighed.index) == ["a", "b"]
    assert weighed["weight"].tolist() == [30.0, 4.0]
