"""Read an XML list item by item, so that a malformed item does not lose the others.

A page that is not well-formed cannot be parsed, whichever entry is to blame. So it is cut at the
start tags of its items, and each is parsed by itself, within the start tags that enclose the first
one, which gives it the namespaces of the page. The cost is linear in the size of the page.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from harvester.untrusted_xml import NotXml, parse_untrusted

MOST_ITEMS = 10_000
LONGEST_HEAD_BYTES = 64 * 1024
"""Bytes before the first item: start tags, links, a title."""
MOST_CONTEXT_BYTES = 64 * 1024 * 1024
"""Limit of the enclosing start tags, which are parsed again with each item."""

_NAME = rb"[A-Za-z_][A-Za-z0-9_.:-]{0,99}"
_find_declaration = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*(<\?xml[^>]{0,200}\?>)").match
_tags = re.compile(rb"<(/?)(%s)([^<>]*?)(/?)>" % _NAME).finditer


@dataclass(frozen=True, slots=True)
class Item:
    """One item as received, and its element or the reason why it cannot be read."""

    raw: bytes
    element: etree._Element | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Salvaged:
    """A list: the page without its items, and the items."""

    shell: etree._Element
    items: tuple[Item, ...]


def received(items: Sequence[Item], body: bytes, item: str) -> list[bytes]:
    """Return the bytes of a page's items, also if the page is well-formed.

    If nested tags make it unclear where an item begins, the items are serialised instead.
    """
    raws = [each.raw for each in items]
    if all(raws):
        return raws
    spans = _spans(body, item)
    if len(spans) == len(items):
        return [body[start:end] for start, end in spans]
    return [_written(each) for each in items]


def _written(item: Item) -> bytes:
    return b"" if item.element is None else etree.tostring(item.element, with_tail=False)


def salvage(body: bytes, item: str) -> Salvaged:
    """Read a list item by item.

    Args:
        body: the page, in UTF-8 or another encoding that writes tags in ASCII.
        item: the local name of an item's element.

    Raises:
        NotXml: it has no items, or the page around them is malformed or too large.
    """
    spans = _spans(body, item)
    if not spans:
        raise NotXml(f"not well-formed XML, and no {item} in it")
    head = body[: spans[0][0]]
    if len(head) > LONGEST_HEAD_BYTES:
        raise NotXml(f"not well-formed XML, and {len(head)} bytes before the first {item}")
    before, names = _context(head)
    after = b"".join(b"</%s>" % name for name in names)
    if spans[-1][1] == len(body):  # no end tag: the last item extends to the end
        spans[-1] = (spans[-1][0], _end_within(body, names))
    shell = parse_untrusted(head + body[spans[-1][1] :])
    if len(spans) * (len(before) + len(after)) > MOST_CONTEXT_BYTES:
        raise NotXml(f"not well-formed XML, and too much around each {item}")
    return Salvaged(
        shell, tuple(_read(body[start:end], before, after, item) for start, end in spans)
    )


def _spans(body: bytes, item: str) -> list[tuple[int, int]]:
    """Return where each item begins and ends.

    An item ends with its last end tag before the next begins, so a missing one costs no other.
    """
    name = re.escape(item.encode())
    starts = [
        found.start()
        for found in re.finditer(rb"<(?:[A-Za-z_][A-Za-z0-9_.-]{0,99}:)?%s(?=[\s/>])" % name, body)
    ][: MOST_ITEMS + 1]
    if len(starts) > MOST_ITEMS:
        raise NotXml(f"more than {MOST_ITEMS:,} times {item}")
    find_ends = re.compile(rb"</(?:[A-Za-z_][A-Za-z0-9_.-]{0,99}:)?%s\s{0,20}>" % name).finditer
    spans = []
    for start, limit in zip(starts, [*starts[1:], len(body)], strict=bool(starts)):
        end = limit
        for found in find_ends(body, start, limit):
            end = found.end()
        spans.append((start, end))
    return spans


def _end_within(body: bytes, names: Sequence[bytes]) -> int:
    """Return where the end tags of these elements begin at the end of a page."""
    end = len(body)
    for name in reversed(names):
        stripped = body[:end].rstrip()
        if not stripped.endswith(b"</%s>" % name):
            break
        end = len(stripped) - len(name) - 3
    return end


def _context(head: bytes) -> tuple[bytes, list[bytes]]:
    """Return the declaration and open start tags of a head, and their names, innermost first."""
    declaration = _find_declaration(head)
    opened: list[tuple[bytes, bytes]] = []
    for found in _tags(head, declaration.end() if declaration else 0):
        is_end, name, _, is_empty = found.groups()
        if is_end:
            if opened:
                opened.pop()
        elif not is_empty:
            opened.append((name, found[0]))
    before = (declaration[1] if declaration else b"") + b"".join(tag for _, tag in opened)
    return before, [name for name, _ in reversed(opened)]


def _read(raw: bytes, before: bytes, after: bytes, item: str) -> Item:
    try:
        root = parse_untrusted(before + raw + after)
    except NotXml as error:
        return Item(raw, None, str(error))
    element = next(root.iter(f"{{*}}{item}"), None)
    return Item(raw, element, "" if element is not None else f"no {item}")
