"""Serve assistants at `/-/mcp` (streamable HTTP): without sessions, limited, read-only."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from mcp.server import MCPServer
from mcp.server.transport_security import TransportSecuritySettings

from harvester.site.turns import RETRY_AFTER_S, Busy, Turns

PATH = "/-/mcp"
LARGEST_REQUEST = 400_000
TURNS = Turns(at_once=4, most_waiting=32)

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]


class Endpoint:
    """An ASGI application before another, which answers `/-/mcp` itself."""

    def __init__(self, app: App, server: MCPServer) -> None:
        """Stand before an application; its lifespan is this one's, too."""
        self._app = app
        # Whatever Host is named: there is nothing here that is not public, and nothing to change.
        self._answers = server.streamable_http_app(
            streamable_http_path=PATH,
            json_response=True,
            stateless_http=True,
            max_request_body_size=LARGEST_REQUEST,
            transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
        )
        self._manager = server.session_manager

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer, or pass a request on."""
        if scope["type"] == "lifespan":
            async with self._manager.run():
                await self._app(scope, receive, send)
        elif scope["type"] == "http" and scope["path"] == PATH:
            await self._answer(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _answer(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["method"] != "POST":
            # A stream of events would be held open for nothing: no tool sends any.
            await _say(send, 405, b"ask with POST, by the Model Context Protocol\n",
                       (b"allow", b"POST"))  # fmt: skip
            return
        try:
            async with TURNS.turn():
                await self._answers(scope, receive, send)
        except Busy:
            after = str(RETRY_AFTER_S).encode()
            await _say(send, 503, b"too many questions at once\n", (b"retry-after", after))


async def _say(send: Send, status: int, body: bytes, header: tuple[bytes, bytes]) -> None:
    headers = [header, (b"content-type", b"text/plain; charset=utf-8"),
               (b"cache-control", b"no-store")]  # fmt: skip
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
