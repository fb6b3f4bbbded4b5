"""Long runs: carried out beside the server, watched, stopped, and never lost."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.job_work.job_table import JobTable
from api.job_work.kinds import KINDS
from api.jobs import FILE
from api.settings import Settings
from geo_planner.errors import SettingsError
from geo_planner.siting_errors import CancelledError
from layers import open_project
from tests.serving.slow_work import SLOW_KINDS

CHINESE = re.compile(r"[\u4e00-\u9fff]")
JOBS = "/api/projects/small/jobs"
ENDED = {"successful", "failed", "dismissed"}
LONG = 40.0


def until(look: Callable[[], Any], seconds: float = LONG) -> Any:
    """Return what ``look`` finds once it is true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("waited in vain")


def ended(client: TestClient, name: str) -> dict[str, Any]:
    def look() -> Any:
        found = client.get(f"/api/jobs/{name}").json()
        return found if found["status"] in ENDED else None

    return until(look)


@pytest.fixture
def folder(own: Path, tmp_path: Path) -> Path:
    """Folder in which the slow work leaves its marks."""
    made = tmp_path / "marks"
    made.mkdir()
    return made


@pytest.fixture
def app(own: Path, tmp_path: Path) -> Callable[..., Any]:
    def make(**given: Any) -> Any:
        settings = Settings.of(projects=own, jobs_folder=tmp_path / "jobs", **given)
        return create_app(settings, kinds=SLOW_KINDS)

    return make


@pytest.fixture
def busy(app: Callable[..., Any]) -> Iterator[TestClient]:
    with TestClient(app()) as made:
        yield made


def submit(client: TestClient, kind: str = "slow", **params: Any) -> dict[str, Any]:
    sent = {
        name: str(value) if isinstance(value, Path) else value for name, value in params.items()
    }
    answer = client.post(JOBS, json={"kind": kind, "params": sent})
    assert answer.status_code == 202, answer.text
    found: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"/api/jobs/{found['id']}"
    return found


def begun(folder: Path, name: str = "one", times: int = 1) -> int:
    """Wait until work has begun so many times; return the process it is in."""
    log = folder / f"{name}.log"
    lines = until(
        lambda: log.exists() and len(log.read_text().split()) >= times and log.read_text()
    )
    return int(lines.split()[-1])


def test_a_run_from_asking_to_its_result(busy: TestClient, folder: Path) -> None:
    made = submit(busy, folder=folder)
    assert made["status"] == "accepted"
    # The day is settled when the run is asked for: the project's own.
    assert made["params"]["as_of"] == "2025-12-31"
    begun(folder)
    address = f"/api/jobs/{made['id']}"
    seen = until(lambda: (one := busy.get(f"{address}?lang=en").json())["progress"] and one)
    assert (seen["status"], seen["progress"], seen["stage"]) == ("running", 25.0, "solving")
    assert (seen["bound"], seen["message"]) == (30.5, "searching and proving")
    assert seen["objective"] <= 40
    assert CHINESE.search(busy.get(f"{address}?lang=zh-CN").json()["message"])
    # Too early for the result; pages are answered meanwhile.
    early = busy.get(f"{address}/result?lang=en")
    assert (early.status_code, early.json()["code"]) == (409, "no-result")
    assert early.json()["detail"] == f"Run {made['id'][:8]} has no result: it is not finished."
    assert busy.get("/api/projects/small/coverage").status_code == 200
    (folder / "go").touch()
    done = ended(busy, made["id"])
    assert (done["status"], done["progress"], done["restarts"]) == ("successful", 100.0, 0)
    assert done["created"] <= done["started"] <= done["finished"]
    for language, word in (("en", "No bound"), ("zh-CN", "界")):
        result = busy.get(done["result"], params={"lang": language}).json()
        assert (result["units"], result["as_of"]) == (10, "2025-12-31")
        assert word in result["notes"][0]["text"]
    assert [one["id"] for one in busy.get("/api/jobs").json()] == [made["id"]]


