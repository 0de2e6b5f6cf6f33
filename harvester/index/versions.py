"""The versions of a paper: a pure fold over what happened to its document, in log order.

A version opens when the record changes, is withdrawn or comes back, and when another file comes
although the latest version has its own already. A file that comes after the record's change is
that version's file, whether or not its bytes are new: metadata and bytes are published apart
from each other (sources/tweedekamer.md 1.6).
"""

from collections.abc import Iterable
from typing import NamedTuple


class RecordEvent(NamedTuple):
    """The record got another state."""

    state: str
    observed_at: str
    updated: str | None


class FileEvent(NamedTuple):
    """A file of the record was fetched."""

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
    state: str
    reason: str
    """`published`, `changed`, `file replaced`, `withdrawn` or `restored`."""
    opened_at: str
    source_updated: str | None


class VersionFile(NamedTuple):
    """The file of a version."""

    version: int
    file: FileEvent


def fold(events: Iterable[Event]) -> tuple[list[Version], list[VersionFile]]:
    """Return a document's versions and their files; none before it was first present."""
    versions: list[Version] = []
    files: list[VersionFile] = []
    held: dict[str, str] = {}
    """The digests of the latest version's files, by name."""
    for event in events:
        number = len(versions)
        if isinstance(event, RecordEvent):
            if not versions and event.state == "withdrawn":
                continue
            reason = _reason(versions[-1].state if versions else None, event.state)
            versions.append(
                Version(number + 1, event.state, reason, event.observed_at, event.updated)
            )
            held = {}
            continue
        if not versions or held.get(event.name) == event.sha256:
            continue
        if event.name in held:
            last = versions[-1]
            versions.append(
                Version(number + 1, last.state, "file replaced", event.retrieved_at, None)
            )
            # Its other files are what they were.
            files += [
                VersionFile(number + 1, f.file)
                for f in files
                if f.version == number and f.file.name != event.name
            ]
        files.append(VersionFile(len(versions), event))
        held[event.name] = event.sha256
    return versions, files


def _reason(before: str | None, after: str) -> str:
    if before is None:
        return "published"
    if after == "withdrawn":
        return "withdrawn"
    return "restored" if before == "withdrawn" else "changed"
