"""Tiny worlds whose answers fit in your head: builders of projects from plain rows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import geopandas as gpd
import pandas as pd
from pyproj import CRS
from shapely import Point, Polygon, box

from geo_planner.catalogue import (
    Basis,
    Catalogue,
    FacilityType,
    Indicator,
    Label,
    TravelMode,
    UnitColumn,
    UnitKind,
    WalkLimit,
)
from geo_planner.project import Project

METRES = CRS.from_epsg(4540)
LABEL = Label("名称", "name")


def indicator(id_: str, rule: str, **more: Any) -> Indicator:
    """Return a row with the fields a test does not care about filled in."""
    row: dict[str, Any] = {
        "id": id_,
        "label": Label(id_, id_),
        "domain": "family",
        "clause": "二(五)主要目标6",
        "quote": "覆盖率",
        "rule": rule,
        "comparison": ">=",
        "measure": "%",
        "quantified": True,
        "priority": "A",
        "numerator": LABEL,
    }
    return Indicator(**{**row, **more})


PARENT_SCHOOL = {"facility_type": "parent_school", "unit_kinds": ("community",)}
URBAN = indicator(
    "urban", "has_facility", target=Decimal(96), community_kind="urban", **PARENT_SCHOOL
)
REGIMENT = indicator(
    "regiment", "has_facility", target=Decimal(90), community_kind="regiment", **PARENT_SCHOOL
)
CHILD_HOME = indicator(
    "child_home",
    "has_facility",
    facility_type="child_home",
    unit_kinds=("community",),
    comparison="maintain_or_increase",
    quantified=False,
)
KINDERGARTEN = indicator(
    "kindergarten",
    "has_facility",
    facility_type="kindergarten",
    unit_kinds=("company", "community"),
    denominator_column="children_3_5",
    comparison="maintain_or_increase",
    quantified=False,
)
TAP_WATER = indicator(
    "tap_water",
    "household_share",
    target=Decimal(100),
    unit_kinds=("company",),
    bases=(
        Basis("households", "households_tap_water", "households"),
        Basis("population", "population_tap_water", "population"),
    ),
)
TOILET = indicator(
    "toilet",
    "household_share",
    unit_kinds=("company",),
    quantified=False,
    assumed_target=Decimal(90),
    bases=(Basis("households", "households_sanitary_toilet", "households"),),
)
VACCINATION = indicator(
    "vaccination",
    "rate",
    target=Decimal(98),
    unit_kinds=("regiment",),
    aggregation="all_units_must_meet",
    denominator=LABEL,
)
DOCTORS = indicator(
    "doctors",
    "staffing",
    target=Decimal(1),
    threshold=Decimal(1),
    measure="count",
    facility_type="hospital",
    facility_columns=("gp_child",),
    aggregation="all_units_must_meet",
)
MORTALITY = {"rule": "rate", "comparison": "<=", "measure": "‰", "denominator": LABEL}
INFANT = indicator("infant", target=Decimal("4.0"), **MORTALITY)
UNDER5 = indicator("under5", target=Decimal("5.0"), **MORTALITY)
INJURY = indicator(
    "injury", "trend", target=Decimal(-20), comparison="<=", measure="% change vs 2020"
)
ENROLMENT = indicator("enrolment", "rate", target=Decimal(100), denominator=LABEL)
DIRECTORS = indicator(
    "directors",
    "staffing",
    measure="count",
    quantified=False,
    unit_columns=(
        UnitColumn("company", "child_director"),
        UnitColumn("regiment", "child_supervisor"),
    ),
)
DUTY = indicator("duty", "yes_no", comparison="must_hold", measure="yes/no", quantified=False)
PLACES = indicator(
    "places",
    "trend",
    comparison="trend_up",
    measure="count",
    quantified=False,
    facility_type="childcare",
    facility_columns=("places",),
)
DOCTORS_PER_1000 = indicator(
    "per_1000",
    "per_thousand",
    target=Decimal("1.12"),
    measure="per 1000 children",
    facility_type="hospital",
    facility_columns=("paediatricians",),
    denominator_column="children_0_14",
)
EMERGENCY = indicator(
    "emergency",
    "within_reach",
    facility_type="kindergarten",
    unit_kinds=("company",),
    comparison="maintain_or_increase",
    quantified=False,
    mode="drive",
    limit_minutes=20,
)

MYOPIA = indicator(
    "myopia",
    "rate",
    target=Decimal(30),
    comparison="<=",
    bases=(Basis("pupils", "myopic", "screened", of="facilities"),),
)
CARIES = indicator(
    "caries",
    "rate",
    target=Decimal(25),
    comparison="<=",
    unit_kinds=("division",),
    unit_columns=(UnitColumn("division", "caries"),),
)
VIOLATIONS = indicator(
    "violations",
    "yes_no",
    target=Decimal(0),
    threshold=Decimal(0),
    comparison="<=",
    measure="count",
    unit_kinds=("division",),
    unit_columns=(UnitColumn("division", "violations"),),
)
SEX_RATIO = indicator(
    "sex_ratio",
    "rate",
    comparison="trend_to_range",
    measure="per 100 girls",
    quantified=False,
    assumed_range=(Decimal(103), Decimal(107)),
)
INDICATORS = (
    MYOPIA,
    CARIES,
    VIOLATIONS,
    SEX_RATIO,
    URBAN,
    REGIMENT,
    CHILD_HOME,
    KINDERGARTEN,
    TAP_WATER,
    TOILET,
    VACCINATION,
    DOCTORS,
    INFANT,
    UNDER5,
    INJURY,
    ENROLMENT,
    DIRECTORS,
    DUTY,
    PLACES,
    DOCTORS_PER_1000,
    EMERGENCY,
)


def facility_type(id_: str, walk: int | None = 1000, **more: Any) -> FacilityType:
    """Return a facility type with one walking limit for all."""
    limit = None if walk is None else WalkLimit(walk, walk // 60)
    return FacilityType(id_, Label(id_, id_), urban_walk=limit, regiment_walk=limit, **more)


CATALOGUE = Catalogue.of(
    plan_id="test",
    title=LABEL,
    period=(2021, 2030),
    unit_kinds=(
        UnitKind("division", Label("division", "division"), 1, "divisions"),
        UnitKind("regiment", Label("regiment", "regiment"), 2, "regiments"),
        UnitKind("company", Label("company", "company"), 3, "companies"),
        UnitKind("community", Label("community", "community"), 3, "communities"),
    ),
    facility_types=(
        facility_type("parent_school", assessed=("community",)),
        facility_type("child_home", assessed=("community",)),
        facility_type(
            "kindergarten",
            1500,
            assessed=("company", "community"),
            population="children_3_5",
            drive_minutes=20,
        ),
        facility_type("hospital", None),
        facility_type("childcare", assessed=("community",)),
    ),
    travel_modes=(
        TravelMode("walk", Label("walk", "walk"), 1.0, "walk", 1.3, 500.0),
        TravelMode("drive", Label("drive", "drive"), 30 / 3.6, "drive", 1.3, 1000.0),
    ),
    indicators=INDICATORS,
)

UNIT_DEFAULTS = {
    "name": "单位",
    "kind": "community",
    "community_kind": None,
    "parent_id": None,
    "established_on": None,
    "abolished_on": None,
    "geometry": None,
}
FACILITY_DEFAULTS = {
    "name": "设施",
    "facility_type": "parent_school",
    "unit_id": None,
    "serves_units": None,
    "status": "active",
    "opened_on": None,
    "closed_on": None,
    "geometry": None,
}
OBSERVATION_DEFAULTS = {
    "numerator": float("nan"),
    "denominator": float("nan"),
    "value": float("nan"),
    "source": "test",
}


def _table(
    rows: list[dict[str, Any]], key: str, defaults: dict[str, Any], dates: tuple[str, ...]
) -> gpd.GeoDataFrame:
    filled = [{**defaults, **row} for row in rows]
    columns = [key, *defaults]
    frame = pd.DataFrame(filled) if filled else pd.DataFrame(columns=columns)
    for name in dates:
        frame[name] = pd.to_datetime(frame[name])
    shapes = [Point(s) if isinstance(s, tuple) else s for s in frame.pop("geometry")]
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=METRES).set_index(key)


def units(*rows: dict[str, Any]) -> gpd.GeoDataFrame:
    """Return a units table; ``geometry`` may be an (x, y) pair in metres."""
    return _table(list(rows), "unit_id", UNIT_DEFAULTS, ("established_on", "abolished_on"))


def facilities(*rows: dict[str, Any]) -> gpd.GeoDataFrame:
    """Return a facilities table; codes are numbered where none is given."""
    named = [{"facility_id": f"F{number}", **row} for number, row in enumerate(rows, 1)]
    return _table(named, "facility_id", FACILITY_DEFAULTS, ("opened_on", "closed_on"))


def observations(*rows: dict[str, Any]) -> pd.DataFrame:
    """Return an observations table."""
    columns = ["indicator", "unit_id", "period", *OBSERVATION_DEFAULTS]
    return pd.DataFrame([{**OBSERVATION_DEFAULTS, **row} for row in rows], columns=columns)


def world(
    units_: gpd.GeoDataFrame,
    facilities_: gpd.GeoDataFrame | None = None,
    observations_: pd.DataFrame | None = None,
    *,
    catalogue: Catalogue = CATALOGUE,
    on: date = date(2025, 12, 31),
    streets: gpd.GeoDataFrame | None = None,
) -> Project:
    """Return a project in metres with a reference date."""
    return Project(
        name="world",
        catalogue=catalogue,
        units=units_,
        facilities=facilities() if facilities_ is None else facilities_,
        observations=observations() if observations_ is None else observations_,
        crs=METRES,
        streets=streets,
        reference_date=on,
    )


def communities(
    kind: str | None, count: int, *, first: int = 1, **more: Any
) -> list[dict[str, Any]]:
    """Return rows of ``count`` communities of one kind, coded by kind and number."""
    letter = {"urban": "U", "regiment": "R", None: "X"}[kind]
    return [
        {"unit_id": f"{letter}{number:03}", "community_kind": kind, **more}
        for number in range(first, first + count)
    ]


def stations(codes: list[str], **more: Any) -> list[dict[str, Any]]:
    """Return one parent school a unit, named after it."""
    return [{"unit_id": code, "name": f"{code}家长学校", **more} for code in codes]


def square(x: float, y: float, side: float = 1000.0) -> Polygon:
    """Return a square with its lower left corner at (x, y), in metres."""
    return box(x, y, x + side, y + side)
