"""An order of building in names: sites by year, how each class stands, what nesting costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo_planner.notes import Note, msgid
from geo_planner.project import Project
from geo_planner.siting.facilities import NO_BOUND
from geo_planner.siting.phasing.program import Programme
from geo_planner.siting.phasing.search import Order
from geo_planner.siting.phasing.wants import Means, Want, Worth
from geo_planner.siting.plan import PROVEN, Status, gap_between
from geo_planner.siting.reaching.promises import Promises
from geo_planner.siting.told import as_plain
from geo_planner.siting_errors import MilestonesError
from geo_planner.travel.arrays import Flags, Floats, Ints

Goals = Mapping[tuple[int, int, int], tuple[float, int]]

LACKS = msgid("{year}, {name}: {count} units short of {percent} %")
NOT_KEPT = Note(
    "promises-not-kept",
    msgid(
        "No order of building was found that keeps every promise; that there is none is not proven."
    ),
)
STOPPED = Note(
    "phases-stopped",
    msgid("The search ended at its limit: the gap says how much better an order could be."),
)
CHILDREN_UNKNOWN = msgid(
    "{count} units do not state their children: to cover them counts for next to nothing."
)


@dataclass(frozen=True, eq=False)
class PhasedPlan:
    """What to build in which year, and what it brings.

    Attributes
    ----------
    wants
        What was asked for, one a facility type.
    years
        Years of building.
    worth
        What was to be covered soonest: ``children`` or ``units``.
    status
        ``optimal`` where the bound proves it, ``feasible`` where a limit came first (or promises
        are not kept and it is not proven that they cannot be), ``infeasible`` where it is proven
        that not all promises can be kept: the plan is then one that lacks least.
    objective, bound, gap
        What is newly covered, weighted, summed over the years; what no order can exceed.
    sites
        GeoDataFrame of points in the project's CRS, in building order: ``order`` (from 1),
        ``year``, ``facility_type``, ``candidate_id``, ``name``, ``unit_id``, ``cost`` (``nan``
        where unknown), ``newly_covered`` (ids of units), ``newly_children`` (of those that state
        any), ``serves_units``.
    classes
        One row a year and class, the state before building first (``year`` is the one before):
        ``year``, ``facility_type``, ``indicator``, ``label``, ``n``, ``covered``, ``unknown``,
        ``share`` (percent that holds whatever the unknown ones are), ``goal`` (percent promised by
        then, ``nan`` for none), ``needed`` (units), ``met`` (None without a goal), ``lacking``.
    table
        One row a year: ``year``, ``budget``, ``spent``, ``spent_total``, ``left`` (money not yet
        spent at the year's end), ``built``, ``units`` and
        ``children`` newly covered so far (all types), ``covered_worth`` (weighted), ``alone`` (the
        most that the money so far could cover in that year if nothing had to stay), ``alone_bound``
        (what it cannot exceed), ``regret`` (the difference), ``regret_percent``.
    notes
        Caveats that must be printed with the figures.
    methods
        How ways were measured for each type (``streets``, ``straight_line``, ``offroad``).
    """

    project: Project
    wants: tuple[Want, ...]
    years: tuple[int, ...]
    worth: Worth
    status: Status
    objective: float
    bound: float
    gap: float
    sites: gpd.GeoDataFrame
    classes: pd.DataFrame
    table: pd.DataFrame
    notes: tuple[Note, ...]
    methods: tuple[str, ...]

    @cached_property
    def lacking(self) -> pd.DataFrame:
        """The promises that are not kept: rows of ``classes``."""
        return self.classes[self.classes["lacking"] > 0]

    @cached_property
    def facilities(self) -> gpd.GeoDataFrame:
        """The sites as facility rows for :meth:`Project.adding`, opened on the year's last day."""
        sites = self.sites
        rows = sites[["name", "facility_type", "unit_id", "serves_units", "geometry"]].copy()
        rows["status"] = "active"
        rows["opened_on"] = pd.to_datetime([date(int(year), 12, 31) for year in sites["year"]])
        keys = zip(sites["facility_type"], sites["candidate_id"], strict=True)
        rows.index = pd.Index([f"proposed:{kind}:{one}" for kind, one in keys], name="facility_id")
        return rows

    def refusal(self) -> MilestonesError | None:
        """Return which promises cannot be kept, None where all are."""
        if self.lacking.empty:
            return None
        return MilestonesError(lacking=tuple(_lack(row) for _, row in self.lacking.iterrows()))

    def as_json(self) -> dict[str, Any]:
        """Return plain values; positions in EPSG:4326, unknown numbers None."""
        points = self.sites.geometry.to_crs(4326)
        sites = self.sites.drop(columns="geometry")
        return {
            "problem": "phases",
            "status": self.status,
            "objective": as_plain(self.objective),
            "bound": as_plain(self.bound),
            "gap": as_plain(self.gap),
            "worth": self.worth,
            "facility_types": [want.facility_type for want in self.wants],
            "years": [_record(row) for row in self.table.to_dict("records")],
            "sites": [
                {**_record(row), "x": round(float(at.x), 7), "y": round(float(at.y), 7)}
                for row, at in zip(sites.to_dict("records"), points, strict=True)
            ],
            "classes": [_record(row) for row in self.classes.to_dict("records")],
            "lacking": [_record(row) for row in self.lacking.to_dict("records")],
            "notes": [
                {"code": note.code, "text": str(note), "params": _record(note.params)}
                for note in self.notes
            ],
        }


def _record(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(name): as_plain(value) for name, value in row.items()}


def _lack(row: pd.Series) -> Note:
    percent = f"{row['goal']:g}"
    return Note(
        "promise-short",
        LACKS,
        {
            "year": int(row["year"]),
            "name": row["label"],
            "count": int(row["lacking"]),
            "percent": percent,
        },
    )


def plan_of(  # noqa: PLR0913 - a plan is made of as much
    *,
    wants: tuple[Want, ...],
    promises: tuple[Promises, ...],
    costs: Sequence[Floats],
    means: Means,
    goals: Goals,
    programme: Programme,
    order: Order,
    alone: Sequence[Order],
    worth: Worth,
    gap: float,
    notes: tuple[Note, ...],
) -> PhasedPlan:
    """Return an order of building in names."""
    built = order.built or []
    apart = gap_between(order.worth, order.bound)
    lacks = order.lacking > 0
    status: Status = "optimal" if apart <= PROVEN and not lacks else "feasible"
    if lacks and order.proven:
        status = "infeasible"
    # Types with one caveat print it once.
    said = list({str(note): note for one in promises for note in _notes_of(one, worth)}.values())
    if lacks and not order.proven:
        said.append(NOT_KEPT)
    if apart > max(gap, PROVEN):
        said.append(NO_BOUND if np.isnan(order.bound) else STOPPED)
    sites = _sites(wants, promises, costs, means, built)
    return PhasedPlan(
        project=promises[0].question.project,
        wants=wants,
        years=means.years,
        worth=worth,
        status=status,
        objective=order.worth,
        bound=order.bound,
        gap=apart,
        sites=sites,
        classes=_classes(promises, means, goals, built),
        table=_table(means, programme, order, alone, sites),
        notes=(*said, *notes),
        methods=tuple(one.question.asked.method for one in promises),
    )


def _notes_of(one: Promises, worth: Worth) -> list[Note]:
    found = [*one.question.notes(), *one.notes()]
    blank = int((one.first & one.open & np.isnan(one.children)).sum())
    if blank and worth == "children":
        found.append(Note("children-count-little", CHILDREN_UNKNOWN, {"count": blank}))
    return found


def _sites(
    wants: Sequence[Want],
    promises: Sequence[Promises],
    costs: Sequence[Floats],
    means: Means,
    built: Sequence[Flags],
) -> gpd.GeoDataFrame:
    """Return the sites by year, each year those first that bring most children, then units."""
    rows: list[dict[str, Any]] = []
    left = [one.open & one.first for one in promises]
    for year, label in enumerate(means.years):
        waiting = [
            (kind, int(site))
            for kind, mine in enumerate(built)
            for site in np.flatnonzero(mine[year] & ~(mine[year - 1] if year else False))
        ]
        while waiting:
            fresh = [_fresh(promises[kind], site, left[kind]) for kind, site in waiting]
            marks = [
                (-_sum(promises[kind].children[mine]), -len(mine), kind, site)
                for (kind, site), mine in zip(waiting, fresh, strict=True)
            ]
            place = marks.index(min(marks))
            kind, site = waiting.pop(place)
            left[kind][fresh[place]] = False
            rows.append(
                _site_row(wants[kind], promises[kind], costs[kind], site, fresh[place])
                | {"order": len(rows) + 1, "year": label}
            )
    columns = (
        "order", "year", "facility_type", "candidate_id", "name", "unit_id", "cost",
        "newly_covered", "newly_children", "serves_units", "geometry",
    )  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    return gpd.GeoDataFrame(table, geometry="geometry", crs=promises[0].question.project.crs)


def _fresh(one: Promises, site: int, left: Flags) -> Ints:
    reached = one.covers[:, [site]].toarray()[:, 0] > 0
    return np.flatnonzero(reached & left)


def _site_row(want: Want, one: Promises, cost: Floats, site: int, fresh: Ints) -> dict[str, Any]:
    candidate = one.question.candidates.table.iloc[site]
    ids = one.question.project.units.index
    children = one.children[fresh]
    unknown = bool(len(children)) and bool(np.isnan(children).all())
    return {
        "facility_type": want.facility_type,
        "candidate_id": str(candidate.name),
        "name": candidate["name"],
        "unit_id": candidate["unit_id"],
        "cost": float(cost[site]),
        "newly_covered": [str(ids[row]) for row in one.units[fresh]],
        "newly_children": np.nan if unknown else _sum(children),
        "serves_units": None if one.served.lists is None else one.served.lists[site],
        "geometry": candidate["geometry"],
    }


def _sum(values: Floats) -> float:
    return float(np.nansum(values))


def _classes(
    promises: Sequence[Promises], means: Means, goals: Goals, built: Sequence[Flags]
) -> pd.DataFrame:
    rows = []
    for year in range(-1, len(means.years)):
        for kind, one in enumerate(promises):
            opened = built[kind][year] if year >= 0 else np.zeros_like(built[kind][0])
            after = one.covered_by(opened) & one.flags("helped") | one.flags("covered")
            for place, wanted in enumerate(one.classes):
                mine = one.of_class == place
                covered = int(after[mine].sum())
                goal, least = goals.get((kind, place, year), (np.nan, 0))
                promised = (kind, place, year) in goals
                share = Fraction(100 * covered, wanted.n) if wanted.n else None
                rows.append(
                    {
                        "year": means.years[0] - 1 if year < 0 else means.years[year],
                        "facility_type": one.question.kind.id,
                        "indicator": wanted.row.id,
                        "label": wanted.row.label,
                        "n": wanted.n,
                        "covered": covered,
                        "unknown": int((wanted.unknown & ~after[mine]).sum()),
                        "share": np.nan if share is None else float(share),
                        "goal": goal,
                        "needed": least,
                        "met": covered >= least if promised else None,
                        "lacking": max(0, least - covered),
                    }
                )
    return pd.DataFrame(rows)


def _table(
    means: Means,
    programme: Programme,
    order: Order,
    alone: Sequence[Order],
    sites: gpd.GeoDataFrame,
) -> pd.DataFrame:
    worth = programme.worth_of(order.built or [])
    rows = []
    for year, label in enumerate(means.years):
        now, sofar = sites[sites["year"] == label], sites[sites["year"] <= label]
        best = max(alone[year].worth, float(worth[year]))
        regret = best - float(worth[year])
        rows.append(
            {
                "year": label,
                "budget": np.nan if means.budgets is None else float(means.money[year]),
                "spent": float(now["cost"].sum(skipna=False)),
                "spent_total": float(sofar["cost"].sum(skipna=False)),
                "left": _left(means, year, now, sofar),
                "built": len(now),
                "units": sum(len(one) for one in sofar["newly_covered"]),
                "children": float(sofar["newly_children"].sum()),
                "covered_worth": float(worth[year]),
                "alone": best,
                "alone_bound": max(alone[year].bound, best),
                "regret": regret,
                "regret_percent": 100 * regret / best if best else 0.0,
            }
        )
    return pd.DataFrame(rows)


def _left(means: Means, year: int, now: pd.DataFrame, sofar: pd.DataFrame) -> float:
    if means.budgets is None:
        return np.nan
    if means.carry_over:
        return float(means.money[: year + 1].sum()) - float(sofar["cost"].sum())
    return float(means.money[year]) - float(now["cost"].sum())
