"""Run Scrapy: its settings, the pipeline, one crawl at a time on one asyncio loop."""

import asyncio
import logging
from collections.abc import Callable, Set
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)

from harvester import __version__
from harvester.settings import FetchSettings
from harvester.source.steps import Failure, Fetched, Step

_logger = logging.getLogger(__name__)

Item = Step | Fetched | Failure
Take = Callable[[Item], None]

RETRIED = [
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    OSError,
]
"""Scrapy's default without the errors of Twisted's client, whose import takes 0.3 s."""


def scrapy_settings(fetch: FetchSettings, hosts: frozenset[str]) -> dict[str, Any]:
    """Return Scrapy's settings; each comment states the default of Scrapy 2.19 that is changed."""
    return {
        # Close the crawler's control ports. Defaults: True, 1.
        "REMOTE_CONTROL_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        # Name us and a contact. Default None (its own "Scrapy/2.19 (+https://scrapy.org)").
        "USER_AGENT": f"Griffie/{__version__} (+{fetch.contact})",
        "ROBOTSTXT_OBEY": fetch.obey_robots_txt,  # False
        # Run several crawls in one asyncio program, without Twisted's reactor. True
        "TWISTED_REACTOR_ENABLED": False,
        "DOWNLOAD_HANDLERS": {
            "http": "harvester.harvest.downloads.StreamingDownloadHandler",
            "https": "harvester.harvest.downloads.StreamingDownloadHandler",
            "ftp": None,
            "file": None,
            "data": None,
            "s3": None,
        },
        "DOWNLOADER_MIDDLEWARES": {
            "harvester.harvest.patience.HostsMiddleware": 50,
            "harvester.harvest.crawl.EndedMiddleware": 60,
            "harvester.harvest.patience.PatienceMiddleware": 560,  # before retry, 550
            "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
            "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
            "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
            "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
            "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None,
        },
        "ITEM_PIPELINES": {"harvester.harvest.crawl.TakePipeline": 0},
        "DEFAULT_REQUEST_HEADERS": {"Accept": "*/*", "Accept-Encoding": "gzip, deflate"},
        "CONCURRENT_REQUESTS": fetch.connections_per_host,  # 16
        "CONCURRENT_REQUESTS_PER_DOMAIN": fetch.connections_per_host,  # 8
        "DOWNLOAD_DELAY": fetch.delay_s,  # 0
        "DOWNLOAD_TIMEOUT": fetch.timeout_s,  # 180
        "RETRY_TIMES": fetch.retries,  # 2
        "RETRY_EXCEPTIONS": RETRIED,
        "RETRY_GIVE_UP_LOG_LEVEL": "WARNING",  # ERROR: abandoned requests are in our report
        "GRIFFIE_HOSTS": sorted(hosts),
        "GRIFFIE_BACKOFF_S": fetch.backoff_s,
        "GRIFFIE_LONGEST_WAIT_S": fetch.longest_wait_s,
        "LOG_VERSIONS": [],
        # Reads the source of each callback at each response, to find faults of beginners. True
        "WARN_ON_GENERATOR_RETURN_VALUE": False,
        "LOGSTATS_INTERVAL": 0,  # 60: the harvest reports its own progress
        "COOKIES_ENABLED": False,  # True
        "REFERRER_POLICY": "no-referrer",  # Scrapy's own mix
        "METAREFRESH_ENABLED": False,  # True
    }


class EndedMiddleware:
    """Drop requests of a category whose walk has ended with an error."""

    def __init__(self, crawler: Crawler) -> None:
        """Keep the crawler, which knows the ended categories."""
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "EndedMiddleware":
        """Create one for a crawl."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raise IgnoreRequest for a category that has ended."""
        if request.cb_kwargs.get("category") in self._crawler.ended:  # type: ignore[attr-defined]
            raise IgnoreRequest("the walk of this category has ended")


class TakePipeline:
    """Hand each item to the harvest, and stop the crawl if that raises an exception.

    Scrapy only logs an exception of a pipeline and drops the item. A later page would then move the
    checkpoint past the lost one.
    """

    def __init__(self, crawler: Crawler) -> None:
        """Keep the crawler, whose spider gets `take` when it is created."""
        self._crawler = crawler
        self._stopping: asyncio.Task[None] | None = None
        self.error: Exception | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "TakePipeline":
        """Create one for a crawl."""
        return cls(crawler)

    def process_item(self, item: Item) -> Item:
        """Hand over one item; after an error, leave the rest to the next harvest."""
        if self.error is None:
            try:
                self._crawler.take(item)  # type: ignore[attr-defined]
            except Exception as error:
                _logger.exception("what the source sent could not be taken")
                self.error = error
                self._stopping = asyncio.create_task(self._crawler.stop_async())
        return item


class Crawls:
    """Run crawls one after another, and stop the current one on demand."""

    def __init__(self, fetch: FetchSettings, hosts: frozenset[str]) -> None:
        """Set the politeness settings and the allowed hosts."""
        self._runner = AsyncCrawlerRunner(scrapy_settings(fetch, hosts))
        self._under_way: Crawler | None = None
        self.is_stopped = False

    async def run(
        self, spider: type[Spider], take: Take, ended: Set[str] = frozenset(), **kwargs: Any
    ) -> dict[str, Any]:
        """Run one spider, handing its items to `take`; do nothing after `stop`.

        Args:
            spider: what to run.
            take: called with every item; any exception ends the crawl.
            ended: categories whose requests are dropped; may grow during the crawl.
            kwargs: of the spider.

        Returns:
            Scrapy's statistics.

        Raises:
            Exception: what `take` raised; the crawl was stopped there.
        """
        # Work since the last crawl may have taken long: let pending signals be handled first.
        await asyncio.sleep(0.01)
        if self.is_stopped:
            return {}
        crawler = self._runner.create_crawler(spider)
        crawler.take = take  # type: ignore[attr-defined]
        crawler.ended = ended  # type: ignore[attr-defined]
        self._under_way = crawler
        try:
            await self._runner.crawl(crawler, **kwargs)
        finally:
            self._under_way = None
        pipeline = crawler.get_item_pipeline(TakePipeline)
        if pipeline is not None and pipeline.error is not None:
            raise pipeline.error
        assert crawler.stats is not None
        return crawler.stats.get_stats()

    async def stop(self) -> None:
        """End the current crawl after its requests in flight; received items are kept."""
        self.is_stopped = True
        crawler = self._under_way
        # Scrapy 2.19 does not end a crawl that is stopped while its engine starts.
        while crawler is not None and crawler.crawling and not _is_running(crawler):
            await asyncio.sleep(0.01)
        if crawler is not None:
            await crawler.stop_async()


def _is_running(crawler: Crawler) -> bool:
    try:
        return crawler.engine.running
    except RuntimeError:  # there is no engine yet
        return False
