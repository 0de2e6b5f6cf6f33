"""Serve the archive's objects by key below `/archive/`, for followers.

They are not at the root, because Datasette answers `/griffie.json`.
"""

import asyncio
import os
import re
from collections.abc import Mapping
from typing import Any, BinaryIO

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request

from archive.archive import MARKER_KEY, Archive
from archive.errors import KeyInvalid, ObjectNotFound, TryLater
from archive.latest_heads import LATEST_KEY
from archive.snapshots import LIST_KEY
from archive.stores.ranged_read import RangedRead
from harvester.site.files import Send, send_part
from harvester.site.ranges import content_range, requested_range

_SEGMENT = r"log/[a-z][a-z0-9_-]*/[0-9]{10}\.jsonl\.gz"
_PAYLOAD = r"payloads/[0-9a-f]{2}/[0-9a-f]{64}"
_TEXT = r"texts/[A-Za-z0-9._=-]+/[0-9a-f]{2}/[0-9a-f]{64}\.json\.gz"
_SNAPSHOT = r"snapshots/(?:snapshots\.json|[A-Za-z0-9._=-]+/.+)"
_HEADS = r"heads/[A-Za-z0-9._=-]+"
_EVIDENCE = r"evidence/[A-Za-z0-9._=/-]+"
_KEYS = "|".join(
    (
        re.escape(MARKER_KEY),
        re.escape(LATEST_KEY),
        _SEGMENT,
        _PAYLOAD,
        _TEXT,
        _SNAPSHOT,
        _HEADS,
        _EVIDENCE,
    )
)
PATTERN = rf"^/archive/(?P<key>{_KEYS})$"

_LARGE = ("payloads/", "snapshots/")
_TAKEABLE = ("payloads/", "texts/", "snapshots/")
"""Prefixes of objects that takedowns or operators remove."""
_CHANGING = frozenset({LIST_KEY, LATEST_KEY})
_CHANGING_ENDS = ("/checkpoint", ".cosigned")


class Objects:
    """The objects of one archive."""

    def __init__(self, archive: Archive) -> None:
        """Serve the objects of this archive."""
        self._archive = archive

    async def answer(self, datasette: Datasette, request: Request) -> "ObjectAnswer":
        """Answer `/archive/<key>`, or one range of it."""
        key = request.url_vars["key"]
        try:
            return await asyncio.to_thread(self._open, key, request)
        except (ObjectNotFound, KeyInvalid) as error:
            raise NotFound(f"{key} is not in this archive") from error
        except TryLater as error:
            raise Unavailable(str(error)) from error

    def _open(self, key: str, request: Request) -> "ObjectAnswer":
        """Open only the requested bytes; a small object needs one request to a bucket."""
        store, is_head = self._archive.store, request.method == "HEAD"
        if not (is_head or request.headers.get("range") or key.startswith(_LARGE)):
            file = store.open(key)
            size_bytes = file.seek(0, os.SEEK_END)
            file.seek(0)
            return ObjectAnswer(key, file, size_bytes, None)
        size_bytes = store.head(key).size_bytes
        part = requested_range(request.headers.get("range"), size_bytes)
        sent = range(size_bytes) if part is None else part
        if is_head or not sent:
            return ObjectAnswer(key, None, size_bytes, part)
        return ObjectAnswer(key, store.open_range(key, sent.start, sent.stop), size_bytes, part)


class Unavailable(Exception):
    """The archive cannot be read now."""

    status = 503


class ObjectAnswer:
    """A streamed object or range of it."""

    def __init__(
        self, key: str, source: BinaryIO | RangedRead | None, size_bytes: int, part: range | None
    ) -> None:
        """Prepare it.

        Args:
            key: of the object.
            source: sent and then closed; None sends no bytes.
            size_bytes: of the whole object.
            part: the range; None for all, empty if it is outside the object.
        """
        self._source = source
        self._status = 200 if part is None else 206 if part else 416
        self._part = range(size_bytes) if part is None else part
        self.headers = _headers(key, self._status, self._part, size_bytes)

    async def asgi_send(self, send: Send) -> None:
        """Send the response."""
        pairs = [(name.encode(), value.encode()) for name, value in self.headers.items()]
        start = {"type": "http.response.start", "status": self._status, "headers": pairs}
        if self._source is None:
            await send(start)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        with self._source as source:
            await send(start)
            await send_part(source, len(self._part), send)


def _headers(key: str, status: int, part: range, size_bytes: int) -> Mapping[str, str]:
    is_changing = key in _CHANGING or key.endswith(_CHANGING_ENDS)
    # Objects that may be taken down are revalidated each time, though they never change.
    is_lasting = not is_changing and not key.startswith(_TAKEABLE)
    told: dict[str, Any] = {
        "content-type": "application/json" if key.endswith(".json") else "application/octet-stream",
        "content-length": str(0 if status == 416 else len(part)),
        "content-security-policy": "sandbox; default-src 'none'",
        "accept-ranges": "bytes",
        "cache-control": "public, max-age=31536000, immutable" if is_lasting else "no-cache",
    }
    if status in (206, 416):
        told["content-range"] = content_range(part, size_bytes)
    if not key.endswith(".json"):
        told["content-disposition"] = f'attachment; filename="{key.rpartition("/")[2]}"'
    return told
