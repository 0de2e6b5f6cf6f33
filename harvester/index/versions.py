"""The versions of a paper at one source: a pure fold over what happened there, in log order.

A version opens when the record changes, is withdrawn or comes back, and when another file comes
although the latest version has its own already. A file that comes after the record's change is
that version's file, whether or not its bytes are new: metadata and bytes are published apart
from each other (sources/tweedekamer.md 1.6).

Several documents of a source may tell one history: first a provisional record and then the final
one (sources/officielepublicaties.md 1.8), or a record that was withdrawn and the one under which
the paper was issued again. A document's earlier words join the history at the moment when it began
to hold the paper's official id, so what was numbered before keeps its number (`claims.py`). That
a document vanishes while another one stands is no event of the paper's.
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
        self._is_provisional = False
        """Whether the latest version is of a provisional record."""
        self._held: dict[str, str] = {}
        """The digests of the latest version's files, by name."""

    def take_record(self, event: RecordEvent) -> None:
        document, state = event.document, event.state
        if state == "withdrawn":
            self._present.discard(document)
            if not self.versions or self._present:
                return
        else:
            self._present.add(document)
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


# Events in the index ------------------------------------------------------------------------------

TOLD = """
CREATE TEMP TABLE told (
  paper TEXT, source TEXT, document_key INTEGER, after INTEGER, since INTEGER, until INTEGER,
  PRIMARY KEY (paper, source, document_key, since)
) WITHOUT ROWID;
"""
"""Which documents tell a history: from a segment (not counting `after`) to another."""
EVENTS = """
SELECT t.paper, t.source, max(r.segment, t.since) AS place, r.segment <= t.since AS joins,
       r.segment, r.line, t.document_key, 'record', d.is_provisional, r.state, r.observed_at,
       r.updated, NULL, NULL, NULL, NULL
  FROM temp.told AS t JOIN document AS d ON d.key = t.document_key
  JOIN record_version AS r ON r.key = t.document_key
 WHERE r.segment > t.after AND (t.until IS NULL OR r.segment <= t.until)
UNION ALL
SELECT t.paper, t.source, max(f.segment, t.since), f.segment <= t.since, f.segment, f.line,
       t.document_key, 'file', f.name, f.sha256, f.size_bytes, f.media_type, f.retrieved_at, f.url,
       f.declared_media_type, f.declared_size_bytes
  FROM temp.told AS t JOIN retrieval AS f ON f.record_key = t.document_key
 WHERE f.sha256 IS NOT NULL AND f.error IS NULL
   AND f.segment > t.after AND (t.until IS NULL OR f.segment <= t.until)
UNION ALL
SELECT t.paper, t.source, t.until, 0, 1 << 40, 0, t.document_key, 'left', NULL, NULL, NULL, NULL,
       NULL, NULL, NULL, NULL
  FROM temp.told AS t WHERE t.until IS NOT NULL
 ORDER BY 1, 2, 3, 4, 5, 6
"""
"""What happened, by paper and source, in order.

What a document said up to the segment in which it came stands at the end of that segment.
"""


def event_of(row: tuple[Any, ...]) -> Event:
    """Read a row of `EVENTS`."""
    segment, line, document, kind, *values = row[4:]
    if kind == "record":
        return RecordEvent(segment, line, document, *values[:4])
    if kind == "file":
        return FileEvent(segment, line, document, *values)
    return LeftEvent(document)
