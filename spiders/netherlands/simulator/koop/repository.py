"""What KOOP holds now: a record and the makings of its files, by identifier."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from spiders.netherlands.simulator.koop.body import Body
from spiders.netherlands.simulator.koop.records import Record


@dataclass(frozen=True, slots=True)
class Entry:
    """A publication as it is served now; `body` gives what its files say when asked.

    `edition` is another one for other bytes.
    """

    record: Record
    body: Callable[[], Body]
    edition: int = 1


class Repository:
    """The publications that are there; one that leaves goes without a trace (1.8)."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self.revision = 0

    def put(self, entry: Entry) -> None:
        """Publish, or replace what has the same identifier."""
        self._entries[entry.record.identifier] = entry
        self.revision += 1

    def remove(self, identifier: str) -> None:
        """Take a publication away."""
        del self._entries[identifier]
        self.revision += 1

    def get(self, identifier: str) -> Entry | None:
        """Return a publication, None if there is none of that name."""
        return self._entries.get(identifier)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)
