"""Values for the tests of the archive."""

import hashlib
from pathlib import Path

from archive.archive import Archive
from archive.entries import Declared, Enclosure, Entry, Head, PayloadEntry, RecordEntry, Segment
from archive.log import Log

TIME = "2026-11-23T20:15:09.120Z"


def digest(content: bytes | str) -> str:
    """Return the SHA-256 in hex."""
    return hashlib.sha256(content if isinstance(content, bytes) else content.encode()).hexdigest()


def record(number: int, state: str = "present") -> RecordEntry:
    """Make an observation of record `number`."""
    raw = f'<document id="{number}"><titel>Motie over coördinatie\u2028{number}</titel></document>'
    return RecordEntry(
        id=f"Document/{number}",
        state="withdrawn" if state == "withdrawn" else "present",
        observed_at=TIME,
        fingerprint=digest(raw),
        url=f"https://feed.test/Entiteiten/{number}",
        media_type="application/xml",
        raw=raw,
        updated="2026-11-23T21:15:09+01:00",
        reason="source: verwijderd=true" if state == "withdrawn" else None,
        enclosures=(Enclosure("document", f"https://feed.test/{number}", "application/pdf", 9),),
    )


def payload(number: int, content: bytes) -> PayloadEntry:
    """Make the entry of a fetched payload."""
    return PayloadEntry(
        record=f"Document/{number}",
        name="document",
        url=f"https://feed.test/{number}",
        retrieved_at=TIME,
        status=200,
        sha256=digest(content),
        size_bytes=len(content),
        media_type="application/pdf",
        declared=Declared("application/pdf", len(content), None, None),
        error=None,
    )


def failed_payload(number: int) -> PayloadEntry:
    """Make the entry of a payload that could not be fetched."""
    return PayloadEntry(
        f"Document/{number}", "document", "https://x", TIME, 404, None, None, None, None, "gone"
    )


def put_payload(archive: Archive, content: bytes) -> None:
    """Store a payload."""
    writer = archive.payloads.writer()
    writer.write(content)
    archive.payloads.commit([writer.close()])


def append(log: Log, entries: list[Entry], after: Head | None, position: int = 0) -> Segment:
    """Append a segment with fixed circumstances."""
    checkpoint = {"Document": position}
    return log.append(entries, checkpoint, after=after, harvest="harvest-1", written_at=TIME)


def small_archive(root: Path, segments: int = 4, source: str = "tweedekamer") -> Archive:
    """Make an archive: each segment has three records, a payload and a failure."""
    archive = Archive.create(root, TIME)
    log = archive.log(source)
    head: Head | None = None
    for number in range(1, segments + 1):
        content = f"%PDF-1.7 paper {number} ".encode() * 20
        put_payload(archive, content)
        entries: list[Entry] = [record(number * 10 + place) for place in range(3)]
        entries += [payload(number * 10, content), failed_payload(number * 10 + 1)]
        head = append(log, entries, head, number).head
    return archive
