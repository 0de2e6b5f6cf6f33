"""A running `griffie run`, what it tells, and what it leaves behind."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.end_to_end.processes import Griffie

SETTINGS = """
[schedule]
time_zone = "UTC"
jitter_s = 0
harvest = "every 2s"
reconcile = "every 11s"
reconcile_days = 5
verify = "every 7s"
verify_budget = "1s"

[expect]
failures_in_a_row = 2
quiet_h = {quiet_h}
working_days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
working_from_h = 0
working_until_h = 24

[service]
grace_s = 20

[alarm]
least_free_bytes = 0
command = ["sh", "-c", "cat >> alarms.jsonl && echo >> alarms.jsonl"]
"""


def settings(quiet_s: float) -> str:
    """Return a schedule in which seconds stand for hours, and alarms that are written down."""
    return SETTINGS.format(quiet_h=quiet_s / 3600)


def wait_for(what: Callable[[], Any], seconds: float = 60) -> Any:
    """Return what becomes true, or fail."""
    ends_at = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < ends_at, f"{what} did not come true in {seconds} seconds"
        time.sleep(0.05)
    return found


@dataclass(frozen=True)
class Service:
    """A service in the folder of an archive."""

    griffie: Griffie
    process: "subprocess.Popen[bytes]"

    def events(self) -> list[tuple[str, str]]:
        """Return what its alarms told, in order: event and kind."""
        path = self.griffie.folder / "alarms.jsonl"
        lines = path.read_text().splitlines() if path.exists() else []
        return [(event["event"], event["kind"]) for event in map(json.loads, lines)]

    def wait_for_harvests(self, count: int) -> None:
        """Wait until so many more harvests have ended."""
        so_far = len(ended(self.griffie))
        wait_for(lambda: len(ended(self.griffie)) >= so_far + count)

    def memory_kib(self) -> int:
        """Return what the service itself has in memory."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        [line] = [line for line in status.splitlines() if line.startswith("VmRSS")]
        return int(line.split()[1])

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(timeout=60)


@contextmanager
def running_service(griffie: Griffie, *arguments: str) -> Iterator[Service]:
    """Start a service, and end it afterwards if it still runs."""
    with (griffie.folder / "service.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "harvester.cli", "run", "--look-every", "0.5", *arguments],
            cwd=griffie.folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    service = Service(griffie, process)
    try:
        yield service
    finally:
        if process.poll() is None:
            service.end()


def ended(griffie: Griffie) -> list[tuple[str, str, str]]:
    """Return start, end and outcome of the harvests that have ended, in order."""
    return _harvests(griffie, "IS NOT NULL")


def under_way(griffie: Griffie) -> list[tuple[str, str, str]]:
    """Return the same of harvests that have begun and not ended."""
    return _harvests(griffie, "IS NULL")


def _harvests(griffie: Griffie, ended_at: str) -> list[tuple[str, str, str]]:
    if not griffie.index.exists():
        return []
    connection = sqlite3.connect(griffie.index, timeout=30)
    try:
        return connection.execute(
            f"SELECT started_at, ended_at, outcome FROM harvest WHERE ended_at {ended_at} "
            "ORDER BY started_at"
        ).fetchall()
    except sqlite3.OperationalError:
        return []  # it is being made
    finally:
        connection.close()


def processes_in(folder: Path) -> list[int]:
    """Return the processes that work in a folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                if (entry / "cwd").readlink() == folder:
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def current_papers(griffie: Griffie) -> set[tuple[Any, ...]]:
    """Return the letters and motions that are there now, with their files.

    Of annexes it matters whether a letter that is withdrawn now was once seen to have them.
    """
    connection = sqlite3.connect(griffie.index)
    try:
        return set(
            connection.execute(
                "SELECT id, kind, subject, outcome, sha256 FROM paper "
                "WHERE NOT is_withdrawn AND kind <> 'annex'"
            )
        )
    finally:
        connection.close()
