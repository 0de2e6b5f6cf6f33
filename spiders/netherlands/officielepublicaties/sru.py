"""Read one response of the SRU service: bytes in, observations out.

The service is as officielepublicaties/README.md 1.6 and 1.7 say ("the guide" in this package).
Pure: no network, no clock. Elements are matched by namespace, since errors use other prefixes than
results.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lxml import etree

from archive.entries import Enclosure, RecordEntry
from harvester.source.salvage import Item, received, salvage
from harvester.times import from_text
from harvester.untrusted_xml import NotXml, parse_untrusted
from spiders.netherlands.officielepublicaties.fingerprint import fingerprint, former_fingerprint
from spiders.netherlands.officielepublicaties.names import CD, DCTERMS, GZD, SRU

ROOT = f"{SRU}searchRetrieveResponse"
_SAFE_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,99}\Z")
_SAFE_TYPE = re.compile(r"[A-Za-z][A-Za-z ]{0,59}\Z")
_find_identifier = re.compile(
    rb"identifier>\s{0,20}([0-9A-Za-z][0-9A-Za-z._-]{0,99})\s{0,20}<"
).search
_find_type = re.compile(rb":type\b[^<>]{0,200}>\s{0,20}([A-Za-z][A-Za-z ]{0,59}?)\s{0,20}<").search
_POSITION = re.compile(rb"<(\w{1,20}:)?recordPosition>\d{0,12}</(\w{1,20}:)?recordPosition>")
_DIGITS = re.compile(r"[0-9]{1,12}\Z", re.ASCII)


class NotAPage(ValueError):
    """The response is not a complete, well-formed list of results; a retry may help."""


class Diagnosed(NotAPage):
    """The service reports an error with status 200, which must not count as zero results."""


@dataclass(frozen=True, slots=True)
class Defect:
    """A record that cannot be read, as received."""

    reason: str
    raw: bytes
    record: str | None
    """The id of the record, if it shows one."""


@dataclass(frozen=True, slots=True)
class Page:
    """The content of one response."""

    total: int
    """Total number of results, which the service calls an estimate."""
    count: int
    """Number of records in this response."""
    observations: tuple[RecordEntry, ...]
    """The observations, by time of change."""
    defects: tuple[Defect, ...]
    last: str | None
    """The last identifier, in the service's own order; None if there is none."""
    unnamed: int
    """Number of records after that one, of which no identifier can be read."""
    newest: date | None
    """The latest day on which one of the records was modified."""
    formerly: Mapping[str, str]
    """By record, the fingerprint of an earlier version of the program."""


def parse_page(body: bytes, observed_at: str) -> Page:
    """Read an answer.

    Args:
        body: the answer's bytes.
        observed_at: UTC time text, goes into each observation.

    Raises:
        Diagnosed: the service reports an error.
        NotAPage: cut short, not well-formed, another root element (an HTML page, an explain
            answer), with a DOCTYPE, without a count, or with fewer records than it can have.
    """
    try:
        root = parse_untrusted(body)
    except NotXml as error:
        raise NotAPage(str(error)) from error
    records = root.findall(f"{SRU}records/{SRU}record")
    return _page(root, [Item(b"", record) for record in records], body, observed_at)


def salvage_page(body: bytes, observed_at: str) -> Page:
    """Read a malformed response record by record, after all retries.

    Raises:
        NotAPage: as `parse_page`, even without its records.
    """
    try:
        salvaged = salvage(body, "record")
    except NotXml as error:
        raise NotAPage(str(error)) from error
    return _page(salvaged.shell, salvaged.items, body, observed_at)


def _page(root: etree._Element, records: Sequence[Item], body: bytes, observed_at: str) -> Page:
    _refuse(root)
    total = _total(root)
    if bool(total) != bool(records) or len(records) > total:
        raise NotAPage(f"{total} records are announced and {len(records)} are there")
    observations: list[RecordEntry] = []
    formerly: dict[str, str] = {}
    faults: list[tuple[int, str]] = []
    last: str | None = None
    unnamed = 0
    days: list[date] = []
    for place, item in enumerate(records):
        gzd = None if item.element is None else item.element.find(f"{SRU}recordData/{GZD}gzd")
        try:
            if item.element is None:
                raise ValueError(item.reason)
            observation = _observe(gzd, observed_at)
        except ValueError as error:
            faults.append((place, str(error)))
        else:
            assert gzd is not None
            observations.append(observation)
            formerly[observation.id] = former_fingerprint(gzd)
        if gzd is not None:
            named = _text(gzd, f"{DCTERMS}identifier")
            days.extend(_days(_text(gzd, f"{DCTERMS}modified")))
        else:
            named = _within(_find_identifier, item.raw)
        last, unnamed = (named, 0) if named else (last, unnamed + 1)
    if last is None and len(records) < total:
        raise NotAPage("no record has an identifier to go on from")
    observations.sort(key=lambda entry: _moment(entry.updated))
    newest = max(days, default=None)
    defects = tuple(_defects(faults, records, body))
    return Page(total, len(records), tuple(observations), defects, last, unnamed, newest, formerly)


