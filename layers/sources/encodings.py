"""Text encodings of Chinese office files, told apart by strict decoding."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable

from geo_planner.errors import BadEncodingError, UnreadableFileError
from geo_planner.notes import msgid

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CANDIDATES = ("utf-8", "gb18030")
"""In this order: Chinese GB18030 text is practically never valid UTF-8, the reverse happens.
GB18030 contains GBK and GB2312."""


def decode_text(data: bytes, *, file: str) -> tuple[str, str]:
    """Return the text of a file's bytes and the encoding it was in.

    Raises
    ------
    UnreadableFileError
        If the bytes are not text at all.
    BadEncodingError
        If they are text in no encoding Chinese offices use.
    """
    for mark, codec in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(codec), codec
            except UnicodeDecodeError as broken:
                raise BadEncodingError(file, f"{codec}, byte {broken.start}") from None
    if b"\x00" in data[:65536]:
        raise UnreadableFileError(file, msgid("it is a binary file, not text"))
    for codec in CANDIDATES:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError as broken:
            where = broken.start
            continue
        if (
            sum(ord(letter) < 32 and letter not in "\t\r\n\x0b\x0c\x1a" for letter in text[:65536])
            > 3
        ):
            raise UnreadableFileError(file, msgid("it is a binary file, not text"))
        if codec == "gb18030" and _is_western(data):
            where = next(place for place, byte in enumerate(data) if byte > 0x7F)
            break
        return text, codec
    raise BadEncodingError(file, f"neither UTF-8 nor GB18030 (line {data[:where].count(10) + 1})")


def _is_western(data: bytes) -> bool:
    """Return whether letters look like accented Latin text that happens to be valid GB18030.

    There an accented letter takes the plain letter after it with it (``è`` and ``v``). Such pairs
    are Chinese characters so rare that they are never most of a text.
    """
    pairs = re.findall(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]", data[:1_000_000])
    rare = sum(pair[1] < 0x80 for pair in pairs)
    return bool(2 * rare > len(pairs))


def choose_codec(samples: Iterable[bytes], stated: str | None = None) -> str | None:
    """Return the first codec that decodes every sample, or None; a cut-off last letter is forgiven.

    Parameters
    ----------
    samples
        Field values of a dbf table.
    stated
        What a ``.cpg`` file says; tried first.
    """
    known = list(samples)
    codecs_tried: tuple[str, ...] = (*((stated,) if stated else ()), *CANDIDATES)
    for codec in codecs_tried:
        try:
            for sample in known:
                codecs.getincrementaldecoder(codec)("strict").decode(sample, final=False)
        except (UnicodeDecodeError, LookupError):
            continue
        if codec == "gb18030" and _is_western(b" ".join(known)):
            continue
        return codec
    return None


def decode_cut(sample: bytes, codec: str) -> str:
    """Return text whose last letter may be cut in half, as dbf does at a field's end."""
    return codecs.getincrementaldecoder(codec)("strict").decode(sample, final=False)
