"""Run programs in processes forked from one that has imported them already.

A new interpreter imports for about a second before Griffie does anything, and the tests start
hundreds of processes. Forked ones are as real: each has a folder, an environment, pipes and signals
of its own, and can be killed at any moment. The start of an interpreter itself is tested by those
tests that call one: of the service, the demo and the command line.
"""

import atexit
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from pkgutil import resolve_name
from threading import Thread
from typing import IO, Any

_server = get_context("forkserver")
PRELOADED = "tests.preloaded"
AT_START = ("LD_", "PYTHON")
"""How variables begin that the linker and the interpreter read when a process starts."""
_server.set_forkserver_preload([PRELOADED])


class Forked:
    """A running program, with what tests use of a `subprocess.Popen`.

    Attributes:
        stdout: What it prints.
        stderr: What it prints as errors and as its log.
        pid: Its number.
    """

    def __init__(
        self,
        program: str,
        arguments: tuple[str, ...],
        folder: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Start a program.

        Args:
            program: Where its function is: `harvester.cli:main`.
            arguments: Its command line.
            folder: Where it works; that of this process if not given.
            environment: Variables beside those of this process.
        """
        self._arguments = arguments
        out, err = _server.Pipe(duplex=False), _server.Pipe(duplex=False)
        with out[1], err[1]:
            self._process = _server.Process(
                target=_run,
                args=(
                    (program, *arguments),
                    folder or Path.cwd(),
                    {**os.environ, **(environment or {})},
                    (out[1], err[1]),
                ),
            )
            self._process.start()
        self.stdout, self.stderr = _reading(out[0]), _reading(err[0])
        self.pid = self._process.ident or 0
        self._readers: list[_Reader] = []

    @property
    def returncode(self) -> int | Any:
        """Its exit code, or the signal that ended it as a negative number; None while it runs."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """Return the exit code, None while it runs."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end and return the exit code.

        Raises:
            subprocess.TimeoutExpired: it goes on.
        """
        self._process.join(timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired(self._arguments, timeout or 0)
        return self.returncode

    def communicate(self, timeout: float | None = None) -> tuple[bytes, bytes]:
        """Read all that it prints and wait for its end.

        Raises:
            subprocess.TimeoutExpired: it goes on; call it again for all the output.
        """
        if not self._readers:
            self._readers = [_Reader(stream) for stream in (self.stdout, self.stderr)]
        self.wait(timeout)
        out, err = (reader.all() for reader in self._readers)
        return out, err

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.returncode is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it now."""
        self.send_signal(signal.SIGKILL)


def start(
    program: str, arguments: tuple[str, ...], folder: Path, environment: Mapping[str, str]
) -> "Forked | subprocess.Popen[bytes]":
    """Fork a program, or start it anew where a variable counts only when an interpreter starts."""
    if not any(name.startswith(AT_START) for name in environment):
        return Forked(program, arguments, folder, environment)
    module, _, function = program.partition(":")
    return subprocess.Popen(
        [sys.executable, "-P", "-c", f"import {module} as m; m.{function}()", *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


class _Reader(Thread):
    """Reads a stream to its end."""

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__(daemon=True)
        self._stream = stream
        self._read = b""
        self.start()

    def run(self) -> None:
        with self._stream as stream:
            self._read = stream.read()

    def all(self) -> bytes:
        self.join()
        return self._read


def _reading(pipe: Connection) -> IO[bytes]:
    """Make a file of a pipe's end."""
    with pipe:
        return open(os.dup(pipe.fileno()), "rb")


def _run(
    command: tuple[str, ...],
    folder: Path,
    environment: Mapping[str, str],
    outputs: tuple[Connection, Connection],
) -> None:
    """Become the program, in the process that was forked for it."""
    # The server of forks goes on without what it cannot import, and slowly.
    assert PRELOADED in sys.modules, f"`python -m {PRELOADED}` tells what cannot be imported"
    for number, output in enumerate(outputs, start=1):
        os.dup2(output.fileno(), number)
        output.close()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = list(command)
    try:
        resolve_name(command[0])()
    finally:
        atexit._run_exitfuncs()  # a forked process would leave them out
