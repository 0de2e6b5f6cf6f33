"""A witness over HTTP: `POST /add-checkpoint`, as C2SP tlog-witness says.

An application of its own: the site has no key, and the process that has one serves nothing else.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple, TypeAlias

from archive.errors import ArchiveError
from archive.submissions import LIMIT_BYTES, read_submission
from archive.witnessing import (
    Inconsistent,
    NotTrusted,
    OldSizeTooLarge,
    OriginUnknown,
    Refusal,
    SizeDiffers,
    Trusted,
    WitnessRecord,
)

Receive: TypeAlias = Callable[[], Awaitable[Mapping[str, Any]]]
Send: TypeAlias = Callable[[Mapping[str, Any]], Awaitable[None]]

PATH = "/add-checkpoint"
BODY_S = 15
"""A request's body must be there by then."""
SIZE_TYPE = "text/x.tlog.size"
_STATUS: Mapping[type[Refusal], HTTPStatus] = {
    OriginUnknown: HTTPStatus.NOT_FOUND,
    NotTrusted: HTTPStatus.FORBIDDEN,
    OldSizeTooLarge: HTTPStatus.BAD_REQUEST,
    SizeDiffers: HTTPStatus.CONFLICT,
    Inconsistent: HTTPStatus.UNPROCESSABLE_ENTITY,
}

_logger = logging.getLogger(__name__)


class _Answer(NamedTuple):
    status: HTTPStatus
    text: str
    kind: str = "text/plain; charset=utf-8"


class WitnessApp:
    """An ASGI application."""

    def __init__(self, record: WitnessRecord, trusted: Trusted) -> None:
        """Answer for a witness.

        Args:
            record: what it cosigned, and its key.
            trusted: whose signatures count of which log.
        """
        self._record = record
        self._trusted = trusted

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        answer = await self._answer(scope, receive)
        body = answer.text.encode()
        headers = [
            (b"content-type", answer.kind.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
        ]
        start = {"type": "http.response.start", "status": int(answer.status), "headers": headers}
        await send(start)
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Mapping[str, Any], receive: Receive) -> _Answer:
        if scope["path"] != PATH:
            return _Answer(HTTPStatus.NOT_FOUND, f"a witness answers {PATH}\n")
        if scope["method"] != "POST":
            return _Answer(HTTPStatus.METHOD_NOT_ALLOWED, "POST a checkpoint\n")
        try:
            body = await asyncio.wait_for(_read(receive), BODY_S)
        except TimeoutError:
            return _Answer(HTTPStatus.REQUEST_TIMEOUT, "the request took too long\n")
        if body is None:
            return _Answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "longer than any request\n")
        return await asyncio.to_thread(self._cosign, body)

    def _cosign(self, body: bytes) -> _Answer:
        try:
            submission = read_submission(body)
        except ValueError as error:
            return _Answer(HTTPStatus.BAD_REQUEST, f"this is no request to cosign: {error}\n")
        origin, size = submission.signed.checkpoint[:2]
        try:
            line = self._record.cosign(submission, self._trusted)
        except Refusal as error:
            status = _STATUS[type(error)]
            if status not in (HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN):
                _logger.warning("not cosigned: %s, %d lines: %s", origin, size, error)
            if isinstance(error, SizeDiffers):
                return _Answer(status, f"{error.size}\n", SIZE_TYPE)
            return _Answer(status, f"{error}\n")
        except (ArchiveError, OSError):
            _logger.exception("the record of what was cosigned cannot be used")
            return _Answer(HTTPStatus.SERVICE_UNAVAILABLE, "try again later\n")
        _logger.info("cosigned: %s, %d lines", origin, size)
        return _Answer(HTTPStatus.OK, f"{line}\n")


async def _read(receive: Receive) -> bytes | None:
    """Return a request's body; None when it is longer than any."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > LIMIT_BYTES:
            return None
        if not message.get("more_body"):
            return bytes(body)
