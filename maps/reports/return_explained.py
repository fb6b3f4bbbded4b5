"""The sheets that explain a return form: how it is filled in, and what each indicator means."""

from __future__ import annotations

from openpyxl.worksheet.worksheet import Worksheet

from geo_planner.catalogue import Indicator
from geo_planner.monitoring.return_forms import ReturnForm
from maps.reports.form_cells import HEAD, dress, fit_columns, fit_row, put_text
from maps.reports.form_columns import FIRST_ROW, HEADING_ROW, measure_word, promise_text
from maps.text import Translator
from maps.text.values import NO, YES

_GUIDE_WIDTHS = (6.0, 96.0)
_MEANING_WIDTHS = (28.0, 24.0, 16.0, 34.0, 30.0, 26.0, 26.0, 24.0, 12.0, 40.0)


def explain_filling(page: Worksheet, form: ReturnForm, say: Translator) -> None:
    """Write what to fill in, who signs, when it is due, and how it is sent and imported."""
    put_text(page.cell(1, 1), say("How this form is filled in"))
    dress(page.cell(1, 1), bold=True, size=14, framed=False)
    page.merge_cells("A1:B1")
    page.row_dimensions[1].height = 26
    for number, text in enumerate(_guide(form, say), start=1):
        row = number + 2
        put_text(page.cell(row, 1), str(number))
        dress(page.cell(row, 1), across="center")
        put_text(page.cell(row, 2), text)
        dress(page.cell(row, 2))
        fit_row(page, row, [(text, _GUIDE_WIDTHS[1])])
    _settle(page, _GUIDE_WIDTHS, landscape=False)


def _guide(form: ReturnForm, say: Translator) -> tuple[str, ...]:
    """Return the sentences of the guide, in order."""
    return (
        say(
            "One row stands for one indicator of one unit in {year}. Fill in the yellow cells; all "
            "others are locked, as the import finds each figure by its codes.",
            year=form.year,
        ),
        say(
            "Where numerator and denominator are yellow, write both counts and leave the value "
            "blank: the rate is worked out from them. Write the value alone only where the counts "
            "are not known."
        ),
        say(
            "A value is written in the unit of measure of its row, without it: 96.5 for 96.5 %, "
            "not 0.965."
        ),
        say(
            "Where yes or no is asked, choose {yes} or {no} from the list.",
            yes=say(YES),
            no=say(NO),
        ),
        say("A blank cell means not known yet. Write 0 where there is none: zero is a figure."),
        say(
            "A row that is blank and not signed counts as not returned and is left out of the "
            "import. A row that is signed and has no figure says that the figure is not known."
        ),
        say(
            "Status and change on the year are worked out while you write and are a help only: the "
            "verdict is given by the monitoring system after the import."
        ),
        say(
            "Baseline and previous year are what the monitoring system holds. If one is wrong, "
            "send a form of that year with the right figure; do not change it here."
        ),
        say(
            "Say under note where a figure departs from the definition on the sheet {sheet}.",
            sheet=say("definitions"),
        ),
        say(
            "Who filled in a row, who checked it and on which day are written in every row that is "
            "returned. Both sign for the figures being true."
        ),
        say(
            "Due by {due}. Send the file itself (xlsx) to the office of the committee; a printed "
            "and stamped copy where your rules ask for one.",
            due=form.due.isoformat(),
        ),
        say(
            "The office imports it under Import as reported figures, or with: geo-planner import "
            "PROJECT FILE --layer observations. A wrong cell is refused with its row, and nothing "
            "is stored until all is right."
        ),
        say(
            "To correct a figure, send the form again with the right one. Earlier wordings are "
            "kept: geo-planner returns PROJECT --year {year} --versions --indicator CODE --unit "
            "CODE.",
            year=form.year,
        ),
        say(
            "The table starts in row {heading}, its first figure in row {first}. Do not insert "
            "columns; rows may be left out.",
            heading=HEADING_ROW,
            first=FIRST_ROW,
        ),
    )


def explain_indicators(page: Worksheet, form: ReturnForm, say: Translator) -> None:
    """Write one row an indicator: its clause, its exact words, and how it is worked out."""
    heads = (
        say("Code"),
        say("Indicator"),
        say("Clause"),
        say("Exact words of the plan"),
        say("Meaning"),
        say("Numerator"),
        say("Denominator"),
        say("How it is worked out"),
        say("Target"),
        say("Note"),
    )
    for column, head in enumerate(heads, start=1):
        put_text(page.cell(1, column), head)
        dress(page.cell(1, column), bold=True, fill=HEAD, across="center")
    answered = {row.indicator.id for row in form.rows if row.answers}
    for row, one in enumerate(form.indicators, start=2):
        texts = _meaning(one, form, say, answers=one.id in answered)
        for column, text in enumerate(texts, start=1):
            put_text(page.cell(row, column), text)
            dress(page.cell(row, column))
        fit_row(page, row, list(zip(texts, _MEANING_WIDTHS, strict=True)))
    page.freeze_panes = "C2"
    page.print_title_rows = "1:1"
    _settle(page, _MEANING_WIDTHS, landscape=True)


def _meaning(
    one: Indicator, form: ReturnForm, say: Translator, *, answers: bool
) -> tuple[str, ...]:
    return (
        one.id,
        say.label(one.label),
        one.clause,
        one.quote,
        "" if one.reading is None else say.label(one.reading),
        say.label(one.numerator),
        "" if one.denominator is None else say.label(one.denominator),
        _method(one, say, answers=answers),
        promise_text(one, form, say, answers=answers),
        "" if one.note is None else say.label(one.note),
    )


def _method(one: Indicator, say: Translator, *, answers: bool) -> str:
    """Return how the figure is worked out from what is filled in."""
    measure = measure_word(one, say, answers=answers)
    if answers:
        return say("Yes or no, for each unit named.")
    if one.denominator is None:
        return say("The figure itself, in: {unit}.", unit=measure)
    if one.scale == 1:
        return say("Numerator ÷ denominator, in: {unit}.", unit=measure)
    if one.gross:
        return say(
            "Numerator ÷ denominator × {scale}, in: {unit}; the numerator may be the greater one.",
            scale=one.scale,
            unit=measure,
        )
    return say("Numerator ÷ denominator × {scale}, in: {unit}.", scale=one.scale, unit=measure)


def _settle(page: Worksheet, widths: tuple[float, ...], *, landscape: bool) -> None:
    fit_columns(page, widths)
    page.protection.sheet = True
    page.protection.formatColumns = False
    page.protection.formatRows = False
    page.page_setup.orientation = "landscape" if landscape else "portrait"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.fitToWidth = 1
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.oddFooter.right.text = "&P / &N"
