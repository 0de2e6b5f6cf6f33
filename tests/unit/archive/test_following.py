"""A copy follows a log, and says since when it is another one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from archive.archive import Archive
from archive.copying import open_copy
from archive.entries import Entry, Head, Segment, TakedownEntry
from archive.errors import (
    ChainBroken,
    DocumentDamaged,
    LogRewritten,
    SegmentDamaged,
    SignatureMissing,
    StoreForbidden,
)
from archive.following import follow_heads, follow_log, later_segments
from archive.heads import check_last, heads_keys, verify_heads
from archive.latest_heads import LATEST_KEY, read_latest
from archive.log import Log
from archive.statements import load_key, new_key, public_hex
from archive.stores import ObjectInfo
from archive.stores.local import LocalStore
from tests.unit.archive.makers import TIME, append, digest, put_payload, record, small_archive
from tests.unit.archive.old_form import sign_heads

SOURCE = "tweedekamer"
SEGMENTS = 9


def copy_of(origin: Archive, folder: Path) -> Archive:
    return open_copy(origin, LocalStore.create(folder))


def at(number: int) -> str:
    return f"2026-11-{number:02}T00:00:00.000Z"


def grow(log: Log, after: Head | None, numbers: range, text: int = 0) -> None:
    for number in numbers:
        after = log.append(
            [record(number + text)], {"n": number}, after=after, harvest="h", written_at=at(number)
        ).head


@pytest.fixture
def origin(tmp_path: Path) -> Archive:
    made = Archive.create(tmp_path / "origin", TIME)
    grow(made.log(SOURCE), None, range(1, SEGMENTS + 1))
    return made


def test_a_copy_is_the_same_bytes_and_goes_on(tmp_path: Path, origin: Archive) -> None:
    copy = copy_of(origin, tmp_path / "copy")
    segments = follow_log(origin, copy, SOURCE)
    assert [next(segments).sequence for _ in range(4)] == [1, 2, 3, 4]
    assert [s.sequence for s in follow_log(origin, copy, SOURCE)] == [5, 6, 7, 8, 9]
    for info in origin.store.list("log/"):
        assert copy.store.get(info.key) == origin.store.get(info.key)
    assert list(follow_log(origin, copy, SOURCE)) == []


def test_it_stops_at_a_time_and_tells_what_is_later(tmp_path: Path, origin: Archive) -> None:
    copy = copy_of(origin, tmp_path / "copy")
    assert [s.sequence for s in follow_log(origin, copy, SOURCE, until=at(4))] == [1, 2, 3, 4]
    assert [s.sequence for s in later_segments(origin, copy, SOURCE)] == [5, 6, 7, 8, 9]
    assert list(follow_log(origin, copy, SOURCE, until=at(4))) == []


@pytest.mark.parametrize("since", range(1, SEGMENTS + 1))
def test_a_rewritten_log_is_refused_since_its_first_other_segment(
    tmp_path: Path, origin: Archive, since: int
) -> None:
    copy = copy_of(origin, tmp_path / "copy")
    old = list(follow_log(origin, copy, SOURCE))
    for path in sorted((tmp_path / "origin" / "log" / SOURCE).iterdir())[since - 1 :]:
        path.unlink()
    with pytest.raises(LogRewritten, match="is missing there") as shorter:
        list(follow_log(origin, copy, SOURCE))
    assert (shorter.value.sequence, shorter.value.written_at) == (since, at(since))
    after = old[since - 2].head if since > 1 else None
    grow(origin.log(SOURCE), after, range(since, SEGMENTS + 3), text=100)
    with pytest.raises(LogRewritten, match="is another one there") as other:
        list(follow_log(origin, copy, SOURCE))
    assert (other.value.sequence, other.value.written_at) == (since, at(since))
    assert [s.sha256 for s in copy.log(SOURCE).read()] == [s.sha256 for s in old]


@pytest.mark.parametrize("number", [1, 5, SEGMENTS])
def test_a_damaged_log_is_followed_up_to_the_damage(
    tmp_path: Path, origin: Archive, number: int
) -> None:
    path = tmp_path / "origin" / "log" / SOURCE / f"{number:010}.jsonl.gz"
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    copy = copy_of(origin, tmp_path / "copy")
    found: list[Segment] = []
    with pytest.raises((SegmentDamaged, ChainBroken)):
        found.extend(follow_log(origin, copy, SOURCE))
    assert len(list(copy.log(SOURCE).read())) == number - 1


def test_what_was_taken_down_leaves_the_copy_before_it_says_so(tmp_path: Path) -> None:
    origin = small_archive(tmp_path / "origin")
    copy = copy_of(origin, tmp_path / "copy")
    list(follow_log(origin, copy, SOURCE))
    put_payload(copy, b"bytes that go")
    entry: Entry = TakedownEntry(TIME, "why", "who", (digest(b"bytes that go"),))
    append(origin.log(SOURCE), [entry], origin.log(SOURCE).head())
    list(follow_log(origin, copy, SOURCE))
    assert not copy.payloads.exists(digest(b"bytes that go"))


def test_signed_heads_come_along_as_far_as_the_copy_goes(tmp_path: Path, origin: Archive) -> None:
    log = [segment.sha256 for segment in origin.log(SOURCE).read()]
    key = load_key(new_key())
    for size in (3, 6, 9):
        sign_heads(origin, {SOURCE: log[:size]}, key, at(size))
    copy = copy_of(origin, tmp_path / "copy")
    list(follow_log(origin, copy, SOURCE, until=at(7)))
    assert follow_heads(origin, copy) == 2
    assert list(verify_heads(copy, {SOURCE: log[:7]})) == []
    list(follow_log(origin, copy, SOURCE))
    assert follow_heads(origin, copy) == 1
    assert follow_heads(origin, copy) == 0
    assert heads_keys(copy) == heads_keys(origin)
    path = tmp_path / "origin" / heads_keys(origin)[0]
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b"griffie-heads", b"griffie-hands"))
    with pytest.raises(DocumentDamaged):
        follow_heads(origin, copy_of(origin, tmp_path / "other"))


# Where nothing can be listed ---------------------------------------------------------------------


class Unlisted(LocalStore):
    """A folder as a web server gives it: each object by its key, and no list but of the log."""

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectInfo]:
        if not prefix.startswith("log/"):
            raise StoreForbidden(prefix, "it lists nothing")
        yield from super().list(prefix, after=after)


@pytest.fixture
def signed(origin: Archive) -> tuple[Archive, list[str], Ed25519PrivateKey]:
    """Give it signed heads of every third segment."""
    log = [segment.sha256 for segment in origin.log(SOURCE).read()]
    key = load_key(new_key())
    for size in (3, 6, 9):
        sign_heads(origin, {SOURCE: log[:size]}, key, at(size))
    return origin, log, key


def unlisted(archive: Archive, folder: Path) -> Archive:
    return Archive(Unlisted(folder / "origin"))


def test_signed_heads_are_found_without_a_list(
    tmp_path: Path, signed: tuple[Archive, list[str], Ed25519PrivateKey]
) -> None:
    origin, log, key = signed
    web = unlisted(origin, tmp_path)
    copy = copy_of(web, tmp_path / "copy")
    list(follow_log(web, copy, SOURCE, until=at(7)))
    assert follow_heads(web, copy) == 1, "the last ones that are about what is here"
    assert heads_keys(copy) == heads_keys(origin)[1:2]
    assert read_latest(copy.store) == heads_keys(origin)[1]
    list(follow_log(web, copy, SOURCE))
    sign_heads(origin, {SOURCE: log}, load_key(new_key()), at(10))
    assert follow_heads(web, copy) == 2, "all that came since"
    assert follow_heads(web, copy) == 0
    assert heads_keys(copy) == heads_keys(origin)[1:]
    assert list(verify_heads(copy, {SOURCE: log})) == []
    found = check_last(copy, {SOURCE: log})
    assert found is not None
    assert found.signed_at == at(10)
    for wrong in ({SOURCE: log[:8]}, {SOURCE: log[::-1]}, {}):
        with pytest.raises(SignatureMissing):
            check_last(copy, wrong)
    with pytest.raises(SignatureMissing, match="another key"):
        check_last(copy, {SOURCE: log}, public_hex(key))


def test_an_archive_that_nobody_signed_is_only_followed_by_who_asks_for_no_key(
    tmp_path: Path, origin: Archive
) -> None:
    web = unlisted(origin, tmp_path)
    copy = copy_of(web, tmp_path / "copy")
    assert follow_heads(web, copy) == 0
    assert check_last(copy, {}) is None
    with pytest.raises(SignatureMissing, match="no heads"):
        check_last(copy, {}, "0" * 64)


def test_signed_heads_that_do_not_lead_to_those_that_are_here_are_refused(
    tmp_path: Path, signed: tuple[Archive, list[str], Ed25519PrivateKey]
) -> None:
    origin, log, key = signed
    web = unlisted(origin, tmp_path)
    copy = copy_of(web, tmp_path / "copy")
    list(follow_log(web, copy, SOURCE))
    follow_heads(web, copy)
    for name in heads_keys(origin):
        origin.store.erase(name)
    sign_heads(origin, {SOURCE: log}, key, at(20))
    with pytest.raises(DocumentDamaged, match="other signed heads"):
        follow_heads(web, copy)
    sign_heads(origin, {SOURCE: log[:8]}, key, at(21))
    origin.store.erase(heads_keys(origin)[0])
    with pytest.raises(DocumentDamaged, match="is missing"):
        follow_heads(web, copy)


def test_heads_that_are_named_as_the_last_and_are_gone_are_told(
    signed: tuple[Archive, list[str], Ed25519PrivateKey],
) -> None:
    origin, log, _ = signed
    last = heads_keys(origin)[-1]
    assert read_latest(origin.store) == last
    origin.store.erase(last)
    assert [f.object_key for f in verify_heads(origin, {SOURCE: log})] == [last]
    origin.store.erase(LATEST_KEY)
    origin.store.put_new(LATEST_KEY, b"{}")
    assert LATEST_KEY in [f.object_key for f in verify_heads(origin, {SOURCE: log})]
