"""Bundles: whole or not there, listed, kept or removed, and no byte of them changes unnoticed."""

import hashlib
import random
from pathlib import Path

import pytest

from archive.entries import Head
from archive.errors import DocumentDamaged, KeyInvalid, ObjectNotFound, SnapshotExists
from archive.snapshots import (
    LIST_KEY,
    Bundle,
    Snapshot,
    latest_snapshot,
    list_snapshots,
    read_snapshot,
    remove_snapshots,
    unfinished_names,
    verify_bundle,
)
from archive.stores.local import LocalStore
from tests.unit.archive.makers import digest

HEADS = {"testland": Head(3, digest("a segment"))}
CHANGES = 300


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore.create(tmp_path / "archive")


def made(store: LocalStore, name: str, as_of: str = "2026-11-23T00:00:00.000Z") -> Snapshot:
    bundle = Bundle(store, name)
    fill(bundle, store)
    return bundle.publish(as_of, HEADS, "griffie test", None)


def fill(bundle: Bundle, store: LocalStore, content: str = "content of ") -> None:
    for path in ("README.md", "csv/papers.csv.gz", "parquet/papers.parquet"):
        source = store.staging / "a-file"
        source.write_text(content + path)
        bundle.add(path, source)


def test_what_was_published_is_read_back(store: LocalStore) -> None:
    snapshot = made(store, "first")
    assert read_snapshot(store, "first") == snapshot
    assert [file.path for file in snapshot.files] == [
        "README.md", "csv/papers.csv.gz", "parquet/papers.parquet",
    ]  # fmt: skip
    assert list(verify_bundle(store, "snapshots/first/")) == []


def test_the_list_is_in_order_of_time_and_the_latest_knows_most(store: LocalStore) -> None:
    assert latest_snapshot(store) is None
    assert list_snapshots(store) == []
    made(store, "b", "2026-11-24T00:00:00.000Z")
    made(store, "a", "2026-11-25T00:00:00.000Z")
    made(store, "c", "2026-11-23T00:00:00.000Z")
    assert [snapshot.name for snapshot in list_snapshots(store)] == ["c", "b", "a"]
    latest = latest_snapshot(store)
    assert latest is not None
    assert latest.name == "a"
    remove_snapshots(store, ["a"])
    assert [snapshot.name for snapshot in list_snapshots(store)] == ["c", "b"]
    assert list(store.list("snapshots/a/")) == []
    with pytest.raises(ObjectNotFound):
        remove_snapshots(store, ["b", "a"])
    assert [snapshot.name for snapshot in list_snapshots(store)] == ["c", "b"]


def test_a_bundle_that_was_not_finished_is_none_and_is_gone_on_with(store: LocalStore) -> None:
    fill(Bundle(store, "cut"), store, "other bytes of ")
    assert unfinished_names(store) == ["cut"]
    assert list_snapshots(store) == []
    made(store, "cut")
    assert list(verify_bundle(store, "snapshots/cut/")) == []
    with pytest.raises(SnapshotExists):
        Bundle(store, "cut")
    fill(Bundle(store, "left"), store)
    remove_snapshots(store, ["left"])
    assert unfinished_names(store) == []
    assert [snapshot.name for snapshot in list_snapshots(store)] == ["cut"]


@pytest.mark.parametrize("name", ["", "a/b", "..", "a b", ".hidden", "snapshots.json"])
def test_a_name_that_is_no_part_of_a_key_is_refused(store: LocalStore, name: str) -> None:
    with pytest.raises(KeyInvalid):
        Bundle(store, name)


def test_any_changed_byte_is_found(store: LocalStore, tmp_path: Path) -> None:
    made(store, "first")
    folder = tmp_path / "archive" / "snapshots" / "first"
    files = [path for path in folder.rglob("*") if path.is_file()]
    download = LocalStore(folder)
    assert list(verify_bundle(download)) == []
    dice = random.Random(7)
    for _ in range(CHANGES):
        path = dice.choice(files)
        whole = path.read_bytes()
        place = dice.randrange(len(whole))
        path.chmod(0o644)
        path.write_bytes(
            whole[:place] + bytes([whole[place] ^ dice.randrange(1, 256)]) + whole[place + 1 :]
        )
        assert list(verify_bundle(download)), (path, place)
        path.write_bytes(whole)
    assert list(verify_bundle(download)) == []


def test_what_is_missing_or_more_is_found(store: LocalStore, tmp_path: Path) -> None:
    made(store, "first")
    folder = tmp_path / "archive" / "snapshots" / "first"
    (folder / "more").write_text("more")
    assert [f.object_key for f in verify_bundle(LocalStore(folder))] == ["more"]
    (folder / "more").unlink()
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        whole = path.read_bytes()
        path.unlink()
        assert str(path.relative_to(folder)) in {
            f.object_key for f in verify_bundle(LocalStore(folder))
        }
        path.write_bytes(whole)


def test_a_damaged_list_says_so(store: LocalStore, tmp_path: Path) -> None:
    made(store, "first")
    path = tmp_path / "archive" / LIST_KEY
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b"first", b"fjrst"))
    with pytest.raises(DocumentDamaged):
        list_snapshots(store)


def test_sums_are_as_sha256sum_reads_them(store: LocalStore, tmp_path: Path) -> None:
    made(store, "first")
    folder = tmp_path / "archive" / "snapshots" / "first"
    for line in (folder / "SHA256SUMS").read_text().splitlines():
        sha256, path = line.split("  ")
        assert hashlib.sha256((folder / path).read_bytes()).hexdigest() == sha256
