"""The promises of `archive.stores.ObjectStore`, as tests that every store inherits."""

import os
import threading
import time
from collections.abc import Callable
from copy import copy
from functools import partial
from pathlib import Path

import pytest

from archive.entries import Entry, Head, RecordEntry, Segment
from archive.errors import KeyInvalid, LeaseHeld, LogConflict, ObjectExists, ObjectNotFound
from archive.log import Log
from archive.stores import ObjectStore
from archive.stores.promises import try_promises

TIME = "2026-11-23T20:15:09.120Z"
BAD_KEYS = [
    "",
    "/",
    "/etc/passwd",
    "a//b",
    "a/",
    "../outside",
    "a/../../outside",
    "a/./b",
    ".tmp/x",
    "a/.hidden",
    "a\\b",
    "a b",
    "é",
    "a\n",
    "a\x00b",
    "lost+found",
    "x" * 256,
    "/".join(["x" * 200] * 6),
]


def observation(id: str) -> RecordEntry:
    return RecordEntry(id, "present", TIME, "0" * 64, "https://feed.test", "text/xml", f"<{id}/>")


def append(log: Log, entries: list[Entry], after: Head | None) -> Segment:
    return log.append(entries, {}, after=after, harvest="h", written_at=TIME)


def ids_of(segment: Segment) -> list[str]:
    return [entry.id for entry in segment.entries if isinstance(entry, RecordEntry)]


def ids(store: ObjectStore) -> list[str]:
    return [id for segment in Log(store, "testland").read() for id in ids_of(segment)]


