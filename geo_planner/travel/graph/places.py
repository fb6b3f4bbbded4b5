"""Where points and nodes are on the reduced graph: how far from the ends of which chain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo_planner.travel.arrays import Flags, Floats, Ints, Labels
from geo_planner.travel.graph.reduction import Reduced


@dataclass(frozen=True, eq=False, slots=True)
class Places:
    """Positions on chains, one a row; nothing is moved to a chain's end.

    Attributes
    ----------
    end
        The two ends of the place's chain, shape (k, 2): numbers of nodes that stayed, -1 for none.
        A node that stayed is its own only end.
    leave, arrive
        Effort from the place to each end and from each end to the place, shape (k, 2).
    metres
        Metres between the place and each end, shape (k, 2).
    chain
        Chain the place is on; -1 at a node that stayed, or off the network.
    along, against
        Effort from the chain's tail to the place's street position, and back, shape (k,).
    at
        Metres from the chain's tail to it, shape (k,).
    aside, aside_metres
        Effort and metres between the point itself and its street position, shape (k,); part of
        ``leave``, ``arrive`` and ``metres`` too.
    """

    end: Labels
    leave: Floats
    arrive: Floats
    metres: Floats
    chain: Labels
    along: Floats
    against: Floats
    at: Floats
    aside: Floats
    aside_metres: Floats

    def __len__(self) -> int:
        """Return the number of places."""
        return len(self.chain)


def places_of_nodes(graph: Reduced, nodes: Ints) -> Places:
    """Return where nodes of the original network are."""
    own = graph.stays[nodes]
    chain = np.where(own >= 0, np.int32(-1), graph.node_chain[nodes])
    at = graph.node_at[nodes]
    nothing = np.zeros(len(nodes))
    made = _on_chains(graph, chain, at, np.zeros(len(nodes), dtype=np.bool_), nothing, nothing)
    stayed = own >= 0
    made.end[stayed, 0] = own[stayed]
    for amount in (made.leave, made.arrive, made.metres):
        amount[stayed, 0] = 0.0
    return made


def places_on_edges(
    graph: Reduced,
    edge: Ints,
    share: Floats,
    amounts: Floats,
    *,
    aside: Floats,
    aside_metres: Floats,
) -> Places:
    """Return where points on edges are.

    Parameters
    ----------
    edge, share
        Edge of each point (-1 off the network), and which part of it lies before the point.
    amounts
        Of each point's edge, effort along and against its drawing, and metres, shape (k, 3).
    aside, aside_metres
        Effort and metres between point and street.
    """
    on = edge >= 0
    place = np.maximum(edge, 0)
    chain = np.where(on, graph.edge_chain[place] if len(graph.edge_chain) else -1, -1)
    if not len(graph.edge_chain):
        start = np.zeros((len(edge), *graph.edge_at.shape[1:]))
        turned = np.zeros(len(edge), dtype=np.bool_)
    else:
        start, turned = graph.edge_at[place], graph.turned[place]
    # A hair from an end is the end: rounding must not put a point behind the door of a one-way
    # street.
    length, before = graph.rounded(amounts[:, 2]), graph.rounded(amounts[:, 2] * share)
    share = np.where(before <= 0, 0.0, np.where(before >= length, 1.0, share))
    ways, kinds = start.shape[2], start.shape[1]
    part = np.stack([amounts[:, :ways], np.repeat(amounts[:, [2]], ways, axis=1)], axis=1)
    part, spent = part[:, :kinds], share[:, None, None]
    with np.errstate(invalid="ignore"):
        inner = graph.rounded(np.where(spent == 0, 0.0, part * spent))
        # Rounded as drawn, whichever way the chain runs: the place must not depend on it.
        rest = np.where(spent == 1, 0.0, graph.rounded(part) - inner)
    rest = np.where(np.isnan(rest), np.inf, rest)
    inner = np.where(turned[:, None, None], rest[:, :, ::-1], inner)
    share = np.where(turned, 1.0 - share, share)
    at = start + inner
    total = graph.total[np.maximum(chain, 0)] if len(graph.total) else start
    at = np.where(np.isfinite(total), np.minimum(at, total), at)
    return _on_chains(
        graph,
        chain.astype(np.int32),
        at,
        # At the very tip one stands at its node, even where the chain is one-way.
        (share >= 1) & ((at == total) | ~np.isfinite(total)).all(axis=(1, 2)),
        graph.rounded(np.where(on, aside, 0.0)),
        graph.rounded(np.where(on, aside_metres, 0.0)),
    )


def _on_chains(
    graph: Reduced,
    chain: Labels,
    at: Floats,
    at_tip: Flags,
    aside: Floats,
    aside_metres: Floats,
) -> Places:
    on = chain >= 0
    place = np.maximum(chain, 0)
    some = len(graph.tail) > 0
    ends = np.stack([graph.tail[place], graph.tip[place]], axis=1) if some else None
    total = graph.total[place] if some else np.zeros((len(chain), *graph.total.shape[1:]))
    along, against = at[:, 0, 0], at[:, 0, -1]
    length, whole = at[:, -1, 0], total[:, -1, 0]
    rest = np.where(at_tip, 0.0, _difference(total[:, 0, 0], along))
    before = np.where(at_tip, 0.0, _difference(total[:, 0, -1], against))
    end = np.where(on[:, None], ends, -1) if ends is not None else np.full((len(chain), 2), -1)

    def ways(tail: Floats, tip: Floats, more: Floats) -> Floats:
        both = np.stack([tail + more, tip + more], axis=1)
        return np.where(on[:, None], both, np.inf)

    return Places(
        end.astype(np.int32),
        ways(against, rest, aside),
        ways(along, before, aside),
        ways(length, whole - length, aside_metres),
        chain,
        along,
        against,
        length,
        aside,
        aside_metres,
    )


def _difference(whole: Floats, part: Floats) -> Floats:
    """Return what is left of a chain, ``inf`` where it may not be passed."""
    left = np.full(len(whole), np.inf)
    np.subtract(whole, part, out=left, where=np.isfinite(whole))
    return left
