"""A new overlay is one function plus one name in the tuple; a new basemap is one row."""

from __future__ import annotations

import pytest

from maps import draw_map, drawing, render_html
from maps.canvas import DataLayer, Drawing, LegendEntry
from maps.overlays import OVERLAYS
from maps.overlays.marks import swatch
from maps.scene import Scene
from maps.symbols import line_swatch
from tests.drawing.oasis import oasis


def _draw_wells(scene: Scene) -> Drawing:
    picture = line_swatch("#0072b2")
    layer = DataLayer("streets", {"lines": [], "colour": "#0072b2", "key": "wells"}, name="机井")
    return Drawing((layer,), (LegendEntry(swatch(picture), "机井", 3, "wells"),), heading="水源")


def test_one_function_and_one_name_make_an_overlay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "OVERLAYS", (*OVERLAYS, _draw_wells))
    page = render_html(draw_map(oasis()), self_contained=False)
    assert 'data-legend="wells"' in page
    assert "水源" in page
    assert '"key":"wells"' in page
