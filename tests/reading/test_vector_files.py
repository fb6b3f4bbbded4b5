"""Vector files: formats, encodings of shapefiles, shapes that are not usable as they are."""

from __future__ import annotations

import json
import shutil
import warnings
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from pyproj import CRS
from shapely.geometry import (
    GeometryCollection,
    LineString,
    MultiPoint,
    MultiPolygon,
    Point,
    Polygon,
    box,
)

from geo_planner.errors import (
    BadEncodingError,
    NotKnownError,
    RefusedFileError,
    UnreadableFileError,
)
from layers.reading import read_layer
from tests.reading.office import catalogue, faults, notes, read_units

UNITS = gpd.GeoDataFrame(
    {"unit_id": ["u1", "u2"], "name": ["一连", "红星二场"], "children_3_5": [3.0, None]},
    geometry=[Point(93.5, 43.0), Point(93.6, 43.0)],
    crs=4490,
)
SQUARE = box(93.0, 42.0, 93.1, 42.1)


def save(frame: gpd.GeoDataFrame, path: Path, **said: Any) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if path.suffix == ".parquet":
            frame.to_parquet(path)
        else:
            frame.to_file(path, **said)
    return path


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.fgb", "a.parquet", "a.shp", "a.kml"])
def test_every_format_gives_the_same_layer(tmp_path: Path, name: str) -> None:
    frame = UNITS.rename(columns={"children_3_5": "3-5岁"})
    if name == "a.kml":
        frame = frame.to_crs(4326)
    said = {"driver": "KML"} if name == "a.kml" else {}
    read = read_units(save(frame, tmp_path / name, **said), target_crs=CRS.from_epsg(4540))
    assert read.frame["source_row"].tolist() == [2, 3]
    layer = read.frame.sort_index()  # FlatGeobuf stores features in the order of its spatial index
    assert layer.index.tolist() == ["u1", "u2"]
    assert layer["name"].tolist() == ["一连", "红星二场"]
    assert layer["children_3_5"].fillna(-1).tolist() == [3.0, -1.0]
    first = layer.geometry.iloc[0]
    assert (first.x, first.y) == pytest.approx((540_770.521, 4_762_841.210), abs=0.002)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
@pytest.mark.parametrize("said", [True, False])
def test_shapefiles_with_and_without_a_cpg(tmp_path: Path, encoding: str, said: bool) -> None:
    frame = UNITS.rename(
        columns={"unit_id": "单位代码", "name": "单位名称", "children_3_5": "3-5岁"}
    )
    path = save(frame, tmp_path / "a.shp", encoding=encoding)
    if not said:
        (tmp_path / "a.cpg").unlink()
    # Ten bytes of UTF-8 hold three Chinese letters: 单位代码 is cut to 单位代, 单位名称 to 单位名.
    read = read_units(path, mapping={"单位名": "name"} if encoding == "utf-8" else {})
    assert read.frame["name"].tolist() == ["一连", "红星二场"]
    assert read.frame["children_3_5"].iloc[0] == 3.0
    assert ("encoding-guessed" in notes(read)) == (not said)


def test_a_cpg_that_lies_is_not_believed(tmp_path: Path) -> None:
    path = save(UNITS, tmp_path / "a.shp", encoding="gb18030")
    (tmp_path / "a.cpg").write_text("UTF-8")
    assert read_units(path).frame["name"].tolist() == ["一连", "红星二场"]


def test_a_dbf_in_neither_encoding_is_refused(tmp_path: Path) -> None:
    path = save(UNITS.assign(name=["Genève", "Zürich"]), tmp_path / "a.shp", encoding="ISO-8859-1")
    (tmp_path / "a.cpg").unlink()
    with pytest.raises(BadEncodingError):
        read_units(path)


