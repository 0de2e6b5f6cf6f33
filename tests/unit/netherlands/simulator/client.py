"""A plain HTTP client of the simulator."""

import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Any

_NEXT = re.compile(rb'</title><link rel="self"[^>]*/><link rel="(next|resume)" href="([^"]+)"')


@dataclass(frozen=True)
class Answer:
    """A status, headers and the body as far as it came."""

    status: int
    headers: Message
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Client:
    """Asks a simulator; errors of the connection are the caller's to see."""

    url: str

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Get a path, or a whole URL as a feed links it."""
        return self.ask("GET", path, None, headers)

    def post(self, what: str, body: object = None) -> Answer:
        """Steer the simulator."""
        return self.ask("POST", f"/-/simulator/{what}", json.dumps(body or {}).encode())

    def fault(self, **fault: object) -> None:
        """Switch a fault on."""
        answer = self.post("faults", fault)
        assert answer.status == 200, answer.body

    def heal(self) -> None:
        """Switch all faults off."""
        self.ask("DELETE", "/-/simulator/faults")

    def state(self) -> Any:
        """Return the expected truth."""
        return self.get("/-/simulator/state").json

    def requests(self) -> Any:
        """Return the counts of requests."""
        return self.get("/-/simulator/requests").json

    def forget_requests(self) -> None:
        """Set the counts to nought."""
        self.ask("DELETE", "/-/simulator/requests")

    def feed(self, query: str) -> Answer:
        """Get a page of the feed."""
        return self.get(f"/SyncFeed/2.0/Feed?{query}")

    def pages(self, query: str) -> Iterator[bytes]:
        """Walk the feed until a page has no entry; yields that page too."""
        url = f"/SyncFeed/2.0/Feed?{query}"
        while True:
            body = self.get(url).body
            yield body
            if b"<entry>" not in body:
                return
            url = onward(body)[1]

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request."""
        url = path if path.startswith("http") else self.url + path
        request = urllib.request.Request(url, body, dict(headers or {}), method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers, error.read())


def onward(page: bytes) -> tuple[str, str]:
    """Return the relation and address with which a page says where to go on."""
    found = _NEXT.search(page)
    assert found is not None
    return found[1].decode(), found[2].decode().replace("&amp;", "&")
