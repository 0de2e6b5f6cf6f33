"""A job ends in every case, and nothing that it started is left."""

import asyncio
import os
import socket
import sys
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from harvester.errors import HarvestRunning
from harvester.index.operations import JobRun
from harvester.lock import is_locked, service_lock, service_process
from harvester.service.child import Beats
from harvester.service.notify import Notifier
from harvester.service.schedule import is_due, jobs, reconciled_from
from harvester.service.supervise import STOPPED, Ended, supervise
from harvester.settings import Settings
from harvester.settings.service import ServiceSettings
from harvester.times import from_text, to_text
from tests.unit.service.makers import NOW, RECENT, report, source

LIMITS = ServiceSettings(longest_h=1, silent_s=60, grace_s=5)
BEATING = """
import os, sys, time
while True:
    os.write(int(sys.argv[1]), b'.'); time.sleep(0.02)
"""
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + (
    "print(flush=True)\nwhile True: time.sleep(1)"
)


def run(code: str, limits: ServiceSettings = LIMITS, stop_after_s: float | None = None) -> Ended:
    async def main() -> Ended:
        stop = asyncio.Event()
        if stop_after_s is not None:
            asyncio.get_running_loop().call_later(stop_after_s, stop.set)
        command: Sequence[str] = [sys.executable, "-c", code, "{descriptor}"]
        return await supervise(None, (), limits, stop, command)

    return asyncio.run(main())


def test_the_exit_code_is_told() -> None:
    assert run("raise SystemExit(3)") == Ended(3, None)


def test_a_job_that_dies_has_no_exit_code() -> None:
    assert run("import os; os.kill(os.getpid(), 9)") == Ended(None, None)


def test_a_job_that_takes_too_long_is_ended() -> None:
    ended = run(BEATING, LIMITS.model_copy(update={"longest_h": 0.3 / 3600}))
    assert ended.code is None
    assert "longer than" in (ended.said or "")


def test_a_job_without_a_sign_of_life_is_ended_and_killed_if_it_must() -> None:
    ended = run(STUBBORN, LIMITS.model_copy(update={"silent_s": 0.5, "grace_s": 0.2}))
    assert ended.code is None
    assert "no sign of life" in (ended.said or "")
    assert "killed" in (ended.said or "")


def test_a_job_that_shows_life_is_left_alone() -> None:
    beats = BEATING.replace("while True", "for _ in range(30)") + "\nsys.exit(0)"
    assert run(beats, LIMITS.model_copy(update={"silent_s": 0.4})) == Ended(0, None)


def test_a_job_ends_with_the_service() -> None:
    code = "import signal, sys, time; signal.signal(15, lambda *_: sys.exit(3)); time.sleep(30)"
    assert run(code, stop_after_s=0.3) == Ended(3, STOPPED)


def test_what_a_job_started_ends_with_it(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    code = (
        "import subprocess, sys; child = subprocess.Popen(['sleep', '60']); "
        f"open({str(note)!r}, 'w').write(str(child.pid))"
    )
    assert run(code).code == 0
    assert is_gone(int(note.read_text()))


def is_gone(process: int) -> bool:
    for _ in range(200):
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.01)
    return False


def test_beats_come_at_most_once_a_second_and_nobody_need_listen() -> None:
    ours, theirs = os.pipe()
    beats = Beats(theirs)
    for _ in range(100):
        beats.advance()
    assert os.read(ours, 100) == b"."
    os.close(ours)
    beats._last = 0
    beats.phase("alone")
    os.close(theirs)


# The schedule ------------------------------------------------------------------------------------


def test_a_schedule_has_a_job_for_each_thing_that_is_switched_on() -> None:
    names = [job.name for job in jobs(Settings(), ["b", "a"])]
    assert names == ["harvest a", "reconcile a", "harvest b", "reconcile b", "verify"]
    off = Settings(schedule={"verify": "", "sources": {"a": {"reconcile": ""}}})
    assert [job.name for job in jobs(off, ["a", "b"])] == ["harvest a", "harvest b", "reconcile b"]


