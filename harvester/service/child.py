"""The child's side of supervision: die with the service, and show signs of life."""

import os
from contextlib import suppress
from time import monotonic

from archive.orphans import die_with_parent

BEAT_EVERY_S = 1.0


class Beats:
    """A `Progress` that sends heartbeats to the service through a pipe."""

    def __init__(self, descriptor: int) -> None:
        """Send heartbeats into this end of a pipe."""
        os.set_blocking(descriptor, False)
        os.set_inheritable(descriptor, False)
        self._descriptor = descriptor
        self._last = 0.0

    def phase(self, title: str, total: int | None = None) -> None:
        """Send a heartbeat."""
        self._beat()

    def advance(self, steps: int = 1, detail: str = "") -> None:
        """Send a heartbeat."""
        self._beat()

    def _beat(self) -> None:
        if monotonic() - self._last < BEAT_EVERY_S:
            return
        self._last = monotonic()
        # A full pipe has heartbeats enough, and a closed one has no reader.
        with suppress(BlockingIOError, BrokenPipeError):
            os.write(self._descriptor, b".")


def supervision(parent: int, descriptor: int) -> str:
    """Return the argument that `be_supervised` reads."""
    return f"{parent}:{descriptor}"


def be_supervised(text: str) -> Beats:
    """Become a job of a service.

    Raises:
        ValueError: this is not what `supervision` wrote.
    """
    parent, _, descriptor = text.partition(":")
    die_with_parent(int(parent))
    return Beats(int(descriptor))
