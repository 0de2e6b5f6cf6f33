"""Harvest data.riksdagen.se: motions, letters, reports and votes (guide 6).

Each type is walked session by session. A session's list is read whole: what is new or changed is
asked for, and what is held and no longer listed is found by comparing the two.
"""

from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from urllib.parse import urlencode

from scrapy import Request
from scrapy.http import Response

from archive.entries import RecordEntry
from harvester.source.answers import excerpt_of
from harvester.source.spider import MOST_PAGES, About, to_ask_again
from harvester.source.steps import Failure
from harvester.times import from_text, to_text
from spiders.sweden.designations import code_of, session_of
from spiders.sweden.parliament import SWEDEN
from spiders.sweden.riksdagen import observing, records
from spiders.sweden.riksdagen.answers import Hit, HitList, NotAnAnswer, parse_list
from spiders.sweden.riksdagen.asking import Asked, Batch, DocumentsSpider, Item
from spiders.sweden.riksdagen.position import AHEAD, Place, SessionPlace, year_of

MOST_LOOKS = 3
"""Times that a list which moves while it is read is read again."""
MOST_MISSING = 50
"""If more documents are missing from a list at once, the list is broken: nothing is concluded."""
MOST_HELD = 1_000
"""Ids that the index is asked for at a time."""


@dataclass(slots=True)
class Listing:
    """The reading of a session's list."""

    year: int
    hits: dict[str, Hit] = field(default_factory=dict)
    total: int | None = None
    page: int = 0
    """The last page that was read."""
    looks: int = 1
    is_complete: bool = False

    @property
    def session(self) -> str:
        """The session's name."""
        return session_of(self.year)


@dataclass(frozen=True, slots=True)
class Walk:
    """What is left of the walk of a type."""

    category: str
    place: Place
    years: tuple[int, ...]
    """The sessions to walk, by year; the first is being walked."""


