"""The map of access to a type: what is drawn agrees with the table, and fits on the page."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, box

from geo_planner.errors import NoLimitError, NotKnownError
from geo_planner.project import Project
from geo_planner.travel import access
from geo_planner.travel.routes import routes
from maps import draw_map, render_html
from maps.overlays import routes as routes_overlay
from maps.overlays.barriers import crossings, strokes
from maps.palette import LAND, MINUTE_COLOURS, NO_WAY, REACH_STYLES
from maps.reach import Choice, Doors, Reach, class_breaks
from tests.drawing.oasis import HOSTILE
from tests.drawing.pages import layers_of, requests_of, tags_of
from tests.drawing.test_palette import VISION, lab, linear
from tests.worlds import METRES

TYPE = "kindergarten"


@pytest.fixture(scope="module")
def with_barriers(project: Project) -> Project:
    """The oasis with a canal across its western roads and a railway beside them."""
    west, south, east, north = project.streets.total_bounds
    middle = (south + north) / 2
    canal = LineString([(west - 500, middle), (east + 500, middle)])
    lake = box(west + 100, north + 500, west + 900, north + 900)
    return replace(
        project,
        barriers=gpd.GeoDataFrame(
            {"kind": ["canal", "railway", "water"], "name": ["</script>总干渠", None, "湖"]},
            geometry=[canal, LineString([(west, south - 900), (east, south - 900)]), lake],
            crs=METRES,
        ),
    )


@pytest.fixture(scope="module")
def drawn(with_barriers: Project) -> str:
    return render_html(draw_map(with_barriers, facility_type=TYPE), self_contained=False)


def layer(page: str, maker: str) -> dict:
    return next(data for name, data in layers_of(page) if name == maker)


def test_units_stand_in_the_state_of_the_table(drawn: str, with_barriers: Project) -> None:
    table = access(with_barriers, TYPE)
    shown = {
        data["key"]: {one["id"] for one in data["features"]}
        for _, data in layers_of(drawn)
        if data.get("key", "").startswith("reach-")
    }
    for state in ("within", "beyond", "no_path"):
        expected = set(table.index[table["state"] == state])
        assert shown.get(f"reach-{state}", set()) == expected
    assert len(shown) >= 2
    assert all(f'data-legend="{key}"' in drawn for key in shown)


def test_popups_show_both_methods_side_by_side(drawn: str, with_barriers: Project) -> None:
    table = access(with_barriers, TYPE)
    data = next(data for _, data in layers_of(drawn) if data.get("key") == "reach-beyond")
    one = data["features"][0]
    lines = dict(zip(data["labels"], one["values"], strict=True))
    row = table.loc[one["id"]]
    assert lines["直线距离"] == f"{np.floor(row['straight_m'] + 0.5):,.0f} 米"
    assert lines["沿路网"].startswith(f"{np.floor(row['network_m'] + 0.5):,.0f} 米 · ")
    assert lines["绕行系数"].startswith("直线距离的")
    assert row["facility_id"] in lines["最近设施"]


def test_streets_are_drawn_once_in_classes_of_minutes(drawn: str) -> None:
    assert not [1 for maker, _ in layers_of(drawn) if maker == "streets"]
    data = layer(drawn, "classes")
    colours = [one["colour"] for one in data["classes"]]
    assert len(colours) == len(set(colours)) >= 3
    assert set(colours) <= {*MINUTE_COLOURS, NO_WAY}
    # The nearest class is drawn last, above the others.
    assert colours[-1] == MINUTE_COLOURS[0]
    assert "5分钟以内 · 300 米" in drawn


def test_every_way_has_its_route_on_the_page(drawn: str, with_barriers: Project) -> None:
    data = layer(drawn, "routes")
    found, names, _ = routes(with_barriers, TYPE)
    for place, unit in enumerate(names):
        if found.facility[place] < 0:
            continue
        first = data["units"][unit]["first"]
        count = 0
        while first >= 0:
            count, first = count + 1, data["onward"][first]
        whole, piece = 0, found.first[place]
        while piece >= 0:
            whole, piece = whole + 1, found.onward[piece]
        assert count == whole
    assert data["left_out"] == []
    assert len(data["arriving"]) == len(data["facilities"])


def test_routes_over_the_budget_are_left_out_and_said_to_be(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes_overlay, "BUDGET", 700)
    page = render_html(draw_map(project, facility_type=TYPE), self_contained=False)
    data = layer(page, "routes")
    assert data["left_out"]
    assert sum(map(len, data["pieces"])) <= 700
    assert f"{len(data['left_out'])} 个单位的路线未保存" in page
    # What is kept is whole: every stretch leads on to one that is there.
    assert all(-1 <= one < len(data["pieces"]) for one in data["onward"])
    # The worst units keep theirs.
    kept = [unit for unit, one in data["units"].items() if one["first"] >= 0]
    table = access(project, TYPE)
    assert any(table.at[unit, "state"] == "beyond" for unit in kept)


def test_the_unreached_stand_beside_the_map_worst_first(drawn: str, with_barriers: Project) -> None:
    part = drawn.split('id="planner-unreached"')[1].split("</section>", maxsplit=1)[0]
    order = re.findall(r'data-unit="(\w+)"', part)
    table = access(with_barriers, TYPE)
    lacking = table[table["state"].isin(["beyond", "no_path"])]
    children = [lacking.at[unit, "children"] for unit in order]
    assert len(order) == len(lacking)
    assert children == sorted(children, reverse=True)
    # The company without a position is named with that reason.
    assert "无法判断是否可达" in part


def test_barriers_and_bridges(drawn: str, with_barriers: Project) -> None:
    keys = {data["key"]: data for maker, data in layers_of(drawn) if maker == "barriers"}
    assert set(keys) == {"barrier-canal", "barrier-railway", "barrier-water"}
    (canal,) = keys["barrier-canal"]["lines"]
    assert canal["title"].endswith("</script>总干渠")
    assert canal["strokes"][0]["dashes"]
    assert "rings" in keys["barrier-water"]["lines"][0]
    places = layer(drawn, "crossings")["places"]
    assert len(places) == len(crossings(with_barriers.streets, with_barriers.barriers)) > 0
    assert len({strokes(kind) for kind in ("canal", "railway", "expressway", "fence")}) == 4


def test_only_bridges_lead_across_where_streets_say_which_are() -> None:
    # Two roads from south to north over a canal along y = 0; only the second is a bridge.
    roads = gpd.GeoDataFrame(
        {"bridge": [False, True], "name": ["路", "桥"]},
        geometry=[LineString([(0, -10), (0, 10)]), LineString([(50, -10), (50, 10)])],
        crs=METRES,
    )
    canal = gpd.GeoDataFrame(
        {"kind": ["canal"]}, geometry=[LineString([(-100, 0), (100, 0)])], crs=METRES
    )
    found = crossings(roads, canal)
    assert found["name"].tolist() == ["桥"]
    assert found.geometry.iloc[0].coords[:] == [(50, 0)]
    assert len(crossings(roads.drop(columns="bridge"), canal)) == 2
    assert crossings(None, canal).empty


def test_isochrones_hold_the_units_the_table_calls_within(project: Project) -> None:
    # On streets of twice the mode's own speed 20 minutes are twice the metres.
    fast = replace(project, streets=project.streets.assign(kmh=60.0))
    reach = Reach.of(fast, TYPE, "drive", None)
    assert len(reach.limits) == 1
    assert reach.isochrones.areas["units"].tolist() == [(reach.table["state"] == "within").sum()]


def test_isochrones_and_catchments_are_hidden_at_first(drawn: str) -> None:
    layers = {data["key"]: data for _, data in layers_of(drawn) if "key" in data}
    assert {"isochrone-0", "isochrone-1", "catchments"} <= set(layers)
    assert layers["isochrone-0"]["areas"][0]["rings"]
    assert layers["catchments"]["areas"]
    assert layers["catchments"]["links"]["lines"]
    assert "1,500 米（25分钟）以内" in drawn


def test_a_served_page_asks_its_server_for_areas_and_reasons(project: Project) -> None:
    choice = Choice("facility_type", "可达性", (("", "全部"), (TYPE, "<b>幼儿园")), TYPE)
    doors = Doors(
        explain="/api/why?unit={unit}&type=x",
        isochrones="/api/isochrones?type=x",
        catchments="/api/catchments?type=x",
        choices=(choice,),
        kept={"lang": "zh-CN"},
    )
    page = render_html(draw_map(project, facility_type=TYPE, doors=doors), self_contained=False)
    assert layer(page, "routes")["explain"] == "/api/why?unit={unit}&type=x"
    assert layer(page, "routes")["why"] == {}
    inner = layer(page, "areas")
    assert inner["areas"] == []
    assert inner["source"].startswith("/api/isochrones?type=x&minutes=")
    assert "&lt;b&gt;幼儿园" in page
    assert 'name="lang" value="zh-CN"' in page


def test_a_file_explains_the_worst_itself(project: Project) -> None:
    data = layer(
        render_html(draw_map(project, facility_type="primary_school"), self_contained=False),
        "routes",
    )
    assert data["explain"] == ""
    assert data["why"]
    assert any(one["causes"] for one in data["why"].values())
    assert not set(data["why"]) & set(data["short"])


def test_units_without_any_way_are_explained_first(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    reach = Reach.of(project, "primary_school", None, None)
    ranked = reach.unreached.copy()
    first, last = ranked.index[[0, -1]]
    ranked.loc[last, "state"] = "no_path"
    monkeypatch.setitem(vars(reach), "unreached", ranked)
    monkeypatch.setattr("maps.reach.EXPLAINED", 2)
    assert list(reach.explained) == [last, first]


def test_hostile_names_stay_text(drawn: str) -> None:
    assert "<script>alert" not in drawn
    assert drawn.count("</script>") == tags_of(drawn).count("script")
    titles = [one["title"] for _, data in layers_of(drawn) for one in data.get("features", ())]
    assert HOSTILE in titles


def test_equal_bytes_twice_and_small(with_barriers: Project, drawn: str) -> None:
    again = render_html(draw_map(with_barriers, facility_type=TYPE), self_contained=False)
    assert again == drawn
    assert len(drawn.encode()) < 1_000_000
    whole = render_html(draw_map(with_barriers, facility_type=TYPE))
    assert requests_of(whole) == []


def test_english_is_complete(with_barriers: Project) -> None:
    page = render_html(
        draw_map(with_barriers, facility_type=TYPE, language="en"), self_contained=False
    )
    for words in (
        "Not within reach, worst first", "Minutes to the nearest facility", "Barriers",
        "Who goes where", "up to 5 min · 300 m", "Show the whole route",
    ):  # fmt: skip
        assert words in page
    assert "不可达" not in page


def test_without_streets_it_says_estimate(project: Project) -> None:
    page = render_html(
        draw_map(replace(project, streets=None), facility_type=TYPE), self_contained=False
    )
    assert "按直线距离估算" in page
    assert not [1 for maker, _ in layers_of(page) if maker == "classes"]
    assert layer(page, "routes")["pieces"] == []
    assert "直线距离乘1.3" in page


def test_a_type_without_a_limit_is_drawn_plainly_and_says_so(project: Project) -> None:
    page = render_html(draw_map(project, facility_type="water_supply"), self_contained=False)
    assert "目录没有为该类设施设定限距" in page
    with pytest.raises(NoLimitError):
        draw_map(project, facility_type="water_supply", mode="walk")
    with pytest.raises(NotKnownError):
        draw_map(project, facility_type=TYPE, mode="fly")


def test_beside_an_indicator_the_type_only_chooses_facilities(project: Project) -> None:
    page = render_html(
        draw_map(project, indicator="parent_school_regiment", facility_type=TYPE),
        self_contained=False,
    )
    assert not [1 for maker, _ in layers_of(page) if maker in ("classes", "routes")]


@given(
    st.lists(st.floats(50, 50_000), min_size=1, max_size=3, unique=True).map(sorted),
)
def test_limits_are_always_breaks(limits: list[float]) -> None:
    found = class_breaks(limits)
    assert list(found) == sorted(found)
    assert {limits[0], limits[-1]} <= set(found)
    assert len(found) <= len(MINUTE_COLOURS) - 1


def difference(one: str, other: str, vision: str) -> float:
    seen = [lab(VISION[vision] @ linear(colour)) for colour in (one, other)]
    return float(np.linalg.norm(seen[0] - seen[1]))


@pytest.mark.parametrize("vision", VISION)
def test_neighbouring_classes_differ_for_everybody(vision: str) -> None:
    for near, far in pairwise(MINUTE_COLOURS):
        assert difference(near, far, vision) > 9, (near, far)
    for colour in MINUTE_COLOURS:
        assert difference(colour, LAND, vision) > 25, colour
    shapes = [style.shape for style in REACH_STYLES.values()]
    assert len(set(shapes)) == len(shapes)
