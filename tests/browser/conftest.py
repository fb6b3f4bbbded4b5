"""A real browser with the network blocked. It is found on the machine, or else installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Error,
    Page,
    Playwright,
    Route,
    sync_playwright,
)

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "msedge",
    "chrome",
)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-device-scale-factor=1",
    "--font-render-hinting=none",
)
OWN = ("127.0.0.1", "localhost")


@dataclass
class Watched:
    """A page, and what went wrong on it: console errors, page errors, requests that left."""

    page: Page
    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def assert_quiet(self) -> None:
        assert self.errors == []
        assert self.foreign == []


def _launch(playwright: Playwright, executable: str | None) -> Browser | None:
    try:
        return playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
    except Error:
        return None


def _install() -> None:
    """Install a browser: Playwright's own, or the distribution's where that cannot be had."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    libraries = ["--with-deps"] if root else []
    own = [sys.executable, "-m", "playwright", "install", *libraries, "chromium-headless-shell"]
    if _run(*own) or not root or not shutil.which("apt-get"):
        return
    _run("apt-get", "update", "-qq")
    _run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium")


def _run(*command: str) -> bool:
    """Run an installer that asks nothing, and return whether it succeeded."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        command,
        check=False,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        env=environment,
        timeout=900,
    )
    return done.returncode == 0


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium: one on the machine, one Playwright has, or one installed now."""
    with sync_playwright() as playwright:
        for attempt in range(2):
            found = [path for name in NAMES if (path := shutil.which(name))]
            for executable in (*found, None):
                started = _launch(playwright, executable)
                if started is not None:
                    yield started
                    started.close()
                    return
            if attempt == 0:
                _install()
    pytest.fail("no Chromium was found, and none could be installed")


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Watched]]:
    """Return a function that opens an address in a fresh window with the network blocked."""
    contexts = []

    def opened(
        address: str, *, width: int = 1366, height: int = 768, language: str = "zh-CN"
    ) -> Watched:
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale=language, service_workers="block"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(8000)
        watched = Watched(page)

        def guard(route: Route) -> None:
            parts = urlsplit(route.request.url)
            if parts.scheme in ("file", "data", "blob") or parts.hostname in OWN:
                route.continue_()
            else:
                watched.foreign.append(route.request.url)
                route.abort()

        def heard(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning"):
                watched.errors.append(message.text)

        context.route("**/*", guard)
        page.on("console", heard)
        page.on("pageerror", lambda error: watched.errors.append(str(error)))
        page.goto(address)
        return watched

    yield opened
    for context in contexts:
        context.close()
