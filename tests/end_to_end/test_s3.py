"""The whole way through a bucket: the same index as through a folder, and nothing lost by kills."""

import csv
import hashlib
import io
import json
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import boto3
import pytest

from harvester.index import compare
from tests.contract.ceph import Ceph
from tests.contract.servers import ENVIRONMENT
from tests.end_to_end.processes import Griffie, Simulator, differences, running_simulator
from tests.end_to_end.services import wait_for
from tests.end_to_end.sites import serving


@pytest.fixture(scope="module")
def source() -> Iterator[Simulator]:
    with running_simulator("--seed", "5", "--size", "0.3", "--tidy") as running:
        yield running


@pytest.fixture(scope="module")
def server(moto: str) -> str:
    return moto


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("kind", ["moto", "ceph"])
def test_through_a_bucket_the_index_is_the_same(
    source: Simulator, kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    server = request.getfixturevalue(kind)
    here = Griffie.at(tmp_path / "here", source)
    there = Griffie.in_bucket(tmp_path / "there", source, getattr(server, "url", server), "same")
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


@pytest.mark.long
def test_a_bucket_of_ceph_has_snapshots_and_is_followed(
    source: Simulator, ceph: Ceph, tmp_path: Path
) -> None:
    origin = Griffie.in_bucket(tmp_path / "origin", source, ceph.url, "followed")
    origin.run("key", "new", "griffie.key")
    config = origin.folder / "griffie.toml"
    config.write_text(config.read_text() + '\n[signing]\nkey = "griffie.key"\n')
    key = origin.run("key", "show", "griffie.key").stdout.split()[0].decode()
    origin.harvest()
    day = tmp_path / "day.sqlite"
    shutil.copy(origin.index, day)
    moment = str(datetime.now(UTC).isoformat())
    source.advance(1)
    origin.run("snapshot", "create", "--with-files", "--name", "first")
    origin.harvest(code=None)
    origin.run("verify", "--key", key)
    # Everything that is published is read from the gateway: the snapshot, its signature, the log.
    s3 = config.read_text().partition("[s3]")[2].partition("[signing]")[0]
    settings = f'archive = "archive"\nindex = "index.sqlite"\n[text]\nworkers = 1\n[s3]{s3}'
    for name, how in (("synced", ("sync",)), ("followed", ("follow", "--once"))):
        mine = Griffie(tmp_path / name)
        mine.folder.mkdir()
        (mine.folder / "griffie.toml").write_text(settings, encoding="utf-8")
        said = mine.run(*how, "s3://followed/an/archive", "--files", "none", "--key", key).stdout
        assert (b"began with" in said) == (name == "synced")
        assert f"by {key}".encode() in said
        assert [str(d) for d in compare(origin.index, mine.index)] == []
    mine.run("rebuild", "--as-of", moment, "--kept")
    [kept] = (mine.folder / "index-as-of").glob("*.sqlite")
    assert [str(d) for d in compare(day, kept)] == []
    with serving(origin) as site:
        files = site.get("archive/snapshots/first/snapshot.json")
        tar = next(f for f in json.loads(files.body)["files"] if f["path"].endswith(".tar"))
        table = site.get(f"archive/snapshots/first/{tar['path'].replace('.tar', '.csv')}").text
        row = next(csv.DictReader(io.StringIO(table)))
        first, last = int(row["offset"]), int(row["offset"]) + int(row["size_bytes"]) - 1
        part = site.get(f"archive/snapshots/first/{tar['path']}", Range=f"bytes={first}-{last}")
        assert part.status == 206
        assert hashlib.sha256(part.body).hexdigest() == row["sha256"]


@pytest.mark.long
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


@pytest.fixture(scope="module")
def whole(source: Simulator, server: str, tmp_path_factory: pytest.TempPathFactory) -> Griffie:
    """A harvested archive in a bucket of its own, with a copy in a folder beside it."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        griffie = Griffie.in_bucket(tmp_path_factory.mktemp("whole"), source, server, "damaged")
        griffie.harvest()
        griffie.run("copy", "s3://damaged/an/archive", "copy")
    return griffie


@pytest.mark.parametrize(
    ("folder", "which", "how"),
    [
        ("log/", -1, "flipped"),
        pytest.param("log/", 0, "flipped", marks=pytest.mark.long),
        pytest.param("log/", -1, "removed", marks=pytest.mark.long),
        pytest.param("payloads/", 3, "cut", marks=pytest.mark.long),
        pytest.param("payloads/", 3, "flipped", marks=pytest.mark.long),
        ("payloads/", 3, "removed"),
        ("harvests/", 0, "flipped"),
    ],
)
def test_damage_in_a_bucket_is_found_and_mended(
    whole: Griffie, server: str, folder: str, which: int, how: str
) -> None:
    client = boto3.client("s3", endpoint_url=server, region_name="us-east-1")
    place = {"Bucket": "damaged"}
    listed = client.list_objects_v2(**place, Prefix=f"an/archive/{folder}")["Contents"]
    place["Key"] = listed[which]["Key"]
    content = client.get_object(**place)["Body"].read()
    middle = len(content) // 2
    if how == "removed":
        client.delete_object(**place)
    else:
        flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
        client.put_object(**place, Body=flipped if how == "flipped" else content[:middle])
    name = place["Key"].rpartition("/")[2]
    assert name in whole.run("verify", code=4).stdout.decode()
    if (folder, which) == ("log/", -1):
        said = whole.run("harvest", "tweedekamer", code=4).stderr.decode()
        assert name in said
        assert "restore it from a copy" in said
    whole.run("repair", "--from", "copy")
    whole.run("verify")
    assert client.get_object(**place)["Body"].read() == content
    whole.harvest()
    whole.run("copy", "s3://damaged/an/archive", "copy")


def test_a_signal_ends_a_harvest_into_a_bucket_in_order(
    source: Simulator, server: str, tmp_path: Path
) -> None:
    here = Griffie.at(tmp_path / "here", source)
    here.harvest()
    there = Griffie.in_bucket(tmp_path / "there", source, server, "stopped")
    source.fault(fault="slow", target="resources", delay_s=0.2)
    try:
        process = there.start("harvest", "tweedekamer")
        staging = there.folder / "staging"
        wait_for(lambda: any(path.is_file() for path in staging.rglob("*")))
        process.terminate()
        _, said = process.communicate(timeout=30)
    finally:
        source.heal()
    assert process.returncode == 3, said.decode()
    client = boto3.client("s3", endpoint_url=server, region_name="us-east-1")
    left = client.list_object_versions(Bucket="stopped", Prefix="an/archive/.lease/")
    assert "Versions" not in left, "the lease was given back"
    there.harvest()
    assert differences(here, there) == []


@pytest.mark.long
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


def test_a_bucket_that_is_gone_is_said(source: Simulator, server: str, tmp_path: Path) -> None:
    griffie = Griffie.in_bucket(tmp_path / "there", source, server, "gone")
    settings = (griffie.folder / "griffie.toml").read_text()
    (griffie.folder / "griffie.toml").write_text(settings.replace("s3://gone", "s3://nowhere"))
    said = griffie.run("harvest", "tweedekamer", code=2).stderr.decode()
    assert "s3://nowhere/an/archive" in said
    assert "griffie init" in said