class RiksdagenSpider(DocumentsSpider):
    """Walk each type of documents by sessions."""

    name = "riksdagen"
    parliament = SWEDEN
    is_opt_in = True
    about = About(
        name="Riksdagen",
        title="Riksdagens öppna data: motions, letters, reports and votes",
        publisher="Sveriges riksdag",
        homepage_url="https://www.riksdagen.se/sv/dokument-och-lagar/riksdagens-oppna-data/",
        licence="Källa: Sveriges riksdag (free re-use, naming the source)",
        cadence="every working day",
    )
    read = staticmethod(records.read)

    async def start(self) -> AsyncIterator[Request]:
        """Begin the walk of each type, and ask again for what is quarantined."""
        for kind in self.options.types:
            yield self._list_request(self._walk(kind))
        for category, url in to_ask_again(self.memory, self.begun_at):
            asked = self.asked_at(url)
            if asked is not None:
                for item in self.go_on(Batch(category, _written, deque([asked]), again=url)):
                    assert isinstance(item, Request), "it begins with something to ask for"
                    yield item

    def _walk(self, kind: str) -> Walk:
        cursor = self.position.get(kind)
        recent = self._recent()
        if cursor is None:
            back = recent[-1] - 1
            place = Place(back if back >= self._oldest() else None)
        else:
            place = Place.from_json(cursor)
        if place.back is not None:
            older = tuple(range(place.back, self._oldest() - 1, -1))
        else:
            first = min(place.turn or recent[-1] - 1, recent[-1] - 1)
            older = (first,) if first >= self._oldest() else ()
        return Walk(kind, place, (*recent, *older))

    def _recent(self) -> tuple[int, ...]:
        """Return the sessions that every harvest walks: the coming, the present and the last."""
        now = year_of(self.begun_at)
        years = dict.fromkeys((year_of(self.begun_at + AHEAD), now, now - 1))
        oldest = self._oldest()
        return tuple(year for year in years if year >= oldest) or (now,)

    def _oldest(self) -> int:
        since = 0 if self.since is None else year_of(self.since)
        return max(self.options.first_year, since)

    # The list of a session -----------------------------------------------------------------------

    def _list_request(self, walk: Walk, listing: Listing | None = None) -> Request:
        listing = listing or Listing(walk.years[0])
        asked = {
            "doktyp": walk.category, "rm": listing.session, "utformat": "json", "sort": "datum",
            "sortorder": "desc", "sz": self.options.page_size, "p": listing.page + 1,
        }  # fmt: skip
        url = f"{self.base}/dokumentlista/?{urlencode(asked, safe='/')}"
        known = {"category": walk.category, "walk": walk, "listing": listing}
        return self.request(url, self.parse_page, known)

    def parse_page(
        self, response: Response, category: str, walk: Walk, listing: Listing
    ) -> Iterator[Item]:
        """Take a page of a list; after the last one, ask for what is new in it."""
        self.pages[category] += 1
        page = self._page_of(response, category)
        if not isinstance(page, HitList):
            yield page
            return
        expected = listing.page + 1
        is_moved = listing.total not in (None, page.total)
        if is_moved and listing.looks < MOST_LOOKS:
            yield self._list_request(walk, Listing(listing.year, looks=listing.looks + 1))
            return
        listing.total = page.total
        is_repeated = page.page < expected
        listing.hits.update({} if is_repeated else {hit.id: hit for hit in page.hits})
        if not is_repeated and page.hits and page.page < page.pages:
            listing.page = page.page
            yield self._list_request(walk, listing)
            return
        listing.is_complete = len(listing.hits) == page.total and not is_moved
        batch = Batch(category, _written, deque())
        if is_repeated:
            batch.met.append(f"a list is capped: page {expected} is page {page.page} again")
        if not listing.is_complete:
            count = "unknown" if page.total is None else page.total
            told = f"{count} documents were announced, {len(listing.hits)} came"
            yield Failure(category, f"{listing.session}: {told}", response.url)
        yield from self._after_list(batch, walk, listing, page)

    def _page_of(self, response: Response, category: str) -> HitList | Request | Failure:
        excerpt = excerpt_of(response)
        if self.pages[category] > MOST_PAGES:
            return Failure(category, f"no end after {MOST_PAGES:,} pages", response.url)
        try:
            if response.status != 200:
                raise NotAnAnswer(f"HTTP {response.status}")
            return parse_list(response.body)
        except NotAnAnswer as error:
            again = self.again(response, str(error))
            return again or Failure(category, str(error), response.url, excerpt)

    def _after_list(
        self, batch: Batch, walk: Walk, listing: Listing, page: HitList
    ) -> Iterator[Item]:
        """Ask for what is new or changed in a list, and for what is missing long enough."""
        name = listing.session
        known = walk.place.sessions.get(name)
        if known is None:
            # What changes while a long first walk lasts is asked for after it.
            known = SessionPlace(to_text(self.begun_at))
        held = self._held(walk.category, code_of(name))
        wanted, after = self._wanted(listing.hits.values(), held, known, batch)
        place = walk.place.with_session(name, known)
        batch.met += _met(listing.hits.values())
        yield batch.step(place.to_json(), page.unknown)
        gone, missing = self._missing(listing, held, known)
        if len(missing) > MOST_MISSING:
            reason = f"{name}: {len(missing)} held documents are not listed: none is concluded"
            yield Failure(walk.category, reason, self.base)
            gone, missing = [], dict(known.missing)
        session = SessionPlace(to_text(self.begun_at), missing, after)

        def then(done: Batch) -> Iterator[Item]:
            yield from self._after_session(done, replace(walk, place=place), session, gone)

        asked = [Asked("dokumentstatus", id_) for id_ in dict.fromkeys((*wanted, *gone))]
        yield from self.go_on(Batch(walk.category, then, deque(asked)))

    def _wanted(
        self, hits: Iterable[Hit], held: set[str], known: SessionPlace, batch: Batch
    ) -> tuple[list[str], str]:
        """Return what to ask for, and the last id whose turn it was."""
        overlap = timedelta(hours=self.options.overlap_h)
        wanted, untold = [], []
        for hit in hits:
            if hit.id not in held:
                wanted.append(hit.id)
            elif hit.changed is None:
                untold.append(hit.id)
            elif not known.is_known(hit.changed, overlap):
                wanted.append(hit.id)
        most = self.options.recheck_documents
        in_turn = [id_ for id_ in sorted(untold) if id_ > known.after][:most]
        after = in_turn[-1] if in_turn and len(in_turn) == most else ""
        return [*wanted, *in_turn], after

    def _held(self, category: str, prefix: str) -> set[str]:
        held: set[str] = set()
        after = ""
        while True:
            ids = list(self.memory.present(category, prefix, after, MOST_HELD))
            held.update(id_.partition("/")[2] or id_ for id_ in ids)
            if len(ids) < MOST_HELD:
                return held
            after = ids[-1]

    def _missing(
        self, listing: Listing, held: set[str], known: SessionPlace
    ) -> tuple[list[str], dict[str, str]]:
        """Return what is missing long enough to ask for it, and all that is missing."""
        if not listing.is_complete:
            return [], dict(known.missing)
        now = to_text(self.begun_at)
        missing = {id_: known.missing.get(id_, now) for id_ in sorted(held - set(listing.hits))}
        wait = timedelta(hours=self.options.confirm_after_h)
        due = [
            id_
            for id_, since in missing.items()
            if id_ in known.missing and from_text(since) + wait <= self.begun_at
        ]
        return due, missing

    def _after_session(
        self, batch: Batch, walk: Walk, session: SessionPlace, gone: list[str]
    ) -> Iterator[Item]:
        missing = dict(session.missing)
        for id_ in gone:
            if id_ in batch.absent:
                since = missing.pop(id_)
                batch.entries += self._withdrawals(walk.category, id_, since, batch.absent[id_])
            else:
                batch.met.append("a document that is not listed is served")
        year, *others = walk.years
        place = walk.place.with_session(session_of(year), replace(session, missing=missing))
        place = place.after_year(year, self._oldest(), self._recent()[-1])
        yield batch.step(place.to_json())
        if others:
            yield self._list_request(replace(walk, place=place, years=tuple(others)))

    def _withdrawals(
        self, category: str, id_: str, since: str, answer: str
    ) -> Iterable[RecordEntry]:
        points = self.points_held(id_) if category == "bet" else []
        return observing.withdrawals(
            [f"{category}/{id_}", *(f"{observing.POINT}/{point}" for point in points)],
            url=self.address(Asked("dokumentstatus", id_)),
            at=to_text(self.clock()),
            reason=f"not listed since {since}, and not served",
            answer=answer,
        )


def _written(batch: Batch) -> Iterator[Item]:
    yield batch.step(None)


def _met(hits: Iterable[Hit]) -> list[str]:
    """Say whether lists tell when a document changed, which the guide leaves open."""
    told = {hit.changed is not None for hit in hits}
    words = {True: "lists tell systemdatum", False: "lists lack systemdatum"}
    return [words[each] for each in sorted(told)]
