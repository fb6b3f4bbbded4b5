"""Single changes that would bring a facility nearer to a unit, and what they bring to others."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import Point

from geo_planner.notes import Note, msgid
from geo_planner.travel.arrays import Floats
from geo_planner.travel.positions import coordinates
from geo_planner.travel.why.asked import AskedUnit, Efforts
from geo_planner.travel.why.explanation import Fix, FixKind, Gain, Gap
from geo_planner.travel.why.gains import gain, is_within, with_link, with_site, with_straight_site
from geo_planner.travel.why.gaps import Links, Places, best_links, places
from geo_planner.travel.why.phrases import (
    barrier_words,
    people,
    text_or_none,
    unit_words,
    way_words,
    whole,
)

MOST_LINKS = 3


def find_links(asked: AskedUnit, efforts: Efforts) -> Links:
    """Return the links that would shorten the unit's way most, best first."""
    current = float(efforts.today[asked.place])
    streets = asked.streets
    raised = (
        streets["bridge"].fillna(value=False).to_numpy(dtype=bool)
        if "bridge" in streets
        else np.zeros(len(streets), dtype=bool)
    )
    near, far = places(efforts.cut, efforts.outward, efforts.onward, current, ~raised)
    here, there = coordinates(asked.here[[asked.place]]), coordinates(asked.there)
    if efforts.unit_nodes[asked.place] < 0:
        near = near.off(here)
    aside = (efforts.facility_nodes < 0) & ~np.isnan(there[:, 0])
    return best_links(
        near, far.off(there[aside]), current, barriers=asked.project.barriers, many=MOST_LINKS
    )


def gap_of(asked: AskedUnit, efforts: Efforts, links: Links, number: int) -> Gap:
    """Return a link as a gap in today's streets."""
    near, far = links.near.one(number), links.far.one(number)
    around = np.inf
    if near.piece[0] >= 0 and far.piece[0] >= 0:
        around = _along(efforts, near, far)
    kind, name = None, None
    if asked.project.barriers is not None and links.barrier[number] >= 0:
        row = asked.project.barriers.iloc[links.barrier[number]]
        kind, name = text_or_none(row.get("kind")), text_or_none(row.get("name"))
    return Gap(
        Point(near.at[0]),
        Point(far.at[0]),
        float(links.metres[number]),
        around if np.isfinite(around) else None,
        kind,
        name,
    )


def link_fix(asked: AskedUnit, efforts: Efforts, links: Links, number: int, gap: Gap) -> Fix:
    """Return what a link brings."""
    after = with_link(asked, efforts, links, number)
    change = (
        Note(
            "crossing",
            msgid("A crossing of {barrier} here (a link of {metres} m)"),
            {
                "metres": round(gap.metres),
                "barrier": barrier_words(asked.project, gap.barrier_kind, gap.barrier_name),
            },
        )
        if links.barrier[number] >= 0
        else Note("link", msgid("A link here ({metres} m)"), {"metres": round(gap.metres)})
    )
    middle = shapely.line_interpolate_point(gap.line, 0.5, normalized=True)
    return _fix(asked, "link", middle, efforts.today, after, change, gap)


def site_fix(asked: AskedUnit, efforts: Efforts | None, today: Floats) -> Fix:
    """Return what one more facility at the unit brings; without ``efforts`` in straight lines."""
    after = with_straight_site(asked, today) if efforts is None else with_site(asked, efforts)
    change = Note("site", msgid("A site at {unit}"), {"unit": unit_words(asked)})
    return _fix(asked, "site", asked.here[asked.place], today, after, change, None)


def in_order(fixes: list[Fix]) -> tuple[Fix, ...]:
    """Return fixes by what they bring, most helpful first.

    A change that brings this unit within its limit comes before one that does not; then count the
    children and the units newly within reach; among equals a link, which needs no staff, comes
    before a site; then count what all children save.
    """
    return tuple(
        sorted(
            fixes,
            key=lambda fix: (
                not fix.within,
                -fix.gain.children_within,
                -fix.gain.units_within,
                -fix.gain.units_connected,
                fix.kind == "site",
                -fix.gain.metre_children,
                fix.effort + (fix.gap.metres if fix.gap else 0.0),
            ),
        )
    )


