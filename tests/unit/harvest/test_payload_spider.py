"""The spider that fetches files takes whatever a source states as an address."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from archive.entries import Declared
from archive.payloads import PayloadWriter
from harvester.harvest.payloads import PayloadSpider, has_digest
from harvester.index import Wanted
from harvester.source.files import Reason
from harvester.source.steps import Fetched
from tests.unit.archive.makers import digest
from tests.unit.index.makers import file


def wanted(url: str) -> Wanted:
    given = (None, None, None, 0, None, None, None, None, None, "new")
    return Wanted("Document/1", "file", url, *given)  # type: ignore[arg-type]


def test_an_address_that_is_none_is_a_failure_of_that_file_alone() -> None:
    async def asked() -> list[Any]:
        spider = PayloadSpider(
            wanted=[wanted("zie de bijlage"), wanted("https://x.test/1.pdf")],
            new_writer=lambda: None,  # type: ignore[arg-type,return-value]
            read_inline=lambda _: None,
            largest_bytes=1,
        )
        return [each async for each in spider.start()]

    failed, request = asyncio.run(asked())
    assert isinstance(failed, Fetched)
    assert failed.entry.error is not None
    assert failed.entry.error.startswith("no address: ")
    assert request.url == "https://x.test/1.pdf"


@pytest.mark.parametrize(("reason", "is_conditional"), [("recheck", True), ("misfit", False)])
def test_what_does_not_fit_is_asked_for_without_conditions(
    reason: Reason, is_conditional: bool
) -> None:
    """A server that cut a file short has a validator for that: it would say "unchanged"."""
    held = wanted("https://x.test/1.pdf")._replace(
        etag='"e"', last_modified="yesterday", reason=reason
    )

    async def asked() -> Any:
        spider = PayloadSpider(
            wanted=[held],
            new_writer=lambda: None,  # type: ignore[arg-type,return-value]
            read_inline=lambda _: None,
            largest_bytes=1,
        )
        return await anext(aiter(spider.start()))

    headers = asyncio.run(asked()).headers
    assert ("If-None-Match" in headers) is is_conditional
    assert ("If-Modified-Since" in headers) is is_conditional


@pytest.mark.parametrize(
    ("reason", "declared", "came", "is_misfit"),
    [
        ("new", 5, "bytes", False),
        ("new", None, "bytes", False),
        ("new", 9, "bytes", True),
        ("misfit", 5, "bytes", True),
        ("misfit", 5, "whole", False),
    ],
)
def test_a_file_fits_when_it_is_as_long_as_declared_and_another_than_could_not_be_read(
    reason: Reason, declared: int | None, came: str, is_misfit: bool
) -> None:
    held = wanted("https://x.test/1.pdf")._replace(sha256=digest("bytes"), reason=reason)
    entry = replace(file("a", came), declared=Declared(size_bytes=declared))
    assert Fetched(held, entry).is_misfit is is_misfit
    assert not Fetched(held, replace(entry, error="empty")).is_misfit


@pytest.mark.parametrize(
    ("declared", "agrees"),
    [
        (f"sha256:{digest('bytes')}", True),
        (f" SHA256:{digest('bytes').upper()} ", True),
        (f"sha256:{digest('others')}", False),
        ("sha256:", None),
        ("md5:abc", None),
        ("nonsense", None),
        (None, None),
    ],
)
def test_a_declared_digest_is_compared_where_it_can_be(
    tmp_path: Path, declared: str | None, agrees: bool | None
) -> None:
    path = tmp_path / "file"
    path.write_text("bytes")
    assert has_digest(path, declared) is agrees


@pytest.mark.parametrize(
    ("content", "error"),
    [(b"<p>words</p>", None), (b"", "empty"), (None, "the record does not hold it"),
     (b"x" * 99, "longer than 50 bytes")],
)  # fmt: skip
def test_a_file_in_a_record_is_taken_without_a_request(
    tmp_path: Path, content: bytes | None, error: str | None
) -> None:
    async def taken() -> list[Any]:
        spider = PayloadSpider(
            wanted=[wanted("https://x.test/1")._replace(is_inline=1)],
            new_writer=lambda: PayloadWriter(tmp_path),
            read_inline=lambda _: content,
            largest_bytes=50,
        )
        return [each async for each in spider.start()]

    [fetched] = asyncio.run(taken())
    assert isinstance(fetched, Fetched)
    assert fetched.entry.error == error
