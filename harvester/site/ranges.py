"""Requests for a part of a file (RFC 9110, section 14)."""

import re

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})").fullmatch


def requested_range(text: str | None, size_bytes: int) -> range | None:
    """Read a Range header.

    Args:
        text: of the header; None if there is none.
        size_bytes: of the whole file.

    Returns:
        The places of the bytes; empty if the file has none of them (416). None for the whole
        file: no range, several ranges, or one that makes no sense, which a server must ignore.
    """
    match = _RANGE((text or "").strip())
    if match is None or not (match[1] or match[2]):
        return None
    if not match[1]:
        return range(max(0, size_bytes - int(match[2])), size_bytes)
    first = int(match[1])
    if match[2] and int(match[2]) < first:
        return None
    return range(first, min(int(match[2]) + 1, size_bytes) if match[2] else size_bytes)


def content_range(part: range, size_bytes: int) -> str:
    """Return the Content-Range header for a part, or for an empty one, which is refused."""
    return f"bytes {part.start}-{part.stop - 1}/{size_bytes}" if part else f"bytes */{size_bytes}"
