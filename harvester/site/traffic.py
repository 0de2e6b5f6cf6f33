"""Count requests by route, status and latency, in memory that all processes of a site share."""

import logging
import mmap
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from harvester.site.headers import App, Send
from harvester.site.turns import QUEUES

BUCKETS_MS = (5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000)
"""Upper bounds of latencies; a last bucket has the rest."""
STATUSES = (200, 206, 302, 304, 400, 403, 404, 405, 412, 414, 416, 429, 500, 503)
"""Statuses that are told apart; all others are counted together."""
MOST_ROUTES = 96
SLOW_MS = 1_000
"""A slower answer is logged with its address."""
_LONGEST_LOGGED = 300
_REFUSED = (429, 503)
OTHER = "other"
_logger = logging.getLogger(__name__)


class RouteFigures(NamedTuple):
    """What became of the requests of a route, in all processes since the site started."""

    route: str
    requests: int
    errors: int
    """Answers with 500 and more, except refusals."""
    refused: int
    """Answers with 429 or 503."""
    mean_ms: float
    p50_ms: float
    """Upper bound of the bucket that has it; infinite in the last bucket."""
    p95_ms: float


class QueueFigures(NamedTuple):
    """What waits for one kind of work, in all processes."""

    queue: str
    running: int
    waiting: int
    refused: int


@dataclass(frozen=True, slots=True)
class Routes:
    """The routes of a site: what their addresses match, in order, and their names."""

    patterns: Sequence["re.Pattern[str]"]
    names: Sequence[str]

    @classmethod
    def of(cls, patterns: Sequence[str]) -> "Routes":
        """Name routes after their patterns: `^/paper/(?P<paper>[^/]+)$` is `/paper/{paper}`."""
        return cls([re.compile(p) for p in patterns], [*(name_of(p) for p in patterns), OTHER])

    def place(self, path: str) -> int:
        """Return the place of a path's route among the names."""
        return next((n for n, p in enumerate(self.patterns) if p.match(path)), len(self.patterns))


def name_of(pattern: str) -> str:
    """Return the readable form of a route's pattern."""
    named = re.sub(r"\(\?P<(\w+)>(?:[^()\[\]]|\[[^\]]*\]|\([^()]*\))*\)", r"{\1}", pattern)
    plain = re.sub(r"\(\?:[^()]*\)\?", "", named)
    return plain.strip("^$").replace("\\", "")


