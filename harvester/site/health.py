"""Serve `/-/health` and `/-/metrics` for monitors, load balancers and Prometheus."""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_UN, lockf
from http import HTTPStatus
from time import monotonic
from typing import IO, Any

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from harvester.service.metrics import CONTENT_TYPE, metrics
from harvester.service.watch import Seen, Watch
from harvester.times import to_text

FRESH_S = 30.0
"""Lifetime of a look: monitors ask often, and a look at a million files takes seconds."""

Look = dict[str, Any]
"""The responses of a look, and when it was taken."""


class Health:
    """Serves the looks of a watch."""

    def __init__(
        self, watch: Watch, looks: IO[bytes], requests: Callable[[], bytes] = bytes
    ) -> None:
        """Serve the looks of this watch.

        Args:
            watch: looks at the archive.
            looks: a file shared by all processes of a site, so that counters never go back when
                another process answers.
            requests: returns the metrics of requests, which are never older than the question.
        """
        self._requests = requests
        self._watch = watch
        self._looks = looks
        self._one_at_a_time = asyncio.Lock()

    def routes(self) -> list[tuple[str, Callable[[Datasette, Request], Awaitable[Response]]]]:
        """Return address patterns and what answers them."""
        return [(r"^/-/health$", self.health), (r"^/-/metrics$", self.metrics)]

    async def health(self, datasette: Datasette, request: Request) -> Response:
        """Answer 200 if nothing is wrong, else 503 with the conditions."""
        body = (await self._look())["health"]
        status = HTTPStatus.OK if body["ok"] else HTTPStatus.SERVICE_UNAVAILABLE
        return Response.json(body, status=status, headers={"cache-control": "no-store"})

    async def metrics(self, datasette: Datasette, request: Request) -> Response:
        """Answer with every figure in Prometheus' text format."""
        text = (await self._look())["metrics"] + self._requests().decode()
        return Response(text, content_type=CONTENT_TYPE, headers={"cache-control": "no-store"})

    async def _look(self) -> Look:
        async with self._one_at_a_time:
            return await asyncio.to_thread(self._last_look)

    def _last_look(self) -> Look:
        """Return the last look of any process, or look now while the others wait."""
        with _alone(self._looks.fileno()) as descriptor:
            text = os.pread(descriptor, os.fstat(descriptor).st_size, 0)
            known: Look = json.loads(text) if text else {}
            if known and monotonic() - known["looked_at"] <= FRESH_S:
                return known
            look = _told(self._watch.look())
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, json.dumps(look).encode(), 0)
            return look


@contextmanager
def _alone(descriptor: int) -> Iterator[int]:
    """Lock out other processes; the lock belongs to the process, also on a shared file."""
    lockf(descriptor, LOCK_EX)
    try:
        yield descriptor
    finally:
        lockf(descriptor, LOCK_UN)


def _told(seen: Seen) -> Look:
    found = [
        {**condition._asdict(), "first_seen_at": seen.first_seen_at(condition)}
        for condition in seen.conditions
    ]
    health = {"ok": not found, "at": to_text(seen.at), "conditions": found}
    # A clock that all processes of a machine share.
    return {"looked_at": monotonic(), "health": health, "metrics": metrics(seen).decode()}
