"""Notify systemd of the service's state (sd_notify(3)), without its library."""

import socket
from collections.abc import Mapping
from time import CLOCK_MONOTONIC, clock_gettime_ns


class Notifier:
    """Writes to the socket that systemd names; does nothing without one."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Take `NOTIFY_SOCKET` and `WATCHDOG_USEC` from the environment."""
        self._address = environment.get("NOTIFY_SOCKET", "")
        usec = environment.get("WATCHDOG_USEC", "")
        self.watchdog_s = int(usec) / 1_000_000 if usec.isdigit() else None
        """Longest interval between heartbeats; None if none are expected."""

    def ready(self, status: str) -> None:
        """Report that the service is ready, also after `reloading`."""
        self._send("READY=1", f"STATUS={status}")

    def alive(self, status: str) -> None:
        """Report that the service is alive, and its status."""
        self._send("WATCHDOG=1", f"STATUS={status}")

    def reloading(self) -> None:
        """Report that the settings are being reloaded."""
        usec = clock_gettime_ns(CLOCK_MONOTONIC) // 1000
        self._send("RELOADING=1", f"MONOTONIC_USEC={usec}")

    def stopping(self) -> None:
        """Report that the service is stopping."""
        self._send("STOPPING=1")

    def _send(self, *lines: str) -> None:
        if not self._address:
            return
        # "@" stands for the zero byte of an abstract socket.
        address = self._address.replace("@", "\0", 1) if self._address[0] == "@" else self._address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
            sender.connect(address)
            sender.sendall("\n".join(lines).encode())
