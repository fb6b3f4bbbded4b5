"""Write a map as one file, or as a page with a folder of browser files beside it."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from api.whole_files import write_whole

if TYPE_CHECKING:
    from maps import PlannerMap


def write_map(drawn: PlannerMap, out: Path, *, self_contained: bool) -> None:
    """Write ``drawn`` to ``out``; the old file stays until the new one is whole.

    Without ``self_contained`` the browser files that the page names are copied to ``<name>_files``
    beside it, so that the page still needs no server and no network.
    """
    from maps import render_html  # noqa: PLC0415 - folium is heavy

    out.parent.mkdir(parents=True, exist_ok=True)
    if self_contained:
        page = render_html(drawn, self_contained=True)
    else:
        beside = f"{out.stem}_files"
        url = f"{quote(beside)}/"
        page = render_html(drawn, self_contained=False, static_url=url)
        _copy_assets(page, url, out.parent / beside)
    write_whole(out, page.encode())


def _copy_assets(page: str, url: str, folder: Path) -> None:
    """Copy every package of browser files that the page names; style sheets name more of it."""
    from maps import ASSETS  # noqa: PLC0415 - see above

    named = {unquote(match) for match in re.findall(re.escape(url) + r"([^\"')\s?#]+)", page)}
    for package in sorted({_package(path) for path in named}):
        if (ASSETS / package).is_dir():
            shutil.copytree(ASSETS / package, folder / package, dirs_exist_ok=True)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ASSETS / package, folder / package)


def _package(path: str) -> str:
    """Return the top folder of an asset: ``leaflet``, or with its scope ``@neos21/glyphicons``."""
    parts = path.split("/")
    return os.path.join(*parts[:2]) if parts[0].startswith("@") else parts[0]  # noqa: PTH118 - a relative name
