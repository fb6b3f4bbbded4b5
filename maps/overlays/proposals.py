"""Proposed sites in build order: who is covered today, newly, or still not, at every step."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import shapely

from geo_planner.counts import COUNT_LABELS
from geo_planner.siting.proposal import Proposal
from maps.canvas import DataLayer, Drawing, LegendEntry
from maps.fragments import fragment
from maps.overlays.marks import layer_data, swatch, symbol_size, unit_feature
from maps.overlays.streets import encode_lines
from maps.palette import GAINED_STYLE, STATE_STYLES, StateStyle
from maps.scene import WEB, Scene, source_of, text_of
from maps.symbols import area_fill, area_swatch, site_symbol, state_symbol, stroke_swatch
from maps.text.numbers import decimal, is_number, metres
from maps.text.siting import cost_words, problem_text, proof_text

SIZE = 16
LINE = "#5b4a00"
TODAY, GAINED, LEFT, UNKNOWN = "covered", "gained", "uncovered", "unknown"


def draw(scene: Scene) -> Drawing:
    """Return sites, units by what becomes of them, and the section that steps through them."""
    proposal = scene.proposal
    if proposal is None:
        return Drawing()
    say = scene.say
    steps = _steps(proposal)
    size = symbol_size(len(proposal.units), size=SIZE)
    layers = [_lines(scene, proposal, steps)]
    legend: list[LegendEntry] = []
    for key, style, name in (
        (TODAY, STATE_STYLES["covered"], say("Covered today")),
        (GAINED, GAINED_STYLE, say("Newly covered")),
        (LEFT, STATE_STYLES["uncovered"], say("Still uncovered")),
        (UNKNOWN, STATE_STYLES["unknown"], say("Not known")),
    ):
        features = _features(scene, proposal, steps, key)
        count = sum(one == key for one in _states(proposal, steps))
        if not count:
            continue
        picture = _picture(features, style, state_symbol(style, size=size))
        legend.append(LegendEntry(swatch(picture), name, count, key=f"sited-{key}"))
        if features:
            data = (
                layer_data(scene, features, _labels(scene))
                | _look(style, size)
                | {"key": f"sited-{key}"}
            )
            if key == GAINED:
                data["before"] = _look(STATE_STYLES["uncovered"], size)
            layers.append(
                DataLayer("steps" if key == GAINED else "units", data, name=name, picture=picture)
            )
    picture = site_symbol("1")
    if len(proposal.sites):
        layers.append(
            DataLayer("sites", _sites(scene, proposal), name=say("Proposed sites"), picture=picture)
        )
        legend.append(
            LegendEntry(
                swatch(picture), say("Proposed, in build order"), len(proposal.sites), "sited-sites"
            )
        )
    strokes = stroke_swatch([(LINE, 1.6, "3 3")])
    legend.append(
        LegendEntry(swatch(strokes), say("To the site that serves it"), key="sited-lines")
    )
    return Drawing(
        tuple(layers),
        tuple(legend),
        heading=say.label(proposal.question.kind.label),
        sections=(fragment("proposal.html", say, **summary(scene, proposal)),),
    )


def _look(style: StateStyle, size: int) -> dict[str, Any]:
    """Return how the browser draws a state."""
    return {
        "fill": area_fill(style),
        "plain": style.fill,
        "line": style.line,
        "opacity": 0.35,
        "symbol": state_symbol(style, size=size),
        "size": size,
    }


def _picture(features: list[dict[str, Any]], style: StateStyle, symbol: str) -> str:
    areas = any("rings" in feature for feature in features)
    points = not areas or any("at" in feature for feature in features)
    return (area_swatch(area_fill(style), style.line) if areas else "") + (symbol if points else "")


def _steps(proposal: Proposal) -> dict[str, int]:
    """Return, for each newly covered unit, the number of the site that brings it in."""
    return {
        str(unit): int(row["order"])
        for _, row in proposal.sites.iterrows()
        for unit in row["newly_covered"]
    }


def _states(proposal: Proposal, steps: dict[str, int]) -> list[str]:
    return [
        GAINED if str(unit) in steps else str(state)
        for unit, state in proposal.units["after"].items()
    ]


def _features(
    scene: Scene, proposal: Proposal, steps: dict[str, int], wanted: str
) -> list[dict[str, Any]]:
    found = []
    states = _states(proposal, steps)
    records = scene.project.units.loc[proposal.units.index].drop(columns="geometry")
    for (key, row), record, state in zip(
        proposal.units.iterrows(), records.to_dict("records"), states, strict=True
    ):
        if state != wanted:
            continue
        values = _values(scene, proposal, row, record)
        tone = "covered" if state == GAINED else state
        feature = unit_feature(scene, str(key), record, values=values, tone=tone)
        if feature is None:
            continue
        if state == GAINED:
            feature["step"] = steps[str(key)]
        found.append(feature)
    return found


def _labels(scene: Scene) -> tuple[str, ...]:
    say = scene.say
    return (
        say("Today"),
        say("When all is built"),
        say("Served by"),
        say("Way to it"),
        say("Children"),
        say("Kind"),
        say("Part of"),
        say("Source"),
    )


def _values(scene: Scene, proposal: Proposal, row: Any, record: dict[str, Any]) -> list[str]:  # noqa: ANN401 - a row
    say = scene.say
    words = {
        "covered": say("covered"),
        "uncovered": say("not covered"),
        "unknown": say("not known"),
    }
    parent = text_of(row["parent_id"])
    return [
        words[str(row["before"])],
        words[str(row["after"])],
        _served_by(scene, proposal, text_of(row["site"])),
        metres(row["cost_m"], say) if is_number(row["cost_m"]) else "",
        decimal(row["children"], 0) if is_number(row["children"]) else "",
        scene.kind_label(row["kind"]),
        scene.unit_name(parent) if parent else "",
        source_of(record, say),
    ]


def _served_by(scene: Scene, proposal: Proposal, site: str) -> str:
    """Return the name of the site or facility that serves a unit."""
    if site in proposal.sites.index:
        row = proposal.sites.loc[site]
        return scene.say("proposed site {order}: {name}", order=int(row["order"]), name=_name(row))
    table = scene.project.facilities
    if site in table.index:
        return text_of(table.at[site, "name"]) or site
    return ""


def _name(row: Any) -> str:  # noqa: ANN401 - a row of any table
    return text_of(row["name"]) or str(row.name)


def _part_of(scene: Scene, row: Any) -> str:  # noqa: ANN401 - a row
    """Return the name of the unit above the one a site stands in: names of companies repeat."""
    units, home = scene.project.units, text_of(row["unit_id"])
    parent = text_of(units.at[home, "parent_id"]) if home in units.index else ""
    return scene.unit_name(parent) if parent else ""


def _sites(scene: Scene, proposal: Proposal) -> dict[str, Any]:
    say = scene.say
    points = proposal.sites.geometry.to_crs(WEB)
    features = []
    for (key, row), point in zip(proposal.sites.iterrows(), points, strict=True):
        units = [scene.unit_name(one) for one in row["newly_covered"]]
        features.append(
            {
                "id": f"site:{key}",
                "code": str(key),
                "title": _name(row),
                "at": [round(point.y, 6), round(point.x, 6)],
                "step": int(row["order"]),
                "symbol": site_symbol(str(int(row["order"]))),
                "what": say("Proposed sites"),
                "values": [
                    say("{number} of {count}", number=int(row["order"]), count=len(points)),
                    ("、" if say.language == "zh-CN" else ", ").join(units),
                    decimal(row["newly_children"], 0) if is_number(row["newly_children"]) else "",
                    str(int(row["serves"])),
                    decimal(row["cost"], 2) if is_number(row["cost"]) else "",
                    _part_of(scene, row),
                ],
            }
        )
    labels = (
        say("Build order"),
        say("Newly covered"),
        say("Children newly covered"),
        say("Units it serves"),
        say("Cost"),
        say("In"),
    )
    return layer_data(scene, features, labels) | {"key": "sited-sites"}


def _lines(scene: Scene, proposal: Proposal, steps: dict[str, int]) -> DataLayer:
    """Return straight lines from newly covered units to their sites, one group a step."""
    crs = scene.project.crs
    sites = proposal.sites
    at = dict(zip(map(str, sites.index), sites.geometry, strict=True))
    number = dict(zip(map(str, sites.index), sites["order"].astype(int), strict=True))
    here = scene.project.units.geometry.representative_point()
    rows = [
        (steps[str(unit)], number[site], shapely.LineString([here[unit], at[site]]))
        for unit, site in proposal.units["site"].items()
        if str(unit) in steps and site in at and not shapely.is_missing(here[unit])
    ]
    texts = encode_lines(gpd.GeoSeries([line for _, _, line in rows], crs=crs)) if rows else []
    lines = [[max(first, own), text] for (first, own, _), text in zip(rows, texts, strict=True)]
    data = {"key": "sited-lines", "lines": lines, "colour": LINE}
    return DataLayer(
        "servedBy", data, name=scene.say("To the site that serves it"),
        picture=stroke_swatch([(LINE, 1.6, "3 3")]),
    )  # fmt: skip


def summary(scene: Scene, proposal: Proposal) -> dict[str, Any]:
    """Return what the side panel says of a proposal."""
    say, question = scene.say, proposal.question
    children = say.label(COUNT_LABELS[question.asked.counted])
    total = proposal.units["children"].sum()
    done = [proposal.children_of("before")]
    units = [proposal.count("before")]
    for _, row in proposal.sites.iterrows():
        done.append(done[-1] + (row["newly_children"] if is_number(row["newly_children"]) else 0))
        units.append(units[-1] + len(row["newly_covered"]))
    whole, unknown = len(proposal.units), proposal.count("after", "unknown")
    rows = [
        {
            "id": f"site:{key}",
            "order": int(row["order"]),
            "name": _name(row),
            "part": _part_of(scene, row),
            "brings": say(
                "newly covered: units {units}, children {children}",
                units=len(row["newly_covered"]),
                children=decimal(row["newly_children"], 0),
            ),
        }
        for key, row in proposal.sites.iterrows()
    ]
    return {
        "problem": problem_text(proposal.problem, say),
        "label": say.label(question.kind.label),
        "proof": proof_text(proposal.plan, say),
        "cost": cost_words(proposal.total_cost, proposal.cost_unknown, say),
        "unknown": unknown,
        "unknown_share": round(100 * unknown / whole, 2) if whole else 0,
        "figures": [
            say(
                "{units} of {whole} units, {children} of {total} {whom}",
                units=f"{one:,}",
                whole=f"{whole:,}",
                children=decimal(many, 0),
                total=decimal(total, 0),
                whom=children,
            )
            for one, many in zip(units, done, strict=True)
        ],
        "shares": [round(100 * one / whole, 2) if whole else 0 for one in units],
        "rows": rows,
        "closed": [
            text_of(scene.project.facilities.at[one, "name"]) or one for one in proposal.closed
        ],
        "unreachable": [scene.unit_name(one) for one in proposal.unreachable],
        "no_room": [scene.unit_name(one) for one in proposal.no_room],
        "notes": [say.note(note) for note in proposal.notes],
        "extent": len(done) - 1,
    }
