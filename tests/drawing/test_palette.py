"""Colours are told apart by people with any colour vision, and stand out from the ground."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from maps.palette import (
    FACILITY_COLOURS,
    LAND,
    STATE_STYLES,
    STATUS_COLOURS,
    facility_colour,
)

# Machado, Oliveira and Fernandes (2009), "A Physiologically-based Model for Simulation of Color
# Vision Deficiency", table for severity 1.0; applied to linear RGB.
VISION = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
# sRGB to XYZ (D65), IEC 61966-2-1.
XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
WHITE = np.array([0.95047, 1.0, 1.08883])


def linear(colour: str) -> np.ndarray:
    rgb = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    scaled = XYZ @ np.clip(rgb, 0, 1) / WHITE
    root = np.where(scaled > 216 / 24389, np.cbrt(scaled), (24389 / 27 * scaled + 16) / 116)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


def contrast(first: str, second: str) -> float:
    light, dark = sorted((float(XYZ[1] @ linear(one)) for one in (first, second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_itself() -> None:
    # Black on white is 21 to 1 by definition; white has lightness 100.
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert lab(linear("#ffffff"))[0] == pytest.approx(100.0, abs=0.01)


@pytest.mark.parametrize("vision", VISION)
def test_states_are_far_apart_in_any_colour_vision(vision: str) -> None:
    fills = {name: style.fill for name, style in STATE_STYLES.items()}
    for one, other in combinations(fills, 2):
        seen = [lab(VISION[vision] @ linear(fills[name])) for name in (one, other)]
        assert np.linalg.norm(seen[0] - seen[1]) > 20, (one, other)


def test_states_stand_out_from_the_ground() -> None:
    for name, style in STATE_STYLES.items():
        assert contrast(style.line, LAND) >= 3, name


def test_white_words_and_symbols_are_legible() -> None:
    for name, colour in STATUS_COLOURS.items():
        assert contrast(colour, "#ffffff") >= 4.5, name
    for name, colour in FACILITY_COLOURS.items():
        assert contrast(colour, "#ffffff") >= 4.0, name


def test_every_row_of_the_catalogue_has_a_colour_of_the_palette() -> None:
    from layers.catalogue import load_catalogue

    wanted = {row.colour for row in load_catalogue().facility_types.values()}
    assert wanted <= set(FACILITY_COLOURS)
    assert facility_colour("no such colour") == FACILITY_COLOURS["grey"]
