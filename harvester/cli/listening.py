"""Listen on an address of this machine."""

import socket

from harvester.errors import ConfigurationError

BACKLOG = 2048
"""Most connections waiting to be accepted."""


def check_free(host: str, port: int) -> None:
    """Check that an address can be listened on, before long work that ends in serving there.

    Raises:
        ConfigurationError: the address is taken, or not of this machine.
    """
    for listener in listening(host, port, 1):
        listener.close()


def listening(host: str, port: int, count: int) -> list[socket.socket]:
    """Listen on one address with several sockets, among which the system distributes connections.

    If processes share one socket, the one that is awake takes all connections, and browsers and
    proxies stay with it. Connections waiting at a socket survive the replacement of its process.
    """
    try:
        if port and count > 1:
            # Shared sockets admit other processes of the same user, so check that the address is
            # free.
            _listener(host, port).close()
        first = _listener(host, port, is_shared=count > 1)
        free = first.getsockname()[1]
        return [first, *(_listener(host, free, is_shared=True) for _ in range(count - 1))]
    except OSError as error:
        raise ConfigurationError(
            f"cannot listen on {host} port {port}: {error.strerror}; choose another with --port"
        ) from error


def _listener(host: str, port: int, *, is_shared: bool = False) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server(
        (host, port), family=family, backlog=BACKLOG, reuse_port=is_shared
    )
    # Connections inherit it. asyncio sets it on sockets that name their protocol only, and without
    # it the end of an answer waits 40 ms for an acknowledgement.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener
