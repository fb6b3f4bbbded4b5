"""Shortest ways on the reduced graph: nearest facility, second nearest, pairs within a limit.

Large networks run in compiled loops on threads; small ones in ``scipy.sparse.csgraph.dijkstra``,
which needs no compiler. Amounts add up exactly (see :mod:`.graph.reduction`), so that
both give the same figures.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geo_planner.travel.arrays import Floats, Ints, Labels, gather
from geo_planner.travel.graph import kernels
from geo_planner.travel.graph.along import Choices, choices_along, pairs_along
from geo_planner.travel.graph.compiling import compiled
from geo_planner.travel.graph.places import Places
from geo_planner.travel.graph.reduction import Arcs, Reduced

Amounts = TypeVar("Amounts", Ints, Floats)

_BLOCK = 1 << 22
"""Distances held at once by scipy's searches (32 MiB)."""
_CHUNK = 512
"""Sources a thread searches from before it takes the next ones."""


@dataclass(frozen=True, eq=False, slots=True)
class Nearest:
    """The nearest facility of every node or point.

    Attributes
    ----------
    metres
        Length of the way, shape (n,); ``inf`` where no facility is within reach.
    facility
        Index into the facilities asked about, shape (n,); -1 for none. Of facilities equally
        near, the one with the lowest index.
    effort
        What the way costs, in metres of a plain street that take as long, shape (n,).
    """

    metres: Floats
    facility: Labels
    effort: Floats


@dataclass(frozen=True, eq=False, slots=True)
class Seeds:
    """Where searches set out: node, cost and metres already spent, and who is there."""

    node: Labels
    lead: Floats
    metres: Floats
    label: Labels


@dataclass(frozen=True, eq=False, slots=True)
class Field:
    """Cost from every node that stayed to the nearest seed, its label (-1), and the way's metres.

    ``metres`` are the costs where these are the lengths.
    """

    away: Floats
    owner: Labels
    metres: Floats


def arrival_seeds(facilities: Places) -> Seeds:
    """Return the ends of the facilities' chains, to search against the direction of travel."""
    row, side = np.nonzero((facilities.end >= 0) & np.isfinite(facilities.arrive))
    return Seeds(
        facilities.end[row, side],
        facilities.arrive[row, side],
        facilities.metres[row, side],
        row.astype(np.int32),
    )


def search(graph: Reduced, arcs: Arcs, seeds: Seeds, limit: float) -> Field:
    """Return every node's least cost to a seed along arcs, of equal ones to the lowest label."""
    if not graph.is_compiled:
        return _searched(arcs, seeds, limit)
    widest = max(graph.longest, float(seeds.lead.max(initial=0.0)))
    width = max(graph.bucket, widest / 65536)
    found = compiled(kernels.nearest_seed)(
        arcs.first, arcs.head, arcs.cost, arcs.metres, arcs.both,
        seeds.node, seeds.lead, seeds.metres, seeds.label, limit, width, widest,
    )  # fmt: skip
    away, owner, walked = found
    return Field(away, owner, walked if arcs.both else away)


def nearest(
    origins: Places, facilities: Places, field: Field, limit: float
) -> tuple[Nearest, Choices]:
    """Return every origin's nearest facility, and all ways that were compared."""
    choices = _by_ends(origins, field).joined(choices_along(origins, facilities))
    effort, label, metres = choices.best()
    return _within(effort, label, metres, limit), choices


def second_nearest(
    graph: Reduced,
    origins: Places,
    field: Field,
    seeds: Seeds,
    first: tuple[Nearest, Choices],
    limit: float,
) -> Nearest:
    """Return every origin's nearest facility but the nearest.

    A way to the second nearest runs among nodes of the same nearest facility until it enters those
    of another, and ends at that one: else the facility passed would be the second nearest. So the
    search is repeated within the areas of the first, seeded at their borders.
    """
    arcs = graph.into
    tail = np.repeat(np.arange(graph.count), np.diff(arcs.first))
    # In arcs that lead into a node, ``head`` is where one comes from: the cost runs head to tail.
    same = field.owner[tail] == field.owner[arcs.head]
    border = np.flatnonzero(~same & (field.owner[tail] >= 0))
    both = arcs.both
    step = arcs.metres if both else arcs.cost
    other = seeds.label != field.owner[seeds.node]
    seeded = Seeds(
        np.concatenate([arcs.head[border], seeds.node[other]]),
        np.concatenate([arcs.cost[border] + field.away[tail[border]], seeds.lead[other]]),
        np.concatenate([step[border] + field.metres[tail[border]], seeds.metres[other]]),
        np.concatenate([field.owner[tail[border]], seeds.label[other]]),
    )
    kept = np.flatnonzero(same)
    begins = np.searchsorted(tail[kept], np.arange(graph.count + 1)).astype(np.int32)
    inner = Arcs(
        begins, arcs.head[kept], arcs.cost[kept], arcs.metres[kept] if both else arcs.metres, both
    )
    again = search(graph, inner, seeded, limit)
    nearest_one, choices = first
    effort, label, metres = choices.joined(_by_ends(origins, again)).best(
        other_than=nearest_one.facility
    )
    none = nearest_one.facility < 0
    effort[none], label[none] = np.inf, -1
    return _within(effort, label, metres, limit)


def nearest_at_nodes(
    graph: Reduced, facilities: Places, field: Field, most: float, limit: float
) -> Nearest:
    """Return every original node's nearest facility, in compiled loops.

    For networks whose cost is their length. Costs between ``limit`` and ``most`` are at the limit.
    """
    amid = np.flatnonzero(facilities.chain >= 0)
    order = amid[np.lexsort((amid, facilities.at[amid], facilities.chain[amid]))]
    chain, at = facilities.chain[order], facilities.at[order]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (np.diff(chain) != 0) | (np.diff(at) != 0)
    metres, owner = compiled(kernels.at_nodes)(
        graph.stays, graph.node_chain, np.ascontiguousarray(graph.node_at[:, 0, 0]),
        graph.tail, graph.tip, np.ascontiguousarray(graph.total[:, 0, 0]),
        field.away, field.owner,
        chain[first], at[first], order[first].astype(np.int32), most, limit,
    )  # fmt: skip
    return Nearest(metres, owner, metres)


def pairs(
    graph: Reduced, origins: Places, facilities: Places, limit: float
) -> tuple[Ints, Ints, Floats, Floats]:
    """Return rows of origins and facilities within the limit, effort and metres of their ways.

    Searches set out from whichever side is smaller. A pair on one chain may stand twice: by the
    chain, and around.
    """
    turned = len(facilities) < len(origins)
    sources, targets = (facilities, origins) if turned else (origins, facilities)
    lead = np.ascontiguousarray(sources.arrive if turned else sources.leave)
    hang = targets.leave if turned else targets.arrive
    row, side = np.nonzero((targets.end >= 0) & np.isfinite(hang))
    order = np.argsort(targets.end[row, side], kind="stable")
    row, side = row[order], side[order]
    arcs = graph.into if turned else graph.out
    hung = _Hung(
        np.searchsorted(targets.end[row, side], np.arange(graph.count + 1)).astype(np.int64),
        row.astype(np.int32),
        hang[row, side],
        targets.metres[row, side],
    )
    found = (_pairs_compiled if graph.is_compiled else _pairs_scipy)(
        graph, arcs, sources, lead, hung, len(targets), limit
    )
    source, target, effort, metres = found
    by_chain = pairs_along(origins, facilities, limit, plain=not arcs.both)
    pair = (target, source) if turned else (source, target)
    return (
        np.concatenate([pair[0], by_chain[0]]),
        np.concatenate([pair[1], by_chain[1]]),
        np.concatenate([effort, by_chain[2]]),
        np.concatenate([metres, by_chain[3]]),
    )


@dataclass(frozen=True, eq=False, slots=True)
class _Hung:
    """Targets by the node they hang at, with the cost and metres between."""

    first: Ints
    target: Labels
    cost: Floats
    metres: Floats


def _by_ends(origins: Places, field: Field) -> Choices:
    """Return each place's ways over the two ends of its chain, shape (2, k)."""
    node = np.maximum(origins.end, 0)
    there = origins.end >= 0
    if not len(field.away):
        node, there = node[:, :0], there[:, :0]
        nothing = np.empty((0, len(origins)))
        return Choices(nothing, nothing.astype(np.int64), nothing)
    effort = np.where(there, field.away[node] + origins.leave, np.inf)
    metres = np.where(there, field.metres[node] + origins.metres, np.inf)
    label = np.where(there, field.owner[node], -1).astype(np.int64)
    return Choices(effort.T, label.T, metres.T)


def _within(effort: Floats, label: Ints, metres: Floats, limit: float) -> Nearest:
    beyond = ~(effort <= limit) | (label < 0)
    return Nearest(
        np.where(beyond, np.inf, metres),
        np.where(beyond, -1, label).astype(np.int32),
        np.where(beyond, np.inf, effort),
    )


def _matrix(arcs: Arcs) -> csr_array:
    """Return arcs as scipy takes them; a stored zero is an arc of no cost, not a gap."""
    count = len(arcs.first) - 1
    return csr_array((arcs.cost, arcs.head, arcs.first), shape=(count, count))


def _searched(arcs: Arcs, seeds: Seeds, limit: float) -> Field:
    """Search with scipy, from a further node that leads to every seed."""
    count = len(arcs.first) - 1
    both = arcs.both
    order = np.lexsort((seeds.metres, seeds.label, seeds.lead, seeds.node))
    chosen = order[np.unique(seeds.node[order], return_index=True)[1]]
    at, lead = seeds.node[chosen], seeds.lead[chosen]
    joined = csr_array(
        (
            np.concatenate([arcs.cost, lead]),
            np.concatenate([arcs.head, at.astype(np.int32)]),
            np.concatenate([arcs.first, [len(arcs.head) + len(at)]]).astype(np.int32),
        ),
        shape=(count + 1, count + 1),
    )
    away, before = dijkstra(
        joined, directed=True, indices=count, limit=limit, return_predecessors=True
    )
    away = away[:count]
    owner = _owners(before, count, away, at, lead, seeds.label[chosen])
    tail = np.repeat(np.arange(count), np.diff(arcs.first))
    tight = np.isfinite(away[tail]) & (away[tail] + arcs.cost == away[arcs.head])
    tail, head = tail[tight], arcs.head[tight].astype(np.int64)
    begins = np.searchsorted(tail, np.arange(count + 1))
    # Of equally short ways the one to the lowest label wins, wave after wave along tight arcs.
    owner = _settled(owner, tail, head, begins, np.zeros(len(tail), dtype=np.int64))
    if not both:
        return Field(away, owner.astype(np.int32), away)
    walked = np.full(count, np.inf)
    own = (lead == away[at]) & (seeds.label[chosen] == owner[at])
    walked[at[own]] = seeds.metres[chosen[own]]
    alike = owner[tail] == owner[head]
    tail, head, metres = tail[alike], head[alike], arcs.metres[tight][alike]
    begins = np.searchsorted(tail, np.arange(count + 1))
    return Field(away, owner.astype(np.int32), _settled(walked, tail, head, begins, metres))


def _owners(
    before: Labels, count: int, away: Floats, at: Labels, lead: Floats, label: Labels
) -> Ints:
    """Return the label at the root of each node's way, -1 where there is none."""
    found = np.full(count, -1, dtype=np.int64)
    found[at] = label
    own = (before[:count] == count) | (before[:count] < 0)
    root = np.where(own, np.arange(count), before[:count])
    while True:
        further = root[root]
        if np.array_equal(further, root):
            break
        root = further
    owner = np.where(np.isfinite(away), found[root], -1)
    reached = lead == away[at]
    owner[at[reached]] = np.minimum(owner[at[reached]], label[reached])
    return owner


def _settled(value: Amounts, tail: Ints, head: Ints, begins: Ints, step: Amounts) -> Amounts:
    """Return the least value each node can take from those before it, ``step`` added on the way."""
    value = value.copy()
    wave = np.flatnonzero(value[tail] + step < value[head])
    while wave.size:
        changed = np.unique(head[wave])
        np.minimum.at(value, head[wave], value[tail[wave]] + step[wave])
        after = gather(begins[changed], begins[changed + 1])
        wave = after[value[tail[after]] + step[after] < value[head[after]]]
    return value