class ObjectStoreContract:
    """Inherit it and give a fixture `store` that returns an empty store."""

    def test_what_is_put_can_be_read_back(self, store: ObjectStore) -> None:
        content = bytes(range(256)) * 1000
        store.put_new("log/a/0000000001.jsonl.gz", content)
        assert store.get("log/a/0000000001.jsonl.gz") == content
        assert store.head("log/a/0000000001.jsonl.gz") == ("log/a/0000000001.jsonl.gz", 256_000)
        assert store.exists("log/a/0000000001.jsonl.gz")

    def test_an_empty_object_is_an_object(self, store: ObjectStore) -> None:
        store.put_new("empty", b"")
        assert store.get("empty") == b""
        assert store.head("empty").size_bytes == 0

    def test_an_opened_object_can_seek(self, store: ObjectStore) -> None:
        store.put_new("a/b", b"0123456789")
        with store.open("a/b") as file:
            file.seek(-3, os.SEEK_END)
            assert file.read() == b"789"
            file.seek(0)
            assert file.read(2) == b"01"

    def test_a_part_of_an_object_is_read(self, store: ObjectStore) -> None:
        content = bytes(range(256)) * 3000
        store.put_new("a/b", content)
        for first, stop in ((0, 1), (10, 300_000), (767_999, 768_000), (0, 768_000)):
            with store.open_range("a/b", first, stop) as part:
                chunks = list(iter(partial(part.read, 100_000), b""))
            assert b"".join(chunks) == content[first:stop]
        with pytest.raises(ObjectNotFound):
            store.open_range("a/c", 0, 1)

    def test_a_key_is_written_once(self, store: ObjectStore) -> None:
        store.put_new("a/b", b"first")
        with pytest.raises(ObjectExists):
            store.put_new("a/b", b"second")
        assert store.get("a/b") == b"first"

    def test_of_many_writers_of_a_key_one_succeeds(self, store: ObjectStore) -> None:
        outcomes: list[str] = []
        barrier = threading.Barrier(8)

        def write(number: int) -> None:
            barrier.wait()
            try:
                store.put_new("race/key", str(number).encode() * 100_000)
                outcomes.append(str(number))
            except ObjectExists:
                outcomes.append("lost")

        threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        winners = [outcome for outcome in outcomes if outcome != "lost"]
        assert len(outcomes) == 8
        assert len(winners) == 1
        assert store.get("race/key") == winners[0].encode() * 100_000

    def test_a_missing_object_is_not_found(self, store: ObjectStore) -> None:
        store.put_new("a/b", b"x")
        for key in ("nothing", "a", "a/c", "a/b/c"):
            assert not store.exists(key)
            with pytest.raises(ObjectNotFound):
                store.get(key)
            with pytest.raises(ObjectNotFound):
                store.open(key)
            with pytest.raises(ObjectNotFound):
                store.head(key)

    def test_a_bad_key_is_refused_by_every_method(self, store: ObjectStore, tmp_path: Path) -> None:
        source = tmp_path / "source"
        source.write_bytes(b"x")
        calls: list[Callable[[str], object]] = [
            lambda key: store.put_new(key, b"x"),
            lambda key: store.put_derived(key, b"x"),
            lambda key: store.put_files({key: source}),
            lambda key: store.replace(key, source),
            store.erase,
            store.get,
            store.open,
            store.head,
            store.exists,
        ]
        for key in BAD_KEYS:
            for call in calls:
                with pytest.raises(KeyInvalid):
                    call(key)
        assert source.read_bytes() == b"x"
        assert list(store.list()) == []

    def test_files_are_moved_to_their_keys(self, store: ObjectStore) -> None:
        files = {f"payloads/{n:02x}/{n}": store.staging / f"file-{n}" for n in range(20)}
        for key, path in files.items():
            path.write_bytes(key.encode() * 50)
        store.put_files(files)
        assert [info.key for info in store.list()] == sorted(files)
        for key, path in files.items():
            assert store.get(key) == key.encode() * 50
            assert not path.exists()

    def test_a_file_whose_key_exists_is_dropped(self, store: ObjectStore, tmp_path: Path) -> None:
        store.put_new("a", b"first")
        again, fresh = tmp_path / "again", tmp_path / "fresh"
        again.write_bytes(b"first")
        fresh.write_bytes(b"new")
        store.put_files({"a": again, "b": fresh})
        assert store.get("a") == b"first"
        assert [info.key for info in store.list()] == ["a", "b"]
        assert store.get("b") == b"new"
        assert not again.exists()
        assert not fresh.exists()

    def test_no_files_are_a_group_too(self, store: ObjectStore) -> None:
        store.put_files({})
        assert list(store.list()) == []

    def test_a_derived_object_is_kept_as_first_written(self, store: ObjectStore) -> None:
        store.put_derived("texts/x/ab", b"text")
        store.put_derived("texts/x/ab", b"text")
        assert store.get("texts/x/ab") == b"text"

    def test_a_repair_puts_a_file_in_the_place_of_an_object(
        self, store: ObjectStore, tmp_path: Path
    ) -> None:
        store.put_new("a/b", b"damaged")
        for key in ("a/b", "c/d"):
            source = tmp_path / "source"
            source.write_bytes(b"whole")
            store.replace(key, source)
            assert not source.exists()
            assert store.get(key) == b"whole"
        assert [info.key for info in store.list()] == ["a/b", "c/d"]

    def test_what_is_erased_is_gone(self, store: ObjectStore) -> None:
        store.put_new("a/b", b"x")
        store.put_new("a/bc", b"y")
        for _ in range(2):
            store.erase("a/b")
            assert not store.exists("a/b")
        store.erase("nothing/at/all")
        assert [info.key for info in store.list()] == ["a/bc"]
        store.put_new("a/b", b"again")
        assert store.get("a/b") == b"again"

    def test_a_scratch_store_keeps_all_promises_and_leaves_nothing(
        self, store: ObjectStore
    ) -> None:
        store.put_new("a", b"x")
        tried = list(try_promises(store))
        assert len(tried) == 6
        assert [each.promise for each in tried if not each.holds] == []
        assert [info.key for info in store.list()] == ["a"]
        assert list(store.staging.iterdir()) == []

    def test_of_two_who_write_a_log_at_once_neither_loses_a_segment_and_readers_see_no_other(
        self, store: ObjectStore
    ) -> None:
        barrier = threading.Barrier(2)
        conflicts = []
        is_over = threading.Event()
        followed: list[str] = []

        def follow() -> None:
            log = Log(copy(store), "testland")
            head = None
            is_last = False
            while not is_last:
                is_last = is_over.is_set()
                for segment in log.read(head):
                    head = segment.head
                    followed.extend(ids_of(segment))

        def write(name: str) -> None:
            log = Log(store, "testland")
            head = None
            barrier.wait()
            for number in range(8):
                while True:
                    try:
                        segment = append(log, [observation(f"{name}/{number}")], head)
                    except LogConflict:
                        conflicts.append(name)
                        head = log.head(after=head)
                    else:
                        head = segment.head
                        break

        follower = threading.Thread(target=follow)
        threads = [threading.Thread(target=write, args=(name,)) for name in ("A", "B")]
        for thread in (follower, *threads):
            thread.start()
        for thread in threads:
            thread.join()
        is_over.set()
        follower.join()
        read = ids(store)
        assert conflicts
        assert followed == read
        assert sorted(read) == sorted(f"{name}/{n}" for name in "AB" for n in range(8))
        for name in "AB":
            assert [id for id in read if id[0] == name] == [f"{name}/{n}" for n in range(8)]

    def test_a_writer_who_slept_through_its_turn_changes_nothing(self, store: ObjectStore) -> None:
        sleeper, other = Log(store, "testland"), Log(store, "testland")
        first = append(sleeper, [observation("A/1")], None).head
        second = append(other, [observation("B/2")], first).head
        with pytest.raises(LogConflict):
            append(sleeper, [observation("A/2")], first)
        append(other, [observation("B/3")], second)
        read = ids(store)
        assert read == ["A/1", "B/2", "B/3"]

    def test_a_lease_is_held_by_one(self, store: ObjectStore) -> None:
        with store.lease("testland", "a") as lease:
            lease.check()
            with pytest.raises(LeaseHeld, match="testland"), store.lease("testland", "b"):
                pass
            with store.lease("elsewhere", "b"):
                pass
        with store.lease("testland", "b"):
            pass
        assert list(store.list()) == []

    def test_of_many_who_want_a_lease_at_once_at_most_one_holds_it(
        self, store: ObjectStore
    ) -> None:
        barrier = threading.Barrier(5)
        lock = threading.Lock()
        holding: list[int] = []
        most: list[int] = []

        def want(number: int) -> None:
            barrier.wait()
            try:
                with store.lease("testland", f"holder-{number}"):
                    with lock:
                        holding.append(number)
                        most.append(len(holding))
                    time.sleep(0.2)
                    with lock:
                        holding.remove(number)
            except LeaseHeld:
                pass

        threads = [threading.Thread(target=want, args=(number,)) for number in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert max(most, default=1) == 1

    def test_staging_is_not_listed(self, store: ObjectStore) -> None:
        (store.staging / "half").write_bytes(b"half")
        assert list(store.list()) == []

    def test_keys_are_listed_in_byte_order_of_whole_keys(self, store: ObjectStore) -> None:
        keys = ["a-b", "a.b", "a/b", "a/b-c", "a0", "A", "ab", "a_b/c", "a-b-c/x", "a=1", "Z/z"]
        for key in keys:
            store.put_new(key, key.encode())
        listed = list(store.list())
        assert [info.key for info in listed] == sorted(keys)
        assert [info.size_bytes for info in listed] == [len(key) for key in sorted(keys)]

    def test_a_listing_obeys_prefix_and_after(self, store: ObjectStore) -> None:
        keys = ["log/a/1", "log/a/2", "log/a/3", "log/a-b/1", "log/ab/1", "loga", "pay/a", "m/n/o"]
        for key in keys:
            store.put_new(key, b"")
        edges = ["", "lo", "log", "log/", "log/a", "log/a/", "log/a/2", "log/a/\x7f", "z", "/", "m"]
        for prefix in [*edges, "nothing/", "../", "log//", ".tmp/"]:
            for after in [*edges, "log/a-c", "log/a/2x", "\x7f"]:
                expected = [k for k in sorted(keys) if k.startswith(prefix) and k > after]
                assert [i.key for i in store.list(prefix, after=after)] == expected, (prefix, after)
