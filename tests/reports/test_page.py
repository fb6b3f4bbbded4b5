"""A report as a page: one file, every name escaped, every finding led to its row."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from geo_planner.document_errors import FigureMissingError
from maps.palette import STATUS_COLOURS
from maps.reports.content import Bullets, Findings, Heading, Paragraph, Part, Table
from maps.reports.layout import stretches, tint
from maps.reports.page import write_page
from maps.text.words import SHAPES
from tests.reports.vector_documents import HOSTILE, full_table, hostile_report, picture, report

EMPTY = {"meta", "br", "hr", "img", "col", "link", "input"}


class Seen(HTMLParser):
    """What a page holds: ids, links, texts by element; every element must be closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.acts: list[str] = []
        self.text: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        self._note(tag, attrs)
        if tag not in EMPTY:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self._note(tag, attrs)

    def _note(self, tag, attrs):
        self.tags.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value)
            elif name in ("href", "src"):
                self.links.append(value)
            elif name.startswith("on"):
                self.acts.append(name)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        if self._open[-1:] not in (["style"], ["script"]):
            self.text.append(data)


@pytest.fixture(scope="module")
def page() -> str:
    return write_page(report())


@pytest.fixture(scope="module")
def seen(page: str) -> Seen:
    return Seen(page)


def test_the_same_report_is_the_same_page(page: str) -> None:
    assert write_page(report()) == page
    assert '<html lang="zh-CN">' in page
    assert '<html lang="en">' in write_page(report("en"))


def test_nothing_is_asked_of_anybody(page: str, seen: Seen) -> None:
    # Not even the addresses that drawing programs put into their files.
    assert "://" not in page
    assert "@import" not in page
    assert "script" not in seen.tags
    assert seen.acts == []
    assert all(one.startswith("#") for one in seen.links)
    assert set(re.findall(r"url\(\"?(data|#)?", page)) == {"data", "#"}


def test_every_text_is_there(seen: Seen) -> None:
    text = "".join("".join(seen.text).split())
    whole = report()
    wanted = [whole.title, whole.subtitle, whole.office, whole.data_note, whole.made_up, "目录"]
    for block in whole.blocks:
        match block:
            case Heading() | Paragraph():
                wanted.append(block.text)
            case Bullets():
                wanted += block.items
            case Findings():
                wanted += [one.text for one in block.items]
            case Table():
                wanted += [block.title, block.note, *(cell for row in block.rows for cell in row)]
            case _:
                wanted.append(block.caption)
    assert not [words for words in wanted if "".join(words.split()) not in text]


def test_findings_lead_to_their_rows_and_contents_to_their_parts(seen: Seen) -> None:
    assert [one for one in seen.links if one.startswith("#row-")] == [
        "#row-2",
        "#row-23",
        "#row-60",
    ]
    assert [f"row-{n}" for n in range(1, 61)] == [one for one in seen.ids if one.startswith("row-")]
    assert {one[1:] for one in seen.links} <= set(seen.ids)
    assert {"#part-conclusion", "#part-domains", "#part-annexes"} <= set(seen.links)


def test_ids_are_told_apart_though_both_figures_use_the_same(page: str, seen: Seen) -> None:
    assert len(seen.ids) == len(set(seen.ids))
    clips = re.findall(r'clip-path="url\(#([^)]+)\)"', page)
    assert len(set(clips)) == 2
    assert set(clips) <= set(seen.ids)
    # A figure's rule for all of its shapes must not reach the page's own.
    assert not re.search(r"[>}]\s*\*\s*\{\s*stroke", page)
    assert page.count('role="img"') == 2
    assert 'aria-label="柱状图：一项 &lt;达标&gt;"' in page


def test_rows_with_a_verdict_show_its_mark_and_word(page: str) -> None:
    assert re.search(r'<th scope="row" class="[^"]*not_met[^"]*">覆盖率\n■ 未达标</th>', page)
    assert re.search(r'<td class="[^"]*near[^"]*">▲ 接近达标</td>', page)
    assert page.count("<caption") == 2
    assert page.count('<th scope="col"') == 2 + 13
    assert page.count('<th scope="row"') == 2 + 60


def test_names_are_names() -> None:
    page = write_page(hostile_report(*HOSTILE))
    seen = Seen(page)
    assert "script" not in seen.tags
    assert seen.acts == []
    text = "".join(seen.text)
    for name in HOSTILE:
        assert text.count(name) >= 5, name


def test_marks_of_direction_are_shown_and_rare_letters_kept() -> None:
    page = write_page(hostile_report("红星\u202e㐀场", "\x00\ud800"))
    assert "红星[U+202E]㐀场" in page
    assert "\u202e" not in page
    assert "[U+0000][U+D800]" in page
    page.encode("utf-8")


def test_a_missing_figure_is_told_by_its_caption() -> None:
    broken = replace(picture(), caption="图 9  缺", draw=lambda form: b"")
    with pytest.raises(FigureMissingError, match="图 9  缺"):
        write_page(report("zh-CN", broken))


def test_a_report_without_a_full_table_links_nowhere() -> None:
    whole = report(made_up="")
    page = write_page(replace(whole, parts=whole.parts[:2]))
    assert "#row-" not in page
    assert "附表1第2行" in page.replace(" ", "")
    assert 'class="made-up"' not in page
    assert write_page(replace(whole, parts=(Part("empty", "一、", "空", ()),)))


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_words_stand_out_from_their_ground(page: str) -> None:
    theme = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", page))
    assert contrast("#000000", "#ffffff") == 21
    for status in SHAPES:
        assert contrast(theme["ink"], tint(status)) >= 7, status
        assert contrast(STATUS_COLOURS[status], "#ffffff") >= 4.5, status
    for name in ("ink", "faint", "link"):
        assert contrast(theme[name], "#ffffff") >= 7, name
    assert contrast(theme["ink"], theme["ground"]) >= 7
    assert contrast("#8a3d00", "#ffffff") >= 4.5


def test_headings_go_with_what_they_head() -> None:
    # 一 and 二 stand upright, the full table lies with its heading, the rest is upright again.
    whole = report()
    found = stretches(whole)
    assert [one.sideways for one in found] == [False, True, False]
    assert [key for key, block in found[1].blocks if block is None] == ["annexes"]
    lone = Part("annexes", "一、", "附表", (Heading("甲"), full_table(whole.say), Heading("乙")))
    only = stretches(replace(whole, parts=(lone,)))
    assert [one.sideways for one in only] == [True]
    assert len(only[0].blocks) == 4
    assert stretches(replace(whole, parts=())) == []
