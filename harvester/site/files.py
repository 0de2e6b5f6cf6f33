"""Send a payload: as an attachment that no browser will run, checked on the way out."""

import asyncio
import hashlib
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, BinaryIO

from archive.archive import Archive

CHUNK_BYTES = 256 * 1024

_EXTENSIONS = {
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/msword": "doc",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/rtf": "rtf",
    "text/xml": "xml",
    "application/xml": "xml",
    "application/zip": "zip",
}
_logger = logging.getLogger(__name__)

Send = Callable[[Mapping[str, Any]], Awaitable[None]]


def file_name(paper: str, version: int, media_type: str | None) -> str:
    """Return a name that says what it is, of characters that every system takes."""
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", paper).strip("-.") or "paper"
    return f"{stem}-version-{version}.{_EXTENSIONS.get(media_type or '', 'bin')}"


def headers(sha256: str, name: str, size_bytes: int, media_type: str | None) -> dict[str, str]:
    """Return the headers of a file: it never changes, and a browser may not open it as a page."""
    return {
        "Content-Type": media_type if media_type in _EXTENSIONS else "application/octet-stream",
        "Content-Length": str(size_bytes),
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "ETag": f'"{sha256}"',
        "Cache-Control": "public, max-age=31536000, immutable",
    }


class FileAnswer:
    """An answer that streams a payload; the last bytes are sent when all of them were right."""

    def __init__(
        self, archive: Archive, sha256: str, headers: Mapping[str, str], *, is_head: bool
    ) -> None:
        """Prepare the answer; a payload that is not there shows when it is sent."""
        self._archive = archive
        self._sha256 = sha256
        self._headers = headers
        self._is_head = is_head

    async def asgi_send(self, send: Send) -> None:
        """Send it; a damaged payload is cut short, so that no client takes it for whole.

        Raises:
            ObjectNotFound: the archive has no such payload; nothing was sent.
        """
        source = await asyncio.to_thread(self._archive.payloads.open, self._sha256)
        with source:
            pairs = [(k.lower().encode(), v.encode()) for k, v in self._headers.items()]
            await send({"type": "http.response.start", "status": 200, "headers": pairs})
            last = b"" if self._is_head else await self._stream(source, send)
        if last is not None:
            await send({"type": "http.response.body", "body": last, "more_body": False})

    async def _stream(self, source: BinaryIO, send: Send) -> bytes | None:
        """Send all but the last bytes; return those if all were right, None if they were not."""
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
