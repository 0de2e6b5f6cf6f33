"""An archive with ten letters, its index, and harvests over it that are judged."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive.archive import Archive
from archive.entries import RecordEntry, Verdict
from harvester.harvest.baseline import Plausible
from harvester.harvest.decisions import DecisionWriter
from harvester.harvest.holds import decide, find_held
from harvester.harvest.journal import HarvestName, Journal, JournalRules
from harvester.index import Hold, Index, compare, rebuild
from harvester.progress import Silent
from harvester.settings.service import ExpectSettings
from harvester.source.steps import Step
from tests.unit.index.makers import HARVEST, READERS, SOURCE, TIME, document, select, withdrawn

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
STRICT = ExpectSettings(most_withdrawn_percent=20, most_changed_percent=40, never_held=1)
TEN = [f"d{n}" for n in range(10)]


class House:
    """An archive with ten letters that were harvested before, and its index."""

    most_new: Plausible | None = None
    """How many new records are plausible of a harvest."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.archive = Archive.create(folder / "archive", TIME)
        self.path = folder / "index.sqlite"
        self.index = Index.open(self.path, READERS)
        self.harvest(*map(document, TEN), position=1)

    def journal(self, harvest: str = HARVEST) -> Journal:
        return Journal(
            self.archive, self.index, HarvestName(SOURCE, harvest),
            JournalRules(7, STRICT, lambda: self.most_new), clock=lambda: NOW,
        )  # fmt: skip

    def harvest(self, *entries: RecordEntry, position: int, harvest: str = HARVEST) -> Any:
        journal = self.journal(harvest)
        for entry in entries:
            journal.take_step(Step("Thing", (entry,), position))
        reasons = journal.conclude()
        self.index.refresh()
        return reasons

    def decide(self, verdict: Verdict, hold: Hold | None = None) -> None:
        """Decide about a hold; without one, about the one that is open."""
        hold = hold or find_held(self.index, SOURCE)
        writer = DecisionWriter(self.archive, self.index, clock=lambda: NOW)
        decide(writer, hold, verdict, "so", "test")

    def present(self) -> int:
        rows = select(self.index, "SELECT count(*) FROM paper WHERE NOT is_withdrawn")
        return int(rows[0][0])

    def kinds(self) -> list[list[str]]:
        """Of each segment, what its entries are."""
        return [
            [type(entry).__name__.removesuffix("Entry") for entry in segment.entries]
            for segment in self.archive.log(SOURCE).read()
        ]

    def differences(self) -> list[str]:
        """Compare with an index that is made anew, and with one that follows."""
        self.index.refresh()
        made, followed = self.folder / "made.sqlite", self.folder / "followed.sqlite"
        made.unlink(missing_ok=True)
        rebuild(self.archive, made, READERS, progress=Silent())
        follower = Index.open(followed, READERS)
        follower.catch_up(self.archive.log(SOURCE))
        follower.close()
        return [str(d) for other in (made, followed) for d in compare(self.path, other)]


@contextmanager
def new_house(folder: Path) -> Iterator[House]:
    """Make one, and close its index."""
    made = House(folder)
    try:
        yield made
    finally:
        made.index.close()


def gone(*ids: str) -> list[RecordEntry]:
    """Make the observations that letters are withdrawn."""
    return [withdrawn(id_) for id_ in ids]
