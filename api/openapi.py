"""The interface written down: ``python -m api.openapi FILE``.

For developers: the file is compared in the tests, so that no change to the interface goes unseen.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from api.app import create_app
from api.settings.server import Settings


def as_text() -> str:
    """Return the OpenAPI description, sorted, without the version of the product."""
    made = create_app(Settings(projects=Path())).openapi()
    made["info"].pop("version")
    return json.dumps(made, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(as_text(), encoding="utf-8", newline="\n")