def _pairs_compiled(
    graph: Reduced,
    arcs: Arcs,
    sources: Places,
    lead: Floats,
    hung: _Hung,
    targets: int,
    limit: float,
) -> tuple[Ints, Ints, Floats, Floats]:
    both = arcs.both
    # Neighbours in memory one after another find their streets in the cache.
    order = np.argsort(sources.end[:, 0], kind="stable")
    ends = sources.end[order]
    leads, lead_metres = lead[order], np.ascontiguousarray(sources.metres[order])
    finite = leads[np.isfinite(leads)]
    widest = max(graph.longest, float(finite.max(initial=0.0)))
    width = max(graph.bucket, widest / 1024)
    loop = compiled(kernels.bounded_pairs)

    def one(begin: int) -> tuple[Ints, Labels, Floats, Floats]:
        rows = slice(begin, begin + chunk)
        found: tuple[Ints, Labels, Floats, Floats] = loop(
            arcs.first, arcs.head, arcs.cost, arcs.metres, arcs.both,
            ends[rows], leads[rows], lead_metres[rows],
            hung.first, hung.target, hung.cost, hung.metres, targets, limit, width, widest,
        )  # fmt: skip
        return found

    # Each chunk clears an array of all nodes: fewer chunks for larger networks.
    chunk = max(_CHUNK, graph.count // 64, len(order) // 64)
    begins = range(0, len(order), chunk)
    with ThreadPoolExecutor() as threads:
        parts = list(threads.map(one, begins))
    rows = [order[begin : begin + chunk] for begin in begins]
    source = [np.repeat(row, np.diff(part[0])) for row, part in zip(rows, parts, strict=True)]
    empty, nothing = np.empty(0, dtype=np.int64), np.empty(0)
    effort = np.concatenate([nothing, *(part[2] for part in parts)])
    return (
        np.concatenate([empty, *source]),
        np.concatenate([empty, *(part[1] for part in parts)]),
        effort,
        np.concatenate([nothing, *(part[3] for part in parts)]) if both else effort,
    )


def _pairs_scipy(
    graph: Reduced,
    arcs: Arcs,
    sources: Places,
    lead: Floats,
    hung: _Hung,
    targets: int,  # noqa: ARG001 - as the compiled search is called
    limit: float,
) -> tuple[Ints, Ints, Floats, Floats]:
    """Search with scipy from a further node for each source that leads to its chain's ends."""
    count, many, both = graph.count, len(sources), arcs.both
    row, side = np.nonzero((sources.end >= 0) & (lead <= limit) & np.isfinite(lead))
    # Both ends of a ring's chain are one node: the shorter way to it is enough.
    order = np.lexsort((lead[row, side], sources.end[row, side], row))
    row, side = row[order], side[order]
    end = sources.end[row, side]
    once = np.ones(len(row), dtype=bool)
    once[1:] = (np.diff(row) != 0) | (np.diff(end) != 0)
    row, side, end = row[once], side[once], end[once]
    first = np.searchsorted(row, np.arange(many + 1))
    own = sources.metres[row, side]
    every = Arcs(
        np.concatenate([arcs.first, len(arcs.head) + first[1:]]).astype(np.int32),
        np.concatenate([arcs.head, end]).astype(np.int32),
        np.concatenate([arcs.cost, lead[row, side]]),
        np.concatenate([arcs.metres, own]) if both else arcs.metres,
        both,
    )
    joined = _matrix(every)
    node = np.repeat(np.arange(count), np.diff(hung.first))
    found = [(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0), np.empty(0))]
    active = np.flatnonzero(np.diff(first) > 0)
    step = max(1, _BLOCK // max(1, count + many, len(node)))
    for begin in range(0, len(active), step):
        chunk = active[begin : begin + step]
        away, before = dijkstra(
            joined, directed=True, indices=count + chunk, limit=limit, return_predecessors=True
        )
        walked = _walked(every, before) if both else away
        effort = away[:, node] + hung.cost
        source, hang = np.nonzero((effort <= limit) & np.isfinite(effort))
        found.append(
            (
                chunk[source],
                hung.target[hang].astype(np.int64),
                effort[source, hang],
                walked[source, node[hang]] + hung.metres[hang],
            )
        )
    source, target, efforts, metres = (np.concatenate(part) for part in zip(*found, strict=True))
    return source, target, efforts, metres


def _walked(arcs: Arcs, before: Labels) -> Floats:
    """Return the metres of the ways that rows of predecessors describe, shape as ``before``."""
    count = before.shape[1]
    tail = np.repeat(np.arange(count, dtype=np.int64), np.diff(arcs.first))
    key = tail * count + arcs.head
    order = np.argsort(key)
    ahead = np.arange(count, dtype=np.int64)
    reached = before >= 0
    wanted = np.where(reached, before.astype(np.int64) * count + ahead, 0)
    place = order[np.clip(np.searchsorted(key[order], wanted), 0, len(key) - 1)]
    metres = np.where(reached, arcs.metres[place], 0.0)
    back = np.where(reached, before, ahead).astype(np.int64)
    while True:
        metres = metres + np.where(back != ahead, np.take_along_axis(metres, back, axis=1), 0.0)
        further = np.take_along_axis(back, back, axis=1)
        if np.array_equal(further, back):
            return metres
        back = further
