"""The whole way through a bucket: the same index as through a folder, and nothing lost by kills."""

import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from harvester.index import compare
from tests.contract.proxy import misbehaving
from tests.contract.servers import ENVIRONMENT, moto_server
from tests.end_to_end.processes import Griffie, Simulator, differences, running_simulator


@pytest.fixture(scope="module")
def source() -> Iterator[Simulator]:
    with running_simulator("--seed", "5", "--size", "0.3", "--tidy") as running:
        yield running


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with moto_server() as url:
        yield url


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


def test_through_a_bucket_the_index_is_the_same(
    source: Simulator, server: str, tmp_path: Path
) -> None:
    here = Griffie.at(tmp_path / "here", source)
    there = Griffie.in_bucket(tmp_path / "there", source, server, "same")
    for griffie in (here, there):
        said = griffie.run("doctor").stdout.decode()
        assert said.count("holds") == 6
        assert griffie.harvest()["outcome"] == "complete"
    assert "versions: Enabled" in there.run("doctor").stdout.decode()
    assert differences(here, there) == []
    there.run("verify")
    there.run("rebuild", "--check")
    assert there.harvest()["segments"] == 0
    there.index.unlink()
    there.run("rebuild")
    assert [str(d) for d in compare(here.index, there.index, ignore_provenance=True)] == []
    number = source.state()["papers"][0]["number"]
    for griffie in (here, there):
        griffie.run("get", number, "-o", "paper")
    assert (here.folder / "paper").read_bytes() == (there.folder / "paper").read_bytes()


def test_kills_lose_nothing_in_a_bucket_either(
    source: Simulator, server: str, tmp_path: Path
) -> None:
    here = Griffie.at(tmp_path / "here", source)
    here.harvest()
    there = Griffie.in_bucket(tmp_path / "there", source, server, "killed")
    dice = random.Random(4)
    killed = sum(
        there.harvest_killed_after(dice.uniform(0.7, 2.5)) == -signal.SIGKILL for _ in range(6)
    )
    assert killed >= 2
    there.harvest()
    assert differences(here, there) == []
    there.run("verify")


def test_of_two_machines_that_share_a_bucket_one_harvests(
    source: Simulator, server: str, tmp_path: Path
) -> None:
    first, second = (
        Griffie.in_bucket(tmp_path / name, source, server, "shared") for name in ("first", "second")
    )
    source.fault(fault="slow", delay_s=0.5)
    process = first.start("harvest", "tweedekamer")
    client = boto3.client("s3", endpoint_url=server, region_name="us-east-1")
    claims = {"Bucket": "shared", "Prefix": "an/archive/.lease/"}
    try:
        while "Contents" not in client.list_objects_v2(**claims):
            time.sleep(0.05)
        assert b"nothing was done" in second.run("harvest", "tweedekamer", code=0).stderr
        assert process.poll() is None
        process.kill()
        process.communicate()
        # Another machine waits until the claim of the dead has ended; the same one need not.
        assert b"nothing was done" in second.run("harvest", "tweedekamer", code=0).stderr
    finally:
        source.heal()
    assert first.harvest()["outcome"] == "complete"
    assert second.harvest()["outcome"] == "complete"
    assert differences(first, second) == []


def test_a_copy_in_a_bucket_mends_the_archive(
    source: Simulator, server: str, tmp_path: Path
) -> None:
    griffie = Griffie.in_bucket(tmp_path / "there", source, server, "original")
    griffie.harvest()
    griffie.run("copy", "s3://original/an/archive", "s3://second")
    griffie.run("copy", "s3://original/an/archive", "folder")
    assert b" 0 payloads" in b" " + griffie.run("copy", "s3://second", "folder").stdout
    payload, segment = (
        sorted(path for path in (griffie.folder / "folder" / name).rglob("*") if path.is_file())[1]
        for name in ("payloads", "log")
    )
    for path in (payload, segment):
        path.chmod(0o644)
        path.write_bytes(b"damaged")
    (griffie.folder / "folder.toml").write_text(
        (griffie.folder / "griffie.toml").read_text().replace("s3://original/an/archive", "folder")
    )
    local = ("--config", "folder.toml")
    said = griffie.run(*local, "verify", code=4).stdout.decode()
    assert payload.name in said
    assert segment.name in said
    griffie.run(*local, "harvest", "tweedekamer", code=4)
    griffie.run(*local, "repair", "--from", "s3://second")
    griffie.run(*local, "verify")
    griffie.run(*local, "repair", "--from", "s3://second")


@pytest.mark.parametrize("seed", [1, 2])
def test_a_bad_way_to_the_bucket_loses_nothing(
    source: Simulator, server: str, tmp_path: Path, seed: int
) -> None:
    here = Griffie.at(tmp_path / "here", source)
    here.harvest()
    with misbehaving(server, seed=seed, share=0.15) as (url, proxy):
        there = Griffie.in_bucket(tmp_path / "there", source, url, f"bad-way-{seed}")
        for _ in range(3):
            # It may give up when the way is too bad; the next one goes on.
            done = there.run("harvest", "tweedekamer", code=None)
            assert done.returncode in (0, 3, 75)
            assert b"Traceback" not in done.stderr
        assert sum(proxy.struck.values()) > 10
        proxy.share = 0.0
        assert there.harvest()["outcome"] == "complete"
        assert differences(here, there) == []
        there.run("verify")


def test_a_bucket_that_is_gone_is_said(source: Simulator, server: str, tmp_path: Path) -> None:
    griffie = Griffie.in_bucket(tmp_path / "there", source, server, "gone")
    settings = (griffie.folder / "griffie.toml").read_text()
    (griffie.folder / "griffie.toml").write_text(settings.replace("s3://gone", "s3://nowhere"))
    said = griffie.run("harvest", "tweedekamer", code=2).stderr.decode()
    assert "s3://nowhere/an/archive" in said
    assert "griffie init" in said
