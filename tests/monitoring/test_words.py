"""Every reason code has its rule, colour, thresholds and words, in both languages."""

from __future__ import annotations

import pytest

from geo_planner.monitoring.warning import CODES, LEVEL_LABELS, RULE_LABELS, STATES, THRESHOLDS
from geo_planner.tables import HANDLING
from maps.text import translator
from maps.text.warnings import LEVEL_SHAPES, threshold_text
from tests.monitoring.worlds import PACKAGED


@pytest.mark.parametrize("code", CODES)
def test_every_code_names_its_thresholds(code: str) -> None:
    rule, level = CODES[code]
    assert rule in RULE_LABELS
    assert level in LEVEL_LABELS
    for name in THRESHOLDS[code]:
        text = threshold_text(PACKAGED.threshold(name), translator("zh-CN"))
        assert PACKAGED.threshold(name).source.zh in text


def test_no_threshold_is_of_a_code_there_is_not() -> None:
    assert set(THRESHOLDS) <= set(CODES)


def test_a_colour_never_stands_alone() -> None:
    assert set(LEVEL_SHAPES) == set(LEVEL_LABELS)
    assert len(set(LEVEL_SHAPES.values())) == len(LEVEL_SHAPES)


def test_states_are_those_the_store_takes() -> None:
    assert set(STATES) == set(HANDLING)


@pytest.mark.parametrize("words", [RULE_LABELS, LEVEL_LABELS, STATES])
def test_words_are_chinese_too(words: dict[str, str]) -> None:
    for word in words.values():
        assert translator("zh-CN")(word) != word
