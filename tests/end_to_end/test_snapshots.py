"""The archive at a time, between two times, and as bundles, from the command line."""

import asyncio
import csv
import gzip
import hashlib
import json
import random
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import urllib.request
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import bagit
import duckdb
import pytest
from datasette.app import Datasette

from archive.archive import Archive
from archive.copying import copy, open_copy
from archive.errors import ArchiveError
from archive.fixity import verify
from archive.snapshots import list_snapshots
from archive.stores.local import LocalStore
from archive.stores.location import create_store, open_store
from archive.stores.options import S3Options
from harvester.index import compare
from harvester.progress import Silent
from harvester.settings import Settings, load
from harvester.snapshot.canonical_index import write_canonical
from harvester.snapshot.changes import find_changes
from harvester.snapshot.create import Wish, create_snapshot
from harvester.snapshot.download import Trust, signature_of, verify_snapshot, with_published
from harvester.snapshot.follow import Follower
from harvester.snapshot.formats import decompress
from harvester.snapshot.moments import make_index
from harvester.snapshot.signing import public_key
from harvester.source import load_sources
from tests.contract.servers import ENVIRONMENT
from tests.end_to_end.lived import Lived
from tests.end_to_end.processes import Griffie
from tests.end_to_end.test_followers import web

STEPS = 30
POINTS = 10
CHANGES = 30


def query(index: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(index)) as connection:
        return connection.execute(sql, values).fetchall()


def step(number: int) -> str:
    return f"2026-11-01T00:00:{number:02}.000Z"


