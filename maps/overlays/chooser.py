"""What can be chosen on a map that a server shows: type of facility and way to travel."""

from __future__ import annotations

from maps.canvas import Drawing
from maps.fragments import fragment
from maps.scene import Scene


def draw(scene: Scene) -> Drawing:
    """Return the form at the top of the side panel, or nothing in a file."""
    doors = scene.doors
    if doors is None or not doors.choices:
        return Drawing()
    made = fragment("chooser.html", scene.say, choices=doors.choices, kept=doors.kept)
    return Drawing(sections=(made,))
