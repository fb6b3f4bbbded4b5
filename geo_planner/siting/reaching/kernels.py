"""Loops over pairs of site and point that the compiler takes whole."""

# ruff: noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917 - loops the compiler takes whole

from __future__ import annotations

import numpy as np

from geo_planner.travel.arrays import Flags, Floats, Ints


def rebuild(
    site_first: Ints,
    site_point: Ints,
    point_first: Ints,
    point_site: Ints,
    group_first: Ints,
    point_group: Ints,
    weight: Ints,
    need: Ints,
    price: Floats,
    allowed: Flags,
    required: Flags,
    start: Flags,
    rounds: int,
) -> Flags:
    """Close some neighbouring sites, open the best again, and keep what is no dearer, many times.

    Ruin and recreate: Schrimpf, Schneider, Stamm-Wilbrandt & Dueck (2000), Journal of
    Computational Physics 159:139-171; for set covering Jacobs & Brusco (1995), Naval Research
    Logistics 42:1129-1140. Random numbers are of a fixed sequence (Lehmer, 48271 modulo
    2**31 - 1).

    Parameters
    ----------
    site_first, site_point
        Points of each site; ``point_first, point_site`` the sites of each point;
        ``group_first, point_group`` the groups of each point.
    weight, need, price, allowed, required
        As of a :class:`~geo_planner.siting.reaching.group_cover.GroupCover`.
    start
        Sites that cover enough, shape (m,).
    """
    sites, points, groups = len(price), len(weight), len(need)
    now, best = start.copy(), start.copy()
    times = np.zeros(points, dtype=np.int64)
    held = np.zeros(groups, dtype=np.int64)
    spent = 0.0
    for site in range(sites):
        if now[site]:
            spent += price[site]
            for at in range(site_first[site], site_first[site + 1]):
                times[site_point[at]] += 1
    for point in range(points):
        if times[point] > 0:
            for at in range(group_first[point], group_first[point + 1]):
                held[point_group[at]] += weight[point]
    least = spent
    lost = np.zeros(groups, dtype=np.int64)
    closing = np.zeros(sites, dtype=np.int64)
    seed = 20_001
    for _ in range(rounds):
        old, old_times, old_held, old_spent = now.copy(), times.copy(), held.copy(), spent
        seed = seed * 48271 % 2147483647
        first = seed % sites
        while not now[first] or required[first]:
            first = (first + 1) % sites
            if first == seed % sites:
                return best
        seed = seed * 48271 % 2147483647
        wanted = 2 + seed % 9
        closing[0], many, looked = first, 1, 0
        now[first] = False
        while looked < many < wanted:
            site = closing[looked]
            looked += 1
            for at in range(site_first[site], site_first[site + 1]):
                for place in range(point_first[site_point[at]], point_first[site_point[at] + 1]):
                    other = point_site[place]
                    if many < wanted and now[other] and not required[other]:
                        seed = seed * 48271 % 2147483647
                        if seed % 4 > 0:
                            now[other] = False
                            closing[many] = other
                            many += 1
        for number in range(many):
            site = closing[number]
            spent -= price[site]
            for at in range(site_first[site], site_first[site + 1]):
                point = site_point[at]
                times[point] -= 1
                if times[point] == 0:
                    for place in range(group_first[point], group_first[point + 1]):
                        held[point_group[place]] -= weight[point]
        while True:
            short = False
            for group in range(groups):
                if held[group] < need[group]:
                    short = True
            if not short or spent > old_spent:
                break
            pick, top = -1, 0.0
            for site in range(sites):
                if now[site] or not (allowed[site] or required[site]):
                    continue
                gain = 0
                for at in range(site_first[site], site_first[site + 1]):
                    point = site_point[at]
                    if times[point] == 0:
                        for place in range(group_first[point], group_first[point + 1]):
                            if held[point_group[place]] < need[point_group[place]]:
                                gain += weight[point]
                if gain > 0:
                    seed = seed * 48271 % 2147483647
                    score = gain / max(price[site], 1e-12) * (1.0 + 0.1 * (seed % 1000) / 1000)
                    if score > top:
                        pick, top = site, score
            if pick < 0:
                break
            now[pick] = True
            spent += price[pick]
            for at in range(site_first[pick], site_first[pick + 1]):
                point = site_point[at]
                times[point] += 1
                if times[point] == 1:
                    for place in range(group_first[point], group_first[point + 1]):
                        held[point_group[place]] += weight[point]
        for site in range(sites):
            if not now[site] or required[site]:
                continue
            lost[:] = 0
            for at in range(site_first[site], site_first[site + 1]):
                point = site_point[at]
                if times[point] == 1:
                    for place in range(group_first[point], group_first[point + 1]):
                        lost[point_group[place]] += weight[point]
            spare = True
            for group in range(groups):
                if held[group] - lost[group] < need[group] and lost[group] > 0:
                    spare = False
            if spare:
                now[site] = False
                spent -= price[site]
                for at in range(site_first[site], site_first[site + 1]):
                    times[site_point[at]] -= 1
                for group in range(groups):
                    held[group] -= lost[group]
        enough = spent <= old_spent + 1e-9
        for group in range(groups):
            if held[group] < need[group]:
                enough = False
        if not enough:
            now, times, held, spent = old, old_times, old_held, old_spent
        elif spent < least - 1e-9:
            least = spent
            best = now.copy()
    return best
