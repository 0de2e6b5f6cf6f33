"""Read a part of an object, from where a connection was cut on."""

import time
from collections.abc import Callable
from typing import BinaryIO, Protocol

from archive.chunks import CHUNK_BYTES
from archive.errors import StoreUnavailable

READS = 4
"""Attempts in a row to read the rest of an answer that was cut."""


class Source(Protocol):
    """What bytes come from: a file, or an answer that may be cut."""

    def read(self, size: int, /) -> bytes:
        """Return at most so many bytes; none at the end, or where it was cut."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class RangedRead:
    """The bytes of an object from one place up to another; closed by whoever opened it."""

    def __init__(self, begin: Callable[[int], Source], first: int, stop: int, name: str) -> None:
        """Open it.

        Args:
            begin: gives the object's bytes from a place on.
            first: the first byte's place.
            stop: the place after the last one.
            name: of the object, for people.

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
        """Let go of where it came from."""
        if self._source is not None:
            self._source.close()
            self._source = None


def ranged_read(open_: Callable[[], BinaryIO], first: int, stop: int, name: str) -> RangedRead:
    """Return a part of what can be opened as a file."""

    def begin(at: int) -> BinaryIO:
        file = open_()
        file.seek(at)
        return file

    return RangedRead(begin, first, stop, name)


def skip(source: Source, count: int) -> None:
    """Read so many bytes: a server that ignores which part is asked for sends all.

    Raises:
        StoreUnavailable: there are not so many.
    """
    while count:
        chunk = source.read(min(count, CHUNK_BYTES))
        if not chunk:
            raise StoreUnavailable("the server", "its answer was cut short")
        count -= len(chunk)
