"""Figures of regiments and districts in words, and their names in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from geo_planner.monitoring.regiments import parts_of
from maps.scene import Scene
from maps.text.values import NOTHING, digits_shown, measure_text, rounded

if TYPE_CHECKING:
    from geo_planner.monitoring import PartFigure
    from geo_planner.project import Project
    from maps.text import Translator

EACH = "all_units_must_meet"


def names_of(
    project: Project, parts: Mapping[str, tuple[PartFigure, ...]], say: Translator
) -> dict[str, str]:
    """Return code and name of every part that has any figure, in the order of the units table."""
    found = {one.unit_id for figures in parts.values() for one in figures}
    scene = Scene(project, say)
    return {code: scene.unit_name(code) for code in parts_of(project) if code in found}


def measure_of_part(part: PartFigure, aggregation: str) -> str:
    """Return what a part's bounds are in: percent where it is the share of what is counted."""
    if part.n and part.covered is not None:
        share = Fraction(100 * part.covered, part.n)
        if aggregation == EACH or (part.measure == "count" and part.lower == share):
            return "%"
    return part.measure


def part_text(part: PartFigure, aggregation: str, say: Translator, *, bare: bool = False) -> str:
    """Return a part's figure, a range where unknown units leave it open.

    Where each unit has to keep the target on its own it is how many do.

    Parameters
    ----------
    bare
        Without the measure.
    """
    if aggregation == EACH and part.n is not None and part.covered is not None:
        return f"{part.covered}/{part.n}" if bare else f"{part.covered} / {part.n}"
    known = [one for one in (part.lower, part.upper) if one is not None]
    if not known:
        return NOTHING
    measure = measure_of_part(part, aggregation)
    digits = digits_shown(measure, *known)
    text = "–".join(dict.fromkeys(rounded(one, digits) for one in known))
    if len(known) == 1:
        text = ("≤ " if part.lower is None else "≥ ") + text
    return text if bare else f"{text} {measure_text(measure, say)}".strip()
