r"""How evenly something is shared out among groups of people.

Gini coefficient of values :math:`x_i` held by :math:`w_i` people each (Gini 1912; for weighted data
Lerman & Yitzhaki 1989, Journal of Econometrics 42:43-47):

.. math:: G = \frac{\sum_i \sum_j w_i w_j |x_i - x_j|}{2 W^2 \bar{x}}

0 where everybody has the same, towards 1 where one has everything.

Palma ratio (Palma 2011, Development and Change 42:87-153): what the tenth of the people with most
has, over what the four tenths with least have. People of one group are alike: a group that lies
across the line is divided in proportion.
"""

from __future__ import annotations

import numpy as np

from geo_planner.travel.arrays import Floats


def gini(values: Floats, people: Floats) -> float:
    """Return the Gini coefficient; ``nan`` where nobody has anything or nobody is counted.

    Parameters
    ----------
    values
        What each person of a group has, not negative, shape (g,).
    people
        How many people each group has, shape (g,).
    """
    order = np.argsort(values, kind="stable")
    held, many = values[order] * people[order], people[order]
    whole, total = many.sum(), held.sum()
    if whole <= 0 or total <= 0:
        return float("nan")
    # Twice the area between the Lorenz curve and the line of equal shares.
    below = np.cumsum(held) - held / 2
    return float(max(0.0, 1.0 - 2.0 * (many * below).sum() / (whole * total)))


def palma(values: Floats, people: Floats) -> float:
    """Return the Palma ratio; ``inf`` where the four tenths with least have nothing.

    ``nan`` where nobody has anything or nobody is counted.
    """
    if people.sum() <= 0 or (values * people).sum() <= 0:
        return float("nan")
    least = _held_by_lowest(values, people, 0.4)
    most = 1.0 - _held_by_lowest(values, people, 0.9)
    return float("inf") if least <= 0 else float(most / least)


def _held_by_lowest(values: Floats, people: Floats, share: float) -> float:
    """Return the part of all that the lowest share of people has: the Lorenz curve there."""
    order = np.argsort(values, kind="stable")
    held, many = (values * people)[order], people[order]
    at = np.concatenate([[0.0], np.cumsum(many) / many.sum()])
    curve = np.concatenate([[0.0], np.cumsum(held) / held.sum()])
    return float(np.interp(share, at, curve))
