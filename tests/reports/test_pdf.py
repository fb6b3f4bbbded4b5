"""A report as PDF: every sentence, no injection, no letter lost, the same bytes every time."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest

from geo_planner.document_errors import FigureMissingError, TypesettingError
from layers import demo_project
from maps.reports import pdf
from maps.reports.characters import BREAK, JOINERS, legible, visible
from maps.reports.compose import build_report
from maps.reports.content import Bullets, Column, Findings, Heading, Paragraph, Picture, Table
from maps.reports.pdf import write_pdf
from maps.text import translator
from tests.reports.vector_documents import HOSTILE, bars, hostile_report, picture, report

needs_poppler = pytest.mark.skipif(
    not shutil.which("pdftotext"), reason="pdftotext is not installed"
)


def run(tool: str, data: bytes, folder: Path, *more: str) -> str:
    file = folder / "report.pdf"
    file.write_bytes(data)
    out = ("-",) if tool == "pdftotext" else ()
    done = subprocess.run([tool, *more, file, *out], capture_output=True, text=True, check=True)
    return done.stdout


def bare(text: str) -> str:
    """Return text without what a typesetter may put in or leave out: spaces and places to break."""
    return re.sub(rf"[\s{BREAK}]", "", text)


def pages(data: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", data))


@pytest.fixture(scope="module")
def made() -> bytes:
    return write_pdf(report())


def test_the_same_report_is_the_same_bytes(made: bytes) -> None:
    assert write_pdf(report()) == made
    assert made.startswith(b"%PDF-1.7")


@needs_poppler
def test_every_text_is_there(made: bytes, tmp_path: Path) -> None:
    text = bare(run("pdftotext", made, tmp_path))
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
                wanted += [block.title, block.note, *(one.title for one in block.columns)]
            case Picture():
                wanted.append(block.caption)
    for words in wanted:
        assert bare(words) in text, words
    # 60 rows of ten figures each
    assert text.count("12345.67%") == 600
    assert "■未达标" in text


@needs_poppler
def test_pages_are_upright_but_for_the_full_table(made: bytes, tmp_path: Path) -> None:
    # Cover, contents, text, then the table and what follows it.
    count = pages(made)
    sizes = run("pdfinfo", made, tmp_path, "-f", "1", "-l", str(count))
    widths = [float(one) for one in re.findall(r"Page +\d+ size: +([\d.]+) x", sizes)]
    assert len(widths) == count
    assert [round(one) for one in widths[:3]] == [595, 595, 595]
    assert round(max(widths)) == 842
    assert round(widths[-1]) == 595
    first_wide = next(n for n, one in enumerate(widths, start=1) if one > 600)
    head = run("pdftotext", made, tmp_path, "-f", str(first_wide), "-l", str(first_wide))
    assert bare("三、附表") in bare(head), "the heading of the annexes is alone on its page"
    texts = [
        run("pdftotext", made, tmp_path, "-f", str(n), "-l", str(n)) for n in range(1, count + 1)
    ]
    assert all(len(bare(one)) > 30 for one in texts)
    assert "—1—" in bare(texts[2])
    # The heading row is repeated on every page of the table.
    wide = [text for text, width in zip(texts, widths, strict=True) if width > 600]
    assert len(wide) > 1
    assert all("2016年" in bare(text) for text in wide)


@needs_poppler
def test_it_tells_what_it_is(made: bytes, tmp_path: Path) -> None:
    facts = run("pdfinfo", made, tmp_path)
    assert re.search(r"Title: +儿童发展规划 2025年度监测报告", facts)
    assert re.search(r"Author: +妇儿工委办公室", facts)
    assert re.search(r"Tagged: +yes", facts)
    assert re.search(r"CreationDate: +.*Dec 31 .*2025", facts)
    assert b"/Lang" in made
    assert b"pdfuaid:part" in made
    assert b"pdfaid:part" in made
    fonts = run("pdffonts", made, tmp_path)
    used = {line.split()[0].partition("+")[2] for line in fonts.splitlines()[2:]}
    assert used <= {"NotoSerifSC-Regular", "NotoSansSC-Regular", "NotoSansSC-Bold", "DejaVuSans"}
    assert all(" yes yes yes" in line for line in fonts.splitlines()[2:]), "embedded, with text"


def test_figures_are_vectors_with_a_description(made: bytes) -> None:
    assert b"/Subtype /Image" not in made
    assert b"/Subtype/Image" not in made
    assert b"/Alt" in made


@needs_poppler
def test_names_are_names_never_source(tmp_path: Path) -> None:
    text = bare(run("pdftotext", write_pdf(hostile_report(*HOSTILE)), tmp_path))
    for name in HOSTILE:
        # paragraph, bullet, finding, and both cells of the row
        assert text.count(bare(name)) >= 5, name


@needs_poppler
@pytest.mark.parametrize(
    "rare", ["㐀", "𬭎", "\U0001fae0", "\ue000", "\u202e", "\u200f", "\x07", "\ud800"]
)
def test_no_letter_vanishes(rare: str, tmp_path: Path) -> None:
    # What no face of the build has is printed as its code point, in every place of the report.
    data = write_pdf(hostile_report(f"红星{rare}场"))
    number = f"[U+{ord(rare):04X}]"
    assert bare(run("pdftotext", data, tmp_path)).count(f"红星{number}场") >= 5


@needs_poppler
def test_other_scripts_are_set_as_they_are(tmp_path: Path) -> None:
    text = run(
        "pdftotext", write_pdf(report("zh-CN", Paragraph("Ürümqi · Хами · −1,5 · ≥ ‰"))), tmp_path
    )
    assert bare("Ürümqi·Хами·−1,5·≥‰") in bare(text)


def test_long_words_get_places_to_break() -> None:
    assert legible("x" * 40) == BREAK.join(("x" * 18, "x" * 18, "x" * 4))
    assert legible("x" * 18) == "x" * 18
    assert legible("红" * 100) == "红" * 100


def test_a_mark_needs_a_letter_of_its_own_face() -> None:
    assert legible("e\u0301") == "e\u0301"
    assert legible("红\u0301") == "红[U+0301]"
    assert legible("葛\U000e0100") == "葛[U+E0100]"


def test_signs_that_act_are_shown() -> None:
    assert visible("一\u202e二\u200b\x00\t三\r\n四") == "一[U+202E]二[U+200B][U+0000] 三\n四"
    assert visible(f"ا{JOINERS}ب㐀") == f"ا{JOINERS}ب㐀"


def test_whatever_is_made_legible_can_be_set() -> None:
    # typst refuses a letter without a picture, so that setting it is the proof.
    chance = random.Random(5)
    points = [p for p in range(0x20, 0x30000) if unicodedata.category(chr(p)) != "Cs"]
    paragraphs = [
        Paragraph("".join(map(chr, chance.choices(points[:limit], k=300))))
        for limit in (0x300, 0x2000, 0x3000, 0xFFFF, len(points))
        for _ in range(8)
    ]
    assert write_pdf(report("zh-CN", *paragraphs, Bullets(tuple(p.text for p in paragraphs))))


@pytest.mark.parametrize(
    ("draw", "told"),
    [
        (lambda form: b"", "ParseError"),
        (lambda form: b"\x89PNG\r\n", "ParseError"),
        (lambda form: b"<html/>", "<html>"),
        (lambda form: 1 / 0, "ZeroDivisionError"),
    ],
)
def test_a_missing_figure_is_told_by_its_caption(draw, told: str) -> None:
    broken = replace(picture(), caption="图 9  缺", draw=draw)
    with pytest.raises(FigureMissingError, match="图 9  缺") as raised:
        write_pdf(report("zh-CN", broken))
    assert told in raised.value.fault
    assert raised.value.code == "document-figure"
    assert "图 9  缺" in translator("zh-CN").error(raised.value)


def test_what_the_typesetter_refuses_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "legible", lambda text: text)
    with pytest.raises(TypesettingError, match="could not be displayed") as raised:
        write_pdf(report("zh-CN", Paragraph("㐀")))
    assert raised.value.code == "document-typesetting"


def test_a_report_without_a_full_table_or_parts_is_set_too() -> None:
    whole = report(made_up="")
    assert write_pdf(replace(whole, parts=whole.parts[:2]))
    assert write_pdf(replace(whole, parts=()))
    empty = Table("empty", "表", (Column("甲"),), ())
    assert write_pdf(report("en", empty, Findings(()), Bullets(())))


@needs_poppler
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_demonstration_has_every_finding(language, tmp_path: Path) -> None:
    whole = build_report(demo_project(), "annual", 2025, translator(language))
    parts = tuple(
        replace(
            part,
            blocks=tuple(
                replace(one, draw=bars) if isinstance(one, Picture) else one for one in part.blocks
            ),
        )
        for part in whole.parts
    )
    text = bare(run("pdftotext", write_pdf(replace(whole, parts=parts)), tmp_path))
    items = [one for block in whole.blocks if isinstance(block, Findings) for one in block.items]
    assert len(items) > 40
    assert not [one.text for one in items if bare(one.text[:24]) not in text]
