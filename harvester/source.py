"""What a source is to the harvester: a Scrapy spider with a reader and options of its own.

A new source is one package under `spiders/` with a subclass of `SourceSpider`; Scrapy's spider
loader finds it, nothing is registered.
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from pydantic import BaseModel, ValidationError
from scrapy import Request, Spider
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from archive.entries import RecordEntry
from harvester.domain import Reader, Reading
from harvester.errors import ConfigurationError
from harvester.settings import explain

Position = Mapping[str, Any]
"""Where each category of a source continues: category name -> the source's own cursor (JSON)."""


@dataclass(frozen=True, slots=True)
class About:
    """Who publishes a source and on what terms; shown on the site and in snapshots."""

    title: str
    publisher: str
    homepage_url: str
    licence: str
    cadence: str


class SourceSpider(Spider, ABC):
    """Walk one official source from a position and yield `Step`s and `Failure`s.

    Subclasses set `name`, `about`, `Options` and `read`. A spider never decides what is new:
    it says what it saw and where it is; the journal does the rest.
    """

    about: ClassVar[About]
    Options: ClassVar[type[BaseModel]]

    @staticmethod
    @abstractmethod
    def read(entry: RecordEntry) -> Reading:
        """Turn one of the source's records into rows; pure (`harvester.domain.Reader`)."""

    def __init__(
        self,
        *,
        options: BaseModel,
        position: Position,
        since: datetime | None = None,
        **kwargs: Any,
    ) -> None:
        """Take the source's section of `griffie.toml`, the position, and where to begin.

        Args:
            options: an instance of `Options`.
            position: what the last harvest left; empty on a new archive.
            since: an aware datetime; start at what the source published from then on.
        """
        super().__init__(**kwargs)
        self.options = options
        self.position = dict(position)
        self.since = since

    @abstractmethod
    def start(self) -> AsyncIterator[Request]:
        """Yield the first requests."""

    @classmethod
    @abstractmethod
    def hosts(cls, options: BaseModel) -> frozenset[str]:
        """Return the `host[:port]`s that this source names; no request goes elsewhere."""


def load_sources() -> dict[str, type[SourceSpider]]:
    """Find every source under `spiders/`, by name."""
    loader = _loader()
    found = (loader.load(name) for name in loader.list())
    return {cls.name: cls for cls in found if issubclass(cls, SourceSpider)}


def readers(sources: Mapping[str, type[SourceSpider]]) -> dict[str, Reader]:
    """Return what turns each source's records into rows, for the index."""
    return {name: spider.read for name, spider in sources.items()}


def payload_spider() -> type[Spider]:
    """Find the spider that fetches files of any source."""
    found: type[Spider] = _loader().load("payloads")
    return found


def _loader() -> SpiderLoader:
    return SpiderLoader.from_settings(Settings({"SPIDER_MODULES": ["spiders"]}))


def source_named(name: str, sources: Mapping[str, type[SourceSpider]]) -> type[SourceSpider]:
    """Return the spider of a source.

    Raises:
        ConfigurationError: no such source; the message lists those there are.
    """
    if name not in sources:
        known = ", ".join(sorted(sources))
        raise ConfigurationError(f"there is no source {name!r}; the sources are: {known}")
    return sources[name]


def source_options(
    spider: type[SourceSpider], values: Mapping[str, Any], origin: str = "settings"
) -> BaseModel:
    """Read a source's section of the settings, which came from `origin`.

    Raises:
        ConfigurationError: an unknown key or a bad value.
    """
    try:
        return spider.Options(**values)
    except ValidationError as error:
        section = f"sources.{spider.name}"
        raise ConfigurationError(explain(error, origin, section)) from error
