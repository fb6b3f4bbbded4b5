"""The bound of covering most that multipliers of the rows prove, sharpened step by step."""

from __future__ import annotations

import numpy as np

from geo_planner.siting.clock import Clock
from geo_planner.siting.covering import most_kernels
from geo_planner.siting.covering.instance import Instance
from geo_planner.siting.covering.room import Room
from geo_planner.siting.plan import PROVEN
from geo_planner.travel.arrays import Flags, Floats
from geo_planner.travel.graph.compiling import compiled

LOOK = 40_000_000
"""Pairs looked at between two looks at the clock."""


class Lagrangian:
    """Multipliers of the rows, and the bound that they prove."""

    def __init__(self, instance: Instance, room: Room, multiplier: Floats | None = None) -> None:
        self._instance = instance
        start = 0.5 * instance.weight / instance.need if multiplier is None else multiplier
        self.lowest: Floats = start
        self._even = not np.isfinite(room.budget)
        self._room = float(room.number if self._even else room.budget)
        self._factor = 1.0
        self.bound = np.inf

    @property
    def floor(self) -> float:
        """The bound; whole weights round it down."""
        return float(np.floor(self.bound + 1e-6)) if self._instance.whole else self.bound

    def sharpen(self, value: float, *, steps: int, clock: Clock) -> None:
        """Take some more steps from the best multipliers.

        Parameters
        ----------
        value
            Weight that a known choice covers.
        """
        instance = self._instance
        multiplier, lowest = self.lowest.copy(), self.lowest.copy()
        slope = np.zeros(instance.rows)
        at = np.array([np.inf, max(self._factor, 0.05), 0.0])
        part = int(np.clip(LOOK / (2 * max(instance.pairs, 1)), 1, steps))
        while steps > 0:
            goes_on = compiled(most_kernels.descend)(
                instance.row_first, instance.row_column, instance.column_first,
                instance.column_row, instance.need, instance.weight, instance.price,
                self._even, self._room, multiplier, lowest, slope, at,
                value, value * (1 + PROVEN / 2), min(part, steps),
            )  # fmt: skip
            steps -= part
            if not goes_on or not clock.goes_on("bounding", value, min(self.bound, float(at[0]))):
                break
        self._factor = float(at[most_kernels.FACTOR])
        self._keep(float(at[most_kernels.BOUND]), lowest)

    def take(self, multiplier: Floats, value: float, *, clock: Clock) -> None:
        """Take other multipliers where they prove more."""
        instance = self._instance
        other = Lagrangian(
            instance,
            Room(
                int(self._room) if self._even else instance.columns,
                np.inf if self._even else self._room,
                np.zeros(instance.columns, dtype=np.int64),
                np.zeros(1, dtype=np.int64),
            ),
            np.clip(multiplier, 0.0, instance.weight / instance.need),
        )
        other.sharpen(value, steps=1, clock=clock)
        if other.bound < self.bound:
            self._factor = 0.05
        self._keep(other.bound, other.lowest)

    def _keep(self, bound: float, multiplier: Floats) -> None:
        if bound < self.bound:
            self.bound, self.lowest = bound, multiplier

    def slack(self) -> Floats:
        """Return what it costs the bound at least to open each column, shape (columns,).

        To open a column beside the most valuable ones costs what it is worth less than the least
        of them; nothing is known under a budget.
        """
        instance = self._instance
        take = int(self._room)
        if not self._even or not 0 < take < instance.columns:
            return np.zeros(instance.columns)
        column = np.repeat(np.arange(instance.columns), np.diff(instance.column_first))
        worth = np.bincount(column, self.lowest[instance.column_row], minlength=instance.columns)
        slack: Floats = np.maximum(np.sort(worth)[-take] - worth, 0.0)
        return slack

    def hopeful(self, value: float) -> Flags:
        """Return the columns that a choice of more than this value may contain."""
        better = value + (1.0 - 1e-6 if self._instance.whole else -PROVEN * value)
        found: Flags = self.bound - self.slack() >= better
        return found
