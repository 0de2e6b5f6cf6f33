"""Locks of this machine, which end with their process."""

import fcntl
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep

from harvester.errors import HarvestRunning

_is_name = re.compile(r"[0-9a-f]{16}").fullmatch
SERVICE = ".service"
"""No source can have this name."""
MAKING = "making"
SENDING = ".alerts"


@contextmanager
def harvest_lock(folder: Path, source: str) -> Iterator[str]:
    """Hold `<folder>/<source>.lock` with flock(2): the kernel frees it even after kill -9.

    Yields a holder name that is kept in the file. It is the same at every harvest from this folder,
    which identifies this machine in an archive that several machines share.

    Raises:
        HarvestRunning: another process holds it; nothing was done.
    """
    with _locked(folder, source, f"a harvest of {source} is already running") as descriptor:
        yield _name_in(descriptor)


@contextmanager
def service_lock(folder: Path) -> Iterator[None]:
    """Hold the right to start scheduled jobs; the file names the process that has it.

    Raises:
        HarvestRunning: another process holds it; nothing was done.
    """
    with _locked(folder, SERVICE, "the schedule is already being worked on") as descriptor:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield


@contextmanager
def making_lock(folder: Path) -> Iterator[None]:
    """Hold the right to make an index as of a time in this folder.

    Raises:
        HarvestRunning: another process holds it; nothing was done.
    """
    with _locked(folder, MAKING, "an index as of a time is already being made"):
        yield


@contextmanager
def sending_lock(folder: Path) -> Iterator[None]:
    """Hold the right to send alerts of the subscriptions in this folder.

    Raises:
        HarvestRunning: another process holds it; nothing was done.
    """
    with _locked(folder, SENDING, "alerts are already being sent"):
        yield


def service_process(folder: Path) -> int | None:
    """Return the process that runs the schedule; None if there is none."""
    if not is_locked(folder, SERVICE):
        return None
    text = _path(folder, SERVICE).read_text(encoding="ascii", errors="replace").strip()
    return int(text) if text.isdigit() else None


@contextmanager
def _locked(folder: Path, name: str, held: str) -> Iterator[int]:
    folder.mkdir(parents=True, exist_ok=True)
    path = _path(folder, name)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        if not _is_taken(descriptor):
            raise HarvestRunning(f"{held} ({path}); this one does nothing")
        yield descriptor
    finally:
        os.close(descriptor)


def _is_taken(descriptor: int) -> bool:
    """Acquire a lock, waiting for `is_locked`, which holds it for a moment."""
    for _ in range(3):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sleep(0.03)
        else:
            return True
    return False


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name}.lock"


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
        with _locked(folder, source, ""):
            return False
    except HarvestRunning:
        return True
