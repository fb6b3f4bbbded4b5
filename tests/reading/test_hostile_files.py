"""Files that are not what they say: refused with a reason, never with a traceback."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo_planner.errors import (
    EmptyLayerError,
    GeoPlannerError,
    NotKnownError,
    TooLargeError,
    UnknownFormatError,
    UnreadableFileError,
)
from layers.reading import read_layer
from layers.sources import DEFAULT_LIMITS, FORMATS, Limits
from layers.sources.sheet_size import require_grids
from tests.reading.office import catalogue, read_units, write_csv, write_xlsx

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BINARY = {suffix for suffix in FORMATS if suffix not in (".csv", ".tsv", ".txt")}


@pytest.mark.parametrize("suffix", sorted(FORMATS))
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x01\x02junk" * 50,
        b"PK\x03\x04cut off",
        OLE + b"0" * 600,
        b"<html><table></html>",
    ],
    ids=["empty", "junk", "zip", "ole", "html"],
)
def test_junk_under_every_name(tmp_path: Path, suffix: str, content: bytes) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(content)
    with pytest.raises(GeoPlannerError) as refused:
        read_units(path)
    assert str(tmp_path) not in str(refused.value)  # folders of the server are nobody's business


@pytest.mark.parametrize("suffix", sorted(FORMATS))
def test_a_file_that_is_not_there(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(UnreadableFileError, match="no such file"):
        read_units(tmp_path / f"a{suffix}")


def test_other_formats_are_named(tmp_path: Path) -> None:
    (tmp_path / "plan.docx").write_bytes(b"PK")
    with pytest.raises(UnknownFormatError, match=r"\.xlsx"):
        read_units(tmp_path / "plan.docx")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"unit_id,name\nu1,x\n", "rename it to .csv"),
        (b"<html><body><table><tr><td>1</td></tr></table></body></html>", "web page"),
        (OLE + "EncryptedPackage".encode("utf-16-le") * 40, "password"),
    ],
)
def test_spreadsheets_that_are_none_say_what_they_are(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    (tmp_path / "a.xlsx").write_bytes(content)
    with pytest.raises(UnreadableFileError, match=reason):
        read_units(tmp_path / "a.xlsx")


def test_an_xlsx_called_xls_is_read(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [["单位代码", "名称"], ["u1", "一连"]])
    assert len(read_units(path.rename(tmp_path / "a.xls")).frame) == 1


@pytest.mark.parametrize("rows", [[], [["单位代码", "名称"]], [["单位代码", "名称"], [None, " "]]])
def test_nothing_in_it(tmp_path: Path, rows: list[list[str | None]]) -> None:
    with pytest.raises(EmptyLayerError):
        read_units(write_xlsx(tmp_path / "a.xlsx", rows))
    text = "\n".join(",".join(cell or "" for cell in row) for row in rows)
    with pytest.raises(EmptyLayerError):
        read_units(write_csv(tmp_path / "a.csv", text))


def test_only_totals_and_footers_is_nothing(tmp_path: Path) -> None:
    with pytest.raises(EmptyLayerError):
        read_units(write_csv(tmp_path / "a.csv", "单位代码,名称\n合计,3\n填表人：张三,\n"))


def test_limits(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", "单位代码,名称\n" + "u,x\n" * 50)
    with pytest.raises(TooLargeError, match="51 rows"):
        read_units(path, limits=Limits(rows=50))
    with pytest.raises(TooLargeError, match="2 columns"):
        read_units(path, limits=Limits(columns=1))
    with pytest.raises(TooLargeError):
        read_units(path, limits=Limits(bytes_on_disk=100))


@pytest.mark.parametrize("suffix", [".zip", ".xlsx"])
def test_a_zip_bomb_is_not_unfolded(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"0" * 5_000_000)
    assert path.stat().st_size < 10_000
    with pytest.raises(TooLargeError):
        read_units(path, limits=Limits(bytes_unpacked=1_000_000))


def test_a_zip_that_lies_about_its_size(tmp_path: Path) -> None:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"u,x\n" * 500_000)
    data = memory.getvalue()
    real, said = (2_000_000).to_bytes(4, "little"), (100).to_bytes(4, "little")
    (tmp_path / "a.zip").write_bytes(data.replace(real, said))
    with pytest.raises(GeoPlannerError):
        read_units(tmp_path / "a.zip", limits=Limits(bytes_unpacked=1_000_000))


@pytest.mark.parametrize(
    "name", ["../a.csv", "/tmp/a.csv", "x/../../a.csv", "..\\a.csv", "C:\\a.csv"]
)
def test_a_zip_that_climbs_out(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        archive.writestr(name, "单位代码,名称\nu1,x\n")
    with pytest.raises(UnreadableFileError, match="outside"):
        read_units(folder / "a.zip")
    assert sorted(path.name for path in tmp_path.rglob("*.csv")) == []


def test_a_zip_of_two_tables_is_not_chosen_from(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.csv", "x")
        archive.writestr("b.csv", "x")
    with pytest.raises(UnreadableFileError, match=r"a\.csv, b\.csv"):
        read_units(tmp_path / "a.zip")


def test_names_that_do_not_exist_are_refused_with_near_ones(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", "单位代码,名称\nu1,x\n")
    with pytest.raises(NotKnownError, match="company"):
        read_units(path, kind="compny")
    with pytest.raises(NotKnownError, match="units"):
        read_layer(path, layer="unit", catalogue=catalogue())  # type: ignore[arg-type]


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.binary(max_size=400))
def test_no_bytes_raise_anything_but_our_errors(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(GeoPlannerError):
        read_units(path, kind=None)


CELL = st.one_of(
    st.none(),
    st.text(max_size=8),
    st.floats(),
    st.integers(-(10**20), 10**20),
    st.sampled_from(
        ["合计", "单位代码", "—", "93.5", "42°48′30″", "2022年5月", "填表人：", "是", "u1", "连队"]
    ),
)


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.lists(CELL, min_size=7, max_size=7), min_size=1, max_size=6))
def test_no_cells_raise_anything_but_our_errors(tmp_path: Path, rows: list[list[object]]) -> None:
    heads = ["unit_id", "name", "kind", "parent_id", "lon", "lat", "households"]
    lines = ["\t".join(heads)]
    lines += [
        "\t".join(
            "" if cell is None else str(cell).translate(dict.fromkeys(b'\t\n\r"', " "))
            for cell in row
        )
        for row in rows
    ]
    path = tmp_path / "a.tsv"
    path.write_bytes("\n".join(lines).encode("utf-8", "replace"))
    try:
        read = read_units(path, kind=None, crs="WGS84")
    except GeoPlannerError:
        return
    assert read.frame.index.is_unique
    assert read.frame["source_row"].between(2, len(rows) + 1).all()


def test_a_geojson_nested_without_end(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    deep = "[" * 100_000 + "]" * 100_000
    path.write_text(f'{{"type": "FeatureCollection", "crs": {deep}, "features": []}}')
    with pytest.raises(GeoPlannerError):
        read_units(path)


VRT = (
    "<OGRVRTDataSource><OGRVRTLayer name='a'><SrcDataSource>{}</SrcDataSource></OGRVRTLayer>"
    "</OGRVRTDataSource>"
)
WFS = "<OGRWFSDataSource><URL>http://127.0.0.1:9/wfs</URL></OGRWFSDataSource>"
STREAMED = '{{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read {}"}}'
COMMENTED = "<!-- <OGRVRTDataSource> --><kml/>"


@pytest.mark.parametrize("suffix", [".kml", ".kmz", ".gpkg", ".geojson", ".json", ".fgb", ".shp"])
@pytest.mark.parametrize("content", [VRT, WFS, STREAMED, COMMENTED, "<kml/>" + VRT])
def test_no_file_has_others_read_in_its_name(tmp_path: Path, suffix: str, content: str) -> None:
    # GDAL would open a virtual dataset under any name, and read what it points to.
    secret = write_csv(tmp_path / "secret.csv", "unit_id,name,kind\nu1,x,company\n")
    path = tmp_path / f"a{suffix}"
    path.write_text(content.format(secret), encoding="utf-8")
    for part in (".dbf", ".shx"):
        path.with_suffix(part).write_bytes(b"")
    with pytest.raises(UnreadableFileError, match="not what its name says"):
        read_units(path, kind=None)


def test_a_list_in_a_geojson_is_text(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": null, '
        '"properties": {"unit_id": "u1", "name": ["a", "b"], "kind": "company", "x1": [1, 2]}}]}'
    )
    assert read_units(path, kind=None).frame["name"].tolist() == ["a;b"]


@pytest.mark.parametrize("address", ["XFD1048576", "xfd1048576", "BZZ900000"])
def test_a_letter_in_the_far_corner_does_not_end_the_process(tmp_path: Path, address: str) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [["unit_id", "name"], ["u1", "x"]])
    far = f'<row r="1048576"><c t="str" x=">" r="{address}"><v>x</v></c></row></sheetData>'
    _edited(path, far)
    with pytest.raises(TooLargeError, match="cells"):
        read_units(path)


def test_a_far_cell_without_an_address(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [["unit_id", "name"], ["u1", "x"]])
    cells = '<c t="str"><v>x</v></c>' * 100
    _edited(path, f'<row r="1048576">{cells}</row></sheetData>')
    with pytest.raises(TooLargeError, match="1,048,576 x 100 cells"):
        read_units(path)


def test_formats_far_down_are_no_cells(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [["unit_id", "name"], ["u1", "x"]])
    _edited(path, '<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>')
    assert len(read_units(path).frame) == 1


def _edited(path: Path, end: str) -> None:
    """Put XML at the end of a workbook's only sheet."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data.replace(b"</sheetData>", end.encode()))


