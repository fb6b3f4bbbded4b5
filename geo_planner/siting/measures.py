r"""A new facility, a bridge or path, or a mobile service: what reaches most children for the cost.

Each measure is ranked by the children it newly brings within reach per unit of cost. The list to
carry out is made one after another: the next measure is the one that brings most *beside those
taken already*, per unit of cost (greedy choice by ratio; for what it guarantees with a budget see
Khuller, Moss & Naor 1999, Information Processing Letters 70:39-45). A link makes later sites reach
farther: after each link the ways are found anew.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_planner.choice_errors import NOT_BELOW_0, CostNeededError, ImpossibleNumberError
from geo_planner.notes import Note, msgid
from geo_planner.project import Project
from geo_planner.siting.candidates import Candidates
from geo_planner.siting.measuring.measure_costs import MeasureCosts
from geo_planner.siting.measuring.measure_search import Measure, MeasureSearch
from geo_planner.siting.naming import site_words, unit_words
from geo_planner.siting.proposal import Weight
from geo_planner.siting.question import Question
from geo_planner.travel.why.phrases import barrier_words, text_or_none

PER = 10_000.0
"""Cost that children are told per: the money is the reader's own."""


@dataclass(frozen=True, eq=False)
class Measures:
    """Measures by what they reach for their cost, and the list to carry out.

    Attributes
    ----------
    question, costs, weight
        What was asked.
    ranking
        GeoDataFrame in the project's CRS, one row a measure that newly reaches anybody, indexed by
        ``measure`` (``site:<candidate>``, ``link:<number>``, ``service:<unit>``), best first, each
        taken alone: ``kind``, ``name`` (a :class:`Note`), ``unit_ids`` and ``units`` (ids and names
        of the units newly within reach), ``children`` (in those that state any), ``uncounted``
        (units that state none), ``cost``, ``per_cost`` (children, or units, per 10,000 of cost),
        ``metres`` (length of a link), ``step`` (place in the list to carry out, missing if not).
    steps
        One row a measure to carry out, indexed by ``step`` from 1: ``measure``, ``kind``, ``name``,
        ``unit_ids``, ``units``, ``children``, ``cost``, ``per_cost`` beside those before it, and
        ``total_units``, ``total_children``, ``total_cost`` so far.
    units, within_units, within_children
        All units asked about, and those within reach today with their children.
    notes
        Caveats.
    """

    question: Question
    costs: MeasureCosts
    weight: Weight
    ranking: gpd.GeoDataFrame
    steps: pd.DataFrame
    units: int
    within_units: int
    within_children: float
    notes: tuple[Note, ...]


def rank_measures(  # noqa: PLR0913 - a question has as many conditions
    project: Project,
    facility_type: str,
    *,
    costs: MeasureCosts,
    limit: float | None = None,
    mode: str = "walk",
    candidates: Candidates | None = None,
    as_of: date | None = None,
    service_limit: float = 0.0,
    weight: Weight = "children",
    budget: float | None = None,
    most: int | None = None,
) -> Measures:
    """Return new sites, links and stops of a mobile service by what they reach for their cost.

    Parameters
    ----------
    costs
        What each kind of measure costs.
    candidates
        Where facilities may be built; default the positions of the units assessed.
    service_limit
        Metres within which a stop of the mobile service reaches units, 0 for its own place alone.
    weight
        What is counted: children of the band the type serves, or units.
    budget, most
        Most that the list to carry out may cost, and the most measures on it.

    Raises
    ------
    CostNeededError, ImpossibleNumberError
        If no cost is known, or a number cannot be.
    NotKnownError, NoLimitError, NoCandidatesError
        As in :func:`geo_planner.siting.propose`.
    """
    for name, value in (("service_limit", service_limit), ("budget", budget), ("most", most)):
        if value is not None and not value >= 0:
            raise ImpossibleNumberError(name, NOT_BELOW_0, f"{value:g}")
    question = Question.of(
        project, facility_type, mode=mode, limit=limit, candidates=candidates, as_of=as_of
    )
    site_costs = question.candidates.numbers("cost")
    nothing = costs.facility is None and costs.link_metre is None and costs.visit is None
    if nothing and np.isnan(site_costs).all():
        raise CostNeededError
    search = MeasureSearch(question, costs, weight, service_limit, as_of)
    alone = search.all()
    steps = search.carry_out(budget, most)
    within, words = search.today, _Words(search)
    return Measures(
        question,
        costs,
        weight,
        _ranking(words, alone, steps),
        _steps(words, steps),
        len(within),
        int(within.sum()),
        float(np.nansum(question.children[within])),
        (*question.notes(), *_notes(search)),
    )


ASSUMED = Note(
    "measure-costs",
    msgid(
        "Costs are the reader's own assumptions for {years} years, in the reader's own money; "
        "nothing is discounted."
    ),
)
ON_THE_MAP = Note(
    "link-on-the-map",
    msgid("A link is a gap on the map; whether it can be built is to be seen on site."),
)
MOBILE = Note(
    "service-is-no-facility",
    msgid(
        "Who is reached by a mobile service is reached on its {visits} visits a year; it is no "
        "facility and counts for no target."
    ),
)
NO_STREETS = Note(
    "links-need-streets",
    msgid("The project has no streets: no links were looked for."),
)

SITE_WORD = Note("kind-site", msgid("new facilities"))
LINK_WORD = Note("kind-link", msgid("links in the streets"))
SERVICE_WORD = Note("kind-service", msgid("stops of a mobile service"))
NOT_RANKED = Note("measure-not-ranked", msgid("Not ranked, since no cost is given: {kind}."))
MIXED = Note(
    "measure-costs-mixed",
    msgid(
        "A facility is said to cost {given}, candidates state {stated} and more: are both in the "
        "same unit of money?"
    ),
)
SKIPPED = Note(
    "links-skipped",
    msgid("For {count} units with fewer children no links were looked for: there are too many."),
)


