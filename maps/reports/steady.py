"""Office files with no moment inside, so that the same content is the same bytes."""

from __future__ import annotations

import io
import re
import zipfile

STAMP = b"2000-01-01T00:00:00Z"
"""The moment that stands in every file instead of the one at which it was written."""
_ZIP_DATE = (2000, 1, 1, 0, 0, 0)
_TYPES = "[Content_Types].xml"
_MOMENT = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def steady_zip(data: bytes) -> bytes:
    """Return an xlsx or docx file with every date fixed and its parts in one order.

    The list of content types stays first, where some readers look for it.
    """
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as target,
    ):
        for name in sorted(source.namelist(), key=lambda name: (name != _TYPES, name)):
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _MOMENT.sub(rb"\g<1>" + STAMP, content)
            entry = zipfile.ZipInfo(name, _ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            target.writestr(entry, content)
    return made.getvalue()
