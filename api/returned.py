"""Returns as the doors hand them out: tables, the missing and the late by name, wordings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from api.printing import print_csv, print_json, print_table, say
from geo_planner.notes import msgid

if TYPE_CHECKING:
    import pandas as pd

    from api.reader import Reader
    from geo_planner.catalogue import Label
    from geo_planner.monitoring.return_status import Counts, ReturnStatus
    from layers.store import Version
    from maps.text import Translator

HEADS = (
    msgid("Department"),
    msgid("Asked"),
    msgid("Returned"),
    msgid("Of these not known"),
    msgid("Of these late"),
    msgid("Missing"),
    msgid("Latest return"),
    msgid("Signed by"),
)
"""Headings of the counts, in the order of ``count_cells``."""

DETAIL_COLUMNS = (
    "department", "indicator", "unit_id", "name", "kind", "state", "late", "reported_on",
    "reported_by",
)  # fmt: skip
VERSION_COLUMNS = (
    "import_id", "recorded_at", "file", "sheet", "row", "numerator", "denominator", "value",
    "reported_on", "reported_by", "taken_back",
)  # fmt: skip
VERSION_HEADS = (
    msgid("Import"),
    msgid("When"),
    msgid("File"),
    msgid("Row"),
    msgid("Numerator"),
    msgid("Denominator"),
    msgid("Value"),
    msgid("Reported on"),
    msgid("Signed by"),
    msgid("Taken back"),
)
NAMED = 12
"""Units named in one line; the table of details has every one."""


def count_cells(counts: Counts) -> tuple[Any, ...]:
    """Return counts in the order of ``HEADS``, without the department."""
    return (
        counts.n, counts.returned, counts.blank, counts.late, counts.missing,
        counts.last_on, counts.last_by,
    )  # fmt: skip


def outstanding(
    status: ReturnStatus, part: pd.DataFrame, translator: Translator, most: int = NAMED
) -> Iterator[dict[str, Any]]:
    """Yield the indicators of which returns are missing or late, with the units by name.

    Parameters
    ----------
    part
        The details of one department.
    most
        Units named an indicator.
    """
    names = status.project.place_names
    rows = status.project.catalogue.indicators
    open_ = part[((part["state"] == "missing") | part["late"]).to_numpy(dtype=bool)]
    for indicator, some in open_.groupby("indicator", observed=True, sort=False):
        missing = some[(some["state"] == "missing").to_numpy(dtype=bool)]
        late = some[some["late"].to_numpy(dtype=bool)]
        yield {
            "indicator": str(indicator),
            "label": translator.label(rows[str(indicator)].label),
            "missing": [str(names[unit]) for unit in missing["unit_id"].head(most)],
            "missing_more": max(0, len(missing) - most),
            "late": [
                translator.text("{unit} ({day})", unit=str(names[unit]), day=day.date().isoformat())
                for unit, day in zip(
                    late["unit_id"].head(most), late["reported_on"].head(most), strict=True
                )
            ],
            "late_more": max(0, len(late) - most),
        }


def due_text(status: ReturnStatus, translator: Translator) -> str:
    """Return when the returns are due, and whether that has passed."""
    due, day = status.due.isoformat(), status.as_of.isoformat()
    if status.overdue:
        return translator.text("Due by {due}, which has passed on {day}.", due=due, day=day)
    return translator.text("Due by {due}.", due=due)


def detail_records(status: ReturnStatus, department: str | None) -> list[dict[str, Any]]:
    """Return every figure asked as a row."""
    part = status.detail if department is None else status.of(department)
    names = status.project.units["name"].reindex(part["unit_id"].to_numpy(dtype=object))
    table = part.assign(name=names.to_numpy(dtype=object))
    table = table.assign(reported_on=table["reported_on"].dt.strftime("%Y-%m-%d"))
    records: list[dict[str, Any]] = table[list(DETAIL_COLUMNS)].to_dict("records")
    return records


def print_returns(
    status: ReturnStatus, reader: Reader, *, department: Label | None, form: str, excel: bool
) -> None:
    """Say who has returned what, then who is missing and who was late."""
    chosen = None if department is None else department.zh
    if form == "json":
        found = status.as_json()
        if chosen is not None:
            found["departments"] = [
                one for one in found["departments"] if one["department"] == chosen
            ]
        print_json(found)
        return
    if form == "csv":
        print_csv(detail_records(status, chosen), DETAIL_COLUMNS, excel=excel)
        return
    translator = reader.translator
    shown = [one for one in status.departments if chosen in (None, one[0].zh)]
    rows = [(translator.label(label), *count_cells(counts)) for label, counts in shown]
    if chosen is None and rows:
        rows.append((reader.text("All together"), *count_cells(status.total)))
    title = reader.text("Returns for {year}", year=status.year)
    print_table(rows, [reader.text(one) for one in HEADS], title=title, numbers=(1, 2, 3, 4, 5))
    say(due_text(status, translator))
    for label, counts in shown:
        if counts.missing or counts.late:
            say(translator.label(label), style="bold")
            _print_outstanding(status, status.of(label.zh), translator)


def _print_outstanding(status: ReturnStatus, part: pd.DataFrame, translator: Translator) -> None:
    for one in outstanding(status, part, translator):
        for kind, words in (("missing", msgid("missing")), ("late", msgid("late"))):
            if one[kind]:
                names = names_text(one[kind], one[f"{kind}_more"], translator)
                say(f"  · {one['label']} {one['indicator']} – {translator(words)}: {names}")


def names_text(names: Sequence[str], more: int, translator: Translator) -> str:
    """Return names in one line, the number of those left out behind them."""
    text = ("、" if translator.language == "zh-CN" else ", ").join(names)
    return translator.text("{names} and {count} more", names=text, count=more) if more else text


def version_rows(versions: Sequence[Version]) -> list[dict[str, Any]]:
    """Return the wordings of a figure as rows, oldest first."""
    return [asdict(one) for one in versions]


def print_versions(
    versions: Sequence[Version], reader: Reader, *, what: str, form: str, excel: bool
) -> None:
    """Say what a figure was after each import that changed it."""
    if form == "json":
        print_json(version_rows(versions))
    elif form == "csv":
        print_csv(version_rows(versions), VERSION_COLUMNS, excel=excel)
    elif not versions:
        say(reader.text("Nothing was reported: {what}.", what=what))
    else:
        rows = [
            (
                one.import_id, f"{one.recorded_at.astimezone():%Y-%m-%d %H:%M}", one.file, one.row,
                *(_number(value) for value in (one.numerator, one.denominator, one.value)),
                one.reported_on, one.reported_by, reader.text("yes") if one.taken_back else "",
            )
            for one in versions
        ]  # fmt: skip
        heads = [reader.text(one) for one in VERSION_HEADS]
        print_table(rows, heads, title=what, numbers=(0, 3, 4, 5, 6))


def _number(value: float | None) -> str | None:
    return None if value is None else f"{value:g}" if value != int(value) else str(int(value))
