r"""Lower bounds: every point's being served once is not demanded, but priced.

.. math:: L(u) = \sum_i u_i + \min_{x \in X} \sum_j x_j \sum_i \min(0, c_{ij} - u_i)

Whatever the multipliers ``u``, no choice of sites costs less than ``L(u)``; the greatest ``L`` is
the bound of the strong linear relaxation. Cornuejols, Fisher & Nemhauser (1977), Management Science
23:789-810. Raised by subgradients deflected as by Camerini, Fratta & Maffioli (1975), Mathematical
Programming Study 3:26-34, each step a share of the distance to the best value known. A site whose
opening (or closing) alone lifts the bound past that value is closed (or open) in every better
answer: Beasley (1985). ``X`` keeps to the number of sites and the groups' minimum; a budget is
priced as well.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo_planner.siting.clock import Clock
from geo_planner.siting.medians import kernels
from geo_planner.siting.medians.instance import Instance
from geo_planner.travel.arrays import Flags, Floats, Labels
from geo_planner.travel.graph.compiling import compiled

PAIRS_A_LOOK = 200_000_000
"""Pairs after which to look at the clock."""


@dataclass(frozen=True, eq=False, slots=True)
class Raised:
    """What raising the bound came to.

    Attributes
    ----------
    bound
        No choice costs less than this, or than ``value`` or the value known before if they are
        lower still; ``inf`` where there is none.
    dual
        Multipliers of the bound, shape (n + 1,), the last one of the money.
    state
        Free, open or closed in every answer better than both values, shape (m,).
    share
        How often each site was taken of late, 0 to 1, shape (m,).
    taken, value
        The best choice met on the way, shape (m,), and its value; ``inf`` for none.
    steps
        Steps made.
    """

    bound: float
    dual: Floats
    state: Labels
    share: Floats
    taken: Flags
    value: float
    steps: int


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to raise a bound.

    Attributes
    ----------
    steps
        At most.
    patience
        Steps without a better bound before the step factor shrinks.
    factor
        Step factor to begin with: share of the distance to the best value known.
    """

    steps: int
    patience: int
    factor: float


def raised(instance: Instance, dual: Floats, upper: float, effort: Effort, clock: Clock) -> Raised:
    """Return the bound after some steps from given multipliers, shape (n + 1,).

    Ends as soon as nothing better than ``upper``, the value of the best answer known, is left.
    """
    one = instance
    limits = np.append(one.away, np.inf)
    now = np.minimum(dual, limits)
    best, direction = now.copy(), np.zeros(one.n + 1)
    state = np.zeros(one.m, dtype=np.int32)
    share, taken = np.zeros(one.m), np.zeros(one.m, dtype=np.bool_)
    control = np.array([-np.inf, effort.factor, 0.0, upper, one.drop_below(upper), np.inf])
    loop = compiled(kernels.climb)
    a_look = max(1, PAIRS_A_LOOK // max(len(one.site), one.n, 1))
    made, end = 0, kernels.GOES_ON
    while made < effort.steps and end == kernels.GOES_ON and clock.left > 0:
        now_steps = min(a_look, effort.steps - made)
        end = loop(
            one.first, one.site, one.cost, one.away, one.choose, one.group, one.need, one.price,
            one.money, state, now, best, direction, share, taken, control, now_steps,
            effort.patience,
        )  # fmt: skip
        made += now_steps
    bound = np.inf if end == kernels.IMPOSSIBLE else float(control[kernels.BEST])
    return Raised(bound, best, state, share, taken, float(control[kernels.TAKEN_VALUE]), made)
