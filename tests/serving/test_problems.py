"""Every error as a problem: its status, in both languages, and nothing of the inside."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from geo_planner import errors
from geo_planner.errors import GeoPlannerError

CHINESE = re.compile(r"[\u4e00-\u9fff]")

EXPECTED = {
    errors.DataError: 422,
    errors.TooLargeError: 413,
    errors.NotKnownError: 404,
    errors.TravelError: 409,
    errors.SitingError: 409,
    errors.StoreError: 409,
    errors.LockedError: 423,
    errors.SettingsError: 500,
}


def _all(root: type[GeoPlannerError]) -> Iterator[type[GeoPlannerError]]:
    for one in root.__subclasses__():
        if one.__module__ == "geo_planner.errors":
            yield one
            yield from _all(one)


CLASSES = {one.__name__: one for one in _all(GeoPlannerError)}


def _example(kind: type[GeoPlannerError]) -> GeoPlannerError:
    """Return an error with a value of the right kind in each field."""
    if kind is errors.RefusedFileError:
        return kind("units.xlsx", [errors.DuplicateIdError("units", "unit_id", ["7"], (14, 87))])
    values: dict[str, Any] = {}
    for item in dataclasses.fields(kind):
        values[item.name] = {"Rows": (3, 4, 9), "int": 2}.get(str(item.type), "value")
        if str(item.type).startswith("Sequence"):
            values[item.name] = ["first", "second"]
    return kind(**values)


def _expected(kind: type[GeoPlannerError]) -> int:
    return next(EXPECTED[one] for one in kind.__mro__ if one in EXPECTED)


@pytest.fixture(scope="module")
def raising(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    app = create_app(Settings.of(projects=tmp_path_factory.mktemp("empty")))

    def fail(name: str) -> None:
        if name == "fault":
            raise RuntimeError("secret of the inside at /srv/geo")
        raise _example(CLASSES[name])

    app.add_api_route("/api/raise/{name}", fail)
    return TestClient(app, raise_server_exceptions=False)


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_every_error_has_its_status_in_both_languages(raising: TestClient, name: str) -> None:
    said = {}
    for language in ("zh-CN", "en"):
        answer = raising.get(f"/api/raise/{name}", headers={"accept-language": language})
        assert answer.status_code == _expected(CLASSES[name])
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert problem["status"] == answer.status_code
        assert problem["code"] == CLASSES[name].code
        assert problem["type"] == f"urn:geo-planner:{CLASSES[name].code}"
        assert problem["instance"] == f"/api/raise/{name}"
        said[language] = problem
    assert CHINESE.search(said["zh-CN"]["detail"])
    assert CHINESE.search(said["zh-CN"]["title"])
    assert not CHINESE.search(said["en"]["detail"] + said["en"]["title"])


def test_faults_of_a_file_come_with_spreadsheet_rows(raising: TestClient) -> None:
    problem = raising.get("/api/raise/RefusedFileError?lang=en").json()
    assert problem["detail"] == "'units.xlsx' was not imported; nothing was changed."
    (fault,) = problem["faults"]
    assert fault["code"] == "duplicate-id"
    assert fault["rows"] == [14, 87]
    assert "rows 14, 87" in fault["sentence"]


def test_the_address_decides_before_the_header(raising: TestClient) -> None:
    answer = raising.get("/api/raise/NoStreetsError?lang=en", headers={"accept-language": "zh"})
    assert not CHINESE.search(answer.json()["detail"])


@pytest.mark.parametrize(
    ("header", "chinese"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", True),
        ("en-GB,en;q=0.9", False),
        ("fr, en;q=0.3, zh-Hans;q=0.5", True),
        ("de", True),  # neither: the server's own language
        ("zh;q=0, en;q=0.1", False),
        ("en;q=abc, zh", True),
        ("", True),
    ],
)
def test_accept_language(raising: TestClient, header: str, chinese: bool) -> None:
    answer = raising.get("/api/raise/NoStreetsError", headers={"accept-language": header})
    assert bool(CHINESE.search(answer.json()["detail"])) is chinese


def test_a_fault_of_the_server_tells_nothing_of_the_inside(
    raising: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = raising.get("/api/raise/fault?lang=en")
    assert answer.status_code == 500
    assert answer.json()["code"] == "internal"
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "secret of the inside" in caplog.text  # the log is for whoever runs the server


def test_users_mistakes_are_not_logged_as_faults(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    client.get("/api/projects/nowhere")
    assert "Traceback" not in caplog.text
    assert not [one for one in caplog.records if one.name.startswith("geo_planner")]


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/api/nothing", 404, "not-found"),
        ("/api/projects/smal", 404, "not-known"),
        ("/api/projects/small/coverage/no_such", 404, "not-known"),
        ("/api/projects/small/access?facility_type=no_such", 404, "not-known"),
        ("/api/projects/small/access?facility_type=kindergarten&mode=fly", 404, "not-known"),
        ("/api/projects/small/access", 422, "bad-values"),
        ("/api/projects/small/coverage?as_of=yesterday", 422, "bad-values"),
        ("/api/projects/small/coverage?lang=fr", 422, "bad-values"),
        ("/api/projects/small/layers/roads.geojson", 422, "bad-values"),
        ("/api/projects/broken", 409, "damaged"),
    ],
)
def test_requests_that_cannot_be_answered(
    client: TestClient, address: str, status: int, code: str
) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"


def test_near_names_are_listed(client: TestClient) -> None:
    assert client.get("/api/projects/smal").json()["params"]["near"] == ["small"]


def test_a_method_that_does_not_fit(client: TestClient) -> None:
    answer = client.post("/api/health")
    assert (answer.status_code, answer.json()["code"]) == (405, "no-such-method")
    assert answer.headers["allow"] == "GET"


def test_people_get_a_page(client: TestClient) -> None:
    answer = client.get("/projects/nowhere", headers={"accept": "text/html"})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert "nowhere" in answer.text


def test_settings_that_are_wrong_name_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(errors.SettingsError, match="port"):
        Settings.of(port=70_000)
    monkeypatch.setenv("GEO_PLANNER_UPLOAD_LIMIT_MB", "many")
    with pytest.raises(errors.SettingsError, match="upload_limit_mb"):
        Settings.of()


def test_settings_come_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GEO_PLANNER_PROJECTS", str(tmp_path))
    monkeypatch.setenv("GEO_PLANNER_LANG", "en")
    settings = Settings.of()
    assert (settings.projects, settings.lang, settings.host) == (tmp_path, "en", "127.0.0.1")
    assert Settings.of(lang="zh-CN").lang == "zh-CN"  # what is given stands before what is around
