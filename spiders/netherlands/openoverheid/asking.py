"""Ask for documents one after the other, and handle every response that is none."""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel
from scrapy import Request
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure as TwistedFailure

from archive.aside import Aside
from archive.entries import RecordEntry
from harvester.source.answers import excerpt_of
from harvester.source.spider import Politeness, SourceSpider
from harvester.source.steps import Failure, Step
from harvester.times import moment_of, to_text
from spiders.netherlands.openoverheid import observing, values
from spiders.netherlands.openoverheid.addresses import Addresses
from spiders.netherlands.openoverheid.answers import NotAnAnswer, parse_detail, parse_relations
from spiders.netherlands.openoverheid.identifiers import COPY_PREFIX, id_of
from spiders.netherlands.openoverheid.options import OpenOverheidOptions

Item = Request | Step | Failure
Then = Callable[["Batch"], Iterator[Item]]

TOLD = [400, 401, 403, 404, 410]
"""Refusals that are answers; others are retried and then reported."""
GONE = frozenset({404, 410})
WRONG_ADDRESS = 401
"""What the portal answers for an address that it does not know."""
MOST_IN_A_ROW = 3
"""Documents that fail one after the other before the service counts as down."""
MOST_RELATED = 200
"""Annexes of one document that are asked for."""


@dataclass(slots=True)
class Batch:
    """Documents to ask for, what came of them, and what is done then."""

    category: str
    then: Then
    todo: deque[str]
    entries: list[RecordEntry] = field(default_factory=list)
    asides: list[Aside] = field(default_factory=list)
    met: list[str] = field(default_factory=list)
    absent: dict[str, str] = field(default_factory=dict)
    """By id, what was answered for documents that are not there."""
    failed_in_a_row: int = 0

    def step(self, cursor: Any, unknown: tuple[str, ...] = (), again: str | None = None) -> Step:
        """Return what came as a step, and begin anew."""
        step = Step(
            self.category, tuple(self.entries), cursor, tuple(self.asides), unknown,
            met=tuple(self.met), asked_again=again,
        )  # fmt: skip
        self.entries, self.asides, self.met = [], [], []
        return step


