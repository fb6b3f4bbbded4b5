"""The first choice: one column after another, each the most useful next."""

from __future__ import annotations

import numpy as np

from geo_planner.siting.covering.instance import Instance
from geo_planner.siting.covering.room import Room
from geo_planner.travel.arrays import Flags, Floats, Ints, gather


class Gains:
    """What each column would add to a choice, kept up to date as columns are opened.

    A row that lacks ``k`` columns counts ``weight / k``, so that rows nearer to being covered draw
    more; with one column a row this is the weight newly covered.
    """

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._lacking = instance.need.copy()
        self._lengths = np.diff(instance.row_first)
        share = np.repeat(instance.weight / instance.need, self._lengths)
        self.gain: Floats = np.bincount(
            instance.row_column, share, minlength=instance.columns
        ).astype(np.float64)
        self.opened: Flags = np.zeros(instance.columns, dtype=np.bool_)

    def open(self, column: int) -> float:
        """Open a column; return the weight that is covered by it."""
        instance = self._instance
        self.opened[column] = True
        span = slice(instance.column_first[column], instance.column_first[column + 1])
        row = instance.column_row[span]
        row = row[self._lacking[row] > 0]
        lacking = self._lacking[row]
        weight = instance.weight[row]
        change = weight / np.maximum(lacking - 1, 1) * (lacking > 1) - weight / lacking
        self._lacking[row] = lacking - 1
        touched = instance.row_column[gather(instance.row_first[row], instance.row_first[row + 1])]
        np.add.at(self.gain, touched, np.repeat(change, self._lengths[row]))
        self.gain[column] = 0.0
        return float(weight[lacking == 1].sum())


def greedy_choice(instance: Instance, room: Room) -> Flags:
    """Return columns that find room, each the one of most gain (for its price, under a budget).

    Groups are filled up first. The room must not be impossible.
    """
    chosen = _by_gain(instance, room, fill=True)
    if chosen is None:
        chosen = room.cheapest(instance.price)
        assert chosen is not None
        chosen = _by_gain(instance, room, given=chosen)
    assert chosen is not None
    return chosen


def _by_gain(
    instance: Instance, room: Room, *, fill: bool = False, given: Flags | None = None
) -> Flags | None:
    gains = Gains(instance)
    for already in () if given is None else np.flatnonzero(given):
        gains.open(int(already))
    rate = np.maximum(instance.price, 1e-9) if np.isfinite(room.budget) else None
    left = float(room.budget - instance.price[gains.opened].sum())
    count = int(gains.opened.sum())
    for place in np.flatnonzero(room.missing > 0) if fill else ():
        for _ in range(int(room.missing[place])):
            column = _most(instance, gains, rate, left, room.group == place, anyway=True)
            if column < 0 or count == room.number:
                return None
            gains.open(column)
            left -= float(instance.price[column])
            count += 1
    while count < room.number:
        column = _most(instance, gains, rate, left, None)
        if column < 0:
            break
        gains.open(column)
        left -= float(instance.price[column])
        count += 1
    return gains.opened


def _most(
    instance: Instance,
    gains: Gains,
    rate: Floats | None,
    left: float,
    among: Flags | None,
    *,
    anyway: bool = False,
) -> int:
    """Return the closed column of most gain that fits, the lowest of equal ones; -1 for none."""
    worth = gains.gain if rate is None else gains.gain / rate
    barred = gains.opened if rate is None else gains.opened | (instance.price > left)
    if among is not None:
        barred = barred | ~among
    worth = np.where(barred, -1.0, worth)
    column = int(worth.argmax()) if len(worth) else -1
    if column < 0 or worth[column] < 0 or (worth[column] <= 1e-12 and not anyway):
        return -1
    return column


def covered_weight(instance: Instance, opened: Flags) -> float:
    """Return the weight of the rows that a choice covers."""
    return float(instance.weight[times_open(instance, opened) >= instance.need].sum())


def times_open(instance: Instance, opened: Flags) -> Ints:
    """Return how many open columns each row has."""
    row = np.repeat(np.arange(instance.rows), np.diff(instance.row_first))
    counts = np.bincount(row[opened[instance.row_column]], minlength=instance.rows)
    return counts.astype(np.int64)


def without_idle(instance: Instance, room: Room, opened: Flags) -> Flags:
    """Return a choice without columns that hold no weight and no group; the last ones go first."""
    kept = opened.copy()
    times = times_open(instance, opened)
    spare = np.bincount(room.group[opened], minlength=len(room.missing)) - room.missing
    for column in np.flatnonzero(opened)[::-1]:
        span = slice(instance.column_first[column], instance.column_first[column + 1])
        row = instance.column_row[span]
        holds = (times[row] == instance.need[row]) & (instance.weight[row] > 0)
        if holds.any() or spare[room.group[column]] <= 0:
            continue
        kept[column] = False
        times[row] -= 1
        spare[room.group[column]] -= 1
    return kept
