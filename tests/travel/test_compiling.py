"""Compiled loops where their machine code can be kept, and where it cannot."""

import numpy as np
import pytest
from numba.core import caching

from geo_planner.travel.graph import compiling, contraction


def test_loops_run_where_no_folder_takes_the_machine_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service user without a home, on a package it may not write to."""
    monkeypatch.setattr(caching.CacheImpl, "_locator_classes", [])
    loop = compiling.compiled.__wrapped__(contraction.hilbert_rank)
    # Two squares a side: the curve goes (0, 0), (0, 1), (1, 1), (1, 0).
    x, y = np.array([1.0, 0.0, 1.0, 0.0]), np.array([0.0, 0.0, 1.0, 1.0])
    assert loop(x, y, 1).tolist() == [3, 0, 2, 1]