def _fix(
    asked: AskedUnit,
    kind: FixKind,
    at: Point,
    today: Floats,
    after: Floats,
    change: Note,
    gap: Gap | None,
) -> Fix:
    before, effort = float(today[asked.place]), float(after[asked.place])
    saves = before - effort if np.isfinite(before) else None
    within = bool(is_within(after[[asked.place]], asked.limits[[asked.place]])[0])
    brought = gain(asked, today, after)
    return Fix(
        kind=kind,
        at=at,
        effort=effort,
        minutes=asked.minutes(effort),
        saves=saves,
        within=within,
        gain=brought,
        notes=(_own_note(asked, change, saves, effort), *_common_notes(asked, brought)),
        gap=gap,
    )


def _own_note(asked: AskedUnit, change: Note, saves: float | None, effort: float) -> Note:
    if saves is None and effort == 0:
        return Note(
            "fix-on-the-spot",
            msgid("{change} serves {whom} on the spot; today no way leads to one."),
            {"change": change, "whom": people(asked)},
        )
    if saves is None:
        return Note(
            "fix-connects",
            msgid("{change} gives {whom} a way of {way}; today there is none."),
            {"change": change, "whom": people(asked), "way": way_words(asked, effort)},
        )
    return Note(
        "fix-saves",
        msgid("{change} saves {way} for {whom}."),
        {"change": change, "whom": people(asked), "way": way_words(asked, saves)},
    )


def _common_notes(asked: AskedUnit, brought: Gain) -> list[Note]:
    """Return what a change brings to all assessed units, a sentence a fact."""
    notes = []
    if brought.units_within:
        notes.append(_within_note(brought))
    if brought.units_connected:
        notes.append(
            Note(
                "gain-connected",
                msgid("Units that get a way and have none today: {units}."),
                {"units": brought.units_connected},
            )
        )
    if brought.metre_children > 0:
        notes.append(
            Note(
                "gain-nearer",
                msgid("Children who come nearer save {way} a trip in all (units: {units})."),
                {
                    "units": brought.units_nearer - brought.units_nearer_uncounted,
                    "way": way_words(asked, brought.metre_children),
                },
            )
        )
    if brought.units_nearer_uncounted:
        notes.append(
            Note(
                "gain-nearer-uncounted",
                msgid("Nearer as well, but with children not counted: {units} units."),
                {"units": brought.units_nearer_uncounted},
            )
        )
    return notes


def _within_note(brought: Gain) -> Note:
    """Return how many come within reach; children that nobody counted are in no sum."""
    params = {
        "units": brought.units_within,
        "children": whole(brought.children_within),
        "uncounted": brought.units_within_uncounted,
    }
    if not brought.units_within_uncounted:
        sentence = msgid("Units newly within reach: {units}, with {children} children.")
    elif brought.units_within_uncounted < brought.units_within:
        sentence = msgid(
            "Units newly within reach: {units}, with {children} children and those of {uncounted} "
            "units that nobody counted."
        )
    else:
        sentence = msgid("Units newly within reach: {units}; nobody counted their children.")
    return Note("gain-within", sentence, params)


def _along(efforts: Efforts, near: Places, far: Places) -> float:
    """Return the effort from one place to another along today's streets, ``inf`` for no way."""
    cut, piece, share = efforts.cut, near.piece[0], near.share[0]
    ahead, behind = far.piece[0] == piece and far.share[0] >= share, far.piece[0] == piece
    if ahead:
        return float(cut.forward[piece] * (far.share[0] - share))
    if behind:
        return float(cut.back[piece] * (share - far.share[0]))
    nodes, lead = (
        np.array([cut.end[piece], cut.start[piece]]),
        np.array([_some(cut.forward[piece], 1 - share), _some(cut.back[piece], share)]),
    )
    open_ = np.isfinite(lead)
    outward, _ = cut.away(nodes[open_], lead[open_])
    return float(cut.reached(outward, far.piece, far.share)[0])


def _some(effort: float, share: float) -> float:
    return effort * share if share > 0 else 0.0
