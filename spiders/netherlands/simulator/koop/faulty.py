"""Answers of KOOP that are wrong on purpose; errors have a page of HTML as body (1.5)."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from aiohttp import web

from spiders.netherlands.simulator.faults import Fault
from spiders.netherlands.simulator.koop import sru
from spiders.netherlands.simulator.koop.errors import SearchRefused
from spiders.netherlands.simulator.misbehaviour import misbehave, reset

Answer = Callable[[], Awaitable[web.StreamResponse]]

_GENERAL_ERROR = 1
_AFTER_METADATA = re.compile(rb"(</metadata>\s*).*(</officiele-publicatie>)", re.DOTALL)
_LATENCY_S = 0.05
"""How long a request takes while parallel ones are reset: else none would overlap."""


def html_error(status: int) -> web.Response:
    """Answer with an error as the service's front does."""
    phrase = HTTPStatus(status).phrase
    page = (
        f"<!DOCTYPE html>\n<html><head><title>{status} {phrase}</title></head>"
        f"<body><h1>{phrase}</h1><p>Er is iets misgegaan.<br></p></body></html>"
    )
    return web.Response(status=status, text=page, content_type="text/html")


def html_not_found() -> web.Response:
    """Answer that there is no such file."""
    return html_error(404)


class Misconduct:
    """Gives the answer that a fault asks for; knows how many requests are under way."""

    def __init__(self) -> None:
        self._under_way = 0

    async def answer(
        self, request: web.Request, fault: Fault | None, answer: Answer
    ) -> web.StreamResponse:
        """Answer rightly, or as the fault says; `answer` makes what would be right."""
        self._under_way += 1
        try:
            return await (answer() if fault is None else self._wrong(request, fault, answer))
        finally:
            self._under_way -= 1

    async def _wrong(
        self, request: web.Request, fault: Fault, answer: Answer
    ) -> web.StreamResponse:
        match fault.kind:
            case "diagnostic":
                refusal = SearchRefused(_GENERAL_ERROR, "General system error")
                return web.Response(text=sru.diagnostic(refusal), content_type="application/xml")
            case "error_500" | "error_503" | "error_504":
                return html_error(int(fault.kind.removeprefix("error_")))
            case "too_many" | "rate_limit":
                response = html_error(429)
                response.headers["Retry-After"] = str(fault.retry_after_s)
                return response
            case "not_found":
                return html_not_found()
            case "reset_parallel":
                if self._under_way > 1:
                    return reset(request)
                await asyncio.sleep(_LATENCY_S)
                return await answer()
            case "metadata_only":
                return _without_text(await answer())
            case "moving_count" | "missing_records" | "no_validators":
                # The right answer knows of these.
                return await answer()
        return await misbehave(request, fault, answer)


def _without_text(whole: web.StreamResponse) -> web.StreamResponse:
    if isinstance(whole, web.Response) and isinstance(whole.body, bytes):
        whole.body = _AFTER_METADATA.sub(rb"\1\2", whole.body)
    return whole
