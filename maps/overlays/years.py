"""An indicator in several years: units by their state in the year, and the figure beside them.

The reader moves a slider, or sees two years on two maps. A year that has no figure of its own is
drawn as unknown, and the panel says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from geo_planner.activity import active_on
from geo_planner.monitoring.year_figures import YearChange, YearFigure, year_notes
from geo_planner.tally import REASON_CODES, REASONS
from maps.canvas import DataLayer, Drawing, LegendEntry
from maps.fragments import fragment
from maps.overlays.marks import NAMED_LEVEL, layer_data, swatch, symbol_size, unit_feature
from maps.overlays.underserved import counted, figure, target
from maps.palette import STATE_STYLES, STATUS_COLOURS, StateStyle
from maps.scene import Scene, is_simulated, source_of, text_of
from maps.symbols import area_fill, area_swatch, state_symbol
from maps.text.changes import change_texts
from maps.text.translation import Translator
from maps.text.words import STATE_WORDS

SIZE = 18
ABSENT = "-"
"""Sign of a year in which a unit is not counted."""

NAMED = 100
"""Facilities and units named in one list of the panel."""


def draw(scene: Scene) -> Drawing:
    """Return the units through the years, and the section with the slider or the comparison."""
    figures = scene.year_figures
    if not figures:
        return Drawing()
    say = scene.say
    states = [one.states() for one in figures]
    # In the order of the table, so that the same project gives the same page.
    keys = list(dict.fromkeys(key for year in states for key in year))
    features = [one for key in keys if (one := _feature(scene, figures, states, key)) is not None]
    size = symbol_size(len(keys), size=SIZE)
    looks = {state: _look(state, style, size) for state, style in STATE_STYLES.items()}
    layers, legend = [], []
    for state, style in STATE_STYLES.items():
        if any(state in year.values() for year in states):
            picture = _picture(features, style, looks[state]["symbol"])
            legend.append(
                LegendEntry(swatch(picture), say(STATE_WORDS[state]), key=f"state-{state}")
            )
    if features:
        data = layer_data(scene, features, _labels(scene, figures)) | {
            "key": "years",
            "looks": list(looks.values()),
            "quote": figures[-1].coverage.indicator.quote,
            "clause": figures[-1].coverage.indicator.clause,
        }
        picture = _picture(features, STATE_STYLES["covered"], looks["covered"]["symbol"])
        layers.append(DataLayer("yearly", data, name=say("Units by state"), picture=picture))
    section = _change(scene, scene.change) if scene.change else _slider(scene, states)
    heading = say.label(figures[-1].coverage.indicator.label)
    return Drawing(tuple(layers), tuple(legend), heading=heading, sections=(section,))


def _look(state: str, style: StateStyle, size: int) -> dict[str, Any]:
    return {
        "tone": state,
        "fill": area_fill(style),
        "plain": style.fill,
        "line": style.line,
        "symbol": state_symbol(style, size=size),
        "size": size,
    }


def _picture(features: list[dict[str, Any]], style: StateStyle, symbol: str) -> str:
    areas = any("rings" in feature for feature in features)
    points = not areas or any("at" in feature for feature in features)
    return (area_swatch(area_fill(style), style.line) if areas else "") + (symbol if points else "")


def _labels(scene: Scene, figures: Iterable[YearFigure]) -> tuple[str, ...]:
    say = scene.say
    return (*(str(one.year) for one in figures), say("Kind"), say("Part of"), say("Source"))


def _feature(
    scene: Scene,
    figures: tuple[YearFigure, ...],
    states: list[dict[str, str]],
    key: str,
) -> dict[str, Any] | None:
    """Return a unit (or facility) with a sign for each year, and its popup with a line for each."""
    of_facilities = key not in scene.unit_points
    if of_facilities and key not in scene.facility_points:
        return None
    table = scene.project.facilities if of_facilities else scene.project.units
    record = table.loc[key].drop("geometry").to_dict()
    kind = text_of(record.get("facility_type" if of_facilities else "kind"))
    parent = text_of(record.get("unit_id" if of_facilities else "parent_id"))
    values = (
        *(
            _line(scene.say, one, year.get(key), key)
            for one, year in zip(figures, states, strict=True)
        ),
        scene.kind_label(kind),
        scene.unit_name(parent) if parent else "",
        source_of(record, scene.say),
    )
    signs = "".join(_sign(year.get(key)) for year in states)
    if not of_facilities:
        row = scene.project.catalogue.unit_kinds.get(kind)
        named = row is not None and row.level == NAMED_LEVEL
        feature = unit_feature(scene, key, record, values=values, label=named)
        return feature and feature | {"states": signs}
    feature = {
        "id": key,
        "code": key,
        "title": text_of(record.get("name")),
        "at": scene.facility_points[key],
        "values": list(values),
        "states": signs,
    }
    return feature | {"simulated": 1} if is_simulated(record) else feature


def _sign(state: str | None) -> str:
    return ABSENT if state is None else str(list(STATE_STYLES).index(state))


def _line(say: Translator, one: YearFigure, state: str | None, key: str) -> str:
    """Return what is known of a unit in one year, with the reason."""
    if state is None:
        return ""
    if not one.dated:
        return say("no figure for this year")
    word = say(STATE_WORDS[state])
    reason = one.reason_of(key)
    return f"{word} · {say(REASONS[REASON_CODES[reason]])}" if reason is not None else word


def year_facts(scene: Scene, one: YearFigure) -> dict[str, str]:
    """Return a year as the panel prints it; nothing of the figure where it is not the year's."""
    say = scene.say
    news = {
        "opened": say("Opened in {year}: {names}", year=one.year, names=_named(scene, one.opened))
        if one.opened
        else "",
        "closed": say("Closed in {year}: {names}", year=one.year, names=_named(scene, one.closed))
        if one.closed
        else "",
    }
    if not one.dated:
        none = say("no figure for this year")
        return {
            "year": str(one.year), "figure": none, "status": "", "colour": "", "counted": "",
            "notes": "", "spoken": f"{one.year}: {none}", **news,
        }  # fmt: skip
    value, status = figure(one.coverage, scene), say.status(one.coverage.status)
    return {
        "year": str(one.year),
        "figure": value,
        "status": status,
        "colour": STATUS_COLOURS[one.coverage.status],
        "counted": counted(one.coverage, scene),
        "notes": " ".join(say.note(note) for note in year_notes(one)),
        "spoken": f"{one.year}: {value}, {status}",
        **news,
    }


