"""The versions of a paper at one source: a pure fold over what happened there, in log order.

A version opens when the record changes, is withdrawn or comes back, and when another file comes
although the latest version has its own already. A file that comes after the record's change is
that version's file, whether or not its bytes are new: sources publish metadata and bytes apart
from each other.

Several documents of a source may tell one history: first a provisional record and then the final
one, or a record that was withdrawn and the one under which the paper was issued again. A document's
earlier words join the history at the moment when it began to hold the paper's official id, so what
was numbered before keeps its number (`claims.py`). That a document vanishes while another one
stands is no event of the paper's, nor is what a provisional record says while a final one stands.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple


class RecordEvent(NamedTuple):
    """A record got another state."""

    segment: int
    line: int
    document: int
    is_provisional: int
    state: str
    observed_at: str
    updated: str | None


class LeftEvent(NamedTuple):
    """A document does not hold the paper's official id any more."""

    document: int


class FileEvent(NamedTuple):
    """A file of a record was fetched."""

    segment: int
    line: int
    document: int
    name: str
    sha256: str
    size_bytes: int
    media_type: str | None
    retrieved_at: str
    url: str
    declared_media_type: str | None
    declared_size_bytes: int | None
    declared_digest: str | None = None
    digest_agrees: int | None = None


Event = RecordEvent | FileEvent | LeftEvent


class Version(NamedTuple):
    """One version, numbered from 1."""

    version: int
    document: int
    state: str
    reason: str
    """`published`, `changed`, `typeset`, `reissued`, `file replaced`, `withdrawn`, `restored`."""
    opened_at: str
    source_updated: str | None
    segment: int
    """Of the source's log, where what opened this version stands."""
    line: int


class VersionFile(NamedTuple):
    """The file of a version."""

    version: int
    file: FileEvent


def fold(events: Iterable[Event]) -> tuple[list[Version], list[VersionFile]]:
    """Return the versions and their files; none before a record was first present."""
    history = _History()
    for event in events:
        if isinstance(event, RecordEvent):
            history.take_record(event)
        elif isinstance(event, FileEvent):
            history.take_file(event)
        else:
            history.leave(event)
    return history.versions, history.files


class _History:
    def __init__(self) -> None:
        self.versions: list[Version] = []
        self.files: list[VersionFile] = []
        self._present: set[int] = set()
        self._finals: set[int] = set()
        self._is_provisional = False
        """Whether the latest version is of a provisional record."""
        self._held: dict[str, str] = {}
        """The digests of the latest version's files, by name."""

    def take_record(self, event: RecordEvent) -> None:
        document, state = event.document, event.state
        is_superseded = bool(event.is_provisional) and bool(self._finals & self._present)
        if not event.is_provisional:
            self._finals.add(document)
        if state == "withdrawn":
            self._present.discard(document)
            if not self.versions or self._present:
                return
        else:
            self._present.add(document)
            if is_superseded:
                return  # a final record says what the paper is now
        reason = self._reason(document, state)
        self._open(event, state, reason, event.observed_at, event.updated)
        self._is_provisional = bool(event.is_provisional)
        self._held = {}

    def leave(self, event: LeftEvent) -> None:
        self._present.discard(event.document)

    def take_file(self, event: FileEvent) -> None:
        if not self.versions or self._held.get(event.name) == event.sha256:
            return
        last = self.versions[-1]
        if event.document != last.document:
            self._take_late_file(event)
            return
        if event.name in self._held:
            self._open(event, last.state, "file replaced", event.retrieved_at, None)
            # Its other files are what they were.
            self.files += [
                VersionFile(last.version + 1, f.file)
                for f in self.files
                if f.version == last.version and f.file.name != event.name
            ]
        self.files.append(VersionFile(len(self.versions), event))
        self._held[event.name] = event.sha256

    def _take_late_file(self, event: FileEvent) -> None:
        """Give a file of a record that another one followed to that record's last version."""
        mine = [v.version for v in self.versions if v.document == event.document]
        taken = {(f.version, f.file.name) for f in self.files}
        if mine and (mine[-1], event.name) not in taken:
            self.files.append(VersionFile(mine[-1], event))

    def _open(
        self,
        event: RecordEvent | FileEvent,
        state: str,
        reason: str,
        opened_at: str,
        updated: str | None,
    ) -> None:
        number, place = len(self.versions) + 1, (event.segment, event.line)
        version = Version(number, event.document, state, reason, opened_at, updated, *place)
        self.versions.append(version)

    def _reason(self, document: int, state: str) -> str:
        if not self.versions:
            return "published"
        last = self.versions[-1]
        if state == "withdrawn":
            return "withdrawn"
        if document != last.document:
            return "typeset" if self._is_provisional else "reissued"
        return "restored" if last.state == "withdrawn" else "changed"


