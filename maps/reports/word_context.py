"""What a Word template may ask for: every name, and where it comes from.

A template is a Word document with tags of docxtpl (Jinja) in it. ``{{ name }}`` prints a value;
``{%p for x in list %}`` and ``{%p endfor %}``, each in a paragraph of its own, repeat the
paragraphs between them; ``{%tr for x in list %}`` and ``{%tr endfor %}``, each in a table row of
its own, repeat the rows between them; ``{%p if x %} {%p else %} {%p endif %}`` choose. A name that
is printed with ``{{p name }}`` stands alone in its paragraph and puts whole paragraphs, tables or
pictures there. Values can be passed through Jinja's filters (``{{ title | upper }}``).

Single values::

    title, subtitle, office, data_note, made_up    lines of the cover; made_up may be empty
    kind, year, as_of, language                    "annual", 2025, "2025-12-31", "zh-CN"
    words.contents, words.row, ...                 words that documents print around the text
    counts.met, counts.near, counts.not_met, counts.undetermined, counts.no_data,
    counts.not_applicable, counts.reference_only, counts.trend_ok, counts.trend_bad
                                                   indicators by verdict; counts.all: all of them
    reached.judged, reached.all                    both customary shares: "93.9 %"
    reached.judged_reached, reached.judged_of      the whole numbers behind the first: 31, 33
    reached.all_reached, reached.all_of            and behind the second
    i.<indicator id>.value                         any indicator of the plan by its id, for example
                                                   {{ i.tap_water.value }}, with the fields below

An indicator (``i.<id>`` and each of ``rows.indicators``)::

    id, number, name, domain, clause               number: its row in the full table, from 1
    value, target                                  as printed: "90.9 %", "≥ 90 %"
    status, mark, state                            "met" in the reader's language, "●", the code met
    counted, change, needs, attainment             "10 / 11 units", "+1.2", "1 unit more", "100.0 %"
    base, before                                   figures of the base year and the year before

Lists::

    parts            the seven parts; each: key, number, title, heading (number and title), blocks
    blocks           of a part; each is printed with {{p block }}, and has kind (heading, paragraph,
                     findings, bullets, table, picture), key (tables and pictures) and text (title,
                     sentence or caption)
    rows.indicators  one an indicator, in the order of the plan
    rows.findings    number, text, status, mark, state, row
    rows.regiments   one an indicator and regiment: indicator, name, unit, value, status, mark,
                     state, attainment
    rows.warnings    one an early warning: indicator, name, unit, year, code, rule, text
    rows.files       one an import behind the report: number, day, file, layer, rows

Whole blocks by name::

    tables.<key>     a finished table of the report with its caption: {{p tables.indicators }};
                     tables.<key>.title, .note, .columns (titles) and .rows (lists of texts)
    pictures.<key>   a figure with its caption: {{p pictures.status_by_domain }}
    toc              table of contents: {{p toc }}

Only ``parts``, ``tables``, ``pictures`` and ``toc`` draw anything. Blocks and the table of contents
can stand in the body only, values in headers and footers too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from geo_planner.monitoring.warning import RULE_LABELS
from maps.reports.content import (
    Block,
    Bullets,
    Findings,
    Heading,
    Paragraph,
    Picture,
    Report,
    Table,
)
from maps.text.monitoring import figure_text, percent, signed_change
from maps.text.values import bounds_text, counted_text, share_text, target_text, value_text
from maps.text.verdicts import needed
from maps.text.words import DOMAINS, SHAPES

if TYPE_CHECKING:
    from geo_planner.monitoring.standing import Standing

TOC_MARK = "contents-stand-here"
"""Text of the paragraph that the table of contents takes the place of."""


class Names:
    """Named values that a template can read, and nothing else: no method, no attribute.

    Attributes of Python are out of a template's reach (:mod:`maps.reports.word_sandbox`), so that
    a name can be any, also that of a method.
    """

    def __init__(self, path: str, values: Mapping[str, Any]) -> None:
        self._path = path
        self._values = dict(values)

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - a value may be anything
        return self._values[name]

    def __contains__(self, name: object) -> bool:
        return name in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def full_name(self, name: str) -> str:
        """Return a name as a template writes it."""
        return f"{self._path}.{name}" if self._path else name


class Drawn(Names):
    """A block: its names, and the XML it becomes when a template prints it with ``{{p }}``."""

    def __init__(self, path: str, values: Mapping[str, Any], write: Callable[[], str]) -> None:
        super().__init__(path, values)
        self.write = write


def template_context(
    report: Report, write: Callable[[Block], str], write_contents: Callable[[], str]
) -> dict[str, Any]:
    """Return everything a template may print; see the module's documentation.

    Parameters
    ----------
    write
        Turns a block into the XML of paragraphs and tables; called only for blocks printed.
    write_contents
        The same for the paragraph that the table of contents takes the place of.
    """
    monitoring = report.monitoring
    indicators = {
        one.indicator.id: Names(f"i.{one.indicator.id}", _indicator(number, one, report))
        for number, one in enumerate(monitoring.standings, start=1)
    }
    drawn = {
        id(block): Drawn("block", _block(block), _later(write, block)) for block in report.blocks
    }
    return {
        "title": report.title,
        "subtitle": report.subtitle,
        "office": report.office,
        "data_note": report.data_note,
        "made_up": report.made_up,
        "kind": report.kind,
        "year": report.year,
        "as_of": monitoring.as_of.isoformat(),
        "language": report.language,
        "words": Names("words", report.words),
        "counts": Names("counts", _counts(report)),
        "reached": Names("reached", _reached(report)),
        "i": Names("i", indicators),
        "parts": [
            Names(
                "part",
                {
                    "key": part.key,
                    "number": part.number,
                    "title": part.title,
                    "heading": _heading(part.number, part.title, report.language),
                    "blocks": [drawn[id(block)] for block in part.blocks],
                },
            )
            for part in report.parts
        ],
        "rows": Names("rows", _rows(report, list(indicators.values()))),
        "tables": Names(
            "tables",
            {block.key: drawn[id(block)] for block in report.blocks if isinstance(block, Table)},
        ),
        "pictures": Names(
            "pictures",
            {block.key: drawn[id(block)] for block in report.blocks if isinstance(block, Picture)},
        ),
        "toc": Drawn("toc", {}, write_contents),
    }


def _later(write: Callable[[Block], str], block: Block) -> Callable[[], str]:
    return lambda: write(block)


def _heading(number: str, title: str, language: str) -> str:
    return f"{number}{title}" if language == "zh-CN" else f"{number} {title}".strip()


def _counts(report: Report) -> dict[str, int]:
    counts = report.monitoring.counts
    return {
        **{status: counts.get(status, 0) for status in SHAPES},
        "all": len(report.monitoring.standings),
    }


def _reached(report: Report) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, (reached, whole) in zip(("judged", "all"), report.monitoring.reached, strict=True):
        found[name] = share_text(reached, whole)
        found[f"{name}_reached"], found[f"{name}_of"] = reached, whole
    return found


def _verdict(status: str, report: Report) -> dict[str, str]:
    return {"status": report.say.status(status), "mark": SHAPES[status], "state": status}


def _indicator(number: int, one: Standing, report: Report) -> dict[str, Any]:
    row, say = one.indicator, report.say
    return {
        "id": row.id,
        "number": number,
        "name": say.label(row.label),
        "domain": say(DOMAINS.get(row.domain, row.domain)),
        "clause": row.clause,
        "value": value_text(one.coverage, say),
        "target": target_text(one.coverage, say),
        **_verdict(one.status, report),
        "counted": counted_text(one.coverage, say),
        "change": signed_change(one, say),
        "needs": needed(one.coverage, say),
        "attainment": percent(one.attainment),
        "base": figure_text(one.base, one, say),
        "before": figure_text(one.before, one, say),
    }


def _block(block: Block) -> dict[str, Any]:
    """Return the names of a block, apart from what it looks like."""
    match block:
        case Table():
            return {
                "kind": block.kind,
                "key": block.key,
                "text": block.title,
                "title": block.title,
                "note": block.note,
                "columns": [column.title for column in block.columns],
                "rows": [list(row) for row in block.rows],
            }
        case Picture():
            return {"kind": block.kind, "key": block.key, "text": block.caption}
        case Heading() | Paragraph():
            return {"kind": block.kind, "key": "", "text": block.text}
        case Findings():
            return {"kind": block.kind, "key": "", "text": "\n".join(x.text for x in block.items)}
        case Bullets():
            return {"kind": block.kind, "key": "", "text": "\n".join(block.items)}


def _rows(report: Report, indicators: list[Names]) -> dict[str, list[Names]]:
    say, monitoring = report.say, report.monitoring
    labels = {one.indicator.id: say.label(one.indicator.label) for one in monitoring.standings}
    findings = [
        {"number": one.number, "text": one.text, "row": one.row, **_verdict(one.status, report)}
        for block in report.blocks
        if isinstance(block, Findings)
        for one in block.items
    ]
    regiments = [
        {
            "indicator": indicator,
            "name": labels.get(indicator, indicator),
            "unit": one.name,
            "value": bounds_text(one.lower, one.upper, one.measure, say),
            "attainment": percent(one.attainment),
            **_verdict(one.status, report),
        }
        for indicator, figures in report.regiments.items()
        for one in figures
    ]
    warnings = [
        {
            "indicator": one.indicator,
            "name": labels.get(one.indicator, one.indicator),
            "unit": one.unit_name,
            "year": one.year,
            "code": one.code,
            "rule": say(RULE_LABELS[one.rule]),
            "text": say.note(one.because),
        }
        for one in monitoring.warnings
    ]
    files = [
        {
            "number": one.number,
            "day": one.day.isoformat(),
            "file": one.file,
            "layer": one.layer,
            "rows": one.rows,
        }
        for one in report.data.files
    ]
    return {
        "indicators": indicators,
        "findings": [Names("finding", one) for one in findings],
        "regiments": [Names("row", one) for one in regiments],
        "warnings": [Names("warning", one) for one in warnings],
        "files": [Names("file", one) for one in files],
    }
