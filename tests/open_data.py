"""Where real open data lies, if it does: it may not be part of the repository."""

from __future__ import annotations

import os
from pathlib import Path


def open_data_folder() -> Path | None:
    """Return the folder GEO_PLANNER_OPEN_DATA names, or the one beside the repository."""
    named = os.environ.get("GEO_PLANNER_OPEN_DATA")
    beside = Path(__file__).parents[2] / "shared" / "data"
    folder = Path(named) if named else beside
    return folder if folder.is_dir() else None
