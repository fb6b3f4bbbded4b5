"""An office's own Word template: filled in where it is right, one clear error where it is not."""

from __future__ import annotations

import io
import zipfile

import pytest
from docx import Document
from docx.shared import Pt

from geo_planner.report_errors import (
    NotWordError,
    TemplateFaultError,
    TemplateForbiddenError,
    TemplateNamesError,
    WordTemplateError,
)
from maps.reports.word import write_word
from maps.reports.word_template import default_template
from maps.text import translator
from tests.reports.word_documents import HOSTILE, report, template, text_of


@pytest.fixture(scope="module")
def small():
    return report()


def test_single_values_and_a_table_of_its_own(small) -> None:
    data = template(
        "{{ title }}，{{ year }}年：达标{{ counts.met }}项",
        "{{ reached.judged_reached }}/{{ reached.judged_of }}",
        "{{ i.regiment.name }}为{{ i.regiment.value }}，目标{{ i.regiment.target }}，"
        "{{ i.regiment.status }}，尚需{{ i.regiment.needs }}",
        header="{{ subtitle }} <{{ office }}>",
        rows=(
            ("指标", "数值", "状态"),
            ("{%tr for row in rows.indicators %}", "", ""),
            ("{{ row.name }}", "{{ row.value }}", "{{ row.mark }} {{ row.status }}"),
            ("{%tr endfor %}", "", ""),
        ),
    )
    made = Document(io.BytesIO(write_word(small, data)))
    lines = [one.text for one in made.paragraphs]
    standing = small.monitoring.of["regiment"]
    met, judged = small.monitoring.reached[0]
    assert lines[0] == f"儿童发展规划，2025年：达标{small.monitoring.counts['met']}项"
    assert lines[1] == f"{met}/{judged}"
    # one of two communities has its school: 50 %, and 90 % of two is two
    assert standing.coverage.covered == 1
    assert lines[2] == "regiment为50.0 %，目标≥ 90 %，未达标，尚需增加 1 个单位"
    assert made.sections[0].header.paragraphs[0].text == "2025年度监测报告 <妇儿工委办公室>"
    table = made.tables[0]
    assert len(table.rows) == 1 + len(small.monitoring.standings)
    assert table.rows[1].cells[0].text == small.monitoring.standings[0].indicator.id


def test_whole_blocks_by_name_bring_their_styles_along(small) -> None:
    data = template("{{p toc }}", "{{p tables.people }}", "正文", "{{p pictures.bars }}")
    made = Document(io.BytesIO(write_word(small, data)))
    assert len(made.tables) == 1
    assert made.tables[0].style.name == "Report Table"
    assert len(made.inline_shapes) == 1
    assert HOSTILE in text_of(write_word(small, data))


def test_our_own_template_can_be_taken_away_and_brought_back(small, tmp_path) -> None:
    ours = tmp_path / "模板.docx"
    ours.write_bytes(default_template("zh-CN"))
    assert write_word(small, ours) == write_word(small)
    document = Document(ours)
    texts = [one.text for one in document.paragraphs]
    assert "{%p for part in parts %}" in texts
    assert "{{p block }}" in texts
    document.styles["Report Body"].font.size = Pt(15)
    document.save(ours)
    styled = Document(io.BytesIO(write_word(small, ours)))
    assert styled.styles["Report Body"].font.size == Pt(15)


def test_a_template_that_draws_no_picture_has_none_drawn(small) -> None:
    made = write_word(small, template("{{ title }}"))
    with zipfile.ZipFile(io.BytesIO(made)) as packed:
        assert not [name for name in packed.namelist() if "media" in name]


@pytest.mark.parametrize("given", [b"", b"no document", b"PK\x03\x04broken"])
def test_what_is_no_word_document_is_refused(small, given: bytes) -> None:
    with pytest.raises(NotWordError):
        write_word(small, given)


def test_a_workbook_and_a_missing_file_are_refused(small, tmp_path) -> None:
    from openpyxl import Workbook

    Workbook().save(tmp_path / "x.xlsx")
    for path in (tmp_path / "x.xlsx", tmp_path / "none.docx"):
        with pytest.raises(NotWordError):
            write_word(small, path)


def test_every_unknown_name_is_named_at_once_with_near_ones(small) -> None:
    data = template("{{ titel }}", "{{ counts.mett }}", header="{{ i.regimnt.value }}")
    with pytest.raises(TemplateNamesError) as caught:
        write_word(small, data)
    assert set(caught.value.names) == {"titel", "counts.mett", "i.regimnt"}
    assert {"title", "counts.met", "i.regiment"} <= set(caught.value.near)
    assert "titel" in translator("zh-CN").error(caught.value)


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("数值{{ title }", ""),
        ("{%p for part in parts %}", ""),
        ("第三段{{ i.regiment.valeu }}", "第三段"),
        ("{{ title + 1 }}", "title + 1"),
        ("{{ 1 / 0 }}", "1 / 0"),
        ("见 {{ counts }}", "counts"),
        ("{% include 'C:/secret.docx' %}", "include"),
        ("表格：{{ tables.people }}", ""),
        ("{{ title | no_filter }}", "no_filter"),
        ("{{ title | attr('x') }}", "attr"),
    ],
)
def test_a_broken_tag_is_one_error_near_its_words(small, line: str, place: str) -> None:
    with pytest.raises(WordTemplateError) as caught:
        write_word(small, template("前一段", line, "后一段"))
    assert isinstance(caught.value, TemplateFaultError)
    assert place in caught.value.place
    assert caught.value.fault


