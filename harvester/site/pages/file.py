"""Serve a file by its digest, as it was received."""

import asyncio
import sqlite3
from http import HTTPStatus

from datasette.utils.asgi import NotFound, Response

from archive.keys import payload_key
from archive.stores.s3 import S3Store
from harvester.site import files
from harvester.site.pages.visit import Answer, Visit
from harvester.site.queries import Row, papers
from harvester.site.ranges import content_range
from harvester.site.rendering import page

LENT_S = 300
"""Lifetime of a pre-signed address."""


async def file(visit: Visit) -> Answer:
    """Answer `/file/<sha256>`."""
    sha256 = visit.request.url_vars["sha256"]

    def read(connection: sqlite3.Connection) -> tuple[Row | None, Row | None]:
        return papers.takedown_of(connection, sha256), papers.file(connection, sha256)

    taken, row = await visit.ask(read)
    if taken:
        return page(visit.visitor, "taken_down.html", HTTPStatus.GONE, **taken)
    archive = visit.setting.archive
    if row is None or not await asyncio.to_thread(archive.payloads.exists, sha256):
        raise NotFound(sha256)
    name = files.file_name(row["paper"], row["version"], row["media_type"])
    headers = files.headers(sha256, name, row["size_bytes"], row["media_type"])
    asked = visit.request.headers
    if sha256 in (asked.get("if-none-match") or ""):
        kept = ("ETag", "Cache-Control")
        return Response(status=304, body="", headers={k: headers[k] for k in kept})
    if visit.setting.is_redirecting and isinstance(archive.store, S3Store):
        address = archive.store.lend(
            payload_key(sha256),
            seconds=LENT_S,
            disposition=headers["Content-Disposition"],
            media_type=headers["Content-Type"],
        )
        lent = {"Repr-Digest": headers["Repr-Digest"], "Cache-Control": "no-store"}
        return Response.redirect(address, headers=lent)
    part = files.range_of(asked, sha256, row["size_bytes"])
    if part is not None and not part:
        outside = {"Content-Range": content_range(part, row["size_bytes"])}
        return Response(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, body="", headers=outside)
    is_head = visit.request.method == "HEAD"
    return files.FileAnswer(archive, sha256, headers, part=part, is_head=is_head)
