"""Write feeds of papers: Atom (RFC 4287) and JSON Feed 1.1."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

NEVER = "1970-01-01T00:00:00.000Z"
"""Substitute for an unknown time that a feed must state."""
ATOM = "http://www.w3.org/2005/Atom"
_unfit = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a feed.

    Attributes:
        id: a permanent address.
        updated: time of the last change, UTC.
        published: when it became known here, UTC. Feed readers sort by it, and a paper's own date
            may be older or impossible.
    """

    id: str
    url: str
    title: str
    summary: str
    updated: str
    published: str | None
    authors: Sequence[str]
    categories: Sequence[str]


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed; its entries are ordered by `published`, newest first."""

    id: str
    url: str
    """The address of the same content as a page."""
    title: str
    language: str
    updated: str
    entries: Sequence[Entry]


def atom(feed: Feed) -> bytes:
    """Write a feed as Atom."""
    root = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    root.set("{http://www.w3.org/XML/1998/namespace}lang", feed.language)
    _put(root, "id", feed.id)
    _put(root, "title", feed.title)
    _put(root, "updated", feed.updated)
    _put(root, "link", rel="self", href=feed.id, type="application/atom+xml")
    _put(root, "link", rel="alternate", href=feed.url, type="text/html")
    _put(_put(root, "author"), "name", "Griffie")
    for entry in feed.entries:
        node = _put(root, "entry")
        _put(node, "id", entry.id)
        _put(node, "title", entry.title)
        _put(node, "updated", entry.updated)
        if entry.published:
            _put(node, "published", entry.published)
        _put(node, "link", rel="alternate", href=entry.url, type="text/html")
        for author in entry.authors:
            _put(_put(node, "author"), "name", author)
        for category in entry.categories:
            _put(node, "category", term=category)
        _put(node, "summary", entry.summary)
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True))


def _put(
    parent: etree._Element, name: str, text: str | None = None, **attributes: str
) -> etree._Element:
    node = etree.SubElement(parent, f"{{{ATOM}}}{name}")
    for key, value in attributes.items():
        node.set(key, _unfit.sub("\ufffd", value))
    if text is not None:
        node.text = _unfit.sub("\ufffd", text)
    return node


def json_feed(feed: Feed) -> bytes:
    """Write a feed as JSON Feed."""
    document: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.url,
        "feed_url": feed.id,
        "language": feed.language,
        "items": [_item(entry) for entry in feed.entries],
    }
    return json.dumps(document, ensure_ascii=False).encode(errors="replace")


def _item(entry: Entry) -> dict[str, Any]:
    item = {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "content_text": entry.summary,
        "date_published": entry.published,
        "date_modified": entry.updated,
        "authors": [{"name": author} for author in entry.authors],
        "tags": list(entry.categories),
    }
    return {key: value for key, value in item.items() if value}
