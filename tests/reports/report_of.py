"""A report by hand around some parts: cover, year and figures of a tiny project."""

from __future__ import annotations

from geo_planner.monitoring import monitor
from geo_planner.project import Project
from maps.reports.content import DataState, Part, Report
from maps.text import Translator


def report_of(
    parts: tuple[Part, ...], project: Project, say: Translator, *, made_up: str
) -> Report:
    """Return an annual report of 2025 with these parts."""
    return Report(
        kind="annual",
        year=2025,
        language=say.language,
        title="儿童发展规划",
        subtitle="2025年度监测报告",
        office="妇儿工委办公室",
        data_note="数据截至2025-12-31",
        made_up=made_up,
        parts=parts,
        monitoring=monitor(project, 2025),
        regiments={},
        data=DataState(),
        say=say,
        words={"contents": "目录", "row": "行"},
    )
