"""Validate object keys, so that no key can lead outside an archive."""

import re

from archive.errors import KeyInvalid

KEY_LIMIT = 1024
"""Bytes in a key; what S3 allows."""
PART_LIMIT = 255
"""Bytes between two slashes; what Linux file systems allow."""

_is_part = re.compile(r"[A-Za-z0-9_=-][A-Za-z0-9._=-]*").fullmatch
_is_source = re.compile(r"[a-z][a-z0-9_-]{0,63}").fullmatch
_is_sha256 = re.compile(r"[0-9a-f]{64}").fullmatch


def is_part(name: str) -> bool:
    """Tell whether a name may stand between two slashes.

    Letters, digits and `. _ - =`, no leading dot. That excludes `..`, hidden names, spaces, and
    names that file systems or shells treat specially, such as `lost+found`.
    """
    return len(name) <= PART_LIMIT and _is_part(name) is not None


def check(key: str) -> str:
    """Return the key if it is valid.

    Raises:
        KeyInvalid: it is empty, too long, absolute, or has a part that `is_part` refuses.
    """
    if len(key) > KEY_LIMIT:
        raise KeyInvalid(key, f"longer than {KEY_LIMIT} characters")
    for part in key.split("/"):
        if not is_part(part):
            raise KeyInvalid(
                key, f"{part!r} is not made of letters, digits and . _ - = (dot not first)"
            )
    return key


def check_source(source: str) -> str:
    """Return a source's name if it is valid: `[a-z][a-z0-9_-]{0,63}`.

    Raises:
        KeyInvalid: it is something else.
    """
    if not _is_source(source):
        raise KeyInvalid(source, "a source is named by lower-case letters, digits, _ and -")
    return source


def is_sha256(text: str) -> bool:
    """Tell whether a text is a SHA-256 in lower-case hexadecimal."""
    return _is_sha256(text) is not None


def payload_key(sha256: str) -> str:
    """Return the key of a payload.

    Raises:
        KeyInvalid: the digest is not 64 lower-case hex digits.
    """
    if not _is_sha256(sha256):
        raise KeyInvalid(sha256, "not a SHA-256 in lower-case hex")
    return f"payloads/{sha256[:2]}/{sha256}"


def log_prefix(source: str) -> str:
    """Return the prefix of the keys of a source's segments; raises `KeyInvalid`."""
    return f"log/{check_source(source)}/"


def segment_key(source: str, sequence: int) -> str:
    """Return the key of a segment; raises `KeyInvalid`."""
    return f"{log_prefix(source)}{sequence:010d}.jsonl.gz"


_segment = re.compile(r"log/(?P<source>[^/]+)/(?P<sequence>[0-9]{10})\.jsonl\.gz").fullmatch


def segment_sequence(key: str) -> int | None:
    """Return the sequence number in a segment's key, or None when it is no such key."""
    match = _segment(key)
    return int(match["sequence"]) if match else None
