"""One harvest of a source at a time on this machine: a lock that dies with its process."""

import fcntl
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harvester.errors import HarvestRunning

_is_name = re.compile(r"[0-9a-f]{16}").fullmatch


@contextmanager
def harvest_lock(folder: Path, source: str) -> Iterator[str]:
    """Hold `<folder>/<source>.lock` with flock(2): the kernel frees it even after kill -9.

    Gives a name for whoever holds it, which is kept in the file: the same at every harvest from
    this folder, so that a harvest is known to an archive that it shares with other machines.

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
        yield _name_in(descriptor)
    finally:
        os.close(descriptor)


def _name_in(descriptor: int) -> str:
    held = os.pread(descriptor, 100, 0).decode(errors="replace").strip()
    if _is_name(held):
        return held
    name = secrets.token_hex(8)
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{name}\n".encode(), 0)
    return name


def is_locked(folder: Path, source: str) -> bool:
    """Tell whether a harvest of a source is running on this machine."""
    try:
        with harvest_lock(folder, source):
            return False
    except HarvestRunning:
        return True
