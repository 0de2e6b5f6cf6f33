"""Walk the documents of each kind: first by day of publication, then by what changed last."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from scrapy import Request
from scrapy.http import Response

from harvester.source.answers import excerpt_of
from harvester.source.spider import MOST_PAGES
from harvester.source.steps import Failure
from harvester.times import to_text
from spiders.netherlands.officielepublicaties.windows import DAY, Window
from spiders.netherlands.openoverheid.addresses import PAGE
from spiders.netherlands.openoverheid.answers import (
    Hit,
    HitList,
    NotAnAnswer,
    parse_list,
    told_error,
)
from spiders.netherlands.openoverheid.asking import WRONG_ADDRESS, Batch, DocumentsSpider, Item
from spiders.netherlands.openoverheid.position import Place

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MOST_LOOKS = 3
"""Times that a list which moves while it is read is read again."""
PAGES_BEYOND = 2
"""Pages of nothing new in a row that end the list of changes."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """The place in a window of days: what comes next of its list."""

    window: Window
    start: int = 0
    total: int | None = None
    """Documents in the window, as its first page counted."""
    looks: int = 1


@dataclass(slots=True)
class Changes:
    """The reading of the list of changes: the newest first, and it moves while it is read."""

    start: int = 0
    hits: dict[str, Hit] = field(default_factory=dict)
    """All that were met, by name."""
    old_pages: int = 0
    """Pages of nothing new in a row."""
    looks: int = 1


class WalkingSpider(DocumentsSpider):
    """A spider that walks each kind of documents; a kind is a category."""

    @property
    def overlap(self) -> timedelta:
        """How far back the list of changes is read again."""
        return timedelta(hours=self.options.overlap_h)

    @property
    def yesterday(self) -> date:
        """The last day that is over."""
        return self.begun_at.astimezone(AMSTERDAM).date() - DAY

    def first_request(self, kind: str) -> Request:
        """Return the request with which the walk of a kind begins."""
        place = self._place(kind)
        if place.next_day is None:
            return self._changes_request(kind, place, Changes())
        return self._window_request(kind, place, Stretch(Window(place.next_day)))

    def _place(self, kind: str) -> Place:
        cursor = self.position.get(kind)
        since = self.since.astimezone(AMSTERDAM).date() if self.since else None
        if cursor is None:
            return Place(since or self.options.first_day, to_text(self.begun_at))
        place = Place.from_json(cursor)
        if since is None or (place.next_day is not None and place.next_day <= since):
            return place
        # What lies between would be lost otherwise: the days since then are walked anew.
        return Place(since, place.begun_at, place.newest, place.known)

    # By day of publication -----------------------------------------------------------------------

    def parse_window(
        self, response: Response, category: str, place: Place, stretch: Stretch
    ) -> Iterator[Item]:
        """Take a page of a window of days; halve the window if it is too large."""
        page = self._page_of(response, category)
        if not isinstance(page, HitList):
            yield page
            return
        if stretch.start == 0 and page.total > self.options.window_documents:
            narrower = stretch.window.narrower(self.yesterday)
            if narrower is not None:
                yield self._window_request(category, place, Stretch(narrower))
                return
        end = stretch.start + page.count
        is_moved = stretch.total not in (None, page.total) or (not page.count and end < page.total)
        if is_moved:
            if stretch.looks >= MOST_LOOKS:
                told = f"{stretch.total} documents were announced; {page.total} are, {end} came"
                yield Failure(category, told, response.url, excerpt_of(response))
            else:
                again = Stretch(stretch.window, looks=stretch.looks + 1)
                yield self._window_request(category, place, again)
            return

        def then(batch: Batch) -> Iterator[Item]:
            _note_absent(batch)
            if end < page.total:
                yield batch.step(None, page.unknown)
                onward = replace(stretch, start=end, total=page.total)
                yield self._window_request(category, place, onward)
            else:
                yield from self._after_window(batch, page, place, stretch.window)

        yield from self.ask(category, (hit.id for hit in page.hits), then)

    def _after_window(
        self, batch: Batch, page: HitList, place: Place, window: Window
    ) -> Iterator[Item]:
        kind = batch.category
        if window.last is None:
            place = replace(place, next_day=None)
            yield batch.step(place.to_json(), page.unknown)
            yield self._changes_request(kind, place, Changes())
            return
        is_sparse = page.total * 2 <= self.options.window_documents
        following = window.following(self.yesterday, is_wider=is_sparse)
        place = replace(place, next_day=following.first)
        yield batch.step(place.to_json(), page.unknown)
        yield self._window_request(kind, place, Stretch(following))

    def _window_request(self, kind: str, place: Place, stretch: Stretch) -> Request:
        window = stretch.window
        url = self.addresses.published(kind, window.first, window.last, stretch.start)
        known = {"category": kind, "place": place, "stretch": stretch}
        return self.request(url, self.parse_window, known)

    # By what changed last ------------------------------------------------------------------------

    def parse_changes(
        self, response: Response, category: str, place: Place, changes: Changes
    ) -> Iterator[Item]:
        """Take a page of the list of changes, until what is known comes."""
        if response.status == 400 and changes.start:
            yield from self._too_deep(response, category, place, changes)
            return
        page = self._page_of(response, category)
        if not isinstance(page, HitList):
            yield page
            return
        new = [
            hit
            for hit in page.hits
            if changes.hits.get(hit.name) != hit and not place.is_known(hit, self.overlap)
        ]
        changes.old_pages = 0 if new else changes.old_pages + 1
        changes.hits.update((hit.name, hit) for hit in page.hits)

        def then(batch: Batch) -> Iterator[Item]:
            _note_absent(batch)
            is_last = not page.count or changes.start + page.count >= page.total
            if not is_last and changes.old_pages < PAGES_BEYOND:
                yield batch.step(None, page.unknown)
                changes.start += PAGE
                yield self._changes_request(category, place, changes)
            elif changes.start and changes.looks < MOST_LOOKS:
                # What came in meanwhile stands in front, and pushed something over a page's edge.
                yield batch.step(None, page.unknown)
                changes.start, changes.old_pages = 0, PAGES_BEYOND - 1
                changes.looks += 1
                yield self._changes_request(category, place, changes)
            else:
                after = place.after(list(changes.hits.values()), self.overlap)
                yield batch.step(after.to_json(), page.unknown)

        yield from self.ask(category, (hit.id for hit in new), then)

    def _too_deep(
        self, response: Response, category: str, place: Place, changes: Changes
    ) -> Iterator[Item]:
        """Go on from what was read: what changed before is found when its turn comes."""
        batch = Batch(category, lambda _: iter(()), deque())
        batch.met.append(f"the list of changes is refused from {changes.start} on")
        yield batch.step(place.after(list(changes.hits.values()), self.overlap).to_json())
        reason = f"the list of changes ends at {changes.start}: {told_error(response.body)}"
        yield Failure(category, reason, response.url, excerpt_of(response))

    def _changes_request(self, kind: str, place: Place, changes: Changes) -> Request:
        url = self.addresses.changed(kind, changes.start)
        known = {"category": kind, "place": place, "changes": changes}
        return self.request(url, self.parse_changes, known)

    def _page_of(self, response: Response, category: str) -> HitList | Request | Failure:
        self.pages[category] += 1
        if self.pages[category] > MOST_PAGES:
            return Failure(category, f"no end after {MOST_PAGES:,} pages", response.url)
        if response.status == WRONG_ADDRESS:
            return self.wrong_address(response, category)
        if response.status != 200:
            told = told_error(response.body)
            reason = f"HTTP {response.status}{f': {told}' if told else ''}"
            return Failure(category, reason, response.url, excerpt_of(response))
        try:
            return parse_list(response.body)
        except NotAnAnswer as error:
            again = self.again(response, str(error))
            return again or Failure(category, str(error), response.url, excerpt_of(response))


def _note_absent(batch: Batch) -> None:
    """Count documents that a list or a relation names and that are not served."""
    batch.met += ["a document that is named is not served: 404"] * len(batch.absent)
