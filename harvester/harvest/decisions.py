"""Write decisions of people to a log: takedowns, and what becomes of held harvests."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from archive.archive import Archive
from archive.canonical import JSON
from archive.entries import Entry
from archive.stores import Lease
from harvester.harvest.ids import harvest_id
from harvester.index import Index
from harvester.times import Clock, now, to_text


@dataclass(frozen=True, slots=True)
class DecisionWriter:
    """Writes one decision at a time to the log of a source, and applies it to the index.

    The caller holds the source's lock and lease, and has caught up.
    """

    archive: Archive
    index: Index
    lease: Lease | None = None
    clock: Clock = now

    def write(
        self, source: str, make: Callable[[str], Entry], checkpoint: Mapping[str, JSON]
    ) -> None:
        """Write the entry that `make` returns for the present time.

        Raises:
            LogConflict: someone else wrote to the log; nothing was done.
        """
        moment = self.clock()
        log = self.archive.log(source, self.lease)
        segment = log.append(
            [make(to_text(moment))],
            checkpoint,
            after=self.index.applied(source),
            harvest=harvest_id(moment, source),
            written_at=to_text(moment),
        )
        self.index.apply(segment, log)
        self.index.refresh()
