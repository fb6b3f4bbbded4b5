"""The interface as it is written down, and requests made up from it.

After a wanted change: ``uv run poe openapi`` writes the snapshot again.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.app import create_app
from api.openapi import as_text
from api.settings import Settings
from tests.serving.world import new_project

SNAPSHOT = Path(__file__).with_name("openapi.json")

OPERATIONS = [
    (method.upper(), path)
    for path, operations in json.loads(SNAPSHOT.read_text(encoding="utf-8"))["paths"].items()
    for method in operations
]
HEAVY = ("/report.", "/figures/")
"""Documents and pictures, which take a second each: fewer requests are made up for them."""

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> schemathesis.BaseSchema:
    folder = tmp_path_factory.mktemp("described")
    new_project(folder / "geo-planner-demo")
    jobs = folder / ".jobs"
    app = create_app(Settings.of(projects=folder, upload_limit_mb=1, jobs_folder=jobs))
    return schemathesis.openapi.from_asgi("/openapi.json", app)


def test_the_interface_is_as_written_down() -> None:
    assert as_text() == SNAPSHOT.read_text(encoding="utf-8"), "uv run poe openapi"


def test_every_operation_is_described_and_tagged() -> None:
    made = json.loads(as_text())
    for path, operations in made["paths"].items():
        assert path.startswith("/api/"), path
        for method, operation in operations.items():
            assert operation["tags"], (path, method)
            assert len(operation["description"]) > 20, (path, method)
            assert "application/problem+json" in json.dumps(operation["responses"])


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_made_up_requests_are_answered_as_described(
    described: schemathesis.BaseSchema, method: str, path: str
) -> None:
    operation = described[path][method]

    @given(case=operation.as_strategy())
    @settings(
        max_examples=4 if any(word in path for word in HEAVY) else 12,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def answered(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=CHECKS, timeout=60)

    answered()
