"""Serve payloads as attachments that no browser runs, verified while they are sent."""

import asyncio
import base64
import hashlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any, BinaryIO

from archive.archive import Archive
from archive.chunks import CHUNK_BYTES
from archive.errors import TryLater
from archive.stores.ranged_read import RangedRead
from harvester.site.ranges import content_range, requested_range
from harvester.snapshot.file_names import extension, is_known, plain

_logger = logging.getLogger(__name__)

Send = Callable[[Mapping[str, Any]], Awaitable[None]]


def file_name(paper: str, version: int, media_type: str | None) -> str:
    """Return a descriptive file name of safe characters."""
    return f"{plain(paper)}-version-{version}.{extension(media_type)}"


def safe_type(media_type: str | None) -> str:
    """Return a safe Content-Type: not one that a browser would run as a page."""
    return media_type if media_type and is_known(media_type) else "application/octet-stream"


def headers(sha256: str, name: str, size_bytes: int, media_type: str | None) -> dict[str, str]:
    """Return the headers of a file that no browser may open as a page.

    Its bytes never change, but it may be taken down, so caches must revalidate it.
    """
    digest = base64.b64encode(bytes.fromhex(sha256)).decode()
    return {
        "Content-Type": safe_type(media_type),
        "Content-Length": str(size_bytes),
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Repr-Digest": f"sha-256=:{digest}:",
        "ETag": f'"{sha256}"',
        "Accept-Ranges": "bytes",
        "Cache-Control": "public, no-cache",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Access-Control-Allow-Origin": "*",
    }


def range_of(request_headers: Mapping[str, str], sha256: str, size_bytes: int) -> range | None:
    """Return which bytes of a file a request wants; see `requested_range`.

    If-Range with another digest asks for the whole: the client has a part of other bytes.
    """
    if request_headers.get("if-range", f'"{sha256}"') != f'"{sha256}"':
        return None
    return requested_range(request_headers.get("range"), size_bytes)


class FileAnswer:
    """A streamed payload; the last chunk is sent only if the digest is right."""

    def __init__(
        self,
        archive: Archive,
        sha256: str,
        headers: Mapping[str, str],
        *,
        part: range | None = None,
        is_head: bool = False,
    ) -> None:
        """Prepare the response; a missing payload is noticed when it is sent.

        Args:
            headers: from `headers`, for the whole file.
            part: a range to send, unverified, since the digest covers the whole.
        """
        self._archive = archive
        self._sha256 = sha256
        self._headers = dict(headers)
        self._part = part
        self._is_head = is_head
        if part is not None:
            size_bytes = int(self._headers["Content-Length"])
            self._headers["Content-Range"] = content_range(part, size_bytes)
            self._headers["Content-Length"] = str(len(part))

    async def asgi_send(self, send: Send) -> None:
        """Send the response; a damaged payload is cut short, so that no client takes it for
        complete.

        Raises:
            ObjectNotFound: the archive has no such payload; nothing was sent.
        """
        part = self._part
        source = await asyncio.to_thread(self._open)
        with source:
            pairs = [(k.lower().encode(), v.encode()) for k, v in self._headers.items()]
            status = HTTPStatus.PARTIAL_CONTENT if part else HTTPStatus.OK
            await send({"type": "http.response.start", "status": int(status), "headers": pairs})
            last: bytes | None = b""
            if part is not None and not self._is_head:
                await send_part(source, len(part), send)
                return
            if not self._is_head:
                last = await self._stream(source, send)
        if last is not None:
            await send({"type": "http.response.body", "body": last, "more_body": False})

    def _open(self) -> BinaryIO | RangedRead:
        payloads = self._archive.payloads
        if self._part is None:
            return payloads.open(self._sha256)
        return payloads.open_range(self._sha256, self._part.start, self._part.stop)

    async def _stream(self, source: BinaryIO | RangedRead, send: Send) -> bytes | None:
        """Send all but the last chunk; return that if the digest is right, else None."""
        digest = hashlib.sha256()
        held = b""
        while chunk := await asyncio.to_thread(source.read, CHUNK_BYTES):
            if held:
                await send({"type": "http.response.body", "body": held, "more_body": True})
            digest.update(chunk)
            held = chunk
        if digest.hexdigest() == self._sha256:
            return held
        _logger.error("payload %s is damaged; run `griffie verify`", self._sha256)
        return None


async def send_part(source: BinaryIO | RangedRead, size_bytes: int, send: Send) -> None:
    """Send so many bytes; a failure cuts the response, so that nobody takes it for complete."""
    while size_bytes:
        try:
            chunk = await asyncio.to_thread(source.read, min(CHUNK_BYTES, size_bytes))
        except TryLater as error:
            _logger.error("an answer is cut short: %s", error)
            return
        if not chunk:
            return
        size_bytes -= len(chunk)
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
