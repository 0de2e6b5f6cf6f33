"""`/-/health` and `/-/metrics`: for monitors, load balancers and Prometheus."""

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from time import monotonic

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from harvester.service.metrics import CONTENT_TYPE, metrics
from harvester.service.watch import Seen, Watch
from harvester.times import to_text

FRESH_S = 30.0
"""A look is good for so long: monitors ask often, and with a million files a look takes seconds."""


class Health:
    """What a watch sees, as answers."""

    def __init__(self, watch: Watch) -> None:
        """Answer from the looks of this watch."""
        self._watch = watch
        self._seen: Seen | None = None
        self._looked_at = 0.0
        self._one_at_a_time = asyncio.Lock()

    def routes(self) -> list[tuple[str, Callable[[Datasette, Request], Awaitable[Response]]]]:
        """Return address patterns and what answers them."""
        return [(r"^/-/health$", self.health), (r"^/-/metrics$", self.metrics)]

    async def health(self, datasette: Datasette, request: Request) -> Response:
        """Answer 200 when nothing is wrong, else 503 with what is."""
        seen = await self._look()
        found = [
            {**condition._asdict(), "first_seen_at": seen.first_seen_at(condition)}
            for condition in seen.conditions
        ]
        status = HTTPStatus.SERVICE_UNAVAILABLE if found else HTTPStatus.OK
        body = {"ok": not found, "at": to_text(seen.at), "conditions": found}
        return Response.json(body, status=status, headers={"cache-control": "no-store"})

    async def metrics(self, datasette: Datasette, request: Request) -> Response:
        """Answer with every figure in Prometheus' text format."""
        text = metrics(await self._look()).decode()
        return Response(text, content_type=CONTENT_TYPE, headers={"cache-control": "no-store"})

    async def _look(self) -> Seen:
        async with self._one_at_a_time:
            if self._seen is None or monotonic() - self._looked_at > FRESH_S:
                self._seen = await asyncio.to_thread(self._watch.look)
                self._looked_at = monotonic()
            return self._seen
