"""Walk the Tweede Kamer's SyncFeed, category by category (tweedekamer/README.md 1)."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any, ClassVar, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

from pydantic import BaseModel, ConfigDict, Field
from scrapy import Request
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure as TwistedFailure

from harvester.source.questions import Question
from harvester.source.spider import MOST_PAGES, About, SourceSpider, to_ask_again
from harvester.source.steps import Failure, Step, put_aside
from harvester.times import to_text
from spiders.netherlands.parliament import NETHERLANDS
from spiders.netherlands.tweedekamer import records
from spiders.netherlands.tweedekamer.feed import NotAFeedPage, Page, parse_page, salvage_page
from spiders.netherlands.tweedekamer.questions import questions
from spiders.netherlands.tweedekamer.since import Bisection

Category = Literal[
    "Activiteit", "ActiviteitActor", "Agendapunt", "Besluit", "Commissie",
    "CommissieContactinformatie", "CommissieZetel", "CommissieZetelVastPersoon",
    "CommissieZetelVastVacature", "CommissieZetelVervangerPersoon",
    "CommissieZetelVervangerVacature", "Document", "DocumentActor", "DocumentVersie", "Fractie",
    "FractieZetel", "FractieZetelPersoon", "FractieZetelVacature", "Kamerstukdossier", "Persoon",
    "PersoonContactinformatie", "PersoonGeschenk", "PersoonLoopbaan", "PersoonNevenfunctie",
    "PersoonNevenfunctieInkomsten", "PersoonOnderwijs", "PersoonReis", "Reservering", "Stemming",
    "Toezegging", "Vergadering", "Verslag", "Zaak", "ZaakActor", "Zaal",
]  # fmt: skip
NEEDED: tuple[Category, ...] = (
    "Persoon", "Fractie", "Kamerstukdossier", "Activiteit", "Agendapunt", "Zaak", "ZaakActor",
    "Document", "DocumentVersie", "DocumentActor", "Besluit", "Stemming", "Toezegging",
)  # fmt: skip
REFERENCE: frozenset[Category] = frozenset({"Persoon", "Fractie", "Kamerstukdossier"})
"""Categories that papers and votes refer to: a new archive takes all of them, however old."""
EVERYTHING = "(all)"
"""The category name of failures of the unfiltered feed, which bisection requests."""


class FeedOptions(BaseModel):
    """The section `[sources.tweedekamer]` of `griffie.toml`."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True)

    feed_url: str = Field(
        "https://gegevensmagazijn.tweedekamer.nl/SyncFeed/2.0/Feed", pattern=r"^https?://"
    )
    categories: tuple[Category, ...] = Field(NEEDED, min_length=1)


