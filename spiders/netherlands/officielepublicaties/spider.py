"""Walk KOOP's SRU service by the day of change (officielepublicaties/README.md 1.3-1.8)."""

from collections.abc import AsyncIterator, Iterator, Sequence

from pydantic import BaseModel
from scrapy import Request
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure as TwistedFailure

from harvester.source.questions import Question
from harvester.source.spider import About
from harvester.source.steps import Failure
from harvester.times import now
from spiders.netherlands.officielepublicaties import queries, records
from spiders.netherlands.officielepublicaties.asking import AMSTERDAM, Item, excerpt_of, moved
from spiders.netherlands.officielepublicaties.comparing import ComparingSpider
from spiders.netherlands.officielepublicaties.listing import Listing
from spiders.netherlands.officielepublicaties.options import PublicationsOptions
from spiders.netherlands.officielepublicaties.questions import questions
from spiders.netherlands.officielepublicaties.sru import Page
from spiders.netherlands.officielepublicaties.windows import Place, Window
from spiders.netherlands.parliament import NETHERLANDS

CATEGORY = "publications"
OLD = "sgd"
"""Categories of the walks, one for each product area."""


class OfficielePublicatiesSpider(ComparingSpider):
    """Yield a `Step` for each page of changes; at the present, compare some dossiers."""

    name = "officielepublicaties"
    parliament = NETHERLANDS
    about = About(
        name="Officiële bekendmakingen",
        title="Officiële bekendmakingen (KOOP)",
        publisher="KOOP, for both chambers of the Staten-Generaal",
        homepage_url="https://www.officielebekendmakingen.nl",
        licence="CC0-1.0",
        cadence="every working day",
    )
    read = staticmethod(records.read)

    @classmethod
    def questions(cls, options: BaseModel) -> Sequence[Question]:
        """Return what the guide expects of the live service."""
        assert isinstance(options, PublicationsOptions)
        return questions(options, now().astimezone(AMSTERDAM).date())

    async def start(self) -> AsyncIterator[Request]:
        """Begin at `since`, else where the last harvest stopped."""
        for area in dict.fromkeys(self.options.areas):
            category = OLD if area == OLD else CATEGORY
            place = self._place(category)
            yield self._window_request(category, place, place.window, Listing(after=place.after))
        for request in self.ask_again():
            yield request

    def parse_window(
        self, response: Response, category: str, place: Place, window: Window, listing: Listing
    ) -> Iterator[Item]:
        """Yield a page of changes as one step, then the request for what comes next."""
        page = self.page_of(response, category)
        if not isinstance(page, Page):
            yield page
            return
        if category == OLD and page.count and not page.observations:
            reason = f"no record of this area can be read: {page.defects[0].reason}"
            yield Failure(category, reason, response.url, excerpt_of(response))
            return
        is_first = listing.after is None
        if is_first and page.total > self.options.window_records:
            narrower = window.narrower(self.yesterday)
            if narrower is not None:
                yield self._window_request(category, place, narrower, Listing())
                return
        if not listing.agrees_with(page):
            if listing.is_given_up:
                yield moved(response, category, listing, page)
            else:
                yield self._window_request(category, place, window, listing.again())
            return
        place = place.having_seen(page.newest)
        onward = listing.onward(page)
        if onward is not None:
            # The page is done once the next one confirms its count.
            yield self.step(response, category, page, place.within(window, listing.after).to_json())
            yield self._window_request(category, place, window, onward)
        else:
            is_sparse = is_first and page.total * 2 <= self.options.window_records
            yield from self._after_window(
                response, category, page, place, window, is_sparse=is_sparse
            )

    def failed(self, failure: TwistedFailure) -> Iterator[Item]:
        """Halve a window that is too much for the service; report any other failure."""
        request: Request = failure.request  # type: ignore[attr-defined]
        error, known = failure.value, request.cb_kwargs
        is_timeout = isinstance(error, HttpError) and error.response.status == 504
        if is_timeout and known["category"] in (CATEGORY, OLD) and known["listing"].after is None:
            narrower = known["window"].narrower(self.yesterday)
            if narrower is not None:
                yield self._window_request(known["category"], known["place"], narrower, Listing())
                return
        yield from super().failed(failure)

    def _after_window(
        self,
        response: Response,
        category: str,
        page: Page,
        place: Place,
        window: Window,
        *,
        is_sparse: bool,
    ) -> Iterator[Item]:
        """Yield the last page of a window, then go to the next window, or from an open one to
        comparing."""
        if window.last is None:
            place = place.at_the_end(self.yesterday, self.options.overlap_days)
            yield self.step(response, category, page, place.to_json())
            if category == CATEGORY:
                yield from self.compare()
        else:
            following = window.following(self.yesterday, is_wider=is_sparse)
            place = place.within(Window(following.first), None)
            yield self.step(response, category, page, place.to_json())
            yield self._window_request(category, place, following, Listing())

    def _place(self, category: str) -> Place:
        cursor = self.position.get(category)
        reached = None if cursor is None else Place.from_json(cursor)
        since = self.since.astimezone(AMSTERDAM).date() if self.since else None
        if since is None:
            return reached or Place(self.options.first_day)
        # Not beyond the position of the walk: what lies between would be lost.
        return Place(since) if reached is None or since < reached.first else reached

    def _window_request(
        self, category: str, place: Place, window: Window, listing: Listing
    ) -> Request:
        within = queries.OLD_PAPERS if category == OLD else queries.PAPERS
        changed = queries.changed_between(window.first, window.last, within)
        query = queries.after(changed, listing.after)
        known = {"category": category, "place": place, "window": window, "listing": listing}
        return self.request(query, self.parse_window, known, listing.looks)
