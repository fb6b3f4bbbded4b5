"""Streets by the minutes to the nearest facility."""

from __future__ import annotations

import numpy as np

from maps.canvas import DataLayer, Drawing, LegendEntry
from maps.overlays.marks import swatch
from maps.overlays.streets import BUDGET, encoded_groups
from maps.palette import MINUTE_COLOURS, NO_WAY
from maps.reach import Reach
from maps.scene import Scene
from maps.symbols import line_swatch
from maps.text.numbers import decimal, metres

KEY = "minutes"
FINER = 8
"""How much finer than the whole map asks for, where the page has room: routes lie on streets."""
NO_WAY_DASHES = "2 5"


def draw(scene: Scene) -> Drawing:
    """Return the streets in classes of minutes, or nothing on a map that is not about access."""
    reach = scene.reach
    if reach is None or scene.project.streets is None or scene.project.streets.empty:
        return Drawing()
    say = scene.say
    found = reach.street_minutes
    upto = found.streets["upto"].to_numpy(dtype=np.float64)
    place = np.where(np.isnan(upto), len(found.breaks), np.searchsorted(found.breaks, upto - 1e-9))
    place[found.streets["state"].eq("no_path").to_numpy()] = len(found.breaks) + 1
    classes = range(len(found.breaks) + 2)
    groups = [found.streets.geometry[place == number] for number in classes]
    texts, left_out = encoded_groups(groups, tolerance=scene.tolerance / FINER, budget=BUDGET)
    colours = [*MINUTE_COLOURS[: len(found.breaks) + 1], NO_WAY]
    labels = [*class_labels(reach, scene), say("no way from here")]
    drawn = [
        {
            "lines": texts[number],
            "colour": colours[number],
            "weight": 1.6 if number == classes[-1] else 3,
            "dashes": NO_WAY_DASHES if number == classes[-1] else "",
        }
        for number in reversed(classes)
        if texts[number]
    ]
    legend = tuple(
        LegendEntry(
            swatch(
                line_swatch(
                    colours[number],
                    width=3,
                    dashes=NO_WAY_DASHES if number == classes[-1] else "",
                )
            ),
            labels[number],
            key=KEY,
        )
        for number in classes
        if texts[number]
    )
    name = say("Streets by minutes")
    picture = line_swatch(MINUTE_COLOURS[2], width=3)
    layer = DataLayer("classes", {"classes": drawn, "key": KEY}, name=name, picture=picture)
    notes = [say.note(note) for note in found.notes]
    if left_out:
        notes.append(say("The smallest streets are left out of the drawing, not of the results."))
    heading = say("Minutes to the nearest facility")
    return Drawing((layer,), legend, heading=heading, notes=tuple(notes))


def class_labels(reach: Reach, scene: Scene) -> list[str]:
    """Return the words of each class: minutes and, where the pace is one, metres."""
    say = scene.say
    labels = []
    for low, high in zip((0.0, *reach.breaks), (*reach.breaks, np.inf), strict=False):
        first, last = (
            decimal(reach.minutes(one), 0) if np.isfinite(one) else "" for one in (low, high)
        )
        if not np.isfinite(high):
            text = say("over {minutes} min", minutes=first)
        elif not low:
            text = say("up to {minutes} min", minutes=last)
        else:
            text = say("{first}–{last} min", first=first, last=last)
        if reach.mode.network == "walk" and np.isfinite(high):
            text += " · " + metres(high, say)
        labels.append(text)
    return labels
