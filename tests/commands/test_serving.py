"""serve and demo --serve; bars on a terminal; what the computer refuses."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from api.commands import COMMANDS
from tests.commands.conftest import Call

ROOT = Path(__file__).parents[2]
RUN = "import sys; from api.command_line import main; main()"


def _free_port() -> int:
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        return int(made.getsockname()[1])


def test_a_real_server_answers_and_stops_on_ctrl_c(built: Path) -> None:
    port = _free_port()
    words = [sys.executable, "-c", RUN, "serve", str(built), "--port", str(port)]
    server = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        for _ in range(300):
            try:
                asked = HTTPConnection("127.0.0.1", port, timeout=5)
                asked.request("GET", "/api/health")
                answer = json.loads(asked.getresponse().read())
                break
            except OSError:
                time.sleep(0.1)
        assert answer["status"] == "ok"
        # Only this computer is listened to: no socket on all addresses.
        with (
            pytest.raises(ConnectionRefusedError),
            socket.create_connection(("127.0.0.2", port), timeout=1),
        ):
            pass
    finally:
        server.send_signal(signal.SIGINT)
        out, err = server.communicate(timeout=20)
    assert f"http://127.0.0.1:{port}/" in out.decode()
    assert b"Traceback" not in err


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Applications that would have been served."""
    import uvicorn

    found: list[Any] = []
    monkeypatch.setattr(uvicorn, "run", lambda app, **more: found.append((app, more)))
    return found


def test_serve_takes_settings_from_options_first(
    call: Call, built: Path, served: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEO_PLANNER_PORT", "8111")
    monkeypatch.setenv("GEO_PLANNER_PROJECTS", str(built))
    assert call("serve").code == 0
    assert call("serve", "--port", "8222", "--host", "0.0.0.0", "--lang", "en").code == 0
    (_, first), (app, second) = served
    assert (first["host"], first["port"]) == ("127.0.0.1", 8111)
    assert (second["host"], second["port"]) == ("0.0.0.0", 8222)
    assert (app.state.settings.lang, app.state.settings.projects) == ("en", built)


def test_demo_can_serve_afterwards(
    call: Call, tmp_path: Path, served: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    import layers.demo
    from tests.serving.world import new_project

    monkeypatch.setattr(layers.demo, "build_demo", lambda folder, progress: new_project(folder))
    done = call("demo", tmp_path / "demo", "--serve")
    assert done.code == 0, done.err
    assert served[0][0].state.settings.projects == tmp_path / "demo"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_bars_go_to_the_terminal_and_data_to_the_pipe(built: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    told = subprocess.run(
        [sys.executable, "-c", RUN, "coverage", str(built), "--format", "json"],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=theirs, check=True,
        env={**os.environ, "TERM": "xterm"},
    )  # fmt: skip
    os.close(theirs)
    shown = os.read(ours, 100_000).decode("utf-8", "replace")
    os.close(ours)
    assert len(json.loads(told.stdout)["indicators"]) == 145
    assert "\x1b[" in shown


@pytest.mark.parametrize(("lang", "word"), [("zh-CN", "计算机"), ("en", "computer")])
def test_what_the_computer_refuses_is_told_plainly(
    call: Call, built: Path, tmp_path: Path, lang: str, word: str
) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    out = tmp_path / "file" / "map.html"
    done = call("map", built, "--out", out, "--lang", lang)
    assert (done.code, done.out) == (1, "")
    assert word in done.err
    assert "Traceback" not in done.err


def test_a_fault_of_the_program_is_not_hidden(
    call: Call, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import layers

    def broken(folder: Path) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(layers, "open_project", broken)
    with pytest.raises(ZeroDivisionError):
        call("check", built)


def test_commands_are_an_explicit_list() -> None:
    assert len({name for name, _, _ in COMMANDS}) == len(COMMANDS)
