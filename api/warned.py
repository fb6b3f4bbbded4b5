"""Early warnings as the doors give them: chosen, written out, and taken note of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geo_planner.errors import NotKnownError
from geo_planner.monitoring.warning import CODES, LEVEL_LABELS, RULE_LABELS, STATES, THRESHOLDS
from geo_planner.notes import msgid
from maps.text import warnings as words
from maps.text.monitoring import projected_year

if TYPE_CHECKING:
    from datetime import date

    from api.project_shelf import OpenProject
    from geo_planner.monitoring.standing import Monitoring, Standing
    from geo_planner.monitoring.warning import EarlyWarning
    from layers.store import Store
    from maps.text import Translator

COLUMNS = (
    "level", "rule", "code", "indicator", "indicator_name", "unit_id", "unit_name", "year",
    "years", "values", "text", "projected", "state", "reason", "by", "on", "note",
)  # fmt: skip
"""Columns of the table for programs."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which warnings are asked for; blank for any.

    Attributes
    ----------
    rule
        A rule, or one of its reason codes.
    """

    rule: str = ""
    level: str = ""
    state: str = ""
    unit: str = ""

    def chosen(self, monitoring: Monitoring) -> list[tuple[Standing, EarlyWarning]]:
        """Return the warnings asked for, the gravest colour first, with their indicators.

        Raises
        ------
        NotKnownError
            If a word is none of those there are, or the project has no such unit.
        """
        known = (
            (msgid("rule of early warning"), self.rule, [*RULE_LABELS, *CODES]),
            (msgid("colour of a warning"), self.level, list(LEVEL_LABELS)),
            (msgid("state of a warning"), self.state, list(STATES)),
            ("unit", self.unit, [str(key) for key in monitoring.project.units.index]),
        )
        for what, word, names in known:
            if word and word not in names:
                raise NotKnownError.among(what, word, names)
        found = [
            (standing, one)
            for standing in monitoring.standings
            for one in standing.warnings
            if (not self.rule or self.rule in (one.rule, one.code))
            and self.level in ("", one.level)
            and self.state in ("", one.state)
            and self.unit in ("", one.unit_id)
        ]
        order = list(LEVEL_LABELS)
        return sorted(found, key=lambda pair: order.index(pair[1].level))


def written(
    pairs: Sequence[tuple[Standing, EarlyWarning]], monitoring: Monitoring, translator: Translator
) -> list[dict[str, Any]]:
    """Return warnings as rows: codes and exact values for programs, words for the reader."""
    catalogue = monitoring.project.catalogue
    rows = []
    for standing, one in pairs:
        line = standing.projection if one.unit_id == monitoring.top[0] else None
        plain = one.as_json()
        rows.append(
            {
                **plain,
                "indicator_name": translator.label(standing.indicator.label),
                "rule_name": words.rule_word(one.rule, translator),
                "level_name": words.level_word(one.level, translator),
                "shape": words.LEVEL_SHAPES[one.level],
                "text": translator.note(one.because),
                "looked_at": words.looked_at(one, standing.indicator, translator),
                "projected": None if line is None else projected_year(line, translator),
                "projection": None
                if line is None
                else {"year": line.year, "earliest": line.earliest, "latest": line.latest},
                "state_name": words.state_word(one.state, translator),
                "handling": words.handling(one.acknowledged, catalogue, translator),
                "thresholds": list(THRESHOLDS[one.code]),
            }
        )
    return rows


def thresholds_json(
    monitoring: Monitoring, codes: Sequence[str], translator: Translator
) -> list[dict[str, Any]]:
    """Return the thresholds behind some reason codes, each once, with its source."""
    catalogue = monitoring.project.catalogue
    names = dict.fromkeys(name for code in codes for name in THRESHOLDS[code])
    return [
        {
            "id": row.id,
            "label": translator.label(row.label),
            "value": float(row.value),
            "measure": translator.label(row.measure),
            "source": translator.label(row.source),
            "text": words.threshold_text(row, translator),
        }
        for row in (catalogue.threshold(name) for name in names)
    ]


def monitoring_of(opened: OpenProject, year: int | None) -> Monitoring:
    """Return the plan in a year, worked out once for an open project."""
    from geo_planner.monitoring import monitor  # noqa: PLC0415 - kept out of --help

    return opened.remember(("monitoring", year), lambda: monitor(opened.project, year))


def warnings_json(monitoring: Monitoring, wanted: Wanted, translator: Translator) -> dict[str, Any]:
    """Return the warnings of a year, and the thresholds they go by."""
    rows = written(wanted.chosen(monitoring), monitoring, translator)
    return {
        "year": monitoring.year,
        "as_of": monitoring.as_of.isoformat(),
        "counts": {level: sum(row["level"] == level for row in rows) for level in LEVEL_LABELS},
        "warnings": rows,
        "thresholds": thresholds_json(monitoring, list(CODES), translator),
        "simulated": monitoring.project.simulated,
    }


def flat(row: dict[str, Any]) -> dict[str, Any]:
    """Return a written warning as one row of a table for programs."""
    said = row["acknowledged"] or {}
    return {**row, **{name: said.get(name) for name in ("reason", "by", "on", "note")}}


def store_answer(store: Store, row: dict[str, object]) -> None:
    """Store what was said about a warning, as one entry of the history that undo takes back."""
    import pandas as pd  # noqa: PLC0415 - kept out of --help

    from api.words import STORED  # noqa: PLC0415
    from maps.text import translator  # noqa: PLC0415

    file = translator(store.settings.language)(STORED["acknowledgements"])
    store.commit_layer(pd.DataFrame([row]), layer="acknowledgements", file=file)


def answer(
    store: Store,
    monitoring: Monitoring,
    *,
    code: str,
    indicator: str,
    unit: str | None,
    state: str,
    reason: str | None,
    by: str,
    on: date,
    note: str | None,
) -> dict[str, object]:
    """Check what is said about a warning of the year, store it and return it.

    Raises
    ------
    NotKnownError, DataError
        As :func:`geo_planner.monitoring.answering.warning_of` and ``answer_row`` do.
    StoreError
        If the project cannot be changed.
    """
    from geo_planner.monitoring.answering import answer_row, warning_of  # noqa: PLC0415

    found = warning_of(monitoring, code, indicator, unit)
    catalogue = monitoring.project.catalogue
    row = answer_row(found, catalogue, state=state, reason=reason, by=by, on=on, note=note)
    store_answer(store, row)
    return row
