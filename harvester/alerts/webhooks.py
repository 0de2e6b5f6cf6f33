"""Post events to readers' addresses: CloudEvents, signed, and never into private networks.

A receiver agrees by the handshake of the CloudEvents web hook specification: it answers OPTIONS
with `WebHook-Allowed-Origin`. So nobody can have events sent to a server of somebody else.
"""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from threading import Event, Timer
from typing import TypeAlias
from urllib.parse import urlsplit

from harvester import __version__
from harvester.alerts.sending import Refused, TryLater
from harvester.service.hooks import SIGNATURE, signature

CONTENT_TYPE = "application/cloudevents-batch+json; charset=utf-8"
_OK, _GONE, _LATER = range(200, 300), (410,), (408, 425, 429)
IsAllowed: TypeAlias = Callable[[str], bool]


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the open internet."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    if isinstance(ip, ipaddress.IPv6Address) and ip in ipaddress.ip_network("64:ff9b::/96"):
        inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    if inner is not None and not inner.is_global:
        return False
    return ip.is_global and not ip.is_multicast


def post(
    url: str, body: bytes, secret: str, timeout_s: float, is_allowed: IsAllowed = is_public
) -> None:
    """Post a batch of events; redirects are not followed.

    Raises:
        TryLater: it was not taken.
        Refused: the receiver says that it is gone.
    """
    headers = {"Content-Type": CONTENT_TYPE, SIGNATURE: signature(secret, body)}
    status, _ = _ask(url, "POST", body, headers, timeout_s, is_allowed)
    if status in _GONE:
        raise Refused(f"the receiver answered {status}")
    if status not in _OK:
        raise TryLater(f"the receiver answered {status}")


def agrees(
    url: str, origin: str, token: str, timeout_s: float, is_allowed: IsAllowed = is_public
) -> bool:
    """Ask a receiver whether it takes events from this site.

    Raises:
        TryLater: it could not be asked.
    """
    headers = {"WebHook-Request-Origin": origin, "Griffie-Alert": token}
    status, answer = _ask(url, "OPTIONS", b"", headers, timeout_s, is_allowed)
    return status in _OK and answer.get("webhook-allowed-origin", "") in (origin, "*")


def _ask(
    url: str,
    method: str,
    body: bytes,
    headers: Mapping[str, str],
    timeout_s: float,
    is_allowed: IsAllowed,
) -> tuple[int, Mapping[str, str]]:
    parts = urlsplit(url)
    try:
        connection = _connection(parts.scheme, parts.hostname or "", parts.port, timeout_s,
                                 is_allowed)  # fmt: skip
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        # A limit for all of it: that of the socket counts anew with each byte that comes.
        is_over = Event()
        deadline = Timer(timeout_s, _cut, (connection.sock, is_over))
        deadline.daemon = True
        deadline.start()
        try:
            connection.request(
                method, path, body, {**headers, "User-Agent": f"Griffie/{__version__}"}
            )
            answer = connection.getresponse()
            if is_over.is_set():  # what was cut off may look like the end of an answer
                raise TimeoutError(f"no answer within {timeout_s:g} s")
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}
        finally:
            deadline.cancel()
            connection.close()
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise TryLater(f"the receiver could not be asked: {error}") from error


def _cut(link: socket.socket, is_over: Event) -> None:
    is_over.set()
    with suppress(OSError):
        link.shutdown(socket.SHUT_RDWR)


def _connection(
    scheme: str, host: str, port: int | None, timeout_s: float, is_allowed: IsAllowed
) -> http.client.HTTPConnection:
    """Connect to the address that was checked: asked again, its name may give another."""
    if scheme not in ("http", "https"):
        raise ValueError(f"{scheme}: is no web address")
    number = port or (443 if scheme == "https" else 80)
    found = socket.getaddrinfo(host, number, type=socket.SOCK_STREAM)
    addresses = [str(address[4][0]) for address in found]
    if not addresses or not all(map(is_allowed, addresses)):
        raise ValueError(f"{host} is no public address")
    connection = http.client.HTTPConnection(host, number, timeout=timeout_s)
    if scheme == "https":
        connection = http.client.HTTPSConnection(host, number, timeout=timeout_s)
    link = socket.create_connection((addresses[0], number), timeout_s)
    if scheme == "https":
        try:
            link = ssl.create_default_context().wrap_socket(link, server_hostname=host)
        except BaseException:
            link.close()
            raise
    connection.sock = link
    return connection
