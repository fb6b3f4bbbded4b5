"""Reports for programs and the page on which an office makes one."""

from __future__ import annotations

import io

import pytest
from docx import Document
from fastapi.testclient import TestClient

from maps.reports import MEDIA_TYPES

BASE = "/api/projects/small"


@pytest.mark.parametrize("form", MEDIA_TYPES)
def test_a_report_in_every_form(form: str, client: TestClient) -> None:
    done = client.get(f"{BASE}/report.{form}?year=2025&kind=annual")
    assert done.status_code == 200
    assert done.headers["content-type"].startswith(MEDIA_TYPES[form].partition(";")[0])  # type: ignore[index]
    shown = "inline" if form == "html" else "attachment"
    assert done.headers["content-disposition"] == (
        f"{shown}; filename*=UTF-8''small_annual_2025.{form}"
    )


def test_the_same_question_gives_the_same_bytes(client: TestClient) -> None:
    address = f"{BASE}/report.docx?year=2025&at_import=2"
    assert client.get(address).content == client.get(address).content


def test_the_language_and_the_office_asked(client: TestClient) -> None:
    done = client.get(f"{BASE}/report.docx?lang=en&office=Office%20%26%20Sons")
    text = "\n".join(one.text for one in Document(io.BytesIO(done.content)).paragraphs)
    assert "Office & Sons" in text
    assert "Annual monitoring report 2025" in text


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("year=2031", "years-outside"),
        ("known_on=2001-01-01", "nothing-known"),
        ("known_on=2099-01-01&at_import=1", "two-moments"),
        ("at_import=99", "not-known"),
        ("kind=weekly", "bad-values"),
    ],
)
def test_what_cannot_be_is_a_problem_in_both_languages(
    query: str, code: str, client: TestClient
) -> None:
    said = []
    for language in ("zh-CN", "en"):
        done = client.get(f"{BASE}/report.pdf?{query}&lang={language}")
        assert done.status_code in (404, 422)
        assert done.headers["content-type"] == "application/problem+json"
        assert done.json()["code"] == code
        said.append(done.json()["detail"])
    assert said[0] != said[1]


def test_the_template_opens_as_a_word_document(client: TestClient) -> None:
    done = client.get(f"{BASE}/report-template.docx")
    text = "\n".join(one.text for one in Document(io.BytesIO(done.content)).paragraphs)
    assert "{{ title }}" in text


def test_the_page_offers_kinds_years_imports_and_forms(client: TestClient) -> None:
    page = client.get("/projects/small/report?lang=zh-CN").text
    for words in ("年度监测报告", "终期监测评估报告", "第1次导入", "Word文档", "report.xlsx"):
        assert words in page
    assert "<option>2025</option>" in page
