"""One harvest of a source at a time on this machine: a lock that dies with its process."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harvester.errors import HarvestRunning


@contextmanager
def harvest_lock(folder: Path, source: str) -> Iterator[None]:
    """Hold `<folder>/<source>.lock` with flock(2): the kernel frees it even after kill -9.

    Raises:
        HarvestRunning: another process holds it; nothing was done.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{source}.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise HarvestRunning(
                f"a harvest of {source} is already running ({path}); this one does nothing"
            ) from error
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(descriptor)


def is_locked(folder: Path, source: str) -> bool:
    """Tell whether a harvest of a source is running on this machine."""
    try:
        with harvest_lock(folder, source):
            return False
    except HarvestRunning:
        return True
