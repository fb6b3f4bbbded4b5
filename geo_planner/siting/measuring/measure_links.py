"""Links in the streets that would bring units within their limit: what ``explain`` looks for.

For every unit beyond its limit the places are looked at where a link could begin and end so that
the way, link included, is within the limit: the best ones for the way
(:func:`geo_planner.travel.why.gaps.best_links`) and the shortest one, which is the cheapest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from scipy.spatial import cKDTree

from geo_planner.siting.question import Question
from geo_planner.travel.arrays import Flags, Floats, Ints
from geo_planner.travel.positions import coordinates
from geo_planner.travel.why.asked import AskedUnit, Efforts, ask, efforts_of
from geo_planner.travel.why.fixes import MOST_LINKS
from geo_planner.travel.why.gaps import (
    LONGEST_GAP,
    SAMPLE,
    WORTH,
    Places,
    barriers_between,
    best_links,
)
from geo_planner.travel.why.gaps import places as places_for_links

MOST_SEARCHED = 500
"""Units for which links are looked for: those with most children among the ones beyond."""


@dataclass(frozen=True, eq=False, slots=True)
class LinkEnds:
    """One end of every link: on an edge of the streets, or beside them.

    Attributes
    ----------
    edge, along
        Edge of the mode's network and metres along it, shape (k,); edge -1 for a point off it.
    at
        Metres in the project's CRS, shape (k, 2).
    """

    edge: Ints
    along: Floats
    at: Floats

    def only(self, chosen: Ints | Flags) -> LinkEnds:
        """Return some of them."""
        return LinkEnds(self.edge[chosen], self.along[chosen], self.at[chosen])


@dataclass(frozen=True, eq=False, slots=True)
class FoundLinks:
    """Links, each found for one unit; others may use them as well.

    Attributes
    ----------
    near, far
        The ends on the unit's side and on the facility's.
    metres
        Lengths, shape (k,).
    barrier
        Row of a barrier each crosses, shape (k,), -1 for none.
    unit
        Place of the unit each was found for, shape (k,).
    skipped
        Units for which no link was looked for, because there were too many.
    """

    near: LinkEnds
    far: LinkEnds
    metres: Floats
    barrier: Ints
    unit: Ints
    skipped: int = 0

    def only(self, chosen: Ints | Flags) -> FoundLinks:
        """Return some of them."""
        return replace(
            self,
            near=self.near.only(chosen),
            far=self.far.only(chosen),
            metres=self.metres[chosen],
            barrier=self.barrier[chosen],
            unit=self.unit[chosen],
        )


def find_links(question: Question, beyond: Ints, as_of: date | None) -> FoundLinks:
    """Return links that would each bring one of some units within its limit.

    Parameters
    ----------
    question
        Of a project with streets and facilities.
    beyond
        Places of the units to look for, all with a position.
    as_of
        The day the question was asked for.
    """
    children = np.nan_to_num(question.children[beyond])
    searched = beyond[np.lexsort((beyond, -children))][:MOST_SEARCHED]
    asked = ask(
        question.project,
        str(question.asked.nearest.index[0]),
        question.kind.id,
        mode=question.travel.id,
        limit=None,
        as_of=as_of,
    )
    search = _Search(question, asked, efforts_of(asked))
    found = [search.for_unit(int(place)) for place in np.sort(searched)]
    return replace(_joined(found), skipped=len(beyond) - len(searched))


def _level(asked: AskedUnit) -> Flags:
    """Return which edges lie on the ground: nothing begins on a bridge but at its ends."""
    streets = asked.streets
    if "bridge" not in streets:
        return np.ones(len(streets), dtype=np.bool_)
    return np.asarray(~streets["bridge"].fillna(value=False).to_numpy(dtype=bool))


@dataclass(eq=False)
class _Search:
    """The search for links of one unit after another; what is near facilities is found once."""

    question: Question
    asked: AskedUnit
    efforts: Efforts

    def __post_init__(self) -> None:
        """Find which edges lie on the ground, and who is off the streets."""
        self.level = _level(self.asked)
        self.nowhere = np.full(self.efforts.cut.count, np.inf)
        there = coordinates(self.asked.there)
        self.aside = there[(self.efforts.facility_nodes < 0) & ~np.isnan(there[:, 0])]
        self.far_within: dict[float, Places] = {}

    def for_unit(self, place: int) -> FoundLinks:
        """Return the links that bring one unit within its limit."""
        limit = float(self.question.limits[place])
        today = float(self.efforts.today[place])
        near = self._near(place, limit)
        far = self._far(near, limit)
        barriers = self.asked.project.barriers
        best = best_links(near, far, today, barriers=barriers, many=MOST_LINKS)
        within = best.near.effort + best.metres + best.far.effort <= limit
        first, second = _shortest(near, far, min(limit, (1 - WORTH) * today))
        begin = _both(best.near.only(within), near.only(first))
        end = _both(best.far.only(within), far.only(second))
        return FoundLinks(
            _ends(self.efforts, begin),
            _ends(self.efforts, end),
            np.hypot(*(begin.at - end.at).T),
            barriers_between(begin.at, end.at, barriers),
            np.full(len(begin.piece), place, dtype=np.int64),
        )

    def _near(self, place: int, limit: float) -> Places:
        """Return where a link of a unit may begin."""
        efforts = self.efforts
        node = efforts.unit_nodes[[place]]
        on = node >= 0
        outward, _ = efforts.cut.away(node[on], efforts.units.lead[[place]][on])
        near, _ = places_for_links(efforts.cut, outward, self.nowhere, limit, self.level)
        return near if on.all() else near.off(coordinates(self.asked.here[[place]]))

    def _far(self, near: Places, limit: float) -> Places:
        """Return where a link may end: no farther from where it begins than the limit."""
        if limit not in self.far_within:
            efforts = self.efforts
            _, far = places_for_links(efforts.cut, self.nowhere, efforts.onward, limit, self.level)
            self.far_within[limit] = far.off(self.aside)
        far = self.far_within[limit]
        if not len(near.at):
            return far.only(np.zeros(len(far.at), dtype=np.bool_))
        low, high = near.at.min(axis=0) - limit, near.at.max(axis=0) + limit
        return far.only(np.asarray(((far.at >= low) & (far.at <= high)).all(axis=1)))


def _shortest(near: Places, far: Places, limit: float) -> tuple[Ints, Ints]:
    """Return the shortest link whose way is within the limit, as the places it joins; or none."""
    none = np.empty(0, dtype=np.int64)
    if not (len(near.at) and len(far.at)):
        return none, none
    here, there = cKDTree(near.at), cKDTree(far.at)
    reach = 2 * SAMPLE
    while reach < 2 * LONGEST_GAP:
        pairs = here.sparse_distance_matrix(there, min(reach, LONGEST_GAP), output_type="ndarray")
        first, second, gap = pairs["i"], pairs["j"], pairs["v"]
        after = near.effort[first] + gap + far.effort[second]
        use = np.flatnonzero((after <= limit) & (gap > 0))
        if len(use):
            best = use[np.lexsort((second[use], first[use], after[use], gap[use]))[:1]]
            return first[best].astype(np.int64), second[best].astype(np.int64)
        reach *= 2
    return none, none


def _both(one: Places, other: Places) -> Places:
    return Places(
        np.concatenate([one.piece, other.piece]),
        np.concatenate([one.share, other.share]),
        np.concatenate([one.effort, other.effort]),
        np.concatenate([one.at, other.at]),
    )


def _ends(efforts: Efforts, places: Places) -> LinkEnds:
    """Return places on pieces of cut streets as places on the edges themselves."""
    cut, piece = efforts.cut, np.maximum(places.piece, 0)
    on = places.piece >= 0
    share = cut.opens[piece] + places.share * (cut.closes[piece] - cut.opens[piece])
    edge = np.where(on, cut.edge[piece], -1)
    return LinkEnds(edge, np.where(on, share * cut.network.metres[edge], 0.0), places.at)


def _joined(found: list[FoundLinks]) -> FoundLinks:
    nothing = LinkEnds(np.empty(0, dtype=np.int64), np.empty(0), np.empty((0, 2)))

    def ends(side: str) -> LinkEnds:
        all_of_them = [nothing, *(getattr(one, side) for one in found)]
        return LinkEnds(
            np.concatenate([one.edge for one in all_of_them]),
            np.concatenate([one.along for one in all_of_them]),
            np.concatenate([one.at for one in all_of_them]),
        )

    none = np.empty(0, dtype=np.int64)
    return FoundLinks(
        ends("near"),
        ends("far"),
        np.concatenate([np.empty(0), *(one.metres for one in found)]),
        np.concatenate([none, *(one.barrier for one in found)]),
        np.concatenate([none, *(one.unit for one in found)]),
    )