class DocumentsSpider(SourceSpider):
    """A spider that asks for all about documents, in batches and one request at a time."""

    Options = OpenOverheidOptions
    options: OpenOverheidOptions

    def __init__(self, **kwargs: Any) -> None:
        """Create the spider; the whole harvest counts as of this moment."""
        super().__init__(**kwargs)
        self.begun_at = self.clock()
        self.addresses = Addresses(self.options.url.rstrip("/"))
        self.pages: Counter[str] = Counter()
        self._asked: set[str] = set()
        """Documents that this harvest has asked for: annexes of several letters, and so on."""
        self._has_relations_address = True

    @classmethod
    def hosts(cls, options: BaseModel) -> frozenset[str]:
        """Return the portal's host, which also serves the files."""
        assert isinstance(options, OpenOverheidOptions)
        return frozenset({urlsplit(options.url).netloc})

    @classmethod
    def politeness(cls, options: BaseModel) -> Politeness:
        """Make one request at a time, two a second (guide 7)."""
        assert isinstance(options, OpenOverheidOptions)
        return Politeness(options.delay_s, connections_per_host=1)

    def request(self, url: str, callback: Any, known: Mapping[str, Any]) -> Request:
        """Return a request whose refusals are answers."""
        return Request(
            url,
            callback=callback,
            errback=self.failed,
            cb_kwargs=dict(known),
            dont_filter=True,
            headers={"Accept": "application/json"},
            meta={"handle_httpstatus_list": TOLD},
        )

    def again(self, response: Response, reason: str) -> Request | None:
        """Return the request once more, unless it was made often enough."""
        assert response.request is not None
        return get_retry_request(response.request, spider=self, reason=reason)

    # A batch of documents ------------------------------------------------------------------------

    def ask(self, category: str, ids: Iterable[str], then: Then) -> Iterator[Item]:
        """Ask for documents, and for annexes that they name; then go on."""
        todo = deque(dict.fromkeys(ids))
        self._asked.update(todo)
        yield from self.go_on(Batch(category, then, todo))

    def go_on(self, batch: Batch) -> Iterator[Item]:
        """Ask for the next document of a batch; after the last one, do what is to be done then."""
        if not batch.todo:
            yield from batch.then(batch)
            return
        known = {"category": batch.category, "batch": batch, "id_": batch.todo[0]}
        yield self.request(self.addresses.detail(batch.todo[0]), self.parse_detail, known)

    def parse_detail(
        self, response: Response, category: str, batch: Batch, id_: str
    ) -> Iterator[Item]:
        """Take all about a document, or ask for its relations first."""
        if response.status == WRONG_ADDRESS:
            yield self.wrong_address(response, category)
            return
        if response.status in GONE:
            batch.absent[id_] = response.text
            yield from self._done(batch)
            return
        try:
            if response.status != 200:
                raise NotAnAnswer(f"HTTP {response.status}")
            detail = parse_detail(response.body)
        except NotAnAnswer as error:
            request = self.again(response, str(error))
            if request is None:
                yield from self._put_aside(batch, id_, str(error), response.url, response.body)
            else:
                yield request
            return
        if self._is_to_be_asked(id_, detail):
            known = {"category": category, "batch": batch, "id_": id_, "detail": detail}
            yield self.request(self.addresses.relations(id_), self.parse_relations, known)
        else:
            yield from self._take(batch, id_, detail, response.url)

    def parse_relations(
        self, response: Response, category: str, batch: Batch, id_: str, detail: dict[str, Any]
    ) -> Iterator[Item]:
        """Take a document with the relations that the other address gives (guide 5)."""
        url = self.addresses.detail(id_)
        if response.status == 200:
            try:
                detail = {**detail, observing.RELATIONS: parse_relations(response.body)}
                batch.met.append("relations: at /publicatie/<id>/_relaties")
            except NotAnAnswer as error:
                request = self.again(response, str(error))
                if request is not None:
                    yield request
                    return
                batch.met.append(f"relations: /publicatie/<id>/_relaties gives {error}")
        else:
            # An empty one for a document without relations is a list; a refusal is the address's.
            self._has_relations_address = response.status in GONE
            batch.met.append(f"relations: /publicatie/<id>/_relaties answers {response.status}")
        yield from self._take(batch, id_, detail, url)

    def _is_to_be_asked(self, id_: str, detail: Mapping[str, Any]) -> bool:
        """Tell whether a document may have relations that it does not state itself.

        Those of a copy are its publisher's to tell.
        """
        if detail.get("documentrelaties") or not self._has_relations_address:
            return False
        if id_.startswith(COPY_PREFIX):
            return False
        changes = [moment_of(_text(e, "mutatiedatumtijd")) for e in observing.events_of(detail)]
        known = [change for change in changes if change is not None]
        return not known or max(known) >= values.NEW_LINE_SINCE

    def _take(self, batch: Batch, id_: str, detail: dict[str, Any], url: str) -> Iterator[Item]:
        batch.failed_in_a_row = 0
        batch.entries += observing.entries_of(id_, detail, url, to_text(self.clock()))
        if detail.get("documentrelaties"):
            batch.met.append("relations: in the document itself")
        related = [other for other in self._related(detail) if other not in self._asked]
        self._asked.update(related[:MOST_RELATED])
        batch.todo.extend(related[:MOST_RELATED])
        yield from self._done(batch)

    def _related(self, detail: Mapping[str, Any]) -> Iterator[str]:
        """Yield the annexes of a letter, note or answer that are not held.

        Annexes of annexes are left: the platform has documents that all others belong to.
        """
        if not self._is_walked(detail):
            return
        for name in ("documentrelaties", observing.RELATIONS):
            relations = detail.get(name)
            for relation in relations if isinstance(relations, list) else ():
                if not isinstance(relation, Mapping):
                    continue
                role = values.ROLES.get(_text(relation, "role") or "")
                id_ = id_of(_text(relation, "relation"))
                if role in ("document_annex", "annex_document") and id_ is not None:
                    category, _, name_ = observing.record_of(id_).partition("/")
                    if name_ not in self.memory.present(category, name_, "", 1):
                        yield id_

    def _is_walked(self, detail: Mapping[str, Any]) -> bool:
        document = detail["document"]
        classes = document.get("classificatiecollectie")
        soorten = classes.get("documentsoorten") if isinstance(classes, Mapping) else None
        labels = [
            (_text(soort, "label") or "").lower()
            for soort in (soorten if isinstance(soorten, list) else ())
            if isinstance(soort, Mapping)
        ]
        return any(label in values.KINDS for label in labels)

    def _done(self, batch: Batch) -> Iterator[Item]:
        batch.todo.popleft()
        yield from self.go_on(batch)

    def _put_aside(
        self, batch: Batch, id_: str, reason: str, url: str, body: bytes
    ) -> Iterator[Item]:
        """Quarantine a document that cannot be had, unless nothing can be had any more."""
        batch.failed_in_a_row += 1
        if batch.failed_in_a_row >= MOST_IN_A_ROW:
            reason = f"{batch.failed_in_a_row} documents in a row cannot be had: {reason}"
            yield Failure(batch.category, reason, url, body[:500].decode("utf-8", "replace"))
            return
        batch.asides.append(
            Aside(
                batch.category, observing.record_of(id_), to_text(self.clock()), reason, url,
                "application/json", body,
            )
        )  # fmt: skip
        yield from self._done(batch)

    # What fails ----------------------------------------------------------------------------------

    def wrong_address(self, response: Response, category: str) -> Failure:
        """Report that the portal does not know an address; nothing is gone because of that."""
        reason = "HTTP 401: the portal does not know this address; its interface has changed"
        return Failure(category, reason, response.url, excerpt_of(response))

    def failed(self, failure: TwistedFailure) -> Iterator[Item]:
        """Put a document aside that failed after its retries; report any other request."""
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
        elif "detail" in known:
            # The document is here: its relations are asked for again when its turn comes.
            batch.met.append(f"relations: /publicatie/<id>/_relaties fails: {reason}"[:200])
            detail_url = self.addresses.detail(known["id_"])
            yield from self._take(batch, known["id_"], known["detail"], detail_url)
        else:
            yield from self._put_aside(batch, known["id_"], reason, request.url, body)


def _text(value: Mapping[str, Any], name: str) -> str | None:
    text = value.get(name)
    return text if isinstance(text, str) else None
