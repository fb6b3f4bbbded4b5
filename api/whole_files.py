"""Files written whole: the old one stays until the new one is there, and nothing is left over."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def write_whole(out: Path, made: bytes) -> None:
    """Write a file, its folder too; of several who write it at once the last one stands.

    Raises
    ------
    OSError
        If it cannot be written; a file that stood there before is as it was.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    half = out.with_name(f".{os.getpid()}.part")  # two processes must not share it
    try:
        half.write_bytes(made)
        half.replace(out)
    except OSError:
        half.unlink(missing_ok=True)
        raise
