"""The parent's side of a worker process."""

import signal
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing import get_context, resource_tracker
from typing import TypeAlias

from harvester.errors import ExtractorBroken
from harvester.text.conventions import Conventions
from harvester.text.result import Text
from harvester.text.worker import Content, Task, serve

Item: TypeAlias = tuple[str, Content, str, Conventions]
"""Digest, content and media type of a file, and the conventions to read it by."""

START_TIMEOUT_S = 60.0
_END_TIMEOUT_S = 5.0

_spawn = get_context("spawn")


class Worker:
    """A process and its queue of files; it works on the first one.

    Attributes:
        connection: receives its texts.
        items: the unanswered files, in order.
        deadline: of the first file, on the monotonic clock.
    """

    def __init__(self, memory_bytes: int, task: Task) -> None:
        """Start the process without waiting until it is ready."""
        self.connection, theirs = _spawn.Pipe()
        self.items: deque[Item] = deque()
        self.deadline = 0.0
        self._is_ready = False
        self._process = _spawn.Process(
            target=serve, args=(theirs, memory_bytes, task), daemon=True, name="extractor"
        )
        # The tracker's own start unblocks SIGINT, so it goes first. The process then starts with
        # SIGINT blocked, and cannot be interrupted before it ignores the signal.
        resource_tracker.ensure_running()
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            self._process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        theirs.close()

    @property
    def is_idle(self) -> bool:
        """Whether its queue is empty."""
        return not self.items

    def send(self, items: Sequence[Item], timeout_s: float) -> None:
        """Send it files.

        Raises:
            OSError: the process has ended.
            ExtractorBroken: it was never ready.
        """
        self._wait_until_ready()
        self.items.extend(items)
        self.deadline = time.monotonic() + timeout_s
        self.connection.send([job for _, *job in items])

    def receive(self, timeout_s: float) -> tuple[str, Text]:
        """Receive the text of its first file.

        Raises:
            EOFError: the process has ended.
            OSError: the same.
        """
        text: Text = self.connection.recv()
        sha256, *_ = self.items.popleft()
        self.deadline = time.monotonic() + timeout_s
        return sha256, text

    def kill(self) -> None:
        """End the process now."""
        self.connection.close()
        self._process.kill()
        self._process.join()
        self._process.close()

    def exit_code(self) -> int | None:
        """Return the exit code of a process that closed its connection; None if it does not end."""
        self._process.join(_END_TIMEOUT_S)
        return self._process.exitcode

    def close(self) -> None:
        """Let an idle process end by itself, and kill a busy one."""
        self.connection.close()
        if self.is_idle:
            self._process.join(_END_TIMEOUT_S)
        self.kill()

    def _wait_until_ready(self) -> None:
        if self._is_ready:
            return
        with suppress(EOFError, OSError):
            if self.connection.poll(START_TIMEOUT_S):
                self.connection.recv()
                self._is_ready = True
                return
        raise ExtractorBroken(f"no worker can be started (exit code {self.exit_code()})")
