"""Read one page of the SyncFeed: bytes in, observations out (tweedekamer/README.md 1.2-1.5).

Pure: no network, no clock. Elements are matched by namespace, never by prefix: Toezegging,
Vergadering and Verslag come with `ns1:`, the rest without a prefix.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import unescape

from lxml import etree

from archive.entries import Enclosure, RecordEntry
from harvester.source.salvage import Item, received, salvage
from harvester.times import moment_of
from harvester.untrusted_xml import NotXml, parse_untrusted

ATOM = "{http://www.w3.org/2005/Atom}"
TK = "{http://www.tweedekamer.nl/xsd/tkData/v1-0}"
XSI_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
BIJGEWERKT = f"{TK}bijgewerkt"
VERWIJDERD = f"{TK}verwijderd"

_TK_LENGTH = len(TK)
_FLAGS = frozenset({VERWIJDERD, XSI_NIL})
"""Attributes whose case does not matter: `True` occurs as well as `true` (guide 1.3)."""
_find_token = re.compile(r"[?&]skiptoken=0*([0-9]{1,15})(?=[&#\"']|\Z)").search
"""Fifteen digits are exact in every JSON parser; longer tokens are invalid."""
_is_size = re.compile(r"[0-9]{1,15}").fullmatch
_find_links = re.compile(rb"<(?:[A-Za-z_][\w.-]{0,99}:)?link\b[^<>]{0,2000}").finditer
_find_entity = re.compile(rb"/Entiteiten/([0-9A-Za-z-]{1,64})\s*<").search
"""The id that an entry's envelope gives its entity (guide 1.1)."""
_SAFE_ID = re.compile(r"[0-9A-Za-z-]{1,64}\Z")


class NotAFeedPage(ValueError):
    """The response is not a complete, well-formed page of the feed; a retry may help."""


@dataclass(frozen=True, slots=True)
class Defect:
    """An entry that cannot be read as a record, as received."""

    reason: str
    raw: bytes
    record: str | None
    """The id of the record, if it shows one."""


@dataclass(frozen=True, slots=True)
class Page:
    """The content of one page."""

    observations: tuple[RecordEntry, ...]
    defects: tuple[Defect, ...]
    token: int | None
    """The token after its last entry; None if the page states none."""
    is_empty: bool
    first_updated: datetime | None
    """The first publication time on the page, for bisection."""
    unknown: tuple[str, ...] = ()
    """Unknown values of the envelope, in the form of `Fields.unknown`."""


def parse_page(body: bytes, observed_at: str) -> Page:
    """Read a page.

    Args:
        body: the answer's bytes.
        observed_at: UTC time text, goes into each observation.

    Raises:
        NotAFeedPage: cut short, not well-formed, another root element (an HTML page, the
            service's `<Error>`), or with a DOCTYPE.
    """
    try:
        feed = parse_untrusted(body)
    except NotXml as error:
        raise NotAFeedPage(str(error)) from error
    entries = _in_feed(feed).findall(f"{ATOM}entry")
    return _page(feed, [Item(b"", entry) for entry in entries], body, observed_at)


def salvage_page(body: bytes, observed_at: str) -> Page:
    """Read a malformed page entry by entry, after all retries; see `parse_page`.

    Raises:
        NotAFeedPage: it is no page of the feed, even without its entries.
    """
    try:
        salvaged = salvage(body, "entry")
    except NotXml as error:
        raise NotAFeedPage(str(error)) from error
    return _page(_in_feed(salvaged.shell), salvaged.items, body, observed_at)


def _in_feed(root: etree._Element) -> etree._Element:
    if root.tag != f"{ATOM}feed":
        raise NotAFeedPage(f"the root element is {root.tag!r}, not an Atom feed")
    return root


def _page(feed: etree._Element, entries: Sequence[Item], body: bytes, observed_at: str) -> Page:
    observations: list[RecordEntry] = []
    unknown: list[str] = []
    faults: list[tuple[int, str]] = []
    token = _token_of(feed.find(f"{ATOM}link[@rel='next']"))
    is_last_known = False
    for place, item in enumerate(entries):
        try:
            if item.element is None:
                raise ValueError(item.reason)
            observation, after = _observe(item.element, observed_at, unknown)
        except ValueError as error:
            faults.append((place, str(error)))
            after = _token_within(item)
        else:
            observations.append(observation)
        is_last_known = after is not None
        token = after if after is not None else token
    if not is_last_known:
        # The feed's own link also points after its last entry (guide 1.2).
        token = _token_of(feed.find(f"{ATOM}link[@rel='next']")) or token
    moments = (moment_of(observation.updated) for observation in observations)
    return Page(
        tuple(observations),
        tuple(_defects(faults, entries, body)),
        token if entries else None,
        not entries,
        next((moment for moment in moments if moment is not None), None),
        tuple(unknown),
    )


def _defects(
    faults: Sequence[tuple[int, str]], entries: Sequence[Item], body: bytes
) -> Iterator[Defect]:
    """Yield the unreadable entries, with their bytes where possible."""
    if not faults:
        return
    raws = received(entries, body, "entry")
    for place, reason in faults:
        raw = raws[place]
        record = _find_entity(raw)
        name = None if record is None else record[1].decode()
        yield Defect(reason, raw, name)


