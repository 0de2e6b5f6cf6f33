"""What is taken down is gone everywhere, and what tells of it stays."""

from pathlib import Path

import pytest

from archive.archive import Archive
from archive.copying import copy, open_copy
from archive.entries import TakedownEntry, parse_segment
from archive.errors import EntryInvalid, KeyInvalid
from archive.fixity import verify
from archive.stores.local import LocalStore
from tests.unit.archive.makers import TIME, append, digest, payload, put_payload, small_archive

CONTENT = b"%PDF-1.7 names a minor " * 20
SHA256 = digest(CONTENT)
TEXT_KEY = f"texts/old-1/{SHA256[:2]}/{SHA256}.json.gz"


def decision(*payloads: str, record: str | None = "Document/1") -> TakedownEntry:
    return TakedownEntry(TIME, "court order 12/345", "J. Jansen", payloads, record)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    made = small_archive(tmp_path / "archive")
    put_payload(made, CONTENT)
    made.store.put_derived(TEXT_KEY, b"text")
    log = made.log("tweedekamer")
    append(log, [payload(1, CONTENT)], log.head())
    return made


def take_down(archive: Archive) -> None:
    log = archive.log("tweedekamer")
    append(log, [decision(SHA256)], log.head())


def test_a_decision_is_read_back_from_the_log(archive: Archive) -> None:
    take_down(archive)
    log = archive.log("tweedekamer")
    last = log.head()
    assert last is not None
    key = f"log/tweedekamer/{last.sequence:010d}.jsonl.gz"
    assert parse_segment(archive.store.get(key)).entries == (decision(SHA256),)
    append(log, [decision(record=None)], last)


@pytest.mark.parametrize("payloads", [["no digest"], ["A" * 64], "x", [1], None])
def test_a_decision_names_digests(payloads: object) -> None:
    line = {"taken_down_at": TIME, "reason": "r", "by": "b", "payloads": payloads}
    with pytest.raises(EntryInvalid):
        TakedownEntry.from_json(line)


def test_erasing_removes_the_bytes_and_every_text(archive: Archive) -> None:
    before = {info.key for info in archive.store.list()}
    archive.store.put_derived(f"texts/new-2/{SHA256[:2]}/{SHA256}.json.gz", b"text")
    assert len(archive.erase(SHA256)) == 3
    assert archive.erase(SHA256) == []
    gone = {f"payloads/{SHA256[:2]}/{SHA256}", TEXT_KEY}
    assert {info.key for info in archive.store.list()} == before - gone
    with pytest.raises(KeyInvalid):
        archive.erase("../../etc")


def test_verify_knows_what_was_taken_down_and_sees_what_is_still_there(archive: Archive) -> None:
    assert verify(archive).findings == ()
    archive.erase(SHA256)
    assert [f.what for f in verify(archive).findings] == ["is missing; the log names it"]
    put_payload(archive, CONTENT)
    archive.store.put_derived(TEXT_KEY, b"text")
    take_down(archive)
    report = verify(archive)
    assert report.taken_down == 1
    assert {f.object_key for f in report.findings} == {f"payloads/{SHA256[:2]}/{SHA256}", TEXT_KEY}
    assert report.leftovers == report.findings
    archive.erase(SHA256)
    assert verify(archive).findings == ()


def test_a_copy_follows(archive: Archive, tmp_path: Path) -> None:
    target = open_copy(archive, LocalStore.create(tmp_path / "copy"))
    copy(archive, target, lambda _: None)
    assert target.payloads.exists(SHA256)
    take_down(archive)
    archive.erase(SHA256)
    copy(archive, target, lambda _: None)
    assert not target.payloads.exists(SHA256)
    assert verify(target).findings == ()
