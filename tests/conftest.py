"""No test reaches beyond this computer."""

from __future__ import annotations

import ipaddress
import socket
from pathlib import Path
from typing import Any

import pytest

from tests.open_data import open_data_folder


def _is_local(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # a socket file
    host = address[0]
    if host in ("localhost", ""):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def _sockets_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that leaves the machine."""
    connect = socket.socket.connect

    def local_only(self: socket.socket, address: Any) -> None:
        if not _is_local(address):
            raise OSError(f"tests open no connection to {address!r}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", local_only)


@pytest.fixture(scope="session")
def open_data() -> Path:
    """Folder of real open data; tests that need it are skipped with a reason where it is absent."""
    folder = open_data_folder()
    if folder is None:
        pytest.skip("no open data: set GEO_PLANNER_OPEN_DATA to its folder")
    return folder
