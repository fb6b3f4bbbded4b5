"""Many readers and a writer at once: every answer is of one state, none is a fault."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from fastapi.testclient import TestClient

from api.project_shelf import ProjectShelf
from tests.serving.test_uploads import GOOD, send


def test_readers_beside_a_writer(own_client: TestClient) -> None:
    def read(number: int) -> tuple[int, int]:
        address = "/api/projects/small/coverage/parent_school_regiment"
        answer = own_client.get(address)
        return answer.status_code, answer.json()["covered"]

    def write(_: int) -> tuple[int, int]:
        status = send(own_client, GOOD).status_code
        own_client.post("/api/projects/small/undo")
        return status, 3

    with ThreadPoolExecutor(8) as pool:
        writing = pool.map(write, range(3))
        found = list(pool.map(read, range(40)))
        written = list(writing)
    assert {status for status, _ in [*found, *written]} == {200}
    assert {covered for _, covered in found} <= {3, 4}


def test_a_project_is_opened_once_and_again_when_it_changes(own: Path) -> None:
    shelf = ProjectShelf(own)
    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(lambda _: shelf.opened("small"), range(8)))
    assert len({id(one) for one in opened}) == 1
    shelf.store("small").undo()
    assert shelf.opened("small") is not opened[0]


def test_answers_are_worked_out_once_and_few_are_kept(own: Path) -> None:
    from datetime import date, timedelta

    opened = ProjectShelf(own).opened("small")
    day = date(2025, 12, 31)
    first = opened.coverage("parent_school_regiment", day)
    assert opened.coverage("parent_school_regiment", day) is first
    for back in range(400):
        opened.coverage("infant_mortality_rate", day - timedelta(days=back))
    assert len(opened.answers) < 400
