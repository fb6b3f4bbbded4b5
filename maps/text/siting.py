"""Sentences about where to build: what was asked, and how good the answer is proven to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maps.text.numbers import decimal, is_number
from maps.text.translation import Translator
from maps.text.words import PROBLEM_WORDS

if TYPE_CHECKING:
    from geo_planner.siting.plan import SitePlan


def problem_text(problem: str, say: Translator) -> str:
    """Return what is asked for, the name itself for a problem without words."""
    return say(PROBLEM_WORDS[problem]) if problem in PROBLEM_WORDS else problem


def proof_text(plan: SitePlan, say: Translator) -> str:
    """Return how far from the best possible a plan can be."""
    return proof_words(plan.status, plan.gap, say)


def proof_words(status: str, gap: float | None, say: Translator) -> str:
    """Return how far from the best possible an answer can be; a gap of None is not known."""
    if status == "optimal":
        return say("Proven: no better choice exists")
    if status == "infeasible":
        return say("No choice of sites does what is asked")
    if gap is None or not is_number(gap):
        return say("Best found; no bound is known")
    return say("Best found; the best possible is at most {gap} % better", gap=gap_text(gap))


def cost_words(total: float | None, unknown: int, say: Translator) -> str:
    """Return what the sites proposed cost together, nothing where no cost is stated."""
    if total is None:
        return ""
    cost = decimal(total, 0 if float(total).is_integer() else 1)
    if not unknown:
        return say("Total cost: {cost}.", cost=cost)
    return say(
        "Total cost of the sites that state one: {cost}; {unknown} state none.",
        cost=cost,
        unknown=unknown,
    )


def gap_text(gap: float) -> str:
    """Return a relative gap in percent, never rounded down to nothing."""
    percent = gap * 100
    return decimal(percent, 2) if percent >= 0.01 else "0.01"
