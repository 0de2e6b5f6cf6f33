"""A lease in a folder: one writer at a time may write a log."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.errors import LeaseHeld
from archive.stores.os_errors import writing

FOLDER = ".lease"
"""A hidden name, which no key of the archive can have."""


class FolderLease:
    """A lease in a folder: a lock of the system, which dies with its process."""

    def __init__(self, path: Path, name: str) -> None:
        """Prepare a lease; `hold` takes it."""
        self._path = path
        self._name = name

    @contextmanager
    def hold(self) -> Iterator["FolderLease"]:
        """Take the lease and give it back.

        Raises:
            LeaseHeld: another writer has it.
        """
        with writing(str(self._path)):
            self._path.parent.mkdir(exist_ok=True)
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise LeaseHeld(self._name, "another process", "it ends") from error
            yield self
        finally:
            os.close(descriptor)

    def check(self) -> None:
        """Return at once: the operating system holds the lock."""
