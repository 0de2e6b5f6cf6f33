"""Snapshots and proofs: what others open and check, and that no changed byte is missed."""

import asyncio
import csv
import gzip
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tarfile
import time
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import bagit
import duckdb
import pytest
from datasette.app import Datasette

from archive.archive import Archive
from archive.errors import ArchiveError
from archive.evidence import Trust
from archive.fixity import verify
from archive.snapshots import list_snapshots
from archive.stores.local import LocalStore
from harvester.index import compare
from harvester.progress import Silent
from harvester.settings import load
from harvester.snapshot.create import Wish, create_snapshot
from harvester.snapshot.download import signature_of, verify_snapshot, with_published
from harvester.snapshot.formats import decompress
from harvester.snapshot.signing import public_key
from harvester.source.registry import load_sources
from tests.end_to_end.lived import Lived, copy_of, query
from tests.end_to_end.processes import Griffie

# As bundles --------------------------------------------------------------------------------------


class Published(NamedTuple):
    """A copy of the archive with two snapshots."""

    griffie: Griffie
    first: Path
    latest: Path


def publish(griffie: Griffie, first_day: str) -> Published:
    griffie.run("snapshot", "create", "--as-of", first_day, "--name", "first")
    griffie.run("snapshot", "create", "--with-files")
    listed = json.loads((griffie.archive / "snapshots" / "snapshots.json").read_text())
    folder = griffie.archive / "snapshots"
    return Published(griffie, folder / "first", folder / listed["latest"])


@pytest.fixture(scope="module")
def published(lived: Lived, tmp_path_factory: pytest.TempPathFactory) -> Published:
    return publish(copy_of(lived, tmp_path_factory.mktemp("published") / "g"), lived.times[0])


