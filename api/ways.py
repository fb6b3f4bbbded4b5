"""Which facility types people of a project travel to, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geo_planner.catalogue import FacilityType, TravelMode
    from geo_planner.project import Project


def has_limit(kind: FacilityType, mode: TravelMode) -> bool:
    """Return whether the catalogue says how far a type may be by a mode."""
    if mode.network == "drive":
        return kind.drive_minutes is not None
    return kind.walk_limit(urban=False) is not None


def travelled_types(project: Project) -> list[FacilityType]:
    """Return the types the project has facilities of, and the catalogue a limit for."""
    present = set(project.facilities["facility_type"])
    modes = project.catalogue.travel_modes.values()
    return [
        kind
        for kind in project.catalogue.facility_types.values()
        if kind.id in present and any(has_limit(kind, mode) for mode in modes)
    ]
