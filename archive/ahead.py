"""Calls that are under way while earlier results are used."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from typing import TypeVar

Given = TypeVar("Given")
Got = TypeVar("Got")


def ahead(
    pool: Executor, call: Callable[[Given], Got], items: Iterable[Given], most: int
) -> Iterator[tuple[Given, Got]]:
    """Yield each item with what `call` gives for it, in order.

    Args:
        pool: where the calls are made.
        call: what is called with each item.
        items: read no further than needed.
        most: how many calls are under way, or done and not yet yielded, at once.
    """
    waiting: deque[tuple[Given, Future[Got]]] = deque()
    for item in items:
        waiting.append((item, pool.submit(call, item)))
        if len(waiting) >= most:
            first, future = waiting.popleft()
            yield first, future.result()
    while waiting:
        first, future = waiting.popleft()
        yield first, future.result()