def contents(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def unpacked(snapshot: Path, folder: Path) -> Path:
    path = folder / f"{snapshot.name}.sqlite"
    with (snapshot / "index.sqlite.zst").open("rb") as packed:
        decompress(packed, path)
    return path


def test_the_index_in_a_snapshot_is_that_of_its_heads(
    lived: Lived, published: Published, tmp_path: Path
) -> None:
    for snapshot, index in (
        (published.first, lived.indexes[0]),
        (published.latest, lived.indexes[2]),
    ):
        path = unpacked(snapshot, tmp_path)
        assert [str(difference) for difference in compare(index, path)] == []
        heads = json.loads((snapshot / "snapshot.json").read_text())["heads"]
        assert query(path, "SELECT sequence, sha256 FROM segment ORDER BY 1 DESC LIMIT 1") == [
            (heads["tweedekamer"]["sequence"], heads["tweedekamer"]["sha256"])
        ]
        assert query(path, "PRAGMA integrity_check") == [("ok",)]
        assert query(path, "PRAGMA journal_mode") == [("delete",)], (
            "it opens where nobody may write"
        )


def test_the_same_heads_give_the_same_bytes(
    lived: Lived, published: Published, tmp_path: Path
) -> None:
    griffie = copy_of(lived, tmp_path / "g")
    griffie.index.unlink()  # so that it is made again, in another order than it grew in
    settings, archive = load(griffie.folder / "griffie.toml"), Archive.open(griffie.archive)
    for wish in (Wish(lived.times[0], "first"), Wish(with_files=True)):
        made = create_snapshot(archive, settings, load_sources(), wish, Silent())
        assert made.is_new
        there = published.griffie.archive / "snapshots" / made.snapshot.name
        assert contents(griffie.archive / "snapshots" / made.snapshot.name) == contents(there)
    again = create_snapshot(archive, settings, load_sources(), wish, Silent())
    assert not again.is_new, "nothing is new"
    assert "already" in griffie.refused("snapshot", "create", "--name", "first")
    listed = griffie.run("snapshot", "list").stdout.decode().splitlines()
    assert [line.split()[0] for line in listed] == ["first", published.latest.name]
    assert "latest" in listed[1]
    griffie.run("snapshot", "remove", published.latest.name)
    assert not any((griffie.archive / "snapshots" / published.latest.name).rglob("*.json"))
    assert [snapshot.name for snapshot in list_snapshots(archive.store)] == ["first"]


def test_killed_while_it_is_made_a_snapshot_is_none_and_the_next_is_whole(
    lived: Lived, tmp_path: Path
) -> None:
    griffie = copy_of(lived, tmp_path / "g")
    old = griffie.archive / ".tmp" / "snapshot-left"
    old.mkdir(parents=True)
    os.utime(old, (0, 0))
    dice = random.Random(5)
    for _ in range(3):
        process = griffie.start("snapshot", "create", "--with-files", "--name", "one")
        time.sleep(dice.uniform(0.1, 1.0))
        process.kill()
        process.communicate()
        made = (griffie.archive / "snapshots" / "one" / "snapshot.json").exists()
        if made:
            break
        assert list_snapshots(Archive.open(griffie.archive).store) == []
    if not made:
        griffie.run("snapshot", "create", "--with-files", "--name", "one")
    assert (
        list(verify_snapshot(LocalStore(griffie.archive / "snapshots" / "one"), "", Trust())) == []
    )
    assert not old.exists()


def test_known_tools_open_and_check_a_snapshot(published: Published, tmp_path: Path) -> None:
    folder = published.latest
    subprocess.run(
        ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=folder, check=True
    )
    # As a process of its own: it leaves files open, which is an error in this one.
    validate = [sys.executable, "-m", "frictionless", "validate", "datapackage.json"]
    said = subprocess.run(validate, cwd=folder, capture_output=True, text=True)
    assert said.returncode == 0, said.stdout
    index = unpacked(folder, tmp_path)
    papers = query(index, "SELECT count(*) FROM paper")
    with closing(duckdb.connect()) as duck:
        for kind in ("parquet/*.parquet", "csv/*.csv.gz", "jsonl/*.jsonl.gz"):
            for each in folder.glob(kind):
                duck.execute(f"SELECT count(*) FROM '{each}'").fetchall()
        for path in ("parquet/papers.parquet", "csv/papers.csv.gz", "jsonl/papers.jsonl.gz"):
            assert duck.sql(f"SELECT count(*) FROM '{folder / path}'").fetchall() == papers
        outcomes = duck.sql(
            f"SELECT outcome, count(*) FROM '{folder}/parquet/papers.parquet' "
            "WHERE NOT is_withdrawn GROUP BY outcome ORDER BY outcome NULLS FIRST"
        ).fetchall()
    assert outcomes == query(
        index, "SELECT outcome, count(*) FROM paper WHERE NOT is_withdrawn GROUP BY 1 ORDER BY 1"
    )
    readme = (folder / "README.md").read_text()
    for name in ("papers", "votes", "texts"):
        assert f"| `{name}` |" in readme
    dcat = json.loads((folder / "dcat.jsonld").read_text())
    assert dcat["@type"] == "dcat:Dataset"
    assert {"dct:title", "dct:description", "dct:publisher", "dcat:distribution"} <= dcat.keys()


async def _count(index: Path) -> int:
    datasette = Datasette(immutables=[str(index)])
    answer = await datasette.client.get(f"/{index.stem}/paper.json?_size=0&_shape=objects")
    return int(answer.json()["filtered_table_rows_count"])


def test_a_plain_datasette_opens_the_index(published: Published, tmp_path: Path) -> None:
    index = unpacked(published.first, tmp_path)
    assert query(index, "SELECT count(*) FROM paper") == [(asyncio.run(_count(index)),)]


def test_each_bag_is_one_and_a_file_can_be_taken_out_by_its_place(
    published: Published, tmp_path: Path
) -> None:
    [tar_path] = (published.latest / "files").glob("*.tar")
    with tarfile.open(tar_path) as tar:
        tar.extractall(tmp_path, filter="data")
    [folder] = [path for path in tmp_path.iterdir() if path.is_dir()]
    bagit.Bag(str(folder)).validate()
    with tar_path.with_suffix(".csv").open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    index = published.griffie.index
    assert {row["sha256"] for row in rows} == {
        s for (s,) in query(index, "SELECT sha256 FROM file")
    }
    bag = tar_path.read_bytes()
    for row in rows:
        begin = int(row["offset"])
        part = bag[begin : begin + int(row["size_bytes"])]
        assert hashlib.sha256(part).hexdigest() == row["sha256"]


def test_a_snapshot_tells_what_changed_since_the_one_before(
    lived: Lived, published: Published
) -> None:
    with gzip.open(published.latest / "changes.jsonl.gz") as lines:
        told = lines.read()
    assert told == lived.griffie.run("changes", "--from", lived.times[0]).stdout
    assert json.loads((published.latest / "snapshot.json").read_text())["since"] == "first"


# Signed ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def signed(lived: Lived, tmp_path_factory: pytest.TempPathFactory) -> Griffie:
    griffie = copy_of(lived, tmp_path_factory.mktemp("signed") / "g")
    griffie.run("key", "new", "griffie.key")
    assert "exists" in griffie.refused("key", "new", str(griffie.folder / "griffie.key"))
    config = griffie.folder / "griffie.toml"
    config.write_text(config.read_text() + '\n[signing]\nkey = "griffie.key"\n')
    griffie.run("sign")
    griffie.run("snapshot", "create", "--name", "signed")
    return griffie


def test_a_proof_of_a_paper_holds_anywhere(signed: Griffie, tmp_path: Path) -> None:
    [(paper, sha256)] = query(
        signed.index, "SELECT id, sha256 FROM paper WHERE version > 1 AND sha256 <> '' LIMIT 1"
    )
    signed.run("proof", paper, "-o", str(tmp_path / "proof.json"))
    shutil.copy(signed.archive / "payloads" / sha256[:2] / sha256, tmp_path / "file")
    key = signed.run("key", "show", "griffie.key").stdout.split()[0].decode()
    elsewhere = Griffie(tmp_path)
    said = elsewhere.run("verify", "proof.json", "--file", "file", "--key", key).stdout.decode()
    assert f"proof about {paper}" in said
    assert sha256 in said
    assert "file is a file of this proof" in said
    said = elsewhere.run("verify", "proof.json", "--file", "proof.json", code=4).stdout.decode()
    assert "whose key that is was not checked" in said
    proof = str(tmp_path / "proof.json")
    assert "no public key" in signed.refused("verify", proof, "--key", "nonsense")
    assert "no paper" in signed.refused("proof", "kst-0-0")


def test_a_signed_snapshot_is_checked_offline(signed: Griffie, tmp_path: Path) -> None:
    signed.run("verify")
    folder = tmp_path / "download"
    shutil.copytree(signed.archive / "snapshots" / "signed", folder)
    key = public_key(signed.folder / "griffie.key")
    said = Griffie(tmp_path).run("verify", "download", "--key", key).stdout.decode()
    assert "whole; signed at" in said
    store = LocalStore(folder)
    assert list(verify_snapshot(store, "", Trust(key))) == []
    assert list(verify_snapshot(store, "", Trust("0" * 64)))
    (folder / "signature.json").unlink()
    assert list(verify_snapshot(store, "", Trust())) == []
    assert signature_of(store, "", Trust()) is None
    assert list(verify_snapshot(store, "", Trust(key)))
    assert "no snapshot" in signed.refused("verify", str(tmp_path))


def test_no_changed_byte_of_what_is_published_is_missed(
    signed: Griffie, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    root = tmp_path / "archive"
    shutil.copytree(signed.archive, root)
    files = [path for path in root.rglob("*") if path.is_file() and is_checked(path, root)]
    assert {path.relative_to(root).parts[0] for path in files} == {
        "griffie.json", "log", "payloads", "harvests", "evidence", "snapshots", "texts"
    }  # fmt: skip
    assert damage(root) == set()
    dice = random.Random(11)
    for _ in range(request.config.getoption("--changed-bytes")):
        path = dice.choice(files)
        whole = path.read_bytes()
        place = dice.randrange(len(whole))
        path.chmod(0o644)
        change = bytes([whole[place] ^ dice.randrange(1, 256)])
        path.write_bytes(whole[:place] + change + whole[place + 1 :])
        named = damage(root)
        key = path.relative_to(root).as_posix()
        assert key in named or (key == "griffie.json" and named), (path, place)
        path.write_bytes(whole)
    assert damage(root) == set()


def is_checked(path: Path, root: Path) -> bool:
    """Leave out what the store's own files are."""
    return not path.relative_to(root).parts[0].startswith(".")


def damage(root: Path) -> set[str]:
    try:
        archive = Archive.open(root)
    except ArchiveError as error:
        return {str(error)}
    report = with_published(archive, verify(archive, workers=1), Trust(), snapshots=True)
    return {finding.object_key for finding in report.findings}
