"""Beside an access map: what it adds up to, and the units not within reach with their reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo_planner.counts import COUNT_LABELS
from maps.canvas import Drawing
from maps.fragments import fragment
from maps.overlays.underserved import LISTED
from maps.reach import Reach
from maps.scene import Scene, text_of
from maps.text.numbers import NOTHING, decimal, duration, in_measure, is_number, metres
from maps.text.words import METHOD_WORDS, REACH_WORDS


def draw(scene: Scene) -> Drawing:
    """Return the two sections, or nothing on a map that is not about access."""
    reach = scene.reach
    if reach is None:
        return Drawing()
    sections = [fragment("access.html", scene.say, **summary(scene, reach))]
    rows = _ranked(scene, reach)
    nowhere = _nowhere(scene, reach)
    if rows or nowhere:
        say = scene.say
        heading = (
            say("Too far by a straight line")
            if reach.estimated
            else say("Not within reach, worst first")
        )
        sections.append(
            fragment(
                "unreached.html",
                say,
                heading=heading,
                rows=rows[:LISTED],
                more=max(0, len(rows) - LISTED),
                nowhere=nowhere,
            )
        )
    return Drawing(sections=tuple(sections))


def summary(scene: Scene, reach: Reach) -> dict[str, Any]:
    """Return the share within reach as it is printed, units by state, limits and method."""
    say, found = scene.say, reach.totals
    label = say.label(COUNT_LABELS[found["weight_of"]])
    figure, whom, bar = NOTHING, say("nobody counted {whom}", whom=label), None
    if is_number(found["share"]):
        figure = in_measure(found["share"], "%", say)
        within, whole = (decimal(found[one], 0) for one in ("weight_within", "weight"))
        whom = say("{within} of {whole} {whom}", within=within, whole=whole, whom=label)
        bar = {"within": round(found["share"], 2), "unknown": 0.0}
    counted = is_number(found["share"])
    pace = say("{count} m a minute", count=decimal(reach.mode.pace * 60, 0))
    facts = [
        (say("Limit"), limits_text(scene, reach)),
        (say("Pace"), pace if reach.mode.network == "walk" else ""),
        (say("Median way"), metres(found["median_m"], say) if is_number(found["median_m"]) else ""),
        (say("Method"), methods_text(scene, reach)),
        (
            say("Units that state no children"),
            str(found["weight_missing"] or "") if counted else "",
        ),
    ]
    return {
        "label": say.label(reach.kind.label),
        "mode": say.label(reach.mode.label),
        "figure": figure,
        "whom": whom,
        "bar": bar,
        "states": [(say(word), found[state]) for state, word in REACH_WORDS.items()],
        "facts": facts,
        "notes": [say.note(note) for note in reach.notes],
    }


def limits_text(scene: Scene, reach: Reach) -> str:
    """Return the limits, such as ``500 m – 1,500 m`` or ``20 min``."""
    say = scene.say
    if not reach.mode.even_pace:
        return " – ".join(duration(reach.minutes(one), say) for one in reach.limits)
    return " – ".join(metres(one, say) for one in reach.limits)


def methods_text(scene: Scene, reach: Reach) -> str:
    """Return how the ways were found; more than one where some lead off the streets."""
    methods = [str(one) for one in reach.table["method"].dropna().unique()]
    return " · ".join(scene.say(METHOD_WORDS.get(one, one)) for one in sorted(methods))


def _ranked(scene: Scene, reach: Reach) -> list[dict[str, Any]]:
    table = reach.unreached
    return [
        {
            "id": key,
            "rank": int(row["rank"]),
            "name": scene.unit_name(key),
            "parent": scene.unit_name(text_of(row.get("parent_id")))
            if text_of(row.get("parent_id"))
            else "",
            "children": people_text(scene, reach, row),
            "reason": reason_text(scene, row),
            "why": _cause(scene, reach, key),
            "placed": key in scene.unit_points,
        }
        for key, row in zip(map(str, table.index), table.to_dict("records"), strict=True)
    ]


def _cause(scene: Scene, reach: Reach, unit: str) -> str:
    """Return the most telling cause, empty where the server is asked for it on a click."""
    if scene.doors and scene.doors.explain:
        return ""
    found = reach.explained.get(unit)
    return scene.say.note(found.causes[0].note) if found and found.causes else ""


def people_text(scene: Scene, reach: Reach, row: Mapping[str, Any]) -> str:
    """Return how many children the type serves in a unit, or what stands in for them."""
    say, column = scene.say, reach.totals["weight_of"]
    if not is_number(row.get("weight")):
        return say("children not counted")
    number = decimal(row["weight"], 0)
    if column.startswith("children"):
        return say("{count} children", count=number)
    return f"{number} {say.label(COUNT_LABELS[column])}"


def reason_text(scene: Scene, row: Mapping[str, Any]) -> str:
    """Return why a unit is not within reach, with the distance that decides it."""
    say, state = scene.say, str(row["state"])
    word = say(REACH_WORDS.get(state, state))
    if state == "beyond" and is_number(row.get("network_m")):
        far = metres(row["network_m"], say)
        return f"{word} · {far} · {duration(row.get('minutes'), say)}"
    if is_number(row.get("straight_m")):
        far = metres(row["straight_m"], say)
        return say("{word}; {distance} in a straight line", word=word, distance=far)
    return word


def _nowhere(scene: Scene, reach: Reach) -> str:
    """Return the sentence that counts the units of which nobody knows where they are."""
    lost = reach.table.index[reach.table["state"] == "no_position"]
    if not len(lost):
        return ""
    shown = [scene.unit_name(one) for one in lost[:10]]
    return scene.say.plural(
        "Whether {number} unit is within reach cannot be said: no position ({names})",
        "Whether {number} units are within reach cannot be said: no position ({names})",
        len(lost),
        names=[*shown, "…"] if len(lost) > len(shown) else shown,
    )
