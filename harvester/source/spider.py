"""What a source is to the harvester: a Scrapy spider with a reader and options of its own.

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
from harvester.times import Clock, now

Position = Mapping[str, Any]
"""Where each category of a source continues: category name -> the source's own cursor (JSON)."""


MOST_ASKED_AGAIN = 20
"""Answers that a harvest asks for again because something of them was put aside."""
MOST_PAGES = 100_000
"""Of a category in one harvest. Its longest first walk takes some 15,000; the next goes on."""


@dataclass(frozen=True, slots=True)
class About:
    """Who publishes a source and on what terms; shown on the site and in snapshots."""

    name: str
    """In a word or two, as a reader would say it."""
    title: str
    publisher: str
    homepage_url: str
    licence: str
    cadence: str


class Memory(Protocol):
    """What is known of a source's records, for spiders that must find out what is gone."""

    def dossiers(self, after: str, most: int) -> Sequence[str]:
        """Return the labels of dossiers that follow `after`, in the order of their characters."""

    def records_of_dossier(self, label: str) -> Sequence[Held]:
        """Return the records of a dossier that are not withdrawn."""

    def present(self, category: str, prefix: str, after: str, most: int) -> Sequence[str]:
        """Return ids of a category's records that are not withdrawn, without the category.

        They come in the order of their characters, after `after`. `prefix` is what they begin with:
        a source that lists its records by session or kind compares one such list at a time.
        """

    def replaced(self) -> Sequence[str]:
        """Return the dossiers of provisional records whose papers came under their final id."""

    def asides(self) -> Sequence[AsideRow]:
        """Return what was put aside and is not over, the oldest first."""


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

    def asides(self) -> Sequence[AsideRow]:
        """Return nothing."""
        return ()


def to_ask_again(
    memory: Memory, moment: datetime, most: int = MOST_ASKED_AGAIN
) -> list[tuple[str, str]]:
    """Return category and address of answers of which something is put aside, to ask again.

    A source that is mended in place publishes nothing anew: only asking again finds that out.
    Where there are more than `most`, each harvest asks for others.
    """
    addresses = list(dict.fromkeys((row.category, row.url) for row in memory.asides() if row.url))
    if not addresses:
        return []
    first = int(moment.timestamp() // 3600) * most % len(addresses)
    return [*addresses[first:], *addresses[:first]][:most]


@dataclass(frozen=True, slots=True)
class Politeness:
    """How a source wants to be asked; settings may be more polite, never less."""

    delay_s: float = 0.0
    """At least so long between two requests to one host."""
    connections_per_host: int | None = None
    """At most so many; None: as the settings say."""


class SourceSpider(Spider, ABC):
    """Walk one official source from a position and yield `Step`s and `Failure`s.

    Subclasses set `name`, `about`, `Options` and `read`. A spider never decides what is new:
    it says what it saw and where it is; the journal does the rest.
    """

    about: ClassVar[About]
    Options: ClassVar[type[BaseModel]]
    parliament: ClassVar[Parliament] = UNKNOWN

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
        """Take the source's section of `griffie.toml`, the position, and where to begin.

        Args:
            options: an instance of `Options`.
            position: what the last harvest left; empty on a new archive.
            since: an aware datetime; start at what the source published from then on.
            memory: which records are known; None on a new archive.
            clock: tells the present.
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
        """Return the `host[:port]`s that this source names; no request goes elsewhere."""

    @classmethod
    def politeness(cls, options: BaseModel) -> Politeness:
        """Say how this source wants to be asked; by default, as the settings say."""
        return Politeness()

    @classmethod
    def is_withdrawal(cls, words: str) -> bool:
        """Tell whether a file that says this of its state is the notice that its paper is gone."""
        return False

    @classmethod
    def wanted_files(cls, options: BaseModel) -> frozenset[str] | None:
        """Name the files of a record that are to be fetched; None means all that it offers."""
        return None
