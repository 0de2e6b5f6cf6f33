"""The contract of a source: a Scrapy spider with a reader and options.

A new source is one package with a subclass of `SourceSpider`; `harvester.source.registry` finds it.
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol

from pydantic import BaseModel
from scrapy import Request, Spider

from archive.entries import RecordEntry
from harvester.source.domain import Reading
from harvester.source.files import AsideRow, Held
from harvester.source.parliament import UNKNOWN, Parliament
from harvester.source.questions import Question
from harvester.times import Clock, now

Position = Mapping[str, Any]
"""The cursor of each category of a source, as JSON, by the category's name."""


MOST_ASKED_AGAIN = 20
"""Quarantined responses that a harvest requests again, at most."""
MOST_PAGES = 100_000
"""Pages per category and harvest. The longest first walk takes some 15,000; the next continues."""


@dataclass(frozen=True, slots=True)
class About:
    """Who publishes a source and on what terms; shown on the site and in snapshots."""

    name: str
    """A short name, in a word or two."""
    title: str
    publisher: str
    homepage_url: str
    licence: str
    cadence: str


class Memory(Protocol):
    """What the index knows of a source's records, for spiders that look for withdrawals."""

    def dossiers(self, after: str, most: int) -> Sequence[str]:
        """Return the labels of dossiers after `after`, in code point order."""

    def records_of_dossier(self, label: str) -> Sequence[Held]:
        """Return the records of a dossier that are not withdrawn."""

    def present(self, category: str, prefix: str, after: str, most: int) -> Sequence[str]:
        """Return ids of a category's records that are not withdrawn, without the category.

        They come in the order of their characters, after `after`. `prefix` is what they begin with:
        a source that lists its records by session or kind compares one such list at a time.
        """

    def replaced(self) -> Sequence[str]:
        """Return the dossiers of provisional records that a final record has replaced."""

    def official_ids(self, prefix: str, after: str, most: int) -> Sequence[str]:
        """Return official ids that other sources state and no record of this source does.

        They come in the order of their characters, after `after`. For a source that holds copies
        of what others publish, and is asked for them by name.
        """

    def recent_official_ids(self, prefix: str, since: str, most: int) -> Sequence[str]:
        """Return such ids of papers published since a day (`YYYY-MM-DD`), the newest first."""

    def asides(self) -> Sequence[AsideRow]:
        """Return the quarantined items, oldest first."""


class NoMemory:
    """The memory of a new archive."""

    def dossiers(self, after: str, most: int) -> Sequence[str]:
        """Return nothing."""
        return ()

    def records_of_dossier(self, label: str) -> Sequence[Held]:
        """Return nothing."""
        return ()

    def present(self, category: str, prefix: str, after: str, most: int) -> Sequence[str]:
        """Return nothing."""
        return ()

    def replaced(self) -> Sequence[str]:
        """Return nothing."""
        return ()

    def official_ids(self, prefix: str, after: str, most: int) -> Sequence[str]:
        """Return nothing."""
        return ()

    def recent_official_ids(self, prefix: str, since: str, most: int) -> Sequence[str]:
        """Return nothing."""
        return ()

    def asides(self) -> Sequence[AsideRow]:
        """Return nothing."""
        return ()


def to_ask_again(
    memory: Memory, moment: datetime, most: int = MOST_ASKED_AGAIN
) -> list[tuple[str, str]]:
    """Return category and address of responses with quarantined items, to request again.

    A source that repairs a record in place does not publish it again, so only a new request finds
    out. If there are more than `most`, harvests take turns.
    """
    addresses = list(dict.fromkeys((row.category, row.url) for row in memory.asides() if row.url))
    if not addresses:
        return []
    first = int(moment.timestamp() // 3600) * most % len(addresses)
    return [*addresses[first:], *addresses[:first]][:most]


@dataclass(frozen=True, slots=True)
class Politeness:
    """Limits that a source asks for; settings may be stricter, never laxer."""

    delay_s: float = 0.0
    """Least delay between two requests to one host, in seconds."""
    connections_per_host: int | None = None
    """Most connections; None leaves it to the settings."""


class SourceSpider(Spider, ABC):
    """Walk one official source from a position and yield `Step`s and `Failure`s.

    Subclasses set `name`, `about`, `Options` and `read`. A spider reports what it saw and where it
    is; the journal decides what is new.
    """

    about: ClassVar[About]
    Options: ClassVar[type[BaseModel]]
    parliament: ClassVar[Parliament] = UNKNOWN
    is_opt_in: ClassVar[bool] = False
    """Harvested only where the settings have a section for it; others also where there is none."""

    @staticmethod
    @abstractmethod
    def read(entry: RecordEntry) -> Reading:
        """Turn one of the source's records into rows; pure (`harvester.source.domain.Reader`)."""

    def __init__(
        self,
        *,
        options: BaseModel,
        position: Position,
        since: datetime | None = None,
        memory: Memory | None = None,
        clock: Clock = now,
        **kwargs: Any,
    ) -> None:
        """Create a spider for one walk.

        Args:
            options: an instance of `Options`.
            position: where the last harvest ended; empty on a new archive.
            since: an aware datetime; begin with what was published then.
            memory: the known records; None on a new archive.
            clock: returns the present.
        """
        super().__init__(**kwargs)
        self.options = options
        self.position = dict(position)
        self.since = since
        self.memory = NoMemory() if memory is None else memory
        self.clock = clock

    @abstractmethod
    def start(self) -> AsyncIterator[Request]:
        """Yield the first requests."""

    @classmethod
    @abstractmethod
    def hosts(cls, options: BaseModel) -> frozenset[str]:
        """Return the only `host[:port]`s that requests may go to."""

    @classmethod
    def politeness(cls, options: BaseModel) -> Politeness:
        """Return the limits that this source asks for; none by default."""
        return Politeness()

    @classmethod
    def is_withdrawal(cls, words: str) -> bool:
        """Tell whether these words of a file are a notice that its paper was withdrawn."""
        return False

    @classmethod
    def questions(cls, options: BaseModel) -> Sequence[Question]:
        """Return what `griffie doctor SOURCE` asks, some ten requests; none by default."""
        return ()

    @classmethod
    def wanted_files(cls, options: BaseModel) -> frozenset[str] | None:
        """Return the names of the files to fetch; None fetches all that a record offers."""
        return None
