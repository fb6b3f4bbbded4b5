"""Part seven: the full table, regiments, groups, sources, missing data, assumptions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from geo_planner.monitoring.groups import by_group, sums_that_differ
from geo_planner.monitoring.regiments import parts_of
from geo_planner.targets import DIRECTIONS
from maps.reports.content import Block, Bullets, Column, Heading, Paragraph, Table
from maps.reports.draft import Draft
from maps.text.monitoring import figure_text, percent, signed_change, withheld_text
from maps.text.numbers import in_measure
from maps.text.values import NOTHING, bounds_text, counted_text, target_text, value_text
from maps.text.verdicts import method
from maps.text.words import SEX_WORDS, SHAPES, WORDS

if TYPE_CHECKING:
    from geo_planner.monitoring.regiments import PartFigure
    from geo_planner.monitoring.standing import Standing


def annexes(draft: Draft) -> list[Block]:
    """Return the blocks of the part."""
    say = draft.say
    blocks: list[Block] = [_full_table(draft)]
    regiments = _regiments(draft)
    if regiments is not None:
        blocks.append(regiments)
    groups = _groups(draft)
    if groups is not None:
        blocks.append(groups)
    blocks += _sources(draft)
    blocks.append(_missing(draft))
    blocks.append(Heading(say("Assumptions and notes"), 2))
    blocks += _assumptions(draft)
    return blocks


def _full_table(draft: Draft) -> Table:
    say = draft.say
    columns = [
        Column(say("No."), "right", 0.5),
        Column(say("Indicator"), weight=2.8),
        Column(say("Clause"), weight=1.3),
        Column(say("{year} (base)", year=draft.base_year), "right"),
        Column(str(draft.year - 1), "right"),
        Column(str(draft.year), "right", 1.2),
        Column(say("Counts"), "right", 1.4),
        Column(say("Change"), "right", 0.8),
        Column(say("Promise"), "right", 1.2),
        Column(say("Attained"), "right", 0.9),
        Column(say("Verdict"), weight=1.1),
        Column(say("Responsible"), weight=1.2),
        Column(say("Data"), weight=1.2),
    ]
    if draft.kind != "annual":
        columns.insert(10, Column(say("From the base"), "right", 0.9))
    standings = draft.monitoring.standings
    return Table(
        "indicators",
        draft.caption("annex", say("All targets")),
        tuple(columns),
        tuple(_row(draft, number, one) for number, one in enumerate(standings, start=1)),
        statuses=tuple(one.status for one in standings),
        note=say(
            "* The plan gives no number for this target. Attained: actual over target, the other "
            "way round where less is better, at most 100 %; not given for directions, a target of "
            "zero and gross rates above 100 %."
        ),
    )


def _row(draft: Draft, number: int, one: Standing) -> tuple[str, ...]:
    say, coverage, row = draft.say, one.coverage, one.indicator
    star = "" if row.quantified else " *"
    cells = [
        str(number),
        draft.label(row) + star,
        row.clause,
        figure_text(one.base, one, say),
        figure_text(one.before, one, say),
        value_text(coverage, say) if one.status != "no_data" else NOTHING,
        counted_text(coverage, say) if one.status != "no_data" else NOTHING,
        signed_change(one, say),
        target_text(coverage, say),
        percent(one.attainment),
        draft.status(one.status),
        draft.responsible(row),
        data_words(draft, one),
    ]
    if draft.kind != "annual":
        cells.insert(10, percent(one.progress))
    return tuple(cells)


def data_words(draft: Draft, one: Standing) -> str:
    """Return how the figure came about, with its period where it is not the year's own."""
    coverage = one.coverage
    if one.status == "no_data":
        return draft.say("no data")
    words = method(coverage.method, coverage, draft.say)
    if one.of_year:
        return words
    return draft.say("{method}, {period}", method=words, period=coverage.data_date or NOTHING)


