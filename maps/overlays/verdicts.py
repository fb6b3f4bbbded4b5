"""The scoreboard beside a map that shows no single indicator."""

from __future__ import annotations

from collections import Counter

from geo_planner.coverage import Coverage
from geo_planner.targets import Status
from maps.canvas import Drawing
from maps.fragments import fragment
from maps.overlays.underserved import figure, needs, target
from maps.palette import STATUS_COLOURS
from maps.scene import Scene

WORST_FIRST: tuple[Status, ...] = (
    "not_met",
    "trend_bad",
    "near",
    "undetermined",
    "met",
    "trend_ok",
    "reference_only",
    "no_data",
    "not_applicable",
)


def _urgency(coverage: Coverage) -> tuple[int, bool]:
    """Return the order of the list: by verdict, those with a figure first."""
    return WORST_FIRST.index(coverage.status), coverage.lower is None


def draw(scene: Scene) -> Drawing:
    """Return how many targets stand how, and each with its figure."""
    if not scene.verdicts:
        return Drawing()
    say = scene.say
    tally = Counter(one.status for one in scene.verdicts)
    counts = [
        (say.status(status), STATUS_COLOURS[status], tally[status])
        for status in WORST_FIRST
        if tally[status]
    ]
    rows = [
        {
            "label": say.label(one.indicator.label),
            "status": say.status(one.status),
            "colour": STATUS_COLOURS[one.status],
            "figure": figure(one, scene),
            "target": target(one, scene),
            "needs": needs(one, scene),
        }
        for one in sorted(scene.verdicts, key=_urgency)
    ]
    return Drawing(sections=(fragment("verdicts.html", say, counts=counts, rows=rows),))
