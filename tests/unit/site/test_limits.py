"""A client gets a minute's requests at once and then a steady rate; nobody pays for another."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.site.limits import FREE, ClientLimit, client_of, limited


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def scope(client: str = "192.0.2.1", path: str = "/search", **headers: str) -> dict[str, Any]:
    return {
        "type": "http", "path": path, "client": (client, 1234),
        "headers": [(n.replace("_", "-").encode(), v.encode()) for n, v in headers.items()],
    }  # fmt: skip


def limit(per_minute: int, clock: Clock, header: str = "") -> ClientLimit:
    return ClientLimit(per_minute, header, key=b"key", clock=clock)


@given(per_minute=st.integers(1, 100), pauses=st.lists(st.floats(0, 30), max_size=60))
def test_no_minute_has_more_than_twice_the_limit_and_patience_is_always_rewarded(
    per_minute: int, pauses: list[float]
) -> None:
    clock = Clock()
    one = limit(per_minute, clock)
    admitted = []
    for pause in pauses:
        clock.now += pause
        wait_s = one.wait_s(scope())
        if wait_s == 0:
            admitted.append(clock.now)
            continue
        assert wait_s <= 60
        clock.now += wait_s + 1e-6
        assert one.wait_s(scope()) == 0
        admitted.append(clock.now)
    assert all(sum(a <= b < a + 60 for b in admitted) <= 2 * per_minute for a in admitted)


def test_a_minutes_requests_are_admitted_at_once_and_no_more() -> None:
    clock = Clock()
    one = limit(10, clock)
    waits = [one.wait_s(scope()) for _ in range(12)]
    assert waits == [0.0] * 10 + [pytest.approx(6)] * 2
    assert one.wait_s(scope("192.0.2.2")) == 0
    assert one.wait_s(scope(path="/archive/snapshots/s/x.tar.gz")) == 0


@pytest.mark.parametrize("path", FREE)
def test_bulk_downloads_and_small_files_are_never_limited(path: str) -> None:
    one = limit(1, Clock())
    assert [one.wait_s(scope(path=path)) for _ in range(3)] == [0.0] * 3


@pytest.mark.parametrize(
    ("told", "client"),
    [
        ({"x_real_ip": "203.0.113.9"}, "203.0.113.9"),
        ({"x_real_ip": "1.1.1.1, 203.0.113.9"}, "203.0.113.9"),
        ({"x_real_ip": "203.0.113.9:4711"}, "203.0.113.9"),
        ({"x_real_ip": "[2001:db8:1:2:3::4]:443"}, "20010db800010002/64"),
        ({"x_real_ip": "2001:db8:1:2:ffff::9"}, "20010db800010002/64"),
        ({"x_real_ip": "::ffff:203.0.113.9"}, "203.0.113.9"),
        ({"x_real_ip": "fe80::1%eth0"}, "fe80000000000000/64"),
        ({"x_real_ip": "nonsense \u00e9"}, "192.0.2.1"),
        ({"x_real_ip": ""}, "192.0.2.1"),
        ({"x_forwarded_for": "203.0.113.9"}, "192.0.2.1"),
        ({}, "192.0.2.1"),
    ],
)
def test_a_client_is_who_the_trusted_header_names(told: dict[str, str], client: str) -> None:
    assert client_of(scope(**told), b"x-real-ip") == client


def test_no_header_is_trusted_unless_it_is_set() -> None:
    assert client_of(scope(x_real_ip="203.0.113.9")) == "192.0.2.1"
    assert client_of({**scope(), "client": None}) is None


@given(value=st.binary(max_size=60), name=st.sampled_from([b"x-real-ip", b""]))
def test_whatever_a_header_says_is_no_fault(value: bytes, name: bytes) -> None:
    assert client_of({**scope(), "headers": [(b"x-real-ip", value), (b"", value)]}, name)


def answers(one: ClientLimit, count: int) -> Iterator[tuple[int, dict[bytes, bytes]]]:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def ask() -> Any:
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        await limited(app, one)(scope(), _nothing, send)
        return sent[0]

    for _ in range(count):
        start = asyncio.run(ask())
        yield start["status"], dict(start["headers"])


async def _nothing() -> Any:
    return {}


def test_a_client_that_asks_too_often_is_told_when_to_come_back() -> None:
    (first, _), (second, headers) = answers(limit(1, Clock()), 2)
    assert (first, second) == (200, 429)
    assert headers[b"retry-after"] == b"60"
