"""Webhooks reach servers of the open internet only, and servers that agree."""

import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar

import pytest

from harvester.alerts.sending import Refused, TryLater
from harvester.alerts.webhooks import agrees, is_public, post
from harvester.service.hooks import SIGNATURE, signature

ORIGIN = "griffie.example.org"


class Receiver(BaseHTTPRequestHandler):
    """Answers as the test says, and keeps what it got."""

    status: ClassVar[int] = 200
    allows: ClassVar[str] = ORIGIN
    got: ClassVar[list[tuple[str, dict[str, str], bytes]]] = []

    def do_OPTIONS(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        self.got.append((self.command, dict(self.headers), body))
        self.send_response(self.status)
        self.send_header("WebHook-Allowed-Origin", self.allows)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""


@pytest.fixture
def url() -> Iterator[str]:
    Receiver.status, Receiver.allows = 200, ORIGIN
    Receiver.got.clear()
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hook?x=1"
    server.shutdown()
    thread.join()
    server.server_close()


def anything(address: str) -> bool:
    return True


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0",
        "100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1",
        "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
        "198.18.0.1", "192.0.2.1",
    ],
)  # fmt: skip
def test_addresses_of_private_networks_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:4700::1", "64:ff9b::5db8:d70e"])
def test_addresses_of_the_open_internet_are(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:7f00:1]"]
)
def test_nothing_is_asked_of_this_machine(url: str, host: str) -> None:
    port = url.split(":")[2].split("/")[0]
    with pytest.raises(TryLater):
        post(f"http://{host}:{port}/", b"[]", "secret", 5)
    assert Receiver.got == []


def test_the_address_that_was_checked_is_the_one_that_is_asked(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    real = socket.getaddrinfo

    def rebinding(host: str, *rest: Any, **more: Any) -> Any:
        asked.append(host)
        answer = "127.0.0.1" if len(asked) == 1 else "127.0.0.2"
        return real(answer if host == "rebinding.test" else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    port = url.split(":")[2].split("/")[0]
    post(f"http://rebinding.test:{port}/", b"[]", "s", 5, lambda address: address == "127.0.0.1")
    assert asked.count("rebinding.test") == 1
    assert Receiver.got[0][1]["Host"] == f"rebinding.test:{port}"


def test_a_body_is_signed(url: str) -> None:
    body = json.dumps([{"id": "1"}]).encode()
    post(url, body, "secret", 5, anything)
    [(method, headers, got)] = Receiver.got
    assert (method, got) == ("POST", body)
    assert headers[SIGNATURE] == signature("secret", body)
    assert headers["Content-Type"].startswith("application/cloudevents-batch+json")


def test_a_receiver_agrees_by_naming_this_site(url: str) -> None:
    assert agrees(url, ORIGIN, "token", 5, anything)
    assert Receiver.got[0][1]["WebHook-Request-Origin"] == ORIGIN
    Receiver.allows = "other.example.org"
    assert not agrees(url, ORIGIN, "token", 5, anything)
    Receiver.allows, Receiver.status = ORIGIN, 405
    assert not agrees(url, ORIGIN, "token", 5, anything)


@pytest.mark.parametrize(
    ("status", "error"), [(500, TryLater), (404, TryLater), (302, TryLater), (410, Refused)]
)
def test_what_is_not_taken_is_tried_again_unless_the_receiver_is_gone(
    url: str, status: int, error: type[Exception]
) -> None:
    Receiver.status = status
    with pytest.raises(error):
        post(url, b"[]", "secret", 5, anything)
    assert len(Receiver.got) == 1  # no redirect was followed


def test_a_receiver_that_does_not_answer_is_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(TryLater):
        post(f"http://127.0.0.1:{server.getsockname()[1]}/", b"[]", "s", 0.1, anything)


def test_a_receiver_that_drips_is_cut_off() -> None:
    def drip(server: socket.socket) -> None:
        link, _ = server.accept()
        with link, contextlib.suppress(OSError):
            link.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
            while True:
                link.sendall(b"x")
                time.sleep(0.02)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip, args=(server,))
        thread.start()
        with pytest.raises(TryLater):
            post(f"http://127.0.0.1:{server.getsockname()[1]}/", b"[]", "s", 0.3, anything)
        thread.join(5)
        assert not thread.is_alive()
