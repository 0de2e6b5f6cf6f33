"""A source that sends what a test tells it to, and one harvest of it."""

import json
from collections.abc import AsyncIterator, Sequence, Set
from pathlib import Path
from typing import Any, ClassVar

from pydantic import BaseModel

from archive.archive import Archive
from archive.entries import Entry
from harvester.harvest.context import HarvestContext
from harvester.harvest.parts import Part
from harvester.harvest.report import Report
from harvester.harvest.run import harvest
from harvester.index import Index
from harvester.progress import Silent
from harvester.settings import Settings
from harvester.source.spider import About, SourceSpider
from harvester.source.steps import Failure, Step
from tests.unit.index.makers import HARVEST, READERS, SOURCE, TIME, read


class NoOptions(BaseModel):
    """There is nothing to set."""


class ScriptedSpider(SourceSpider):
    """Yields the items of `script` that are beyond the position."""

    name = SOURCE
    about = About("Testland", "Testland", "Testland", "https://testland.test", "CC0-1.0", "daily")
    Options = NoOptions
    read = staticmethod(read)
    script: ClassVar[Sequence[Step | Failure]] = ()

    async def start(self) -> AsyncIterator[Any]:
        """Yield what is to come; Scrapy takes items from here too."""
        for item in self.script:
            reached = self.position.get(item.category, 0)
            cursor = item.cursor if isinstance(item, Step) else None
            if not isinstance(cursor, int) or cursor > reached:
                yield item

    @classmethod
    def hosts(cls, options: BaseModel) -> frozenset[str]:
        """Return none: nothing is asked for."""
        return frozenset()


class Testland:
    """An archive, its index, and harvests of scripted sources."""

    __test__ = False

    def __init__(self, folder: Path) -> None:
        self.archive = Archive.create(folder / "archive", TIME)
        self.index = Index.open(folder / "index.sqlite", READERS)
        self.settings = Settings()

    def harvest(
        self, *script: Step | Failure, parts: Set[Part] = frozenset({"metadata"})
    ) -> Report:
        """Harvest a source that sends this; no file of it is to be had."""
        spider = type("Scripted", (ScriptedSpider,), {"script": script})
        context = HarvestContext(
            self.settings, self.archive, self.index, spider, NoOptions(), Silent()
        )
        return harvest(context, since=None, parts=parts)

    def add(self, *entries: Entry) -> None:
        """Write entries to the log and the index."""
        log = self.archive.log(SOURCE)
        head = self.index.applied(SOURCE)
        position = self.index.checkpoint(SOURCE)
        segment = log.append(entries, position, after=head, harvest=HARVEST, written_at=TIME)
        self.index.apply(segment, log)
        self.index.refresh()

    def states(self) -> dict[str, str]:
        """The state of each record."""
        return dict(self.index.connection.execute("SELECT id, state FROM record").fetchall())

    def last_report(self) -> dict[str, Any]:
        """The last report in the index."""
        [(report,)] = self.index.connection.execute(
            "SELECT report FROM harvest ORDER BY started_at DESC, id DESC LIMIT 1"
        )
        found: dict[str, Any] = json.loads(report)
        return found

    def held(self) -> set[str]:
        """The records that the index knows."""
        return {id_ for (id_,) in self.index.connection.execute("SELECT id FROM record")}

    def logged(self) -> tuple[set[str], dict[str, Any]]:
        """The records that the log holds, and its checkpoint."""
        ids: set[str] = set()
        checkpoint: dict[str, Any] = {}
        for segment in self.archive.log(SOURCE).read(None):
            ids.update(entry.id for entry in segment.entries if hasattr(entry, "id"))
            checkpoint = dict(segment.checkpoint)
        return ids, checkpoint
