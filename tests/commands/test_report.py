"""report and report-template: every form, an office's own template, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook

from tests.commands.conftest import Call

SIGNS = {"docx": b"PK", "xlsx": b"PK", "pdf": b"%PDF", "html": b"<!doctype html>"}


@pytest.mark.parametrize("form", SIGNS)
def test_every_form_is_written_and_named(
    form: str, call: Call, project: Path, tmp_path: Path
) -> None:
    out = tmp_path / "new folder" / f"年报.{form}"
    done = call("report", project, "--year", 2025, "--out", out)
    assert done.code == 0, done.err
    assert "年报" in done.err
    assert out.read_bytes()[:15].lower().startswith(SIGNS[form].lower())
    assert [path.name for path in out.parent.iterdir()] == [out.name]


def test_word_and_excel_open_again_in_the_language_asked(
    call: Call, project: Path, tmp_path: Path
) -> None:
    word, sheets = tmp_path / "r.docx", tmp_path / "r.xlsx"
    assert call("report", project, "--out", word, "--lang", "en", "--kind", "midterm").code == 0
    text = "\n".join(one.text for one in Document(str(word)).paragraphs)
    assert "Mid-term monitoring and evaluation report 2021-2025" in text
    assert call("report", project, "--out", sheets, "--office", "师市妇儿工委办").code == 0
    first = load_workbook(sheets).worksheets[0]
    assert any("师市妇儿工委办" in str(cell.value) for row in first.iter_rows() for cell in row)


def test_an_office_takes_the_template_away_and_brings_it_back(
    call: Call, project: Path, tmp_path: Path
) -> None:
    template, out = tmp_path / "own.docx", tmp_path / "own report.docx"
    assert call("report-template", "--out", template).code == 0
    document = Document(str(template))
    document.add_paragraph("本办编号：2025-17，达标 {{ counts.met }} 项")
    document.save(str(template))
    done = call("report", project, "--out", out, "--template", template)
    assert done.code == 0, done.err
    text = "\n".join(one.text for one in Document(str(out)).paragraphs)
    assert "本办编号：2025-17，达标 " in text
    assert "{{" not in text


def test_a_template_that_asks_for_what_there_is_not_is_refused_and_nothing_written(
    call: Call, project: Path, tmp_path: Path
) -> None:
    template, out = tmp_path / "own.docx", tmp_path / "r.docx"
    document = Document()
    document.add_paragraph("{{ titel }}")
    document.save(str(template))
    done = call("report", project, "--out", out, "--template", template)
    assert done.code == 1
    assert "titel" in done.err
    assert not out.exists()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--out", "r.odt"], 2, ".docx, .xlsx, .pdf, .html"),
        (["--out", "r.pdf", "--template", __file__], 2, ".docx"),
        (["--out", "r.pdf", "--year", "2031"], 1, "2031"),
        (["--out", "r.pdf", "--at-import", "99"], 1, "99"),
        (["--out", "r.pdf", "--known-on", "2001-01-01"], 1, "2001-01-01"),
        (["--out", "r.pdf", "--known-on", "gestern"], 2, "gestern"),
        (["--out", "r.pdf", "--known-on", "2099-01-01", "--at-import", "1"], 1, "只选一种"),
    ],
)
def test_what_cannot_be_is_refused(
    words: list[str],
    code: int,
    said: str,
    call: Call,
    project: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    done = call("report", project, *words)
    assert (done.code, said in done.err) == (code, True), done.err
    assert [one.name for one in tmp_path.iterdir()] == ["small"]
