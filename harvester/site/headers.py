"""The headers that tell browsers to be careful, on every answer."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from harvester.site.reader import TABLES

Send = Callable[[Mapping[str, Any]], Awaitable[None]]
App = Callable[[Mapping[str, Any], Callable[[], Awaitable[Any]], Send], Awaitable[None]]

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
_DATASETTE_PLACES = (TABLES, "/-/", "/_memory")
_HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=()",
}


def with_safe_headers(app: App) -> App:
    """Wrap an ASGI application so that every answer has security headers."""

    async def wrapped(
        scope: Mapping[str, Any], receive: Callable[[], Awaitable[Any]], send: Send
    ) -> None:
        async def send_safely(message: Mapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": _safe(scope["path"], message["headers"])}
            await send(message)

        await app(scope, receive, send_safely)

    return wrapped


def _safe(path: str, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    policy = DATASETTE_POLICY if path.startswith(_DATASETTE_PLACES) else OWN_POLICY
    wanted = {**_HEADERS, b"content-security-policy": policy.encode()}
    there = {name.lower() for name, _ in headers}
    return [*headers, *((k, v) for k, v in wanted.items() if k not in there)]
