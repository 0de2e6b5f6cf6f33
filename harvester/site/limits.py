"""Limit the rate of requests of each client, in memory that all processes of a site share."""

import mmap
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address
from math import ceil
from typing import Any

import numpy as np

from harvester.site.headers import App, Send
from harvester.site.traffic import Traffic

SLOTS = 1 << 20
"""Places for clients; two that share one, which is rare, share a limit."""
_IPV6_PREFIX = 64
"""Bits of an IPv6 address that one subscriber has, and the rest of which they choose freely."""
FREE = ("/archive/", "/snapshots", "/robots.txt", "/sitemap.xml", "/griffie-", "/-/")
"""Beginnings of paths that are never limited: bulk downloads and small files."""


class ClientLimit:
    """A limit on the requests of each client: a minute's worth at once, then at a steady rate.

    This is the generic cell rate algorithm (ITU-T I.371): one number for each client, the time at
    which all that was asked so far is due. Clients are kept as keyed digests only.
    """

    def __init__(
        self,
        per_minute: int,
        header: str = "",
        *,
        key: bytes,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Create it before the processes of a site are forked.

        Args:
            per_minute: most requests of a client.
            header: that a trusted proxy sets to the client's address, the last one in a list;
                empty takes the address of the connection.
            key: a secret, so that nobody can choose whose place they share.
            clock: seconds, the same in all processes.
        """
        self._interval_s = 60 / per_minute
        self._burst_s = 60 - self._interval_s
        self._header = header.lower().encode()
        self._key = key
        self._clock = clock
        self._due: Any = np.frombuffer(mmap.mmap(-1, 8 * SLOTS), np.float64)

    def wait_s(self, scope: Mapping[str, Any]) -> float:
        """Take a request into account; return 0, or if it is too early the seconds to wait."""
        client = client_of(scope, self._header)
        if client is None or scope["path"].startswith(FREE):
            return 0.0
        digest = blake2b(client.encode(), key=self._key, digest_size=8).digest()
        place, at = int.from_bytes(digest, "big") % SLOTS, self._clock()
        due = max(float(self._due[place]), at)
        if due - at > self._burst_s:
            return due - at - self._burst_s
        # A refused request costs nothing: who keeps asking gets answers at the steady rate.
        self._due[place] = due + self._interval_s
        return 0.0


def client_of(scope: Mapping[str, Any], header: bytes = b"") -> str | None:
    """Return who asks: the address of a client, of IPv6 the network; None if nothing tells.

    Args:
        scope: of ASGI.
        header: the name of the header to trust, in lower case.
    """
    found = [value for name, value in scope["headers"] if name == header]
    # The last one is the proxy's own; whatever stands before may be the client's invention.
    said = found[-1].decode("latin-1").rpartition(",")[2] if found else ""
    peer = scope.get("client") or ("", 0)
    return _network(said) or _network(str(peer[0]))


def _network(text: str) -> str | None:
    plain = text.strip()
    if plain.startswith("["):
        plain = plain[1:].partition("]")[0]
    elif plain.count(":") == 1:
        plain = plain.partition(":")[0]
    try:
        address = ip_address(plain.partition("%")[0])
    except ValueError:
        return None
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return f"{int(address) >> (128 - _IPV6_PREFIX):x}/{_IPV6_PREFIX}"


@dataclass(frozen=True, slots=True)
class Load:
    """What the processes of a site share to keep its load in view and in bounds."""

    traffic: Traffic = field(default_factory=Traffic)
    limit: ClientLimit | None = None
    """The limit of each client; None for none."""


def limited(app: App, limit: ClientLimit) -> App:
    """Wrap an ASGI application so that it answers 429 to clients that ask too often."""

    async def wrapped(
        scope: Mapping[str, Any], receive: Callable[[], Awaitable[Any]], send: Send
    ) -> None:
        wait_s = limit.wait_s(scope) if scope["type"] == "http" else 0.0
        if wait_s > 0:
            await _refuse(ceil(wait_s), send)
            return
        await app(scope, receive, send)

    return wrapped


async def _refuse(wait_s: int, send: Send) -> None:
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"retry-after", str(wait_s).encode()),
    ]
    told = (
        f"Too many requests from your address: try again in {wait_s} s.\n"
        "To get everything in few requests, take a snapshot: /snapshots\n"
    )
    await send({"type": "http.response.start", "status": 429, "headers": headers})
    await send({"type": "http.response.body", "body": told.encode()})
