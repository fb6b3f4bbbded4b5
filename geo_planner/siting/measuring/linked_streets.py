"""Streets that links can be added to, with units, sites and the ends of links as nodes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from geo_planner.siting.measuring.measure_links import FoundLinks
from geo_planner.siting.question import Question
from geo_planner.travel.arrays import Floats, Ints
from geo_planner.travel.built import network_of
from geo_planner.travel.cuts import CutNetwork, cut
from geo_planner.travel.meeting import meet
from geo_planner.travel.positions import coordinates
from geo_planner.travel.snapping import Snapped


class LinkedStreets:
    """What units reach over today's streets and the links added so far.

    Efforts are metres of a plain street that take as long; ``inf`` where no way leads. A link is
    travelled in both directions; who stands off the streets can have a link of their own.
    """

    def __init__(self, question: Question, links: FoundLinks) -> None:
        project, mode = question.project, question.travel
        network = network_of(project.streets, mode)
        sites = meet(project, mode, question.there)
        units = meet(project, mode, question.here, towards=sites)
        ends = [
            Snapped(end.edge, end.along, np.zeros(len(end.edge))) for end in (links.near, links.far)
        ]
        together = [units, sites, *ends]
        cut_streets, nodes = cut(
            network,
            Snapped(
                np.concatenate([one.edge for one in together]),
                np.concatenate([one.along for one in together]),
                np.concatenate([one.aside for one in together]),
            ),
        )
        at = np.concatenate(
            [
                coordinates(question.here),
                coordinates(question.there),
                links.near.at,
                links.far.at,
            ]
        )
        nodes, count = _with_lone_nodes(nodes, at, cut_streets.count)
        self.streets: CutNetwork = replace(cut_streets, count=count)
        sizes = np.cumsum([len(one.edge) for one in together])
        self.unit, self.site, self.near, self.far = np.split(nodes, sizes[:-1])
        self.unit_lead = np.where(units.on, units.lead, 0.0)
        self.site_lead = np.where(sites.on, sites.lead, 0.0)
        self.metres = links.metres

    def onward(self, sites: Ints) -> Floats:
        """Return the effort from every node to the nearest of some sites."""
        there = sites[self.site[sites] >= 0]
        return self.streets.towards(self.site[there], self.site_lead[there])

    def units_to(self, node: int, lead: float = 0.0) -> Floats:
        """Return the effort of every unit to a node, shape (n,)."""
        found = np.full(len(self.unit), np.inf)
        if node >= 0:
            towards = self.streets.towards(np.array([node]), np.array([lead]))
            on = self.unit >= 0
            found[on] = towards[self.unit[on]] + self.unit_lead[on]
        return found

    def units_to_site(self, site: int) -> Floats:
        """Return the effort of every unit to a site, shape (n,)."""
        return self.units_to(int(self.site[site]), float(self.site_lead[site]))

    def add(self, link: int) -> None:
        """Add a link to the streets."""
        old, length = self.streets, self.metres[link]
        self.streets = replace(
            old,
            edge=np.append(old.edge, 0),
            opens=np.append(old.opens, 0.0),
            closes=np.append(old.closes, 0.0),
            start=np.append(old.start, self.near[link]),
            end=np.append(old.end, self.far[link]),
            forward=np.append(old.forward, length),
            back=np.append(old.back, length),
        )

    def near_link(self, link: int, nodes: Ints, reach: float) -> Ints:
        """Return the places of the nodes that a way over a link can lead to within a reach."""
        ends = np.array([self.near[link], self.far[link]])
        effort, _ = self.streets.away(ends, np.zeros(2))
        on = nodes >= 0
        near = np.zeros(len(nodes), dtype=np.bool_)
        near[on] = effort[nodes[on]] <= reach
        return np.flatnonzero(near)


def _with_lone_nodes(nodes: Ints, at: Floats, count: int) -> tuple[Ints, int]:
    """Give whoever is off the streets, at a known position, a node of that position."""
    lone = np.flatnonzero((nodes < 0) & ~np.isnan(at).any(axis=1))
    if not len(lone):
        return nodes, count
    places, which = np.unique(at[lone], axis=0, return_inverse=True)
    nodes = nodes.copy()
    nodes[lone] = count + which.reshape(-1)
    return nodes, count + len(places)
