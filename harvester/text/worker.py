"""The worker process that extracts texts, under a memory limit."""

import os
import resource
import signal
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeAlias

from harvester.text.conventions import Conventions
from harvester.text.result import Text, failed

Task: TypeAlias = Callable[[bytes, str, Conventions], Text]
Content: TypeAlias = bytes | Path
"""Bytes, or a local file with them, which only the worker then has in memory."""
Job: TypeAlias = tuple[Content, str, Conventions]

OUT_OF_MEMORY = 77
"""Exit code when memory runs out outside the task: the file or its text does not fit."""

LEAST_MEMORY_BYTES = 32 << 20
"""Memory without which no file can be read: a lower limit is not the files' fault."""


def serve(connection: Connection, memory_bytes: int, task: Task) -> None:
    """Answer each list of jobs with one text at a time, until the connection closes.

    The first message is None, when the process is ready.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    try:
        bytearray(LEAST_MEMORY_BYTES)
        connection.send(None)
        while True:
            jobs: Sequence[Job] = connection.recv()
            for job in jobs:
                connection.send(_answer(task, job, memory_bytes))
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except (EOFError, OSError):
        return


def too_large(memory_bytes: int) -> Text:
    """Return the failure of a file that needs more memory than the limit."""
    return failed(f"needs more than {memory_bytes} bytes of memory")


def _answer(task: Task, job: Job, memory_bytes: int) -> Text:
    content, media_type, conventions = job
    try:
        data = content.read_bytes() if isinstance(content, Path) else content
        return task(data, media_type, conventions)
    except FileNotFoundError:
        return failed("the file was gone before it was read")
    except MemoryError:
        return too_large(memory_bytes)
