"""Static figures of monitoring: equal bytes, every letter drawn, and in agreement with the data."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import geopandas as gpd
import numpy as np
import pytest
from shapely import Point

from geo_planner.errors import NotKnownError
from geo_planner.monitoring import Monitoring, YearFigure, by_part, monitor
from geo_planner.monitoring.figure_errors import FigureOfOneError, NoPartsError
from geo_planner.project import Project
from maps.figures import FIGURES, OF_ONE, Asked, draw
from maps.figures.canvas import Form, drawing, millimetres, new_figure, save, words_at
from maps.figures.coverage_map import coverage_map, round_length
from maps.figures.lettering import MISSING, drawable, folded, width_of
from maps.figures.map_names import Names
from maps.figures.sparkline import sparkline_svg
from maps.figures.timeline import timeline
from maps.text import translator
from maps.text.pace import gain_text
from tests.drawing.conftest import TARGET
from tests.drawing.oasis import oasis

LANGUAGES = ("zh-CN", "en")
CLINICS = "child_health_network_company"


@pytest.fixture(autouse=True)
def _every_letter_is_drawn() -> Iterator[None]:
    """Fail on any warning, "Glyph missing" above all."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.fixture(scope="module")
def found(project: Project) -> Monitoring:
    return monitor(project, indicators=[TARGET, CLINICS, "company_tap_water"])


def asked(found: Monitoring, language: str = "zh-CN", indicator: str | None = TARGET) -> Asked:
    return Asked(found, by_part(found), translator(language), indicator)