class TweedeKamerSpider(SourceSpider):
    """Yield a `Step` for each page of each category; a failing category stops alone."""

    name = "tweedekamer"
    parliament = NETHERLANDS
    about = About(
        name="Tweede Kamer",
        title="Tweede Kamer open data (SyncFeed 2.0)",
        publisher="Tweede Kamer der Staten-Generaal",
        homepage_url="https://opendata.tweedekamer.nl",
        licence="CC0-1.0",
        cadence="near real time",
    )
    Options = FeedOptions
    read = staticmethod(records.read)
    options: FeedOptions

    def __init__(self, **kwargs: Any) -> None:
        """Create the spider; arguments as for every `SourceSpider`."""
        super().__init__(**kwargs)
        self._pages: Counter[str] = Counter()

    @classmethod
    def hosts(cls, options: BaseModel) -> frozenset[str]:
        """Return the feed's host, which also serves the enclosures."""
        assert isinstance(options, FeedOptions)
        return frozenset({urlsplit(options.feed_url).netloc})

    @classmethod
    def questions(cls, options: BaseModel) -> Sequence[Question]:
        """Return what the guide expects of the live feed."""
        assert isinstance(options, FeedOptions)
        return questions(options.feed_url)

    async def start(self) -> AsyncIterator[Request]:
        """Begin each category at its position, or search for the token of `since` first."""
        if self.since is not None:
            yield self._probe(Bisection.towards(self.since))
            return
        for category in self.options.categories:
            yield self._page_request(category, self.position.get(category))
        for of, url in to_ask_again(self.memory, self.clock()):
            known = {"category": of, "url": url}
            query = dict(parse_qsl(urlsplit(url).query))
            yield self._request(query, self.parse_again, known)

    def parse_page(
        self, response: Response, category: str, token: int | None
    ) -> Iterator[Request | Step | Failure]:
        """Yield the page as one step, then the request for the next page."""
        page = self._read(response)
        if not isinstance(page, Page):
            yield page if isinstance(page, Request) else Failure(category, *page)
            return
        if page.is_empty:
            # Caught up: the next harvest requests the same address (guide 1.5).
            yield Step(category, (), token)
            return
        stuck = self._why_stuck(category, token, page)
        yield self._step(response, category, page, token if stuck else page.token)
        if stuck:
            yield Failure(category, stuck, response.url)
        else:
            yield self._page_request(category, page.token)

    def parse_again(self, response: Response, category: str, url: str) -> Iterator[Step | Failure]:
        """Yield the new state of a page that had quarantined entries."""
        page = self._read(response, is_patient=False)
        if isinstance(page, Page):
            yield self._step(response, category, page, None, asked_again=url)
        elif not isinstance(page, Request):
            yield Failure(category, *page)

    def _why_stuck(self, category: str, token: int | None, page: Page) -> str | None:
        """Return why there is no next page; None if there is one."""
        self._pages[category] += 1
        if page.token is None:
            return "no entry of the page says where to go on"
        if token is not None and page.token <= token:
            return f"the feed leads back from {token} to {page.token}"
        if self._pages[category] >= MOST_PAGES:
            return f"no end after {MOST_PAGES:,} pages; the next harvest goes on there"
        return None

    def _step(
        self,
        response: Response,
        category: str,
        page: Page,
        cursor: int | None,
        asked_again: str | None = None,
    ) -> Step:
        at = to_text(self.clock())
        asides = (
            put_aside(
                category,
                None if defect.record is None else f"{category}/{defect.record}",
                defect.reason,
                defect.raw,
                url=response.url,
                at=at,
            )
            for defect in page.defects
        )
        unknown = tuple(f"{category}.{what}" for what in page.unknown)
        return Step(
            category, page.observations, cursor, tuple(asides), unknown, asked_again=asked_again
        )

    def parse_probe(
        self, response: Response, search: Bisection
    ) -> Iterator[Request | Step | Failure]:
        """Narrow the search for `since`; at its end, begin the categories there."""
        page = self._read(response)
        if not isinstance(page, Page):
            yield page if isinstance(page, Request) else Failure(EVERYTHING, *page)
            return
        found = search.learn(page.first_updated)
        if not found.is_done:
            yield self._probe(found)
            return
        self.logger.info("entries since %s begin at token %d", self.since, found.low)
        for category in self.options.categories:
            if category in REFERENCE and category not in self.position:
                # Records that others refer to are needed whatever their date: they have the names.
                yield self._page_request(category, None)
                continue
            # Not beyond the position of the category: what lies between would be lost.
            reached = self.position.get(category, found.low)
            yield self._page_request(category, min(found.low, reached))

    def failed(self, failure: TwistedFailure) -> Iterator[Failure]:
        """Report a request that failed after its retries; the other categories continue."""
        request: Request = failure.request  # type: ignore[attr-defined]
        category = request.cb_kwargs.get("category", EVERYTHING)
        error = failure.value
        if isinstance(error, HttpError):
            reason, excerpt = f"HTTP {error.response.status}", _excerpt(error.response)
        else:
            reason, excerpt = f"{type(error).__name__}: {error}", ""
        yield Failure(category, reason, request.url, excerpt)

    def _read(
        self, response: Response, *, is_patient: bool = True
    ) -> Page | Request | tuple[str, str, str]:
        """Return the page, or a request to retry, or the reason for the failure, URL and excerpt.

        A response that is no better after all retries is read entry by entry.
        """
        at = to_text(self.clock())
        try:
            return parse_page(response.body, at)
        except NotAFeedPage:
            assert response.request is not None
            again = get_retry_request(response.request, spider=self, reason="not a feed page")
        if again is not None and is_patient:
            return again
        try:
            return salvage_page(response.body, at)
        except NotAFeedPage as error:
            return str(error), response.url, _excerpt(response)

    def _page_request(self, category: str, token: int | None) -> Request:
        query: dict[str, Any] = {"category": category}
        if token is not None:
            query = {"skiptoken": token, **query}
        return self._request(query, self.parse_page, {"category": category, "token": token})

    def _probe(self, search: Bisection) -> Request:
        return self._request({"skiptoken": search.probe}, self.parse_probe, {"search": search})

    def _request(self, query: dict[str, Any], callback: Any, kwargs: dict[str, Any]) -> Request:
        return Request(
            f"{self.options.feed_url}?{urlencode(query)}",
            callback=callback,
            errback=self.failed,
            cb_kwargs=kwargs,
            # A category that has caught up requests the same address again.
            dont_filter=True,
        )


def _excerpt(response: Response) -> str:
    return response.body[:500].decode("utf-8", "replace")
