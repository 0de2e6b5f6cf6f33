"""What a folder adds to the promises of every store: errors, modes, leftovers, kills."""

import errno
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.errors import (
    ArchiveError,
    ArchiveNotFound,
    KeyInvalid,
    ObjectNotFound,
    StoreForbidden,
    StoreFull,
    StoreUnavailable,
)
from archive.fixity import verify
from archive.stores.local import LocalStore
from tests.unit.archive.makers import TIME, digest

WORKER = Path(__file__).with_name("worker.py")
PROJECT = Path(__file__).parents[3]


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore.create(tmp_path / "archive")


def _leftovers(store: LocalStore) -> list[str]:
    return sorted(os.listdir(store.staging))


def test_a_folder_that_is_missing_is_not_made_by_opening_it(tmp_path: Path) -> None:
    with pytest.raises(ArchiveNotFound):
        LocalStore(tmp_path / "not-mounted")
    assert not (tmp_path / "not-mounted").exists()


def test_a_folder_that_goes_away_is_unavailable_not_empty(
    store: LocalStore, tmp_path: Path
) -> None:
    store.put_new("a/b", b"x")
    (tmp_path / "archive").rename(tmp_path / "unmounted")
    calls: list[Callable[[], object]] = [
        lambda: store.get("a/b"),
        lambda: store.exists("a/b"),
        lambda: list(store.list()),
        lambda: store.put_new("c", b"x"),
        lambda: store.put_derived("c", b"x"),
        lambda: store.staging,
    ]
    for call in calls:
        with pytest.raises(StoreUnavailable, match="check that it is mounted"):
            call()
    assert not (tmp_path / "archive").exists()


def test_objects_are_read_only_files_at_the_path_of_their_key(
    store: LocalStore, tmp_path: Path
) -> None:
    (store.staging / "file").write_bytes(b"2")
    store.put_new("a/one", b"1")
    store.put_files({"a/two": store.staging / "file"})
    store.put_derived("a/three", b"3")
    for name, content in (("one", b"1"), ("two", b"2"), ("three", b"3")):
        path = tmp_path / "archive" / "a" / name
        assert path.read_bytes() == content
        assert path.stat().st_mode & 0o777 == 0o444
        assert path.stat().st_nlink == 1
    assert _leftovers(store) == []


def test_a_key_is_never_also_a_folder(store: LocalStore) -> None:
    store.put_new("a/b", b"x")
    for put in (store.put_new, store.put_derived):
        with pytest.raises(KeyInvalid, match="a part of it is an object"):
            put("a/b/c", b"y")
    with pytest.raises(KeyInvalid, match="it is a folder"):
        store.put_new("a", b"y")
    assert [info.key for info in store.list()] == ["a/b"]
    assert _leftovers(store) == []


def test_only_plain_files_are_objects(store: LocalStore, tmp_path: Path) -> None:
    root = tmp_path / "archive"
    (tmp_path / "secret").write_text("outside")
    (root / "link").symlink_to(tmp_path / "secret")
    (root / "folder-link").symlink_to(tmp_path)
    os.mkfifo(root / "pipe")
    (root / "has space").write_text("x")
    assert list(store.list()) == []
    for key in ("link", "pipe"):
        assert not store.exists(key)
        with pytest.raises(ObjectNotFound):
            store.get(key)