def _notes(search: MeasureSearch) -> tuple[Note, ...]:
    """Return the caveats of costs, links and services."""
    costs = search.costs
    found = [Note(ASSUMED.code, ASSUMED.template, {"years": f"{costs.years:g}"})]
    left = [
        word
        for word, known in (
            (SITE_WORD, bool(search.sites)),
            (LINK_WORD, costs.link_metre is not None),
            (SERVICE_WORD, costs.visit is not None),
        )
        if not known
    ]
    stated = search.question.candidates.numbers("cost")
    least = float(np.nanmin(stated, initial=np.inf))
    if costs.facility is not None and np.isfinite(least) and 10 * costs.facility < least:
        told = {"given": f"{costs.facility:g}", "stated": f"{least:g}"}
        found.append(Note(MIXED.code, MIXED.template, told))
    found += [Note(NOT_RANKED.code, NOT_RANKED.template, {"kind": word}) for word in left]
    if costs.link_metre is not None:
        if search.question.project.streets is None:
            found.append(NO_STREETS)
        elif search.links is not None:
            found.append(ON_THE_MAP)
    if search.skipped:
        found.append(Note(SKIPPED.code, SKIPPED.template, {"count": search.skipped}))
    if costs.visit is not None:
        found.append(Note(MOBILE.code, MOBILE.template, {"visits": f"{costs.visits:g}"}))
    return tuple(found)


@dataclass(frozen=True, eq=False)
class _Words:
    """What the measures of a search and the units they reach are called, each found once."""

    search: MeasureSearch
    units: tuple[str, ...] = field(init=False)
    sites: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        question = self.search.question
        candidates = question.standing + np.arange(len(question.candidates))
        object.__setattr__(self, "units", unit_words(question, np.arange(len(question.rows))))
        object.__setattr__(self, "sites", site_words(question, candidates))

    def identity(self, one: Measure) -> str:
        """Return the key of a measure."""
        question = self.search.question
        if one.kind == "site":
            return f"site:{question.candidates.table.index[one.number - question.standing]}"
        if one.kind == "service":
            return f"service:{question.asked.nearest.index[one.number]}"
        return f"link:{one.number + 1}"

    def name(self, one: Measure) -> Note:
        """Return what a measure is called."""
        question, links = self.search.question, self.search.links
        if one.kind == "site":
            words = self.sites[one.number - question.standing]
            return Note("measure-site", msgid("New facility: {place}"), {"place": words})
        if one.kind == "service":
            words = self.units[one.number]
            return Note("measure-service", msgid("Mobile service at {place}"), {"place": words})
        assert links is not None
        params = {
            "metres": round(float(links.metres[one.number])),
            "place": self.units[links.unit[one.number]],
        }
        barriers, row = question.project.barriers, links.barrier[one.number]
        if barriers is None or row < 0:
            return Note("measure-link", msgid("Link of {metres} m for {place}"), params)
        kind, called = (text_or_none(barriers.iloc[row].get(key)) for key in ("kind", "name"))
        sentence = msgid("Crossing of {barrier} for {place} (a link of {metres} m)")
        barrier = barrier_words(question.project, kind, called)
        return Note("measure-crossing", sentence, {**params, "barrier": barrier})


def _shape(search: MeasureSearch, one: Measure) -> shapely.Geometry:
    question = search.question
    if one.kind == "site":
        return question.there[one.number]
    if one.kind == "service":
        return question.here[one.number]
    assert search.links is not None
    ends = [search.links.near.at[one.number], search.links.far.at[one.number]]
    return shapely.LineString(ends)


def _row(words: _Words, one: Measure) -> dict[str, object]:
    question = words.search.question
    children = question.children[one.reached]
    ids = question.asked.nearest.index[one.reached]
    return {
        "measure": words.identity(one),
        "kind": one.kind,
        "name": words.name(one),
        "unit_ids": tuple(str(code) for code in ids),
        "units": tuple(words.units[place] for place in one.reached),
        "children": float(np.nansum(children)),
        "uncounted": int(np.isnan(children).sum()),
        "cost": one.cost,
        "per_cost": PER * one.ratio,
    }


COLUMNS = (
    "measure", "kind", "name", "unit_ids", "units", "children", "uncounted", "cost", "per_cost",
)  # fmt: skip


def _ranking(words: _Words, alone: list[Measure], steps: list[Measure]) -> gpd.GeoDataFrame:
    place = {(one.kind, one.number): number for number, one in enumerate(steps, start=1)}
    rows = [_row(words, one) for one in alone]
    table = pd.DataFrame(rows, columns=list(COLUMNS)).set_index("measure")
    search, links = words.search, words.search.links
    table["metres"] = [
        float(links.metres[one.number]) if links is not None and one.kind == "link" else np.nan
        for one in alone
    ]
    table["step"] = pd.array([place.get((one.kind, one.number)) for one in alone], dtype="Int64")
    shapes = [_shape(search, one) for one in alone]
    return gpd.GeoDataFrame(table, geometry=shapes, crs=search.question.project.crs)


def _steps(words: _Words, steps: list[Measure]) -> pd.DataFrame:
    table = pd.DataFrame([_row(words, one) for one in steps], columns=list(COLUMNS))
    table.index = pd.RangeIndex(1, len(table) + 1, name="step")
    table["total_units"] = table["units"].map(len).cumsum()
    table["total_children"] = table["children"].cumsum()
    table["total_cost"] = table["cost"].cumsum()
    return table
