"""Where the next complete places are most worth creating, and what that judgement rests on.

Units that are recognised already are left out; the others are ranked by a weighted sum of criteria
(:mod:`geo_planner.weighting`), of which every part is shown. A unit of which a criterion is not
known is not ranked: it gets bounds, and the best and worst rank it may have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Any, Literal

import numpy as np
import pandas as pd

from geo_planner.bundle_measures import Bounds, cost_notes, measured, prices_of
from geo_planner.bundle_rows import Criterion, Measure
from geo_planner.bundle_scores import MISSING, PRESENT, UNKNOWN, BundleScores, bundle_scores
from geo_planner.errors import NotKnownError
from geo_planner.notes import Note, msgid
from geo_planner.priority_errors import BadWeightError
from geo_planner.project import Project
from geo_planner.recognised import Recognised, recognised
from geo_planner.travel.arrays import Flags, Floats, Ints
from geo_planner.weighting import (
    DIGITS,
    Sensitivity,
    Values,
    normalised,
    ranks_of,
    sensitivity,
    steady,
)

DRAWS = 1000
SEED = 2030
State = Literal["ranked", "unranked", "recognised"]


@dataclass(frozen=True, slots=True)
class Weighed:
    """A criterion as it was used.

    Attributes
    ----------
    criterion
        The catalogue's row.
    weight
        Its share of all weights; 0 where it was left out.
    least, greatest
        The values that became 0 and 1 (1 and 0 where less is preferred); missing where nobody's is
        known.
    """

    criterion: Criterion
    weight: float
    least: float | None
    greatest: float | None


@dataclass(frozen=True, eq=False, slots=True)
class Priorities:
    """Units in the order in which they are worth completing.

    Attributes
    ----------
    scores
        What each unit has of the bundle.
    units
        One row a unit, indexed by ``unit_id``: the ranked by rank, then those that cannot be
        ranked, then those of whom nothing is known to be missing (``nothing_missing``) and those
        recognised already (``state``). ``rank``, ``name``, ``kind``, ``parent_id``, ``children``,
        ``score`` and ``score_upper`` (exact fractions), ``present``, ``missing``, ``unknown``
        (labels of items), ``distance_m`` (way to the nearest recognised place), ``cost_low`` and
        ``cost_high`` (yuan; missing where some cost is not known), ``priority`` and
        ``priority_upper``, ``part_<measure>`` (what each criterion contributes, at least),
        ``rank_best`` and ``rank_worst`` (of the ranked: when any one weight changes by half; of
        the others: what their bounds allow), ``top_share`` and ``stable``.
    criteria
        The criteria with the weights used.
    sensitivity
        One row a weight changed by half: ``measure``, ``factor``, ``kept`` (units that stay among
        the first ``top``), ``entering`` and ``leaving`` (their ids), ``largest_shift`` (ranks).
    top
        How many units count as the first.
    draws, seed
        Weights drawn for ``top_share``.
    costs
        Yuan a facility type costs, as used.
    notes
        Caveats.
    """

    scores: BundleScores
    units: pd.DataFrame
    criteria: tuple[Weighed, ...]
    sensitivity: pd.DataFrame
    top: int
    draws: int
    seed: int
    costs: Mapping[str, float]
    notes: tuple[Note, ...]

    def as_json(self) -> dict[str, Any]:
        """Return everything as plain values, notes left out (they are put into words elsewhere)."""
        rows = self.units.reset_index().to_dict("records")
        for row in rows:
            for name in ("present", "missing", "unknown"):
                row[name] = [{"zh": one.zh, "en": one.en} for one in row[name]]
            row["items_present"] = len(row["present"])
            row["items"] = len(self.scores.bundle.items)
        return {
            "bundle": self.scores.bundle.id,
            "as_of": self.scores.day,
            "mode": self.scores.mode,
            "method": self.scores.method,
            "counted": self.scores.counted,
            "top": self.top,
            "draws": self.draws,
            "seed": self.seed,
            "criteria": [
                {
                    "measure": one.criterion.measure,
                    "label": {"zh": one.criterion.label.zh, "en": one.criterion.label.en},
                    "prefer": one.criterion.prefer,
                    "weight": one.weight,
                    "least": one.least,
                    "greatest": one.greatest,
                }
                for one in self.criteria
            ],
            "costs": dict(self.costs),
            "units": rows,
            "sensitivity": self.sensitivity.to_dict("records"),
        }


def priorities(
    project: Project,
    bundle: str,
    *,
    weights: Mapping[str, float] | None = None,
    costs: Mapping[str, float] | None = None,
    top: int = 10,
    mode: str | None = None,
    as_of: date | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Priorities:
    """Rank the units that are not recognised yet.

    Parameters
    ----------
    bundle, mode
        Ids of catalogue rows.
    weights
        Weights by measure in place of the bundle's own; they are made to add up to 1, and 0 leaves
        a criterion out.
    costs
        Yuan by facility type in place of the catalogue's.
    top
        How many units count as the first.
    as_of
        Default the project's reference date.
    draws, seed
        Weights drawn to see how often a unit is among the first.

    Raises
    ------
    NotKnownError
        If the bundle, mode, a measure or a facility type is not there.
    BadWeightError, BadCostError
        If a weight or cost is negative or no number, or all weights are 0.
    """
    scores = bundle_scores(project, bundle, mode=mode, as_of=as_of)
    chosen = _weights(scores.bundle.criteria, weights or {})
    prices = prices_of(project, costs or {})
    known = recognised(project, scores)
    free = np.flatnonzero(~known.already & ~nothing_lacks(scores))
    low, high, more = measured(scores, known, prices)
    values: dict[Measure, Values] = {}
    weighed, notes = [], [*scores.notes, *known.notes]
    for criterion in scores.bundle.criteria:
        name = criterion.measure
        first, last = low[name][free], high[name][free]
        values[name] = made = normalised(first, last, more=criterion.prefer == "more")
        weight = chosen[name]
        if weight and len(free) and not (first == last).any():
            notes.append(_left_out(criterion))
            weight = 0.0
        weighed.append(Weighed(criterion, weight, _or_none(made.least), _or_none(made.greatest)))
    total = sum(one.weight for one in weighed)
    if total:
        weighed = [_shared(one, total) for one in weighed]
    notes.extend(more)
    notes.extend(cost_notes(project, scores, prices, costs or {}))
    table = _table(scores, known, low, high)
    parts = {name: (made.low, made.high) for name, made in values.items()}
    ranked, found = _ranked(scores, table, free, weighed, parts, (top, draws, seed))
    changes = _changes(table, weighed, ranked, found, top)
    order = {"ranked": 0, "unranked": 1, "nothing_missing": 2, "recognised": 3}
    place = np.lexsort(
        (table.index.to_numpy(dtype=str), table["rank_best"].fillna(0), table["rank"].fillna(0),
         table["state"].map(order))
    )  # fmt: skip
    return Priorities(
        scores, table.iloc[place], tuple(weighed), changes, top, draws, seed, prices, tuple(notes)
    )


def nothing_lacks(scores: BundleScores) -> Flags:
    """Return which units have something of the bundle and lack nothing that is known, shape (n,).

    There is nothing to build: what is unknown has to be looked up, or the unit to be recognised.
    """
    missing, present = (scores.state == MISSING).any(axis=1), (scores.state == PRESENT).any(axis=1)
    found: Flags = present & ~missing
    return found


def _weights(criteria: tuple[Criterion, ...], given: Mapping[str, float]) -> dict[Measure, float]:
    names = [one.measure for one in criteria]
    for name in given:
        if name not in names:
            raise NotKnownError.among("criterion", name, names)
    chosen = {one.measure: float(given.get(one.measure, one.weight)) for one in criteria}
    if not all(isfinite(one) and one >= 0 for one in chosen.values()) or not any(chosen.values()):
        said = ", ".join(f"{name} {value:g}" for name, value in chosen.items())
        raise BadWeightError(said or "-")
    return chosen


def _table(scores: BundleScores, known: Recognised, low: Bounds, high: Bounds) -> pd.DataFrame:
    table = scores.units.copy()
    count = len(table)
    bounds = [scores.score(row) for row in range(count)]
    table["score"] = pd.Series([one for one, _ in bounds], table.index, dtype=object)
    table["score_upper"] = pd.Series([one for _, one in bounds], table.index, dtype=object)
    for name, state in (("present", PRESENT), ("missing", MISSING), ("unknown", UNKNOWN)):
        labels = [tuple(one.label for one in scores.items(row, state)) for row in range(count)]
        table[name] = pd.Series(labels, table.index, dtype=object)
    table["distance_m"] = known.shown
    table["cost_low"], table["cost_high"] = low["cost"], high["cost"]
    table["state"] = pd.Series(
        np.where(
            known.already,
            "recognised",
            np.where(nothing_lacks(scores), "nothing_missing", "unranked"),
        ),
        table.index,
        dtype=object,
    )
    for name in ("priority", "priority_upper", "top_share"):
        table[name] = np.nan
    for name in ("rank", "rank_best", "rank_worst"):
        table[name] = pd.array([pd.NA] * count, dtype="Int64")
    table["stable"] = pd.array([pd.NA] * count, dtype="boolean")
    return table


def _ranked(
    scores: BundleScores,
    table: pd.DataFrame,
    free: Ints,
    weighed: list[Weighed],
    parts: dict[Measure, tuple[Floats, Floats]],
    how: tuple[int, int, int],
) -> tuple[Ints, Sensitivity]:
    """Fill in priorities and ranks; return the ranked rows and how their ranks change."""
    top, draws, seed = how
    used = [one for one in weighed if one.weight]
    weights = np.array([one.weight for one in used])
    shape = (len(free), len(used))
    low, high = (
        np.array([parts[one.criterion.measure][side] for one in used]).T.reshape(shape)
        for side in (0, 1)
    )
    least, most = np.round(low @ weights, DIGITS), np.round(high @ weights, DIGITS)
    for one in weighed:
        measure = one.criterion.measure
        table[f"part_{measure}"] = np.nan
        place = table.columns.get_loc(f"part_{measure}")
        table.iloc[free, place] = parts[measure][0] * one.weight
    column = {name: table.columns.get_loc(name) for name in table}
    table.iloc[free, column["priority"]] = least
    table.iloc[free, column["priority_upper"]] = most
    sure = (low == high).all(axis=1) & bool(used)
    rows = free[sure]
    children = np.asarray(scores.units["children"], dtype=np.float64)[rows]
    ids = table.index.to_numpy(dtype=str)[rows]
    order = np.lexsort((ids, -np.nan_to_num(children)))
    rank = ranks_of(least[sure], order)
    found = sensitivity(low[sure], weights, order, top=top, draws=draws, seed=seed)
    every = np.vstack([found.rank, rank])
    for name, figures in (
        ("rank", rank), ("rank_best", every.min(axis=0)), ("rank_worst", every.max(axis=0)),
        ("top_share", found.top_share), ("stable", steady(rank, found, top=top)),
    ):  # fmt: skip
        table.iloc[rows, column[name]] = figures
    table.iloc[rows, column["state"]] = "ranked"
    others = np.flatnonzero(~sure)
    ahead = np.sort(least[sure])
    best = 1 + len(ahead) - np.searchsorted(ahead, most[others], side="right")
    worst = 1 + len(ahead) - np.searchsorted(ahead, least[others], side="left")
    table.iloc[free[others], column["rank_best"]] = best
    table.iloc[free[others], column["rank_worst"]] = worst
    return rows, found


def _changes(
    table: pd.DataFrame, weighed: list[Weighed], rows: Ints, found: Sensitivity, top: int
) -> pd.DataFrame:
    """Return what each change of a weight does to the first units."""
    used = [one.criterion.measure for one in weighed if one.weight]
    names = table.index.to_numpy(dtype=object)[rows]
    rank = table["rank"].to_numpy(dtype=float, na_value=np.nan)[rows]
    now = rank <= top
    lines = []
    for which, factor, changed in zip(found.criterion, found.factor, found.rank, strict=True):
        then = changed <= top
        lines.append(
            {
                "measure": used[which],
                "factor": float(factor),
                "kept": int((now & then).sum()),
                "entering": [str(name) for name in names[then & ~now]],
                "leaving": [str(name) for name in names[now & ~then]],
                "largest_shift": int(np.abs(changed - rank).max(initial=0)),
            }
        )
    columns = ["measure", "factor", "kept", "entering", "leaving", "largest_shift"]
    return pd.DataFrame(lines, columns=columns)


def _shared(one: Weighed, total: float) -> Weighed:
    return Weighed(one.criterion, one.weight / total, one.least, one.greatest)


def _or_none(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _left_out(criterion: Criterion) -> Note:
    text = msgid("'{criterion}' is known of no unit: it is left out, the other weights share its.")
    return Note("criterion-left-out", text, {"criterion": criterion.label})
