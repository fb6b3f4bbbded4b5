"""What every request passes first, and the headers every answer carries."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from api.uploads import safe_name

UNDO = "/api/projects/small/undo"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://testserver.evil.example"},
        {"origin": "http://testserver:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"host": "evil.example"},  # a foreign name pointed at this computer
        {"host": "evil.example", "origin": "http://evil.example"},
    ],
)
def test_foreign_pages_change_nothing(own_client: TestClient, headers: dict[str, str]) -> None:
    answer = own_client.post(UNDO, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "foreign-origin")
    history = own_client.get("/api/projects/small/history").json()
    assert all(one["undone_at"] is None for one in history)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://testserver", "sec-fetch-site": "same-origin"},
        {"host": "127.0.0.1:8000", "origin": "http://127.0.0.1:8000"},
        {"host": "[::1]:8000", "origin": "http://[::1]:8000"},
        {"host": "LOCALHOST", "origin": "http://localhost"},
    ],
)
def test_own_pages_and_programs_may(own_client: TestClient, headers: dict[str, str]) -> None:
    assert own_client.post(UNDO, headers=headers).status_code == 200


def test_a_foreign_name_reads_nothing(client: TestClient) -> None:
    assert client.get("/api/projects", headers={"host": "evil.example"}).status_code == 403


def test_names_can_be_allowed(built: object) -> None:
    app = create_app(Settings.of(projects=built, allowed_hosts=("plan.office.example",)))
    answer = TestClient(app).get("/api/health", headers={"host": "plan.office.example"})
    assert answer.status_code == 200


@pytest.mark.parametrize("address", ["/api/health", "/projects/small", "/api/nothing"])
def test_headers_of_every_answer(client: TestClient, address: str) -> None:
    headers = client.get(address, headers={"accept": "text/html"}).headers
    assert "script-src 'self';" in headers["content-security-policy"]
    assert "frame-ancestors 'self'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "SAMEORIGIN"


def test_a_body_beyond_the_limit_is_refused_by_its_stated_length(own_client: TestClient) -> None:
    files = {"file": ("big.csv", b"x" * 1_100_000)}
    answer = own_client.post("/api/projects/small/layers/units", files=files)
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
    assert answer.json()["params"]["limit"] == "1 MB"


def test_a_body_that_does_not_state_its_length_is_counted(own_client: TestClient) -> None:
    edge = b"--b\r\nContent-Disposition: form-data; name=file; filename=x.csv\r\n\r\n"

    def pieces():
        yield edge
        for _ in range(40):
            yield b"x" * 50_000
        yield b"\r\n--b--\r\n"

    answer = own_client.post(
        "/api/projects/small/layers/units",
        content=pieces(),
        headers={"content-type": "multipart/form-data; boundary=b"},
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


@pytest.mark.parametrize(
    "project",
    ["%2e%2e", "..%2f..", "small%2f..", "small%00", "/etc", "no-project", "%2e", "*"],
)
def test_no_id_leads_outside(client: TestClient, project: str) -> None:
    for answer in (
        client.get(f"/api/projects/{project}"),
        client.get(f"/api/projects/{project}/layers/units.geojson"),
    ):
        assert answer.status_code in {404, 422}, project
        assert answer.json()["code"] in {"not-found", "not-known", "bad-values"}


def test_a_link_to_a_folder_elsewhere_is_no_project(built: object, tmp_path) -> None:
    (tmp_path / "link").symlink_to(str(built), target_is_directory=True)
    app = create_app(Settings.of(projects=tmp_path))
    assert TestClient(app).get("/api/projects").json() == []


@pytest.mark.parametrize("path", ["/static/../app.py", "/static/%2e%2e/%2e%2e/app.py"])
def test_static_files_stay_inside(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("units.xlsx", "units.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\连队 名单.xlsx", "连队 名单.xlsx"),
        ("..", "upload"),
        (".htaccess", "htaccess"),
        ("", "upload"),
        (None, "upload"),
        ("a\x00b\n.csv", "a_b_.csv"),
        ("a|b:c?.csv", "a_b_c_.csv"),
        ("x." + "y" * 400, "upload"),
    ],
)
def test_names_of_uploads_are_made_safe(given: str | None, kept: str) -> None:
    assert safe_name(given) == kept


def test_a_long_chinese_name_keeps_its_ending_and_fits() -> None:
    kept = safe_name("名" * 300 + ".xlsx")
    assert kept.endswith("名.xlsx")
    assert len(kept.encode()) <= 200
