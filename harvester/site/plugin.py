"""Register the site as a Datasette plugin, using only hooks of both Datasette 0.65 and 1.0."""

import logging
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request, Response
from datasette.views.base import DatasetteError

from harvester.site.headers import App, with_safe_headers
from harvester.site.limits import ClientLimit, limited
from harvester.site.pages.routes import routes
from harvester.site.pages.visit import Handler, Setting
from harvester.site.queries.columns import columns_of
from harvester.site.reader import DATABASE, TABLES, TookTooLong, prepare
from harvester.site.rendering import Visitor, page
from harvester.site.traffic import counted
from harvester.site.turns import RETRY_AFTER_S, Busy
from harvester.source.registry import search_language

_logger = logging.getLogger(__name__)


class SitePlugin:
    """The hooks, for one archive."""

    def __init__(
        self, setting: Setting, limit: ClientLimit | None, *more: tuple[str, Handler]
    ) -> None:
        """Create the plugin for the pages of an archive and further routes.

        Args:
            setting: of the pages.
            limit: of the requests of each client; None for none.
            more: address patterns and what answers them.
        """
        self._setting = setting
        self._limit = limit
        self._more = more
        # Datasette serves static/ of the package that a plugin names.
        self.__name__ = "harvester.site"

    @hookimpl
    def prepare_connection(self, conn: sqlite3.Connection, database: str) -> None:
        """Restrict connections to reading the index, and load the columns of papers.

        With a million papers that takes longer than the limit of a query.
        """
        if database == DATABASE:
            prepare(conn)
            columns_of(conn)
            search_language().lemma("qzxwv")  # no language knows it: each reads its dictionary

    @hookimpl
    def register_routes(self) -> list[tuple[str, Handler]]:
        """Add the pages; they come before Datasette's own."""
        return [*routes(self._setting), *self._more]

    @hookimpl
    def extra_css_urls(self, datasette: Datasette) -> list[str]:
        """Adapt Datasette's own pages."""
        return [datasette.urls.static_plugins("harvester.site", "tables.css")]

    @hookimpl
    def menu_links(self) -> list[dict[str, str]]:
        """Lead back from Datasette's pages."""
        return [
            {"href": "/", "label": "Search papers"},
            {"href": TABLES, "label": "All tables"},
        ]

    @hookimpl
    def handle_exception(
        self, datasette: Datasette, request: Request, exception: Exception
    ) -> Callable[[], Awaitable[Response]]:
        """Answer with an error page; log the traceback of our own faults."""
        status: int = getattr(exception, "status", 500)
        if isinstance(exception, DatasetteError) and status == HTTPStatus.INTERNAL_SERVER_ERROR:
            status = HTTPStatus.BAD_REQUEST  # raised for invalid addresses
        is_load = isinstance(exception, TookTooLong | Busy)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR and not is_load:
            _logger.error("%s failed", request.path, exc_info=exception)
        is_ours = not request.path.startswith(TABLES)
        message = "" if is_ours or status >= HTTPStatus.INTERNAL_SERVER_ERROR else str(exception)

        async def answer() -> Response:
            if request.path.endswith(".json"):
                error = message or HTTPStatus(status).phrase
                answer = Response.json({"ok": False, "error": error, "status": status}, status)
            else:
                visitor = Visitor.of(request, self._setting.public_url)
                answer = page(visitor, "problem.html", status, message=message, status=status)
            if is_load:
                answer.headers["Retry-After"] = str(RETRY_AFTER_S)
            return answer

        return answer

    @hookimpl
    def skip_csrf(self, scope: Mapping[str, Any]) -> bool:
        """Say that no form here acts for whoever is logged in, since nobody ever is."""
        return str(scope["path"]).startswith("/alert/")

    @hookimpl
    def asgi_wrapper(self) -> Callable[[App], App]:
        """Add security headers, limit clients, and count requests."""
        limit, requests = self._limit, self._setting.requests

        def wrap(app: App) -> App:
            app = with_safe_headers(app, is_host_known=bool(self._setting.public_url))
            app = limited(app, limit) if limit else app
            return counted(app, requests) if requests else app

        return wrap
