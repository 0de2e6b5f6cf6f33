"""Serve files by their source address and time (Memento, RFC 7089).

`/timegate/<address>` redirects to the file as of `Accept-Datetime`, `/timemap/link/<address>` lists
all fetched files of an address, `/memento/<time>/<address>` is one of them.
"""

import sqlite3
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

from datasette.app import Datasette
from datasette.utils.asgi import BadRequest, NotFound, Request, Response

from archive.archive import Archive
from harvester.site import files
from harvester.site.reader import DATABASE
from harvester.times import from_text

TIMEGATE = r"^/timegate/(?P<address>.+)$"
TIMEMAP = r"^/timemap/link/(?P<address>.+)$"
MEMENTO = r"^/memento/(?P<time>[0-9]{14})/(?P<address>.+)$"

_KNOWN = """
SELECT f.retrieved_at, f.sha256, f.size_bytes, f.media_type, v.paper, v.version
  FROM retrieval AS f
  LEFT JOIN file AS v ON v.sha256 = f.sha256 AND v.url = f.url
 WHERE f.url = ? AND f.sha256 IS NOT NULL AND f.error IS NULL
   AND f.sha256 NOT IN (SELECT sha256 FROM taken_payload)
 GROUP BY f.retrieved_at ORDER BY f.retrieved_at
"""


class Memento(NamedTuple):
    """A fetched file."""

    retrieved_at: str
    sha256: str
    size_bytes: int
    media_type: str | None
    paper: str | None
    version: int | None

    @property
    def moment(self) -> datetime:
        """When it was fetched, in whole seconds, the precision of the protocol."""
        return from_text(self.retrieved_at).replace(microsecond=0)


def closest(mementos: list[Memento], moment: datetime) -> Memento:
    """Return the last one before a time, or else the first."""
    before = [memento for memento in mementos if memento.moment <= moment]
    return before[-1] if before else mementos[0]


class Mementos:
    """The files of one archive through time."""

    def __init__(self, archive: Archive) -> None:
        """Serve files of this archive."""
        self._archive = archive

    def routes(self) -> list[tuple[str, Callable[..., Any]]]:
        """Return address patterns and what answers them."""
        return [(TIMEGATE, self.timegate), (TIMEMAP, self.timemap), (MEMENTO, self.memento)]

    async def timegate(self, datasette: Datasette, request: Request) -> Response:
        """Redirect to the file as of the requested time, by default now."""
        address, mementos = await _find(datasette, request)
        asked = request.headers.get("accept-datetime")
        try:
            moment = parsedate_to_datetime(asked) if asked else datetime.now(UTC)
        except ValueError as error:
            raise BadRequest("Accept-Datetime is like: Thu, 31 May 2007 20:35:00 GMT") from error
        found = closest(mementos, moment if moment.tzinfo else moment.replace(tzinfo=UTC))
        headers = {
            "Location": _memento_path(address, found),
            "Vary": "accept-datetime",
            "Link": _links(address, mementos),
        }
        return Response("", status=302, headers=headers)

    async def timemap(self, datasette: Datasette, request: Request) -> Response:
        """List all files that were fetched from an address."""
        address, mementos = await _find(datasette, request)
        lines = [_links(address, mementos)]
        lines += [f"<{_memento_path(address, m)}>; {_datetime(m)}" for m in mementos]
        return Response(",\n".join(lines) + "\n", content_type="application/link-format")

    async def memento(self, datasette: Datasette, request: Request) -> Any:
        """Serve the file that was fetched at a time; redirect other times to the closest."""
        address, mementos = await _find(datasette, request)
        try:
            moment = datetime.strptime(request.url_vars["time"], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        except ValueError as error:
            raise NotFound("no such time") from error
        found = closest(mementos, moment)
        if found.moment != moment:
            return Response.redirect(_memento_path(address, found))
        name = files.file_name(found.paper or "paper", found.version or 1, found.media_type)
        headers: Mapping[str, str] = {
            **files.headers(found.sha256, name, found.size_bytes, found.media_type),
            "Memento-Datetime": format_datetime(found.moment, usegmt=True),
            "Link": _links(address, mementos),
        }
        is_head = request.method == "HEAD"
        return files.FileAnswer(self._archive, found.sha256, headers, is_head=is_head)


async def _find(datasette: Datasette, request: Request) -> tuple[str, list[Memento]]:
    address = unquote(request.url_vars["address"])
    if request.query_string:
        address += f"?{request.query_string}"

    def read(connection: sqlite3.Connection) -> list[Memento]:
        return list(map(Memento._make, connection.execute(_KNOWN, (address,))))

    mementos = await datasette.get_database(DATABASE).execute_fn(read)
    if not mementos:
        raise NotFound("nothing was fetched from this address, or it was taken down")
    return address, mementos


def _in_path(address: str) -> str:
    return quote(address, safe="/:=&~+!$,;'@()*")


def _memento_path(address: str, memento: Memento) -> str:
    return f"/memento/{memento.moment:%Y%m%d%H%M%S}/{_in_path(address)}"


def _datetime(memento: Memento) -> str:
    return f'rel="memento"; datetime="{format_datetime(memento.moment, usegmt=True)}"'


def _links(address: str, mementos: list[Memento]) -> str:
    path = _in_path(address)
    first, last = (format_datetime(m.moment, usegmt=True) for m in (mementos[0], mementos[-1]))
    return (
        f'<{quote(address, safe="/:=&~+!$,;@()*?%#")}>; rel="original", '
        f'</timegate/{path}>; rel="timegate", '
        f'</timemap/link/{path}>; rel="timemap"; type="application/link-format"; '
        f'from="{first}"; until="{last}"'
    )
