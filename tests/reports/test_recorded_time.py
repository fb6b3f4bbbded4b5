"""Last year's report runs again as it was known then, byte for byte, whatever came since."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest

from api.reporting import compose_report, data_state
from geo_planner.errors import NotKnownError
from geo_planner.monitoring.known_errors import NothingKnownError, TwoMomentsError
from layers.demo import RECEIVED, build_demo
from layers.store import Store
from maps.reports import MEDIA_TYPES, DocumentForm, write_report
from maps.text import translator

SAY = translator("zh-CN")
LATER = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that was reported on, and then corrected and commented."""
    made = tmp_path_factory.mktemp("known") / "demo"
    build_demo(made, imported_at=RECEIVED)
    return made


@pytest.fixture(scope="module")
def first(folder: Path) -> dict[DocumentForm, bytes]:
    """Return the documents of the day, and then let the project go on."""
    store = Store(folder)
    report = compose_report(store, "annual", 2025, SAY)
    documents = {form: write_report(report, form) for form in MEDIA_TYPES}
    correction = pd.DataFrame(
        [
            {
                "indicator": "vaccination_rate",
                "unit_id": "650502505",
                "period": "2025",
                "sex": "",
                "age_band": "",
                "numerator": 445.0,
                "denominator": 450.0,
                "simulated": True,
            }
        ]
    )
    store.commit_layer(correction, layer="observations", file="更正函.xlsx", imported_at=LATER)
    said = pd.DataFrame(
        [
            {
                "rule": "one_case_decides",
                "indicator": "infant_mortality_rate",
                "unit_id": "XPCC13",
                "year": "2025",
                "state": "in_hand",
                "reason": "few_cases",
                "by": "周国华",
                "on": pd.Timestamp(2026, 9, 1),
            }
        ]
    )
    store.commit_layer(said, layer="acknowledgements", file="预警处理", imported_at=LATER)
    return documents


@pytest.mark.parametrize("form", MEDIA_TYPES)
def test_the_same_bytes_by_number_and_by_day(
    form: DocumentForm, folder: Path, first: dict[DocumentForm, bytes]
) -> None:
    store = Store(folder)
    number = len(data_state(store, None).files) - 2
    by_number = compose_report(store, "annual", 2025, SAY, at_import=number)
    assert write_report(by_number, form) == first[form]
    by_day = compose_report(store, "annual", 2025, SAY, known_on=date(2026, 8, 31))
    assert write_report(by_day, form) == first[form]


def test_what_is_known_now_reads_otherwise(folder: Path, first: dict[DocumentForm, bytes]) -> None:
    # 445 of 450 is 98.9 %: the regiment keeps the line now, and the target is met.
    report = compose_report(Store(folder), "annual", 2025, SAY)
    assert report.monitoring.of["vaccination_rate"].status == "met"
    (warning,) = report.monitoring.of["infant_mortality_rate"].warnings
    assert warning.acknowledged is not None
    assert warning.acknowledged.by == "周国华"
    assert [one.file for one in report.data.files][-2:] == ["更正函.xlsx", "预警处理"]
    assert write_report(report, "html") != first["html"]


def test_moments_that_cannot_be(folder: Path) -> None:
    store = Store(folder)
    with pytest.raises(NothingKnownError):
        compose_report(store, "annual", 2025, SAY, known_on=date(2020, 1, 1))
    with pytest.raises(TwoMomentsError):
        compose_report(store, "annual", 2025, SAY, known_on=date(2026, 8, 31), at_import=3)
    with pytest.raises(NotKnownError, match="99"):
        compose_report(store, "annual", 2025, SAY, at_import=99)
