"""Published answers of real and library problems: the quick ones (a benchmark runs the table)."""

from __future__ import annotations

import pytest

from geo_planner.siting.plan import PROVEN
from tests.siting.location_data import READERS, Published, location_folder, published

FOLDER = location_folder()
QUICK = (
    "SF LSCP",
    "SF MCLP",
    "SF p-median",
    "SF p-center",
    "pmed1",
    "pmed5",
    "scp41",
    "scp51",
    "SJC324",
    "pmedcap1_01",
    "pmedcap1_03",
)


def rows() -> list[Published]:
    return [] if FOLDER is None else [row for name in QUICK for row in published(FOLDER, name)]


pytestmark = pytest.mark.skipif(FOLDER is None, reason="the open data of ../shared is absent")


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.name)
def test_the_published_answer_is_found_and_proven(row: Published) -> None:
    plan = row.read().solve(time_limit=60)
    assert plan.status == "optimal"
    assert plan.objective == pytest.approx(row.value, rel=PROVEN)
    assert plan.bound == pytest.approx(row.value, rel=PROVEN)


def test_every_published_row_has_its_files_and_a_reader() -> None:
    assert FOLDER is not None
    every = published(FOLDER)
    assert len(every) == 88
    assert all(row.value > 0 for row in every)
    assert all(path.exists() for row in every for path in row.files)
    assert {row.family for row in every} == set(READERS)


def test_capacities_are_kept_in_a_library_problem() -> None:
    # pmedcap1_01: 50 points, 5 medians of 120 each; the loads are in the file.
    assert FOLDER is not None
    (row,) = published(FOLDER, "pmedcap1_01")
    problem = row.read()
    plan = problem.solve()
    load = problem.conditions["load"]
    used = [load[plan.assigned == site].sum() for site in plan.sites]
    assert len(plan.sites) == 5
    assert max(used) <= 120
    assert sum(used) == load.sum()
