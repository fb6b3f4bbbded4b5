"""What every request passes first: size, host, origin; and the headers every answer carries."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

from fastapi import HTTPException
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.headers import HEADERS
from api.problems import answer, problem_of
from geo_planner.errors import GeoPlannerError, TooLargeError
from geo_planner.notes import msgid

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_NAMES = frozenset({"localhost", "testserver"})


class ForeignError(GeoPlannerError):
    """The request comes from, or is addressed to, a host that is not this server."""

    code = "foreign-origin"
    template = msgid("Changes are accepted only from pages of this server.")


class SecurityHeaders:
    """Put the headers on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete the answer's headers."""

        async def complete(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, complete)


class OwnHostOnly:
    """Refuse requests addressed to a foreign name, and changes asked for by a foreign page.

    A page elsewhere could otherwise make a planner's browser change a project on this computer: by
    a form (seen in ``Origin``), or by pointing its own name at this computer (seen in ``Host``).
    """

    def __init__(self, app: ASGIApp, *, host: str, allowed: Iterable[str]) -> None:
        self.app = app
        self.allowed = OWN_NAMES | {host.lower()} | {name.lower() for name in allowed}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it with 403."""
        if scope["type"] == "http" and not self._welcome(scope):
            request = Request(scope, receive)
            await answer(request, problem_of(ForeignError(), 403, request))(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _welcome(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not self._own_name(host):
            return False
        if scope["method"] in SAFE_METHODS:
            return True
        if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            return False
        origin = headers.get("origin")
        return origin is None or urlsplit(origin).netloc.lower() == host.lower()

    def _own_name(self, host: str) -> bool:
        name = (urlsplit(f"//{host}").hostname or "").lower() if host else ""
        return name in self.allowed or _is_address(name)


def _is_address(name: str) -> bool:
    """Return whether a host is a plain IP address, which no foreign name can stand for."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


class BodyLimit:
    """Refuse a request body beyond a limit, by its stated length or as soon as it is passed."""

    def __init__(self, app: ASGIApp, *, limit_mb: int) -> None:
        self.app = app
        self.limit_mb = limit_mb
        self.limit = limit_mb * 1_000_000

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count the body while it comes in."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        stated = Headers(scope=scope).get("content-length", "")
        if stated.isdigit() and int(stated) > self.limit:
            request = Request(scope, receive)
            error = TooLargeError(
                what="upload", size=f"{int(stated) / 1e6:.0f} MB", limit=f"{self.limit_mb} MB"
            )
            await answer(request, problem_of(error, 413, request))(scope, receive, send)
            return
        await self.app(scope, self._counted(receive), send)

    def _counted(self, receive: Receive) -> Receive:
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self.limit:
                raise HTTPException(413)
            return message

        return counted
