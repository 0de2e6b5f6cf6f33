"""What every answer has in common: careful headers, honest caching, and no over-long address."""

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
"""Our pages have no script and no style of their own: nothing that slips in can run."""
DATASETTE_POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""Datasette's own pages carry small scripts and styles in the page."""
LONGEST_ADDRESS = 60_000
"""Bytes of path and arguments; SQL in an address may be long."""
LONGEST_NAME = 255
"""Bytes of one part of a path: files of no usual disk have longer names."""
_DATASETTE_PLACES = (TABLES, "/-/static", "/_memory")
_SERVED = re.compile(r"/-/(?:static|static-plugins)/|/-/(?:health|metrics|integrity(?:\.json)?)$")
"""What is shown of Datasette's own addresses: the others tell of paths, versions and settings."""
_HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=()",
}


def with_safe_headers(app: App, *, is_host_known: bool) -> App:
    """Wrap an ASGI application so that every answer has security headers.

    Args:
        is_host_known: whether the site's own address is set. Without it answers name the Host that
            was asked for, which anybody can choose: no cache may give them to others.
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
    """Say why an address is not looked at."""
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
    """Return what sends on with better headers, and tables as CSV without formulas."""
    is_csv = False

    async def send_safely(message: Mapping[str, Any]) -> None:
        nonlocal is_csv
        if message["type"] == "http.response.start":
            headers = _safe(path, message["headers"], is_host_known=is_host_known)
            # Datasette sends tables as plain text unless they are to be downloaded.
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
    """Write Datasette's rows, which it sends one by one, so that spreadsheets only show them."""
    text = body.decode(errors="replace")
    return csv_lines(csv.reader(io.StringIO(text, newline="")))


def _safe(path: str, headers: Headers, *, is_host_known: bool) -> list[tuple[bytes, bytes]]:
    policy = DATASETTE_POLICY if path.startswith(_DATASETTE_PLACES) else OWN_POLICY
    wanted = {**_HEADERS, b"content-security-policy": policy.encode()}
    there = {name.lower() for name, _ in headers}
    kept = list(headers) if is_host_known else [_private(*pair) for pair in headers]
    return [*kept, *((k, v) for k, v in wanted.items() if k not in there)]


def _private(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    """Keep shared caches from an answer that may name any Host; what never changes names none."""
    is_kept = name.lower() == b"cache-control" and b"max-age" in value
    if not is_kept or b"immutable" in value or b"private" in value:
        return name, value
    return name, b"private, " + value.replace(b"public, ", b"")
