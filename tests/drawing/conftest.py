"""Pages drawn once for all tests of this folder."""

from __future__ import annotations

import pytest

from geo_planner.project import Project
from maps import draw_map, render_html
from tests.drawing.oasis import oasis

TARGET = "parent_school_regiment"
SHARES = "company_tap_water"


@pytest.fixture(scope="session")
def project() -> Project:
    return oasis()


@pytest.fixture(scope="session")
def page(project: Project) -> str:
    """The self-contained Chinese page of one target."""
    return render_html(draw_map(project, indicator=TARGET))


@pytest.fixture(scope="session")
def served(project: Project) -> str:
    """The same page, asking our own server for scripts."""
    return render_html(draw_map(project, indicator=TARGET), self_contained=False)


@pytest.fixture(scope="session")
def overview(project: Project) -> str:
    """The page without an indicator."""
    return render_html(draw_map(project))
