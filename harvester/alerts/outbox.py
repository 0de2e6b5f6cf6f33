"""Messages: made of what is to be told, kept as they will be sent, and sent once.

A message is in the file before it is handed over and leaves the file after that. If everything
stops in between, it is handed over again, byte for byte and with the same Message-ID (or ids of
CloudEvents), by which receivers drop repetitions: with SMTP nobody can do better.
"""

import json
import logging
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf
from typing import NamedTuple
from zoneinfo import ZoneInfo

from harvester.alerts.composing import Composer, Told
from harvester.alerts.sending import Refused, Transport, TryLater, Unreachable
from harvester.alerts.store import Alert, Channel, Store
from harvester.settings.alerts import AlertSettings
from harvester.source.registry import time_zone
from harvester.times import to_text

DIGEST_AT_H = 6
"""The hour of digests, by the parliament's clocks."""
CONFIRM_WITHIN = timedelta(days=7)
MOST_ATTEMPTS = 20
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=12)
OTHERS_S = 20.0
"""Time for webhooks in one round, so that slow ones keep nobody else waiting for long."""
_DAY = timedelta(days=1)
_MOST_TOLD = 10_000

_logger = logging.getLogger(__name__)


class Posts:
    """What is done over webhooks."""

    def __init__(
        self,
        post: Callable[[str, bytes, str], None],
        agrees: Callable[[str, str], bool],
    ) -> None:
        """Take what posts a body, signed with a secret, and what asks a receiver to agree."""
        self.post = post
        self.agrees = agrees


class Message(NamedTuple):
    """A message that waits."""

    id: str
    alert: int
    body: bytes
    attempts: int


