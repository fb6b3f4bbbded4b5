"""Commands about travel beyond the nearest: opportunities, catchments, isochrones."""

from __future__ import annotations

from math import isfinite
from pathlib import Path
from typing import Annotated, Literal

import typer

from api.commands.answers import opened
from api.commands.options import AsOf, Excel, Folder, Format, Lang, Mode
from api.reader import Reader, day_of
from geo_planner.notes import msgid

FacilityType = Annotated[
    str,
    typer.Option("--facility-type", help=msgid("Facility type to reach, an id of the catalogue.")),
]

MOST_LIMITS = 24
"""Limits of one question: each takes an area, or a row a unit, of its own."""


def read_out(text: str) -> Path:
    """Return a file to write whose ending says a known format, or refuse it as wrong usage."""
    path = Path(text)
    if path.suffix.lower() not in {".geojson", ".gpkg"} or path.is_dir():
        raise typer.BadParameter(f"'{text}': .geojson, .gpkg")
    return path


def numbers_of(ctx: typer.Context, option: str, text: str | None, like: str) -> list[float]:
    """Return numbers with commas between, or refuse them as wrong usage."""
    try:
        found = [] if text is None else [float(one) for one in text.split(",")]
    except ValueError:
        found = [float("nan")]
    if not all(isfinite(one) for one in found):
        raise typer.BadParameter(f"'{text}': {like}", ctx=ctx, param_hint=f"'{option}'")
    return found


Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FILE",
        parser=read_out,
        help=msgid("File for the areas: .geojson (in degrees) or .gpkg."),
        show_default=False,
    ),
]


def opportunities(
    ctx: typer.Context,
    project: Folder,
    facility_type: FacilityType,
    mode: Mode = "walk",
    limit: Annotated[
        list[float] | None,
        typer.Option(
            "--limit",
            metavar="METRES",
            min=0,
            help=msgid("How far counts as within reach, several times if wanted; else own limits."),
            show_default=False,
        ),
    ] = None,
    method: Annotated[
        Literal["cumulative", "2sfca", "e2sfca", "3sfca"],
        typer.Option(
            "--method",
            help=msgid("Count what is within reach, or share places out (floating catchments)."),
        ),
    ] = "cumulative",
    as_of: AsOf = None,
    form: Format = "table",
    excel: Excel = False,
    lang: Lang = None,  # noqa: ARG001 - read from all words at once
) -> None:
    """Facilities and places within reach of every unit."""
    from api.printing import progress  # noqa: PLC0415 - kept out of --help
    from api.travelled import print_opportunities, print_supply  # noqa: PLC0415
    from geo_planner.travel.floating import supply_ratio  # noqa: PLC0415
    from geo_planner.travel.opportunities import opportunities as find  # noqa: PLC0415

    reader: Reader = ctx.obj
    limits = limit or []
    if len(limits) > MOST_LIMITS:
        raise typer.BadParameter(f"{len(limits)} > {MOST_LIMITS}", ctx=ctx, param_hint="'--limit'")
    if method != "cumulative" and len(limits) > 1:
        raise typer.BadParameter(
            f"--method {method}: --limit {limits[0]:g}", ctx=ctx, param_hint="'--limit'"
        )
    asked = opened(project, reader)
    day = day_of(asked, as_of)
    if method == "cumulative":
        with progress(reader.text("Walking the streets")):
            found = find(asked, facility_type, mode=mode, limits=limits, as_of=day)
        print_opportunities(found, asked, reader, form=form, excel=excel)
        return
    with progress(reader.text("Walking the streets")):
        shared = supply_ratio(
            asked,
            facility_type,
            method=method,
            mode=mode,
            limit=limits[0] if limits else None,
            as_of=day,
        )
    print_supply(shared, asked, reader, form=form, excel=excel)


