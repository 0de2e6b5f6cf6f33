"""A base class for spiders of JSON APIs whose pages link to the next one."""

import json
from abc import abstractmethod
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from scrapy import Request
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Response

from archive.entries import RecordEntry
from harvester.source.answers import EXCERPT_BYTES, excerpt_of, given_up
from harvester.source.spider import SourceSpider
from harvester.source.steps import Failure, Step
from harvester.times import to_text


@dataclass(frozen=True, slots=True)
class JsonPage:
    """One page of a category, as the source sent it."""

    records: Sequence[Any]
    cursor: Any
    """The cursor of the next page; equal to the requested cursor when the walk has caught up."""


class NotAPage(ValueError):
    """The response is not a page of this API; the message says why."""


class JsonPagesSpider(SourceSpider):
    """Walk each category page by page, from where the last harvest stopped.

    A category ends at a page without a next one, where the next harvest continues. A response that
    is no page is retried as the settings say, then reported; the other categories continue.
    """

    categories: ClassVar[tuple[str, ...]]

    @abstractmethod
    def page_url(self, category: str, cursor: Any) -> str:
        """Return the address of a page; the cursor is None at the beginning of a first walk."""

    @abstractmethod
    def page_of(self, answer: Mapping[str, Any]) -> JsonPage:
        """Read a response.

        Raises:
            NotAPage: the response is not a page of this API.
        """

    @abstractmethod
    def entry_of(self, category: str, record: Mapping[str, Any], at: str) -> RecordEntry:
        """Make the entry of one record of a page, observed at `at` (UTC time text).

        Raises:
            KeyError, TypeError, ValueError: the record is invalid; it is reported, and the other
                records of the page are taken.
        """

    def __init__(self, **kwargs: Any) -> None:
        """Create the spider; arguments as for every `SourceSpider`."""
        super().__init__(**kwargs)
        self._asked: set[str] = set()

    async def start(self) -> AsyncIterator[Request]:
        """Request the first page of each category."""
        for category in self.categories:
            yield self._request(category, self.position.get(category))

    def parse_page(
        self, response: Response, category: str, cursor: Any
    ) -> Iterator[Request | Step | Failure]:
        """Yield a page as one step, then the request for the next one."""
        try:
            page = self._read(response)
        except NotAPage as error:
            assert response.request is not None
            again = get_retry_request(response.request, spider=self, reason=str(error))
            yield again or Failure(category, str(error), response.url, excerpt_of(response))
            return
        entries: list[RecordEntry] = []
        for record in page.records:
            try:
                entries.append(self.entry_of(category, record, to_text(self.clock())))
            except (KeyError, TypeError, ValueError) as error:
                reason = f"record left out: {type(error).__name__}: {error}"
                yield Failure(category, reason, response.url, str(record)[:EXCERPT_BYTES])
        yield Step(category, tuple(entries), page.cursor)
        if page.cursor == cursor:
            return
        if self._key(category, page.cursor) in self._asked:
            yield Failure(category, f"the pages lead back to {page.cursor!r}", response.url)
            return
        yield self._request(category, page.cursor)

    def _read(self, response: Response) -> JsonPage:
        try:
            answer = json.loads(response.body)
        except ValueError as error:
            raise NotAPage(f"not JSON: {error}") from error
        if not isinstance(answer, dict):
            raise NotAPage("not a JSON object")
        return self.page_of(answer)

    def _request(self, category: str, cursor: Any) -> Request:
        self._asked.add(self._key(category, cursor))
        return Request(
            self.page_url(category, cursor),
            callback=self.parse_page,
            errback=given_up,
            cb_kwargs={"category": category, "cursor": cursor},
            # Every harvest requests the last page of a category again.
            dont_filter=True,
        )

    @staticmethod
    def _key(category: str, cursor: Any) -> str:
        return json.dumps([category, cursor])
