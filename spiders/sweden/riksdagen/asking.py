"""Ask for documents one after the other, for a report's points, and for the votes on these."""

import re
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from pydantic import BaseModel
from scrapy import Request
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure as TwistedFailure

from archive.aside import Aside
from archive.entries import RecordEntry
from harvester.source.spider import Politeness, SourceSpider
from harvester.source.steps import Failure, Step
from harvester.times import to_text
from spiders.sweden.riksdagen import observing
from spiders.sweden.riksdagen.answers import (
    NoSuchDocument,
    NotAnAnswer,
    parse_points,
    parse_status,
    parse_votes,
)
from spiders.sweden.riksdagen.options import RiksdagenOptions

Item = Request | Step | Failure
Then = Callable[["Batch"], Iterator[Item]]

TOLD = [404, 410]
"""Refusals that are answers; others are retried and then reported."""
MOST_IN_A_ROW = 3
"""Requests that fail one after the other before the service counts as down."""
RECORDS_A_STEP = 100
"""Records after which a long batch is written, so that a stopped harvest has them."""
EVIDENCE_CHARACTERS = 2_000
_asked = re.compile(
    r"/(?P<what>dokumentstatus|utskottsforslag|votering)/(?P<id>[^/?#]+)\.json(?:#(?P<point>.+))?$"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing to ask for."""

    what: str
    """`dokumentstatus`, `utskottsforslag` or `votering`: the first part of its address."""
    id: str
    point: str = ""
    """Of a division: the point that was voted on. The answer itself may not tell."""
    status: Mapping[str, Any] = field(default_factory=dict)
    """Of a report's points: what was said of the report."""


@dataclass(slots=True)
class Batch:
    """What to ask for, what came of it, and what is done then."""

    category: str
    then: Then
    todo: deque[Asked]
    entries: list[RecordEntry] = field(default_factory=list)
    asides: list[Aside] = field(default_factory=list)
    met: list[str] = field(default_factory=list)
    absent: dict[str, str] = field(default_factory=dict)
    """By id, what was answered for documents that are not there."""
    failed_in_a_row: int = 0
    again: str | None = None
    """The address of a quarantined response that this asks for again."""

    def step(self, cursor: Any, unknown: tuple[str, ...] = ()) -> Step:
        """Return what came as a step, and begin anew."""
        step = Step(
            self.category, tuple(self.entries), cursor, tuple(self.asides), unknown,
            met=tuple(self.met), asked_again=self.again,
        )  # fmt: skip
        self.entries, self.asides, self.met = [], [], []
        return step


class DocumentsSpider(SourceSpider):
    """A spider that asks for documents and what belongs to them, one request at a time."""

    Options = RiksdagenOptions
    options: RiksdagenOptions

    def __init__(self, **kwargs: Any) -> None:
        """Create the spider; arguments as for every `SourceSpider`."""
        super().__init__(**kwargs)
        self.begun_at = self.clock()
        self.base = self.options.url.rstrip("/")
        self.pages: Counter[str] = Counter()

    @classmethod
    def hosts(cls, options: BaseModel) -> frozenset[str]:
        """Return the service's host, which also serves the files."""
        assert isinstance(options, RiksdagenOptions)
        return frozenset({urlsplit(options.url).netloc})

    @classmethod
    def politeness(cls, options: BaseModel) -> Politeness:
        """Make one request at a time, two a second (guide 6)."""
        assert isinstance(options, RiksdagenOptions)
        return Politeness(options.delay_s, connections_per_host=1)

    def request(self, url: str, callback: Any, known: Mapping[str, Any]) -> Request:
        """Return a request whose refusals are answers."""
        return Request(
            url,
            callback=callback,
            errback=self.failed,
            cb_kwargs=dict(known),
            dont_filter=True,
            meta={"handle_httpstatus_list": TOLD},
        )

    def again(self, response: Response, reason: str) -> Request | None:
        """Return the request once more, unless it was made often enough."""
        assert response.request is not None
        return get_retry_request(response.request, spider=self, reason=reason)

    def address(self, asked: Asked) -> str:
        """Return where this is; a division's point stands behind `#`, which no server sees."""
        mark = f"#{asked.point}" if asked.point else ""
        return f"{self.base}/{asked.what}/{quote(asked.id, safe='')}.json{mark}"

    def asked_at(self, url: str) -> Asked | None:
        """Return what an address asks for; None if it is of another form."""
        found = _asked.search(url)
        return Asked(found["what"], found["id"], found["point"] or "") if found else None

    # A batch -------------------------------------------------------------------------------------

    def go_on(self, batch: Batch) -> Iterator[Item]:
        """Ask for the next thing of a batch; after the last one, do what is to be done then."""
        if not batch.todo:
            yield from batch.then(batch)
            return
        if len(batch.entries) >= RECORDS_A_STEP:
            yield batch.step(None)
        asked = batch.todo[0]
        known = {"category": batch.category, "batch": batch, "asked": asked}
        yield self.request(self.address(asked), self.parse_answer, known)

    def parse_answer(
        self, response: Response, category: str, batch: Batch, asked: Asked
    ) -> Iterator[Item]:
        """Take an answer: all about a document, a report's points, or the votes on one."""
        if response.status in TOLD:
            batch.met.append(f"{asked.what} of what is not there: answers {response.status}")
            yield from self._absent(batch, asked, response)
            return
        take = {
            "dokumentstatus": self._take_document,
            "utskottsforslag": self._take_points,
            "votering": self._take_votes,
        }[asked.what]
        try:
            more = list(take(batch, asked, response))
        except NoSuchDocument as error:
            batch.met.append(f"{asked.what} of what is not there: answers 200 with {error}")
            yield from self._absent(batch, asked, response)
        except NotAnAnswer as error:
            request = self.again(response, str(error))
            if request is None:
                yield from self._put_aside(batch, asked, str(error), response.url, response.body)
            else:
                yield request
        else:
            batch.failed_in_a_row = 0
            batch.todo.popleft()
            # A report's points and votes come before the next document.
            batch.todo.extendleft(reversed(more))
            yield from self.go_on(batch)

    def _absent(self, batch: Batch, asked: Asked, response: Response) -> Iterator[Item]:
        if asked.what == "dokumentstatus":
            text = response.body[:EVIDENCE_CHARACTERS].decode("utf-8", "replace")
            batch.absent[asked.id] = text or f"HTTP {response.status}"
        elif asked.what == "utskottsforslag":
            self._take_report(batch, asked, asked.status, response.url)
        batch.todo.popleft()
        yield from self.go_on(batch)

    def _take_document(self, batch: Batch, asked: Asked, response: Response) -> Iterator[Asked]:
        status = parse_status(response.body)
        is_xml = response.body.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")
        batch.met.append(f"dokumentstatus: in {'XML' if is_xml else 'JSON'}")
        record = observing.record_of(batch.category, status["dokument"], asked.id)
        if not record.startswith("bet/"):
            at = to_text(self.clock())
            batch.entries.append(
                observing.entry_of_document(record, status, url=response.url, at=at)
            )
        elif status.get("dokutskottsforslag") or observing.is_planned(status):
            if status.get("dokutskottsforslag"):
                batch.met.append("points of a report: in its dokumentstatus")
            yield from self._take_report(batch, asked, status, response.url)
        else:
            yield Asked("utskottsforslag", asked.id, status=status)

    def _take_points(self, batch: Batch, asked: Asked, response: Response) -> Iterator[Asked]:
        points = parse_points(response.body)
        status = dict(asked.status)
        batch.met.append("points of a report: at /utskottsforslag/<id>")
        for name in ("dokutskottsforslag", "dokmotforslag"):
            if points.get(name) is not None:
                status[name] = points[name]
        yield from self._take_report(batch, asked, status, response.url)

    def _take_report(
        self, batch: Batch, asked: Asked, status: Mapping[str, Any], url: str
    ) -> list[Asked]:
        """Take a report with its points; return the divisions to ask for."""
        at = to_text(self.clock())
        document = status.get("dokument")
        if not isinstance(document, Mapping):  # a quarantined answer of points alone
            return [Asked("dokumentstatus", asked.id)]
        record = observing.record_of(batch.category, document, asked.id)
        own_url = self.address(Asked("dokumentstatus", asked.id))
        batch.entries.append(observing.entry_of_document(record, status, url=own_url, at=at))
        id_ = record.partition("/")[2]
        came: set[str] = set()
        divisions: dict[str, str] = {}
        for entry, division in observing.point_entries(id_, status, url=url, at=at):
            batch.entries.append(entry)
            point = entry.id.partition("/")[2]
            came.add(point)
            # What was voted does not change.
            if division is not None and not self._is_held(observing.DIVISION, division):
                divisions.setdefault(division, point)
        for point in self.points_held(id_):
            if point not in came:
                batch.entries += observing.withdrawals(
                    [f"{observing.POINT}/{point}"],
                    url=url, at=at, reason="the report has no such point any more", answer="",
                )  # fmt: skip
        return [Asked("votering", division, point) for division, point in divisions.items()]

    def _take_votes(self, batch: Batch, asked: Asked, response: Response) -> Iterator[Asked]:
        at = to_text(self.clock())
        votes = parse_votes(response.body)
        batch.entries.append(
            observing.division_entry(asked.id, asked.point, votes, url=self.address(asked), at=at)
        )
        return iter(())

    def points_held(self, id_: str) -> list[str]:
        """Return the ids of a report's points that are held."""
        return list(self.memory.present(observing.POINT, f"{id_}p", "", 10_000))

    def _is_held(self, category: str, id_: str) -> bool:
        return id_ in self.memory.present(category, id_, "", 1)

    def _put_aside(
        self, batch: Batch, asked: Asked, reason: str, url: str, body: bytes
    ) -> Iterator[Item]:
        """Quarantine what cannot be had, unless nothing can be had any more."""
        batch.failed_in_a_row += 1
        if batch.failed_in_a_row >= MOST_IN_A_ROW:
            reason = f"{batch.failed_in_a_row} requests in a row failed: {reason}"
            yield Failure(batch.category, reason, url, body[:500].decode("utf-8", "replace"))
            return
        name = f"{observing.DIVISION if asked.what == 'votering' else batch.category}/{asked.id}"
        batch.asides.append(
            Aside(
                batch.category, name, to_text(self.clock()), reason, self.address(asked),
                "application/json", body,
            )
        )  # fmt: skip
        batch.todo.popleft()
        yield from self.go_on(batch)

    def failed(self, failure: TwistedFailure) -> Iterator[Item]:
        """Put aside what failed after its retries; report any other request."""
        request: Request = failure.request  # type: ignore[attr-defined]
        error, known = failure.value, request.cb_kwargs
        body = b""
        reason = f"{type(error).__name__}: {error}"
        if isinstance(error, HttpError):
            reason, body = f"HTTP {error.response.status}", error.response.body
        batch: Batch | None = known.get("batch")
        if batch is None:
            excerpt = body[:500].decode("utf-8", "replace")
            yield Failure(known["category"], reason, request.url, excerpt)
        else:
            yield from self._put_aside(batch, known["asked"], reason, request.url, body)