@dataclass(slots=True)
class Outbox:
    """Makes and sends the messages of a store; one process at a time."""

    store: Store
    settings: AlertSettings
    composer: Composer
    send: Transport
    posts: Posts
    new_id: Callable[[], str] = lambda: secrets.token_hex(16)
    timer: Callable[[], float] = time.monotonic

    def work(self, now: datetime) -> int:
        """Make the messages that are due and send what waits; return how many were sent."""
        self._forget(now)
        for alert in self._due(now):
            self._bundle(alert, now)
        # Mail first: a server of ours takes it at once, and those of others may be slow.
        sent = self._send_all(now, "mail")
        until = self.timer() + OTHERS_S
        sent += self._send_all(now, "webhook", until)
        self._handshakes(now, until)
        return sent

    def _forget(self, now: datetime) -> None:
        """Delete addresses that were never confirmed."""
        long_ago = to_text(now - CONFIRM_WITHIN)
        for alert in self.store.alerts("confirmed_at IS NULL AND made_at < ?", long_ago):
            self.store.end(alert.id, "never confirmed")

    def _handshakes(self, now: datetime, until: float) -> None:
        """Ask new receivers of webhooks whether they agree; one that does not is deleted."""
        for alert in self.store.alerts("confirmed_at IS NULL AND channel = 'webhook'"):
            if self.timer() > until:
                return
            try:
                is_agreed = self.posts.agrees(alert.address, alert.token)
            except TryLater as error:
                _logger.info("alert %s: %s", alert.id, error)
                is_agreed = False
            if is_agreed:
                confirm(self.store, alert, now)
            else:
                self.store.end(alert.id, "never confirmed")

    def _due(self, now: datetime) -> Iterator[Alert]:
        yield from self.store.alerts(
            "confirmed_at IS NOT NULL AND next_at <= ? AND EXISTS "
            "(SELECT 1 FROM told WHERE told.alert = alert.id AND told.message IS NULL)",
            to_text(now),
        )

    def _bundle(self, alert: Alert, now: datetime) -> None:
        """Make one message of all that an alert is to be told."""
        with self.store.transaction() as connection:
            rows = connection.execute(
                "SELECT paper, event, says FROM told WHERE alert = ? AND message IS NULL "
                "ORDER BY paper, event LIMIT ?",
                (alert.id, _MOST_TOLD),
            ).fetchall()
            if not rows:
                return
            events: Sequence[Told] = [
                {**json.loads(says), "event": event} for _, event, says in rows
            ]
            id_ = self.new_id()
            body = (
                self.composer.mail(alert, id_, events, now)
                if alert.channel == "mail"
                else self.composer.batch(alert, events, now)
            )
            connection.execute(
                "INSERT INTO message VALUES (?, ?, ?, ?, 0, ?)",
                (id_, alert.id, body, to_text(now), to_text(now)),
            )
            connection.executemany(
                "UPDATE told SET message = ?, says = NULL "
                "WHERE alert = ? AND paper = ? AND event = ?",
                [(id_, alert.id, paper, event) for paper, event, _ in rows],
            )
            self.store.note(f"message {alert.id}", to_text(now))
            following = self._next(alert, now)
            connection.execute(
                "UPDATE alert SET next_at = ? WHERE id = ?", (to_text(following), alert.id)
            )

    def _next(self, alert: Alert, now: datetime) -> datetime:
        if alert.rhythm != "at-once":
            return next_digest(alert.rhythm, now)
        sent = self.store.lately(f"message {alert.id}", to_text(now - _DAY))
        return now if sent < self.settings.at_once_per_day else now + _DAY

    def _send_all(self, now: datetime, channel: Channel, until: float = inf) -> int:
        """Send what waits for a channel, the oldest first, until a time of the timer."""
        waiting = self.store.connection.execute(
            "SELECT m.id, m.alert, m.body, m.attempts FROM message AS m "
            "JOIN alert AS a ON a.id = m.alert WHERE m.next_at <= ? AND a.channel = ? "
            "ORDER BY m.made_at, m.id",
            (to_text(now), channel),
        ).fetchall()
        sent = 0
        for message in map(Message._make, waiting):
            if self.timer() > until:
                break
            alert = next(iter(self.store.alerts("id = ?", message.alert)), None)
            if alert is None:
                continue  # it was ended meanwhile
            try:
                self._hand_over(alert, message.body)
            except Unreachable as error:
                _logger.error("mail waits: %s", error)
                break
            except Refused as error:
                _logger.warning("alert %s ends: %s", alert.id, error)
                self.store.end(alert.id, "refused")
            except TryLater as error:
                self._put_off(alert, message, now, error)
            else:
                self._sent(message)
                sent += 1
        return sent

    def _hand_over(self, alert: Alert, body: bytes) -> None:
        if alert.channel == "mail":
            self.send(alert.address, body)
        else:
            self.posts.post(alert.address, body, alert.secret)

    def _sent(self, message: Message) -> None:
        with self.store.transaction() as connection:
            connection.execute("DELETE FROM message WHERE id = ?", (message.id,))
            self.store.count("sent")

    def _put_off(self, alert: Alert, message: Message, now: datetime, error: TryLater) -> None:
        if message.attempts + 1 >= MOST_ATTEMPTS:
            _logger.warning("alert %s ends after %d attempts: %s", alert.id, MOST_ATTEMPTS, error)
            self.store.end(alert.id, "gave up")
            return
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2**message.attempts)
        with self.store.transaction() as connection:
            connection.execute(
                "UPDATE message SET attempts = attempts + 1, next_at = ? WHERE id = ?",
                (to_text(now + wait), message.id),
            )
            self.store.count("put off")


def confirm(store: Store, alert: Alert, now: datetime) -> None:
    """Begin to tell an alert what happens from now on; doing so twice changes nothing."""
    first = now if alert.rhythm == "at-once" else next_digest(alert.rhythm, now)
    with store.transaction() as connection:
        connection.execute(
            "UPDATE alert SET confirmed_at = ?, next_at = ? WHERE id = ? AND confirmed_at IS NULL",
            (to_text(now), to_text(first), alert.id),
        )


def next_digest(rhythm: str, now: datetime, zone: ZoneInfo | None = None) -> datetime:
    """Return when the next digest is sent: a morning, of a weekly one on Monday."""
    local = now.astimezone(zone or time_zone())
    days = 1 if rhythm == "daily" else 7 - local.weekday()
    morning = (local + timedelta(days=days)).replace(
        hour=DIGEST_AT_H, minute=0, second=0, microsecond=0
    )
    return morning.astimezone(now.tzinfo)
