"""A writer to be killed: python -m tests.unit.archive.worker ROOT [CALL NUMBER before|after].

Without CALL it writes until it is killed from outside. With it, it kills itself at the NUMBER-th
time that it makes that system call (`none`: never, and it ends after a few rounds).
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from archive.archive import Archive
from archive.entries import Entry
from archive.stores import durability
from tests.unit.archive.makers import append, digest, payload, record


def _deadly(call: Callable[..., Any], number: int, moment: str) -> Callable[..., Any]:
    counts = iter(range(1, sys.maxsize))

    def counted(*arguments: Any, **options: Any) -> Any:
        is_last = next(counts) == number
        if is_last and moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        try:
            return call(*arguments, **options)
        finally:
            if is_last:
                os.kill(os.getpid(), signal.SIGKILL)

    return counted


def _rounds(start: int, is_endless: bool) -> Iterator[int]:
    yield from range(start, sys.maxsize if is_endless else start + 10)


def main(root: Path, call: str | None = None, number: str = "0", moment: str = "") -> None:
    """Append segments with new payloads and a derived object each."""
    archive = Archive.open(root)
    log = archive.log("tweedekamer")
    head = log.head()
    if call == "syncfs":
        durability._syncfs = _deadly(durability._syncfs, int(number), moment)  # type: ignore[arg-type,assignment]
    elif call and call != "none":
        setattr(os, call, _deadly(getattr(os, call), int(number), moment))
    print("ready", flush=True)
    for turn in _rounds(head.sequence + 1 if head else 1, call is None):
        contents = [os.urandom(20_000) for _ in range(4)]
        writers = [archive.payloads.writer() for _ in contents]
        for writer, content in zip(writers, contents, strict=True):
            writer.write(content)
        archive.payloads.commit([writer.close() for writer in writers])
        archive.store.put_derived(f"derived/{digest(contents[0])}", contents[0])
        entries: list[Entry] = [record(turn), *(payload(turn, content) for content in contents)]
        head = append(log, entries, head, turn).head


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
