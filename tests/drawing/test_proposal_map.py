"""The map of a proposal: sites in build order, what becomes of each unit, at every step."""

from __future__ import annotations

import json
import re
from functools import cache
from html import unescape

import pytest

from geo_planner.siting import Proposal, propose
from maps import draw_map, render_html
from maps.text import translator
from maps.text.siting import gap_text, proof_text
from tests.drawing.oasis import HOSTILE, oasis

TYPE = "kindergarten"


@cache
def proposal(sites: int = 3) -> Proposal:
    return propose(oasis(), TYPE, "cover-most", sites=sites)


@cache
def page(language: str = "zh-CN") -> str:
    return render_html(
        draw_map(oasis(), proposal=proposal(), language=language), self_contained=False
    )


def legend_count(text: str, key: str) -> int:
    row = re.search(rf'<tr data-legend="{key}">.*?</tr>', text, re.DOTALL)
    assert row is not None, key
    number = re.search(r'pl-count">([\d,]*)<', row.group())
    assert number is not None
    return int(number.group(1).replace(",", ""))


def test_the_legend_counts_what_the_proposal_says() -> None:
    found, text = proposal(), page()
    gained = sum(len(one) for one in found.sites["newly_covered"])
    assert gained == found.count("after") - found.count("before") > 0
    assert legend_count(text, "sited-covered") == found.count("before")
    assert legend_count(text, "sited-gained") == gained
    assert legend_count(text, "sited-uncovered") == found.count("after", "uncovered")
    assert legend_count(text, "sited-sites") == len(found.sites) == 3


def test_each_step_has_its_figure() -> None:
    found, text = proposal(), page()
    section = re.search(r'data-shares="([^"]*)"', text)
    assert section is not None
    shares = json.loads(unescape(section.group(1)))
    whole = len(found.units)  # the unknown stay in it, as in every other table
    assert found.count("after", "unknown") > 0
    assert len(shares) == 4
    assert shares == sorted(shares)
    assert shares[0] == pytest.approx(100 * found.count("before") / whole, abs=0.01)
    assert shares[-1] == pytest.approx(100 * found.count("after") / whole, abs=0.01)


def test_words_come_in_both_languages() -> None:
    assert "按此顺序建设" in page()
    assert "Build in this order" in page("en")
    assert "按此顺序建设" not in page("en")


def test_a_hostile_name_stays_text() -> None:
    assert "<script>alert('x')" not in page()
    assert HOSTILE in set(oasis().units["name"].dropna())


def test_equal_input_gives_equal_bytes() -> None:
    again = render_html(
        draw_map(oasis(), proposal=propose(oasis(), TYPE, "cover-most", sites=3)),
        self_contained=False,
    )
    assert again == page()


def test_proof_is_said_as_it_is() -> None:
    say = translator("en")
    assert proof_text(proposal().plan, say) == "Proven: no better choice exists"
    assert gap_text(0.0123) == "1.23"
    assert gap_text(0.000001) == "0.01"
