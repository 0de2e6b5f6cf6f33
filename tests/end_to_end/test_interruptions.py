"""Killed, stopped, started twice: nothing is lost and nothing half-done is visible."""

import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.stores.local import TEMP_FOLDER
from tests.end_to_end.processes import Griffie, Simulator, differences, running_simulator
from tests.end_to_end.services import under_way, wait_for


@pytest.fixture(scope="module")
def source() -> Iterator[Simulator]:
    with running_simulator("--seed", "5", "--size", "0.4", "--tidy") as running:
        yield running


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, source: Simulator) -> Griffie:
    griffie = Griffie.at(tmp_path_factory.mktemp("undisturbed"), source)
    griffie.harvest()
    return griffie


def staged(griffie: Griffie) -> list[Path]:
    return list((griffie.archive / TEMP_FOLDER).iterdir())


def test_kills_at_any_moment_lose_nothing(
    undisturbed: Griffie, source: Simulator, tmp_path: Path
) -> None:
    griffie = Griffie.at(tmp_path / "griffie", source)
    dice = random.Random(8)
    killed = 0
    # Files that take their time: no machine is so fast that nothing is left to kill.
    source.fault(fault="slow", target="resources", delay_s=0.2)
    try:
        for _ in range(7):
            killed += griffie.harvest_killed_after(dice.uniform(0.1, 1.5)) == -signal.SIGKILL
            griffie.run("verify")
    finally:
        source.heal()
    assert killed >= 3
    griffie.harvest()
    assert differences(undisturbed, griffie) == []
    griffie.run("verify")
    griffie.run("rebuild", "--check")


@pytest.mark.parametrize(
    ("phase", "number"),
    [
        ("metadata", signal.SIGINT),
        pytest.param("metadata", signal.SIGTERM, marks=pytest.mark.long),
        ("files", signal.SIGTERM),
        pytest.param("files", signal.SIGINT, marks=pytest.mark.long),
        ("texts", signal.SIGINT),
        pytest.param("texts", signal.SIGTERM, marks=pytest.mark.long),
    ],
)
def test_a_signal_ends_a_harvest_in_order(
    undisturbed: Griffie, source: Simulator, tmp_path: Path, phase: str, number: signal.Signals
) -> None:
    griffie = Griffie.at(tmp_path / "griffie", source)
    delays = {"metadata": ("feed", 1.0), "files": ("resources", 0.5)}
    if phase in delays:
        target, delay_s = delays[phase]
        source.fault(fault="slow", target=target, delay_s=delay_s)
    else:
        griffie.harvest()
        for path in (griffie.archive / "texts").rglob("*.gz"):
            path.unlink()
        griffie.index.unlink()
    process = griffie.start("harvest", "tweedekamer")
    wait_for(lambda: under_way(griffie))
    if phase == "files":
        wait_for(lambda: staged(griffie))
    elif phase == "texts":
        texts = griffie.archive / "texts"
        wait_for(lambda: any(path.is_file() for path in texts.rglob("*")))
    process.send_signal(number)
    try:
        _, errors = process.communicate(timeout=30)
    finally:
        source.heal()
    lines = [json.loads(line) for line in errors.splitlines()]
    assert "traceback" not in errors.decode().lower()
    if lines[-1]["outcome"] == "complete":
        # It was over when the signal came, which may still have met the process on its way out.
        assert phase == "texts"
        assert process.returncode in (0, -number), errors.decode()
    else:
        assert process.returncode == 3, errors.decode()
        assert lines[-1]["outcome"] == "incomplete"
    griffie.harvest()
    assert differences(undisturbed, griffie) == []


def test_of_two_harvests_at_once_the_second_leaves_it_to_the_first(
    undisturbed: Griffie, source: Simulator, tmp_path: Path
) -> None:
    griffie = Griffie.at(tmp_path / "griffie", source)
    source.fault(fault="slow", delay_s=1, count=3)
    first = griffie.start("harvest", "tweedekamer")
    time.sleep(1.2)
    second = griffie.run("harvest", "tweedekamer", code=0)
    assert b"running" in second.stderr
    status = griffie.run("status")
    assert b"running now" in status.stdout
    assert first.wait(timeout=60) == 0
    first.communicate()
    source.heal()
    assert differences(undisturbed, griffie) == []


def test_a_full_disk_stops_the_harvest_and_harms_nothing(
    undisturbed: Griffie, source: Simulator, tmp_path: Path
) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(small)]
    if subprocess.run(mount, check=False).returncode:
        pytest.skip("no right to mount a small file system here")
    try:
        griffie = Griffie.at(small, source)
        said = griffie.run("harvest", "tweedekamer", code=75).stderr.decode()
        assert "full" in said or "space" in said
        assert "Traceback" not in said
        subprocess.run(["mount", "-o", "remount,size=64m", str(small)], check=True)
        griffie.run("verify")
        griffie.harvest()
        assert differences(undisturbed, griffie) == []
        assert staged(griffie) == []
    finally:
        subprocess.run(["umount", "--lazy", str(small)], check=True)


def test_interrupted_harvests_leave_no_temporary_files_for_ever(
    source: Simulator, tmp_path: Path
) -> None:
    griffie = Griffie.at(tmp_path / "griffie", source)
    source.fault(fault="huge", size_bytes=500_000_000, count=1)
    process = griffie.start("harvest", "tweedekamer")
    while not any(path.stat().st_size > 1_000_000 for path in staged(griffie)):
        assert process.poll() is None, "the harvest ended before a large file was under way"
        time.sleep(0.01)
    process.kill()
    process.communicate()
    source.heal()
    left = staged(griffie)
    assert left
    for path in left:
        os.utime(path, (0, 0))
    griffie.harvest()
    assert [path for path in left if path.exists()] == []
