"""Extract the texts of many files in worker processes; a crash costs one file."""

import os
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from multiprocessing.connection import wait
from types import TracebackType
from typing import Self

from harvester.text.extraction import extract
from harvester.text.pool import Item, Worker
from harvester.text.result import Text, failed
from harvester.text.worker import OUT_OF_MEMORY, Task, too_large

BATCH = 4
"""Most files in one message."""

BATCH_BYTES = 1 << 20
"""Most bytes in one message, unless a single file has more."""


class Extractor:
    """A pool of worker processes that extract texts.

    A file that takes too long or too much memory, or crashes its worker, fails alone; the worker is
    replaced.
    """

    def __init__(
        self, *, workers: int, timeout_s: float, memory_bytes: int, task: Task = extract
    ) -> None:
        """Set the limits; processes start when there are files.

        Args:
            workers: number of processes; 0 for one per processor.
            timeout_s: limit for one file.
            memory_bytes: address space of one process.
            task: the workers' function, importable.
        """
        self._count = workers or os.cpu_count() or 1
        self._timeout_s = timeout_s
        self._memory_bytes = memory_bytes
        self._task = task
        self._workers: list[Worker] = []

    def __enter__(self) -> Self:
        """Return the pool."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the processes."""
        self.close()

    def close(self) -> None:
        """End the processes; later calls start new ones."""
        while self._workers:
            self._workers.pop().close()

    def map(self, items: Iterable[Item]) -> Iterator[tuple[str, Text]]:
        """Yield each file's digest and text, in order of completion.

        At most `BATCH` files per worker, and one more, are taken from `items` ahead of their
        results.

        Raises:
            ExtractorBroken: no worker can be started.
        """
        source, again = iter(items), deque[Item]()
        try:
            while self._hand_out(source, again):
                yield from self._collect(again)
        finally:
            for worker in [worker for worker in self._workers if not worker.is_idle]:
                self._remove(worker)

    def _hand_out(self, source: Iterator[Item], again: deque[Item]) -> bool:
        """Send files to every idle worker; tell whether any worker has files."""
        idle = [worker for worker in self._workers if worker.is_idle]
        given: list[tuple[Worker, list[Item]]] = []
        for _ in range(self._count - len(self._workers) + len(idle)):
            batch = _next_batch(source, again)
            if not batch:
                break
            given.append((idle.pop() if idle else self._start(), batch))
        for worker, batch in given:
            self._send(worker, batch)
        return any(not worker.is_idle for worker in self._workers)

    def _start(self) -> Worker:
        worker = Worker(self._memory_bytes, self._task)
        self._workers.append(worker)
        return worker

    def _send(self, worker: Worker, batch: list[Item]) -> None:
        """Send files to the worker, or to a new one if it died while idle.

        A worker that dies because of its files is noticed when its results are collected.
        """
        try:
            worker.send(batch, self._timeout_s)
        except OSError:
            if worker.exit_code() == OUT_OF_MEMORY:
                return
            self._remove(worker)
            with suppress(OSError):
                self._start().send(batch, self._timeout_s)

    def _collect(self, again: deque[Item]) -> Iterator[tuple[str, Text]]:
        """Wait for the next events, and yield the results."""
        busy = [worker for worker in self._workers if not worker.is_idle]
        patience = min(worker.deadline for worker in busy) - time.monotonic()
        happened = wait([worker.connection for worker in busy], max(0.0, patience))
        for worker in busy:
            if worker.connection in happened:
                yield from self._receive(worker, again)
            elif worker.deadline <= time.monotonic() and not worker.connection.poll():
                reason = failed(f"took longer than {self._timeout_s:g} s")
                yield self._give_up(worker, reason, again)

    def _receive(self, worker: Worker, again: deque[Item]) -> Iterator[tuple[str, Text]]:
        while not worker.is_idle and worker.connection.poll():
            try:
                done = worker.receive(self._timeout_s)
            except (EOFError, OSError):
                yield self._give_up(worker, self._reason(worker.exit_code()), again)
                return
            yield done

    def _give_up(self, worker: Worker, text: Text, again: deque[Item]) -> tuple[str, Text]:
        """Kill a worker because of its first file; its other files are queued again."""
        sha256, *_ = worker.items.popleft()
        again.extend(worker.items)
        self._remove(worker)
        return sha256, text

    def _reason(self, exit_code: int | None) -> Text:
        if exit_code == OUT_OF_MEMORY:
            return too_large(self._memory_bytes)
        if exit_code is not None and exit_code < 0:
            return failed(f"the extractor died (signal {-exit_code})")
        return failed(f"the extractor died (exit code {exit_code})")

    def _remove(self, worker: Worker) -> None:
        self._workers.remove(worker)
        worker.kill()


def _next_batch(source: Iterator[Item], again: deque[Item]) -> list[Item]:
    batch: list[Item] = []
    size = 0
    while len(batch) < BATCH:
        item = again.popleft() if again else next(source, None)
        if item is None:
            break
        content = item[1]
        size += len(content) if isinstance(content, bytes) else BATCH_BYTES
        if batch and size > BATCH_BYTES:
            again.appendleft(item)
            break
        batch.append(item)
    return batch
