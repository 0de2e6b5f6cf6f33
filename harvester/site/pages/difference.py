"""Compare two versions of a paper, of the same or of different sources, or a paper with its
successor."""

import asyncio
import sqlite3
from collections.abc import Sequence
from itertools import groupby
from typing import Any, NamedTuple
from urllib.parse import unquote

from datasette.utils.asgi import NotFound, Response

from harvester.site.pages.paper import chosen, readable, text_of
from harvester.site.pages.visit import Visit
from harvester.site.queries import Row, papers
from harvester.site.queries.chains import replaces
from harvester.text.alignment import Paragraph, align_texts, is_same

AROUND = 1
"""Unchanged paragraphs shown before and after a change; the others are folded."""


async def difference(visit: Visit) -> Response:
    """Answer `/paper/<id>/<source>/<version>/against/<source>/<version>`."""
    asked = visit.request.url_vars
    name = unquote(asked["paper"])

    def read(connection: sqlite3.Connection) -> tuple[Row, list[Row]]:
        row = papers.paper(connection, name)
        if row is None:
            raise NotFound(name)
        return row, papers.copies(connection, row["id"])

    row, copies = await visit.ask(read)
    newer = chosen(row, copies, asked["source"], asked["version"])
    older = chosen(row, copies, asked["other_source"], asked["other_version"])
    sides = [_Side(row, v, readable(row, copies, v, is_current=False)) for v in (older, newer)]
    return await _compared(visit, *sides)


async def replacement(visit: Visit) -> Response:
    """Answer `/paper/<id>/replaces/<id>`: what changed from a motion to its amended successor."""
    asked = visit.request.url_vars
    name, replaced = unquote(asked["paper"]), unquote(asked["replaced"])

    def read(connection: sqlite3.Connection) -> list[_Side]:
        newer = papers.paper(connection, name)
        # Any two papers could be compared; only these belong together, and cost what they cost.
        if newer is None or replaced not in replaces(connection, newer["id"]):
            raise NotFound(f"{name} {replaced}")
        older = papers.paper(connection, replaced)
        if older is None:
            raise NotFound(replaced)
        return [_current(connection, row) for row in (older, newer)]

    return await _compared(visit, *await visit.ask(read))


class _Side(NamedTuple):
    """One of two texts."""

    paper: Row
    version: Row
    file: Row | None


def _current(connection: sqlite3.Connection, row: Row) -> _Side:
    copies = papers.copies(connection, row["id"])
    version = chosen(row, copies, None, None)
    return _Side(row, version, readable(row, copies, version, is_current=True))


async def _compared(visit: Visit, older: _Side, newer: _Side) -> Response:
    files = [older.file, newer.file]
    texts = [await text_of(visit.setting.archive, file) for file in files]
    groups: list[tuple[bool, list[Paragraph]]] = []
    changed = 0
    is_readable = all(text and text.text for text in texts)
    if is_readable:
        first, second = (text.text for text in texts if text)
        paragraphs = await asyncio.to_thread(align_texts, first, second)
        changed = sum(not is_same(paragraph) for paragraph in paragraphs)
        groups = folded(paragraphs)
    return visit.page(
        "difference.html",
        paper=newer.paper, older=older, newer=newer, groups=groups, changed=changed,
        is_readable=is_readable,
        is_same_file=all(files) and len({file["sha256"] for file in files if file}) == 1,
    )  # fmt: skip


def folded(paragraphs: Sequence[Paragraph]) -> list[tuple[bool, list[Any]]]:
    """Group paragraphs: changed ones with context to show, and others to fold."""
    changed = [n for n, paragraph in enumerate(paragraphs) if not is_same(paragraph)]
    shown = {n + step for n in changed for step in range(-AROUND, AROUND + 1)}
    return [
        (is_shown, [paragraph for _, paragraph in group])
        for is_shown, group in groupby(enumerate(paragraphs), key=lambda pair: pair[0] in shown)
    ]
