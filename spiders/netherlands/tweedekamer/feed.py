"""Read one page of the SyncFeed: bytes in, observations out (tweedekamer/README.md 1.2-1.5).

Pure: no network, no clock. Elements are matched by namespace, never by prefix: Toezegging,
Vergadering and Verslag come with `ns1:`, the rest without a prefix.
"""

import hashlib
import re
from dataclasses import dataclass

from lxml import etree

from archive.entries import Enclosure, RecordEntry
from harvester.source.untrusted import NotXml, parse_untrusted

ATOM = "{http://www.w3.org/2005/Atom}"
TK = "{http://www.tweedekamer.nl/xsd/tkData/v1-0}"
XSI_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
BIJGEWERKT = f"{TK}bijgewerkt"
VERWIJDERD = f"{TK}verwijderd"

_TK_LENGTH = len(TK)
_FLAGS = frozenset({VERWIJDERD, XSI_NIL})
"""Attributes whose case says nothing: `True` has been seen beside `true` (guide 1.3)."""
_find_token = re.compile(r"[?&]skiptoken=([0-9]+)(?=&|#|\Z)").search
_SAFE_ID = re.compile(r"[0-9A-Za-z-]{1,64}\Z")


class NotAFeedPage(ValueError):
    """The answer is not a whole, well-formed page of the feed; asking again may help."""


@dataclass(frozen=True, slots=True)
class Defect:
    """One entry that cannot be taken as a record, with its first characters."""

    reason: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class Page:
    """What one page says.

    `token` is where to go on after its last entry, None on a page without entries;
    `first_updated` is the `updated` of its first entry, verbatim: what bisection looks at.
    """

    observations: tuple[RecordEntry, ...]
    defects: tuple[Defect, ...]
    token: int | None
    is_empty: bool
    first_updated: str | None


def parse_page(body: bytes, observed_at: str) -> Page:
    """Read a page.

    Args:
        body: the answer's bytes.
        observed_at: UTC time text, goes into each observation.

    Raises:
        NotAFeedPage: cut short, not well-formed, another root element (an HTML page, the
            service's `<Error>`), or with a DOCTYPE.
    """
    entries, feed = _entries(body)
    observations: list[RecordEntry] = []
    defects: list[Defect] = []
    token: int | None = None
    for entry in entries:
        try:
            observation, after = _observe(entry, observed_at)
        except ValueError as error:
            defects.append(Defect(str(error), _excerpt(entry)))
            after = _token_of(entry.find(f"{ATOM}link[@rel='next']"))
        else:
            observations.append(observation)
        token = after if after is not None else token
    if token is None and entries:
        token = _token_of(feed.find(f"{ATOM}link[@rel='next']"))
    if token is None and entries:
        raise NotAFeedPage("no entry of the page says where to go on")
    first = entries[0].findtext(f"{ATOM}updated") if entries else None
    return Page(tuple(observations), tuple(defects), token, not entries, first)


def _entries(body: bytes) -> tuple[list[etree._Element], etree._Element]:
    try:
        feed = parse_untrusted(body)
    except NotXml as error:
        raise NotAFeedPage(str(error)) from error
    if feed.tag != f"{ATOM}feed":
        raise NotAFeedPage(f"the root element is {feed.tag!r}, not an Atom feed")
    return feed.findall(f"{ATOM}entry"), feed


def _observe(entry: etree._Element, observed_at: str) -> tuple[RecordEntry, int | None]:
    """Turn an entry into an observation and the token after it.

    Raises:
        ValueError: no entity, an id that is none, a `verwijderd` that is neither true nor false.
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
        enclosures=tuple(_enclosure(name, n, link) for n, link in enumerate(enclosures, 1)),
    )
    return observation, token


def _is_withdrawn(entity: etree._Element) -> bool:
    """Trust the flag, whatever its case and whether or not there is a body (guide 1.3)."""
    value = entity.get(VERWIJDERD, "false").strip().lower()
    if value not in ("true", "false"):
        raise ValueError(f"verwijderd is {value[:40]!r}, neither true nor false")
    return value == "true"


def _enclosure(entity_name: str, number: int, link: etree._Element) -> Enclosure:
    length = link.get("length", "")
    return Enclosure(
        name=entity_name if number == 1 else f"{entity_name}-{number}",
        url=link.get("href", ""),
        media_type=link.get("type"),
        size_bytes=int(length) if length.isdigit() else None,
    )


def _token_of(link: etree._Element | None) -> int | None:
    """Read the skiptoken of a link; the order of its parameters has changed before (1.5)."""
    if link is None:
        return None
    found = _find_token(link.get("href", ""))
    return int(found[1]) if found else None


def _excerpt(entry: etree._Element) -> str:
    return etree.tostring(entry, encoding="unicode", with_tail=False)[:500]


def fingerprint(entity: etree._Element) -> str:
    """Return the SHA-256 of what an entity says, in canonical form.

    Left out is what changes when nothing changed: `bijgewerkt`, prefixes, the order of
    elements (the live order differs from the schema's and has changed), white space between
    elements, the case of `verwijderd`. Two entities with the same fingerprint say the same.
    """
    return hashlib.sha256(_canonical(entity).encode()).hexdigest()


def _canonical(element: etree._Element) -> str:
    """Write an element with control characters as marks: XML text cannot hold them."""
    tag = str(element.tag)
    name = tag[_TK_LENGTH:] if tag.startswith(TK) else tag
    attributes = element.items()
    if attributes:
        name += _canonical_attributes(attributes)
    inner: list[str] = []
    loose = [element.text or ""]
    for child in element:
        # Most have neither children nor attributes: no call for those.
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
