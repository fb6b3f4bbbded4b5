"""Where to build, asked on the command line with anything: wrong usage is 2, refused is 1."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.commands.conftest import Call

TYPE = ("--facility-type", "parent_school_station", "--lang", "en")
SITE = (*TYPE, "--problem", "cover-most", "--sites", "2", "--limit", "400")
HEAD = "candidate_id,name,unit_id,x,y,cost,capacity,suitability\n"


def row(**other: str) -> str:
    cells = {
        "candidate_id": "a", "name": "A", "unit_id": "C1", "x": "500000", "y": "4500000",
        "cost": "1", "capacity": "1", "suitability": "1",
    } | other  # fmt: skip
    return ",".join(cells.values()) + "\n"


@pytest.mark.parametrize(
    "words",
    [
        ("--sites", "-1"), ("--sites", "x"), ("--sites", "1.5"), ("--limit", "nan"),
        ("--limit", "-1"), ("--budget", "nan"), ("--capacity", "nan"), ("--time-limit", "nan"),
        ("--gap", "nan"), ("--gap", "5"), ("--backup", "0"), ("--regiment-minimum", "x"),
        ("--regiment-minimum", "R1=nan"), ("--target", "urban=96"), ("--floor", "nan"),
        ("--candidates-from", "zz"), ("--candidates-from", "streets", "--spacing", "nan"),
        ("--as-of", "2025-13-45"), ("--out", "sites.exe"), ("--problem", "zz"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_wrong_usage(call: Call, built: Path, words: tuple[str, ...]) -> None:
    done = call("site", built, *SITE, *words)
    assert done.code == 2, done
    assert done.out == ""
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--require", "zz"), "zz"),
        (("--require", "C1", "--forbid", "C1"), "may not be built on: C1"),
        (("--regiment-minimum", "zz=1"), "zz"),
        (("--candidates-from", "streets"), "no streets"),
        (("--facility-type", "zz"), "zz"),
    ],
    ids=str,
)
def test_refused_and_nothing_is_written(
    call: Call, built: Path, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    out = tmp_path / "sites.csv"
    done = call("site", built, *SITE, "--out", out, *words)
    assert (done.code, done.out) == (1, "")
    assert said in done.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "holds no data rows"),
        (HEAD.encode(), "holds no data rows"),
        (bytes(range(256)) * 40, "binary"),
        ("候选编号,名称,x,y\n甲,名,500000,4500000\n".encode("gbk"), "cost"),
        ((HEAD + row() + row()).encode(), "rows 2-3"),
        ((HEAD + row(unit_id="ZZ")).encode(), "ZZ (rows 2)"),
        ((HEAD + row(cost="nan")).encode(), "cost"),
        ((HEAD + row(cost="abc")).encode(), "rows 2: abc"),
        ((HEAD + row(cost="-1")).encode(), "rows 2: -1"),
        ((HEAD + row(cost="inf")).encode(), "rows 2: inf"),
        ((HEAD + row(cost="1e300")).encode(), "rows 2: 1e+300"),
        ((HEAD + row(suitability="2")).encode(), "rows 2: 2"),
        ((HEAD + row(candidate_id="")).encode(), "blank in rows 2"),
        ((HEAD + row(unit_id="", x="", y="")).encode(), "blank in rows 2"),
        ((HEAD + row(x="inf", y="1e99")).encode(), "rows 2"),
        (b"foo,bar\n1,2\n", "foo, bar"),
    ],
    ids=[
        "empty", "heading", "bytes", "gbk without cost", "twice", "no such unit", "no cost",
        "word", "negative", "endless", "huge", "suitability", "no id", "nowhere", "far away",
        "other columns",
    ],
)  # fmt: skip
def test_candidates_that_cannot_be(
    call: Call, built: Path, tmp_path: Path, content: bytes, said: str
) -> None:
    given, out = tmp_path / "c.csv", tmp_path / "sites.csv"
    given.write_bytes(content)
    asked = ("--candidates", given, "--crs", "EPSG:4540", "--by-cost", "--out", out)
    done = call("site", built, *SITE, *asked)
    assert (done.code, done.out) == (1, "")
    assert said in done.err
    assert not out.exists()


@pytest.mark.parametrize("encoding", ["gbk", "utf-16", "utf-8-sig"])
def test_candidates_in_another_encoding(
    call: Call, built: Path, tmp_path: Path, encoding: str
) -> None:
    given = tmp_path / "c.csv"
    given.write_bytes((HEAD + row(name="甲处")).encode(encoding))
    asked = ("--candidates", given, "--crs", "EPSG:4540", "--format", "json")
    done = call("site", built, *TYPE, "--problem", "median", "--sites", "1", *asked)
    assert done.code == 0, done.err
    assert [one["name"] for one in json.loads(done.out)["sites"]] == ["甲处"]


@pytest.mark.parametrize("name", ["c.xlsx", "c.geojson", "c.gpkg", "c.zip", "c.shp", "c.txt", "c"])
def test_junk_under_any_name(call: Call, built: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"junk")
    done = call("site", built, *SITE, "--candidates", tmp_path / name)
    assert done.code == 1
    assert name in done.err
    assert "Traceback" not in done.err


EVERYWHERE = [[60, 20], [120, 20], [120, 60], [60, 60], [60, 20]]


@pytest.mark.parametrize(
    ("geometry", "said"),
    [
        ({"type": "Polygon", "coordinates": [EVERYWHERE]}, "nothing may be built"),
        ({"type": "Point", "coordinates": [80, 40]}, "not an area"),
        (None, "holds no data rows"),
    ],
    ids=["everywhere", "a point", "no shape"],
)
def test_exclusions(call: Call, built: Path, tmp_path: Path, geometry: Any, said: str) -> None:
    given, out = tmp_path / "no.geojson", tmp_path / "sites.geojson"
    feature = {"type": "Feature", "properties": {}, "geometry": geometry}
    given.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    done = call("site", built, *SITE, "--exclude", given, "--out", out)
    assert (done.code, done.out) == (1, "")
    assert said in done.err
    assert not out.exists()


@pytest.mark.parametrize(
    "words",
    [
        ("site", "--problem", "cover-most", "--sites", "2"),
        ("frontier", "--up-to", "3"),
        ("alternatives", "--sites", "1", "--within", "30"),
        ("measures", "--facility-cost", "1"),
        ("what-if", "--remove", "S1"),
    ],
    ids=lambda words: words[0],
)
def test_no_cell_is_a_formula_in_excel(call: Call, built: Path, words: tuple[str, ...]) -> None:
    # Unit C2 is named =HYPERLINK("http://evil.example","x"), alone in a cell or first of several.
    asked = (*TYPE, "--limit", "400", "--format", "csv", "--excel")
    done = call(words[0], built, *asked, *words[1:])
    assert done.code == 0, done.err
    assert done.out.startswith("\ufeff")
    cells = [cell for line in csv.reader(io.StringIO(done.out.lstrip("\ufeff"))) for cell in line]
    assert len(cells) > 10
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "\t"))]
