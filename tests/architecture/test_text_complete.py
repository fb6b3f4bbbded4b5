"""Every sentence a person reads has its Chinese, with the same parameters."""

from __future__ import annotations

import re

import pytest

from maps.text.extraction import ROOT, extract, translated

PARAMETER = re.compile(r"\{(\w+)\}|%\((\w+)\)")


def _parameters(sentence: str) -> set[str]:
    return {first or second for first, second in PARAMETER.findall(sentence)}


@pytest.fixture(scope="module")
def pairs() -> list[tuple[str, str]]:
    chinese = translated()
    found = []
    for message in extract():
        if message.id:
            known = chinese.get(message.id)
            said = known.string if known else ""
            first = message.id if isinstance(message.id, str) else message.id[0]
            found.append((first, said if isinstance(said, str) else said[0]))
    return found


def test_no_sentence_is_without_chinese(pairs: list[tuple[str, str]]) -> None:
    assert len(pairs) > 200
    assert [english for english, chinese in pairs if english.strip() and not chinese] == []


def test_parameters_are_the_same(pairs: list[tuple[str, str]]) -> None:
    assert [
        pair for pair in pairs if pair[1] and _parameters(pair[0]) != _parameters(pair[1])
    ] == []


def test_no_sentence_is_left_over() -> None:
    spoken = {str(message.id) for message in extract()}
    assert [str(one.id) for one in translated() if one.id and str(one.id) not in spoken] == []


def test_every_literal_goes_through_a_call_that_is_collected() -> None:
    for package in ("api", "maps", "layers", "geo_planner"):
        for path in (ROOT / package).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"\btranslator\(\s*f?\"", text), f"{path}: use translator.text"
