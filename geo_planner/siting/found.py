"""What a model hands back before it is dressed as a plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo_planner.travel.arrays import Flags, Ints


@dataclass(frozen=True, eq=False, slots=True)
class Found:
    """Sites a model chose.

    Attributes
    ----------
    opened
        Candidates to open, shape (m,); None where nothing was found.
    bound
        What no choice can be better than, in the objective of the problem; ``nan`` for none.
    infeasible
        Whether it is proven that no choice fulfils the conditions.
    assigned
        Site of each demand point where the model decides that, shape (n,); None: the nearest open
        one.
    """

    opened: Flags | None
    bound: float = np.nan
    infeasible: bool = False
    assigned: Ints | None = None
