"""Several processes serve as one: they are ready together, and end together."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

PROGRAM = """
import os, signal, sys
from harvester.cli import serve_workers
serve_workers.AGAIN_AFTER_S = 0.05

def work(place, ready):
    if {fails}: raise ValueError("no luck")
    os.write(1, f"child {{os.getpid()}} at {{place}}\\n".encode())
    ready()
    signal.pause()

them = serve_workers.Workers(work, 3)
is_done = them.run(lambda: os.write(1, b"ready 0 at -1\\n"))
sys.exit(0 if is_done else 75)
"""


@contextmanager
def workers(fails: str = "False") -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-c", PROGRAM.format(fails=fails)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=10)


def said(process: "subprocess.Popen[str]", count: int) -> list[tuple[str, int, int]]:
    """Return what was said, by which process, at which place."""
    assert process.stdout is not None
    lines = [process.stdout.readline().split() for _ in range(count)]
    return [(what, int(number), int(place)) for what, number, _, place in lines]


def is_there(process: int) -> bool:
    """Tell whether a process runs; one that is dead and not yet waited for does not."""
    with suppress(FileNotFoundError), open(f"/proc/{process}/stat", encoding="utf-8") as stat:
        return stat.read().rpartition(")")[2].split()[0] != "Z"
    return False


def wait_until_gone(processes: list[int]) -> None:
    until = time.monotonic() + 10
    while left := [process for process in processes if is_there(process)]:
        assert time.monotonic() < until, left
        time.sleep(0.01)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_they_are_ready_together_and_end_in_order(number: signal.Signals) -> None:
    with workers() as process:
        lines = said(process, 4)
        assert [what for what, _, _ in lines] == ["child", "child", "child", "ready"]
        assert {place for _, _, place in lines[:3]} == {0, 1, 2}
        process.send_signal(number)
        assert process.wait(timeout=10) == 0
        wait_until_gone([child for _, child, _ in lines[:3]])


def test_none_outlives_a_first_one_that_is_killed() -> None:
    with workers() as process:
        children = [child for _, child, _ in said(process, 4)[:3]]
        process.kill()
        process.wait(timeout=10)
        wait_until_gone(children)


def test_one_that_dies_is_replaced() -> None:
    with workers() as process:
        lines = said(process, 4)
        _, killed, place = lines[0]
        os.kill(killed, signal.SIGKILL)
        [(what, child, at)] = said(process, 1)
        assert (what, at) == ("child", place)
        assert child not in [number for _, number, _ in lines]
        time.sleep(0.2)  # it goes on living
        process.terminate()
        _, errors = process.communicate(timeout=10)
        assert process.returncode == 0
        assert errors.count("is replaced") == 1
        wait_until_gone([child])


def test_one_that_cannot_begin_ends_all() -> None:
    with workers(fails="place == 1") as process:
        output, errors = process.communicate(timeout=10)
        assert process.returncode == 75
        assert "no luck" in errors
        assert "ready" not in output
        wait_until_gone([int(line.split()[1]) for line in output.splitlines()])
