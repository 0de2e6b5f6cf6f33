"""Fetch the files that the index wants, of any source."""

import hashlib
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure as TwistedFailure

from archive.entries import Declared, PayloadEntry
from archive.payloads import PayloadWriter, Staged
from harvester.harvest.inline import InlineReader
from harvester.index import Wanted
from harvester.source.steps import Fetched
from harvester.text.media_types import detect
from harvester.times import now, to_text

ANSWERS = [304, *range(400, 600)]
"""Statuses besides success that answer a file request; redirects are followed."""
COMPARED_DIGESTS = frozenset({"sha1", "sha256", "sha512"})
HEAD_BYTES = 8192
"""Bytes that suffice to detect the type of a file."""


class PayloadSpider(Spider):
    """Yield a `Fetched` for each wanted file: its bytes, a failure, or "unchanged"."""

    name = "payloads"

    def __init__(
        self,
        *,
        wanted: Iterable[Wanted],
        new_writer: Callable[[], PayloadWriter],
        read_inline: InlineReader,
        largest_bytes: int,
        **kwargs: Any,
    ) -> None:
        """Set the frontier, a query of the index, and where files come from and go.

        Args:
            wanted: the files.
            new_writer: makes what takes a file's bytes.
            read_inline: reads a file that is part of its record.
            largest_bytes: of a file.
            kwargs: for Scrapy.
        """
        super().__init__(**kwargs)
        self._wanted = wanted
        self._new_writer = new_writer
        self._read_inline = read_inline
        self._largest_bytes = largest_bytes

    async def start(self) -> AsyncIterator[Request | Fetched]:
        """Request each wanted file lazily: Scrapy takes the next one when it has room."""
        for wanted in self._wanted:
            if wanted.is_inline:
                yield self._from_record(wanted)
                continue
            try:
                request = self._request(wanted)
            except ValueError as error:  # a source may state anything as an address
                yield Fetched(wanted, _entry(wanted, None, error=f"no address: {error}"))
            else:
                yield request

    def _from_record(self, wanted: Wanted) -> Fetched:
        content = self._read_inline(wanted)
        if content is None:
            return Fetched(wanted, _entry(wanted, None, error="the record does not hold it"))
        if len(content) > self._largest_bytes:
            reason = f"longer than {self._largest_bytes} bytes"
            return Fetched(wanted, _entry(wanted, None, error=reason))
        writer = self._new_writer()
        writer.write(content)
        staged = writer.close()
        media_type = wanted.declared_media_type or "text/plain"
        fault = _fault(media_type, staged.size_bytes, media_type)
        entry = _entry(wanted, None, staged.sha256, staged.size_bytes, media_type, error=fault)
        return Fetched(wanted, entry, staged)

    def _request(self, wanted: Wanted) -> Request:
        headers = {"Accept-Encoding": "identity"}
        # A misfit has a validator too; sending it would get "unchanged" for the misfit.
        is_conditional = wanted.reason != "misfit"
        if wanted.etag and is_conditional:
            headers["If-None-Match"] = wanted.etag
        if wanted.last_modified and is_conditional:
            headers["If-Modified-Since"] = wanted.last_modified
        return Request(
            wanted.url,
            headers=headers,
            callback=self.received,
            errback=self.failed,
            cb_kwargs={"wanted": wanted},
            dont_filter=True,
            meta={
                "writer": self._new_writer,
                "download_maxsize": self._largest_bytes,
                "handle_httpstatus_list": ANSWERS,
                # A source may answer 404 or 500 for a missing file for years: retry once now,
                # and leave the rest to the back-off of the frontier.
                "max_retry_times": 1,
            },
        )

    def received(self, response: Response, wanted: Wanted) -> Iterator[Fetched]:
        """Turn a response into the entry that the log keeps."""
        assert response.request is not None
        staged: Staged | None = response.request.meta.get("staged")
        if staged is not None:
            yield self._with_bytes(response, wanted, staged)
        elif response.status == 304:
            entry = _entry(wanted, 304, wanted.sha256, wanted.size_bytes, wanted.media_type)
            yield Fetched(wanted, entry, is_unchanged=True)
        else:
            entry = _entry(wanted, response.status, error=f"HTTP {response.status}")
            yield Fetched(wanted, entry)

    def failed(self, failure: TwistedFailure) -> Iterator[Fetched]:
        """Turn a failed request into the entry that the log keeps."""
        wanted: Wanted = failure.request.cb_kwargs["wanted"]  # type: ignore[attr-defined]
        reason = f"{type(failure.value).__name__}: {failure.value}"
        yield Fetched(wanted, _entry(wanted, None, error=reason))

    def _with_bytes(self, response: Response, wanted: Wanted, staged: Staged) -> Fetched:
        with staged.path.open("rb") as file:
            media_type = detect(file.read(HEAD_BYTES), staged.path)
        header_type = _header(response, "Content-Type")
        declared = Declared(
            media_type=wanted.declared_media_type or header_type,
            size_bytes=wanted.declared_size_bytes,
            etag=_header(response, "ETag"),
            last_modified=_header(response, "Last-Modified"),
            digest=wanted.declared_digest,
            digest_agrees=has_digest(staged.path, wanted.declared_digest),
        )
        entry = _entry(
            wanted,
            response.status,
            staged.sha256,
            staged.size_bytes,
            media_type,
            declared=declared,
            error=_fault(media_type, staged.size_bytes, declared.media_type),
        )
        return Fetched(wanted, entry, staged)


def has_digest(path: Path, declared: str | None) -> bool | None:
    """Tell whether a file has a declared digest; None where that cannot be told."""
    algorithm, _, value = (declared or "").strip().lower().partition(":")
    if algorithm not in COMPARED_DIGESTS or not value:
        return None
    with path.open("rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest() == value


def _fault(media_type: str, size_bytes: int, declared: str | None) -> str | None:
    """Say why stored bytes are no version of the file; None if they are one.

    A Word file where PDF is declared is a version, since a source may publish metadata hours
    before the bytes. A web page in its place is an error message of the server.
    """
    if size_bytes == 0:
        return "empty"
    if media_type == "text/html" and declared is not None and "html" not in declared:
        return f"a web page instead of {declared}"
    return None


def _entry(
    wanted: Wanted,
    status: int | None,
    sha256: str | None = None,
    size_bytes: int | None = None,
    media_type: str | None = None,
    *,
    declared: Declared | None = None,
    error: str | None = None,
) -> PayloadEntry:
    return PayloadEntry(
        record=wanted.record,
        name=wanted.name,
        url=wanted.url,
        retrieved_at=to_text(now()),
        status=status,
        sha256=sha256,
        size_bytes=size_bytes,
        media_type=media_type,
        declared=declared,
        error=error,
    )


def _header(response: Response, name: str) -> str | None:
    value: Any = response.headers.get(name)
    return value.decode("latin-1") if value else None