def test_stopping_a_running_one_and_a_waiting_one(busy: TestClient, folder: Path) -> None:
    running = submit(busy, folder=folder)
    waiting = submit(busy, folder=folder, name="two")
    begun(folder)
    left = busy.delete(f"/api/jobs/{waiting['id']}").json()
    assert (left["status"], left["started"]) == ("dismissed", None)
    asked = time.monotonic()
    assert busy.delete(f"/api/jobs/{running['id']}").json()["stopping"] is True
    until((folder / "one.stopped").exists)
    assert time.monotonic() - asked < 2
    gone = ended(busy, running["id"])
    # What it had so far is not given out as if it were the answer.
    assert (gone["status"], gone["result"], gone["stopping"]) == ("dismissed", None, False)
    assert busy.get(f"/api/jobs/{running['id']}/result").json()["code"] == "no-result"
    assert not (folder / "two.log").exists()
    # The one that has ended is forgotten.
    assert busy.delete(f"/api/jobs/{running['id']}").status_code == 200
    assert busy.get(f"/api/jobs/{running['id']}").status_code == 404


def test_work_that_does_not_listen_is_ended(
    busy: TestClient, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.job_work.supervision.GRACE", 0.5)
    made = submit(busy, folder=folder, listens=False)
    process = begun(folder)
    busy.delete(f"/api/jobs/{made['id']}")
    assert ended(busy, made["id"])["status"] == "dismissed"
    until(lambda: not _alive(process))


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_restart_in_the_middle(app: Callable[..., Any], folder: Path) -> None:
    with TestClient(app()) as client:
        first = submit(client, folder=folder)
        second = submit(client, folder=folder, name="two")
        process = begun(folder)
    until(lambda: not _alive(process), 5)
    (folder / "go").touch()
    with TestClient(app()) as client:
        done = [ended(client, one["id"]) for one in (first, second)]
        assert [one["status"] for one in done] == ["successful", "successful"]
        assert [one["restarts"] for one in done] == [1, 0]
        assert done[0]["params"] == first["params"]
        assert done[0]["started"] < done[1]["started"]
        assert client.get(done[1]["result"]).json()["units"] == 10


def test_a_killed_process_is_replaced_once(busy: TestClient, folder: Path) -> None:
    made = submit(busy, folder=folder)
    os.kill(begun(folder), signal.SIGKILL)
    os.kill(begun(folder, times=2), signal.SIGKILL)
    for language in ("en", "zh-CN"):
        done = ended(busy, made["id"])
        said = busy.get(f"/api/jobs/{made['id']}", params={"lang": language}).json()["problem"]
        assert (done["status"], done["restarts"]) == ("failed", 1)
        assert (said["code"], said["status"], said["params"]) == ("worker-died", 409, {"times": 2})
        assert bool(CHINESE.search(said["detail"])) is (language == "zh-CN")


SERVER = """
import sys, uvicorn
from api.app import create_app
from api.settings import Settings
from tests.serving.slow_work import SLOW_KINDS
projects, jobs, port = sys.argv[1:]
app = create_app(Settings.of(projects=projects, jobs_folder=jobs), kinds=SLOW_KINDS)
uvicorn.run(app, port=int(port), log_level="warning")
"""


def test_a_server_that_was_killed(
    app: Callable[..., Any], own: Path, folder: Path, tmp_path: Path
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", SERVER, str(own), str(tmp_path / "jobs"), str(port)]
    with subprocess.Popen(command, cwd=Path(__file__).parents[2]) as server:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            until(lambda: _answers(client))
            body = {"kind": "slow", "params": {"folder": str(folder)}}
            name = client.post(JOBS, json=body).json()["id"]
            process = begun(folder)
        server.kill()
    until(lambda: not _alive(process), 5)  # nobody is left to hear its answer
    (folder / "go").touch()
    with TestClient(app()) as client:
        done = ended(client, name)
        assert (done["status"], done["restarts"]) == ("successful", 1)
    # Cut off a second time, it is not tried for ever.
    with sqlite3.connect(tmp_path / "jobs" / FILE) as db:
        db.execute("update job set status = 'running'")
    db.close()
    with TestClient(app()) as client:
        problem = client.get(f"/api/jobs/{name}").json()["problem"]
        assert (problem["code"], problem["params"]) == ("worker-died", {"times": 2})


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/api/health").status_code == 200
    except httpx.TransportError:
        return False


def test_a_run_that_nobody_works_at_is_found(
    busy: TestClient, folder: Path, tmp_path: Path
) -> None:
    (folder / "go").touch()
    busy.delete(f"/api/jobs/{submit(busy, folder=folder)['id']}")
    # As a full disk may leave them: an end not written down, a place in line that was lost.
    table = JobTable(tmp_path / "jobs" / FILE)
    params = {"folder": str(folder), "name": "two", "listens": True, "as_of": "2025-12-31"}
    asked = ("slow", "small", params)
    about = {"code": "test", "template": "A test", "params": {}}
    left, lost = (table.add(*asked, about, most_waiting=9).id for _ in range(2))
    table.take(left)
    done = [ended(busy, one) for one in (left, lost)]
    assert [(one["status"], one["restarts"]) for one in done] == [
        ("successful", 1),
        ("successful", 0),
    ]


@pytest.mark.parametrize(
    ("kind", "status", "code", "english"),
    [
        (
            "refused",
            409,
            "no-limit",
            "The catalogue sets no limit for 'Kindergarten (kindergarten)'",
        ),
        ("faulty", 500, "internal", "Something went wrong in the server"),
        ("huge", 413, "too-large", "'result' is too large: 21 MB, the limit is 20 MB."),
    ],
)
def test_why_a_run_failed_in_both_languages(
    busy: TestClient,
    caplog: pytest.LogCaptureFixture,
    kind: str,
    status: int,
    code: str,
    english: str,
) -> None:
    made = submit(busy, kind)
    done = ended(busy, made["id"])
    assert done["status"] == "failed"
    for language in ("en", "zh-CN"):
        answer = busy.get(f"/api/jobs/{made['id']}/result", params={"lang": language})
        problem = answer.json()
        assert answer.headers["content-type"] == "application/problem+json"
        assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code)
        assert "secret" not in answer.text
        assert bool(CHINESE.search(problem["detail"])) is (language == "zh-CN")
        listed = busy.get("/api/jobs", params={"lang": language}).json()[0]["problem"]
        assert listed["detail"] == problem["detail"]
    assert busy.get(f"/api/jobs/{made['id']}/result?lang=en").json()["detail"].startswith(english)
    assert ("secret of the inside" in caplog.text) is (kind == "faulty")


@pytest.mark.parametrize(
    ("project", "body", "status", "named"),
    [
        ("small", {"kind": "acess"}, 404, "access"),
        ("smal", {"kind": "access"}, 404, "small"),
        (
            "small",
            {"kind": "access", "params": {"facility_types": ["kindergraten"]}},
            404,
            "kinderg",
        ),
        ("small", {"kind": "access", "params": {"mode": "fly"}}, 404, "walk"),
        ("small", {"kind": "access", "params": {"moed": "walk"}}, 422, "params.moed"),
        ("small", {"kind": "access", "params": {"as_of": "soon"}}, 422, "params.as_of"),
        ("small", {"kind": "site", "params": {"facility_type": "kindergarten"}}, 422, "problem"),
        (
            "small",
            {"kind": "site", "params": {"facility_type": "kindergarten", "problem": "median"}},
            422,
            "sites",
        ),
        (
            "small",
            {"kind": "site", "params": {"facility_type": "kindergarten", "problem": "cover-al"}},
            404,
            "cover-all",
        ),
        (
            "small",
            {
                "kind": "site",
                "params": {"facility_type": "kindergarten", "problem": "median", "sites": -1},
            },
            422,
            "params.sites",
        ),
        (
            "small",
            {
                "kind": "site",
                "params": {"facility_type": "kindergarten", "problem": "cover-all", "floor": 80},
            },
            422,
            '"name":"floor"',
        ),
        ("small", {"params": {}}, 422, "kind"),
        ("small", {"kind": "access", "parms": {}}, 422, "parms"),
    ],
)
def test_what_cannot_be_is_refused_at_once(
    busy: TestClient, project: str, body: dict[str, Any], status: int, named: str
) -> None:
    answer = busy.post(f"/api/projects/{project}/jobs", json=body)
    assert answer.status_code == status
    assert named in answer.text
    assert busy.get("/api/jobs").json() == []


def test_a_foreign_page_starts_and_stops_nothing(busy: TestClient, folder: Path) -> None:
    foreign = {"origin": "http://evil.example"}
    body = {"kind": "slow", "params": {"folder": str(folder)}}
    assert busy.post(JOBS, json=body, headers=foreign).status_code == 403
    (folder / "go").touch()
    name = submit(busy, folder=folder)["id"]
    assert busy.delete(f"/api/jobs/{name}", headers=foreign).status_code == 403
    assert busy.post(f"/jobs/{name}/dismiss", headers=foreign).status_code == 403


def test_events_as_they_happen(busy: TestClient, folder: Path) -> None:
    made = submit(busy, folder=folder)
    begun(folder)
    time.sleep(0.3)
    (folder / "later").touch()
    events = []
    with busy.stream("GET", made["events"], params={"lang": "en"}) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["x-accel-buffering"] == "no"
        assert "content-encoding" not in answer.headers
        (folder / "go").touch()
        lines = [line for line in answer.iter_lines() if line]
    for head, data in zip(lines[::2], lines[1::2], strict=True):
        events.append((head.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    names = [name for name, _ in events]
    assert names[0] == "progress"
    assert names[-1] == "end"
    assert names.count("end") == 1
    stands = [one["progress"] for _, one in events]
    assert stands == sorted(stands)
    assert events[-1][1]["status"] == "successful"
    # Followed again after the end: the end alone.
    again = busy.get(made["events"]).text
    assert again.count("event:") == 1
    assert "event: end" in again
    assert busy.get("/api/jobs/nothing/events").status_code == 404


def test_one_server_owns_the_runs_and_another_takes_over(
    app: Callable[..., Any], folder: Path
) -> None:
    first = TestClient(app())
    first.__enter__()
    made, waiting = submit(first, folder=folder), submit(first, folder=folder, name="two")
    begun(folder)
    with TestClient(app()) as second:
        # The other one looks on and may stop a run, but takes none in.
        assert second.get(f"/api/jobs/{made['id']}").json()["status"] == "running"
        for language in ("en", "zh-CN"):
            answer = second.post(JOBS, json={"kind": "refused"}, params={"lang": language})
            assert (answer.status_code, answer.json()["code"]) == (423, "jobs-elsewhere")
            assert bool(CHINESE.search(answer.json()["detail"])) is (language == "zh-CN")
        assert second.delete(f"/api/jobs/{waiting['id']}").json()["status"] == "dismissed"
        first.__exit__(None, None, None)
        (folder / "go").touch()
        done = ended(second, made["id"])
        assert (done["status"], done["restarts"]) == ("successful", 1)


def test_so_many_may_wait(app: Callable[..., Any], folder: Path) -> None:
    with TestClient(app(jobs_waiting=1)) as client:
        submit(client, folder=folder)
        begun(folder)
        submit(client, folder=folder, name="two")
        body = {"kind": "slow", "params": {"folder": str(folder)}}
        answer = client.post(JOBS, json=body)
        assert (answer.status_code, answer.json()["code"]) == (429, "too-many-jobs")


def test_side_by_side(app: Callable[..., Any], folder: Path) -> None:
    with TestClient(app(jobs_at_once=2)) as client:
        submit(client, folder=folder)
        submit(client, folder=folder, name="two")
        # Each works in a process of its own while the other still does.
        assert begun(folder) != begun(folder, "two")


def test_few_are_kept(tmp_path: Path) -> None:
    table = JobTable(tmp_path / FILE)
    table.make()
    about = {"code": "test", "template": "A test", "params": {}}
    names = [table.add("slow", "small", {}, about, most_waiting=9).id for _ in range(4)]
    for name in names[:3]:
        table.take(name)
        table.succeed(name, '{"found": 1}')
    table.clear(days=1, most=2)
    assert [one.id for one in table.listed(["small"], limit=9)] == names[:0:-1]
    assert table.result(names[0]) is None
    assert table.result(names[2]) == {"found": 1}
    with sqlite3.connect(table.path) as db:
        db.execute("update job set finished = '2020-01-01T00:00:00.000+00:00' where finished > ''")
    db.close()
    table.clear(days=1, most=2)
    # What has not ended is never forgotten.
    assert [one.id for one in table.listed(["small"], limit=9)] == names[3:]


def test_access_is_cut_off_between_two_types(own: Path) -> None:
    watched: list[float | None] = []
    with pytest.raises(CancelledError):
        KINDS["access"].work(
            open_project(own / "small"),
            {},
            lambda now: len(watched.append(now.done) or watched) < 2,
        )
    # Two types have facilities: cut off before the second.
    assert watched == [0, 0.5]


def test_runs_of_other_projects_are_not_shown(busy: TestClient, folder: Path, own: Path) -> None:
    shutil.copytree(own / "small", own / "other")
    name = submit(busy, folder=folder)["id"]
    assert busy.get("/api/jobs?project=other").json() == []
    assert len(busy.get("/api/jobs?project=small").json()) == 1
    assert busy.get("/api/jobs?project=smal").status_code == 404
    assert len(busy.get("/api/jobs?limit=1").json()) == 1
    shutil.rmtree(own / "small")
    assert busy.get("/api/jobs").json() == []
    assert busy.get(f"/api/jobs/{name}").status_code == 404


def test_a_folder_that_cannot_be_used_stops_no_server(own: Path, tmp_path: Path) -> None:
    (tmp_path / "jobs").mkdir()
    (tmp_path / "jobs" / FILE).write_text("this is no database, but long enough to look like one")
    settings = Settings.of(projects=own, jobs_folder=tmp_path / "jobs")
    with TestClient(create_app(settings)) as client:
        assert client.get("/api/health").status_code == 200
        answer = client.post(JOBS, json={"kind": "access"}, params={"lang": "en"})
        assert (answer.status_code, answer.json()["code"]) == (503, "jobs-unavailable")


def test_nothing_is_written_before_the_first_run(own: Path, tmp_path: Path) -> None:
    settings = Settings.of(projects=own, jobs_folder=tmp_path / "jobs")
    with TestClient(create_app(settings)) as client:
        assert client.get("/api/jobs").json() == []
        assert client.get("/jobs").status_code == 200
    assert not (tmp_path / "jobs").exists()


def test_where_runs_are_kept(own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="is a project"):
        create_app(Settings.of(projects=own, jobs_folder=own / "small" / "jobs"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr("sys.platform", "linux")
    one, other = Settings.of(projects=own).jobs_at, Settings.of(projects=own / "small").jobs_at
    assert one.parent == tmp_path / "state" / "geo-planner" / "jobs"
    assert one != other
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert Settings.of(projects=own).jobs_at.is_relative_to(tmp_path / "local")


def test_where_to_build_as_a_run(busy: TestClient) -> None:
    asked = {"facility_type": "kindergarten", "problem": "cover-most", "sites": 1}
    asked |= {"weight": "units", "limit": 1000}
    made = submit(busy, "site", **asked)
    assert busy.get(f"/api/jobs/{made['id']}?lang=zh-CN").json()["about"].startswith("幼儿园：")
    done = ended(busy, made["id"])
    result = busy.get(done["result"], params={"lang": "zh-CN"}).json()
    # Straight lines times 1.3, at most 1000 m: the kindergarten serves C1 (130 m) and C2 (780 m),
    # not C4 (1040 m). One site in U1 or U2 serves both (520 m); any other serves one more at most.
    assert result["status"] == "optimal"
    assert sorted(result["sites"][0]["newly_covered"]) == ["U1", "U2"]
    assert (result["covered_before"], result["covered_after"], len(result["sites"])) == (2, 4, 1)
    assert (result["simulated"], result["as_of"]) == (False, "2025-12-31")
    assert all(CHINESE.search(one["text"]) for one in result["notes"])
    assert busy.get("/jobs?lang=en").text.count("Kindergarten: Most children within the limit") == 1


def test_access_to_every_type_as_a_run(busy: TestClient) -> None:
    done = ended(busy, submit(busy, "access")["id"])
    result = busy.get(done["result"]).json()
    rows = {one["facility_type"]: one for one in result["facility_types"]}
    # The kindergarten stands 100 m from C1, 600 m from C2 and 800 m from C4, in a straight line.
    assert rows["kindergarten"]["within"] >= 3
    assert (result["as_of"], result["simulated"]) == ("2025-12-31", False)


def test_the_kinds_are_described(busy: TestClient) -> None:
    kinds = {one["kind"]: one for one in busy.get("/api/job-kinds?lang=en").json()}
    assert kinds["site"]["label"] == "Where to build"
    assert set(kinds["site"]["params"]["required"]) == {"facility_type", "problem"}
    assert kinds["site"]["params"]["additionalProperties"] is False


def test_the_page_of_long_runs(busy: TestClient, folder: Path) -> None:
    empty = busy.get("/jobs?lang=en").text
    assert "There are no long runs." in empty
    assert "hx-trigger" not in empty
    running = submit(busy, folder=folder)["id"]
    begun(folder)
    until(lambda: busy.get(f"/api/jobs/{running}").json()["progress"])
    page = busy.get("/jobs?lang=en").text
    assert '<progress max="100" value="25.0"' in page
    assert 'hx-trigger="every 2s"' in page
    assert "searching and proving" in page
    piece = busy.get("/jobs?project=small", headers={"hx-request": "true"}).text
    assert "<html" not in piece
    assert 'hx-get="/jobs?project=small"' in piece
    answer = busy.post(f"/jobs/{running}/dismiss?project=small", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/jobs?project=small")
    ended(busy, running)
    assert "stopped" in busy.get("/jobs?lang=en").text
