"""What a harvest works with."""

from collections.abc import Callable
from dataclasses import dataclass

from pydantic import BaseModel

from archive.archive import Archive
from archive.stores import Lease
from harvester.index import Index
from harvester.progress import Progress
from harvester.settings import Settings
from harvester.source.spider import SourceSpider
from harvester.times import Clock, now


@dataclass(frozen=True, slots=True)
class HarvestContext:
    """The source, and where its harvest goes.

    The caller holds the source's lock.
    """

    settings: Settings
    archive: Archive
    index: Index
    spider: type[SourceSpider]
    options: BaseModel
    """Of the spider's own `Options`."""
    progress: Progress
    lease: Lease | None = None
    """The right to write, of an archive that others may write."""
    forget_earlier: Callable[[], object] = lambda: None
    """Removes the indexes of earlier days; called when words were taken down."""
    clock: Clock = now

    @property
    def source(self) -> str:
        """The name of the source."""
        return self.spider.name
