"""Text tables: encodings, separators, rows of uneven length."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo_planner.errors import BadEncodingError, RefusedFileError, UnreadableFileError
from tests.reading.office import faults, notes, read_units, write_csv

TEXT = "单位代码,单位名称,户数\nu1,一连生活区,120\nu2,二连𠀀,—\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_are_told_apart(tmp_path: Path, encoding: str) -> None:
    read = read_units(write_csv(tmp_path / "a.csv", TEXT, encoding))
    assert read.frame["name"].tolist() == ["一连生活区", "二连𠀀"]
    assert ("encoding" in notes(read)) == (encoding == "gb18030")


def test_text_in_no_chinese_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("unit_id,name\nu1,Genève,\nu2,Zürich\n".encode("latin-1"))
    with pytest.raises(BadEncodingError, match="line 2"):
        read_units(path)


@pytest.mark.parametrize("separator", ["\t", ";", "|", ","])
def test_separators(tmp_path: Path, separator: str) -> None:
    read = read_units(write_csv(tmp_path / "a.txt", TEXT.replace(",", separator)))
    assert read.frame.index.tolist() == ["u1", "u2"]


def test_line_ends_blank_lines_and_quotes_keep_the_row_count(tmp_path: Path) -> None:
    text = '单位代码,单位名称,户数\r\n\r\nu1,"一连\r\n（老）",5\r\n,,\r\nu2,"二连,新",x\r\n'
    with pytest.raises(RefusedFileError) as refused:
        read_units(write_csv(tmp_path / "a.csv", text))
    # Rows as a spreadsheet counts them: 1 headings, 2 blank, 3 u1 (two lines), 4 blank, 5 u2.
    assert faults(refused.value)["bad-number"].params["rows"] == (5,)
    read = read_units(write_csv(tmp_path / "b.csv", text.replace("x", "7")))
    assert read.frame["source_row"].tolist() == [3, 5]
    assert read.frame["name"].iloc[1] == "二连,新"


def test_empty_trailing_columns_are_nothing(tmp_path: Path) -> None:
    read = read_units(write_csv(tmp_path / "a.csv", "单位代码,名称,,,\nu1,一连,,,\nu2,二连,,,\n"))
    assert "unknown-headings" not in notes(read)
    assert len(read.frame) == 2


def test_an_unquoted_thousands_separator_is_not_swallowed(tmp_path: Path) -> None:
    with pytest.raises(RefusedFileError) as refused:
        read_units(write_csv(tmp_path / "a.csv", "单位代码,名称,户数\nu1,一连,1,200\nu2,二连,3\n"))
    assert faults(refused.value)["stray-cells"].params["rows"] == (2,)


def test_short_rows_are_filled_with_blanks(tmp_path: Path) -> None:
    read = read_units(write_csv(tmp_path / "a.csv", "单位代码,名称,户数\nu1,一连\nu2,二连,3\n"))
    assert read.frame["households"].isna().tolist() == [True, False]


def test_a_quote_that_never_ends_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="opened in line 2 is not closed"):
        read_units(write_csv(tmp_path / "a.csv", '单位代码,名称\nu1,"一连\nu2,二连\n'))


def test_a_second_heading_row_flattened_from_merged_cells(tmp_path: Path) -> None:
    text = "单位代码,单位名称,儿童数,,,\n,,0-2岁,3-5岁,6-11岁,\nu1,一连,1,2,3,\n"
    read = read_units(write_csv(tmp_path / "a.csv", text))
    assert read.frame[["children_0_2", "children_3_5", "children_6_11"]].to_numpy().tolist() == [
        [1.0, 2.0, 3.0]
    ]
    assert read.frame["source_row"].tolist() == [3]


def test_the_separator_line_of_excel(tmp_path: Path) -> None:
    read = read_units(write_csv(tmp_path / "a.csv", "sep=;\n单位代码;名称\nu1;一连\n"))
    assert read.frame["source_row"].tolist() == [3]
