"""The service over days with outages, killed at random moments, and cron in its place."""

import json
import os
import random
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.end_to_end.fortnight import live
from tests.end_to_end.processes import Griffie, Simulator, differences, running_simulator
from tests.end_to_end.services import (
    ended,
    processes_in,
    running_service,
    settings,
    wait_for,
)


@pytest.fixture(scope="module")
def source() -> Iterator[Simulator]:
    with running_simulator("--seed", "7", "--size", "0.15", "--tidy") as running:
        yield running


@pytest.mark.long
def test_days_with_two_outages_end_with_everything_in_the_archive(
    source: Simulator, tmp_path: Path
) -> None:
    live(source, tmp_path, days=2)


def test_kills_at_random_moments_lose_nothing_and_leave_no_process(
    source: Simulator, tmp_path: Path
) -> None:
    griffie = Griffie.at(tmp_path / "griffie", source, extra=settings(quiet_s=3600))
    dice = random.Random(4)
    for round_ in range(4):
        if round_ == 0:
            # A harvest that waits for long would long outlive the service.
            source.fault(fault="slow", delay_s=60)
        with running_service(griffie) as service:
            wait_for(lambda: len(processes_in(griffie.folder)) > 1)
            time.sleep(dice.uniform(0.5, 3.0))
            children = [p for p in processes_in(griffie.folder) if p != service.process.pid]
            if round_ % 2 and children:
                with suppress(ProcessLookupError):
                    os.kill(dice.choice(children), signal.SIGKILL)
                time.sleep(0.3)
                assert service.process.poll() is None
            if round_ < 2:
                assert service.end(signal.SIGKILL) == -signal.SIGKILL
            else:
                assert service.end(signal.SIGTERM) == 0
        wait_for(lambda: not processes_in(griffie.folder), seconds=5)
        source.heal()
    griffie.run("verify")
    griffie.harvest()
    undisturbed = Griffie.at(tmp_path / "undisturbed", source)
    undisturbed.harvest()
    assert differences(undisturbed, griffie) == []


@pytest.mark.long
def test_cron_does_what_is_due_and_nothing_twice(source: Simulator, tmp_path: Path) -> None:
    yearly = 'harvest = "@yearly"\nverify = "@yearly"\nreconcile = ""\n'
    extra = f"[schedule]\n{yearly}[alarm]\nleast_free_bytes = 0\n"
    griffie = Griffie.at(tmp_path / "griffie", source, extra=extra)
    source.fault(fault="slow", delay_s=2, count=2)
    first = griffie.start("harvest", "--all", "--due")
    wait_for(lambda: griffie.index.exists() and len(processes_in(griffie.folder)) > 1)
    again = griffie.run("harvest", "--all", "--due", code=0)
    assert b"already being worked on" in again.stderr
    _, said = first.communicate(timeout=60)
    source.heal()
    assert first.returncode == 0, said.decode()
    jobs = [json.loads(line).get("job") for line in said.splitlines() if line.startswith(b"{")]
    assert [job for job in jobs if job] == ["harvest tweedekamer", "verify"]
    assert len(ended(griffie)) == 1
    assert b'"job"' not in griffie.run("harvest", "--all", "--due", code=0).stderr
    assert len(ended(griffie)) == 1
    (griffie.folder / "griffie.toml").write_text(
        (griffie.folder / "griffie.toml").read_text().replace('"@yearly"', '"every 1s"', 1)
    )
    griffie.run("harvest", "tweedekamer", "--due", code=0)
    assert len(ended(griffie)) == 2


@pytest.mark.long
def test_the_site_beside_it_tells_its_health_and_settings_are_read_again(
    source: Simulator, tmp_path: Path
) -> None:
    griffie = Griffie.at(tmp_path / "griffie", source, extra=settings(quiet_s=3600))
    with running_service(griffie, "--serve", "--port", "0") as service:
        log = griffie.folder / "service.log"

        def site() -> str | None:
            urls = [json.loads(line).get("url") for line in log.read_text().splitlines()
                    if '"serving"' in line]  # fmt: skip
            return urls[0] if urls else None

        url = wait_for(site)
        service.wait_for_harvests(1)
        code, body = get(f"{url}-/health")
        assert (code, json.loads(body)["conditions"]) == (200, [])
        assert 'griffie_conditions{kind="stale"} 0.0' in get(f"{url}-/metrics")[1]
        # Wrong settings are refused where they are seen, and change nothing.
        path = griffie.folder / "griffie.toml"
        good = path.read_text()
        path.write_text(good + "colour = 1\n")
        assert b"colour" in griffie.run("reload", code=2).stderr
        path.write_text(good.replace("least_free_bytes = 0", "least_free_bytes = 999999999999999"))
        assert b"reads its settings again" in griffie.run("reload").stdout
        wait_for(lambda: ("begins", "disk") in service.events())
        path.write_text(good)
        os.kill(service.process.pid, signal.SIGHUP)
        wait_for(lambda: ("over", "disk") in service.events())
        status = json.loads(griffie.run("status", "--json").stdout)
        assert status["service"] == service.process.pid
        assert {job["name"] for job in status["jobs"]} >= {"harvest tweedekamer", "verify"}
        assert service.end() == 0
    assert processes_in(griffie.folder) == []
    assert griffie.run("reload", code=2).stderr


def get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()
