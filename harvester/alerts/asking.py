"""Take a request for an alert: checked, limited, and waiting for its confirmation."""

import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args
from urllib.parse import urlsplit

from harvester.alerts.composing import Composer
from harvester.alerts.store import RHYTHMS, Alert, Channel, Rhythm, Store
from harvester.alerts.topics import TOPICS
from harvester.settings.alerts import AlertSettings
from harvester.site.language import choose
from harvester.times import to_text

ABOUTS = ("search", *TOPICS)
LONGEST_ADDRESS = 254
LONGEST_URL = 1000
LONGEST_VALUE = 2000
PER_CLIENT, PER_ADDRESS, PER_HOST = 10, 3, 20
"""Requests in an hour of one reader; mails in a day to one address; of webhooks in an hour."""
MOST_OF_ADDRESS = 100
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
_is_mail = re.compile(
    r"[^\s@<>(),:;\\\"\[\]\x00-\x20\x7f-\x9f]{1,64}@(?:[\w-]{1,63}\.)+[^\W\d_][\w-]{1,62}"
).fullmatch

Problem = Literal["address", "about", "busy"]


@dataclass(frozen=True, slots=True)
class Wish:
    """What a reader asked for, as it came."""

    channel: str
    address: str
    about: str
    value: str
    rhythm: str
    language: str
    client: str
    """Where the request came from."""


def problem_of(wish: Wish) -> Problem | None:
    """Return why a wish cannot be met."""
    if wish.about not in ABOUTS or wish.rhythm not in RHYTHMS:
        return "about"
    if not 0 < len(wish.value) <= LONGEST_VALUE:
        return "about"
    is_fine = is_mail if wish.channel == "mail" else is_web_address
    return None if wish.channel in get_args(Channel) and is_fine(wish.address) else "address"


def is_mail(address: str) -> bool:
    """Tell whether mail may be sent to an address: one, without a name."""
    return len(address) <= LONGEST_ADDRESS and _is_mail(address) is not None


def is_web_address(url: str) -> bool:
    """Tell whether this may be the address of a webhook; it is resolved when it is used."""
    try:
        parts = urlsplit(url)
        is_plain = parts.username is None and parts.port != 0
    except ValueError:
        return False
    is_web = parts.scheme in ("https", "http") and bool(parts.hostname)
    is_short = len(url) <= LONGEST_URL and url.isascii() and url.isprintable() and " " not in url
    return is_web and is_plain and is_short


def ask(
    store: Store,
    settings: AlertSettings,
    composer: Composer,
    wish: Wish,
    now: datetime,
    new_token: Callable[[], str] = lambda: secrets.token_urlsafe(32),
) -> Alert | Problem:
    """Note a wish; its confirmation is sent by who sends alerts.

    Nothing that is returned for mail tells whether the address has this alert or any other.
    """
    if problem := problem_of(wish):
        return problem
    about = _digest("address", wish.address.lower())
    host = _digest("host", (urlsplit(wish.address).hostname or "").lower())
    with store.transaction() as connection:
        hour, day = to_text(now - HOUR), to_text(now - DAY)
        limits = [(_digest("client", wish.client), PER_CLIENT, hour), (about, PER_ADDRESS, day)]
        limits += [("asked", settings.confirmations_per_hour, hour)]
        limits += [(host, PER_HOST, hour)] if wish.channel == "webhook" else []
        if any(store.lately(what, since) >= most for what, most, since in limits):
            store.count("refused: too many requests")
            return "busy"
        [(had,)] = connection.execute(
            "SELECT count(*) FROM alert WHERE address = ?", (wish.address,)
        )
        if had >= MOST_OF_ADDRESS:
            store.count("refused: too many alerts")
            return "busy"
        for what, _, _ in limits:
            store.note(what, to_text(now))
        alert = _put(store, wish, now, new_token)
        if alert.channel == "mail":
            id_ = new_token()
            connection.execute(
                "INSERT INTO message VALUES (?, ?, ?, ?, 0, ?)",
                (id_, alert.id, composer.confirmation(alert, id_, now), to_text(now), to_text(now)),
            )
        return alert


def _put(store: Store, wish: Wish, now: datetime, new_token: Callable[[], str]) -> Alert:
    rhythm: Rhythm = next(r for r in RHYTHMS if r == wish.rhythm)
    row = {
        "token": new_token(),
        "channel": wish.channel,
        "address": wish.address,
        "about": wish.about,
        "value": wish.value,
        "rhythm": rhythm,
        "language": choose(wish.language, None, None),
        "secret": new_token() if wish.channel == "webhook" else "",
        "made_at": to_text(now),
        "next_at": to_text(now),
    }
    places = ", ".join(f":{name}" for name in row)
    store.connection.execute(
        f"INSERT INTO alert ({', '.join(row)}) VALUES ({places})",  # noqa: S608 - names
        row,
    )
    found = store.find(str(row["token"]))
    assert found is not None
    return found


def _digest(kind: str, text: str) -> str:
    """Return a name for what is limited that does not tell it, and is kept for a day at most."""
    return f"{kind} {hashlib.sha256(text.encode(errors='replace')).hexdigest()[:32]}"
