"""Query the SRU service, and handle every response that is no page of results."""

from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

from pydantic import BaseModel
from scrapy import Request
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure as TwistedFailure

from harvester.source.spider import MOST_PAGES, Politeness, SourceSpider, to_ask_again
from harvester.source.steps import Failure, Step, put_aside
from harvester.times import to_text
from spiders.netherlands.officielepublicaties import queries
from spiders.netherlands.officielepublicaties.listing import Listing
from spiders.netherlands.officielepublicaties.options import PublicationsOptions
from spiders.netherlands.officielepublicaties.sru import (
    Defect,
    NotAPage,
    Page,
    parse_page,
    salvage_page,
)
from spiders.netherlands.officielepublicaties.windows import DAY
from spiders.netherlands.printed.notices import find_notice

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
Item = Request | Step | Failure


class SruSpider(SourceSpider):
    """A spider that makes one request at a time, each from the response to the last one."""

    Options = PublicationsOptions
    options: PublicationsOptions

    def __init__(self, **kwargs: Any) -> None:
        """Create the spider; the whole harvest counts as of this moment."""
        super().__init__(**kwargs)
        self.begun_at = self.clock()
        self._pages: Counter[str] = Counter()
        self.yesterday = self.begun_at.astimezone(AMSTERDAM).date() - DAY

    @classmethod
    def hosts(cls, options: BaseModel) -> frozenset[str]:
        """Return the service's host, which also serves the files."""
        assert isinstance(options, PublicationsOptions)
        return frozenset({urlsplit(options.sru_url).netloc})

    @classmethod
    def politeness(cls, options: BaseModel) -> Politeness:
        """Make one request at a time, with a pause: parallel requests are reset (guide 1.5)."""
        assert isinstance(options, PublicationsOptions)
        return Politeness(options.delay_s, connections_per_host=1)

    @classmethod
    def is_withdrawal(cls, words: str) -> bool:
        """Recognise the notice that replaces a withdrawn publication (guide 1.8)."""
        return find_notice(words) is not None

    @classmethod
    def wanted_files(cls, options: BaseModel) -> frozenset[str] | None:
        """Return the configured manifestations."""
        assert isinstance(options, PublicationsOptions)
        return frozenset(options.manifestations)

    def request(self, query: str, callback: Any, kwargs: dict[str, Any], looks: int = 1) -> Request:
        """Return the request for the first records of a query.

        `looks` counts how often a page of this listing was requested: a further request waits, like
        a retry.
        """
        return Request(
            queries.search_url(self.options.sru_url, query, self.options.page_records),
            callback=callback,
            errback=self.failed,
            cb_kwargs=kwargs,
            # Every harvest requests the last days again.
            dont_filter=True,
            meta={"retry_times": looks - 1} if looks > 1 else {},
        )

    def page_of(self, response: Response, category: str) -> Page | Request | Failure:
        """Return the page, or a request to retry, or the reason for the failure.

        A response that is no better after all retries is read record by record.
        """
        self._pages[category] += 1
        if self._pages[category] > MOST_PAGES:
            return Failure(category, f"no end after {MOST_PAGES:,} pages", response.url)
        at = to_text(self.clock())
        try:
            return parse_page(response.body, at)
        except NotAPage:
            assert response.request is not None
            again = get_retry_request(response.request, spider=self, reason="not a page of results")
        if again is not None:
            return again
        try:
            return salvage_page(response.body, at)
        except NotAPage as error:
            return Failure(category, str(error), response.url, excerpt_of(response))

    def step(
        self, response: Response, category: str, page: Page, cursor: Any, again: str | None = None
    ) -> Step:
        """Return a page as a step; unreadable records are quarantined, with their own address if
        any."""
        at = to_text(self.clock())
        asides = tuple(
            put_aside(
                category, defect.record, defect.reason, defect.raw,
                url=self._address_of(defect, response), at=at,
            )
            for defect in page.defects
        )  # fmt: skip
        return Step(
            category, page.observations, cursor, asides, asked_again=again, formerly=page.formerly
        )

    def _address_of(self, defect: Defect, response: Response) -> str:
        if defect.record is None:
            return response.url
        query = queries.with_identifier(defect.record.partition("/")[2])
        return queries.search_url(self.options.sru_url, query, self.options.page_records)

    def ask_again(self) -> Iterator[Request]:
        """Request quarantined records again: one repaired in place is on no list of changes."""
        for category, url in to_ask_again(self.memory, self.begun_at):
            query = dict(parse_qsl(urlsplit(url).query)).get("query", "")
            yield self.request(query, self.parse_again, {"category": category, "url": url})

    def parse_again(self, response: Response, category: str, url: str) -> Iterator[Item]:
        """Yield the new state of a response that had quarantined records."""
        page = self.page_of(response, category)
        yield self.step(response, category, page, None, url) if isinstance(page, Page) else page

    def failed(self, failure: TwistedFailure) -> Iterator[Item]:
        """Report a request that failed after its retries."""
        request: Request = failure.request  # type: ignore[attr-defined]
        error = failure.value
        if isinstance(error, HttpError):
            reason, excerpt = f"HTTP {error.response.status}", excerpt_of(error.response)
        else:
            reason, excerpt = f"{type(error).__name__}: {error}", ""
        yield Failure(request.cb_kwargs["category"], reason, request.url, excerpt)


def moved(response: Response, category: str, listing: Listing, page: Page) -> Failure:
    """Report a listing whose pages do not add up after all retries."""
    told = f"{listing.expected} records should be left, and {page.total} are"
    return Failure(category, told, response.url, excerpt_of(response))


def excerpt_of(response: Response) -> str:
    """Return the first bytes of a rejected response, as text."""
    return response.body[:500].decode("utf-8", "replace")
