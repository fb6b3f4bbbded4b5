"""Figures of a way to travel that cannot be are refused with file, row and field."""

import pytest

from layers.catalogue.reading import read_rows

ROW = {
    "id": '"bus"',
    "label": '{ zh = "公交", en = "Bus" }',
    "metres_per_second": "5.0",
    "network": '"drive"',
    "detour_factor": "1.3",
    "snap_metres": "500.0",
}


def faults(**changed):
    row = {**ROW, **changed}
    text = "[[travel_mode]]\n" + "\n".join(f"{name} = {value}" for name, value in row.items())
    return [
        (fault.params["where"].params["file"], fault.params["field"])
        for fault in read_rows([("modes.toml", text.encode())]).faults
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("weather_factor", "2.0"),
        ("weather_factor", "0.0"),
        ("metres_per_second", "1e9"),
        ("metres_per_second", "1e-300"),
        ("offroad_pace", "0.9"),
        ("snap_metre", "5.0"),
    ],
)
def test_a_figure_that_cannot_be_is_named(field, value):
    assert faults(**{field: value}) == [("modes.toml", field)]


@pytest.mark.parametrize("value", ["0", "-5.0", '"fast"', "nan", "inf", "1e9", "1e-300"])
def test_a_speed_of_a_class_of_road_that_cannot_be_is_named(value):
    assert faults(road_kmh=f"{{ primary = {value} }}") == [("modes.toml", "road_kmh.primary")]


def test_every_fault_of_a_row_at_once():
    found = faults(weather_factor="1.5", road_kmh="{ primary = 500.0, track = 0.0 }")
    assert {field for _, field in found} == {
        "weather_factor",
        "road_kmh.primary",
        "road_kmh.track",
    }


def test_a_row_that_can_be_has_no_fault():
    assert faults(weather_factor="1.0", road_kmh="{ primary = 60 }") == []
