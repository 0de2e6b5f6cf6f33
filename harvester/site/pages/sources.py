"""Pages about the sources, the snapshots, and this site."""

import asyncio
import json
import re
import sqlite3
from typing import Any

from datasette.utils.asgi import Response

from archive.archive import Archive
from archive.errors import Damage, ObjectNotFound
from archive.snapshots import LIST_KEY, BundledFile, read_snapshot
from harvester.site import sitemaps
from harvester.site.pages.visit import Visit
from harvester.site.queries import Row, search
from harvester.site.queries import sources as queries
from harvester.site.rendering import YEAR_S, answered, style

ROBOTS = """\
User-agent: *
Disallow: /tables
Disallow: /-/
Allow: /-/integrity
Disallow: /search
Disallow: /*/against/
Disallow: /*?_lang=
Disallow: /*_as_of=
Crawl-delay: 1
# Everything at once, checked and in few requests: {base}/snapshots
Sitemap: {base}/sitemap.xml
"""
"""Bots may visit papers, dossiers, people and files, but not searches and tables."""
_PLACES = (
    "/",
    "/snapshots",
    "/changes",
    "/dossiers",
    "/people",
    "/sources",
    "/about",
    "/-/integrity",
)


async def sources(visit: Visit) -> Response:
    """Answer `/sources`."""
    cache = visit.setting.cache

    def read(connection: sqlite3.Connection) -> dict[str, Any]:
        return cache.get_or_find(
            "sources",
            lambda: {
                "sources": [_standing(connection, name) for name in queries.names(connection)],
                "fixity": queries.fixity(connection),
                "conditions": queries.conditions(connection),
            },
        )

    return visit.page("sources.html", **await visit.ask(read))


def _standing(connection: sqlite3.Connection, source: str) -> Row:
    """Return the state of a source, with the keys of words for its failures."""
    found = queries.standing(connection, source)
    for harvest in found["harvests"]:
        for failure in harvest["failures"]:
            failure["said"] = f"failure.{told(failure['reason'])}"
    return found


def told(reason: str) -> str:
    """Return the catalogue key of a failure."""
    match = re.match(r"HTTP (\d)(\d\d)", reason)
    if match is None:
        return (
            "timeout" if "timeout" in reason.lower() or "timed out" in reason.lower() else "other"
        )
    known = {"404": "gone", "410": "gone", "403": "forbidden", "401": "forbidden", "429": "busy"}
    return known.get(match[1] + match[2], "server" if match[1] == "5" else "other")


async def snapshots(visit: Visit) -> Response:
    """Answer `/snapshots`: the published snapshots, and the files of the latest."""
    listed, files = await asyncio.to_thread(_listed, visit.setting.archive)
    return visit.page("snapshots.html", snapshots=listed, files=files)


def _listed(archive: Archive) -> tuple[list[dict[str, Any]], tuple[BundledFile, ...]]:
    """Return the snapshots, latest first, and the files of the latest."""
    try:
        document = json.loads(archive.store.get(LIST_KEY))
    except (ObjectNotFound, ValueError):
        return [], ()
    listed = document.get("snapshots", []) if isinstance(document, dict) else []
    found = [s for s in listed if isinstance(s, dict) and "name" in s][::-1]
    try:
        files = read_snapshot(archive.store, found[0]["name"]).files if found else ()
    except (ObjectNotFound, Damage):
        files = ()
    return found, files


async def about(visit: Visit) -> Response:
    """Answer `/about`."""
    totals = await visit.ask(search.totals)
    return visit.page("about.html", totals=totals)


async def robots(visit: Visit) -> Response:
    """Answer `/robots.txt`."""
    body = ROBOTS.format(base=visit.visitor.base).encode()
    return answered(visit.visitor, body, "text/plain; charset=utf-8")


async def sitemap(visit: Visit) -> Response:
    """Answer `/sitemap.xml`: snapshots and lists."""
    listed, _ = await asyncio.to_thread(_listed, visit.setting.archive)
    base = visit.visitor.base
    body = sitemaps.sitemap(base, _PLACES, [str(one["name"]) for one in listed])
    return answered(visit.visitor, body, "application/xml; charset=utf-8")


async def stylesheet(visit: Visit) -> Response:
    """Answer any address of the stylesheet with the current one."""
    headers = {"Cache-Control": f"public, max-age={YEAR_S}, immutable"}
    return answered(visit.visitor, style(), "text/css; charset=utf-8", headers)
