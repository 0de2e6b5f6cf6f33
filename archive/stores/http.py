"""A read-only archive on a web server: static files, or a Griffie site that serves its log.

A web server lists nothing. Without a listing, segments are found because a log is numbered without
gaps, and snapshots because `snapshots/snapshots.json` names them.
"""

import tempfile
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import urllib3
from urllib3.util import Retry, Timeout

from archive import canonical, keys
from archive.chunks import CHUNK_BYTES
from archive.errors import (
    KeyInvalid,
    ObjectNotFound,
    StoreForbidden,
    StoreUnavailable,
)
from archive.stores import Lease, ObjectInfo, ObjectStore
from archive.stores.os_errors import writing
from archive.stores.ranged_read import READS, RangedRead, Source, skip

KEPT = 16
"""Cached segments that listing had to fetch, until they are requested."""
LIST_KEY = "snapshots/snapshots.json"
_MISSING = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
_REFUSED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


@dataclass(frozen=True, slots=True)
class _Body:
    """An answer's body, whose errors are ours."""

    answer: urllib3.BaseHTTPResponse
    key: str

    def read(self, size: int, /) -> bytes:
        try:
            return self.answer.read(size, decode_content=False)
        except urllib3.exceptions.HTTPError as error:
            raise StoreUnavailable(self.key, str(error)) from error

    def close(self) -> None:
        self.answer.close()


