"""A crawl that is told to stop ends, at whatever moment it is told."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from scrapy import Spider

from harvester.harvest.crawl import Crawls
from harvester.settings import FetchSettings


class Endless(Spider):
    """Goes on until it is stopped."""

    name = "endless"

    async def start(self) -> AsyncIterator[object]:
        """Yield things that are not taken for anything."""
        while True:
            await asyncio.sleep(0.01)
            yield {}


@pytest.mark.parametrize("ticks", [*range(12), 15, 20, 40, 100, 400])
def test_it_ends_when_it_is_told_while_it_starts(ticks: int) -> None:
    async def crawl() -> bool:
        crawls = Crawls(FetchSettings(), frozenset())
        running = asyncio.create_task(crawls.run(Endless, lambda _: None))
        await asyncio.sleep(0.012)  # it waits as long before it begins
        for _ in range(ticks):
            await asyncio.sleep(0)
        await crawls.stop()
        await asyncio.wait_for(running, 20)
        return crawls.is_stopped

    assert asyncio.run(crawl())
