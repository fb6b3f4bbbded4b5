"""Opportunities, places per child, catchments and isochrones as the doors hand them out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.printing import print_csv, print_json, print_table, say
from geo_planner.notes import Note, msgid
from geo_planner.travel.pairs import count_label
from maps.text.values import is_missing, rounded
from maps.text.words import METHOD_WORDS, REACH_WORDS

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from api.reader import Reader
    from geo_planner.project import Project
    from geo_planner.travel.catchments import Catchments
    from geo_planner.travel.floating import SupplyRatio
    from geo_planner.travel.isochrones import Isochrones
    from geo_planner.travel.opportunities import Opportunities
    from maps.text import Translator

OPPORTUNITY_COLUMNS = (
    "unit_id", "name", "kind", "parent_id", "children", "limit_m", "facilities", "places",
    "places_unknown", "state",
)  # fmt: skip
SUPPLY_COLUMNS = (
    "unit_id", "name", "kind", "parent_id", "children", "facilities", "places_per_1000", "bound",
    "state",
)  # fmt: skip
CATCHMENT_COLUMNS = (
    "facility_id", "name", "units", "units_within", "children", "children_unknown", "farthest_m",
    "farthest_unit", "capacity", "load_percent", "at_least", "lacking", "unit_ids",
)  # fmt: skip
ISOCHRONE_COLUMNS = (
    "facility_id", "limit_m", "minutes", "facilities", "units", "children", "children_unknown",
    "area_km2",
)  # fmt: skip
FILE_KINDS = {".geojson": "GeoJSON", ".gpkg": "GPKG"}
SUPPLY_WORDS: Mapping[str, str] = {
    **REACH_WORDS,
    "no_capacity": msgid("capacity not stated"),
    "no_children": msgid("no children counted"),
}
BOUND_WORDS: Mapping[str, str] = {
    "exact": "",
    "at_least": msgid("at least"),
    "at_most": msgid("at most"),
    "uncertain": msgid("uncertain"),
}


def opportunities_json(found: Opportunities, translator: Translator) -> dict[str, Any]:
    """Return opportunities as one object."""
    return {
        **_head(found),
        "totals": _records(found.totals),
        "units": _records(found.units),
        "facilities": _records(found.facilities),
        "notes": told(found.notes, translator),
    }


def supply_json(found: SupplyRatio, translator: Translator) -> dict[str, Any]:
    """Return places per 1,000 children as one object."""
    return {
        **_head(found),
        "measure": found.measure,
        "units": _records(found.units),
        "facilities": _records(found.facilities),
        "notes": told(found.notes, translator),
    }


def catchments_json(found: Catchments, translator: Translator) -> dict[str, Any]:
    """Return catchments as one object."""
    unreached = found.unreached[["name", "kind", "parent_id", "children", "state"]]
    return {
        **_head(found),
        "facilities": _records(found.facilities),
        "unreached": _records(unreached),
        "notes": told(found.notes, translator),
    }


def isochrones_json(found: Isochrones, translator: Translator) -> dict[str, Any]:
    """Return what lies within each limit as one object, without the shapes."""
    return {
        **_head(found),
        "tolerance_m": found.tolerance,
        "areas": _records(found.areas.drop(columns="geometry")),
        "notes": told(found.notes, translator),
    }


def told(notes: Iterable[Note], translator: Translator) -> list[dict[str, Any]]:
    """Return caveats with their sentences in the reader's language."""
    return [
        {"code": note.code, "params": dict(note.params), "text": translator.note(note)}
        for note in notes
    ]


def _head(found: Opportunities | SupplyRatio | Catchments | Isochrones) -> dict[str, Any]:
    return {
        "facility_type": found.facility_type,
        "mode": found.mode,
        "method": found.method,
        "counted": found.counted,
    }


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = (table.reset_index() if table.index.name else table).to_dict(
        "records"
    )
    return rows


