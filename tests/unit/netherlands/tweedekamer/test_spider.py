"""Where a walk of the feed begins."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.http import TextResponse

from harvester.source.steps import Failure, Step
from spiders.netherlands.tweedekamer import spider as spider_module
from spiders.netherlands.tweedekamer.since import Bisection
from spiders.netherlands.tweedekamer.spider import FeedOptions, TweedeKamerSpider

PAGE = Path(__file__).parents[3] / "captures" / "tweedekamer" / "Document.xml"
SINCE = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(("reached", "begins"), [(None, 5000), (9000, 5000), (300, 300)])
def test_since_goes_back_and_never_beyond_what_was_walked(reached: int | None, begins: int) -> None:
    position = {} if reached is None else {"Document": reached}
    options = FeedOptions(categories=("Document",))
    spider = TweedeKamerSpider(options=options, position=position, since=SINCE)
    request = Request(options.feed_url)
    response = TextResponse(request.url, body=PAGE.read_bytes(), request=request)
    found = Bisection(target=SINCE, low=5000, high=5001)
    [asked] = spider.parse_probe(response, found)
    assert isinstance(asked, Request)
    assert asked.cb_kwargs == {"category": "Document", "token": begins}


def test_since_takes_whole_what_everything_else_refers_to() -> None:
    categories = ("Document", "Persoon", "Fractie", "Kamerstukdossier", "Stemming")
    options = FeedOptions(categories=categories)
    spider = TweedeKamerSpider(options=options, position={"Fractie": 300}, since=SINCE)
    request = Request(options.feed_url)
    response = TextResponse(request.url, body=PAGE.read_bytes(), request=request)
    found = Bisection(target=SINCE, low=5000, high=5001)
    begun = {
        asked.cb_kwargs["category"]: asked.cb_kwargs["token"]
        for asked in spider.parse_probe(response, found)
        if isinstance(asked, Request)
    }
    assert begun == {
        "Document": 5000, "Stemming": 5000, "Persoon": None, "Fractie": 300,
        "Kamerstukdossier": None,
    }  # fmt: skip


def pages(spider: TweedeKamerSpider, most: int) -> list[Step | Failure]:
    """Walk a feed whose every page has an entry and leads to a next page."""
    made: list[Step | Failure] = []
    token: int | None = None
    for n in range(1, most + 1):
        link = f'<link rel="next" href="https://h/Feed?skiptoken={n * 10}" />'
        body = f'<feed xmlns="http://www.w3.org/2005/Atom"><entry>{link}</entry></feed>'
        request = Request("https://h/Feed")
        response = TextResponse(request.url, body=body.encode(), request=request)
        items = list(spider.parse_page(response, "Zaal", token))
        made += [item for item in items if not isinstance(item, Request)]
        if not any(isinstance(item, Request) for item in items):
            break
        token = n * 10
    return made


def test_a_walk_that_does_not_end_is_ended_and_goes_on_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(spider_module, "MOST_PAGES", 5)
    *_, last, failure = pages(TweedeKamerSpider(options=FeedOptions(), position={}), 9)
    assert isinstance(failure, Failure)
    assert "no end after 5 pages" in failure.reason
    assert isinstance(last, Step)
    assert last.cursor == 40


@pytest.mark.parametrize("token", ["40", "39", "x"])
def test_a_page_that_leads_nowhere_is_taken_and_leaves_the_position(token: str) -> None:
    spider = TweedeKamerSpider(options=FeedOptions(), position={})
    body = PAGE.read_bytes()
    for found in set(re.findall(rb"skiptoken=[0-9]+", body)):
        body = body.replace(found, f"skiptoken={token}".encode())
    request = Request("https://h/Feed")
    response = TextResponse(request.url, body=body, request=request)
    step, failure = spider.parse_page(response, "Document", 40)
    assert isinstance(step, Step)
    assert isinstance(failure, Failure)
    assert step.observations
    assert step.cursor == 40