def _token_within(item: Item) -> int | None:
    """Return the token after an unreadable entry."""
    if item.element is not None:
        return _token_of(item.element.find(f"{ATOM}link[@rel='next']"))
    links = (link[0] for link in _find_links(item.raw) if b'rel="next"' in link[0])
    tokens = [_token_in(unescape(link.decode("utf-8", "replace"))) for link in links]
    return next((token for token in tokens if token is not None), None)


def _observe(
    entry: etree._Element, observed_at: str, unknown: list[str]
) -> tuple[RecordEntry, int | None]:
    """Turn an entry into an observation and the token after it; report invalid values.

    Raises:
        ValueError: no entity, an invalid id, or a `verwijderd` that is neither true nor false.
    """
    url = updated = None
    token: int | None = None
    entity: etree._Element | None = None
    enclosures: list[etree._Element] = []
    for child in entry:
        tag = child.tag
        if tag == f"{ATOM}content":
            entity = child[0] if len(child) else None
        elif tag == f"{ATOM}link":
            rel = child.get("rel")
            if rel == "next":
                token = _token_of(child)
            elif rel == "enclosure":
                enclosures.append(child)
        elif tag == f"{ATOM}updated":
            updated = child.text
        elif tag == f"{ATOM}id":
            url = child.text
    if entity is None or not isinstance(entity.tag, str) or not entity.tag.startswith(TK):
        raise ValueError("the entry holds no entity of the Tweede Kamer's namespace")
    name = entity.tag[len(TK) :]
    source_id = entity.get("id", "")
    if not _SAFE_ID.match(source_id):
        raise ValueError(f"the id of the {name} is {source_id[:80]!r}")
    is_withdrawn = _is_withdrawn(entity)
    observation = RecordEntry(
        id=f"{name[:1].upper()}{name[1:]}/{source_id}",
        state="withdrawn" if is_withdrawn else "present",
        observed_at=observed_at,
        fingerprint=fingerprint(entity),
        url=url or "",
        media_type="application/xml",
        raw=etree.tostring(entity, encoding="unicode", with_tail=False),
        updated=updated,
        reason="source: verwijderd=true" if is_withdrawn else None,
        enclosures=tuple(
            _enclosure(name, n, link, unknown) for n, link in enumerate(enclosures, 1)
        ),
    )
    return observation, token


def _is_withdrawn(entity: etree._Element) -> bool:
    """Trust the flag, whatever its case and whether or not there is a body (guide 1.3)."""
    value = entity.get(VERWIJDERD, "false").strip().lower()
    if value not in ("true", "false"):
        raise ValueError(f"verwijderd is {value[:40]!r}, neither true nor false")
    return value == "true"


def _enclosure(
    entity_name: str, number: int, link: etree._Element, unknown: list[str]
) -> Enclosure:
    length = link.get("length", "").strip()
    is_size = _is_size(length) is not None
    if length and not is_size:
        unknown.append(f"enclosure@length={length[:40]}")
    return Enclosure(
        name=entity_name if number == 1 else f"{entity_name}-{number}",
        url=link.get("href", ""),
        media_type=link.get("type"),
        size_bytes=int(length) if is_size else None,
    )


def _token_of(link: etree._Element | None) -> int | None:
    """Read the skiptoken of a link; the order of its parameters has changed before (1.5)."""
    return None if link is None else _token_in(link.get("href", ""))


def _token_in(address: str) -> int | None:
    found = _find_token(address)
    return int(found[1]) if found else None


def fingerprint(entity: etree._Element) -> str:
    """Return the SHA-256 of an entity's content in canonical form.

    It ignores what changes without a change of content: `bijgewerkt`, prefixes, the order of
    elements (the live order differs from the schema's and has changed), white space between
    elements, the case of `verwijderd`. Two entities with the same fingerprint say the same.
    """
    return hashlib.sha256(_canonical(entity).encode()).hexdigest()


def _canonical(element: etree._Element) -> str:
    """Write an element with control characters as delimiters, which XML text cannot contain."""
    tag = str(element.tag)
    name = tag[_TK_LENGTH:] if tag.startswith(TK) else tag
    attributes = element.items()
    if attributes:
        name += _canonical_attributes(attributes)
    inner: list[str] = []
    loose = [element.text or ""]
    for child in element:
        # Most have neither children nor attributes: skip the calls.
        if len(child) or child.items():
            inner.append(_canonical(child))
        else:
            leaf = str(child.tag)
            leaf = leaf[_TK_LENGTH:] if leaf.startswith(TK) else leaf
            inner.append(f"{leaf}\x04{child.text or ''}")
        loose.append(child.tail or "")
    if not inner:
        return f"{name}\x04{loose[0]}"
    inner.sort()
    text = "\x02".join(part for part in loose if part.strip())
    return f"{name}\x04{text}\x05" + "\x06".join(inner) + "\x07"


def _canonical_attributes(attributes: list[tuple[str, str]]) -> str:
    kept = [
        f"\x03{name}\x01{value.strip().lower() if name in _FLAGS else value}"
        for name, value in attributes
        if name != BIJGEWERKT
    ]
    kept.sort()
    return "".join(kept)
