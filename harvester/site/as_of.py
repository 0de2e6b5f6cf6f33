"""`/paper/<id>?_as_of=<day or time>` leads to the version that was current then."""

import sqlite3
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, unquote

from datasette.app import Datasette
from datasette.database import Database
from datasette.utils.asgi import BadRequest, NotFound, Request, Response

from harvester.errors import ConfigurationError
from harvester.index.papers import find_paper
from harvester.times import read_moment

_VERSION = """
SELECT v.paper, v.source, v.version FROM paper_version AS v
  JOIN copy AS c ON c.paper = v.paper AND c.source = v.source
 WHERE v.paper = ? AND v.opened_at <= ? ORDER BY c.place, v.version DESC LIMIT 1
"""


async def _version_as_of(database: Database, name: str, text: str) -> str:
    try:
        moment = read_moment(text)
    except ConfigurationError as error:
        raise BadRequest(str(error)) from error

    def read(connection: sqlite3.Connection) -> tuple[str, str, int] | None:
        paper = find_paper(connection, name)
        found: tuple[str, str, int] | None = connection.execute(
            _VERSION, (paper, moment)
        ).fetchone()
        return found

    found = await database.execute_fn(read)
    if found is None:
        raise NotFound(f"{name} was not known at {moment}")
    paper, source, version = found
    return f"/paper/{quote(paper, safe='')}/{source}/{version}"


def with_as_of(page: Callable[..., Any], database: str) -> Callable[..., Any]:
    """Wrap the page of a paper so that `_as_of` leads to the version of that time."""

    async def wrapped(datasette: Datasette, request: Request) -> Any:
        asked = request.args.get("_as_of")
        if asked is None:
            return await page(datasette, request)
        name = unquote(request.url_vars["paper"])
        return Response.redirect(
            await _version_as_of(datasette.get_database(database), name, asked)
        )

    return wrapped
