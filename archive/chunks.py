"""Read files piece by piece, so that no file has to fit into memory."""

import hashlib
from collections.abc import Iterator
from typing import Protocol

CHUNK_BYTES = 256 * 1024


class Readable(Protocol):
    """A file, or the body of an answer."""

    def read(self, size: int, /) -> bytes:
        """Return at most so many bytes; none at the end."""
        ...


def chunks(file: Readable) -> Iterator[bytes]:
    """Yield the bytes of a file from where it stands."""
    while chunk := file.read(CHUNK_BYTES):
        yield chunk


def digest_and_size(file: Readable) -> tuple[bytes, int]:
    """Return the SHA-256 and the size in bytes of what a file holds from where it stands."""
    digest = hashlib.sha256()
    size_bytes = 0
    for chunk in chunks(file):
        digest.update(chunk)
        size_bytes += len(chunk)
    return digest.digest(), size_bytes