def test_sheets_of_an_ods_are_measured_one_by_one(tmp_path: Path) -> None:
    # Programs fill a sheet with blank rows to its end: the next one does not begin below them.
    blank = '<table:table-row table:number-rows-repeated="1048570"><table:table-cell/>'
    wide = (
        '<table:table-row><table:table-cell table:number-columns-repeated="60"><text:p>1</text:p>'
    )
    sheet = f"<table:table>{wide}</table:table-cell></table:table-row>{blank}</table:table-row>"
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as archive:
        archive.writestr("content.xml", f"<office:document-content>{sheet * 3}")
    with zipfile.ZipFile(tmp_path / "a.ods") as archive:
        require_grids(archive, "a.ods", DEFAULT_LIMITS)
        # Each sheet spans the 60 cells of its one filled row: one cell fewer allowed is too few.
        require_grids(archive, "a.ods", replace(DEFAULT_LIMITS, cells=60))
        with pytest.raises(TooLargeError, match="cells"):
            require_grids(archive, "a.ods", replace(DEFAULT_LIMITS, cells=59))


def test_an_ods_of_endless_repeats(tmp_path: Path) -> None:
    rows = (
        '<table:table-row table:number-rows-repeated="1000000"><table:table-cell '
        'table:number-columns-repeated="16000"><text:p>x</text:p></table:table-cell>'
    )
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml", f"<x><table:table>{rows}</table:table-row></table:table></x>"
        )
    with pytest.raises(TooLargeError, match="cells"):
        read_units(tmp_path / "a.ods")


def test_a_file_that_unfolds_a_thousandfold(tmp_path: Path) -> None:
    with (
        zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w") as member,
    ):
        for _ in range(21):
            member.write(b" " * 10_000_000)
    with pytest.raises(TooLargeError, match="210 MB"):
        read_units(tmp_path / "a.xlsx")
