"""Where a walk of the feed begins."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.http import TextResponse

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