def print_opportunities(
    found: Opportunities, project: Project, reader: Reader, *, form: str, excel: bool = False
) -> None:
    """Print how much is within reach of each unit."""
    if form == "json":
        print_json(opportunities_json(found, reader.translator))
        return
    rows = _records(found.units)
    if form == "csv":
        print_csv(rows, OPPORTUNITY_COLUMNS, excel=excel)
        return
    heads = (
        msgid("Unit"), msgid("Code"), _counted(found.counted, reader), msgid("Limit, m"),
        msgid("Facilities"), msgid("Places"), msgid("Reach"),
    )  # fmt: skip
    print_table(
        [
            (
                row["name"], row["unit_id"], rounded(row["children"], 0),
                rounded(row["limit_m"], 0), rounded(row["facilities"], 0), _places(row),
                _word(REACH_WORDS, row["state"], reader),
            )
            for row in rows
        ],
        [reader.text(text) for text in heads],
        title=_title(found.facility_type, project, reader),
        numbers=(2, 3, 4, 5),
    )  # fmt: skip
    for row in _records(found.totals):
        limit = row["limit_m"]
        say(
            reader.text(
                TOTAL if not is_missing(limit) else OWN_TOTAL,
                limit=rounded(limit, 0),
                units=row["units_within"],
                all=row["units"],
                counted=_counted(found.counted, reader),
                children=rounded(row["children_within"], 0),
                stated=rounded(row["children"], 0),
                share=rounded(row["share"]),
            )
        )
    _print_caveats(found.method, found.notes, reader)


TOTAL = msgid(
    "Within {limit} m of one at least: {units} of {all} units; {counted}: {children} of {stated} "
    "({share} %)."
)
OWN_TOTAL = msgid(
    "Within their own limit of one at least: {units} of {all} units; {counted}: {children} of "
    "{stated} ({share} %)."
)


def _places(row: Mapping[str, Any]) -> str:
    """Return the places, with a sign that there are more where some are not stated."""
    known = rounded(row["places"], 0)
    return f"≥ {known}" if row["places_unknown"] and not is_missing(row["places"]) else known


def print_supply(
    found: SupplyRatio, project: Project, reader: Reader, *, form: str, excel: bool = False
) -> None:
    """Print places per 1,000 children of each unit."""
    if form == "json":
        print_json(supply_json(found, reader.translator))
        return
    rows = _records(found.units)
    if form == "csv":
        print_csv(rows, SUPPLY_COLUMNS, excel=excel)
        return
    heads = (
        msgid("Unit"), msgid("Code"), _counted(found.counted, reader), msgid("Facilities"),
        msgid("Places per 1,000"), msgid("Bound"), msgid("Reach"),
    )  # fmt: skip
    print_table(
        [
            (
                row["name"], row["unit_id"], rounded(row["children"], 0),
                rounded(row["facilities"], 0), rounded(row["places_per_1000"]),
                _word(BOUND_WORDS, row["bound"], reader),
                _word(SUPPLY_WORDS, row["state"], reader),
            )
            for row in rows
        ],
        [reader.text(text) for text in heads],
        title=f"{_title(found.facility_type, project, reader)} · {found.measure.upper()}",
        numbers=(2, 3, 4),
    )  # fmt: skip
    _print_caveats(found.method, found.notes, reader)


def print_catchments(
    found: Catchments, project: Project, reader: Reader, *, form: str, excel: bool = False
) -> None:
    """Print who goes to which facility, and who has no way to any."""
    if form == "json":
        print_json(catchments_json(found, reader.translator))
        return
    rows = _records(found.facilities)
    if form == "csv":
        print_csv(rows, CATCHMENT_COLUMNS, excel=excel)
        return
    heads = (
        msgid("Facility"), msgid("Code"), msgid("Units"), msgid("within reach"),
        _counted(found.counted, reader), msgid("Places"), msgid("Load, %"),
        msgid("Without a place"),
        msgid("Farthest, m"), msgid("Farthest unit"),
    )  # fmt: skip
    names = project.units["name"]
    print_table(
        [
            (
                row["name"], row["facility_id"], row["units"], row["units_within"],
                _at_least(row, "children"), rounded(row["capacity"], 0),
                _at_least(row, "load_percent"), _at_least(row, "lacking"),
                rounded(row["farthest_m"], 0),
                None if is_missing(row["farthest_unit"]) else names[row["farthest_unit"]],
            )
            for row in rows
        ],
        [reader.text(text) for text in heads],
        title=_title(found.facility_type, project, reader),
        numbers=(2, 3, 4, 5, 6, 7, 8),
    )  # fmt: skip
    if len(found.unreached):
        say(reader.text(msgid("Units without a way to any facility:")))
        print_table(
            [
                (
                    row["name"], row["unit_id"], rounded(row["children"], 0),
                    _word(REACH_WORDS, row["state"], reader),
                )
                for row in _records(found.unreached)
            ],
            [reader.text(one) for one in (
                msgid("Unit"), msgid("Code"), _counted(found.counted, reader), msgid("Reach")
            )],
            numbers=(2,),
        )  # fmt: skip
    _print_caveats(found.method, found.notes, reader)


