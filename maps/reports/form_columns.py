"""The columns of a return form, and the words of an indicator that several of its sheets use."""

from __future__ import annotations

from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from geo_planner.catalogue import Indicator, Label
from geo_planner.monitoring.return_forms import FormRow, ReturnForm
from maps.text import Translator
from maps.text.values import YES, trimmed
from maps.text.words import DIRECTION_WORDS, MEASURE_WORDS

HEADING_ROW = 7
FIRST_ROW = HEADING_ROW + 1
"""Rows 1 to 5 are title and heads; the sixth stays empty: nothing may seem to head a column."""


@dataclass(frozen=True, slots=True)
class FormColumn:
    """One column of the form: its heading, its width in narrow letters, how it is set."""

    name: str
    heading: Label
    width: float
    across: str = "left"


COLUMNS = (
    FormColumn("indicator", Label("代码", "indicator code"), 27),
    FormColumn("name", Label("指标名称", "indicator name"), 26),
    FormColumn("unit_id", Label("单位代码", "unit code"), 15),
    FormColumn("unit_name", Label("单位名称", "unit"), 14),
    FormColumn("kind", Label("类型", "type"), 11, "center"),
    FormColumn("period", Label("报告期", "period"), 8, "center"),
    FormColumn("measure", Label("计量单位", "unit of measure"), 9, "center"),
    FormColumn("base", Label("{year}基数", "{year} baseline"), 9, "right"),
    FormColumn("last", Label("上年值", "previous year"), 9, "right"),
    FormColumn("value", Label("本年值", "value"), 10, "right"),
    FormColumn("numerator", Label("分子", "numerator"), 12, "right"),
    FormColumn("denominator", Label("分母", "denominator"), 13, "right"),
    FormColumn("target", Label("{year}目标", "{year} target"), 11, "center"),
    FormColumn("status", Label("达标情况", "status"), 10, "center"),
    FormColumn("change", Label("与上年增减", "change on the year"), 10, "right"),
    FormColumn("responsible", Label("责任部门", "responsible unit"), 14),
    FormColumn("source", Label("数据来源", "source"), 16),
    FormColumn("note", Label("统计口径说明", "note"), 18),
    FormColumn("reported_by", Label("填报人", "reported by"), 9, "center"),
    FormColumn("checked_by", Label("审核人", "checked by"), 9, "center"),
    FormColumn("reported_on", Label("填报日期", "reported on"), 12, "center"),
)
"""Headings are those that the reader of observations knows, in each language."""

PLACES = {column.name: place for place, column in enumerate(COLUMNS, start=1)}
FILLED = ("source", "note", "reported_by", "checked_by", "reported_on")
"""Columns that are filled in for every row."""


def at(name: str, row: int) -> str:
    """Return the address of a column's cell in a row."""
    return f"{get_column_letter(PLACES[name])}{row}"


def numbers_asked(row: FormRow) -> tuple[str, ...]:
    """Return the number columns to be filled in: counts where the figure is a ratio."""
    if row.answers or row.indicator.denominator is None:
        return ("value",)
    return ("value", "numerator", "denominator")


def measure_word(indicator: Indicator, say: Translator, *, answers: bool) -> str:
    """Return what a figure is in, as a clerk reads it."""
    if answers:
        return say("yes / no")
    if indicator.measure == "count":
        return say("number")
    word = MEASURE_WORDS[indicator.measure]
    return say(word) if word else indicator.measure


def promise_text(indicator: Indicator, form: ReturnForm, say: Translator, *, answers: bool) -> str:
    """Return the target without its measure: ``≥ 96``, ``should fall``."""
    if answers and indicator.measure == "yes/no":
        return say(YES)
    if indicator.comparison not in (">=", "<=") or indicator.target is None:
        return say(DIRECTION_WORDS.get(indicator.comparison, "")) if indicator.comparison else ""
    sign = "≥" if indicator.comparison == ">=" else "≤"
    text = f"{sign} {trimmed(indicator.target_fraction)}"
    if indicator.target_year != form.project.catalogue.period[1]:
        text = say("{target} by {year}", target=text, year=indicator.target_year)
    return text
