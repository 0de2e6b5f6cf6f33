"""The download handler: read pages into memory, stream files to disk while hashing them.

Scrapy's stock handlers hold every body in memory; a 200 MB annex must not. A request whose
`meta["writer"]` is a callable that makes a `PayloadWriter` is streamed into it, and
the response carries the result in `meta["staged"]`.
"""

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.request import getproxies_environment

import aiohttp
import yarl
from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from archive.chunks import CHUNK_BYTES
from archive.payloads import PayloadWriter

LARGEST_PAGE_BYTES = 64 * 1024 * 1024
"""A feed page has about 200 KB; far larger bodies are no pages."""
EXCERPT_BYTES = 64 * 1024
"""Bytes kept of the body of an error response to a file request."""


class StreamingDownloadHandler(BaseDownloadHandler):
    """Fetch over HTTP(S) with aiohttp, verifying certificates, without following redirects."""

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        """Prepare a session, which the first request of a crawl opens."""
        super().__init__(crawler)
        self._limit = crawler.settings.getint("CONCURRENT_REQUESTS")
        self._opened: aiohttp.ClientSession | None = None

    @property
    def _session(self) -> aiohttp.ClientSession:
        if self._opened is None:
            self._opened = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._limit),
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
                # Decode bodies here, so that limits apply to the unpacked bytes.
                auto_decompress=True,
                # A proxy of the environment is looked for at each request: only where there is one.
                trust_env=bool(getproxies_environment()),
            )
        return self._opened

    async def download_request(self, request: Request) -> Response:
        """Fetch one request.

        Raises:
            DownloadTimeoutError, DownloadFailedError, ResponseDataLossError and kin: Scrapy's
                own, so that its retry middleware knows them; nothing is left on disk.
        """
        timeout_s = float(request.meta.get("download_timeout", 180))
        # encoded=True sends the address as the source wrote it.
        url = yarl.URL(request.url, encoded=True)
        headers = [(k.decode("latin-1"), v.decode("latin-1")) for k, v in _flat(request.headers)]
        try:
            async with self._session.request(
                request.method,
                url,
                headers=headers,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=timeout_s, sock_connect=30),
            ) as answer:
                return await _read(request, answer)
        except TimeoutError as error:
            raise DownloadTimeoutError(f"no whole answer within {timeout_s:g} s") from error
        except aiohttp.ClientConnectorDNSError as error:
            raise CannotResolveHostError(str(error)) from error
        except aiohttp.ClientConnectorError as error:
            raise DownloadConnectionRefusedError(str(error)) from error
        except aiohttp.ClientPayloadError as error:
            raise ResponseDataLossError(f"the body was cut short: {error}") from error
        except aiohttp.ClientError as error:
            raise DownloadFailedError(str(error) or type(error).__name__) from error

    async def close(self) -> None:
        """Close the session."""
        if self._opened is not None:
            await self._opened.close()
        # aiohttp closes TLS transports one loop turn later.
        await asyncio.sleep(0)


def _flat(headers: Headers) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, values in headers.items() for value in values]


async def _read(request: Request, answer: aiohttp.ClientResponse) -> Response:
    new_writer: Callable[[], PayloadWriter] | None = request.meta.get("writer")
    if new_writer is None:
        body = await _into_memory(answer, LARGEST_PAGE_BYTES, is_excerpt=False)
    elif answer.status == 200:
        largest = int(request.meta["download_maxsize"])
        request.meta["staged"] = await _into_file(answer, new_writer(), largest)
        body = b""
    else:
        body = await _into_memory(answer, EXCERPT_BYTES, is_excerpt=True)
    return _response(request, answer, body)


def _response(request: Request, answer: aiohttp.ClientResponse, body: bytes) -> Response:
    headers = Headers(
        [
            (name, value)
            for name, value in answer.headers.items()
            if name.lower() != "content-encoding"  # the body has been decoded
        ]
    )
    # A file's bytes are on disk, so its response has no body to guess a type from.
    kind: type[Response] = (
        Response if "staged" in request.meta else responsetypes.from_args(headers, request.url)
    )
    return kind(request.url, status=answer.status, headers=headers, body=body, request=request)


async def _into_memory(answer: aiohttp.ClientResponse, limit: int, *, is_excerpt: bool) -> bytes:
    body = bytearray()
    async for chunk in answer.content.iter_any():
        body += chunk
        if len(body) > limit:
            if is_excerpt:
                return bytes(body[:limit])
            raise DownloadCancelledError(f"a page of more than {limit} bytes")
    return bytes(body)


async def _into_file(answer: aiohttp.ClientResponse, writer: PayloadWriter, limit: int) -> Any:
    try:
        async for chunk in answer.content.iter_chunked(CHUNK_BYTES):
            writer.write(chunk)
            if writer.size_bytes > limit:
                raise DownloadCancelledError(f"larger than the limit of {limit} bytes")
        return writer.close()
    except BaseException:
        writer.abort()
        raise
