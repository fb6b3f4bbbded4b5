"""Networks in levels: who lacks which level, and whose chain is broken above."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from api.dependencies import DayDep, OpenDep, TranslatorDep
from api.network_schemas import NetworkAnswer, NetworkEntry, NetworkList
from api.networked import UNIT_COLUMNS, network_json
from api.printing import csv_text
from api.shown import plain
from geo_planner.networks import network

if TYPE_CHECKING:
    from api.project_shelf import OpenProject
    from geo_planner.networks import NetworkReport

router = APIRouter(prefix="/projects/{project_id}/networks", tags=["coverage"])

NetworkId = Annotated[str, Path(description="Id of a network.", max_length=200)]


def report_of(opened: OpenProject, name: str, day: date) -> NetworkReport:
    """Return how a network stands, kept for the next time it is asked."""
    return opened.remember(("network", name, day), lambda: network(opened.project, name, day))


@router.get("")
def list_networks(opened: OpenDep, day: DayDep, translator: TranslatorDep) -> NetworkList:
    """Count every network of the catalogue by level."""
    found = [report_of(opened, name, day) for name in opened.project.catalogue.networks]
    made = [plain(network_json(one, opened.project, translator, units=False)) for one in found]
    return NetworkList(as_of=day, networks=[NetworkEntry.model_validate(one) for one in made])


@router.get("/{network_id}")
def read_network(
    opened: OpenDep, day: DayDep, translator: TranslatorDep, network_id: NetworkId
) -> NetworkAnswer:
    """Say of every unit whether it holds its level, and of its chain whether it is whole."""
    report = report_of(opened, network_id, day)
    made = network_json(report, opened.project, translator, units=True)
    return NetworkAnswer.model_validate(plain(made))


@router.get(
    "/{network_id}/units.csv",
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}}},
)
def download_network(
    opened: OpenDep,
    day: DayDep,
    network_id: NetworkId,
    *,
    excel: Annotated[
        bool, Query(description="Byte order mark and defused formulas, for opening in Excel.")
    ] = True,
) -> Response:
    """Download the units of a network as a table."""
    report = report_of(opened, network_id, day)
    text = csv_text(report.unit_records(), UNIT_COLUMNS, excel=excel)
    name = f"{report.network.id}_{day.isoformat()}.csv"
    return Response(
        text.encode("utf-8"),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