def _named(scene: Scene, ids: tuple[str, ...]) -> str:
    """Return the names of facilities, one behind the other."""
    names = [name for _, name, _ in _facilities(scene, ids[:NAMED])]
    if len(ids) > NAMED:
        names.append(scene.say("… and {count} more.", count=len(ids) - NAMED))
    return ("；" if scene.say.language == "zh-CN" else "; ").join(names)


def _facilities(scene: Scene, ids: Iterable[str]) -> list[tuple[str, str, str]]:
    """Return id on the map (empty where it has no position), name and home of facilities."""
    table = scene.project.facilities
    found = []
    for key in ids:
        home = text_of(table.at[key, "unit_id"])
        found.append(
            (
                f"facility:{key}" if key in scene.facility_points else "",
                text_of(table.at[key, "name"]) or key,
                scene.unit_name(home) if home else "",
            )
        )
    return found


def _units(scene: Scene, ids: Iterable[str]) -> list[tuple[str, str, str]]:
    """Return id on the map, name and upper unit of units."""
    table = scene.project.units
    found = []
    for key in ids:
        if key not in table.index:
            found += _facilities(scene, (key,))
            continue
        parent = text_of(table.at[key, "parent_id"])
        found.append(
            (
                key if key in scene.unit_points else "",
                scene.unit_name(key),
                scene.unit_name(parent) if parent else "",
            )
        )
    return found


def _slider(scene: Scene, states: list[dict[str, str]]) -> Any:  # noqa: ANN401 - Markup
    row = scene.years[-1].coverage.indicator
    return fragment(
        "years.html",
        scene.say,
        label=scene.say.label(row.label),
        target=target(scene.years[-1].coverage, scene),
        years=[year_facts(scene, one) for one in scene.years],
        counts=_counts(scene, states),
        quote=row.quote,
        clause=row.clause,
    )


def _counts(scene: Scene, states: list[dict[str, str]]) -> Mapping[str, list[int]]:
    """Return the numbers of the legend: by its line, one a year."""
    found = {
        f"state-{state}": [sum(one == state for one in year.values()) for year in states]
        for state in STATE_STYLES
    }
    table = scene.shown_facilities
    placed = table.index.astype(str).isin(list(scene.facility_points))
    works = [active_on(table, one.day) & placed for one in scene.years]
    for name in dict.fromkeys(map(str, table["facility_type"].dropna())):
        of_type = table["facility_type"].eq(name).to_numpy(dtype=bool)
        found[f"type-{name}"] = [int((day & of_type).sum()) for day in works]
    return found


def _change(scene: Scene, change: YearChange) -> Any:  # noqa: ANN401 - Markup
    say, row = scene.say, change.later.coverage.indicator
    lists = [
        (heading, named(scene, ids[:NAMED]), max(0, len(ids) - NAMED))
        for heading, named, ids in (
            (say("Facilities opened"), _facilities, change.opened),
            (say("Facilities closed"), _facilities, change.closed),
            (say("Gained: covered now, not then"), _units, change.gained),
            (say("Lost: covered then, not now"), _units, change.lost),
        )
    ]
    notes = dict.fromkeys(
        say.note(note) for one in (change.earlier, change.later) for note in year_notes(one)
    )
    return fragment(
        "change.html",
        say,
        label=say.label(row.label),
        target=target(change.later.coverage, scene),
        first=year_facts(scene, change.earlier),
        second=year_facts(scene, change.later),
        lists=lists,
        notes=list(notes),
        quote=row.quote,
        clause=row.clause,
        **change_texts(change, say),
    )
