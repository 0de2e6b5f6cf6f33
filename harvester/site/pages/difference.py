"""Compare two versions of a paper, of the same or of different sources."""

import asyncio
import sqlite3
from collections.abc import Sequence
from itertools import groupby
from typing import Any
from urllib.parse import unquote

from datasette.utils.asgi import NotFound, Response

from harvester.site.pages.paper import chosen, readable, text_of
from harvester.site.pages.visit import Visit
from harvester.site.queries import Row, papers
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
    files = [readable(row, copies, version, is_current=False) for version in (older, newer)]
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
        paper=row, older=older, newer=newer, files=files, groups=groups, changed=changed,
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
