"""A course small enough for a table cell: plain SVG, with words for those who cannot see it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from html import escape
from typing import TYPE_CHECKING

from maps.palette import BLUE, VERMILLION
from maps.text.values import NOTHING, digits_shown, rounded

if TYPE_CHECKING:
    from geo_planner.monitoring import YearFigure
    from maps.text import Translator

WIDTH, HEIGHT, EDGE = 96.0, 26.0, 4.0


def sparkline_svg(
    figures: Sequence[YearFigure],
    say: Translator,
    *,
    measure: str = "%",
    goal: Fraction | None = None,
    years: tuple[int, int] | None = None,
) -> str:
    """Return an inline picture of the years' figures, empty where there are none.

    Parameters
    ----------
    figures
        One a year, oldest first; an uncertain one is an upright bar between its bounds.
    measure
        What they are in.
    goal
        A dashed line, if given.
    years
        First and last year of the picture; else of the figures.
    """
    shown = [one for one in figures if one.lower is not None or one.upper is not None]
    if not shown:
        return ""
    first, last = years or (shown[0].year, shown[-1].year)
    ends = [float(value) for one in shown for value in (one.lower, one.upper) if value is not None]
    ends += [] if goal is None else [float(goal)]
    low, high = min(ends), max(ends)
    span = high - low or 1.0

    def x(year: int) -> float:
        return EDGE + (WIDTH - 2 * EDGE) * (
            (year - first) / (last - first) if last > first else 0.5
        )

    def y(value: Fraction | float) -> float:
        share = (float(value) - low) / span if high > low else 0.5
        return HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * share

    parts = []
    if goal is not None:
        parts.append(
            f'<path d="M0 {y(goal):.1f}H{WIDTH:g}" stroke="{VERMILLION}" stroke-dasharray="3 2"/>'
        )
    sure = [(x(one.year), y(one.value)) for one in shown if one.value is not None]
    if len(sure) > 1:
        places = " ".join(f"{across:.1f},{up:.1f}" for across, up in sure)
        parts.append(
            f'<polyline points="{places}" fill="none" stroke="{BLUE}" stroke-width="1.6"/>'
        )
    for one in shown:
        if one.value is None:
            bottom = y(one.lower) if one.lower is not None else HEIGHT - 1
            top = y(one.upper) if one.upper is not None else 1.0
            parts.append(
                f'<path d="M{x(one.year):.1f} {bottom:.1f}V{top:.1f}" stroke="{BLUE}" '
                'stroke-width="3" stroke-opacity="0.5"/>'
            )
    if sure and shown[-1].value is not None:
        across, up = sure[-1]
        parts.append(f'<circle cx="{across:.1f}" cy="{up:.1f}" r="2.6" fill="{BLUE}"/>')
    told = escape(_told(shown, measure, say))
    return (
        f'<svg class="spark" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" width="{WIDTH:g}" '
        f'height="{HEIGHT:g}" role="img" aria-label="{told}"><title>{told}</title>'
        f"{''.join(parts)}</svg>"
    )


def _told(shown: Sequence[YearFigure], measure: str, say: Translator) -> str:
    """Return the figures year by year as words."""
    told = []
    for one in shown:
        ends = [value for value in (one.lower, one.upper) if value is not None]
        digits = digits_shown(measure, *ends)
        value = "–".join(dict.fromkeys(rounded(end, digits) for end in ends)) or NOTHING
        told.append(say("{year}: {value}", year=one.period, value=value))
    return say("; ").join(told)