class HttpStore(ObjectStore):
    """A read-only `ObjectStore`; methods that write raise `StoreForbidden`."""

    def __init__(self, url: str, sources: tuple[str, ...] = (), *, pause_s: float = 0.5) -> None:
        """Refer to an archive.

        Args:
            url: of the folder that holds its `griffie.json`.
            sources: that may have logs there, besides those that its snapshots name.
            pause_s: before the second attempt at a request; doubled for each further one.

        Raises:
            KeyInvalid: this is no address of a web server.
        """
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
            raise KeyInvalid(url, "not like https://example.org/archive")
        self._url = url.rstrip("/") + "/"
        self._sources = sources
        self._pause_s = pause_s
        retries = Retry(
            total=READS,
            connect=1,  # do not wait for a server that is not there
            backoff_factor=pause_s,
            status_forcelist=(429, 500, 502, 503, 504),
            redirect=False,
            raise_on_status=False,
        )
        self._pool = urllib3.PoolManager(
            maxsize=self.at_once,
            retries=retries,
            timeout=Timeout(connect=10, read=60),
            # No transport compression: the digest is that of the packed bytes.
            headers={"Accept-Encoding": "identity", "User-Agent": "griffie"},
        )
        self._kept: OrderedDict[str, bytes] = OrderedDict()

    def __repr__(self) -> str:
        return f"HttpStore({self._url!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return HttpStore, (self._url, self._sources)

    @property
    def at_once(self) -> int:
        """A few: enough not to wait for each answer, few enough for anybody's server."""
        return 4

    @property
    def staging(self) -> Path:
        """The system's temporary folder; nothing is moved from there to the server."""
        return Path(tempfile.gettempdir())

    # Reading ---------------------------------------------------------------------------------

    def get(self, key: str) -> bytes:
        """Return an object's bytes; see `ObjectStore.get`."""
        kept = self._kept.pop(keys.check(key), None)
        if kept is not None:
            return kept
        content = bytearray()

        def take(chunk: bytes) -> None:
            if len(content) + len(chunk) > canonical.CONTENT_LIMIT_BYTES:
                raise StoreUnavailable(self._url + key, "it sends more than any object may have")
            content.extend(chunk)

        self._fetch(key, content.clear, take)
        return bytes(content)

    def open(self, key: str) -> BinaryIO:
        """Download an object to a temporary file that is removed when closed."""
        file = tempfile.NamedTemporaryFile()  # noqa: SIM115 - the caller closes it

        def begin() -> None:
            file.seek(0)
            file.truncate()

        def take(chunk: bytes) -> None:
            with writing(file.name):
                file.write(chunk)

        try:
            self._fetch(key, begin, take)
            with writing(file.name):
                file.seek(0)
        except BaseException:
            file.close()
            raise
        return file  # type: ignore[return-value]

    def open_range(self, key: str, first: int, stop: int) -> RangedRead:
        """Open a range of an object; see `ObjectStore.open_range`."""
        keys.check(key)

        def begin(at: int) -> Source:
            body = _Body(self._ask("GET", key, {"Range": f"bytes={at}-{stop - 1}"}), key)
            if body.answer.status == HTTPStatus.OK:
                skip(body, at)
            return body

        return RangedRead(begin, first, stop, self._url + key)

    def head(self, key: str) -> ObjectInfo:
        """Return an object's size; see `ObjectStore.head`."""
        answer = self._ask("HEAD", keys.check(key))
        answer.release_conn()
        return ObjectInfo(key, int(answer.headers.get("Content-Length", "0")))

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectInfo]:
        """Yield segments, the only objects that can be found without a listing.

        Raises:
            StoreForbidden: something else is to be listed.
        """
        if not prefix.startswith("log/"):
            raise StoreForbidden(self._url + prefix, "a web server does not list what it has")
        for source in self._names():
            if keys.log_prefix(source).startswith(prefix[: len(keys.log_prefix(source))]):
                yield from self._segments(source, prefix, after)

    def _segments(self, source: str, prefix: str, after: str) -> Iterator[ObjectInfo]:
        folder = keys.log_prefix(source)
        if after >= f"{folder}:":  # past every number in it
            return
        sequence = (keys.segment_sequence(after) or 0) + 1 if after.startswith(folder) else 1
        while True:
            key = keys.segment_key(source, sequence)
            try:
                content = self.get(key)
            except ObjectNotFound:
                return
            self._kept[key] = content
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            if key.startswith(prefix) and key > after:
                yield ObjectInfo(key, len(content))
            sequence += 1

    def _names(self) -> Sequence[str]:
        """Return the sources that may have logs, in order."""
        try:
            listed = canonical.unseal(self.get(LIST_KEY)).get("snapshots")
        except (ObjectNotFound, ValueError):
            listed = []
        found = set(self._sources)
        for snapshot in listed if isinstance(listed, list) else []:
            heads = snapshot.get("heads") if isinstance(snapshot, Mapping) else None
            found.update(map(str, heads) if isinstance(heads, Mapping) else ())
        return sorted(map(keys.check_source, found))

    def _fetch(
        self, key: str, begin: Callable[[], object], take: Callable[[bytes], object]
    ) -> None:
        """Pass an object's bytes to `take`; call `begin` before each attempt from the start."""
        for attempt in range(READS):
            time.sleep(self._pause_s * (2**attempt - 1))
            begin()
            answer = self._ask("GET", keys.check(key))
            try:
                for chunk in answer.stream(CHUNK_BYTES, decode_content=False):
                    take(chunk)
            except urllib3.exceptions.HTTPError as error:
                answer.close()  # do not read the rest of this response
                if attempt == READS - 1:
                    raise StoreUnavailable(self._url + key, str(error)) from error
            else:
                answer.release_conn()
                return

    def _ask(
        self, method: str, key: str, more: Mapping[str, str] | None = None
    ) -> urllib3.BaseHTTPResponse:
        url = self._url + key
        headers = {**self._pool.headers, **(more or {})}
        try:
            answer = self._pool.request(
                method, url, preload_content=False, redirect=False, headers=headers
            )
        except urllib3.exceptions.HTTPError as error:
            raise StoreUnavailable(url, str(error)) from error
        if answer.status == HTTPStatus.OK or (more and answer.status == HTTPStatus.PARTIAL_CONTENT):
            return answer
        answer.drain_conn()
        answer.release_conn()
        if answer.status in _MISSING:
            raise ObjectNotFound(key)
        if answer.status in _REFUSED:
            raise StoreForbidden(url, f"it answers {answer.status}")
        where = answer.headers.get("Location")
        raise StoreUnavailable(
            url, f"it answers {answer.status}{f' and leads to {where}' if where else ''}"
        )

    # Writing ---------------------------------------------------------------------------------

    def _refuse(self) -> StoreForbidden:
        return StoreForbidden(self._url, "an archive on a web server is only read")

    def lease(self, name: str, holder: str) -> AbstractContextManager[Lease]:
        """Raise `StoreForbidden`: the store is read-only."""
        raise self._refuse()

    def scratch(self) -> AbstractContextManager[Any]:
        """Raise `StoreForbidden`: the store is read-only."""
        raise self._refuse()

    def sweep(self, older_than_s: float) -> int:
        """Do nothing: there are no temporary files."""
        return 0

    def put_new(self, key: str, content: bytes) -> None:
        """Raise `StoreForbidden`: the store is read-only."""
        raise self._refuse()

    def put_files(self, files: Mapping[str, Path]) -> None:
        """Raise `StoreForbidden`: the store is read-only."""
        raise self._refuse()

    def put_derived(self, key: str, content: bytes) -> None:
        """Raise `StoreForbidden`: the store is read-only."""
        raise self._refuse()

    def replace(self, key: str, source: Path) -> None:
        """Raise `StoreForbidden`: the store is read-only."""
        raise self._refuse()

    def erase(self, key: str) -> None:
        """Raise `StoreForbidden`: the store is read-only."""
        raise self._refuse()
