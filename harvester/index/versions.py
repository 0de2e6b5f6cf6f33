"""The versions of a paper at one source: a pure fold over what happened there, in log order.

A version opens when the record changes, is withdrawn or comes back, and when another file comes
although the latest version has its own already. A file that comes after the record's change is
that version's file, whether or not its bytes are new: metadata and bytes are published apart
from each other (sources/tweedekamer.md 1.6).

A source may publish a paper first under a provisional record and then under its final one
(sources/officielepublicaties.md 1.8): both tell one history. That the first vanishes while the
other stands is no event of the paper's.
"""

from collections.abc import Iterable
from typing import NamedTuple


class RecordEvent(NamedTuple):
    """A record got another state."""

    document: str
    state: str
    observed_at: str
    updated: str | None


class FileEvent(NamedTuple):
    """A file of a record was fetched."""

    document: str
    name: str
    sha256: str
    size_bytes: int
    media_type: str | None
    retrieved_at: str
    url: str
    declared_media_type: str | None
    declared_size_bytes: int | None


Event = RecordEvent | FileEvent


class Version(NamedTuple):
    """One version, numbered from 1."""

    version: int
    document: str
    state: str
    reason: str
    """`published`, `changed`, `typeset`, `file replaced`, `withdrawn` or `restored`."""
    opened_at: str
    source_updated: str | None


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
        else:
            history.take_file(event)
    return history.versions, history.files


class _History:
    def __init__(self) -> None:
        self.versions: list[Version] = []
        self.files: list[VersionFile] = []
        self._present: set[str] = set()
        self._held: dict[str, str] = {}
        """The digests of the latest version's files, by name."""

    def take_record(self, event: RecordEvent) -> None:
        document, state, observed_at, updated = event
        if state == "withdrawn":
            self._present.discard(document)
            if not self.versions or self._present:
                return
        else:
            self._present.add(document)
        self._open(document, state, self._reason(document, state), observed_at, updated)
        self._held = {}

    def take_file(self, event: FileEvent) -> None:
        if not self.versions or self._held.get(event.name) == event.sha256:
            return
        last = self.versions[-1]
        if event.document != last.document:
            self._take_late_file(event)
            return
        if event.name in self._held:
            self._open(last.document, last.state, "file replaced", event.retrieved_at, None)
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
        self, document: str, state: str, reason: str, opened_at: str, updated: str | None
    ) -> None:
        number = len(self.versions) + 1
        self.versions.append(Version(number, document, state, reason, opened_at, updated))

    def _reason(self, document: str, state: str) -> str:
        if not self.versions:
            return "published"
        last = self.versions[-1]
        if state == "withdrawn":
            return "withdrawn"
        if document != last.document:
            return "typeset"
        return "restored" if last.state == "withdrawn" else "changed"