def _regiments(draft: Draft) -> Table | None:
    """Return every indicator that has figures by part, one column a part."""
    if not draft.regiments:
        return None
    say = draft.say
    codes = [
        code
        for code in parts_of(draft.project)
        if any(one.unit_id == code for found in draft.regiments.values() for one in found)
    ]
    rows = []
    for indicator, figures in draft.regiments.items():
        of = {one.unit_id: one for one in figures}
        row = draft.project.catalogue.indicator(indicator)
        rows.append((draft.label(row), *(_part(draft, of.get(code)) for code in codes)))
    return Table(
        "regiments",
        draft.caption("annex", say("Regiments side by side")),
        (
            Column(say("Indicator"), weight=2.2),
            *(Column(draft.unit_name(code), "right") for code in codes),
        ),
        tuple(rows),
        note=say("Mark and value; the marks are those of the verdicts in the full table."),
    )


def _part(draft: Draft, one: PartFigure | None) -> str:
    if one is None or one.lower is None or one.upper is None:
        return NOTHING
    return f"{SHAPES[one.status]} {bounds_text(one.lower, one.upper, one.measure, draft.say)}"


def _groups(draft: Draft) -> Table | None:
    """Return the figures by sex and age band that reports of the year state."""
    say = draft.say
    rows = []
    notes = []
    for standing in draft.monitoring.standings:
        row = standing.indicator
        for one in by_group(draft.project, row.id, draft.year):
            counts = ""
            if one.numerator is not None and one.denominator is not None:
                counts = f"{int(one.numerator):,} / {int(one.denominator):,}"
            rows.append(
                (
                    draft.label(row),
                    draft.unit_name(one.unit_id) or one.name,
                    say(SEX_WORDS[one.sex]),
                    one.age_band or say("all ages"),
                    counts or NOTHING,
                    bounds_text(one.value, one.value, row.measure, say),
                )
            )
        notes += [say.note(note) for note in sums_that_differ(draft.project, row.id, draft.year)]
    if not rows:
        return None
    return Table(
        "groups",
        draft.caption("annex", say("By sex and age band, where reports state them")),
        (
            Column(say("Indicator"), weight=2.2),
            Column(say("Unit"), weight=1.4),
            Column(say("Sex")),
            Column(say("Age band")),
            Column(say("Counts"), "right"),
            Column(say("Figure"), "right"),
        ),
        tuple(rows),
        note=draft.join(*notes),
    )


def _sources(draft: Draft) -> list[Block]:
    """Return the files behind the report and the sources that reports name."""
    say = draft.say
    blocks: list[Block] = []
    if draft.data.files:
        blocks.append(
            Table(
                "sources",
                draft.caption("annex", say("Data sources: imports this report knows of")),
                (
                    Column(say("No."), "right", 0.5),
                    Column(say("Day"), weight=1.1),
                    Column(say("File"), weight=3),
                    Column(say("Layer"), weight=1.2),
                    Column(say("Rows"), "right"),
                ),
                tuple(
                    (
                        str(one.number),
                        one.day.isoformat(),
                        one.file,
                        say(WORDS.get(one.layer, one.layer)),
                        f"{one.rows:,}",
                    )
                    for one in draft.data.files
                ),
            )
        )
    observed = draft.project.observations
    named = sorted(set(observed["source"].dropna().astype(str))) if "source" in observed else []
    if named:
        blocks.append(
            Paragraph(say("Sources that returns name: {list}.", list=draft.named(named)), "note")
        )
    return blocks


def _missing(draft: Draft) -> Table:
    """Return the targets without data, what they need and who keeps it."""
    say = draft.say
    silent = [one for one in draft.monitoring.standings if one.status == "no_data"]
    return Table(
        "missing",
        draft.caption("annex", say("Missing data")),
        (
            Column(say("No."), "right", 0.5),
            Column(say("Indicator"), weight=2.2),
            Column(say("What is counted"), weight=2.2),
            Column(say("Of what"), weight=2),
            Column(say("Data kept by"), weight=1.4),
        ),
        tuple(
            (
                str(draft.rows[one.indicator.id]),
                draft.label(one.indicator),
                say.label(one.indicator.numerator),
                NOTHING
                if one.indicator.denominator is None
                else say.label(one.indicator.denominator),
                NOTHING
                if one.indicator.data_owner is None
                else say.label(one.indicator.data_owner),
            )
            for one in silent
        ),
        note=say("A target without data is never counted as missed, nor as met."),
    )


