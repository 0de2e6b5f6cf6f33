"""The platform in memory, and harvests of it without a network."""

import asyncio
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from scrapy import Request
from scrapy.http import TextResponse
from scrapy.spidermiddlewares.httperror import HttpError
from scrapy.utils.test import get_crawler
from twisted.python.failure import Failure as TwistedFailure

from archive.aside import Aside
from archive.entries import RecordEntry
from harvester.source.files import AsideRow
from harvester.source.spider import NoMemory
from harvester.source.steps import Failure, Step
from spiders.netherlands.openoverheid.options import OpenOverheidOptions
from spiders.netherlands.openoverheid.spider import OpenOverheidSpider

NOON = datetime(2026, 9, 20, 12, tzinfo=UTC)
CRAWLER = get_crawler(settings_dict={"RETRY_TIMES": 1, "TWISTED_REACTOR_ENABLED": False})
ROOT = "https://open.overheid.nl"
KERN = "https://identifier.overheid.nl/tooi/def/thes/kern"
HAS_ANNEX, IS_ANNEX_OF = f"{KERN}/c_05f4a5f3", f"{KERN}/c_4d1ea9ba"
QUICK: dict[str, Any] = {"kinds": ("kamerbrief",), "first_day": date(2026, 9, 1)}


def uuid(number: int) -> str:
    """Return the id of a document that a ministry handed in."""
    return f"{number:08x}-0000-4000-8000-000000000000"


def file_of(content: bytes = b"%PDF-1.7", **values: Any) -> dict[str, Any]:
    """Return a file as the platform tells it."""
    return {
        "gepubliceerd": True,
        "label": "file",
        "mime-type": "application/pdf",
        "bestandsnaam": "brief.pdf",
        "grootte": len(content),
        "paginas": 1,
        "hash": hashlib.sha1(content, usedforsecurity=False).hexdigest(),
        **values,
    }


@dataclass
class Publication:
    """A document and its life, as far as the platform tells it."""

    id: str
    day: date
    kind: str = "Kamerbrief"
    title: str = "Kamerbrief over waterkwaliteit"
    changed: datetime = NOON - timedelta(days=2)
    versions: list[dict[str, Any]] = field(default_factory=list)
    relations: list[dict[str, str]] | None = field(default_factory=list)
    """None: the address for them does not know the document."""
    states_relations: bool = False
    """Whether it states them itself, as before the service changed."""
    more: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.versions:
            self.add_version("aanlevering", number=1)

    @property
    def number(self) -> int:
        """Of its latest version."""
        found: int = max(v["nummer"] for v in self.versions if "nummer" in v)
        return found

    def add_version(self, cause: str, number: int | None = None, **values: Any) -> None:
        """Let something happen to it."""
        version: dict[str, Any] = {
            "oorzaak": cause,
            "mutatiedatumtijd": _nanoseconds(self.changed),
            "blokkades": [],
        }
        if number is not None:
            version |= {"nummer": number, "bestanden": [file_of()]}
            version["openbaarmakingsdatum"] = self.day.isoformat()
        self.versions.append(version | values)

    def hit(self) -> dict[str, Any]:
        """Return it as a list tells it."""
        document = {
            "id": f"{self.id}_{self.number}",
            "pid": f"{ROOT}/documenten/{self.id}",
            "titel": self.title,
            "openbaarmakingsdatum": self.day.isoformat(),
            "publisher": "ministerie van Watergang",
            "aanbieder": "Aanleverloket",
            "mutatiedatumtijd": self.changed.isoformat(timespec="milliseconds").replace(
                "+00:00", "Z"
            ),
        }
        return {"document": document, "bestandsgrootte": "0.01 MB", "aantalPaginas": 1}

    def detail(self) -> dict[str, Any]:
        """Return all about it."""
        ministry = {"id": "https://identifier.overheid.nl/tooi/id/ministerie/mnre9999",
                    "label": "ministerie van Watergang"}  # fmt: skip
        document = {
            "pid": f"{ROOT}/documenten/{self.id}",
            "identifiers": ["nvt"],
            "verantwoordelijke": ministry,
            "publisher": ministry,
            "titelcollectie": {"officieleTitel": self.title},
            "classificatiecollectie": {"documentsoorten": [{"id": "x", "label": self.kind}]},
        }
        return {
            "document": document | self.more,
            "plooiIntern": {"dcnId": f"plooi-api-{self.id}", "sourceLabel": "plooi-api",
                            "publicatiestatus": "gepubliceerd"},
            "documentrelaties": self.relations if self.states_relations else [],
            "versies": self.versions,
        }  # fmt: skip


