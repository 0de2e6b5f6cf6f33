"""Every spider against its captures. `python -m tests.contract.test_spiders` rewrites expectations.

A spider without captures fails. A capture is an answer to a spider's first request; of a source
that is asked for each record, `answers/` beside it has the answers to the requests that follow.
"""

import asyncio
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

import pytest
from scrapy import Request
from scrapy.http import TextResponse
from scrapy.utils.test import get_crawler

from harvester.source.registry import load_sources
from harvester.source.spider import SourceSpider
from harvester.source.steps import Failure, Step

CAPTURES = Path(__file__).parents[1] / "captures"
EXPECTED = "expected.json"
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
SOURCES = load_sources()
IMPATIENT = get_crawler(settings_dict={"RETRY_TIMES": 0, "TWISTED_REACTOR_ENABLED": False})
PAGES = {"officielepublicaties": "sru"}
"""Where a source's pages lie, if its folder holds other captures too."""


def folder_of(name: str) -> Path:
    """Return where the captures of a source's pages lie."""
    return CAPTURES / name / PAGES.get(name, "")


def pages_of(name: str) -> list[Path]:
    """Return the answers to a source's first request."""
    found = [*folder_of(name).glob("*.xml"), *folder_of(name).glob("*.json")]
    return sorted(path for path in found if path.name != EXPECTED)


CASES = [(name, path) for name in SOURCES for path in pages_of(name)]


def answer_to(name: str, request: Request) -> Path | None:
    """Return the capture that answers a further request; None if there is none."""
    *_, before, last = ("", *urlsplit(request.url).path.removesuffix(".json").split("/"))
    # `.../a1/_relaties` is answered by `a1_relaties.json`.
    found = [folder_of(name) / "answers" / f"{part}.json" for part in (before + last, last)]
    return next((path for path in found if path.is_file()), None)


def first_request(source: type[SourceSpider]) -> Request:
    """Return what a spider asks first: a capture is an answer to it."""
    spider = source(options=source.Options(), position={}, clock=lambda: NOW)
    spider.crawler = IMPATIENT

    async def begin() -> Request:
        return await anext(spider.start())

    return asyncio.run(begin())


def answers_of(name: str) -> list[Path]:
    """Return the answers to further requests of a source."""
    return sorted((folder_of(name) / "answers").glob("*.json"))


def items_of(
    name: str, request: Request, body: bytes, changed: Mapping[Path, bytes] = MappingProxyType({})
) -> Iterator[Any]:
    """Yield what a spider makes of an answer, and of the captured answers to what it asks then.

    Where `changed` has another body for a capture, that is the answer.
    """
    response = TextResponse(request.url, body=body, request=request)
    assert request.callback is not None
    for item in request.callback(response, **request.cb_kwargs):
        path = answer_to(name, item) if isinstance(item, Request) else None
        if path is None:
            yield item
        else:
            body = changed[path] if path in changed else path.read_bytes()
            yield from items_of(name, item, body, changed)


def what_is_made_of(source: type[SourceSpider], capture: Path) -> list[Any]:
    """Return what a spider yields for a capture, as JSON."""
    request = first_request(source)
    made = []
    for item in items_of(source.name, request, capture.read_bytes()):
        if isinstance(item, Step):
            step = {"cursor": item.cursor, "seen": [_told(source, o) for o in item.observations]}
            aside = [{"name": a.name, "reason": a.reason} for a in item.asides]
            made.append(step | {"aside": aside, "unknown": list(item.unknown)})
        elif isinstance(item, Failure):
            made.append({"failure": item.reason})
        else:
            assert isinstance(item, Request)
            made.append({"goes on at": item.url})
    return made


def _told(source: type[SourceSpider], observation: Any) -> dict[str, Any]:
    entry = observation.to_json()
    reading = source.read(observation)
    kept = {
        k: entry[k] for k in ("id", "state", "url", "updated", "reason", "enclosures") if k in entry
    }
    rows = [
        {type(row).__name__: {k: v for k, v in row._asdict().items() if v is not None}}
        for row in reading.rows
    ]
    return {**kept, "rows": rows, "unknown": list(reading.unknown)}


@pytest.mark.parametrize("name", SOURCES)
def test_every_spider_has_captures(name: str) -> None:
    assert [path for source, path in CASES if source == name]


@pytest.mark.parametrize(("name", "path"), CASES, ids=[f"{n}-{p.stem}" for n, p in CASES])
def test_a_capture_is_read_as_expected(name: str, path: Path) -> None:
    expected = json.loads((folder_of(name) / EXPECTED).read_text(encoding="utf-8"))
    assert what_is_made_of(SOURCES[name], path) == expected[path.name]


@pytest.mark.parametrize(("name", "path"), CASES, ids=[f"{n}-{p.stem}" for n, p in CASES])
def test_nothing_in_a_regular_capture_is_unknown(name: str, path: Path) -> None:
    made = what_is_made_of(SOURCES[name], path)
    unknown = [what for step in made for seen in step.get("seen", ()) for what in seen["unknown"]]
    failures = [step for step in made if "failure" in step or step.get("aside")]
    unknown += [what for step in made for what in step.get("unknown", ())]
    assert bool(unknown or failures) == (path.stem == "strange")


def write_expectations() -> None:
    """Write down what spiders make of their captures now."""
    for name, source in SOURCES.items():
        made = {path.name: what_is_made_of(source, path) for n, path in CASES if n == name}
        text = json.dumps(made, ensure_ascii=False, indent=1, sort_keys=True)
        (folder_of(name) / EXPECTED).write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    write_expectations()
