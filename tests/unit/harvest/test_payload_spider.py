"""The spider that fetches files takes whatever a source states as an address."""

import asyncio
from typing import Any

from harvester.harvest.payloads import PayloadSpider
from harvester.index import Wanted
from harvester.source.steps import Fetched


def wanted(url: str) -> Wanted:
    given = (None, None, None, None, None, None, None, "new")
    return Wanted("Document/1", "file", url, *given)  # type: ignore[arg-type]


def test_an_address_that_is_none_is_a_failure_of_that_file_alone() -> None:
    async def asked() -> list[Any]:
        spider = PayloadSpider(
            wanted=[wanted("zie de bijlage"), wanted("https://x.test/1.pdf")],
            new_writer=lambda: None,  # type: ignore[arg-type,return-value]
            largest_bytes=1,
        )
        return [each async for each in spider.start()]

    failed, request = asyncio.run(asked())
    assert isinstance(failed, Fetched)
    assert failed.entry.error is not None
    assert failed.entry.error.startswith("no address: ")
    assert request.url == "https://x.test/1.pdf"
