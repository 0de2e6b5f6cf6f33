"""Read a range of an object, resuming where a connection was cut."""

import time
from collections.abc import Callable
from typing import BinaryIO, Protocol

from archive.chunks import CHUNK_BYTES
from archive.errors import StoreUnavailable

READS = 4
"""Attempts in a row to read the rest of an answer that was cut."""


class Source(Protocol):
    """A source of bytes: a file, or a response that may be cut."""

    def read(self, size: int, /) -> bytes:
        """Return at most so many bytes; none at the end, or where it was cut."""
        ...

    def close(self) -> None:
        """Close it."""
        ...


class RangedRead:
    """A range of an object's bytes; closed by whoever opened it."""

    def __init__(self, begin: Callable[[int], Source], first: int, stop: int, name: str) -> None:
        """Open the range.

        Args:
            begin: returns the object's bytes from an offset on.
            first: offset of the first byte.
            stop: offset after the last byte.
            name: of the object, for messages.

        Raises:
            ObjectNotFound: there is no such object.
        """
        self._begin = begin
        self._at = first
        self._stop = stop
        self._name = name
        self._source: Source | None = begin(first)

    def __enter__(self) -> "RangedRead":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, size: int) -> bytes:
        """Return at most so many of the bytes that come next; none at the end.

        Raises:
            StoreUnavailable: the rest cannot be had now.
        """
        size = min(size, self._stop - self._at)
        if size <= 0:
            return b""
        for attempt in range(READS):
            time.sleep(attempt * 0.5)
            try:
                chunk = self._read(size)
            except StoreUnavailable:
                if attempt == READS - 1:
                    raise
                chunk = b""
            if chunk:
                self._at += len(chunk)
                return chunk
            self.close()
        raise StoreUnavailable(self._name, "the answer is cut short each time")

    def _read(self, size: int) -> bytes:
        if self._source is None:
            self._source = self._begin(self._at)
        return self._source.read(size)

    def close(self) -> None:
        """Close the source."""
        if self._source is not None:
            self._source.close()
            self._source = None


def ranged_read(open_: Callable[[], BinaryIO], first: int, stop: int, name: str) -> RangedRead:
    """Return a range of what can be opened as a file."""

    def begin(at: int) -> BinaryIO:
        file = open_()
        file.seek(at)
        return file

    return RangedRead(begin, first, stop, name)


def skip(source: Source, count: int) -> None:
    """Discard bytes, since a server that ignores ranges sends the whole object.

    Raises:
        StoreUnavailable: the source ended before.
    """
    while count:
        chunk = source.read(min(count, CHUNK_BYTES))
        if not chunk:
            raise StoreUnavailable("the server", "its answer was cut short")
        count -= len(chunk)
