"""Machine code for loops over arrays, made when it is first needed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar, cast

Loop = TypeVar("Loop", bound=Callable[..., Any])


@cache
def compiled(loop: Loop) -> Loop:
    """Return the machine code of a loop, compiled now or taken from the cache of earlier runs.

    The interpreter's lock is released while it runs. The cache lies beside the loop's file or,
    where one may not write there, in the user's cache folder.
    """
    import numba  # noqa: PLC0415 - heavy, and small networks do without

    try:
        return cast("Loop", numba.njit(nogil=True, cache=True)(loop))
    except RuntimeError:  # neither place can be written to: every process compiles for itself
        return cast("Loop", numba.njit(nogil=True)(loop))
