"""The committed files: small, repeatable, marked as made up, and as awkward as real ones."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from xml.etree.ElementTree import canonicalize

import openpyxl
import pyogrio
import pytest

from layers.demo import lessons
from layers.demo.generate import FILES, write_files
from layers.demo.office import Sheet, write_workbook
from layers.demo.people import BANDS
from layers.demo.places import DIVISION_ID


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo-files")
    write_files(folder)
    return folder


def table(name: str, encoding: str) -> list[dict[str, str]]:
    text = (FILES / name).read_bytes().decode(encoding)
    return list(csv.DictReader(io.StringIO(text)))


def parts_of(workbook: Path) -> dict[str, str]:
    """Parts of a workbook in canonical XML: another zlib packs, another parser closes tags."""
    with zipfile.ZipFile(workbook) as book:
        return {name: canonicalize(book.read(name).decode()) for name in book.namelist()}


def test_the_same_seed_writes_the_same_bytes(made: Path, tmp_path: Path) -> None:
    write_files(tmp_path)
    names = sorted(path.name for path in made.iterdir())
    assert names == sorted(path.name for path in tmp_path.iterdir())
    assert len(names) == 13
    for name in names:
        assert (made / name).read_bytes() == (tmp_path / name).read_bytes(), name


def test_the_committed_files_are_what_the_generator_writes(made: Path) -> None:
    for path in sorted(made.iterdir()):
        committed = FILES / path.name
        if path.suffix == ".xlsx":
            assert parts_of(path) == parts_of(committed)
        elif path.suffix == ".shp":
            new_shapes = pyogrio.read_dataframe(path, encoding="GBK")
            old_shapes = pyogrio.read_dataframe(committed, encoding="GBK")
            assert new_shapes.drop(columns="geometry").equals(old_shapes.drop(columns="geometry"))
            # Another GEOS may round an outline differently: a hectare at most.
            off = new_shapes.geometry.symmetric_difference(old_shapes.geometry).area
            assert off.max() < 10_000
        elif path.suffix not in (".shx", ".dbf"):
            assert path.read_bytes() == committed.read_bytes(), path.name


def test_the_files_stay_small() -> None:
    assert sum(path.stat().st_size for path in FILES.iterdir()) < 600_000


def test_a_workbook_carries_no_clock(tmp_path: Path) -> None:
    sheet = Sheet("a", "t", "", [("x",), ("y", "z")], [[1, 2]])
    write_workbook(tmp_path / "1.xlsx", [sheet])
    with zipfile.ZipFile(tmp_path / "1.xlsx") as book:
        assert {entry.date_time for entry in book.infolist()} == {(2026, 1, 15, 9, 30, 0)}
        assert book.read("docProps/core.xml").count(b"2026-01-15T09:30:00Z") == 2


def test_every_row_of_every_file_says_it_is_made_up() -> None:
    for name, encoding in (
        ("division.csv", "utf-8-sig"),
        ("communities.csv", "gb18030"),
        ("returns_2023_2025.csv", "gb18030"),
        ("returns_2020_2022.csv", "gb18030"),
    ):
        assert {row["模拟数据"] for row in table(name, encoding)} == {"是"}, name
    for name in ("streets.geojson", "barriers.geojson", "community_areas.geojson"):
        features = json.loads((FILES / name).read_text(encoding="utf-8"))["features"]
        assert {feature["properties"]["模拟数据"] for feature in features} == {"是"}
    shapes = pyogrio.read_dataframe(FILES / "regiments.shp", encoding="GBK")
    assert set(shapes["模拟数据"]) == {"是"}
    for name, head in (("companies_2025.xlsx", 3), ("facilities_2025.xlsx", 3)):
        page = openpyxl.load_workbook(FILES / name).active
        assert "模拟" in page.cell(1, 1).value
        marks = [row[-1] for row in page.iter_rows(min_row=head, values_only=True)]
        assert marks[0] == "模拟数据"
        assert marks.count("是") == {"companies_2025.xlsx": 81, "facilities_2025.xlsx": 293}[name]


def test_no_street_of_the_file_crosses_a_barrier_but_where_it_says_so() -> None:
    streets, barriers = (
        pyogrio.read_dataframe(FILES / name) for name in ("streets.geojson", "barriers.geojson")
    )
    ground = streets.loc[streets["桥梁"].isna()]
    assert not ground.intersects(barriers.union_all()).any()
    assert set(streets["桥梁"].dropna()) == {"桥", "下穿"}
    assert set(barriers["阻隔类型"]) == {"渠道", "铁路", "高速公路", "冲沟"}


def test_the_company_workbook_has_merged_headings_sums_and_a_footer() -> None:
    page = openpyxl.load_workbook(FILES / "companies_2025.xlsx").active
    merged = {str(area) for area in page.merged_cells.ranges}
    assert "H3:L3" in merged  # 儿童人数 over five age bands
    assert "C3:C4" in merged  # 单位代码 over two rows
    rows = list(page.iter_rows(min_row=5, values_only=True))
    assert sum(row[0] == "小计" for row in rows) == 8
    total = next(row for row in rows if row[0] == "合计")
    people = [row[5] for row in rows if isinstance(row[0], int) and row[5] is not None]
    assert total[5] == sum(people)
    assert str(rows[-1][0]).startswith("填表人")


def test_blank_dash_and_none_stand_where_they_teach() -> None:
    page = openpyxl.load_workbook(FILES / "companies_2025.xlsx").active
    rows = {row[2]: row for row in page.iter_rows(min_row=5, values_only=True)}
    assert rows[lessons.BLANK_CHILDREN][7:12] == ("—",) * 5
    assert rows[lessons.NO_DIRECTOR][17] == "无"
    assert rows[lessons.NO_POSITION][18:20] == (None, None)


def test_encodings_are_those_that_break_careless_readers() -> None:
    for name in ("communities.csv", "returns_2020_2022.csv", "returns_2023_2025.csv"):
        with pytest.raises(UnicodeDecodeError):
            (FILES / name).read_bytes().decode("utf-8")
    assert not (FILES / "regiments.cpg").exists()
    dbf = (FILES / "regiments.dbf").read_bytes()
    assert dbf[29] == 0  # no code page in the header either
    assert "红星一场".encode("gbk") in dbf


def test_the_numbers_are_plausible_and_add_up() -> None:
    division = table("division.csv", "utf-8-sig")[0]
    assert division["单位代码"] == DIVISION_ID
    children = [int(value) for key, value in division.items() if key.endswith("儿童")]
    assert len(children) == len(BANDS)
    assert 10_000 < sum(children) < 20_000
    assert 95_000 < int(division["人口"]) < 97_000
    shapes = pyogrio.read_dataframe(FILES / "regiments.shp", encoding="GBK")
    assert shapes["人口"].sum() == int(division["人口"])
    assert shapes["3-5岁"].sum() == int(division["3-5岁儿童"])
    births = {
        int(row["分母"])
        for row in table("returns_2023_2025.csv", "gb18030")
        if row["指标代码"] == "infant_mortality_rate"
    }
    assert len(births) == 3
    assert 600 < min(births) < max(births) < 850


def test_old_years_come_in_a_file_of_their_own_as_they_were_sent_then() -> None:
    old = table("returns_2020_2022.csv", "gb18030")
    new = table("returns_2023_2025.csv", "gb18030")
    assert {row["报告期"] for row in old} == {"2020", "2021", "2022"}
    assert {row["报告期"] for row in new} == {"2023", "2024", "2025"}
    # Groups and signatures came later.
    assert set(new[0]) - set(old[0]) == {"性别", "年龄段", "填报人", "审核人", "填报日期"}
    assert set(old[0]) <= set(new[0])
    assert b"\r\n" in (FILES / "returns_2020_2022.csv").read_bytes()
    assert {row["指标代码"] for row in old} == {row["指标代码"] for row in new}
