"""Real tables as their publishers made them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from geo_planner.assignment import points_in_polygons
from geo_planner.errors import RefusedFileError
from layers.reading import read_layer
from tests.reading.office import catalogue, faults, notes, read_units


def test_the_units_of_the_13th_division(open_data: Path) -> None:
    path = open_data / "admin" / "xinxing_13th_division_units_2023.csv"
    read = read_units(path, kind=None, mapping={"code12": "unit_id", "unit_type": "kind"})
    # 9 communities and the virtual one; 80 companies and one unit like a company.
    assert len(read.frame) == 91
    assert read.frame["kind"].value_counts().to_dict() == {"company": 81, "community": 10}
    assert read.frame.index.str.fullmatch(r"\d{12}").all()
    assert read.frame.loc["650502501501", "name"] == "一连生活区"
    assert read.frame["parent_id"].isna().all()  # towns are in the file, but nobody mapped them
    assert notes(read)["read-as"]["word"] == "virtual"
    assert read.frame["source_row"].tolist() == list(range(2, 93))


def test_parents_that_are_mapped_must_exist(open_data: Path) -> None:
    path = open_data / "admin" / "xinxing_13th_division_units_2023.csv"
    mapping = {"code12": "unit_id", "town_code9": "parent_id"}
    with pytest.raises(RefusedFileError) as refused:
        read_units(path, kind=None, mapping=mapping)
    assert len(faults(refused.value)["unknown-parent"].params["rows"]) == 91
    towns = {
        *("650502501", "650502504", "650502505", "650521500", "650522500", "659011400"),
        *("659011500", "659011501", "659011502", "650502502", "650502503"),
    }
    read = read_units(path, kind=None, mapping=mapping, known_units=towns)
    assert set(read.frame["parent_id"]) <= towns


def test_all_units_of_the_cities_of_the_corps(open_data: Path) -> None:
    path = open_data / "admin" / "xpcc_cities_6590_all_units_2023.csv"
    read = read_units(path, kind=None, mapping={"code12": "unit_id"})
    # 302 communities, 3 virtual, 2 of the 3 'other' by their codes 001 and 400; 889 companies,
    # 23 like companies, 18 villages, 1 'other' with code 504.
    assert read.frame["kind"].value_counts().to_dict() == {"community": 307, "company": 931}
    assert notes(read)["kind-from-code"]["rows"] == (94, 766, 905)


def test_a_merged_heading_with_a_total(open_data: Path) -> None:
    path = open_data / "tables" / "china_area_summary_merged_header.xlsx"
    read = read_units(path, mapping={"级别": "unit_id", "描述": "name", "2023/数量": "households"})
    # Levels 1-5 stand in rows 3-7; row 8 is 合计.
    assert read.frame.index.tolist() == ["1", "2", "3", "4", "5"]
    assert read.frame["name"].tolist() == ["省", "市", "县", "镇", "村"]
    assert read.frame["households"].tolist() == [31.0, 339.0, 3261.0, 41350.0, 619502.0]
    assert read.frame["source_row"].tolist() == [3, 4, 5, 6, 7]
    assert notes(read)["total-rows"]["rows"] == (8,)


def test_gb18030_with_trailing_commas(open_data: Path) -> None:
    path = open_data / "tables" / "anhui_schooling_years_gb18030_trailing_commas.csv"
    mapping = {"id": "unit_id", "cityName": "name"}
    with pytest.raises(RefusedFileError) as refused:
        read_units(path, mapping=mapping)
    assert list(faults(refused.value)) == ["crs-missing"]
    read = read_units(path, mapping=mapping, crs="GCJ-02")
    assert len(read.frame) == 16
    assert read.frame["name"].iloc[0] == "合肥市"
    assert read.frame.crs.to_epsg() == 4548  # middle of Anhui, about 117 E
    assert notes(read)["unknown-headings"]["headings"] == [
        f"stu{year}" for year in range(2013, 2018)
    ]


def test_county_outlines_with_exclaves(open_data: Path) -> None:
    path = open_data / "boundaries" / "xinxing_hami_counties.geojson"
    read = read_layer(
        path, layer="units", catalogue=catalogue(), kind="regiment", mapping={"code6": "unit_id"}
    )
    city = read.frame.geometry["659011"]
    assert city.geom_type == "MultiPolygon"
    assert len(city.geoms) == 5
    assert read.frame.geometry.is_valid.all()
    assert city.area / 1e6 == pytest.approx(2431, rel=0.01)  # km², as the data's own notes say
    # A facility in each of the city's five parts, exclaves inside 伊州区 included, is the city's.
    spots = [part.representative_point() for part in city.geoms]
    x, y = np.array([[spot.x, spot.y] for spot in spots]).T
    rows = points_in_polygons(x, y, read.frame.geometry.to_numpy())
    assert read.frame.index[rows].tolist() == ["659011"] * 5
