"""Browser files: served from this server only, kept by browsers for long."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from maps import ASSETS

FOLDER = Path(__file__).parent / "static"
A_YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where browser files stand: below these addresses, the pages' own from ``folder``."""

    maps: str
    pages: str
    folder: Path


class LongLived(StaticFiles):
    """Files whose address changes when they do."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file with leave to keep it for a year."""
        response = await super().get_response(path, scope)
        if response.status_code < 400:
            response.headers["Cache-Control"] = A_YEAR
        return response


@cache
def addresses() -> Addresses:
    """Return the addresses, each with a mark of the content behind it."""
    return Addresses(
        maps=f"/static/{_mark(ASSETS)}", pages=f"/static/{_mark(FOLDER)}-pages", folder=FOLDER
    )


def _mark(folder: Path) -> str:
    """Return a short text that changes when a file of the folder does."""
    found = blake2b(digest_size=6)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            size = path.stat().st_size
            found.update(f"{path.relative_to(folder).as_posix()} {size}\n".encode())
            if size < 100_000:
                found.update(path.read_bytes())
    return found.hexdigest()
