"""How Scrapy is run: settings, the pipeline, one crawl at a time on one asyncio loop."""

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
"""Scrapy's own list but for the errors of Twisted's client, which takes 0.3 s to import."""


def scrapy_settings(fetch: FetchSettings, hosts: frozenset[str]) -> dict[str, Any]:
    """Return Scrapy's settings; each line here leaves a default of Scrapy 2.19, and says it."""
    return {
        # Defaults that open the crawler to others: True, 1.
        "REMOTE_CONTROL_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        # Default None (its own "Scrapy/2.19 (+https://scrapy.org)"). Who we are, whom to write to.
        "USER_AGENT": f"Griffie/{__version__} (+{fetch.contact})",
        "ROBOTSTXT_OBEY": fetch.obey_robots_txt,  # False
        # Scrapy without Twisted's reactor: several crawls in one plain asyncio program. True
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
        "RETRY_GIVE_UP_LOG_LEVEL": "WARNING",  # ERROR: what is given up is in our report
        "GRIFFIE_HOSTS": sorted(hosts),
        "GRIFFIE_BACKOFF_S": fetch.backoff_s,
        "GRIFFIE_LONGEST_WAIT_S": fetch.longest_wait_s,
        "LOG_VERSIONS": [],
        "LOGSTATS_INTERVAL": 0,  # 60: the harvest reports its own progress
        "COOKIES_ENABLED": False,  # True
        "REFERRER_POLICY": "no-referrer",  # its own mixture
        "METAREFRESH_ENABLED": False,  # True
    }


class EndedMiddleware:
    """Send no more requests of a category whose walk has ended with an error."""

    def __init__(self, crawler: Crawler) -> None:
        """Remember the crawler, which knows what has ended."""
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "EndedMiddleware":
        """Make one for a crawl."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raise IgnoreRequest for a category that has ended."""
        if request.cb_kwargs.get("category") in self._crawler.ended:  # type: ignore[attr-defined]
            raise IgnoreRequest("the walk of this category has ended")


class TakePipeline:
    """Hand each item to the harvest; stop the crawl at whatever exception that raises.

    Scrapy logs an exception of a pipeline, drops the item and carries on to "finished". A later
    page would then move the checkpoint over the one that was lost.
    """

    def __init__(self, crawler: Crawler) -> None:
        """Remember the crawler, whose spider gets its `take` when it is made."""
        self._crawler = crawler
        self._stopping: asyncio.Task[None] | None = None
        self.error: Exception | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "TakePipeline":
        """Make one for a crawl."""
        return cls(crawler)

    def process_item(self, item: Item) -> Item:
        """Take one item; after an error the rest is left for the next harvest."""
        if self.error is None:
            try:
                self._crawler.take(item)  # type: ignore[attr-defined]
            except Exception as error:
                _logger.exception("what the source sent could not be taken")
                self.error = error
                self._stopping = asyncio.create_task(self._crawler.stop_async())
        return item


class Crawls:
    """Run crawls one after another; stop the one under way when told."""

    def __init__(self, fetch: FetchSettings, hosts: frozenset[str]) -> None:
        """Take the politeness settings and the hosts that may be asked."""
        self._runner = AsyncCrawlerRunner(scrapy_settings(fetch, hosts))
        self._under_way: Crawler | None = None
        self.is_stopped = False

    async def run(
        self, spider: type[Spider], take: Take, ended: Set[str] = frozenset(), **kwargs: Any
    ) -> dict[str, Any]:
        """Run one spider to its end, handing what it yields to `take`; not when told to stop.

        Args:
            spider: what to run.
            take: gets every item; whatever it raises ends the crawl.
            ended: categories that are asked for no more; may grow while the crawl runs.
            kwargs: of the spider.

        Returns:
            Scrapy's statistics.

        Raises:
            Exception: what `take` raised; the crawl was stopped there.
        """
        # What was done since the last crawl may have taken long: a signal is heard first.
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
        """End the crawl under way; requests in flight are finished, what came is kept."""
        self.is_stopped = True
        crawler = self._under_way
        # Scrapy 2.19 forgets to end a crawl that is stopped while its engine starts.
        while crawler is not None and crawler.crawling and not _is_running(crawler):
            await asyncio.sleep(0.01)
        if crawler is not None:
            await crawler.stop_async()


def _is_running(crawler: Crawler) -> bool:
    try:
        return crawler.engine.running
    except RuntimeError:  # there is no engine yet
        return False