def catchments(
    ctx: typer.Context,
    project: Folder,
    facility_type: FacilityType,
    mode: Mode = "walk",
    limit: Annotated[
        float | None,
        typer.Option(
            "--limit",
            metavar="METRES",
            min=0,
            help=msgid("How far counts as within reach; else the type's own limit."),
            show_default=False,
        ),
    ] = None,
    out: Out = None,
    as_of: AsOf = None,
    form: Format = "table",
    excel: Excel = False,
    lang: Lang = None,  # noqa: ARG001 - read from all words at once
) -> None:
    """Who is nearest to which facility, how full it would be, and who is left out."""
    from api.printing import progress, warn  # noqa: PLC0415 - kept out of --help
    from api.travelled import print_catchments, write_areas  # noqa: PLC0415
    from geo_planner.travel.catchments import catchment_areas  # noqa: PLC0415
    from geo_planner.travel.catchments import catchments as find  # noqa: PLC0415

    reader: Reader = ctx.obj
    asked = opened(project, reader)
    day = day_of(asked, as_of)
    with progress(reader.text("Walking the streets")):
        found = find(asked, facility_type, mode=mode, limit=limit, as_of=day)
        if out is not None:
            areas = catchment_areas(asked, facility_type, mode=mode, as_of=day)
            write_areas(areas.reset_index(), out, layer="catchments", project=asked, day=day)
    print_catchments(found, asked, reader, form=form, excel=excel)
    if out is not None:
        warn(reader.text("Wrote {file}.", file=out))


def isochrones(  # noqa: PLR0913 - each argument is an option of the command line
    ctx: typer.Context,
    project: Folder,
    facility_type: FacilityType,
    minutes: Annotated[
        str,
        typer.Option("--minutes", help=msgid("Limits in minutes of the mode, commas between.")),
    ] = "5,10,15",
    mode: Mode = "walk",
    *,
    facility: Annotated[
        list[str] | None,
        typer.Option(
            "--facility",
            metavar="ID",
            help=msgid("Start from this facility alone, several times if wanted; else from all."),
            show_default=False,
        ),
    ] = None,
    point: Annotated[
        str | None,
        typer.Option(
            "--point",
            metavar="LON,LAT",
            help=msgid("Start from this place (WGS 84) as if a facility stood there."),
            show_default=False,
        ),
    ] = None,
    each: Annotated[
        bool, typer.Option("--each", help=msgid("Every facility with areas of its own."))
    ] = False,
    out: Out = None,
    as_of: AsOf = None,
    form: Format = "table",
    excel: Excel = False,
    lang: Lang = None,  # noqa: ARG001 - read from all words at once
) -> None:
    """The land within each limit of a facility, and who lives there."""
    from api.printing import progress, warn  # noqa: PLC0415 - kept out of --help
    from api.travelled import print_isochrones, write_areas  # noqa: PLC0415
    from geo_planner.travel.isochrones import isochrones as find  # noqa: PLC0415

    reader: Reader = ctx.obj
    limits = numbers_of(ctx, "--minutes", minutes, "5,10,15")
    if not 0 < len(limits) <= MOST_LIMITS or min(limits) <= 0:
        raise typer.BadParameter(f"'{minutes}': 5,10,15", ctx=ctx, param_hint="'--minutes'")
    place = numbers_of(ctx, "--point", point, "93.51,42.83")
    if place and not (len(place) == 2 and abs(place[0]) <= 180 and abs(place[1]) <= 90):
        raise typer.BadParameter(f"'{point}': 93.51,42.83", ctx=ctx, param_hint="'--point'")
    asked = opened(project, reader)
    day = day_of(asked, as_of)
    with progress(reader.text("Walking the streets")):
        found = find(
            asked,
            facility_type,
            minutes=limits,
            mode=mode,
            facilities=facility or (),
            point=(place[0], place[1]) if place else None,
            each=each,
            as_of=day,
        )
        if out is not None:
            named = found.areas.assign(
                facility_type=found.facility_type, mode=found.mode, method=found.method
            )
            write_areas(named, out, layer="isochrones", project=asked, day=day)
    print_isochrones(found, asked, reader, form=form, excel=excel)
    if out is not None:
        warn(reader.text("Wrote {file}.", file=out))
