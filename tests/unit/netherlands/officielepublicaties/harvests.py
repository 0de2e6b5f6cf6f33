"""Harvests without a network: the spider's callbacks, a service in memory, and what is kept."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from scrapy import Request
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from scrapy.utils.test import get_crawler
from twisted.python.failure import Failure as TwistedFailure

from archive.entries import Aside, RecordEntry
from harvester.source.domain import Document, StatedDossier
from harvester.source.files import AsideRow, Held
from harvester.source.steps import Failure, Step
from spiders.netherlands.officielepublicaties.options import PublicationsOptions
from spiders.netherlands.officielepublicaties.spider import OfficielePublicatiesSpider
from tests.unit.netherlands.officielepublicaties.sru_service import Service

NOON = datetime(2026, 9, 20, 12, tzinfo=UTC)
CRAWLER = get_crawler(settings_dict={"RETRY_TIMES": 2, "TWISTED_REACTOR_ENABLED": False})


@dataclass
class Kept:
    """What an archive and its index would know; the spider's memory."""

    entries: dict[str, RecordEntry] = field(default_factory=dict)
    position: dict[str, Any] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    steps: int = 0
    open_asides: dict[str, Aside] = field(default_factory=dict)

    @property
    def ids(self) -> set[str]:
        """The identifiers of all that is not withdrawn."""
        return {e.id.partition("/")[2] for e in self.entries.values() if e.state == "present"}

    def take(self, item: Step | Failure) -> None:
        """Keep what a harvest says, as the journal does: data and position together."""
        if isinstance(item, Failure):
            self.failures.append(item)
            return
        self.steps += 1
        came = {entry.id for entry in item.observations}
        self.open_asides = {
            name: aside
            for name, aside in self.open_asides.items()
            if name not in came and aside.url != item.asked_again
        } | {aside.name: aside for aside in item.asides}
        self.entries.update((entry.id, entry) for entry in item.observations)
        if item.cursor is not None:
            self.position[item.category] = item.cursor

    def dossiers(self, after: str, most: int) -> list[str]:
        """See `harvester.source.spider.Memory`."""
        labels = {row.label for _, row in self._rows(StatedDossier)}
        return sorted(label for label in labels if label > after)[:most]

    def records_of_dossier(self, label: str) -> list[Held]:
        """See `harvester.source.spider.Memory`."""
        inside = {id_ for id_, row in self._rows(StatedDossier) if row.label == label}
        documents = [(id_, row) for id_, row in self._rows(Document) if id_ in inside]
        final = {row.publication_id: id_ for id_, row in documents if not row.is_provisional}
        return [Held(id_, final.get(row.expected_id)) for id_, row in documents]

    def replaced(self) -> list[str]:
        """See `harvester.source.spider.Memory`."""
        documents = dict(self._rows(Document))
        official = {row.publication_id for row in documents.values() if row.publication_id}
        gone = {id_ for id_, row in documents.items() if row.expected_id in official}
        return sorted({row.label for id_, row in self._rows(StatedDossier) if id_ in gone})

    def asides(self) -> list[AsideRow]:
        """See `harvester.source.Memory`."""
        return [
            AsideRow(a.category, a.name, a.noted_at, a.reason, a.url, a.sha256 or "", 0, 1, n)
            for n, a in enumerate(self.open_asides.values())
        ]

    def _rows(self, kind: type[Any]) -> list[tuple[str, Any]]:
        read = OfficielePublicatiesSpider.read
        present = [entry for entry in self.entries.values() if entry.state == "present"]
        return [(e.id, row) for e in present for row in read(e).rows if isinstance(row, kind)]


Answer = Callable[[str], bytes | int]
"""From an address to a body, or to the status of a refusal."""


def items(
    answer: Answer,
    kept: Kept,
    now: datetime = NOON,
    since: datetime | None = None,
    **options: Any,
) -> Iterator[Step | Failure]:
    """Yield what a harvest says; it goes on only as long as it is asked to."""
    spider = OfficielePublicatiesSpider(
        options=PublicationsOptions(**options),
        position=kept.position,
        memory=kept,
        since=since,
        clock=lambda: now,
    )
    spider.crawler = CRAWLER
    requests = asyncio.run(_begin(spider))
    while requests:
        request = requests.pop()
        for item in _react(request, answer(request.url)):
            if isinstance(item, Request):
                requests.append(item)
            else:
                yield item
        most = len(spider.options.areas) + len(kept.open_asides)
        assert len(requests) <= most, "one request at a time for each area"


async def _begin(spider: OfficielePublicatiesSpider) -> list[Request]:
    return [request async for request in spider.start()]


def _react(request: Request, answered: bytes | int) -> Iterator[Any]:
    assert request.callback is not None
    assert request.errback is not None
    if isinstance(answered, bytes):
        response = Response(request.url, body=answered, request=request)
        yield from request.callback(response, **request.cb_kwargs)
        return
    refusal = Response(request.url, status=answered, body=b"<!DOCTYPE html>", request=request)
    failure = TwistedFailure(HttpError(refusal))  # type: ignore[no-untyped-call]
    failure.request = request  # type: ignore[attr-defined]
    yield from request.errback(failure)


def harvest(
    service: Service | Answer, kept: Kept, now: datetime = NOON, **options: Any
) -> Sequence[Failure]:
    """Harvest once; return what failed."""
    answer = service.answer if isinstance(service, Service) else service
    before = len(kept.failures)
    for item in items(answer, kept, now, **options):
        kept.take(item)
    return kept.failures[before:]


def days_later(days: float) -> datetime:
    """Return a moment after the first harvest."""
    return NOON + timedelta(days=days)
