"""An archive on a web server, of which some answer badly."""

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.errors import (
    ArchiveNotFound,
    DocumentDamaged,
    KeyInvalid,
    ObjectNotFound,
    StoreForbidden,
    StoreUnavailable,
)
from archive.stores.http import HttpStore
from archive.stores.local import LocalStore
from archive.stores.location import open_store
from archive.stores.read_through import ReadThroughStore
from tests.unit.archive.makers import digest, small_archive

SOURCE = "tweedekamer"
Serve = Callable[[type[BaseHTTPRequestHandler]], str]


class Files(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """Start servers; they end with the test."""
    running = []

    def start(handler: Callable[..., BaseHTTPRequestHandler]) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        running.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def url(tmp_path: Path, serve: Callable[..., str]) -> str:
    small_archive(tmp_path / "archive")
    return serve(partial(Files, directory=str(tmp_path)))


def answering(status: int, *, until: int = 1 << 30, length: int | None = None) -> type[Files]:
    """Make a server whose first answers have a status, or fewer bytes than they say."""

    class Bad(Files):
        count = 0

        def do_GET(self) -> None:
            type(self).count += 1
            is_bad = self.count <= until
            content = b"all of it"
            self.send_response(status if is_bad else 200)
            if status in (301, 302):
                self.send_header("Location", "http://elsewhere.test/")
            self.send_header("Content-Length", str(length or len(content)))
            self.end_headers()
            self.wfile.write(content[:4] if is_bad and length else content)
            self.close_connection = True

    return Bad


def test_what_a_folder_has_is_read_over_http(tmp_path: Path, url: str) -> None:
    here = LocalStore(tmp_path / "archive")
    there = open_store(f"{url}/archive/", sources=(SOURCE, "none"))
    for info in here.list():
        assert there.get(info.key) == here.get(info.key)
        assert there.head(info.key) == info
        with there.open(info.key) as file:
            assert file.read() == here.get(info.key)
    assert list(there.list("log/")) == list(here.list("log/"))
    key = f"log/{SOURCE}/0000000002.jsonl.gz"
    assert list(there.list(f"log/{SOURCE}/", after=key)) == list(here.list("log/", after=key))
    archive = Archive(there)
    assert archive.sources() == [SOURCE]
    assert archive.log(SOURCE).head() == Archive(here).log(SOURCE).head()
    assert not there.exists("griffie.jso")


def test_a_part_is_read_whether_the_server_knows_parts_or_not(url: str, tmp_path: Path) -> None:
    store = HttpStore(f"{url}/archive")
    key = next(LocalStore(tmp_path / "archive").list("payloads/")).key
    with store.open_range(key, 5, 25) as part:
        assert part.read(100) == store.get(key)[5:25]
        assert part.read(100) == b""
    with pytest.raises(ObjectNotFound):
        store.open_range("payloads/aa/missing", 0, 1)


def in_parts(content: bytes, sent: int, asked: list[str]) -> type[Files]:
    """Make a server that knows parts, and cuts each answer after so many bytes."""

    class Cutting(Files):
        def do_GET(self) -> None:
            asked.append(self.headers["Range"])
            first, last = map(int, self.headers["Range"].removeprefix("bytes=").split("-"))
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {first}-{last}/{len(content)}")
            self.send_header("Content-Length", str(last + 1 - first))
            self.end_headers()
            self.wfile.write(content[first : min(last + 1, first + sent)])
            self.close_connection = True

    return Cutting


def test_a_part_that_was_cut_goes_on_where_it_was(
    serve: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.stores.ranged_read.time.sleep", lambda _: None)
    asked: list[str] = []
    store = HttpStore(serve(in_parts(bytes(range(100)), 30, asked)))
    with store.open_range("a", 10, 80) as part:
        assert b"".join(iter(lambda: part.read(8), b"")) == bytes(range(10, 80))
    assert asked == ["bytes=10-79", "bytes=40-79", "bytes=70-79"]
    nothing = HttpStore(serve(in_parts(bytes(100), 0, asked)))
    with nothing.open_range("a", 0, 9) as part, pytest.raises(StoreUnavailable):
        part.read(9)


def test_what_is_not_there_is_not_found(url: str) -> None:
    store = HttpStore(f"{url}/archive")
    with pytest.raises(ObjectNotFound):
        store.get("payloads/aa/missing")
    with pytest.raises(StoreForbidden):
        list(store.list("payloads/"))
    with pytest.raises(ArchiveNotFound):
        Archive.open(f"{url}/elsewhere")


def test_nothing_is_written(tmp_path: Path, url: str) -> None:
    store = HttpStore(f"{url}/archive")
    for attempt in (
        lambda: store.put_new("a", b""),
        lambda: store.put_files({}),
        lambda: store.put_derived("a", b""),
        lambda: store.replace("a", tmp_path),
        lambda: store.erase("a"),
        lambda: store.lease("a", "b"),
        store.scratch,
    ):
        with pytest.raises(StoreForbidden):
            attempt()


@pytest.mark.parametrize("address", ["ftp://host/", "https://", "http:///x", "https://h/?q=1", "x"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(KeyInvalid):
        HttpStore(address)


@pytest.mark.parametrize(("status", "length"), [(500, None), (503, None), (429, None), (200, 99)])
def test_a_bad_answer_is_asked_for_again(
    serve: Callable[..., str], status: int, length: int | None
) -> None:
    store = HttpStore(serve(answering(status, until=2)), pause_s=0.001)
    assert store.get("a") == b"all of it"
    if length:
        cut = HttpStore(serve(answering(status, length=length)), pause_s=0.001)
        with pytest.raises(StoreUnavailable):
            cut.get("a")
        with pytest.raises(StoreUnavailable):
            cut.open("a")


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (500, StoreUnavailable), (302, StoreUnavailable), (204, StoreUnavailable),
        (401, StoreForbidden), (403, StoreForbidden), (404, ObjectNotFound), (410, ObjectNotFound),
    ],
)  # fmt: skip
def test_an_answer_that_stays_bad_is_an_error(
    serve: Callable[..., str], status: int, error: type[Exception]
) -> None:
    store = HttpStore(serve(answering(status)), pause_s=0.001)
    with pytest.raises(error):
        store.get("a")


# Through -----------------------------------------------------------------------------------------


def test_a_file_is_checked_before_it_is_read_through(tmp_path: Path) -> None:
    origin = small_archive(tmp_path / "origin")
    store = ReadThroughStore(LocalStore.create(tmp_path / "own"), origin.store)
    keys = [info.key for info in origin.store.list("payloads/")]
    for key in keys:
        assert store.get(key) == origin.store.get(key)
        with store.open_range(key, 3, 9) as part:
            assert part.read(9) == origin.store.get(key)[3:9]
        assert not store.exists(key)
    path = tmp_path / "origin" / keys[0]
    path.chmod(0o644)
    path.write_bytes(b"other bytes")
    for read in (store.get, store.open, lambda key: store.open_range(key, 0, 1)):
        with pytest.raises(DocumentDamaged):
            read(keys[0])
    with pytest.raises(ObjectNotFound):
        store.get("log/tweedekamer/0000000001.jsonl.gz")


def test_a_text_is_kept_once_it_was_read_through(tmp_path: Path) -> None:
    origin = LocalStore.create(tmp_path / "origin")
    own = LocalStore.create(tmp_path / "own")
    key = f"texts/1/ab/{digest('a')}.json.gz"
    origin.put_derived(key, b"a text")
    assert ReadThroughStore(own, origin).get(key) == b"a text"
    assert own.get(key) == b"a text"