# Who tells a history -----------------------------------------------------------------------------

OF_ID = "claim, source, document_key, after, since, until FROM holding"
"""Columns and table of the history of an official id: of all documents that ever held it."""


def of_documents(documents: str) -> str:
    """Return the query for who tells the histories that are shown under documents' own names.

    A document that was the first to hold an official id was shown with the history of that id
    from then on, until it left that paper; then with its own again. So what is shown under a
    name only ever grows.

    Args:
        documents: a query for paper, source, document_key.
    """
    return f"""
WITH own AS MATERIALIZED (
  SELECT f.paper, f.source, f.document_key, h.claim, h.until, h.left
    FROM ({documents}) AS f
    LEFT JOIN holding AS h ON h.document_key = f.document_key
         AND h.since = (SELECT min(since) FROM holding WHERE document_key = f.document_key)
         AND h.document_key = (SELECT o.document_key FROM holding AS o
                               WHERE o.claim = h.claim AND o.source = h.source
                               ORDER BY o.since, (SELECT id FROM record WHERE key = o.document_key)
                                LIMIT 1))
SELECT paper, source, document_key, 0, 0, NULL FROM own WHERE claim IS NULL
UNION ALL
SELECT w.paper, w.source, o.document_key, o.after, o.since,
       CASE WHEN w.left IS NULL THEN o.until ELSE min(coalesce(o.until, w.left), w.left) END
  FROM own AS w JOIN holding AS o ON o.claim = w.claim AND o.source = w.source
 WHERE w.left IS NULL OR o.since < w.left
UNION ALL
SELECT paper, source, document_key, until, left, NULL FROM own WHERE left IS NOT NULL
"""


# Events in the index ------------------------------------------------------------------------------


def events(told: str) -> str:
    """Return the query for what happened to papers, by paper and source, in order.

    What a document said up to the segment in which it joined a history stands at the end of
    that segment. `event_of` reads a row.

    Args:
        told: a query for who tells the histories: paper, source, document_key, and the segments
            `after` which, `since` which and `until` which it does (`holding` in schema.sql).
    """
    return f"""
WITH told (paper, source, document_key, after, since, until) AS MATERIALIZED ({told})
SELECT t.paper, t.source, max(r.segment, t.since) AS place, r.segment <= t.since AS joins,
       r.segment, r.line, t.document_key, 'record', d.is_provisional, r.state, r.observed_at,
       r.updated, NULL, NULL, NULL, NULL, NULL, NULL
  FROM told AS t CROSS JOIN document AS d ON d.key = t.document_key
  CROSS JOIN record_version AS r ON r.key = t.document_key
 WHERE r.segment > t.after AND (t.until IS NULL OR r.segment <= t.until)
UNION ALL
SELECT t.paper, t.source, max(f.segment, t.since), f.segment <= t.since, f.segment, f.line,
       t.document_key, 'file', f.name, f.sha256, f.size_bytes, f.media_type, f.retrieved_at, f.url,
       f.declared_media_type, f.declared_size_bytes, f.declared_digest, f.digest_agrees
  FROM told AS t CROSS JOIN retrieval AS f ON f.record_key = t.document_key
 WHERE f.sha256 IS NOT NULL AND f.error IS NULL
   AND f.segment > t.after AND (t.until IS NULL OR f.segment <= t.until)
UNION ALL
SELECT t.paper, t.source, t.until, 0, 1 << 40, 0, t.document_key, 'left', NULL, NULL, NULL, NULL,
       NULL, NULL, NULL, NULL, NULL, NULL
  FROM told AS t WHERE t.until IS NOT NULL
 ORDER BY 1, 2, 3, 4, 5, 6
"""


def event_of(row: tuple[Any, ...]) -> Event:
    """Read a row of `events`."""
    segment, line, document, kind, *values = row[4:]
    if kind == "record":
        return RecordEvent(segment, line, document, *values[:4])
    if kind == "file":
        return FileEvent(segment, line, document, *values)
    return LeftEvent(document)
