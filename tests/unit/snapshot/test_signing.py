"""Signing with an authority that answers, well or badly; what is followed; which snapshots stay."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from archive.archive import Archive
from archive.entries import Head
from archive.evidence import Trust
from archive.fixity import verify
from archive.snapshots import Bundle, list_snapshots
from archive.statements import new_key
from archive.stores.options import S3Options
from harvester.errors import ConfigurationError
from harvester.index import Index
from harvester.settings import Settings, SigningSettings
from harvester.snapshot.create import made_up_name
from harvester.snapshot.origin import (
    Origin,
    note_origin,
    read_origin,
    state_path,
    with_origin,
)
from harvester.snapshot.retention import remove_old
from harvester.snapshot.signing import NotStamped, public_key, sign_now
from tests.unit.archive.authority import Authority
from tests.unit.archive.makers import digest, small_archive

Serve = Callable[[int, Callable[[bytes], bytes]], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    running = []

    def start(status: int, answer: Callable[[bytes], bytes]) -> str:
        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                pass

            def do_POST(self) -> None:
                assert self.headers["Content-Type"] == "application/timestamp-query"
                content = answer(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        running.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}/"

    yield start
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return small_archive(tmp_path / "archive")


@pytest.fixture
def index(tmp_path: Path, archive: Archive) -> Path:
    path = tmp_path / "index.sqlite"
    made = Index.open(path, {})
    made.catch_up(archive.log("tweedekamer"))
    made.close()
    return path


@pytest.fixture
def key(tmp_path: Path) -> str:
    path = tmp_path / "griffie.key"
    path.write_bytes(new_key())
    return str(path)


def signing(index: Path, **told: Any) -> Settings:
    return Settings(index=index, signing=SigningSettings(**told))


def test_heads_are_signed_with_the_time_of_an_authority(
    archive: Archive, index: Path, key: str, serve: Serve, tmp_path: Path
) -> None:
    authority = Authority.make(tmp_path / "tsa")
    settings = signing(index, key=key, timestamp_url=serve(200, authority.answer))
    made = sign_now(archive, settings).made
    assert made
    assert all(archive.store.exists(f"{name}.timestamp.json") for name in made)
    trust = Trust(public_key(Path(key)), authority.roots)
    assert verify(archive, trust=trust, workers=1).findings == ()
    assert sign_now(archive, settings).made == ()
    other = Authority.make(tmp_path / "other")
    assert len(verify(archive, trust=Trust(roots=other.roots), workers=1).findings) == len(made)


@pytest.mark.parametrize(("status", "content"), [(500, b""), (200, b"sorry"), (302, b"")])
def test_without_a_timestamp_the_heads_are_signed_all_the_same(
    archive: Archive, index: Path, key: str, serve: Serve, status: int, content: bytes
) -> None:
    url = serve(status, lambda _: content)
    with pytest.raises(NotStamped, match="signed"):
        sign_now(archive, signing(index, key=key, timestamp_url=url))
    report = verify(archive, workers=1)
    assert report.findings == ()
    assert report.signer == public_key(Path(key))


def test_an_authority_that_is_not_there_is_said(archive: Archive, index: Path, key: str) -> None:
    settings = signing(index, key=key, timestamp_url="http://127.0.0.1:9/")
    with pytest.raises(NotStamped):
        sign_now(archive, settings)


def test_without_a_key_nothing_is_signed(archive: Archive, index: Path, tmp_path: Path) -> None:
    assert sign_now(archive, signing(index)).made == ()
    (tmp_path / "no.key").write_text("no key")
    for name in ("no.key", "missing.key"):
        with pytest.raises(ConfigurationError, match="griffie key"):
            sign_now(archive, signing(index, key=str(tmp_path / name)))
    assert verify(archive, workers=1).signer is None


# What is followed --------------------------------------------------------------------------------


def test_what_is_followed_is_remembered(tmp_path: Path, archive: Archive) -> None:
    index = tmp_path / "own.sqlite"
    assert read_origin(index) is None
    for location, kept in (("https://x.test/a", "none"), (str(tmp_path / "archive"), "current")):
        origin = Origin(location, "none" if kept == "none" else "current")
        note_origin(index, origin)
        assert read_origin(index) == origin
    own = Archive.create(tmp_path / "own", "2026-11-23T20:15:09.120Z")
    through = with_origin(own, index, S3Options(), ())
    payload = next(archive.store.list("payloads/")).key
    assert through.store.get(payload) == archive.store.get(payload)
    note_origin(index, Origin(str(tmp_path / "unmounted"), "none"))
    assert with_origin(own, index, S3Options(), ()) is own


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"location": 1, "files": "all"}',
                                  '{"location": "x", "files": "some"}'])  # fmt: skip
def test_a_note_that_cannot_be_read_is_an_error(tmp_path: Path, text: str) -> None:
    state_path(tmp_path / "i.sqlite").write_text(text)
    with pytest.raises(ConfigurationError, match="follow again"):
        read_origin(tmp_path / "i.sqlite")


# Which snapshots stay ----------------------------------------------------------------------------


def test_the_newest_stay_and_those_with_a_name_of_their_own(archive: Archive) -> None:
    names = []
    for day in range(1, 6):
        as_of = f"2026-11-{day:02}T00:00:00.000Z"
        heads = {"tweedekamer": Head(day, digest(str(day)))}
        name = "before-the-debate" if day == 2 else made_up_name(heads, as_of, with_files=day == 3)
        Bundle(archive.store, name).publish(as_of, heads, "griffie test", None)
        names.append(name)
    assert remove_old(archive, 0) == []
    assert remove_old(archive, 2) == [names[0], names[2]]
    assert [s.name for s in list_snapshots(archive.store)] == [names[1], names[3], names[4]]
    assert remove_old(archive, 2) == []
