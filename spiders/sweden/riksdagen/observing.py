"""Make log entries of what the source says of a document, its points and its divisions. Pure."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from archive.entries import Enclosure, RecordEntry
from harvester.source.records import json_entry
from spiders.sweden.riksdagen import values
from spiders.sweden.riksdagen.answers import is_id, objects_of

POINT = "punkt"
DIVISION = "votering"
"""Categories of records beside those of documents: a report's points, and the votes on one."""
OF_DOCUMENT = "_dok_id"
OF_POINT = "_punkt"
COUNTER = "_motforslag"
"""Members that say to which record a part belongs; the source says so by the address alone."""
_is_guid = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}").fullmatch
_is_number = re.compile(r"[0-9]{1,4}[a-z]?", re.ASCII).fullmatch


def entry_of_document(record: str, status: Mapping[str, Any], *, url: str, at: str) -> RecordEntry:
    """Return the entry of a document, with the files that it offers.

    Args:
        record: `<type>/<id>`.
        status: as the source sent it.
        url: where it was read; files at its host are asked for in the same way.
        at: UTC time text.
    """
    document = status["dokument"]
    return json_entry(
        record,
        status,
        url=url,
        at=at,
        updated=_text(document.get("systemdatum")),
        enclosures=_enclosures(status, url),
    )


def _enclosures(status: Mapping[str, Any], url: str) -> list[Enclosure]:
    """Return the attached files; of a document without any and without text, its page."""
    found: list[Enclosure] = []
    names: set[str] = set()
    for file in objects_of(status.get("dokbilaga"), "bilaga"):
        address = web_address(_text(file.get("fil_url")), url)
        if address is not None:
            extension = (_text(file.get("filtyp")) or "fil").strip().lower()
            name = _unique(extension if extension.isalnum() else "fil", names)
            size = _text(file.get("filstorlek")) or ""
            is_size = len(size) < 13 and size.isascii() and size.isdigit()
            media_type = values.MEDIA_TYPES.get(extension)
            found.append(Enclosure(name, address, media_type, int(size) if is_size else None))
    document = status["dokument"]
    if not found and not is_planned(status) and not _text(document.get("html")):
        address = web_address(_text(document.get("dokument_url_html")), url)
        if address is not None:
            found.append(Enclosure("html", address, "text/html"))
    return found


def is_planned(status: Mapping[str, Any]) -> bool:
    """Tell whether a document is announced only: it has no file and no points yet."""
    return (_text(status["dokument"].get("status")) or "").strip().lower() == values.PLANNED


def web_address(text: str | None, beside: str) -> str | None:
    """Complete an address, and ask its host as it was asked for the record.

    The source writes `//data.riksdagen.se/...`, and `http:` where it is served by https.
    """
    try:
        parts, own = urlsplit((text or "").strip()), urlsplit(beside)
    except ValueError:
        return None
    if not parts.netloc or parts.scheme not in ("", "http", "https"):
        return None
    scheme = own.scheme if parts.netloc == own.netloc or not parts.scheme else parts.scheme
    return urlunsplit((scheme, parts.netloc, parts.path, parts.query, ""))


def point_entries(
    id_: str, status: Mapping[str, Any], *, url: str, at: str
) -> Iterator[tuple[RecordEntry, str | None]]:
    """Yield the entries of a report's points, each with the id of the division on it.

    Points without a number have no name; they stay in the report's own record.
    """
    counters = objects_of(status.get("dokmotforslag"), "motforslag")
    for point in objects_of(status.get("dokutskottsforslag"), "utskottsforslag"):
        number = _text(point.get("punkt")) or ""
        if not _is_number(number):
            continue
        division = _text(point.get("votering_id"))
        beside = [one for one in counters if one.get("utskottsforslag_punkt") == number]
        said = {**point, OF_DOCUMENT: id_, COUNTER: beside}
        entry = json_entry(f"{POINT}/{point_id(id_, number)}", said, url=url, at=at)
        yield entry, division.upper() if division and _is_guid(division) else None


def point_id(id_: str, number: str) -> str:
    """Return the id of a report's point: `H101AU2p16`."""
    return f"{id_}p{number}"


def division_entry(
    division: str, point: str, votes: Sequence[Mapping[str, Any]], *, url: str, at: str
) -> RecordEntry:
    """Return the entry of all votes of a division."""
    said = {"votering": list(votes), OF_POINT: point}
    return json_entry(f"{DIVISION}/{division}", said, url=url, at=at)


def withdrawals(
    records: Iterable[str], *, url: str, at: str, reason: str, answer: str
) -> Iterator[RecordEntry]:
    """Yield the entries of what is not served any more; the answer is the evidence."""
    for record in records:
        yield RecordEntry(
            id=record,
            state="withdrawn",
            observed_at=at,
            fingerprint=hashlib.sha256(f"withdrawn {record}".encode()).hexdigest(),
            url=url,
            media_type="text/plain",
            raw=answer,
            reason=reason,
        )


def record_of(category: str, document: Mapping[str, Any], id_: str) -> str:
    """Return the record of a document: its own type counts, before that of the list."""
    kind = _text(document.get("doktyp"))
    named = _text(document.get("dok_id")) or ""
    name = named if is_id(named) and named.lower() == id_.lower() else id_
    return f"{kind if kind in values.KINDS else category}/{name}"


def _unique(name: str, names: set[str]) -> str:
    candidate, n = name, 1
    while candidate in names:
        n += 1
        candidate = f"{name}-{n}"
    names.add(candidate)
    return candidate


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None
