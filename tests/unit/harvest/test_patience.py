"""How long requests wait, and where they never go."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from time import monotonic

import pytest
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from harvester.harvest.patience import (
    LONGEST_BACKOFF_S,
    HostsMiddleware,
    PatienceMiddleware,
    retry_after_s,
)

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
URL = "https://source.example/Feed"


def answer(value: str | None, status: int = 429) -> Response:
    return Response(URL, status=status, headers={"Retry-After": value} if value else {})


def test_retry_after_in_seconds_and_as_a_date() -> None:
    assert retry_after_s(answer("120"), NOW) == 120
    later = format_datetime(NOW + timedelta(seconds=90), usegmt=True)
    assert retry_after_s(answer(later), NOW) == 90


@pytest.mark.parametrize("value", [None, "soon", "-5"])
def test_a_retry_after_that_says_nothing_is_none(value: str | None) -> None:
    assert retry_after_s(answer(value), NOW) is None


def test_a_date_that_is_past_means_now() -> None:
    assert retry_after_s(answer(format_datetime(NOW - timedelta(days=1), usegmt=True)), NOW) == 0


def test_the_back_off_doubles_up_to_a_limit() -> None:
    patience = PatienceMiddleware(2, 600, jitter=lambda: 1.0)
    assert [patience.backoff_s(n) for n in (1, 2, 3)] == [2, 4, 8]
    assert patience.backoff_s(20) == LONGEST_BACKOFF_S


def test_the_jitter_takes_up_to_half() -> None:
    assert PatienceMiddleware(2, 600, jitter=lambda: 0.0).backoff_s(1) == 1


def test_a_refusal_holds_back_every_later_request_to_that_host() -> None:
    async def seconds_until(url: str) -> float:
        patience = PatienceMiddleware(0, 600)
        await patience.process_response(Request(URL), answer("1"))
        started = monotonic()
        await patience.process_request(Request(url))
        return monotonic() - started

    assert asyncio.run(seconds_until("https://source.example/other")) >= 0.9
    assert asyncio.run(seconds_until("https://elsewhere.example/")) < 0.5


def test_a_refusal_for_longer_than_acceptable_is_not_retried() -> None:
    request = Request(URL)
    asyncio.run(PatienceMiddleware(0, 600).process_response(request, answer("601")))
    assert request.meta["dont_retry"]


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/Feed",
        "https://sub.source.example/Feed",
        "https://source.example:8443/Feed",
        "http://127.0.0.1/latest/meta-data",
        "https://source.example@evil.example/",
        "ftp://source.example/Feed",
    ],
)
def test_no_request_goes_to_a_host_that_the_source_does_not_name(url: str) -> None:
    with pytest.raises(IgnoreRequest):
        HostsMiddleware(frozenset({"source.example"})).process_request(Request(url))


def test_requests_to_the_source_itself_pass() -> None:
    HostsMiddleware(frozenset({"source.example"})).process_request(Request(URL))
