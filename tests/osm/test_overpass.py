"""Streets asked of a server that lives inside the test and answers what was recorded by hand."""

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import pytest
from pyproj import CRS

from geo_planner.errors import NoStreetsInFileError, UnreadableFileError
from layers.osm_rules import osm_rules
from layers.overpass import fetch_streets, parse_where
from layers.streets import read_streets
from tests.osm.extracts import write_osm

METRIC = CRS.from_epsg(4540)
BOX = (93.49, 42.79, 93.52, 42.82)
NODES = {1: (93.5, 42.8), 2: (93.501, 42.8), 3: (93.502, 42.8), 4: (93.501, 42.801)}
WAYS = [
    (10, [1, 2, 3], {"highway": "primary", "oneway": "-1", "maxspeed": "60", "name": "红星路"}),
    (11, [2, 4], {"highway": "footway", "bridge": "yes"}),
    (12, [3, 4], {"highway": "construction"}),
]
ANSWER = {
    "version": 0.6,
    "osm3s": {"timestamp_osm_base": "2026-01-01T00:00:00Z"},
    "elements": [
        {"type": "way", "id": ref, "nodes": nodes, "tags": tags} for ref, nodes, tags in WAYS
    ]
    + [{"type": "node", "id": ref, "lon": lon, "lat": lat} for ref, (lon, lat) in NODES.items()],
}


@pytest.fixture
def server():
    """An Overpass server; ``server.answers`` are given one after another, the last for ever."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            """Answer as Nominatim does where a place lies."""
            ring = [[93.49, 42.79], [93.52, 42.79], [93.52, 42.82], [93.49, 42.79]]
            area = {"type": "Polygon", "coordinates": [ring]}
            self._say(
                200,
                [
                    {
                        "geojson": area,
                        "boundingbox": ["42.79", "42.82", "93.49", "93.52"],
                        "importance": 0.5,
                        "lat": "42.8",
                        "lon": "93.5",
                        "display_name": "哈密",
                        "name": "哈密",
                        "osm_type": "relation",
                        "osm_id": 1,
                        "class": "boundary",
                    }
                ],
            )

        def do_POST(self):
            length = int(self.headers["Content-Length"])
            asked = parse_qs(self.rfile.read(length).decode())["data"][0]
            self.server.asked.append(asked)
            status, body = self.server.answers[
                min(len(self.server.asked), len(self.server.answers)) - 1
            ]
            self._say(status, body)

        def _say(self, status, body):
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    own = HTTPServer(("127.0.0.1", 0), Handler)
    own.asked, own.answers = [], [(200, ANSWER)]
    own.url = f"http://127.0.0.1:{own.server_port}/api"
    thread = threading.Thread(target=own.serve_forever, daemon=True)
    thread.start()
    yield own
    own.shutdown()
    own.server_close()
    thread.join()


def test_the_answer_reads_like_an_extract(server, tmp_path):
    resolver = socket.getaddrinfo
    path = fetch_streets(BOX, tmp_path, url=server.url)
    assert path.name == "overpass-93.49,42.79,93.52,42.82.osm.pbf"
    assert socket.getaddrinfo is resolver
    found = read_streets(path, METRIC)
    same = read_streets(write_osm(tmp_path / "same.osm", nodes=NODES, ways=WAYS), METRIC)
    assert found.edges.equals(same.edges)
    assert found.facts == same.facts
    assert found.edges["oneway"].tolist() == [-1, -1, 0]
    assert found.edges["kmh"].tolist()[:2] == [60, 60]
    assert found.edges["bridge"].tolist() == [False, False, True]


def test_the_question_carries_the_rules(server, tmp_path):
    fetch_streets(BOX, tmp_path, url=server.url)
    walk, drive = osm_rules().overpass_filters()
    assert [walk in server.asked[0], drive in server.asked[1]] == [True, True]
    assert '["foot"!~"(^|;) *(no) *(;|$)"]' in walk


def test_settings_of_osmnx_are_as_before(server, tmp_path):
    import osmnx

    before = {k: v for k, v in vars(osmnx.settings).items() if not k.startswith("_")}
    fetch_streets(BOX, tmp_path, url=server.url)
    assert {k: v for k, v in vars(osmnx.settings).items() if not k.startswith("_")} == before


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((400, b"bad request"), "400"),
        ((500, {"elements": []}), "500"),
        ((200, b"<html>not now</html>"), "not now"),
        ((200, {**ANSWER, "remark": "runtime error: Query timed out"}), "timed out"),
    ],
)
def test_half_an_answer_is_an_error(server, tmp_path, answer, said):
    server.answers = [answer]
    with pytest.raises(UnreadableFileError, match=said):
        fetch_streets(BOX, tmp_path, url=server.url)
    assert list(tmp_path.iterdir()) == []


def test_no_street_and_no_server(server, tmp_path):
    server.answers = [(200, {"elements": []})]
    with pytest.raises(NoStreetsInFileError):
        fetch_streets(BOX, tmp_path, url=server.url)
    with pytest.raises(UnreadableFileError, match=r"Overpass 93\.49"):
        fetch_streets(BOX, tmp_path, url="http://127.0.0.1:9/api")


def test_a_busy_server_is_asked_again_but_not_for_ever(server, tmp_path, monkeypatch):
    waited = []
    monkeypatch.setattr("time.sleep", waited.append)
    server.answers = [(429, b"later"), (200, ANSWER)]
    assert fetch_streets(BOX, tmp_path, url=server.url).exists()
    server.asked.clear()
    server.answers = [(504, b"later")]
    with pytest.raises(UnreadableFileError, match="504"):
        fetch_streets(BOX, tmp_path, url=server.url)
    assert len(server.asked) == 6


def test_a_place_by_its_name(server, tmp_path, monkeypatch):
    import osmnx

    monkeypatch.setattr("time.sleep", lambda _: None)
    monkeypatch.setattr(osmnx.settings, "nominatim_url", f"{server.url}/")
    path = fetch_streets("哈密市, 中国", tmp_path, url=server.url)
    assert path.name == "overpass-哈密市,-中国.osm.pbf"
    assert len(read_streets(path, METRIC).edges) == 3


def test_where():
    assert parse_where("93.49, 42.79,93.52，42.82") == BOX
    assert parse_where(" 哈密市, 中国") == "哈密市, 中国"
    for wrong in ("93.52,42.79,93.49,42.82", "93,42,94", "93,42,94,143", "93.5"):
        with pytest.raises(ValueError, match="93"):
            parse_where(wrong)
