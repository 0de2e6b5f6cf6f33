"""What Griffie adds to Datasette, by hooks that Datasette 0.65 and 1.0 share."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from harvester.site.pages import DATABASE, Page, Pages, problem_page

_logger = logging.getLogger(__name__)

Send = Callable[[Mapping[str, Any]], Awaitable[None]]
App = Callable[[Mapping[str, Any], Callable[[], Awaitable[Any]], Send], Awaitable[None]]

_OWN_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_DATASETTE_POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""Datasette's own pages carry small scripts and styles in the page."""
_HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=()",
}


class SitePlugin:
    """The hooks, for one archive."""

    def __init__(self, pages: Pages, *more: tuple[str, Page]) -> None:
        """Add these pages, and more addresses with what answers them."""
        self._pages = pages
        self._more = more
        # Datasette takes templates/ and static/ of the package that a plugin names.
        self.__name__ = "harvester.site"

    @hookimpl
    def register_routes(self) -> list[tuple[str, Page]]:
        """Add the pages; they come before Datasette's own."""
        return [*self._pages.routes(), *self._more]

    @hookimpl
    def extra_css_urls(self, datasette: Datasette) -> list[str]:
        """Bring Datasette's own pages into line."""
        return [datasette.urls.static_plugins("harvester.site", "tables.css")]

    @hookimpl
    def menu_links(self) -> list[dict[str, str]]:
        """Lead back from Datasette's pages."""
        return [
            {"href": "/", "label": "Search papers"},
            {"href": f"/{DATABASE}", "label": "All tables"},
        ]

    @hookimpl
    def handle_exception(
        self, datasette: Datasette, request: Request, exception: Exception
    ) -> Callable[[], Awaitable[Response]]:
        """Say what is wrong; log it when it is our fault, with the traceback."""
        status: int = getattr(exception, "status", 500)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            _logger.error("%s failed", request.path, exc_info=exception)
            message = "Something went wrong here; the log of this site has the details."
        else:
            message = str(exception) or HTTPStatus(status).phrase

        async def answer() -> Response:
            if request.path.endswith(".json"):
                return Response.json({"ok": False, "error": message, "status": status}, status)
            return await problem_page(datasette, request, status, message)

        return answer

    @hookimpl
    def asgi_wrapper(self) -> Callable[[App], App]:
        """Add the headers that tell browsers to be careful."""
        return with_safe_headers


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
    is_own = path == "/" or path.startswith(("/paper/", "/file/"))
    policy = _OWN_POLICY if is_own else _DATASETTE_POLICY
    wanted = {**_HEADERS, b"content-security-policy": policy.encode()}
    there = {name.lower() for name, _ in headers}
    return [*headers, *((k, v) for k, v in wanted.items() if k not in there)]
