"""Hooks for alarms: a command, a signed webhook, or an Apprise address such as e-mail."""

import hashlib
import hmac
import importlib
import json
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeAlias

from harvester import __version__
from harvester.errors import HookFailed
from harvester.settings.service import AlarmSettings

Event: TypeAlias = Mapping[str, str | None]
"""`event` (`begins`, `over`), `kind`, `means`, `source`, `detail`, `first_seen_at`, `over_at`."""
Hook: TypeAlias = Callable[[Event], None]

SIGNATURE = "X-Griffie-Signature"
"""`sha256=<hex>`: HMAC-SHA-256 of the body with the secret that both sides know."""


def hooks(alarm: AlarmSettings) -> dict[str, Hook]:
    """Return the hooks that the settings name, by name."""
    found: dict[str, Hook] = {}
    if alarm.command:
        found["command"] = partial(_run, alarm.command, alarm.timeout_s)
    if alarm.webhook_url:
        secret = alarm.webhook_secret.get_secret_value()
        found["webhook"] = partial(_post, alarm.webhook_url, secret, alarm.timeout_s)
    if urls := alarm.apprise_urls.get_secret_value().split():
        found["apprise"] = partial(_notify, urls)
    return found


def in_words(event: Event) -> tuple[str, str]:
    """Return an event as a title and a text."""
    about = f"{event['kind']} {event['source']}".strip()
    if event["event"] == "over":
        return f"Griffie: over: {about}", f"Since {event['over_at']} no more: {event['detail']}"
    return f"Griffie: {about}", (
        f"{event['detail']}\n\n{event['means']}; seen at {event['first_seen_at']} "
        f"on {event['host']}. `griffie status` has more."
    )


def signature(secret: str, body: bytes) -> str:
    """Return the value of the header `SIGNATURE`."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _run(command: tuple[str, ...], timeout_s: float, event: Event) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - the operator's own command
            command,
            input=json.dumps(event).encode(),
            timeout=timeout_s,
            capture_output=True,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise HookFailed(str(error)) from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()[-200:]
        raise HookFailed(f"{command[0]} ended with {done.returncode}: {said}")


def _post(url: str, secret: str, timeout_s: float, event: Event) -> None:
    body = json.dumps(event).encode()
    headers = {"Content-Type": "application/json", "User-Agent": f"Griffie/{__version__}"}
    if secret:
        headers[SIGNATURE] = signature(secret, body)
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=timeout_s):  # noqa: S310 - http(s) by pattern
            pass
    except (OSError, ValueError) as error:
        # The address may contain a token, so it is not shown.
        raise HookFailed(f"the webhook: {error}") from error


def _notify(urls: list[str], event: Event) -> None:
    try:
        # An optional extra, and slow to import.
        apprise = importlib.import_module("apprise")
    except ImportError as error:
        raise HookFailed("Apprise is not installed: pip install griffie[mail]") from error
    sender = apprise.Apprise()
    for url in urls:
        if not sender.add(url):
            raise HookFailed("Apprise does not understand one of alarm.apprise_urls")
    title, body = in_words(event)
    if not sender.notify(title=title, body=body):
        raise HookFailed("Apprise could not deliver it")
