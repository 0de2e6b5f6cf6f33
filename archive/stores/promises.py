"""Test a store's promises on its real server or disk."""

import os
import threading
from collections.abc import Callable, Iterator
from typing import NamedTuple

from archive.errors import ObjectExists, ObjectNotFound
from archive.stores import ObjectStore

WRITERS = 8
LARGE_BYTES = 20 * 1024 * 1024
"""More than one part of a multipart upload."""


class Tried(NamedTuple):
    """One promise, and whether it was kept."""

    promise: str
    holds: bool


def try_promises(store: ObjectStore) -> Iterator[Tried]:
    """Test each promise in a scratch store, which is removed afterwards.

    Raises:
        TryLater: the store cannot be used at all.
    """
    for promise, keeps in _PROMISES.items():
        with store.scratch() as scratch:
            yield Tried(promise, keeps(scratch))


def writes_once(store: ObjectStore) -> bool:
    """Tell whether a second put of a key is refused and leaves the first."""
    store.put_new("once", b"first")
    try:
        store.put_new("once", b"second")
    except ObjectExists:
        return store.get("once") == b"first"
    return False


def _lets_one_writer_win(store: ObjectStore) -> bool:
    won: list[int] = []
    barrier = threading.Barrier(WRITERS)

    def write(number: int) -> None:
        barrier.wait()
        try:
            store.put_new("race", str(number).encode() * 50_000)
        except ObjectExists:
            return
        won.append(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(won) == 1 and store.get("race") == str(won[0]).encode() * 50_000


def _shows_at_once_what_was_put(store: ObjectStore) -> bool:
    for number in range(10):
        key, content = f"fresh/{number}", os.urandom(1000)
        if store.exists(key):
            return False
        store.put_new(key, content)
        listed = [info.key for info in store.list("fresh/")]
        if store.get(key) != content or listed[-1:] != [key]:
            return False
    return True


def _lists_in_order(store: ObjectStore) -> bool:
    keys = sorted(["a-b", "a/b", "a.b", "a0", "ab", "A/z", "a/b-c", "Z"])
    for key in reversed(keys):
        store.put_new(key, b"")
    after = [info.key for info in store.list("a", after="a/b")]
    return [info.key for info in store.list()] == keys and after == [
        key for key in keys if key.startswith("a") and key > "a/b"
    ]


def _keeps_large_files(store: ObjectStore) -> bool:
    content = os.urandom(1024 * 1024) * (LARGE_BYTES // (1024 * 1024))
    path = store.staging / f"probe-{os.getpid()}"
    path.write_bytes(content)
    store.put_files({"large": path})
    with store.open("large") as file:
        file.seek(-7, os.SEEK_END)
        return file.read() == content[-7:] and store.head("large").size_bytes == len(content)


def _says_what_is_missing(store: ObjectStore) -> bool:
    try:
        store.get("nothing")
    except ObjectNotFound:
        return not store.exists("nothing")
    return False


_PROMISES: dict[str, Callable[[ObjectStore], bool]] = {
    "a key is written once": writes_once,
    "of many writers of a key one wins": _lets_one_writer_win,
    "what was put is there at once, and listed": _shows_at_once_what_was_put,
    "keys are listed in byte order, after any key": _lists_in_order,
    "large files come back, from any place in them": _keeps_large_files,
    "what is missing is said": _says_what_is_missing,
}
