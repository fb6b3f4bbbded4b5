"""Draw a project: units, facilities and streets, coloured by an indicator where one is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from folium import TileLayer

from geo_planner.coverage import Coverage, measure, measure_all
from geo_planner.errors import NoLimitError
from geo_planner.monitoring.year_errors import YearsOfOneError
from geo_planner.monitoring.year_figures import change_between, figures_of_years
from geo_planner.networks import network as network_report
from geo_planner.project import Project
from geo_planner.siting.proposal import Proposal
from maps.basemaps import Basemap
from maps.canvas import Bounds, PlannerMap
from maps.overlays import OVERLAYS
from maps.overlays.unreached import methods_text
from maps.reach import Doors, Reach
from maps.scene import Scene
from maps.text import Translator, translator
from maps.text.siting import problem_text
from maps.text.verdicts import method

CREDIT = "©"
"""How a note begins that names whose data it is; such notes stand on the map itself."""

LISTED_PRIORITY = ("A",)
"""Priorities of the indicators listed beside a map that shows none of them."""


def draw_map(  # noqa: PLR0913 - a map has as many conditions
    project: Project,
    *,
    indicator: str | None = None,
    as_of: date | None = None,
    years: Sequence[int] | None = None,
    compare: Sequence[int] | None = None,
    facility_type: str | None = None,
    mode: str | None = None,
    proposal: Proposal | None = None,
    network: str | None = None,
    language: str = "zh-CN",
    basemap: Basemap | None = None,
    basemap_key: str | None = None,
    doors: Doors | None = None,
) -> PlannerMap:
    """Return the project as a map.

    Parameters
    ----------
    project
        What to draw.
    indicator
        Id of the indicator that colours the units; without one, and without a facility type, every
        unit and facility is drawn and the verdicts of the first priority stand beside the map.
    as_of
        Reference date; the project's own where none is given.
    years
        Draw the indicator in each of these years, one of which a slider chooses. A year without a
        figure of its own is drawn as unknown.
    compare
        Draw the indicator in these two years on two maps side by side, with what has changed.
    facility_type
        Draw facilities of this type only and, without an indicator, the access to them: streets by
        minutes, units by state, isochrones, catchments, and each unit's route.
    mode
        How people travel there; default the type's usual mode. Where none is given and the
        catalogue sets no limit for the usual one, the facilities are drawn and the map says so.
    proposal
        Draw this answer to where facilities of a type are to be built: proposed sites in build
        order, and units covered today, newly, and still not. Other questions are left out.
    network
        Id of a network in levels: draw who holds which level and what each unit hangs on. The
        questions of an indicator and of access are left out.
    language
        Language of the page.
    basemap, basemap_key
        Tiles to draw on (see :mod:`maps.basemaps`), and the key to ask for them with. Without tiles
        the page asks nothing of the network.
    doors
        What the page may ask of the server that shows it.

    Raises
    ------
    NotKnownError
        If the catalogue has no such indicator, facility type or network, or the tiles need a key.
    DatumUnknownError
        If the tiles are in a shifted datum.
    NoDateError
        If an indicator or network is asked for and there is no date to measure it on.
    NoLimitError
        If a mode is given for which the catalogue sets no limit.
    YearsOfOneError
        If years are asked for without an indicator, or both ways at once.
    DataError
        If the years cannot be asked for: :mod:`geo_planner.monitoring.years` says which can.
    """
    if facility_type is not None:
        project.catalogue.facility_type(facility_type)
    scene = Scene(project, translator(language), facility_type=facility_type, doors=doors)
    tiles = basemap.layers(scene.say, key=basemap_key) if basemap else ()
    if proposal is not None:
        asked = proposal.question.asked
        scene = replace(
            scene,
            proposal=proposal,
            facility_type=asked.kind.id,
            as_of=as_of or project.reference_date,
        )
    elif network is not None:
        report = network_report(project, network, as_of)
        scene = replace(scene, network=report, facility_type=None, as_of=report.as_of)
    elif years is not None or compare is not None:
        scene = _of_years(scene, indicator, as_of, years, compare)
    elif indicator is not None:
        coverage = measure(project, indicator, as_of)
        scene = replace(scene, coverage=coverage, as_of=coverage.as_of)
    elif facility_type is not None:
        scene = replace(
            scene,
            reach=_reach(project, facility_type, mode, as_of),
            as_of=as_of or project.reference_date,
        )
    else:
        day = as_of or project.reference_date
        verdicts = measure_all(project, day, priority=LISTED_PRIORITY) if day else []
        scene = replace(scene, verdicts=tuple(verdicts), as_of=day)
    return draw_scene(scene, tiles=tiles, basemap=basemap)


def _of_years(
    scene: Scene,
    indicator: str | None,
    as_of: date | None,
    years: Sequence[int] | None,
    compare: Sequence[int] | None,
) -> Scene:
    """Return the scene of an indicator in several years, or in two of them."""
    if indicator is None or (years is not None and compare is not None):
        raise YearsOfOneError
    project = scene.project if as_of is None else scene.project.as_of(as_of)
    if compare is not None:
        change = change_between(project, indicator, compare)
        last = change.later
        return replace(scene, change=change, coverage=last.coverage, as_of=last.day)
    figures = figures_of_years(project, indicator, years or ())
    last = figures[-1]
    return replace(scene, years=figures, coverage=last.coverage, as_of=last.day)


def _reach(
    project: Project, facility_type: str, mode: str | None, as_of: date | None
) -> Reach | None:
    """Return the ways to a type, None where nobody asked for a mode and no limit is set."""
    try:
        return Reach.of(project, facility_type, mode, as_of)
    except NoLimitError:
        if mode is not None:
            raise
        return None


def draw_scene(
    scene: Scene, *, tiles: Sequence[TileLayer] = (), basemap: Basemap | None = None
) -> PlannerMap:
    """Return the map of a scene on its tiles, every overlay drawn."""
    say, coverage = scene.say, scene.coverage
    made = PlannerMap(
        language=say.language,
        title=scene.project.name,
        subtitle=_subtitle(scene),
        bounds=_bounds(scene),
        simulated=scene.project.simulated,
        attribution=" · ".join(_attribution(scene)),
        prefer_canvas=len(scene.unit_points) > 5000,
    )
    for layer in tiles:
        made.add_child(layer)
    for overlay in OVERLAYS:
        made.draw(overlay(scene))
    ground = say.label(basemap.label) if basemap and tiles else say("none; no network is needed")
    made.page.facts.extend([*_facts(scene, coverage), (say("Base map"), ground)])
    if scene.facility_type and not (scene.coverage or scene.reach or scene.proposal):
        made.page.notes.append(
            say("The catalogue sets no limit for this type, so that no access is shown.")
        )
    made.page.notes.extend(note for note in scene.project.notes if not note.startswith(CREDIT))
    made.add_layer_control()
    return made


def _subtitle(scene: Scene) -> str:
    say = scene.say
    if scene.network is not None:
        return say.label(scene.network.network.label)
    if scene.proposal is not None:
        label = say.label(scene.proposal.question.kind.label)
        return f"{label} · {problem_text(scene.proposal.problem, say)}"
    if scene.coverage is not None:
        label = say.label(scene.coverage.indicator.label)
        drawn = scene.year_figures
        return f"{label} · {drawn[0].year}–{drawn[-1].year}" if drawn else label
    if scene.reach is not None:
        return f"{say.label(scene.reach.kind.label)} · {say.label(scene.reach.mode.label)}"
    return say("Units and facilities")


def _bounds(scene: Scene) -> Bounds | None:
    """Return the corners of everything that has a position, areas whole."""
    places = [*scene.unit_points.values(), *scene.facility_points.values()]
    if not places:
        return None
    west, south, east, north = scene.unit_shapes.total_bounds
    lats = [lat for lat, _ in places] + [y for y in (south, north) if y == y]  # noqa: PLR0124 - NaN
    lons = [lon for _, lon in places] + [x for x in (west, east) if x == x]  # noqa: PLR0124 - NaN
    return (
        (round(min(lats), 5), round(min(lons), 5)),
        (round(max(lats), 5), round(max(lons), 5)),
    )


def _attribution(scene: Scene) -> list[str]:
    say = scene.say
    number = scene.project.approval_number
    approval = (
        say("Map approval no. {number}", number=number)
        if number
        else say("No map approval number: for internal use only")
    )
    dated = say("Figures for {date}", date=scene.as_of.isoformat()) if scene.as_of else ""
    owners = [note for note in scene.project.notes if note.startswith(CREDIT)]
    return [part for part in (*owners, approval, dated) if part]


def _facts(scene: Scene, coverage: Coverage | None) -> list[tuple[str, str]]:
    say: Translator = scene.say
    project = scene.project
    return [
        (say("Figures for"), scene.as_of.isoformat() if scene.as_of else ""),
        (say("Data of"), (coverage.data_date or "") if coverage else ""),
        (
            say("Method"),
            method(coverage.method, coverage, say)
            if coverage
            else methods_text(scene, scene.reach)
            if scene.reach
            else "",
        ),
        (say("Plan"), say.label(project.catalogue.title)),
        (say("Map approval number"), project.approval_number or say("none recorded")),
        (say("Positions"), say("computed in {crs}, shown in WGS 84", crs=project.crs.name)),
    ]