class Traffic:
    """Counts of requests and queues.

    Create it before the processes of a site are forked. Each then writes to a part of its own, so
    nothing is locked; whoever reads adds all parts up.
    """

    def __init__(self, processes: int = 1) -> None:
        """Make room for so many processes."""
        self._answers = _shared((processes, MOST_ROUTES, len(STATUSES) + 1, len(BUCKETS_MS) + 1))
        self._took_us = _shared((processes, MOST_ROUTES, len(STATUSES) + 1))
        self._queues = _shared((processes, len(QUEUES), 3))
        self._place = 0

    def at(self, place: int) -> "Traffic":
        """Return these counts for a process, which writes to its own part."""
        own = Traffic.__new__(Traffic)
        own._answers, own._took_us, own._queues = self._answers, self._took_us, self._queues
        own._place = place
        return own

    def count(self, route: int, status: int, took_ms: float) -> None:
        """Count an answer."""
        column = STATUSES.index(status) if status in STATUSES else len(STATUSES)
        bucket = next((n for n, most in enumerate(BUCKETS_MS) if took_ms <= most), len(BUCKETS_MS))
        row = min(route, MOST_ROUTES - 1)
        self._answers[self._place, row, column, bucket] += 1
        self._took_us[self._place, row, column] += int(1000 * took_ms)

    def note(self) -> None:
        """Note how many wait for their turn in this process."""
        for row, turns in enumerate(QUEUES.values()):
            self._queues[self._place, row] = (turns.running, turns.waiting, turns.refused)

    def by_route(self, names: Sequence[str]) -> list[RouteFigures]:
        """Return what became of requests, the route that took most time in all first."""
        answers, took_us = self._answers.sum(axis=0), self._took_us.sum(axis=(0, 2))
        found = []
        for row, name in enumerate(names[:MOST_ROUTES]):
            buckets, statuses = answers[row].sum(axis=0), answers[row].sum(axis=1)
            requests = int(buckets.sum())
            if requests:
                refused = sum(int(statuses[STATUSES.index(s)]) for s in _REFUSED)
                errors = int(statuses[STATUSES.index(500)])
                mean_ms = took_us[row] / requests / 1000
                halves = (_quantile(buckets, 0.5), _quantile(buckets, 0.95))
                found.append(RouteFigures(name, requests, errors, refused, mean_ms, *halves))
        return sorted(found, key=lambda one: (-one.mean_ms * one.requests, one.route))

    def by_queue(self) -> list[QueueFigures]:
        """Return what waits in each queue."""
        sums = self._queues.sum(axis=0).tolist()
        return [QueueFigures(name, *row) for name, row in zip(QUEUES, sums, strict=True)]

    def metrics(self, names: Sequence[str]) -> bytes:
        """Return the counts in Prometheus' text format."""
        registry = CollectorRegistry()
        registry.register(_Collector(lambda: self._families(names)))
        return generate_latest(registry)

    def _families(self, names: Sequence[str]) -> Iterator[Metric]:
        answers, took_us = self._answers.sum(axis=0), self._took_us.sum(axis=0)
        seconds = HistogramMetricFamily(
            "griffie_request_seconds", "Time to the first byte", labels=("route", "status")
        )
        bounds = [*(str(most / 1000) for most in BUCKETS_MS), "+Inf"]
        for row, name in enumerate(names[:MOST_ROUTES]):
            for column, status in enumerate([*map(str, STATUSES), OTHER]):
                counts = np.cumsum(answers[row, column]).tolist()
                if counts[-1]:
                    took_s = took_us[row, column] / 1_000_000
                    seconds.add_metric(
                        (name, status), list(zip(bounds, counts, strict=True)), took_s
                    )
        yield seconds
        running = GaugeMetricFamily("griffie_queue_running", "Work under way", labels=("queue",))
        waiting = GaugeMetricFamily("griffie_queue_waiting", "Requests waiting", labels=("queue",))
        refused = CounterMetricFamily(
            "griffie_queue_refused", "Requests refused", labels=("queue",)
        )
        for one in self.by_queue():
            running.add_metric((one.queue,), one.running)
            waiting.add_metric((one.queue,), one.waiting)
            refused.add_metric((one.queue,), one.refused)
        yield from (running, waiting, refused)


class _Collector(Collector):
    def __init__(self, families: Callable[[], Iterator[Metric]]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        return self._families()


def _shared(shape: tuple[int, ...]) -> Any:
    """Return an array of zeros that forked processes share."""
    memory = mmap.mmap(-1, 8 * int(np.prod(shape)))
    return np.frombuffer(memory, np.int64).reshape(shape)


def _quantile(buckets: Any, share: float) -> float:
    """Return the upper bound of the bucket in which a share of all is reached."""
    place = int(np.searchsorted(np.cumsum(buckets), share * buckets.sum()))
    return float(BUCKETS_MS[place]) if place < len(BUCKETS_MS) else float("inf")


@dataclass(frozen=True, slots=True)
class Requests:
    """The requests of a site, by the names of its routes."""

    traffic: Traffic
    routes: Routes

    def by_route(self) -> list[RouteFigures]:
        """Return what became of requests, the route that took most time in all first."""
        return self.traffic.by_route(self.routes.names)

    def metrics(self) -> bytes:
        """Return the counts in Prometheus' text format."""
        return self.traffic.metrics(self.routes.names)


def counted(app: App, requests: Requests) -> App:
    """Wrap an ASGI application so that its answers are counted, and slow ones logged."""
    traffic, routes = requests.traffic, requests.routes

    async def wrapped(
        scope: Mapping[str, Any], receive: Callable[[], Awaitable[Any]], send: Send
    ) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        begun, status, took_ms = perf_counter(), 500, -1.0

        async def send_seen(message: Mapping[str, Any]) -> None:
            nonlocal status, took_ms
            if message["type"] == "http.response.start":
                status, took_ms = message["status"], 1000 * (perf_counter() - begun)
            await send(message)

        traffic.note()
        try:
            await app(scope, receive, send_seen)
        finally:
            took_ms = took_ms if took_ms >= 0 else 1000 * (perf_counter() - begun)
            traffic.count(routes.place(scope["path"]), status, took_ms)
            traffic.note()
            if took_ms > SLOW_MS:
                _logger.warning("slow: %s", _address(scope), extra={"fields": {"ms": int(took_ms)}})

    return wrapped


def _address(scope: Mapping[str, Any]) -> str:
    query = scope.get("query_string", b"").decode("latin-1")
    return f"{scope['path']}?{query}"[:_LONGEST_LOGGED].encode("unicode_escape").decode()
