"""Start calls in a pool before their results are needed."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from typing import TypeVar

Given = TypeVar("Given")
Got = TypeVar("Got")


def prefetch(
    pool: Executor, call: Callable[[Given], Got], items: Iterable[Given], most: int
) -> Iterator[tuple[Given, Got]]:
    """Yield each item with the result of calling `call` on it, in order.

    Args:
        pool: runs the calls.
        call: called with each item.
        items: consumed no further than needed.
        most: how many calls may be running, or finished and not yet yielded, at once.
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
