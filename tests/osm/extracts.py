"""Tiny OpenStreetMap extracts made for a test, and the real ones where they are at hand."""

import os
from pathlib import Path

import osmium
import pytest

OPEN_DATA = Path(
    os.environ.get("GEO_PLANNER_OPEN_DATA", Path(__file__).parents[3] / "shared" / "data")
)


def real_extract(name):
    """Path of a real extract, or skip."""
    path = OPEN_DATA / "networks" / f"{name}.osm.pbf"
    if not path.exists():
        pytest.skip(
            f"{path.name} is not there; set GEO_PLANNER_OPEN_DATA to the folder that has it"
        )
    return path


def write_osm(path, *, nodes, ways=(), relations=()):
    """Write nodes {id: (lon, lat) or (lon, lat, tags)}, ways (id, refs, tags), relations."""
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for ref, (lon, lat, *tags) in nodes.items():
            writer.add_node(
                osmium.osm.mutable.Node(id=ref, location=(lon, lat), tags=tags[0] if tags else {})
            )
        for ref, refs, tags in ways:
            writer.add_way(osmium.osm.mutable.Way(id=ref, nodes=refs, tags=tags))
        for ref, members, tags in relations:
            writer.add_relation(osmium.osm.mutable.Relation(id=ref, members=members, tags=tags))
    return path
