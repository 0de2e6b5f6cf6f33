"""Compare dossiers with the held records, one request at a time."""

import hashlib
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from scrapy import Request
from scrapy.http import Response

from archive.entries import RecordEntry
from harvester.index import Held
from harvester.source.steps import Failure, Step
from harvester.times import to_text
from spiders.netherlands.officielepublicaties import queries
from spiders.netherlands.officielepublicaties.asking import Item, SruSpider, moved
from spiders.netherlands.officielepublicaties.comparison import (
    MOST_MISSING,
    Agenda,
    Comparison,
    Pace,
    agenda,
    why_withdrawn,
)
from spiders.netherlands.officielepublicaties.listing import Listing
from spiders.netherlands.officielepublicaties.sru import Page

CATEGORY = "dossiers"
NOTHING_LISTED: frozenset[str] = frozenset()


class Absent(NamedTuple):
    """A record that a query by its identifier did not find, with the empty response."""

    held: Held
    url: str
    answer: str


class Suspects(NamedTuple):
    """The records that a dossier's listing lacks: those to query, and those not found."""

    label: str
    to_ask: tuple[Held, ...]
    absent: tuple[Absent, ...] = ()


class ComparingSpider(SruSpider):
    """A spider that finds withdrawn records; see `comparison`."""

    _state: Comparison
    _agenda: Agenda
    _queue: deque[str]

    @property
    def pace(self) -> Pace:
        """The plan of comparisons."""
        options = self.options
        return Pace(options.reconcile_dossiers, options.reconcile_days, options.confirm_after_h)

    def compare(self) -> Iterator[Item]:
        """Begin with the dossiers that are due.

        The first harvest has just seen everything, so its first round comes later.
        """
        if not self.options.reconcile_dossiers:
            return
        cursor = self.position.get(CATEGORY)
        if cursor is None:
            yield Step(CATEGORY, (), Comparison(to_text(self.begun_at)).to_json())
            return
        self._state = Comparison.from_json(cursor).turned(self.begun_at, self.pace)
        self._agenda = agenda(self._state, self.memory, self.begun_at, self.pace)
        self._queue = deque([*self._agenda.out_of_turn, *self._agenda.in_turn])
        yield self._next()

    def parse_dossier(
        self,
        response: Response,
        category: str,
        label: str,
        listing: Listing,
        listed: frozenset[str],
    ) -> Iterator[Item]:
        """Yield the records of a dossier's listing, then query those that it lacks."""
        page = self.page_of(response, category)
        if not isinstance(page, Page):
            yield page
            return
        if not listing.agrees_with(page):
            if listing.is_given_up:
                yield moved(response, category, listing, page)
            else:
                yield self._dossier_request(label, listing.again(), listed)
            return
        # Records that the walk missed are taken here.
        yield self.step(response, category, page, None)
        listed |= {entry.id for entry in page.observations}
        listed |= {defect.record for defect in page.defects if defect.record is not None}
        onward = listing.onward(page)
        if onward is not None:
            yield self._dossier_request(label, onward, listed)
            return
        lacking = [
            held for held in self.memory.records_of_dossier(label) if held.record not in listed
        ]
        if len(lacking) + len(self._state.missing) > MOST_MISSING:
            reason = f"more than {MOST_MISSING} records are missing at once: nothing is concluded"
            yield Failure(category, reason, response.url)
            return
        yield from self._go_on(Suspects(label, tuple(lacking)))

    def parse_suspect(
        self, response: Response, category: str, suspects: Suspects
    ) -> Iterator[Item]:
        """Handle the response to a record's identifier, and query the next one."""
        page = self.page_of(response, category)
        if not isinstance(page, Page):
            yield page
            return
        held, *others = suspects.to_ask
        absent = suspects.absent
        if page.count:
            yield self.step(response, category, page, None)
        if not page.defects and all(entry.id != held.record for entry in page.observations):
            answer = response.body.decode("utf-8", "replace")
            absent += (Absent(held, response.url, answer),)
        yield from self._go_on(suspects._replace(to_ask=tuple(others), absent=absent))

    def _next(self) -> Request | Step:
        """Request the next dossier; after the last one, report the position of the round."""
        if self._queue:
            return self._dossier_request(self._queue[0], Listing(), NOTHING_LISTED)
        if self._agenda.is_last:
            self._state = replace(self._state, after=None)
        if self._agenda.has_replaced:
            self._state = replace(self._state, replaced_at=to_text(self.begun_at))
        return Step(CATEGORY, (), self._state.to_json())

    def _go_on(self, suspects: Suspects) -> Iterator[Item]:
        """Query the next missing record; after the last one, go to the next dossier."""
        if suspects.to_ask:
            identifier = suspects.to_ask[0].record.partition("/")[2]
            known = {"category": CATEGORY, "suspects": suspects}
            yield self.request(queries.with_identifier(identifier), self.parse_suspect, known)
            return
        label = self._queue.popleft()
        withdrawals = tuple(self._withdrawals(suspects))
        self._state = self._state.settled(
            label,
            [absent.held.record for absent in suspects.absent],
            [entry.id for entry in withdrawals],
            self.begun_at,
        )
        if label in self._agenda.in_turn:
            self._state = replace(self._state, after=label)
        yield Step(CATEGORY, withdrawals, self._state.to_json())
        yield self._next()

    def _withdrawals(self, suspects: Suspects) -> Iterator[RecordEntry]:
        """Yield withdrawals; the empty response to the identifier is the evidence."""
        for held, url, answer in suspects.absent:
            if self._state.is_confirmed(held.record, self.begun_at, self.pace):
                missed = self._state.missing[held.record]
                yield RecordEntry(
                    id=held.record,
                    state="withdrawn",
                    observed_at=to_text(self.clock()),
                    fingerprint=hashlib.sha256(f"withdrawn {held.record}".encode()).hexdigest(),
                    url=url,
                    media_type="application/xml",
                    raw=answer,
                    reason=why_withdrawn(held, missed),
                )

    def _dossier_request(self, label: str, listing: Listing, listed: frozenset[str]) -> Request:
        query = queries.after(queries.of_dossier(label), listing.after)
        known = {"category": CATEGORY, "label": label, "listing": listing, "listed": listed}
        return self.request(query, self.parse_dossier, known, listing.looks)
