"""Serve `/changes.jsonl?after=N`, a change feed for synchronised copies."""

import json
import sqlite3
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import BadRequest, Request, Response

from harvester.index.feed import FILE, VERSION, generation
from harvester.site.reader import DATABASE

PATTERN = r"^/changes\.jsonl$"
MOST = 1000
"""Most lines of a response; `Link: rel=next` leads on."""


class OtherSeries(Exception):
    """The reader's position belongs to another index, so the feed must be read anew."""

    status = 410


async def answer(datasette: Datasette, request: Request) -> Response:
    """Answer with the current state of each paper that changed after a position.

    `change` is `present`, `withdrawn`, `taken down` or `gone`, which means to delete the paper. The
    header `Link` has the next address; at the end it is requested again later.
    """
    after = request.args.get("after") or "0"
    if not after.isascii() or not after.isdigit() or len(after) > 15:
        raise BadRequest("after is a number: that of the last line that was read, or 0")
    series = request.args.get("generation")

    def read(connection: sqlite3.Connection) -> tuple[str, int, list[dict[str, Any]]]:
        now = generation(connection) or ""
        if series is not None and series != now:
            raise OtherSeries(
                "the index was lost and made again since: read the feed from its beginning, "
                "/changes.jsonl, and forget the papers that it does not name"
            )
        rows = connection.execute(
            "SELECT sequence, paper, is_gone FROM feed WHERE sequence > ? ORDER BY sequence "
            "LIMIT ?",
            (int(after), MOST),
        ).fetchall()
        last = rows[-1][0] if rows else int(after)
        return now, last, [_line(connection, *row) for row in rows]

    now, last, lines = await datasette.get_database(DATABASE).execute_fn(read)
    body = "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)
    following = f"/changes.jsonl?after={last}&generation={now}"
    headers = {
        "Link": f'<{following}>; rel="next"',
        "Cache-Control": "no-cache",
        "Griffie-Last-Sequence": str(last),
    }
    return Response(body, content_type="application/jsonl; charset=utf-8", headers=headers)


def _line(connection: sqlite3.Connection, sequence: int, paper: str, gone: int) -> dict[str, Any]:
    line: dict[str, Any] = {"sequence": sequence, "paper": paper}
    cursor = connection.execute("SELECT * FROM paper WHERE id = ?", (paper,))
    row = cursor.fetchone()
    if gone or row is None:
        return {**line, "change": "gone"}
    says = dict(zip((c[0] for c in cursor.description), row, strict=True))
    for name in ("key", "searched_sha256"):
        says.pop(name)
    change = (
        "taken down"
        if says["is_taken_down"]
        else "withdrawn"
        if says["is_withdrawn"]
        else "present"
    )
    return {
        **line,
        "change": change,
        "says": says,
        "versions": _rows(connection, "paper_version", VERSION, paper),
        "files": _rows(connection, "file", FILE, paper),
    }


def _rows(
    connection: sqlite3.Connection, table: str, names: tuple[str, ...], paper: str
) -> list[dict[str, Any]]:
    rows = connection.execute(
        f"SELECT {', '.join(names)} FROM {table} WHERE paper = ? ORDER BY {', '.join(names[:3])}",
        (paper,),
    )
    return [dict(zip(names, row, strict=True)) for row in rows]
