"""Followers: from a folder, a bucket, a web server and a Griffie site; killed, and refused."""

import json
import random
import shutil
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.entries import parse_segment
from harvester.index import compare
from tests.contract.servers import ENVIRONMENT
from tests.end_to_end.lived import Lived, copy_of
from tests.end_to_end.processes import Griffie

CONFIG = """\
archive = "archive"
index = "index.sqlite"

[text]
workers = 1
"""
S3 = """
[s3]
endpoint_url = "{url}"
region = "us-east-1"
path_style = true
"""


class Quiet(SimpleHTTPRequestHandler):
    """A static web server without an index of its folders, as most are."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def list_directory(self, path: object) -> None:
        """Refuse."""
        self.send_error(404)


@contextmanager
def web(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def follower(folder: Path, more: str = "") -> Griffie:
    folder.mkdir()
    (folder / "griffie.toml").write_text(CONFIG + more, encoding="utf-8")
    return Griffie(folder, ENVIRONMENT)


def unlike(one: Path, other: Path) -> list[str]:
    return [str(difference) for difference in compare(one, other)]


def payloads(griffie: Griffie) -> set[str]:
    return {path.name for path in (griffie.archive / "payloads").rglob("*") if path.is_file()}


def test_a_follower_of_a_folder_has_all_that_its_origin_has(lived: Lived, tmp_path: Path) -> None:
    griffie = follower(tmp_path / "f")
    griffie.run("follow", str(lived.griffie.archive), "--once")
    assert unlike(lived.griffie.index, griffie.index) == []
    assert [p.read_bytes() for p in griffie.segments()] == [
        p.read_bytes() for p in lived.griffie.segments()
    ]
    assert payloads(griffie) == payloads(lived.griffie)
    griffie.run("verify")
    said = griffie.run("follow", "--once").stdout
    assert said.startswith(b"0 segments, 0 files"), "it knows whom it follows, and has it all"
    assert "follows" in griffie.refused("harvest", "tweedekamer")


def test_a_follower_of_a_web_server_reads_files_through(lived: Lived, tmp_path: Path) -> None:
    griffie = follower(tmp_path / "f")
    with web(lived.griffie.archive) as url:
        griffie.run("follow", url, "--files", "none", "--once")
        assert unlike(lived.griffie.index, griffie.index) == []
        assert payloads(griffie) == set()
        griffie.run("verify")
        with closing(sqlite3.connect(griffie.index)) as connection:
            [(paper, sha256)] = connection.execute(
                "SELECT id, sha256 FROM paper WHERE NOT is_withdrawn ORDER BY id LIMIT 1"
            ).fetchall()
        griffie.run("get", paper, "-o", "file")
        held = lived.griffie.archive / "payloads" / sha256[:2] / sha256
        assert (griffie.folder / "file").read_bytes() == held.read_bytes()
    said = griffie.run("follow", "--once", code=75)
    assert b"cannot use" in said.stderr


def test_a_follower_of_a_griffie_site_keeps_the_current_files(lived: Lived, tmp_path: Path) -> None:
    griffie = follower(tmp_path / "f")
    with served(lived.griffie) as url:
        griffie.run("follow", f"{url}archive", "--files", "current", "--once")
    assert unlike(lived.griffie.index, griffie.index) == []
    with closing(sqlite3.connect(griffie.index)) as connection:
        current = {s for (s,) in connection.execute("SELECT sha256 FROM copy WHERE sha256 <> ''")}
    assert current <= payloads(griffie) < payloads(lived.griffie)
    griffie.run("verify")


@contextmanager
def served(griffie: Griffie) -> Iterator[str]:
    process = griffie.start("serve", "--port", "0")
    assert process.stderr is not None
    try:
        yield next(str(url) for line in process.stderr if (url := json.loads(line).get("url")))
    finally:
        process.terminate()
        process.communicate()


@pytest.mark.long
def test_a_follower_of_a_bucket_stops_at_a_time_and_goes_on_later(
    lived: Lived, tmp_path: Path, moto: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    griffie = follower(tmp_path / "f", S3.format(url=moto))
    griffie.run("copy", str(lived.griffie.archive), "s3://origin/an/archive")
    griffie.run("follow", "s3://origin/an/archive", "--as-of", lived.times[1])
    assert unlike(lived.indexes[1], griffie.index) == []
    griffie.run("follow", "--once")
    assert unlike(lived.griffie.index, griffie.index) == []
    origin = follower(tmp_path / "origin", S3.format(url=moto))
    config = origin.folder / "griffie.toml"
    there = config.read_text().replace('"archive"', '"s3://origin/an/archive"')
    config.write_text(there, encoding="utf-8")
    origin.run("snapshot", "create", "--with-files", "--as-of", lived.times[1])
    origin.run("verify")
    synced = follower(tmp_path / "synced", S3.format(url=moto))
    said = synced.run("sync", "s3://origin/an/archive", "--files", "none").stdout
    assert b"began with the index of the snapshot" in said
    assert unlike(lived.griffie.index, synced.index) == []


def test_sync_begins_with_the_latest_snapshot(lived: Lived, tmp_path: Path) -> None:
    origin = Griffie(tmp_path / "origin")
    shutil.copytree(lived.griffie.folder, origin.folder)
    origin.run("snapshot", "create", "--as-of", lived.times[1])
    griffie = follower(tmp_path / "f")
    with web(origin.archive) as url:
        said = griffie.run("sync", url, "--files", "none").stdout
        assert b"began with the index of the snapshot" in said
        assert unlike(lived.griffie.index, griffie.index) == []
        assert b"began" not in griffie.run("sync").stdout
    griffie.run("rebuild", "--check")  # the origin is away, and no file is kept here
    lost = next(path for path in (griffie.archive / "texts").rglob("*") if path.is_file())
    lost.unlink()
    assert lost.name[:64] in griffie.run("rebuild", "--check", code=75).stderr.decode()


def test_over_plain_http_signatures_come_along_and_a_pinned_key_is_insisted_on(
    lived: Lived, tmp_path: Path
) -> None:
    origin = copy_of(lived, tmp_path / "origin")
    origin.run("key", "new", "griffie.key")
    config = origin.folder / "griffie.toml"
    config.write_text(config.read_text() + '\n[signing]\nkey = "griffie.key"\n')
    key = origin.run("key", "show", "griffie.key").stdout.split()[0].decode()
    mine = follower(tmp_path / "f")
    with web(origin.archive) as url:
        # Nobody signed yet: who insists on a key takes nothing for granted.
        said = mine.run("follow", url, "--key", key, "--files", "none", "--once", code=4).stderr
        assert b"should sign" in said
        origin.run("sign")
        origin.run("snapshot", "create", "--name", "signed")
        said = mine.run("follow", "--once").stdout
        assert f"by {key}".encode() in said
        assert "no public key" in mine.refused("follow", url, "--key", "mine")
        assert b"other keys" in mine.run("follow", "--key", "0" * 64, "--once", code=4).stderr
        mine.run("verify", "--key", key)
        # From a snapshot: its signature counts too, and an unsigned one is not begun with.
        begun = follower(tmp_path / "begun")
        said = begun.run("sync", url, "--files", "none", "--key", key).stdout
        assert b"began with" in said
        assert b"rebuild --check" in said
        assert f"by {key}".encode() in said
        signature = origin.archive / "snapshots" / "signed" / "signature.json"
        whole = signature.read_bytes()
        signature.chmod(0o644)
        signature.write_bytes(whole.replace(b'"signed_at":"2', b'"signed_at":"1'))
        doubtful = follower(tmp_path / "doubtful")
        said = doubtful.run("sync", url, "--files", "none", code=4).stderr
        assert b"signature.json" in said
        assert not doubtful.index.exists()
        signature.unlink()
        said = doubtful.run("sync", url, "--files", "none", "--key", key).stdout
        assert b"began with" not in said
    for griffie in (mine, begun, doubtful):
        assert unlike(lived.griffie.index, griffie.index) == []


def test_killed_at_any_moment_a_follower_ends_equal_to_its_origin(
    lived: Lived, tmp_path: Path
) -> None:
    griffie = follower(tmp_path / "f")
    dice = random.Random(3)
    killed = 0
    with web(lived.griffie.archive) as url:
        for _ in range(5):
            process = griffie.start("follow", url, "--once")
            try:
                process.communicate(timeout=dice.uniform(0.05, 0.8))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.communicate()
                killed += 1
        griffie.run("follow", url, "--once")
    assert killed
    assert unlike(lived.griffie.index, griffie.index) == []
    griffie.run("verify")


def test_a_follower_goes_on_with_what_comes(lived: Lived, tmp_path: Path) -> None:
    origin = tmp_path / "origin"
    shutil.copytree(lived.griffie.archive, origin)
    later = sorted((origin / "log").rglob("*.gz"))[2:]
    kept = [path.read_bytes() for path in later]
    for path in later:
        path.unlink()
    griffie = follower(tmp_path / "f")
    process = griffie.start("follow", str(origin), "--every", "1")
    try:
        await_segments(griffie, 2)
        for path, content in zip(later, kept, strict=True):
            path.write_bytes(content)
        await_segments(griffie, 2 + len(later))
    finally:
        process.terminate()
        process.communicate()
    griffie.run("follow", "--once")  # what the end of the process left undone
    assert unlike(lived.griffie.index, griffie.index) == []


def await_segments(griffie: Griffie, count: int) -> None:
    for _ in range(300):
        if len(griffie.segments()) == count:
            return
        time.sleep(0.1)
    raise AssertionError(f"{len(griffie.segments())} segments, not {count}")


def test_a_rewritten_log_is_refused_and_it_is_said_since_when(lived: Lived, tmp_path: Path) -> None:
    origin = tmp_path / "origin"
    shutil.copytree(lived.griffie.archive, origin)
    griffie = follower(tmp_path / "f")
    griffie.run("follow", str(origin), "--files", "none", "--once")
    held = [path.read_bytes() for path in griffie.segments()]
    index = griffie.index.read_bytes()
    written_at = rewrite(origin, since=3)
    said = griffie.run("follow", "--once", code=4).stderr
    assert b"rewritten since segment 3" in said
    assert written_at.encode() in said
    assert [path.read_bytes() for path in griffie.segments()] == held
    assert griffie.index.read_bytes() == index
    for path in sorted((origin / "log").rglob("*.gz"))[1:]:
        path.unlink()
    assert b"rewritten since segment 2" in griffie.run("follow", "--once", code=4).stderr


def rewrite(origin: Path, since: int) -> str:
    """Write a log anew from a segment on, as a whole chain; return when that was written before."""
    paths = sorted((origin / "log").rglob("*.gz"))
    old = [parse_segment(path.read_bytes()) for path in paths]
    for path in paths[since - 1 :]:
        path.unlink()
    log = Archive.open(origin).log("tweedekamer")
    head = old[since - 2].head
    for segment in old[since - 1 :]:
        head = log.append(
            segment.entries[:-1], segment.checkpoint, after=head,
            harvest=segment.header.harvest, written_at=segment.header.written_at,
        ).head  # fmt: skip
    return old[since - 1].header.written_at


def test_what_is_no_archive_is_not_followed(tmp_path: Path) -> None:
    griffie = follower(tmp_path / "f")
    assert "say which" in griffie.refused("follow")
    (tmp_path / "empty").mkdir()
    assert "no archive" in griffie.refused("follow", str(tmp_path / "empty"), "--once")
    griffie.run("follow", "http://127.0.0.1:9/", "--once", code=75)
