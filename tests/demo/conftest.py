"""The invented ground, drawn once."""

from __future__ import annotations

from random import Random

import pytest

from layers.demo import lessons
from layers.demo.world import World, build_world


@pytest.fixture(scope="session")
def world() -> World:
    return build_world(Random(lessons.SEED))