def test_headings_cut_to_ten_bytes(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(
        {
            "facility_id": ["f"],
            "name": ["x"],
            "facility_type": ["child_home"],
            "serves_units": ["u"],
        },
        geometry=[Point(93.5, 43.0)],
        crs=4490,
    )
    read = read_layer(save(frame, tmp_path / "f.shp"), layer="facilities", catalogue=catalogue())
    assert read.frame.loc["f", ["facility_type", "serves_units"]].tolist() == ["child_home", "u"]


def test_missing_parts_of_a_shapefile_are_named(tmp_path: Path) -> None:
    path = save(UNITS, tmp_path / "a.shp")
    (tmp_path / "a.dbf").unlink()
    with pytest.raises(UnreadableFileError, match=r"a\.dbf is missing"):
        read_units(path)


def test_a_shapefile_without_prj_states_nothing(tmp_path: Path) -> None:
    path = save(UNITS, tmp_path / "a.shp")
    (tmp_path / "a.prj").unlink()
    with pytest.raises(RefusedFileError) as refused:
        read_units(path)
    assert "crs-missing" in faults(refused.value)
    assert read_units(path, crs="EPSG:4490").facts["positions"] == 2


def test_a_zipped_shapefile_with_chinese_names(tmp_path: Path) -> None:
    save(UNITS, tmp_path / "单位.shp")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for part in sorted(tmp_path.glob("单位.*")):
            archive.write(part, f"图层/{part.name}")
    read = read_units(tmp_path / "a.zip")
    assert read.frame["source_file"].tolist() == ["a.zip"] * 2


def test_geojson_is_wgs84_by_its_standard_and_says_so(tmp_path: Path) -> None:
    path = save(UNITS.to_crs(4326), tmp_path / "a.geojson")
    document = json.loads(path.read_text())
    document.pop("crs", None)
    path.write_text(json.dumps(document))
    assert "crs-by-standard" in notes(read_units(path))
    assert "datum-converted" in notes(read_units(path, crs="GCJ-02"))
    document["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
    path.write_text(json.dumps(document))
    read = read_units(path)
    assert "crs-by-standard" not in notes(read)
    assert read.facts["stated_crs"] == ("EPSG:4490",)


def test_what_the_user_states_goes_before_the_file_but_not_silently(tmp_path: Path) -> None:
    path = save(UNITS.to_crs(4540), tmp_path / "a.gpkg")
    found = notes(read_units(path, crs="EPSG:4505"))
    assert found["crs-overridden"] == {"stated": "EPSG:4540", "told": "EPSG:4505"}
    assert "crs-overridden" not in notes(read_units(path, crs="EPSG:4540"))
    with pytest.raises(RefusedFileError) as refused:
        read_units(path, crs="GCJ-02")  # its degrees are shifted, metres never are
    assert "datum-unknown" in faults(refused.value)


def test_a_file_in_xian_1980_is_refused(tmp_path: Path) -> None:
    path = save(UNITS.set_crs(4610, allow_override=True), tmp_path / "a.gpkg")
    with pytest.raises(RefusedFileError) as refused:
        read_units(path)
    assert "datum-unknown" in faults(refused.value)


def test_several_layers_in_one_file(tmp_path: Path) -> None:
    path = save(UNITS, tmp_path / "a.gpkg", layer="连队")
    save(UNITS.assign(unit_id=["c1", "c2"]), path, layer="社区")
    assert read_units(path, sheet="社区").frame.index.tolist() == ["c1", "c2"]
    read = read_units(path)
    assert read.frame["source_sheet"].tolist() == ["连队"] * 2
    assert notes(read)["other-sheets"]["others"] == ["社区"]
    with pytest.raises(NotKnownError, match="社区"):
        read_units(path, sheet="团场")


def shapes(*made: Any) -> gpd.GeoDataFrame:
    ids = [f"u{number}" for number in range(len(made))]
    return gpd.GeoDataFrame({"unit_id": ids, "name": ids}, geometry=list(made), crs=4326)


def test_shapes_that_can_be_helped(tmp_path: Path) -> None:
    bow = Polygon([(93, 42), (93.1, 42.1), (93.1, 42), (93, 42.1)])
    frame = shapes(
        Point(93, 42, 700), MultiPoint([(93, 42)]), bow, MultiPolygon([SQUARE]), None, Point()
    )
    read = read_units(save(frame, tmp_path / "a.gpkg"))
    kinds = [None if one is None else one.geom_type for one in read.frame.geometry]
    assert kinds == ["Point", "Point", "MultiPolygon", "MultiPolygon", None, None]
    assert not shapely.has_z(read.frame.geometry.iloc[0])
    assert read.frame.geometry.iloc[:4].is_valid.all()
    # The bow tie is two triangles: half the square it is drawn in.
    ratio = read.frame.geometry.iloc[2].area / read.frame.geometry.iloc[3].area
    assert ratio == pytest.approx(0.5, rel=1e-3)
    found = notes(read)
    assert found["height-dropped"]["rows"] == (2,)
    assert found["area-repaired"]["rows"] == (4,)
    assert found["no-position"]["rows"] == (6, 7)


def test_shapes_that_cannot(tmp_path: Path) -> None:
    frame = shapes(
        Point(93, 42),
        LineString([(93, 42), (94, 43)]),
        GeometryCollection([Point(93, 42), SQUARE]),
        MultiPoint([(93, 42), (94, 43)]),
        Polygon([(93, 42), (94, 43), (93, 42)]),
    )
    with pytest.raises(RefusedFileError) as refused:
        read_units(save(frame, tmp_path / "a.gpkg"))
    told = {(fault.code, fault.params["rows"]) for fault in refused.value.faults}
    assert told == {("bad-geometry", (row,)) for row in (3, 4, 5, 6)}


def test_an_outline_of_a_facility_becomes_a_point_inside_it(tmp_path: Path) -> None:
    ring = Polygon(SQUARE.exterior.coords, [box(93.01, 42.01, 93.09, 42.09).exterior.coords])
    frame = gpd.GeoDataFrame(
        {"facility_id": ["f"], "name": ["x"], "facility_type": ["child_home"]},
        geometry=[ring],
        crs=4326,
    )
    read = read_layer(save(frame, tmp_path / "f.gpkg"), layer="facilities", catalogue=catalogue())
    point = read.frame.geometry.to_crs(4326).iloc[0]
    assert point.within(ring)


def test_polygons_of_map_services_are_converted_too(tmp_path: Path) -> None:
    path = save(shapes(SQUARE), tmp_path / "a.gpkg")
    plain, moved = read_units(path), read_units(path, crs="GCJ-02")
    shift = plain.frame.geometry.iloc[0].centroid.distance(moved.frame.geometry.iloc[0].centroid)
    assert 100 < shift < 700


def test_a_copy_of_a_copy_is_the_same(tmp_path: Path) -> None:
    path = save(UNITS, tmp_path / "a.gpkg")
    shutil.copy(path, tmp_path / "b.gpkg")
    one, two = read_units(path).frame, read_units(tmp_path / "b.gpkg").frame
    assert one.drop(columns="source_file").equals(two.drop(columns="source_file"))


def test_parquet_columns_no_office_has(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "tags": [["a"], ["b", "c"]],
            "raw": [b"x", b"y"],
            "unit_id": [650502501501, 650502501502],
            "name": ["一连", "二连"],
            "households": [Decimal("12.0"), None],
        }
    )
    frame.to_parquet(tmp_path / "a.parquet")
    read = read_units(tmp_path / "a.parquet")
    assert read.frame.index.tolist() == ["650502501501", "650502501502"]
    assert read.frame["households"].fillna(-1).tolist() == [12.0, -1.0]
    assert notes(read)["unknown-headings"]["headings"] == ["tags", "raw"]
