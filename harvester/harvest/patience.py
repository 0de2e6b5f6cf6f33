"""Downloader middlewares: back-off, Retry-After, and allowed hosts."""

import asyncio
import random
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

LONGEST_BACKOFF_S = 120.0


class PatienceMiddleware:
    """Back off exponentially, with jitter, before a retry, and honour Retry-After.

    Scrapy's retry middleware re-sends at once and ignores Retry-After (measured with 2.19). This
    one stands between it and the downloader: it sees a 429 or 503 first, and holds back every
    later request to that host, not only the one that was refused.
    """

    def __init__(
        self, backoff_s: float, longest_wait_s: float, jitter: Callable[[], float] = random.random
    ) -> None:
        """Set the first back-off and the longest acceptable Retry-After, in seconds."""
        self._backoff_s = backoff_s
        self._longest_wait_s = longest_wait_s
        self._jitter = jitter
        self._not_before: dict[str, float] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "PatienceMiddleware":
        """Read GRIFFIE_BACKOFF_S and GRIFFIE_LONGEST_WAIT_S."""
        settings = crawler.settings
        return cls(
            settings.getfloat("GRIFFIE_BACKOFF_S"), settings.getfloat("GRIFFIE_LONGEST_WAIT_S")
        )

    async def process_request(self, request: Request) -> None:
        """Delay the request until its host may be asked again."""
        retries = request.meta.get("retry_times", 0)
        if retries and request.meta.get("waited") != retries:
            request.meta["waited"] = retries
            await asyncio.sleep(self.backoff_s(retries))
        wait_s = self._not_before.get(urlparse_cached(request).netloc, 0.0) - monotonic()
        if wait_s > 0:
            await asyncio.sleep(wait_s)

    async def process_response(self, request: Request, response: Response) -> Response:
        """Record a Retry-After, and give up if it is too long."""
        if response.status in (429, 503):
            wait_s = retry_after_s(response, datetime.now(UTC))
            if wait_s is not None and wait_s > self._longest_wait_s:
                request.meta["dont_retry"] = True
            elif wait_s:
                host = urlparse_cached(request).netloc
                until = monotonic() + wait_s
                self._not_before[host] = max(until, self._not_before.get(host, 0.0))
        return response

    def backoff_s(self, retries: int) -> float:
        """Return how long to wait before retry number `retries` (1 is the first)."""
        longest: float = min(self._backoff_s * 2.0 ** (retries - 1), LONGEST_BACKOFF_S)
        return longest * (0.5 + self._jitter() / 2)


def retry_after_s(response: Response, moment: datetime) -> float | None:
    """Return the seconds of Retry-After (RFC 9110, 10.2.3); None without a valid one."""
    value = response.headers.get("Retry-After")
    if value is None:
        return None
    text = value.decode("latin-1").strip()
    if text.isdigit():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (aware - moment).total_seconds())


class HostsMiddleware:
    """Refuse every request to a `host[:port]` that the source does not name.

    Stricter than Scrapy's offsite middleware, which allows subdomains and any port: a feed that
    points at a service on our own network must get nothing.
    """

    def __init__(self, hosts: frozenset[str]) -> None:
        """Set the allowed hosts, as they are written in URLs."""
        self._hosts = hosts

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "HostsMiddleware":
        """Read GRIFFIE_HOSTS."""
        return cls(frozenset(crawler.settings.getlist("GRIFFIE_HOSTS")))

    def process_request(self, request: Request) -> None:
        """Raise IgnoreRequest for a foreign host or scheme."""
        url = urlparse_cached(request)
        if url.scheme not in ("http", "https") or url.netloc not in self._hosts:
            raise IgnoreRequest(f"{url.scheme}://{url.netloc} is not a host of this source")
