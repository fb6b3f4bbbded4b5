"""What in the data needs a look."""

from __future__ import annotations

from fastapi import APIRouter

from api.dependencies import DayDep, OpenDep, TranslatorDep
from api.findings import written_findings
from api.schemas import FindingEntry
from geo_planner import quality

router = APIRouter(prefix="/projects/{project_id}", tags=["quality"])


@router.get("/check")
def check_quality(opened: OpenDep, day: DayDep, translator: TranslatorDep) -> list[FindingEntry]:
    """Report duplicates, contradictions and gaps. Findings are a report, not a refusal."""
    found = written_findings(quality.check(opened.project, day), translator)
    return [FindingEntry.model_validate(one) for one in found]