@pytest.mark.parametrize(
    ("number", "kind", "advice"),
    [
        (errno.ENOSPC, StoreFull, "make room"),
        (errno.EDQUOT, StoreFull, "raise the quota"),
        (errno.EACCES, StoreForbidden, "give this user access"),
        (errno.EROFS, StoreForbidden, "mount it writable"),
        (errno.EIO, StoreUnavailable, "mounted and healthy"),
    ],
)
@pytest.mark.parametrize("call", ["os.link", "os.fsync", "os.fchmod", "tempfile.mkstemp"])
def test_what_the_system_refuses_is_said_with_what_to_do_and_nothing_is_visible(
    store: LocalStore,
    monkeypatch: pytest.MonkeyPatch,
    call: str,
    number: int,
    kind: type[ArchiveError],
    advice: str,
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(call, refuse)
        with pytest.raises(kind, match=advice) as caught:
            store.put_new("a/b", b"x")
    assert caught.value.exit_code == 75
    assert "a/b" in str(caught.value)
    assert list(store.list()) == []
    assert _leftovers(store) == []
    store.put_new("a/b", b"x")


def test_a_group_that_fails_can_be_put_again(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {f"p/{number}": store.staging / str(number) for number in range(5)}
    for path in files.values():
        path.write_bytes(b"x")
    link, calls = os.link, []

    def full_at_third(source: Path, path: Path) -> None:
        calls.append(path)
        if len(calls) == 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        link(source, path)

    with monkeypatch.context() as patch:
        patch.setattr("os.link", full_at_third)
        with pytest.raises(StoreFull):
            store.put_files(files)
    assert len(list(store.list())) == 2
    store.put_files({key: path for key, path in files.items() if path.exists()})
    assert len(list(store.list())) == 5
    assert _leftovers(store) == []


def test_a_file_from_another_device_is_stored_too(store: LocalStore) -> None:
    shm = Path("/dev/shm")
    elsewhere = shm / f"griffie-test-{os.getpid()}"
    elsewhere.write_bytes(b"far")
    store.put_files({"a": elsewhere})
    assert store.get("a") == b"far"
    assert not elsewhere.exists()
    assert _leftovers(store) == []


def test_names_follow_only_after_the_bytes_are_flushed(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    fsync, link = os.fsync, os.link

    def note_fsync(descriptor: int) -> None:
        order.append("fsync folder" if os.path.isdir(f"/proc/self/fd/{descriptor}") else "fsync")
        fsync(descriptor)

    def note_link(source: str, path: Path) -> None:
        order.append("link")
        link(source, path)

    monkeypatch.setattr("archive.stores.durability._syncfs", None)
    monkeypatch.setattr("os.fsync", note_fsync)
    monkeypatch.setattr("os.link", note_link)
    store.put_new("a/b/c", b"x")
    assert order == ["fsync", "fsync folder", "fsync folder", "link", "fsync folder"]
    order.clear()
    for name in ("1", "2"):
        (store.staging / name).write_bytes(b"x")
    store.put_files({f"q/{name}": store.staging / name for name in ("1", "2")})
    assert order == ["fsync", "fsync", "link", "link", "fsync folder", "fsync folder"]


def test_a_group_costs_two_flushes(store: LocalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    flushes: list[int] = []

    def note_syncfs(descriptor: int) -> int:
        flushes.append(descriptor)
        return 0

    monkeypatch.setattr("archive.stores.durability._syncfs", note_syncfs)
    monkeypatch.setattr("os.fsync", None)
    files = {f"p/{number:02}/x": store.staging / str(number) for number in range(50)}
    for path in files.values():
        path.write_bytes(b"x")
    store.put_files(files)
    assert len(flushes) == 2


def test_a_failing_flush_of_a_group_is_said(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.stores.durability._syncfs", lambda descriptor: -1)
    monkeypatch.setattr("ctypes.get_errno", lambda: errno.EIO)
    (store.staging / "x").write_bytes(b"x")
    with pytest.raises(StoreUnavailable):
        store.put_files({"x": store.staging / "x"})
    assert list(store.list()) == []


def test_a_sweep_removes_only_old_temporary_files(tmp_path: Path) -> None:
    present = 2_000_000_000.0
    store = LocalStore(tmp_path, clock=lambda: present)
    store.put_new("a", b"x")
    for name, age_s in (("old", 90_000), ("young", 80_000)):
        (store.staging / name).write_bytes(b"half")
        os.utime(store.staging / name, (present - age_s, present - age_s))
    assert store.sweep(86_400) == 1
    assert _leftovers(store) == ["young"]
    assert store.get("a") == b"x"


def _check_after_kill(root: Path) -> int:
    """Everything visible is whole; return how many segments there are."""
    report = verify(Archive.open(root))
    assert report.findings == ()
    for info in LocalStore(root).list("derived/"):
        content = LocalStore(root).get(info.key)
        assert info.key == f"derived/{digest(content)}"
    return report.segments


def _run_worker(root: Path, *arguments: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "tests.unit.archive.worker", str(root), *arguments]
    return subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE)


def test_killed_at_random_moments_everything_visible_is_whole(tmp_path: Path) -> None:
    Archive.create(tmp_path, TIME)
    dice = random.Random(7)
    segments = kills = 0
    # On a busy machine a life may be too short for a segment: then it takes more of them.
    while kills < 12 or (segments <= 12 and kills < 100):
        kills += 1
        with _run_worker(tmp_path) as worker:
            assert worker.stdout is not None
            assert worker.stdout.readline() == b"ready\n"
            time.sleep(dice.uniform(0.0, 0.12))
            worker.kill()
        assert worker.returncode == -signal.SIGKILL
        segments = max(segments, _check_after_kill(tmp_path))
    assert segments > 12


@pytest.mark.parametrize("call", ["link", "fsync", "syncfs", "unlink", "fchmod", "mkdir"])
def test_killed_just_before_or_after_any_call_everything_visible_is_whole(
    tmp_path: Path, call: str
) -> None:
    for number in (1, 2, 3, 5, 8):
        root = tmp_path / str(number)
        Archive.create(root, TIME)
        for moment in ("before", "after"):
            with _run_worker(root, call, str(number), moment) as worker:
                worker.communicate()
            assert worker.returncode == -signal.SIGKILL
            _check_after_kill(root)
    with _run_worker(root, "none", "1", "before") as worker:
        worker.communicate()
    assert worker.returncode == 0
    assert _check_after_kill(root) > 0