@dataclass
class Portal:
    """Answers requests; `refusals` are answered as they say, whatever there is."""

    documents: dict[str, Publication] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    refusals: dict[str, int | bytes] = field(default_factory=dict)
    """By a part of an address: a status, or a body."""
    deepest: int = 10_000
    before_answer: Callable[["Portal", str], None] = lambda portal, url: None

    def publish(self, *documents: Publication) -> None:
        """Put documents there."""
        self.documents.update((each.id, each) for each in documents)

    def answer(self, url: str) -> tuple[int, bytes]:
        """Return status and body."""
        self.asked.append(url)
        self.before_answer(self, url)
        for part, refusal in self.refusals.items():
            if part in url:
                return (refusal, b"") if isinstance(refusal, int) else (200, refusal)
        parts = urlsplit(url)
        assert f"{parts.scheme}://{parts.netloc}" == ROOT
        if parts.path == "/overheid/openbaarmakingen/api/v0/zoek":
            return self._list(parse_qs(parts.query))
        names = parts.path.strip("/").split("/")
        is_known = (document := self.documents.get(unquote(names[-1]))) is not None
        match names:
            case ["publicatie", id_, "_relaties"]:
                document = self.documents.get(id_)
                if document is None or document.relations is None:
                    return 404, b""
                return 200, json.dumps(document.relations).encode()
            case ["documenten", id_]:
                return (200, b"%PDF-1.7") if is_known else (404, f"Unknown document {id_}".encode())
            case [*_, "zoek", _]:
                if document is None:
                    return 404, b'{"detail": "niet gevonden"}'
                return 200, json.dumps(document.detail()).encode()
        return 401, b""

    def _list(self, query: dict[str, list[str]]) -> tuple[int, bytes]:
        start, most = int(query["start"][0]), int(query["aantalResultaten"][0])
        if most not in (10, 20, 50) or start >= self.deepest:
            return 400, b'{"detail": "start is te groot"}'
        kind = unquote(query["documentsoort"][0])
        found = [d for d in self.documents.values() if d.kind.lower() == kind]
        if query["sort"] == ["laatst-gewijzigd"]:
            found.sort(key=lambda d: (d.changed, d.id), reverse=True)
        else:
            found.sort(key=lambda d: (d.day, d.id))
            first, last = (_day(query.get(f"publicatiedatum{n}")) for n in ("Van", "Tot"))
            found = [d for d in found if d.day >= (first or d.day) and d.day <= (last or d.day)]
        page = [document.hit() for document in found[start : start + most]]
        return 200, json.dumps({"totaal": len(found), "resultaten": page}).encode()


@dataclass
class Kept(NoMemory):
    """What an archive and its index would know; the spider's memory."""

    entries: dict[str, RecordEntry] = field(default_factory=dict)
    position: dict[str, Any] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    open_asides: dict[str, Aside] = field(default_factory=dict)
    met: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    official: list[str] = field(default_factory=list)
    """Official ids of papers of other sources."""

    def ids(self, category: str = "document") -> set[str]:
        """Return the ids of a category that are not withdrawn."""
        return set(self.present(category, "", "", 10**6))

    def take(self, item: Step | Failure) -> None:
        """Keep what a harvest says, as the journal does."""
        if isinstance(item, Failure):
            self.failures.append(item)
            return
        came = {entry.id for entry in item.observations}
        self.open_asides = {
            name: aside
            for name, aside in self.open_asides.items()
            if name not in came and aside.url != item.asked_again
        } | {aside.name: aside for aside in item.asides}
        self.entries.update((entry.id, entry) for entry in item.observations)
        self.met += item.met
        self.unknown += item.unknown
        if item.cursor is not None:
            self.position[item.category] = json.loads(json.dumps(item.cursor))

    def present(self, category: str, prefix: str, after: str, most: int) -> list[str]:
        """See `harvester.source.spider.Memory`."""
        named = [e.id.partition("/") for e in self.entries.values() if e.state == "present"]
        ids = {id_ for name, _, id_ in named if name == category}
        return sorted(id_ for id_ in ids if id_.startswith(prefix) and id_ > after)[:most]

    def official_ids(self, prefix: str, after: str, most: int) -> list[str]:
        """See `harvester.source.spider.Memory`."""
        found = (id_ for id_ in self.official if id_.startswith(prefix) and id_ > after)
        return sorted(found)[:most]

    def asides(self) -> list[AsideRow]:
        """See `harvester.source.spider.Memory`."""
        return [
            AsideRow(a.category, a.name, a.noted_at, a.reason, a.url, a.sha256 or "", 0, 1, n)
            for n, a in enumerate(self.open_asides.values())
        ]


def items(
    portal: Portal, kept: Kept, now: datetime = NOON, since: datetime | None = None, **options: Any
) -> Iterator[Step | Failure]:
    """Yield what a harvest says; it goes on only as long as it is asked to."""
    spider = OpenOverheidSpider(
        options=OpenOverheidOptions(**(QUICK | options)),
        position=kept.position,
        memory=kept,
        since=since,
        clock=lambda: now,
    )
    spider.crawler = CRAWLER
    requests = asyncio.run(_begin(spider))
    while requests:
        request = requests.pop(0)
        for item in _react(request, *portal.answer(request.url)):
            if isinstance(item, Request):
                requests.append(item)
            else:
                yield item


async def _begin(spider: OpenOverheidSpider) -> list[Request]:
    return [request async for request in spider.start()]


def _react(request: Request, status: int, body: bytes) -> Iterator[Any]:
    assert request.callback is not None
    assert request.errback is not None
    response = TextResponse(request.url, status=status, body=body, request=request)
    if status == 200 or status in request.meta["handle_httpstatus_list"]:
        yield from request.callback(response, **request.cb_kwargs)
        return
    failure = TwistedFailure(HttpError(response))  # type: ignore[no-untyped-call]
    failure.request = request  # type: ignore[attr-defined]
    yield from request.errback(failure)


def harvest(portal: Portal, kept: Kept, now: datetime = NOON, **options: Any) -> list[Failure]:
    """Harvest once; return what failed."""
    before = len(kept.failures)
    portal.asked.clear()
    for item in items(portal, kept, now, **options):
        kept.take(item)
    return kept.failures[before:]


def _nanoseconds(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f") + "713Z"


def _day(values: list[str] | None) -> date | None:
    return datetime.strptime(values[0], "%d-%m-%Y").date() if values else None