@pytest.mark.parametrize(
    "line",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ title.__class__ }}",
        "{{ title['__class__'] }}",
        "{{ i.__init__.__globals__ }}",
        "{{ parts[0]['__class__'] }}",
        "{{ self.__init__ }}",
        "{{ title.upper() }}",
        "{{ title.format(x=1) }}",
        "{{ parts.append(1) }}",
        "{% for x in parts %}{{ loop.__class__ }}{% endfor %}",
        "{{ range(100000000) }}",
        "{{ 'x' * 1000000000 }}",
        "{{ 9 ** 9999999 }}",
        "{{ '%999999999d' % 1 }}",
        "{{ [].__class__ }}",
        "{{ toc.write() }}",
        "{{ toc._values }}",
        "{{ i._path }}",
    ],
)
def test_a_template_reaches_nothing_but_values(small, line: str) -> None:
    with pytest.raises((TemplateForbiddenError, TemplateFaultError, TemplateNamesError)):
        write_word(small, template(line))


@pytest.mark.parametrize(
    "line",
    [
        "{% for a in range(999) %}{% for b in range(999) %}{% for c in range(999) %}"
        "{% endfor %}{% endfor %}{% endfor %}",
        "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}"
        "{{ m(60) }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% macro m(a, n) %}{% if n %}{{ m(a ~ a, n - 1) }}{% endif %}{% endmacro %}"
        "{{ m('aaaaaaaaaa', 40) }}",
        "{% set a = 'aaaaaaaaaaaaaaaa' %}" + "{% set a = a + a %}" * 40 + "{{ a|length }}",
        "{{ ('a' "
        + "|replace('a', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')" * 8
        + ")|length }}",
        "{{ [1] | batch(1000000000, 0) | list | length }}",
        "{{ [1] | slice(1000000000) | list | length }}",
        "{{ " + "(" * 2000 + "1" + ")" * 2000 + " }}",
    ],
)
def test_a_template_cannot_run_on_without_end(small, line: str) -> None:
    with pytest.raises((TemplateForbiddenError, TemplateFaultError)):
        write_word(small, template(line))


def test_loops_and_texts_of_an_ordinary_length_are_filled_in(small) -> None:
    data = template(
        "{% for n in range(3) %}{{ n ~ '、' ~ (n + 1) }};{% endfor %}",
        "{{ [1, 2, 3] | join('-') }} {{ title | replace('儿童', '<') }}"
        "{% for two in [1, 2, 3] | batch(2) %}|{{ two | join(',') }}{% endfor %}",
        "{% for one in [] %}x{% else %}{{ '<' ~ title }}{% endfor %}",
    )
    made = Document(io.BytesIO(write_word(small, data)))
    assert [one.text for one in made.paragraphs][:3] == [
        "0、1;1、2;2、3;", "1-2-3 <发展规划|1,2|3", "<儿童发展规划",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["cycler", "joiner", "lipsum", "dict", "namespace", "config"])
def test_none_of_the_usual_ways_out_is_there(small, name: str) -> None:
    with pytest.raises(TemplateNamesError):
        write_word(small, template("{{ " + name + " }}"))


def test_blocks_stay_out_of_headers(small) -> None:
    with pytest.raises(TemplateFaultError):
        write_word(small, template("x", header="{{p pictures.bars }}"))


def changed(data: bytes, **parts: bytes) -> bytes:
    """Return a document with some of its parts replaced or added; ``__`` stands for a slash."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        own = {name.replace("__", "/").replace("--", "."): part for name, part in parts.items()}
        for name in (*source.namelist(), *(set(own) - set(source.namelist()))):
            target.writestr(name, own.get(name) or source.read(name))
    return made.getvalue()


@pytest.mark.parametrize(
    "part", ["word__document--xml", "word__styles--xml", "[Content_Types]--xml"]
)
@pytest.mark.parametrize("held", [b"<x/>", b"<x", b"\xff\xd8\xff"])
def test_parts_of_something_else_are_refused(small, part: str, held: bytes) -> None:
    with pytest.raises(NotWordError) as caught:
        write_word(small, changed(template("{{ title }}"), **{part: held}))
    told = translator("zh-CN").error(caught.value)
    assert "模板不是" in told
    assert not any(word in told for word in ("Error", "BytesIO", "lxml"))


def test_macros_are_refused_and_the_tie_to_a_template_elsewhere_is_dropped(small) -> None:
    data = template("{{ title }}")
    with pytest.raises(NotWordError, match="macros"):
        write_word(small, changed(data, **{"word__vbaProject--bin": b"\xd0\xcf\x11\xe0"}))
    ties = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        b'relationships/attachedTemplate" Target="file:///C:/secret.dotm" TargetMode="External"/>'
        b"</Relationships>"
    )
    made = write_word(small, changed(data, **{"word___rels__settings--xml--rels": ties}))
    with zipfile.ZipFile(io.BytesIO(made)) as packed:
        assert not [name for name in packed.namelist() if b"secret.dotm" in packed.read(name)]


def test_a_document_that_swells_is_refused(small) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", b"0" * 120_000_000)
    with pytest.raises(NotWordError, match="unpacked"):
        write_word(small, made.getvalue())


def test_the_same_template_is_the_same_bytes(small) -> None:
    data = template("{{ title }}", "{{p tables.indicators }}")
    assert write_word(small, data) == write_word(small, data)
