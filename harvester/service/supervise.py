"""Run a job in its own process, with a time limit and heartbeats, and end it reliably."""

import asyncio
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from harvester.service.child import supervision
from harvester.settings.service import ServiceSettings

STOPPED = "stopped with the service"


class Ended(NamedTuple):
    """The result of a job."""

    code: int | None
    """Exit code; None if a signal ended it."""
    said: str | None
    """Why the service ended it, if so."""


def griffie(config: Path | None, descriptor: int, arguments: Sequence[str]) -> list[str]:
    """Return the command line of a job that sends heartbeats to a descriptor."""
    chosen = ["--config", str(config)] if config else []
    watched = ["--supervised", supervision(os.getpid(), descriptor)]
    return [sys.executable, "-P", "-m", "harvester.cli", *chosen, *watched, *arguments]


@dataclass(slots=True)
class _Life:
    """The last heartbeat of a process."""

    began: float = field(default_factory=monotonic)
    beat: float = field(default_factory=monotonic)


@contextmanager
def heartbeat() -> Iterator[tuple[int, _Life]]:
    """Yield the writing end of a pipe for a child's heartbeats, and the record of them.

    The caller closes the writing end.
    """
    ours, theirs = os.pipe()
    life, loop = _Life(), asyncio.get_running_loop()
    os.set_blocking(ours, False)

    def hear() -> None:
        with suppress(BlockingIOError):
            if os.read(ours, 4096):
                life.beat = monotonic()
            else:
                loop.remove_reader(ours)

    loop.add_reader(ours, hear)
    try:
        yield theirs, life
    finally:
        loop.remove_reader(ours)
        os.close(ours)


async def supervise(
    config: Path | None,
    arguments: Sequence[str],
    limits: ServiceSettings,
    stop: asyncio.Event,
    command: Sequence[str] | None = None,
) -> Ended:
    """Run a command of griffie, and end it if it must be.

    It is asked to end when `stop` is set, when it exceeds its time limit, or without heartbeats,
    and killed if it does not end. No process that it started survives.

    Args:
        config: the settings file; None is the default one.
        arguments: of `griffie`.
        limits: `[service]`.
        stop: set when the service stops.
        command: another program instead of griffie; `{descriptor}` is replaced by that of the pipe.
    """
    with heartbeat() as (descriptor, life):
        line = griffie(config, descriptor, arguments)
        if command is not None:
            line = [part.replace("{descriptor}", str(descriptor)) for part in command]
        try:
            process = await asyncio.create_subprocess_exec(
                *line,
                stdin=asyncio.subprocess.DEVNULL,
                pass_fds=(descriptor,),
                # Its own process group: Ctrl-C at the terminal reaches it only through the service.
                start_new_session=True,
            )
        finally:
            os.close(descriptor)
        try:
            said = await _until_end(process, limits, life, stop)
        finally:
            # Also if this task is cancelled: kill what the job started.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
    code = process.returncode
    return Ended(code if code is not None and code >= 0 else None, said)


async def _until_end(
    process: asyncio.subprocess.Process, limits: ServiceSettings, life: _Life, stop: asyncio.Event
) -> str | None:
    """Wait for a process, and end it if it must be; return the reason."""
    ended, stopping = asyncio.create_task(process.wait()), asyncio.create_task(stop.wait())
    try:
        while True:
            overtime = life.began + limits.longest_h * 3600 - monotonic()
            silence = life.beat + limits.silent_s - monotonic()
            await asyncio.wait(
                {ended, stopping},
                timeout=max(0.0, min(overtime, silence)),
                return_when=asyncio.FIRST_COMPLETED,
            )
            if ended.done():
                return None
            if stopping.done():
                said = STOPPED
            elif monotonic() >= life.began + limits.longest_h * 3600:
                said = f"ended: it took longer than {limits.longest_h:g} hours"
            elif monotonic() >= life.beat + limits.silent_s:
                said = f"ended: no sign of life for {limits.silent_s:g} seconds"
            else:
                continue
            return said + await _end(process, ended, limits.grace_s)
    finally:
        stopping.cancel()


async def _end(
    process: asyncio.subprocess.Process, ended: "asyncio.Task[int]", grace_s: float
) -> str:
    """Ask a process to end, and kill it if it does not; return what to add to the reason."""
    with suppress(ProcessLookupError):
        process.terminate()
    done, _ = await asyncio.wait({ended}, timeout=grace_s)
    if done:
        return ""
    with suppress(ProcessLookupError):
        process.kill()
    await ended
    return f", and killed after {grace_s:g} seconds more"
