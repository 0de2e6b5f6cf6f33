"""A TCP proxy that misbehaves between a client and an S3 server, by dice that repeat."""

import random
import socket
import socketserver
import struct
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import ClassVar

BODY = b'<?xml version="1.0" encoding="UTF-8"?><Error><Code>SlowDown</Code></Error>'
SLOW_DOWN = (
    b"HTTP/1.1 503 Slow Down\r\nContent-Type: application/xml\r\n"
    b"Content-Length: %d\r\nConnection: close\r\n\r\n%b" % (len(BODY), BODY)
)
FAULTS = ("reset", "overloaded", "cut", "late")


class Misbehaving(socketserver.ThreadingTCPServer):
    """Each connection may be reset, answered 503, cut in the answer, or be late."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, upstream: tuple[str, int], seed: int, share: float) -> None:
        super().__init__(("127.0.0.1", 0), Relay)
        self.upstream = upstream
        self.share = share
        self.dice = random.Random(seed)
        self.lock = threading.Lock()
        self.struck: Counter[str] = Counter()

    def choose(self) -> tuple[str | None, int]:
        """Throw the dice for a connection: which fault, and after how many bytes."""
        with self.lock:
            if self.dice.random() >= self.share:
                return None, 0
            fault = self.dice.choice(FAULTS)
            self.struck[fault] += 1
            return fault, self.dice.randrange(0, 3000)


class Relay(socketserver.BaseRequestHandler):
    """One connection."""

    server: Misbehaving
    RESET: ClassVar[bytes] = struct.pack("ii", 1, 0)

    def handle(self) -> None:
        client: socket.socket = self.request
        fault, after = self.server.choose()
        if fault == "reset":
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, self.RESET)
            return
        if fault == "overloaded":
            client.recv(65536)
            client.sendall(SLOW_DOWN)
            return
        if fault == "late":
            threading.Event().wait(0.2)
        with socket.create_connection(self.server.upstream) as upstream:
            sender = threading.Thread(target=_pass_on, args=(client, upstream, None), daemon=True)
            sender.start()
            _pass_on(upstream, client, after if fault == "cut" else None)


def _pass_on(source: socket.socket, target: socket.socket, most: int | None) -> None:
    """Pass bytes on until one side ends, or so many have passed."""
    with suppress(OSError):
        while chunk := source.recv(65536):
            if most is not None and len(chunk) >= most:
                target.sendall(chunk[:most])
                break
            target.sendall(chunk)
            most = None if most is None else most - len(chunk)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@contextmanager
def misbehaving(url: str, *, seed: int, share: float) -> Iterator[tuple[str, Misbehaving]]:
    """Put a proxy before a server; gives its URL.

    Args:
        url: of the server.
        seed: the same seed throws the same dice.
        share: of connections that meet a fault.
    """
    host, _, port = url.removeprefix("http://").partition(":")
    with Misbehaving((host, int(port)), seed, share) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", server
        server.shutdown()
