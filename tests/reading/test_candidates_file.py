"""An office's list of candidate sites: its words, its systems, and every fault with its rows.

Candidates lie in a world of two companies: A at 93.500 E, 42.800 N and B 0.1 degrees (8.2 km) east.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import openpyxl
import pytest
from pyproj import CRS
from shapely import Point, box

from geo_planner.crs import from_wgs84
from geo_planner.errors import (
    AmbiguousColumnError,
    BadGeometryError,
    BadNumberError,
    CrsMissingError,
    DataError,
    DuplicateIdError,
    EmptyLayerError,
    MissingColumnError,
    MissingValueError,
    RefusedFileError,
    UnknownFormatError,
    UnknownUnitError,
)
from layers.candidates import read_candidates
from layers.exclusions import read_exclusions
from maps.text import translator
from tests.travel import worlds

A, B = (93.5, 42.8), (93.6, 42.8)


@pytest.fixture(scope="module")
def project():
    places = gpd.GeoSeries.from_xy([A[0], B[0]], [A[1], B[1]], crs=4326).to_crs(4540)
    return worlds.project(
        worlds.units(("A", places[0], {"name": "甲连"}), ("B", places[1], {"name": "乙连"})),
        worlds.facilities(),
    )


def write(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


def degrees(found):
    at = found.table.geometry.to_crs(4326)
    return [(round(point.x, 4), round(point.y, 4)) for point in at]


def faults_of(path, project, **more):
    with pytest.raises(RefusedFileError) as caught:
        read_candidates(path, project, **more)
    return caught.value.faults


def test_a_gbk_sheet_in_the_words_of_an_office(tmp_path, project):
    path = write(
        tmp_path / "候选点.csv",
        "序号,候选点代码,地块名称,所在单位,投资（万元）,学位数,适宜性评分,经度,纬度,备注\n"
        "1,P1,老礼堂,甲连,120,90,80%,93.501,42.8,闲置\n"
        "2,P2,北地块,,,,,93.61,42.8,\n"
        "合计,,,,120,,,,,\n",
        "gbk",
    )
    found = read_candidates(path, project, crs="WGS84")
    table = found.table
    assert table.index.tolist() == ["P1", "P2"]
    assert table["name"].tolist() == ["老礼堂", "北地块"]
    # P2 names no unit and lies in no area: B is the nearest.
    assert table["unit_id"].tolist() == ["A", "B"]
    assert table["source"].tolist() == ["file", "file"]
    assert np.array_equal(found.numbers("cost"), [120, np.nan], equal_nan=True)
    assert np.array_equal(found.numbers("capacity"), [90, np.nan], equal_nan=True)
    assert found.suitability.tolist() == [0.8, 1.0]  # not judged: 1
    assert degrees(found) == [(93.501, 42.8), (93.61, 42.8)]
    codes = {note.code for note in found.notes}
    assert codes == {"encoding", "total-rows", "candidates-nearest-unit"}


def test_headings_of_two_rows_merged_and_a_merged_number(tmp_path, project):
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["候选点代码", "位置", None, "费用"],
        [None, "经度", "纬度", None],
        ["P1", 93.5, 42.8, 100],
        ["P2", 93.6, 42.8, None],
    ):
        sheet.append(row)
    for cells in ("A1:A2", "B1:C1", "D1:D2", "D3:D4"):
        sheet.merge_cells(cells)
    book.save(tmp_path / "a.xlsx")
    found = read_candidates(tmp_path / "a.xlsx", project, crs="EPSG:4490")
    assert degrees(found) == [A, B]
    # 100 over both rows belongs to neither alone.
    assert np.isnan(found.numbers("cost")).all()
    assert "merged-number" in {note.code for note in found.notes}


def test_positions_of_gaode_are_moved_once(tmp_path, project):
    lon, lat = from_wgs84(np.array([A[0]]), np.array([A[1]]), datum="GCJ-02")
    path = write(tmp_path / "g.csv", f"id,lon,lat\nP,{lon[0]:.7f},{lat[0]:.7f}\n")
    found = read_candidates(path, project, crs="GCJ-02")
    assert degrees(found) == [A]
    # As if they were WGS 84 they would stand hundreds of metres away.
    wrong = read_candidates(path, project, crs="WGS84").table.geometry.iloc[0]
    assert wrong.distance(found.table.geometry.iloc[0]) > 100


def test_metres_and_shapes_without_a_name(tmp_path, project):
    at = project.units.geometry["A"]
    path = write(tmp_path / "m.csv", f"x,y\n{at.x},{at.y}\n{at.x + 10},{at.y}\n")
    found = read_candidates(path, project, crs="EPSG:4540")
    assert found.table.index.tolist() == ["row2", "row3"]  # called by their rows
    assert found.table.geometry.iloc[0].distance(at) < 0.001
    plots = gpd.GeoDataFrame(geometry=[box(at.x, at.y, at.x + 20, at.y + 10)], crs=4540)
    plots.to_file(tmp_path / "p.gpkg")
    found = read_candidates(tmp_path / "p.gpkg", project)
    assert found.table.geometry.iloc[0].equals(Point(at.x + 10, at.y + 5))


def test_a_candidate_without_a_position_stands_at_its_unit(tmp_path, project):
    path = write(tmp_path / "u.csv", "candidate_id,unit_id,cost\nP,B,3\nQ,甲连,4\n")
    found = read_candidates(path, project)
    assert degrees(found) == [B, A]
    assert [note.code for note in found.notes] == ["candidates-at-units"]


def test_every_faulty_row_in_one_answer(tmp_path, project):
    path = write(
        tmp_path / "bad.csv",
        "candidate_id,unit_id,cost,capacity,suitability,lon,lat\n"
        "P,A,-1,5,0.5,93.5,42.8\n"
        "P,Z,x,inf,1.2,93.5,42.8\n"
        ",A,NaN,-2,-0.1,93.5,42.8\n"
        "R,,1,2,50‰,,\n",
    )
    faults = faults_of(path, project, crs="WGS84")
    told = {(type(one), getattr(one, "column", ""), one.rows) for one in faults}
    assert told == {
        (MissingValueError, "candidate_id", (4,)),
        (DuplicateIdError, "candidate_id", (2, 3)),
        (UnknownUnitError, "unit_id", (3,)),
        (BadNumberError, "cost", (3,)),  # text, read
        (BadNumberError, "cost", (2,)),  # negative
        (BadNumberError, "capacity", (3,)),
        (BadNumberError, "capacity", (4,)),
        (BadNumberError, "suitability", (5,)),
        (BadNumberError, "suitability", (3, 4)),
        (MissingValueError, "geometry", (5,)),
    }
    said = translator("zh-CN").error(RefusedFileError(path.name, faults))
    assert "候选点" in said
    assert "适宜度" in said


@pytest.mark.parametrize(
    ("text", "more", "fault"),
    [
        ("candidate_id,lon,lat\nP,93.5,42.8\n", {}, CrsMissingError),
        ("candidate_id,cost\nP,1\n", {}, MissingColumnError),
        ("candidate_id,lon\nP,93.5\n", {"crs": "WGS84"}, MissingColumnError),
        ("candidate_id,lon,lat\nP,9350,42.8\n", {"crs": "WGS84"}, DataError),
        (
            "candidate_id,候选点代码,lon,lat\nP,Q,93.5,42.8\n",
            {"crs": "WGS84"},
            AmbiguousColumnError,
        ),
    ],
)
def test_files_that_cannot_be_placed(tmp_path, project, text, more, fault):
    path = write(tmp_path / "f.csv", text)
    assert any(isinstance(one, fault) for one in faults_of(path, project, **more))


@pytest.mark.parametrize("text", ["", "candidate_id,lon,lat\n"])
def test_empty_files(tmp_path, project, text):
    with pytest.raises(DataError):
        read_candidates(write(tmp_path / "e.csv", text), project, crs="WGS84")


def test_a_file_of_another_kind(tmp_path, project):
    with pytest.raises(UnknownFormatError):
        read_candidates(write(tmp_path / "a.pdf", "%PDF"), project)


def test_made_up_candidates_say_so(tmp_path, project):
    path = write(tmp_path / "s.csv", "id,lon,lat,模拟数据\nP,93.5,42.8,是\n")
    found = read_candidates(path, project, crs="WGS84")
    assert "candidates-made-up" in {note.code for note in found.notes}


def test_areas_where_nothing_may_be_built(tmp_path, project):
    at = project.units.geometry["A"]
    areas = gpd.GeoDataFrame(geometry=[at.buffer(50), None], crs=4540).to_crs(4326)
    areas.to_file(tmp_path / "out.geojson")
    found = read_exclusions(tmp_path / "out.geojson", target_crs=CRS.from_epsg(4540))
    assert len(found) == 1
    assert found.geometry.iloc[0].contains(at)


def test_areas_that_are_none(tmp_path):
    metric = CRS.from_epsg(4540)
    points = gpd.GeoDataFrame(geometry=[Point(93.5, 42.8), box(93, 42, 93.1, 42.1)], crs=4326)
    points.to_file(tmp_path / "p.gpkg")
    with pytest.raises(RefusedFileError) as caught:
        read_exclusions(tmp_path / "p.gpkg", target_crs=metric)
    assert [(type(one), one.rows) for one in caught.value.faults] == [(BadGeometryError, (2,))]
    with pytest.raises(RefusedFileError):
        read_exclusions(write(tmp_path / "c.csv", "name,cost\na,1\n"), target_crs=metric)
    gpd.GeoDataFrame(geometry=[None], crs=4326).to_file(tmp_path / "n.gpkg")
    with pytest.raises(EmptyLayerError):
        read_exclusions(tmp_path / "n.gpkg", target_crs=metric)