def _at_least(row: Mapping[str, Any], column: str) -> str:
    """Return a figure, with a sign that it may be more where some children are not stated."""
    known = rounded(row[column], 0)
    return f"≥ {known}" if row["at_least"] and not is_missing(row[column]) else known


def print_isochrones(
    found: Isochrones, project: Project, reader: Reader, *, form: str, excel: bool = False
) -> None:
    """Print what lies within each limit."""
    if form == "json":
        print_json(isochrones_json(found, reader.translator))
        return
    rows = _records(found.areas.drop(columns="geometry"))
    if form == "csv":
        print_csv(rows, ISOCHRONE_COLUMNS, excel=excel)
        return
    heads = (
        msgid("Facility"), msgid("Limit, m"), msgid("Minutes"), msgid("Units"),
        _counted(found.counted, reader), msgid("Area, km²"),
    )  # fmt: skip
    print_table(
        [
            (
                reader.text(msgid("nearest of {count}"), count=row["facilities"])
                if is_missing(row["facility_id"])
                else row["facility_id"],
                rounded(row["limit_m"], 0), rounded(row["minutes"]), row["units"],
                f"≥ {rounded(row['children'], 0)}"
                if row["children_unknown"]
                else rounded(row["children"], 0),
                rounded(row["area_km2"], 2),
            )
            for row in rows
        ],
        [reader.text(text) for text in heads],
        title=_title(found.facility_type, project, reader),
        numbers=(1, 2, 3, 4, 5),
    )  # fmt: skip
    _print_caveats(found.method, found.notes, reader)


def _counted(column: str, reader: Reader) -> str:
    """Return who is counted, such as an age band."""
    return reader.translator.label(count_label(column))


def _word(words: Mapping[str, str], code: Any, reader: Reader) -> str | None:  # noqa: ANN401 - a cell
    """Return the word for a code, None where there is none."""
    word = None if is_missing(code) else words[code]
    return reader.text(word) if word else None


def _title(facility_type: str, project: Project, reader: Reader) -> str:
    return reader.translator.label(project.catalogue.facility_type(facility_type).label)


def _print_caveats(method: str, notes: Sequence[Note], reader: Reader) -> None:
    """Print how ways were measured and every note."""
    how = reader.text(METHOD_WORDS[method])
    say(f"  {reader.text(msgid('Method'))}: {how}")
    for note in notes:
        say(f"  · {reader.translator.note(note)}")


def write_areas(
    areas: gpd.GeoDataFrame, out: Path, *, layer: str, project: Project, day: date
) -> None:
    """Write areas to a GeoJSON (in degrees) or GeoPackage (in the project's CRS), whole or not.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    import pyogrio  # noqa: PLC0415 - kept out of --help
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError  # noqa: PLC0415

    driver = FILE_KINDS[out.suffix.lower()]
    written = areas.assign(simulated=True) if project.simulated else areas
    if driver == "GeoJSON":
        written = written.to_crs(4326)
    out.parent.mkdir(parents=True, exist_ok=True)
    half = out.with_name(f".{out.stem}.part{out.suffix.lower()}")
    half.unlink(missing_ok=True)
    # A GeoPackage notes when it was written: the day of the result, so that bytes repeat.
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{day.isoformat()}T00:00:00.000Z"})
    try:
        options = {"RFC7946": "YES"} if driver == "GeoJSON" else {}
        written.to_file(half, layer=layer, driver=driver, engine="pyogrio", **options)
        half.replace(out)
    except (DataSourceError, DataLayerError, FeatureError) as exc:
        raise OSError(str(exc)) from exc
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
        half.unlink(missing_ok=True)