def rewritten(lived: Lived, folder: Path, *, until: int = STEPS) -> Archive:
    """Make an archive that saw the same in `STEPS` steps, a second apart, and stops early."""
    archive = Archive.create(folder, step(0))
    log = archive.log("tweedekamer")
    segments = list(Archive.open(lived.griffie.archive).log("tweedekamer").read())
    entries = [entry for segment in segments for entry in segment.entries]
    head = None
    for number in range(until):
        some = entries[len(entries) * number // STEPS : len(entries) * (number + 1) // STEPS]
        head = log.append(
            some, {"Document": number}, after=head, harvest="h", written_at=step(number)
        ).head
    for name in ("payloads", "texts"):
        shutil.copytree(lived.griffie.archive / name, folder / name)
    return archive


# At a time ---------------------------------------------------------------------------------------


def test_as_of_ten_times_rebuild_snapshot_and_follower_agree(
    lived: Lived, tmp_path: Path, moto: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rebuild of the archive as it was then is what all others are compared with."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    sources = load_sources()
    settings = Settings()
    archive = rewritten(lived, tmp_path / "archive")
    options = S3Options(endpoint_url=moto, region="us-east-1", path_style=True)
    bucket = open_copy(archive, create_store("s3://ten/points", options))
    copy(archive, bucket, lambda _: None)
    sizes = []
    with web(tmp_path / "archive") as url:
        origins = (archive, Archive(open_store(url, sources=tuple(sources))), bucket)
        for point, number in enumerate(range(0, STEPS, STEPS // POINTS)):
            folder = tmp_path / f"point-{number}"
            folder.mkdir()
            then, now, packed = (folder / f"{name}.sqlite" for name in ("then", "now", "packed"))
            short = rewritten(lived, folder / "short", until=number + 1)
            make_index(short, then, settings, sources, Silent(), workers=1)
            make_index(archive, now, settings, sources, Silent(), as_of=step(number), workers=1)
            write_canonical(now, packed, Silent())
            own = open_copy(archive, LocalStore.create(folder / "own"))
            mine = settings.model_copy(update={"index": folder / "followed.sqlite"})
            follower = Follower(
                origins[point % 3], own, mine, sources, "none", Silent(), step(number)
            )
            follower.follow_once()
            for index in (now, packed, mine.index):
                assert [str(difference) for difference in compare(then, index)] == []
            sizes += query(now, "SELECT count(*) FROM record_version")
    assert len(set(sizes)) == POINTS


def test_a_site_as_of_a_day_knows_what_was_known_then(lived: Lived, tmp_path: Path) -> None:
    griffie = copy_of(lived, tmp_path / "g")
    found = []
    for arguments in ((), ("--as-of", lived.times[0])):
        process = griffie.start("serve", "--port", "0", *arguments)
        assert process.stderr is not None
        try:
            url = next(u for line in process.stderr if (u := json.loads(line).get("url")))
            address = f"{url}griffie/paper.json?_size=0"
            with urllib.request.urlopen(address, timeout=30) as answer:
                found.append(json.load(answer)["filtered_table_rows_count"])
        finally:
            process.terminate()
            process.communicate()
    assert [(count,) for count in found] == [
        query(index, "SELECT count(*) FROM paper")[0]
        for index in (lived.indexes[2], lived.indexes[0])
    ]


@pytest.mark.parametrize("day", [0, 2])
def test_as_of_a_harvest_the_index_is_the_one_that_was_in_use(
    lived: Lived, tmp_path: Path, day: int
) -> None:
    path = tmp_path / "then.sqlite"
    lived.griffie.run("rebuild", "--as-of", lived.times[day], "-o", str(path))
    assert [str(difference) for difference in compare(lived.indexes[day], path)] == []


def test_the_index_in_use_is_not_replaced_by_an_older_one(lived: Lived) -> None:
    griffie = lived.griffie
    day = ("rebuild", "--as-of", "2026-11-23")
    assert "name another file" in griffie.refused(*day)
    assert "name another file" in griffie.refused(*day, "-o", str(griffie.index))
    assert "no time" in griffie.refused("rebuild", "--as-of", "yesterday")
    assert "--check" in griffie.refused(*day, "--check")


# Between two times -------------------------------------------------------------------------------


def test_changes_tell_what_became_of_each_paper(lived: Lived) -> None:
    said = lived.griffie.run("changes", "--from", lived.times[0], "--to", lived.times[2]).stdout
    lines = [json.loads(line) for line in said.splitlines()]
    before, after = (
        {row[0]: row for row in query(lived.indexes[day], f"SELECT {COLUMNS} FROM paper")}
        for day in (0, 2)
    )
    assert {"new", "changed", "withdrawn"} <= {line["change"] for line in lines}
    # Who has the papers of before and these lines has the papers of now.
    held = {id_: dict(zip(NAMES, row, strict=True)) for id_, row in before.items()}
    for line in lines:
        fields = line.get("fields", {})
        was = fields["id"][0] if line["change"] != "new" and "id" in fields else line["paper"]
        paper = held.pop(was, dict.fromkeys(NAMES))
        if line["change"] in ("merged", "gone"):
            continue
        for name, (old, new) in fields.items():
            if name in NAMES:
                assert paper[name] == old
                paper[name] = new
        held[line["paper"]] = paper
    assert held == {id_: dict(zip(NAMES, row, strict=True)) for id_, row in after.items()}
    corrected = [line for line in lines if line.get("text")]
    assert corrected
    assert all(line["text"][0]["first"] != line["text"][0]["second"] for line in corrected)


NAMES = (
    "id", "document_id", "kind", "number", "title", "subject", "published_on", "dossier",
    "people", "is_withdrawn", "version", "sha256", "outcome", "votes_for",
)  # fmt: skip
COLUMNS = ", ".join(NAMES)


def test_between_a_time_and_itself_nothing_changed(lived: Lived) -> None:
    assert list(find_changes(lived.indexes[1], lived.indexes[1])) == []
    times = ("--from", lived.times[2], "--to", lived.times[0])
    assert "is before" in lived.griffie.refused("changes", *times)


# As bundles --------------------------------------------------------------------------------------


class Published(NamedTuple):
    """A copy of the archive with two snapshots."""

    griffie: Griffie
    first: Path
    latest: Path


def copy_of(lived: Lived, folder: Path) -> Griffie:
    shutil.copytree(lived.griffie.folder, folder)
    return Griffie(folder)


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
    elsewhere.run("verify", "proof.json", "--file", "proof.json", code=4)
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


def test_no_changed_byte_of_what_is_published_is_missed(signed: Griffie, tmp_path: Path) -> None:
    root = tmp_path / "archive"
    shutil.copytree(signed.archive, root)
    files = [path for path in root.rglob("*") if path.is_file() and is_checked(path, root)]
    assert {path.relative_to(root).parts[0] for path in files} == {
        "griffie.json", "log", "payloads", "harvests", "heads", "snapshots"
    }  # fmt: skip
    assert damage(root) == set()
    dice = random.Random(11)
    for _ in range(CHANGES):
        path = dice.choice(files)
        whole = path.read_bytes()
        place = dice.randrange(len(whole))
        path.chmod(0o644)
        change = bytes([whole[place] ^ dice.randrange(1, 256)])
        path.write_bytes(whole[:place] + change + whole[place + 1 :])
        assert damage(root), (path, place)
        path.write_bytes(whole)
    assert damage(root) == set()


def is_checked(path: Path, root: Path) -> bool:
    """Leave out what is derived, and what the system's files are."""
    parts = path.relative_to(root).parts
    return parts[0] != "texts" and not parts[0].startswith(".")


def damage(root: Path) -> set[str]:
    try:
        archive = Archive.open(root)
    except ArchiveError as error:
        return {str(error)}
    report = with_published(archive, verify(archive, workers=1), Trust(), snapshots=True)
    return {finding.object_key for finding in report.findings}
