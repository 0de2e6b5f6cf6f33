"""Middleware for all responses: security headers, caching, limits of addresses."""

import csv
import io
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, TypeAlias

from harvester.site.csv_answer import csv_lines
from harvester.site.reader import TABLES

Send: TypeAlias = Callable[[Mapping[str, Any]], Awaitable[None]]
App = Callable[[Mapping[str, Any], Callable[[], Awaitable[Any]], Send], Awaitable[None]]
Headers: TypeAlias = Sequence[tuple[bytes, bytes]]

OWN_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""Our pages have no inline scripts and styles, so that injected ones cannot run."""
DATASETTE_POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""Datasette's own pages have inline scripts and styles."""
LONGEST_ADDRESS = 60_000
"""Most bytes of path and arguments; SQL in an address may be long."""
LONGEST_NAME = 255
"""Most bytes of a path segment, the limit of file systems."""
_DATASETTE_PLACES = (TABLES, "/-/static", "/_memory")
_SERVED = re.compile(
    r"/-/(?:static|static-plugins)/|/-/(?:health|metrics|requests|integrity(?:\.json)?)$"
)
"""Allowed addresses of Datasette; others reveal paths, versions and settings."""
_HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=()",
}


def with_safe_headers(app: App, *, is_host_known: bool) -> App:
    """Wrap an ASGI application so that every answer has security headers.

    Args:
        is_host_known: whether the site's address is set. Otherwise responses name the requested
            Host, which anybody can choose, so shared caches must not keep them.
    """

    async def wrapped(
        scope: Mapping[str, Any], receive: Callable[[], Awaitable[Any]], send: Send
    ) -> None:
        path: str = scope.get("path", "")
        send_safely = _sending(path, send, is_host_known=is_host_known)
        if scope["type"] == "http" and (status := _refusal(path, scope.get("query_string", b""))):
            await _refuse(status, send_safely)
            return
        await app(scope, receive, send_safely)

    return wrapped


def _refusal(path: str, query: bytes) -> HTTPStatus | None:
    """Return why an address is rejected."""
    raw = path.encode(errors="surrogatepass")
    if len(raw) + len(query) > LONGEST_ADDRESS:
        return HTTPStatus.REQUEST_URI_TOO_LONG
    if path.startswith("/-/"):
        is_long = any(len(part) > LONGEST_NAME for part in raw.split(b"/"))
        if is_long or "\0" in path or not _SERVED.match(path):
            return HTTPStatus.NOT_FOUND
    return None


async def _refuse(status: HTTPStatus, send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": int(status), "headers": headers})
    await send({"type": "http.response.body", "body": f"{status.phrase}\n".encode()})


def _sending(path: str, send: Send, *, is_host_known: bool) -> Send:
    """Return a wrapper of `send` that adds headers and escapes formulas in CSV."""
    is_csv = False

    async def send_safely(message: Mapping[str, Any]) -> None:
        nonlocal is_csv
        if message["type"] == "http.response.start":
            headers = _safe(path, message["headers"], is_host_known=is_host_known)
            # Datasette sends CSV as plain text unless it is a download.
            kind = dict(headers).get(b"content-type", b"")
            is_csv = path.startswith(TABLES) and kind.startswith((b"text/csv", b"text/plain"))
            if is_csv:
                headers = [pair for pair in headers if pair[0].lower() != b"content-length"]
            message = {**message, "headers": headers}
        elif is_csv and message.get("body"):
            message = {**message, "body": _inert_rows(message["body"])}
        await send(message)

    return send_safely


def _inert_rows(body: bytes) -> bytes:
    """Rewrite Datasette's rows of CSV so that they are safe for spreadsheets."""
    text = body.decode(errors="replace")
    return csv_lines(csv.reader(io.StringIO(text, newline="")))


def _safe(path: str, headers: Headers, *, is_host_known: bool) -> list[tuple[bytes, bytes]]:
    policy = DATASETTE_POLICY if path.startswith(_DATASETTE_PLACES) else OWN_POLICY
    wanted = {**_HEADERS, b"content-security-policy": policy.encode()}
    there = {name.lower() for name, _ in headers}
    kept = list(headers) if is_host_known else [_private(*pair) for pair in headers]
    return [*kept, *((k, v) for k, v in wanted.items() if k not in there)]


def _private(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    """Exclude a response from shared caches if it may name any Host; immutable ones do not."""
    is_kept = name.lower() == b"cache-control" and b"max-age" in value
    if not is_kept or b"immutable" in value or b"private" in value:
        return name, value
    return name, b"private, " + value.replace(b"public, ", b"")
