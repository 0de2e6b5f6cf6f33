"""Limit concurrency with a bounded first-in, first-out queue."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

RETRY_AFTER_S = 10
"""Retry-After of a busy site."""


class Busy(Exception):
    """Too many requests are waiting; nothing was done."""

    status = 503


@dataclass(slots=True)
class Turns:
    """A limit on concurrent work of one kind in one server process.

    Attributes:
        at_once: most concurrent turns.
        most_waiting: most waiting requests; further ones are refused.
        refused: number of refused requests.
    """

    at_once: int
    most_waiting: int
    refused: int = 0
    _taken: int = 0
    _semaphores: dict[asyncio.AbstractEventLoop, asyncio.Semaphore] = field(default_factory=dict)

    @property
    def waiting(self) -> int:
        """Number of waiting requests."""
        return max(0, self._taken - self.at_once)

    @property
    def running(self) -> int:
        """Number of current turns."""
        return min(self._taken, self.at_once)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn, first come first served.

        Raises:
            Busy: too many requests are waiting.
        """
        if self.waiting >= self.most_waiting:
            self.refused += 1
            raise Busy
        self._taken += 1
        try:
            async with self._semaphore():
                yield
        finally:
            self._taken -= 1

    def _semaphore(self) -> asyncio.Semaphore:
        loop = asyncio.get_running_loop()
        if loop not in self._semaphores:
            self._semaphores.clear()  # event loops end only in tests
            self._semaphores[loop] = asyncio.Semaphore(self.at_once)
        return self._semaphores[loop]


PAGES = Turns(at_once=2, most_waiting=500)
"""Turns of our own pages to read the index, as many as a process has threads for that.

Ordinary pages take some ten milliseconds: who is last of so many waits a few seconds.
"""
DOWNLOADS = Turns(at_once=2, most_waiting=64)
"""Turns of long downloads, whose steps read the index, so that pages need not wait for many."""
SQL = Turns(at_once=1, most_waiting=16)
"""Turns of readers' SQL, which runs in one process for each that serves."""
QUEUES = {"pages": PAGES, "downloads": DOWNLOADS, "sql": SQL}