def test_jobs_say_what_they_do() -> None:
    harvest, reconcile, verify = jobs(Settings(), ["a"])
    assert harvest.arguments == ("harvest", "a")
    assert reconcile.arguments == ("harvest", "a", "--only", "reconcile")
    assert verify.arguments == ("verify", "--budget", "30min")
    [*_, snapshot] = jobs(Settings(schedule={"snapshot": "@weekly"}), ["a"])
    assert (snapshot.name, snapshot.arguments) == ("snapshot", ("snapshot", "create"))
    assert harvest.lane == reconcile.lane != verify.lane


def test_each_part_of_a_harvest_may_have_its_own_times() -> None:
    by_part = {"harvest": "", "metadata": "every 5min", "files": "@hourly", "recheck": "@daily"}
    found = jobs(Settings(schedule={"sources": {"a": by_part}}), ["a", "b"])
    assert [job.name for job in found] == [
        "metadata a", "files a", "recheck a", "reconcile a", "harvest b", "reconcile b", "verify",
    ]  # fmt: skip
    assert {job.lane for job in found[:4]} == {"a"}
    assert [job.arguments for job in found[:4]] == [
        ("harvest", "a", "--only", part) for part in ("metadata", "files", "recheck", "reconcile")
    ]
    assert [job.reconciles for job in found[:4]] == [None, None, None, "a"]


@pytest.mark.parametrize(
    ("last", "is_now"),
    [
        (None, True),
        (JobRun("x", to_text(NOW), to_text(NOW), 0, None), False),
        (JobRun("x", to_text(NOW - timedelta(minutes=15)), to_text(NOW), 0, None), True),
        (JobRun("x", to_text(NOW - timedelta(days=9)), to_text(NOW), 0, None), True),
        (JobRun("x", to_text(NOW - timedelta(minutes=1)), None, None, None), True),
        (JobRun("x", to_text(NOW - timedelta(minutes=1)), to_text(NOW), 3, STOPPED), True),
    ],
)
def test_a_job_is_due_when_its_time_has_come_or_it_was_cut_short(
    last: JobRun | None, is_now: bool
) -> None:
    harvest, *_ = jobs(Settings(), ["a"])
    assert is_due(harvest, last, NOW) is is_now


def test_a_source_is_not_walked_again_before_it_was_walked_to_its_end() -> None:
    for last in (
        report("failed"),
        report("incomplete", ("", "stopped by a signal")),
        report("incomplete", ("Document", "HTTP 500")),
    ):
        assert reconciled_from(source(last, report()).activity) is None
    known = source(report("incomplete", ("file of Document", "404")), report("failed")).activity
    assert reconciled_from(known) == from_text(RECENT)
    assert reconciled_from(known._replace(freshest_updated="2031-01-01T00:00:00Z")) == NOW
    assert reconciled_from(known._replace(freshest_updated=None)) is None
    assert reconciled_from(known._replace(reports=())) is None


# The lock and systemd ----------------------------------------------------------------------------


def test_one_process_works_on_the_schedule(tmp_path: Path) -> None:
    assert service_process(tmp_path) is None
    with service_lock(tmp_path):
        assert service_process(tmp_path) == os.getpid()
        with pytest.raises(HarvestRunning), service_lock(tmp_path):
            pass
    assert not is_locked(tmp_path, ".service")


@pytest.mark.parametrize("prefix", ["", "@"])
def test_systemd_is_told(tmp_path: Path, prefix: str) -> None:
    path = f"{tmp_path}/notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(f"\0{path}" if prefix else path)
        notifier = Notifier({"NOTIFY_SOCKET": prefix + path, "WATCHDOG_USEC": "120000000"})
        assert notifier.watchdog_s == 120
        notifier.ready("next harvest")
        notifier.alive("doing harvest")
        notifier.reloading()
        notifier.stopping()
        said = [receiver.recv(1000).decode().split("\n")[0] for _ in range(4)]
    assert said == ["READY=1", "WATCHDOG=1", "RELOADING=1", "STOPPING=1"]


def test_without_systemd_nothing_is_told() -> None:
    notifier = Notifier({})
    notifier.ready("x")
    assert notifier.watchdog_s is None
