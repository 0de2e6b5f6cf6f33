"""Extract the text of Word files of 1997-2003 (MS-DOC) from their piece table.

Offsets are those of Microsoft's "[MS-DOC]: Word (.doc) Binary File Format", sections 2.5 (file
information block) and 2.9 (piece table).
"""

import io
import re
import struct

import olefile

from harvester.characters import LINE_BREAK
from harvester.text.conventions import Conventions
from harvester.text.markup import as_text
from harvester.text.result import ExtractionFailed, Text

STREAM_LIMIT_BYTES = 64 << 20
"""Limit of a stream; letters of hundreds of pages stay below 10 MB."""

_MAGIC = 0xA5EC
_WORD_97 = 0xC1
_ENCRYPTED = 0x0100
_SECOND_TABLE = 0x0200
_FLAGS_AT = 0x0A
_COUNTS_AT = 0x4C
_CLX_AT = 0x1A2
_ONE_BYTE = 0x4000_0000
_PROPERTIES, _PIECES = 1, 2

_FIELD_CODE = re.compile(r"\x13[^\x13\x14\x15]*(?:\x14|(?=\x15))|\x15")
_ROW_END = "\x07\x07"
_AS_WRITTEN = {
    "\x07": " | ",
    "\x0b": LINE_BREAK,
    "\x0c": "\r",
    "\x1e": "-",
    "\x1f": "",
}


def read_doc(data: bytes, conventions: Conventions) -> Text:
    """Extract the text of body, footnotes and endnotes, without heads and feet.

    Raises:
        ExtractionFailed: it is encrypted, damaged, or older than Word 97.
    """
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as container:
            parts = _parts(container)
    except (OSError, struct.error, UnicodeDecodeError) as error:
        raise ExtractionFailed(f"not readable: {error}") from error
    return as_text([paragraph for part in parts for paragraph in _paragraphs(part)])


def _parts(container: olefile.OleFileIO) -> tuple[str, ...]:
    """Return the texts of body, footnotes and endnotes."""
    head = _stream(container, "WordDocument")
    magic, version = struct.unpack_from("<HH", head, 0)
    if magic != _MAGIC or version < _WORD_97:
        raise ExtractionFailed("not readable: no file of Word 97 or later")
    (flags,) = struct.unpack_from("<H", head, _FLAGS_AT)
    if flags & _ENCRYPTED:
        raise ExtractionFailed("encrypted")
    table = _stream(container, "1Table" if flags & _SECOND_TABLE else "0Table")
    start, length = struct.unpack_from("<II", head, _CLX_AT)
    text = _text(head, table[start : start + length])
    body, notes, heads, macros, remarks, endnotes = struct.unpack_from("<6I", head, _COUNTS_AT)
    after = body + notes + heads + macros + remarks
    return text[:body], text[body : body + notes], text[after : after + endnotes]


def _stream(container: olefile.OleFileIO, name: str) -> bytes:
    if not container.exists(name):
        raise ExtractionFailed(f"not readable: no {name} in it")
    data: bytes = container.openstream(name).read(STREAM_LIMIT_BYTES + 1)
    if len(data) > STREAM_LIMIT_BYTES:
        raise ExtractionFailed(f"{name} is larger than {STREAM_LIMIT_BYTES} bytes")
    return data


def _text(head: bytes, clx: bytes) -> str:
    """Join the pieces of the text, each in Windows-1252 or UTF-16."""
    table = _table_of_pieces(clx)
    count = (len(table) - 4) // 12
    places = struct.unpack_from(f"<{count + 1}I", table, 0)
    pieces: list[str] = []
    for number in range(count):
        (at,) = struct.unpack_from("<I", table, 4 * (count + 1) + 8 * number + 2)
        length = places[number + 1] - places[number]
        if length < 0 or length > len(head):
            raise ExtractionFailed("not readable: a piece of the text is outside the file")
        if at & _ONE_BYTE:
            start = (at & ~_ONE_BYTE) // 2
            pieces.append(head[start : start + length].decode("cp1252", "replace"))
        else:
            pieces.append(head[at : at + 2 * length].decode("utf-16-le", "replace"))
    return "".join(pieces)


def _table_of_pieces(clx: bytes) -> bytes:
    """Find the piece table after the lists of properties."""
    at = 0
    while at < len(clx) and clx[at] == _PROPERTIES:
        (length,) = struct.unpack_from("<H", clx, at + 1)
        at += 3 + length
    if at >= len(clx) or clx[at] != _PIECES:
        raise ExtractionFailed("not readable: no table of pieces in it")
    (length,) = struct.unpack_from("<I", clx, at + 1)
    return clx[at + 5 : at + 5 + length]


def _paragraphs(part: str) -> list[str]:
    """Return the paragraphs; a table row is one, its cells separated by ` | `."""
    part = part.replace("\x02", "").replace(_ROW_END, "\r")
    while (plain := _FIELD_CODE.sub("", part)) != part:
        part = plain
    for sign, written in _AS_WRITTEN.items():
        part = part.replace(sign, written)
    return part.split("\r")
