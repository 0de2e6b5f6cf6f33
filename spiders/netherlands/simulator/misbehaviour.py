"""Answers that are wrong on purpose: what a request that meets a fault gets."""

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

from spiders.netherlands.simulator.faults import Fault

ERROR_BODY = b"<Error><Message>An error has occurred.</Message></Error>"
_HTML = (
    b"<!DOCTYPE html><html><head><title>Storing</title></head><body><h1>De dienst is tijdelijk "
    b"niet beschikbaar</h1><p>Probeer het later opnieuw.<br></p></body></html>"
)
_CHUNK = 256 * 1024
_PDF_START, _PDF_END = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", b"\n%%EOF\n"

Answer = Callable[[], Awaitable[web.StreamResponse]]
OUTCOME = web.RequestKey("outcome", str)
"""What the tally counts instead of the status when the answer did not end as it should."""


def not_found() -> web.Response:
    """Answer as the source does for a file that is not there: 404 in JSON (guide 1.6)."""
    return web.json_response({"error": {"code": "NotFound", "message": "Not found"}}, status=404)


def server_error() -> web.Response:
    """Answer as the source does when it breaks (guide 1.7)."""
    return web.Response(status=500, body=ERROR_BODY, content_type="application/xml")


async def misbehave(request: web.Request, fault: Fault, answer: Answer) -> web.StreamResponse:
    """Answer a request as its fault says; `answer` makes what would be right."""
    match fault.kind:
        case "error_500":
            return server_error()
        case "not_found":
            return not_found()
        case "html":
            return web.Response(body=_HTML, content_type="text/html", charset="utf-8")
        case "wrong_root":
            return web.Response(body=ERROR_BODY, content_type="application/xml")
        case "too_many":
            headers = {"Retry-After": str(fault.retry_after_s)}
            return web.Response(status=429, text="Too Many Requests", headers=headers)
        case "slow":
            await asyncio.sleep(fault.delay_s)
            return await answer()
        case "reset":
            return reset(request)
        case "huge":
            return await _huge(request, fault.size_bytes)
    whole = await answer()
    body = whole.body if isinstance(whole, web.Response) else None
    if not isinstance(body, bytes) or whole.status != 200:
        return whole
    return await _shortened(request, fault.kind, body, whole.content_type)


async def _shortened(
    request: web.Request, kind: str, body: bytes, media_type: str
) -> web.StreamResponse:
    half = body[: len(body) // 2]
    if kind == "truncated":
        return web.Response(body=half, content_type=media_type)
    response = web.StreamResponse(headers={"Content-Type": media_type})
    if kind == "cut":
        response.content_length = len(body)
    else:
        response.enable_chunked_encoding()
    await response.prepare(request)
    await response.write(half)
    request[OUTCOME] = kind
    # Let the half arrive before the connection goes: the reader must see a cut, not a reset.
    await asyncio.sleep(0.05)
    if request.transport is not None:
        request.transport.close()
    return response


def reset(request: web.Request) -> web.StreamResponse:
    """Drop the connection without an answer."""
    request[OUTCOME] = "reset"
    transport = request.transport
    if transport is not None:
        transport.abort()
    return web.Response(status=500)


async def _huge(request: web.Request, size_bytes: int) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/pdf"})
    response.content_length = size_bytes
    await response.prepare(request)
    left = size_bytes - len(_PDF_START) - len(_PDF_END)
    await response.write(_PDF_START)
    filler = b"0" * _CHUNK
    while left > 0:
        await response.write(filler[:left])
        left -= _CHUNK
    await response.write(_PDF_END)
    await response.write_eof()
    return response
