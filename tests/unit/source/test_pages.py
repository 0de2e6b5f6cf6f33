"""Pages of JSON: what cannot be used is reported, and stops nothing else."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import BaseModel
from scrapy import Request
from scrapy.http import TextResponse

from archive.entries import RecordEntry
from harvester.source.domain import Reading
from harvester.source.pages import JsonPage, JsonPagesSpider, NotAPage
from harvester.source.records import json_entry
from harvester.source.spider import About
from harvester.source.steps import Failure, Step


class Options(BaseModel):
    """There is nothing to set."""


class Pages(JsonPagesSpider):
    """Walks one category of numbered records."""

    name = "pages"
    about = About("Pages", "Pages", "Pages", "https://pages.test", "CC0-1.0", "daily")
    Options = Options
    categories = ("paper",)

    @staticmethod
    def read(entry: RecordEntry) -> Reading:
        """Read nothing."""
        return Reading()

    @classmethod
    def hosts(cls, options: BaseModel) -> frozenset[str]:
        """Return the only host."""
        return frozenset({"pages.test"})

    def page_url(self, category: str, cursor: Any) -> str:
        """Return the address of a page."""
        return f"https://pages.test/?after={cursor or 0}"

    def page_of(self, answer: Mapping[str, Any]) -> JsonPage:
        """Read a page."""
        if "records" not in answer:
            raise NotAPage("no records")
        return JsonPage(answer["records"], answer["last"])

    def entry_of(self, category: str, record: Mapping[str, Any], at: str) -> RecordEntry:
        """Take a record that has an id."""
        return json_entry(f"{category}/{record['id']}", record, url="https://pages.test", at=at)


def yielded(body: bytes, cursor: Any = None, spider: Pages | None = None) -> list[Any]:
    """Return what an answer makes the spider yield, its retries used up."""
    request = Request("https://pages.test/", meta={"retry_times": 99})
    response = TextResponse(request.url, body=body, request=request, encoding="utf-8")
    spider = spider or Pages(options=Options(), position={})
    spider.settings = {}  # type: ignore[assignment]
    return list(spider.parse_page(response, "paper", cursor))


def page(*records: Any, last: Any) -> bytes:
    """Return a page as it is sent."""
    return json.dumps({"records": records, "last": last}).encode()


@pytest.mark.parametrize("bad", [None, 7, "x", [], {}, {"id_": 1}])
def test_a_record_that_cannot_be_taken_is_reported_and_the_others_are_taken(bad: Any) -> None:
    failure, step, _ = yielded(page({"id": 1}, bad, {"id": 2}, last=2))
    assert isinstance(failure, Failure)
    assert "left out" in failure.reason
    assert [entry.id for entry in step.observations] == ["paper/1", "paper/2"]


def test_a_page_that_leads_no_further_ends_the_walk() -> None:
    [step] = yielded(page(last=5), cursor=5)
    assert step == Step("paper", (), 5)


def test_pages_that_lead_in_a_circle_end_the_walk() -> None:
    spider = Pages(options=Options(), position={})
    *_, onward = yielded(page(last=2), 1, spider)
    assert isinstance(onward, Request)
    *_, back = yielded(page(last=2), 3, spider)
    assert isinstance(back, Failure)
    assert "lead back" in back.reason


def test_the_same_record_has_the_same_fingerprint_in_any_order_of_its_fields() -> None:
    one = json_entry("paper/1", {"a": 1, "b": 2}, url="", at="")
    other = json_entry("paper/1", {"b": 2, "a": 1}, url="", at="")
    assert one.fingerprint == other.fingerprint
