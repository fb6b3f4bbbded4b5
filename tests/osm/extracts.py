"""Tiny OpenStreetMap extracts made for a test, and the real ones where they are at hand."""

import osmium
import pytest

from tests.open_data import open_data_folder


def real_extract(name):
    """Path of a real extract, or skip."""
    folder = open_data_folder()
    if folder is None:
        pytest.skip(f"no {name}.osm.pbf: set GEO_PLANNER_OPEN_DATA to the folder that has it")
    return folder / "networks" / f"{name}.osm.pbf"


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