def _assumptions(draft: Draft) -> list[Block]:
    """Return the conventions, thresholds and tool assumptions that the figures stand on."""
    say, catalogue = draft.say, draft.project.catalogue
    return [
        Bullets(tuple(_conventions(draft))),
        Table(
            "thresholds",
            draft.caption("annex", say("Thresholds of early warning")),
            (
                Column(say("Threshold"), weight=2.6),
                Column(say("Figure"), "right"),
                Column(say("Source"), weight=3),
            ),
            tuple(
                (
                    say.label(one.label),
                    f"{one.value.normalize():f} {say.label(one.measure)}",
                    say.label(one.source),
                )
                for one in catalogue.thresholds.values()
            ),
        ),
        _unnumbered(draft),
        _notes(draft),
    ]


def _conventions(draft: Draft) -> Iterator[str]:
    say = draft.say
    yield say("Verdicts compare exact figures; what is printed is rounded half up.")
    yield say(
        "Nearly met: the gap is at most 5 percentage points, or at least 95 % is attained (our "
        "setting; no national figure was found)."
    )
    yield say("What is unknown stays in the denominator, with bounds; it is never counted as no.")
    yield say(
        "What is established decides a target; what is within reach stands beside it and never "
        "changes the verdict."
    )
    if draft.project.streets is None:
        yield say("The project has no streets: distances are straight lines with a detour factor.")
    yield from draft.project.notes


def _unnumbered(draft: Draft) -> Table:
    """Return the targets without a number, with whose reading is printed beside them."""
    say = draft.say
    rows = []
    for one in draft.monitoring.standings:
        row = one.indicator
        if row.quantified:
            continue
        figure = ""
        if row.assumed_target is not None:
            figure = in_measure(row.assumed_target, row.measure, say)  # type: ignore[arg-type]
        reading = say.label(row.reading) if row.reading is not None else ""
        rows.append(
            (
                str(draft.rows[row.id]),
                draft.label(row),
                say("direction only") if row.comparison in DIRECTIONS else say("no number"),
                figure or NOTHING,
                reading or NOTHING,
            )
        )
    return Table(
        "unnumbered",
        draft.caption("annex", say("Targets to which the plan gives no number")),
        (
            Column(say("No."), "right", 0.5),
            Column(say("Indicator"), weight=2.6),
            Column(say("Plan"), weight=1.2),
            Column(say("Tool assumption"), "right", 1.2),
            Column(say("Reading"), weight=2.2),
        ),
        tuple(rows),
        note=say(
            "Readings and assumptions are the tool's, not the plan's, and never make a “met”."
        ),
    )


def _notes(draft: Draft) -> Table:
    """Return the caveats that stand with the figures, and why a degree is withheld."""
    say = draft.say
    rows = []
    skipped = {"no-number-in-plan", "tool-assumption", "units-complete"}
    for one in draft.monitoring.standings:
        if one.status == "no_data":
            continue
        texts = [
            say.note(note) for note in (*one.coverage.notes, *one.notes) if note.code not in skipped
        ]
        if one.indicator.quantified and (why := withheld_text(one.attainment, say)):
            texts.append(say("Attainment is not given: {reason}.", reason=why))
        if texts:
            rows.append(
                (str(draft.rows[one.indicator.id]), draft.label(one.indicator), draft.join(*texts))
            )
    return Table(
        "notes",
        draft.caption("annex", say("Caveats of the figures")),
        (
            Column(say("No."), "right", 0.5),
            Column(say("Indicator"), weight=2),
            Column(say("Note"), weight=5),
        ),
        tuple(rows),
    )