def _defects(
    faults: Sequence[tuple[int, str]], records: Sequence[Item], body: bytes
) -> Iterator[Defect]:
    """Yield the unreadable records with their bytes."""
    if not faults:
        return
    raws = received(records, body, "record")
    for place, reason in faults:
        identifier = _within(_find_identifier, raws[place])
        category = _within(_find_type, raws[place])
        name = f"{category}/{identifier}" if identifier and category else None
        # Where it stands on a page is not the record's: on another page it is the same.
        yield Defect(reason, _POSITION.sub(b"", raws[place]), name)


def _within(find: Callable[[bytes], re.Match[bytes] | None], raw: bytes) -> str | None:
    found = find(raw)
    return None if found is None else found[1].decode()


def _refuse(root: etree._Element) -> None:
    for diagnostic in root.iter("{*}diagnostic"):
        raise Diagnosed(f"diagnostic: {' '.join(''.join(_words(diagnostic)).split())[:300]}")
    if root.tag != ROOT:
        raise NotAPage(f"the root element is {root.tag!r}, not that of search results")


def _words(element: etree._Element) -> Iterator[str]:
    for part in element.itertext():
        yield f"{part} "


def _total(root: etree._Element) -> int:
    text = (root.findtext(f"{SRU}numberOfRecords") or "").strip()
    if not _DIGITS.match(text):
        raise NotAPage(f"numberOfRecords is {text[:40]!r}")
    return int(text)


def _observe(gzd: etree._Element | None, observed_at: str) -> RecordEntry:
    """Turn a record into an observation.

    Raises:
        ValueError: no gzd element, or an invalid identifier or type.
    """
    if gzd is None:
        raise ValueError("the record holds no gzd element")
    identifier = _text(gzd, f"{DCTERMS}identifier") or ""
    if not _SAFE_ID.match(identifier):
        raise ValueError(f"the identifier is {identifier[:80]!r}")
    category = _text(gzd, f"{DCTERMS}type") or ""
    if not _SAFE_TYPE.match(category):
        raise ValueError(f"the type of {identifier} is {category[:80]!r}")
    return RecordEntry(
        id=f"{category}/{identifier}",
        state="present",
        observed_at=observed_at,
        fingerprint=fingerprint(gzd),
        url=_text(gzd, f"{GZD}preferredUrl") or _text(gzd, f"{GZD}url") or "",
        media_type="application/xml",
        raw=etree.tostring(gzd, encoding="unicode", with_tail=False),
        updated=_updated(gzd),
        enclosures=tuple(_enclosures(gzd)),
    )


def _updated(gzd: etree._Element) -> str | None:
    """Return the publisher's time of the change, verbatim; the day if there is no time."""
    for tag in (f"{CD}datumTijdstipWijzigingWork", f"{DCTERMS}modified"):
        text = _text(gzd, tag)
        if text is not None and _moment(text):
            return text
    return None


def _enclosures(gzd: etree._Element) -> Iterator[Enclosure]:
    """Yield the files, named by manifestation; further ones of a kind get a number."""
    seen: dict[str, int] = {}
    for item in gzd.iter(f"{GZD}itemUrl"):
        manifestation = item.get("manifestation", "").strip() or "item"
        number = seen[manifestation] = seen.get(manifestation, 0) + 1
        name = manifestation if number == 1 else f"{manifestation}-{number}"
        yield Enclosure(name=name, url=(item.text or "").strip())


def _text(gzd: etree._Element, tag: str) -> str | None:
    found = next(gzd.iter(tag), None)
    return ((found.text or "").strip() or None) if found is not None else None


def _moment(text: str | None) -> float:
    """Return a sort key for a time; 0 for an invalid one."""
    try:
        return from_text(text or "").timestamp()
    except (ValueError, OverflowError):
        return 0.0


def _days(text: str | None) -> Iterator[date]:
    try:
        yield date.fromisoformat(text or "")
    except ValueError:
        return
