"""Hand messages over: to an SMTP server, or to a program such as sendmail."""

import smtplib
import ssl
import subprocess
from contextlib import suppress
from typing import Protocol

from harvester.errors import HarvesterError
from harvester.settings.alerts import AlertSettings


class TryLater(HarvesterError):
    """A message was not taken, and may be the next time."""


class Unreachable(TryLater):
    """Nobody takes messages now, whoever they are for."""


class Refused(HarvesterError):
    """A message was refused for good: its address takes none."""


class Transport(Protocol):
    """Hands a mail over; returns once somebody else is answerable for it.

    Raises:
        TryLater: it was not taken.
        Refused: the address will never take any.
    """

    def __call__(self, address: str, message: bytes) -> None:
        """Hand a message over."""


def transport(settings: AlertSettings) -> Transport:
    """Return the way in which mail is sent."""

    def by_program(address: str, message: bytes) -> None:
        _run(settings, message)

    def by_smtp(address: str, message: bytes) -> None:
        _send(settings, address, message)

    return by_program if settings.command else by_smtp


def _run(settings: AlertSettings, message: bytes) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - the operator's own command
            settings.command, input=message, timeout=settings.timeout_s,
            capture_output=True, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unreachable(str(error)) from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()[-200:]
        raise TryLater(f"{settings.command[0]} ended with {done.returncode}: {said}")


def _send(settings: AlertSettings, address: str, message: bytes) -> None:
    where = f"{settings.smtp_host}:{settings.smtp_port}"
    try:
        server = _connected(settings)
    except (OSError, smtplib.SMTPException) as error:
        raise Unreachable(f"{where}: {error}") from error
    try:
        # As it is written: `send_message` would fold and encode the headers anew.
        options = () if address.isascii() else ("SMTPUTF8",)
        server.sendmail(settings.sender, [address], message, options)
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        raise _failure(code, said) from error
    except smtplib.SMTPNotSupportedError as error:
        # The address has letters beyond ASCII, and this server takes none.
        raise Refused(str(error)) from error
    except (OSError, smtplib.SMTPException) as error:
        # A refusal of anything but the recipient is about us, not about the address.
        raise TryLater(f"{where}: {error}") from error
    finally:
        # Whatever the server says to a farewell, the message was taken.
        with suppress(OSError, smtplib.SMTPException):
            server.quit()
        server.close()


def _failure(code: int, said: bytes | str) -> TryLater | Refused:
    """Return what a reply to a recipient means (RFC 5321 4.2.1: 5xx is for good)."""
    words = said.decode(errors="replace") if isinstance(said, bytes) else said
    kind = Refused if 500 <= code < 600 else TryLater
    return kind(f"{code} {words}")


def _connected(settings: AlertSettings) -> smtplib.SMTP:
    context = ssl.create_default_context()
    host, port, timeout_s = settings.smtp_host, settings.smtp_port, settings.timeout_s
    server: smtplib.SMTP
    if settings.smtp_security == "tls":
        server = smtplib.SMTP_SSL(host, port, timeout=timeout_s, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=timeout_s)
    try:
        if settings.smtp_security == "starttls":
            server.starttls(context=context)
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
    except BaseException:
        server.close()
        raise
    return server
