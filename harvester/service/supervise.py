"""Run a job as a process of its own: with a limit of time, signs of life, and a sure end."""

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
    """How a job ended."""

    code: int | None
    """Exit code; None when a signal ended it."""
    said: str | None
    """Why the service ended it, if it did."""


def griffie(config: Path | None, descriptor: int, arguments: Sequence[str]) -> list[str]:
    """Return the command line of a job that beats into a descriptor."""
    chosen = ["--config", str(config)] if config else []
    watched = ["--supervised", supervision(os.getpid(), descriptor)]
    return [sys.executable, "-P", "-m", "harvester.cli", *chosen, *watched, *arguments]


@dataclass(slots=True)
class _Life:
    """When a process was last seen alive."""

    began: float = field(default_factory=monotonic)
    beat: float = field(default_factory=monotonic)


@contextmanager
def heartbeat() -> Iterator[tuple[int, _Life]]:
    """Give the end of a pipe that a child beats into, and what is heard at the other.

    The end that is given is the caller's to close.
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
    """Run a command of our own to its end, or end it.

    It is asked to end in order when `stop` is set, when it takes longer than it may, and when it
    gives no sign of life; it is killed when it does not. Nothing that it started is left.

    Args:
        config: the settings file; None is the usual one.
        arguments: of `griffie`.
        limits: `[service]`.
        stop: set when the service ends.
        command: another program in place of griffie; `{descriptor}` in it is where it beats.
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
                # A group of its own: Ctrl-C at the terminal reaches it through the service alone.
                start_new_session=True,
            )
        finally:
            os.close(descriptor)
        try:
            said = await _until_end(process, limits, life, stop)
        finally:
            # Also when this task is cancelled: what the job started goes with it.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
    code = process.returncode
    return Ended(code if code is not None and code >= 0 else None, said)


async def _until_end(
    process: asyncio.subprocess.Process, limits: ServiceSettings, life: _Life, stop: asyncio.Event
) -> str | None:
    """Wait for a process, and end it when it must; return why."""
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
    """Ask a process to end, kill it when it does not; return what to add to why."""
    with suppress(ProcessLookupError):
        process.terminate()
    done, _ = await asyncio.wait({ended}, timeout=grace_s)
    if done:
        return ""
    with suppress(ProcessLookupError):
        process.kill()
    await ended
    return f", and killed after {grace_s:g} seconds more"
