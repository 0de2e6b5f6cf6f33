"""Turns: so many at once, the others in the order in which they came, and no endless queue."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

RETRY_AFTER_S = 10
"""When to come back to a site that has too much to do."""


class Busy(Exception):
    """Too many wait for a turn already; nothing was done."""

    status = 503


@dataclass(slots=True)
class Turns:
    """Work of one kind in one server process, of which only some is done at a time.

    Attributes:
        at_once: how many have a turn at a time.
        most_waiting: beyond so many the next one is told to come back later.
        refused: how many were.
    """

    at_once: int
    most_waiting: int
    refused: int = 0
    _taken: int = 0
    _semaphores: dict[asyncio.AbstractEventLoop, asyncio.Semaphore] = field(default_factory=dict)

    @property
    def waiting(self) -> int:
        """How many wait for a turn."""
        return max(0, self._taken - self.at_once)

    @property
    def running(self) -> int:
        """How many have a turn."""
        return min(self._taken, self.at_once)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn, first come first served.

        Raises:
            Busy: too many wait already.
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
            self._semaphores.clear()  # loops end only in tests
            self._semaphores[loop] = asyncio.Semaphore(self.at_once)
        return self._semaphores[loop]


DOWNLOADS = Turns(at_once=2, most_waiting=64)
"""Long downloads: each step of one reads the index, and pages must not wait for many of them."""
