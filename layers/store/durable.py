"""Files that are on the disk when a call returns, whole or not at all."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path


def sync_file(path: Path) -> None:
    """Wait until the bytes of a file are on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk; Windows does so by itself."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def put_file(made: Path, final: Path) -> None:
    """Give a finished file its final name in one step, and wait until both are on the disk.

    Before the rename any fault is raised and nothing has changed; after it the new file is there,
    so that a disk that cannot say when the name is safe is no fault any more.
    """
    sync_file(made)
    made.replace(final)
    with suppress(OSError):
        sync_folder(final.parent)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
