"""Whether the server is up."""

from importlib.metadata import version

from fastapi import APIRouter

from api.dependencies import ShelfDep
from api.schemas import Health

router = APIRouter(tags=["server"])


@router.get("/health")
def read_health(shelf: ShelfDep) -> Health:
    """Say that the server answers, which version it is and how many projects it holds."""
    return Health(version=version("geo-planner"), projects=len(shelf.folders()))
