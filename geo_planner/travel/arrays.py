"""Names for the arrays that travel works on."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Labels = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]
Shapes = npt.NDArray[Any]
"""Shapely geometries, one an element; None where there is no shape."""


def gather(first: Ints, last: Ints) -> Ints:
    """Return the concatenation of the ranges ``first[i]..last[i]`` (each without its end)."""
    counts = last - first
    shift = np.cumsum(counts) - counts
    return np.asarray(np.repeat(first - shift, counts) + np.arange(counts.sum()), dtype=np.int64)
