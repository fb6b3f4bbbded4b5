"""Native charts of a workbook: verdicts by domain, and the courses of a few indicators.

They draw from cells, so that they follow when a figure is corrected.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from openpyxl.chart import BarChart, LineChart, Reference, Series
from openpyxl.chart.data_source import StrRef
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.fill import ColorChoice, PatternFillProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.worksheet.worksheet import Worksheet

from maps.palette import BLUE, GREEN, ORANGE, PURPLE, STATUS_STYLES, VERMILLION
from maps.reports.indicator_sheets import IndicatorSheet, year_key, years_shown
from maps.reports.sheet_pages import FIRST_ROW, HEADING_ROW, cell_of

if TYPE_CHECKING:
    from geo_planner.monitoring.standing import Standing
    from maps.reports.draft import Draft

_PATTERNS = {"///": "wdUpDiag", "\\\\\\": "wdDnDiag", "xxx": "diagCross", "...": "pct20"}
"""Patterns of areas as spreadsheets name them."""

_LINES = (BLUE, VERMILLION, GREEN, ORANGE, PURPLE)
_MARKERS = ("circle", "square", "triangle", "diamond", "x")
_DASHES = ("solid", "dash", "sysDot", "dashDot", "lgDash")
"""Colour, marker and dash of each line: none is told by its colour alone."""

MOST_COURSES = len(_LINES)
LEAST_YEARS = 3


def verdict_bars(
    page: Worksheet, draft: Draft, last: int, places: Mapping[str, int], anchor: str
) -> None:
    """Draw how many targets of each domain have each verdict, one bar a domain."""
    if last < FIRST_ROW:
        return
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap, chart.gapWidth = "bar", "stacked", 100, 50
    chart.title = draft.say("Verdicts by domain")
    chart.width, chart.height, chart.style = 30.0, 11.0, 2
    for status, place in places.items():
        values = Reference(page, min_col=place, min_row=FIRST_ROW, max_row=last)
        series = Series(values, title_from_data=False)
        series.tx = _name_of(page, page.cell(HEADING_ROW, place).coordinate)
        series.graphicalProperties = _area(status)
        series.dLbls = _numbers()
        chart.series.append(series)
    chart.set_categories(Reference(page, min_col=1, min_row=FIRST_ROW, max_row=last))
    chart.x_axis.scaling.orientation = "maxMin"  # the first domain on top, as in the table
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.majorGridlines = None
    chart.y_axis.crosses = "max"  # below the bars, as they run from top to bottom
    chart.y_axis.number_format = "0"
    chart.legend.position = "b"
    page.add_chart(chart, anchor)


def _name_of(page: Worksheet, address: str) -> SeriesLabel:
    return SeriesLabel(strRef=StrRef(cell_of(page, address)))


def _area(status: str) -> GraphicalProperties:
    style = STATUS_STYLES[status]
    fill, line = style.fill.lstrip("#"), style.line.lstrip("#")
    made = GraphicalProperties(ln=LineProperties(solidFill=line, w=6350))
    if style.pattern:
        made.pattFill = PatternFillProperties(
            prst=_PATTERNS[style.pattern],
            fgClr=ColorChoice(srgbClr=line),
            bgClr=ColorChoice(srgbClr=fill),
        )
    else:
        made.solidFill = fill
    return made


def _numbers() -> DataLabelList:
    """Return labels of the counts, in the cells' format: none where there is nothing."""
    made = DataLabelList(showVal=True)
    made.showSerName = made.showCatName = made.showLegendKey = made.showPercent = False
    return made


def courses_to_draw(draft: Draft) -> list[Standing]:
    """Return the percentages with a number and certain figures: warned and missed ones first."""
    found = [
        one
        for one in draft.monitoring.standings
        if one.indicator.quantified
        and one.indicator.measure == "%"
        and one.now is not None
        and len(one.figures) >= LEAST_YEARS
        and all(figure.value is not None and figure.whole_year for figure in one.figures)
    ]
    found.sort(key=lambda one: (not one.warnings, one.status == "met", -len(one.figures)))
    return found[:MOST_COURSES]


def course_lines(
    page: Worksheet,
    draft: Draft,
    shown: Sequence[Standing],
    written: Mapping[str, IndicatorSheet],
    anchor: str,
) -> None:
    """Draw the courses of indicators from the years of their domain sheets."""
    if not shown:
        return
    chart = LineChart()
    chart.title = draft.say("Courses of targets that are warned of or not met yet (%)")
    chart.width, chart.height, chart.style = 30.0, 11.0, 2
    years = years_shown(draft)
    for number, one in enumerate(shown):
        sheet, id_ = written[one.indicator.domain], one.indicator.id
        row = sheet.rows[id_]
        columns = {
            "min_col": sheet.layout.place(year_key(years[0])),
            "max_col": sheet.layout.place(year_key(years[-1])),
        }
        series = Series(Reference(sheet.page, min_row=row, **columns), title_from_data=False)
        series.tx = _name_of(sheet.page, sheet.layout.at("name", row))
        series.smooth = False
        colour = _LINES[number].lstrip("#")
        series.graphicalProperties = GraphicalProperties(
            ln=LineProperties(solidFill=colour, prstDash=_DASHES[number], w=22225)
        )
        series.marker.symbol = _MARKERS[number]
        series.marker.size = 7
        series.marker.graphicalProperties = GraphicalProperties(
            solidFill=colour, ln=LineProperties(solidFill=colour)
        )
        chart.series.append(series)
        if number == 0:
            heads = Reference(sheet.page, min_row=HEADING_ROW, **columns)
    chart.set_categories(heads)
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.number_format = "0"
    chart.display_blanks = "gap"
    chart.legend.position = "b"
    page.add_chart(chart, anchor)