def texts(figure: object) -> list[str]:
    """Return every text of a figure that is seen."""
    from matplotlib.text import Text

    return [
        one.get_text()
        for one in figure.findobj(Text)  # type: ignore[attr-defined]
        if one.get_text() and one.get_visible()
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_in_both_languages(found: Monitoring, name: str, language: str) -> None:
    figure = draw(name, asked(found, language))
    said = "".join(texts(figure)).replace("\n", " " if language == "en" else "")
    assert ("模拟数据" if language == "zh-CN" else "Made-up data") in said
    assert MISSING not in said
    assert save(figure, "png", dpi=60).startswith(b"\x89PNG")


@pytest.mark.parametrize("form", ["png", "svg", "pdf"])
@pytest.mark.parametrize("name", FIGURES)
def test_equal_bytes_twice(found: Monitoring, name: str, form: Form) -> None:
    first, second = (save(draw(name, asked(found)), form, dpi=60) for _ in range(2))
    assert first == second


def test_vector_output_needs_no_font_and_names_no_day(found: Monitoring) -> None:
    svg = save(draw("status", asked(found)), "svg").decode()
    assert "<text" not in svg
    assert "<dc:date>" not in svg
    pdf = save(draw("status", asked(found)), "pdf")
    assert b"/CreationDate" not in pdf


def test_drawing_leaves_the_readers_own_settings_alone(found: Monitoring) -> None:
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    save(draw("status", asked(found)), "svg")
    assert dict(mpl.rcParams) == before


def test_a_letter_that_no_face_has_is_marked_and_steering_ones_are_left_out() -> None:
    # U+20BB7 is outside GB 2312; U+202E turns the direction of writing.
    assert drawable("\U00020bb7野家\u202e\x1b[2J") == f"{MISSING}野家[2J"
    figure = new_figure(40, 20)
    with drawing():
        words_at(figure, 1, 1, "\U00020bb7野家 −3 ≥ 5 %")
    save(figure, "png", dpi=60)


def test_mathematics_in_a_name_is_only_a_name() -> None:
    figure = new_figure(40, 20)
    with drawing():
        words_at(figure, 1, 1, r"$\frac{1}{0}$ & <b> $")
    assert [one.get_text() for one in figure.texts] == [r"$\frac{1}{0}$ & <b> $"]
    assert save(figure, "svg").startswith(b"<?xml")


def test_lines_break_where_chinese_does() -> None:
    # Five letters of 8 points are five times 8 pt = 14.1 mm; a comma never begins a line.
    assert folded("一二三四，五六", 4 * 8 * 25.4 / 72 + 0.1, 8) == ["一二三", "四，五六"]
    assert folded("Parent school coverage", 22, 8) == ["Parent school", "coverage"]
    assert folded("一二三四五六七八", 4 * 8 * 25.4 / 72 + 0.1, 8, most=1) == ["一二三…"]
    assert width_of("一二", 8) == pytest.approx(2 * 8 * 25.4 / 72)


def test_status_bars_count_what_the_monitoring_counts(found: Monitoring) -> None:
    said = texts(draw("status", asked(found, "en")))
    counts = sum(int(text.partition("\n")[2]) for text in said if re.match(r"^\W\n\d+$", text))
    assert counts == len(found.standings) == 3
    for status in found.counts:
        assert translator("en").status(status) in said


def test_heat_table_says_every_part(found: Monitoring) -> None:
    parts = by_part(found)
    said = texts(draw("heat", asked(found)))
    marks = [text for text in said if re.match(r"^[●▲■◇○◎△□※]\s*\S", text)]
    cells = sum(len(figures) for figures in parts.values())
    assert len(marks) == cells


def test_heat_table_of_many_regiments_grows_wider(found: Monitoring) -> None:
    parts = by_part(found)
    assert millimetres(draw("heat", asked(found)))[0] == pytest.approx(156)
    many = {name: parts[name] for name in (TARGET, CLINICS)}
    names = {f"R{number}": f"{number}团" for number in range(30)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("maps.figures.heat.names_of", lambda *_: names)
        figure = draw("heat", replace(asked(found), parts=many))
    # 50 mm of names, 1 mm of edge, 30 columns of 10 mm.
    assert millimetres(figure)[0] == pytest.approx(351)


def test_regiments_of_an_indicator_that_has_none(found: Monitoring) -> None:
    with pytest.raises(NoPartsError):
        draw("regiments", replace(asked(found), parts={}))


def test_what_is_asked_wrongly_is_named(found: Monitoring) -> None:
    for name in OF_ONE:
        with pytest.raises(FigureOfOneError):
            draw(name, asked(found, indicator=None))
        with pytest.raises(NotKnownError):
            draw(name, asked(found, indicator="no_such"))
    with pytest.raises(NotKnownError):
        draw("no_such", asked(found))


def test_timeline_shows_target_pace_and_band(found: Monitoring) -> None:
    # 60 in 2023, 70 in 2025, target 90 in 2030: (90 - 70) / 5 = 4 points a year.
    one = found.of[TARGET]
    figures = tuple(
        YearFigure(year, str(year), *(3 * (Fraction(value),)))
        for year, value in ((2023, 60), (2025, 70))
    )
    standing = replace(one, figures=figures, projection=None)
    said = texts(timeline(standing, found, translator("en")))
    assert "Target ≥ 90" in said
    assert "Pace needed: +4.00 percentage points a year" in said
    assert {"60.0", "70.0"} <= set(said)
    assert not any("band" in text for text in said)


def test_timeline_without_any_figure(found: Monitoring) -> None:
    standing = replace(found.of[TARGET], figures=(), projection=None)
    assert "No figure yet" in texts(timeline(standing, found, translator("en")))


def test_a_loss_has_its_sign() -> None:
    assert gain_text(Fraction(-1, 2), "%", translator("en")) == "−0.50 percentage points"
    assert gain_text(Fraction(0), "‰", translator("en")) == "0.00 per-mille points"


def test_the_map_says_what_it_stands_on(project: Project, found: Monitoring) -> None:
    one = found.of[CLINICS]
    said = texts(coverage_map(project, one.coverage, translator("en")))
    assert any("No map approval number" in text for text in said)
    numbered = replace(project, approval_number="新S(2026)013号")
    said = texts(coverage_map(numbered, one.coverage, translator("zh-CN")))
    assert any("新S(2026)013号" in text for text in said)
    assert "北" in said
    # The key counts the units in each state as the table does.
    counts = one.coverage.units["state"].value_counts()
    for state, word in (("covered", "已覆盖"), ("uncovered", "未覆盖")):
        if counts.get(state):
            assert f"{word} {counts[state]}" in said


def test_a_map_without_positions(found: Monitoring) -> None:
    world = oasis()
    empty = gpd.GeoSeries([None] * len(world.units), index=world.units.index, crs=world.crs)
    bare = replace(
        world,
        units=world.units.set_geometry(empty),
        facilities=world.facilities.iloc[:0],
        streets=None,
    )
    one = monitor(bare, indicators=[CLINICS]).of[CLINICS]
    said = texts(coverage_map(bare, one.coverage, translator("en")))
    assert "Nothing here has a position." in said


def test_a_single_point_is_a_map_too() -> None:
    world = oasis()
    company = np.flatnonzero(world.units["kind"] == "company")[0]
    points = [None] * len(world.units)
    points[company] = Point(440_000, 4_740_000)
    there = gpd.GeoSeries(points, index=world.units.index, crs=world.crs)
    bare = replace(
        world,
        units=world.units.set_geometry(there),
        facilities=world.facilities.iloc[:0],
        streets=None,
    )
    one = monitor(bare, indicators=[CLINICS]).of[CLINICS]
    figure = coverage_map(bare, one.coverage, translator("en"))
    assert "Nothing here has a position." not in texts(figure)
    west, east = figure.axes[0].get_xlim()
    assert west < 440_000 < east
    assert save(figure, "png", dpi=60).startswith(b"\x89PNG")


def test_facilities_alone_are_something_to_draw() -> None:
    world = oasis()
    empty = gpd.GeoSeries([None] * len(world.units), index=world.units.index, crs=world.crs)
    bare = replace(world, units=world.units.set_geometry(empty), streets=None)
    one = monitor(bare, indicators=[CLINICS]).of[CLINICS]
    said = texts(coverage_map(bare, one.coverage, translator("en")))
    assert "Company clinic 77" in said
    assert "Nothing here has a position." not in said


@pytest.mark.parametrize(
    ("most", "length"), [(1.0, 1), (19_999, 10_000), (4.9, 2), (52_000, 50_000)]
)
def test_scale_bars_are_round(most: float, length: float) -> None:
    assert round_length(most) == length


def test_names_on_a_map_never_overlap() -> None:
    names = Names((0, 100_000), (0, 100_000), 1000)
    boxes = [names.beside((50_000, 50_000), "红星一场", 7) for _ in range(12)]
    assert boxes[0] is not None
    assert boxes[-1] is None  # no room is left around the point
    for first in range(len(names.taken)):
        for second in range(first):
            one, other = names.taken[first], names.taken[second]
            apart = (
                one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
            )
            assert apart


def test_sparklines_are_told_in_words_and_escaped() -> None:
    exact = YearFigure(2024, "2024", *(3 * (Fraction(80),)))
    range_ = YearFigure(2025, "<2025&>", Fraction(70), Fraction(90), None)
    svg = sparkline_svg((exact, range_), translator("en"), goal=Fraction(90))
    assert 'aria-label="2024: 80.0; &lt;2025&amp;&gt;: 70.0–90.0"' in svg
    assert "nan" not in svg
    assert sparkline_svg((), translator("en")) == ""
    assert sparkline_svg((exact,), translator("zh-CN")).count("<circle") == 1
