"""Heights of streets out of a height model made for the test."""

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from pyproj import CRS, Transformer
from rasterio.transform import from_origin
from shapely import LineString

from geo_planner.errors import UnreadableFileError
from layers.heights import with_heights

METRIC = CRS.from_epsg(4540)
E, N = 540_000, 4_740_000
UP = np.exp(0.35)  # 10 % uphill
DOWN = 1.0  # 10 % downhill is as fast as level ground


def model(path, cells, *, crs="EPSG:4540", transform=None, **more):
    """A raster of 30 m cells whose corner lies 300 m west and north of the origin."""
    cells = np.asarray(cells)
    if transform is None:
        transform = from_origin(E - 300, N + 300, 30, 30)
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=cells.shape[0],
        width=cells.shape[1],
        count=1,
        dtype=cells.dtype,
        crs=crs,
        transform=transform,
        **more,
    ) as raster:
        raster.write(cells, 1)
    return path


def slope_east(rows=40, columns=40):
    """One metre up every ten metres east: 3 m a cell."""
    return np.tile(700 + 3.0 * np.arange(columns), (rows, 1)).astype("float32")


def streets(*lines, **columns):
    shapes = [LineString([(E + x, N + y) for x, y in one]) for one in lines]
    frame = gpd.GeoDataFrame(columns, geometry=shapes, crs=METRIC)
    frame["metres"] = frame.length
    return frame


def test_an_even_slope_by_hand(tmp_path):
    path = model(tmp_path / "dem.tif", slope_east())
    made = with_heights(streets([(0, 0), (200, 0)], [(200, 10), (0, 10)], [(0, 0), (0, 200)]), path)
    assert made.edges["pace_forward"].tolist() == pytest.approx([UP, DOWN, 1.0], rel=1e-6)
    assert made.edges["pace_back"].tolist() == pytest.approx([DOWN, UP, 1.0], rel=1e-6)
    assert made.facts == {"heights_known_km": 0.6, "heights_missing_km": 0.0}


def test_degrees_and_whole_numbers(tmp_path):
    # A model in degrees rising to the north by one metre a cell of 0.001 degrees (111.1 m): 0.9 %.
    lon, lat = Transformer.from_crs(METRIC, 4326, always_xy=True).transform(E, N)
    cells = np.tile(np.arange(60, 0, -1, dtype="int16")[:, None], (1, 60))
    path = model(
        tmp_path / "dem.tif", cells, crs="EPSG:4326",
        transform=from_origin(lon - 0.03, lat + 0.03, 0.001, 0.001),
    )  # fmt: skip
    made = with_heights(streets([(0, 0), (0, 1000)]), path)
    slope = 9.0 / 1000
    assert made.edges["pace_forward"].iloc[0] == pytest.approx(np.exp(3.5 * slope), rel=2e-3)


def test_holes_and_the_rim_count_as_unknown(tmp_path):
    cells = slope_east()
    cells[10, 12] = -9999  # 60 to 90 m east of the origin, just south of it
    path = model(tmp_path / "dem.tif", cells, nodata=-9999)
    made = with_heights(
        streets([(0, -15), (200, -15)], [(0, 200), (100, 200)], [(850, 0), (950, 0)]), path
    )
    assert np.isnan(made.edges["pace_forward"]).tolist() == [True, False, True]
    assert made.notes[0].code == "heights"
    assert made.notes[0].params == {"known": 0.1, "missing": 0.3, "file": "dem.tif"}


def test_a_bridge_climbs_evenly_whatever_lies_below(tmp_path):
    # A gorge of 60 m between banks of equal height.
    cells = np.full((40, 40), 700.0, dtype="float32")
    cells[:, 12:15] = 640.0
    path = model(tmp_path / "dem.tif", cells)
    made = with_heights(streets([(0, 0), (200, 0)], [(0, 0), (200, 0)], bridge=[True, False]), path)
    assert made.edges["pace_forward"].iloc[0] == 1.0
    assert made.edges["pace_forward"].iloc[1] > 1.5


def test_a_large_model_is_read_in_parts(tmp_path, monkeypatch):
    whole = with_heights(
        streets([(-250, -250), (800, 200)]), model(tmp_path / "dem.tif", slope_east())
    )
    monkeypatch.setattr("layers.heights.BLOCK", 7)
    parts = with_heights(streets([(-250, -250), (800, 200)]), tmp_path / "dem.tif")
    assert parts.edges["pace_forward"].tolist() == whole.edges["pace_forward"].tolist()


def test_files_that_are_no_height_model(tmp_path):
    some = streets([(0, 0), (200, 0)])
    text = tmp_path / "text.tif"
    text.write_text("no raster")
    far = model(tmp_path / "far.tif", slope_east(), transform=from_origin(E + 9e4, N, 30, 30))
    with pytest.warns(rasterio.errors.NotGeoreferencedWarning):
        bare = model(tmp_path / "bare.tif", slope_east(), transform=rasterio.Affine.identity())
    cut = tmp_path / "cut.tif"
    cut.write_bytes(model(tmp_path / "whole.tif", slope_east()).read_bytes()[:3000])
    wrong = {
        text: "text.tif",
        tmp_path / "absent.tif": "no such file",
        far: "no height where the streets are",
        model(tmp_path / "nowhere.tif", slope_east(), crs=None): "no coordinate system",
        bare: "where it lies",
        model(tmp_path / "photo.tif", slope_east() * 100): "cannot be heights",
        cut: "cut.tif",
    }
    for path, said in wrong.items():
        with pytest.raises(UnreadableFileError, match=said):
            with_heights(some, path)
