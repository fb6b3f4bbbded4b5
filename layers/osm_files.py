"""Files of OpenStreetMap that cannot be read: one refusal for whatever pyosmium says of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geo_planner.errors import UnreadableFileError


@contextmanager
def refuse_broken(path: Path) -> Iterator[None]:
    """Refuse the file where pyosmium breaks off: damaged, no map at all, impossible positions.

    Raises
    ------
    UnreadableFileError
        With pyosmium's own words.
    """
    import osmium  # noqa: PLC0415 - heavy

    try:
        yield
    except (RuntimeError, osmium.InvalidLocationError) as problem:
        raise UnreadableFileError(path.name, str(problem)) from problem
