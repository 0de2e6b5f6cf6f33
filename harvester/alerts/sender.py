"""The sender of alerts: look for news, note what each alert is to be told, send it; again."""

import logging
import sqlite3
from collections.abc import Callable
from functools import partial
from threading import Event
from urllib.parse import urlsplit

from harvester.alerts import webhooks
from harvester.alerts.collecting import collect
from harvester.alerts.outbox import Outbox, Posts
from harvester.alerts.pages import composer_of
from harvester.alerts.sending import transport
from harvester.alerts.store import Store
from harvester.settings import Settings
from harvester.times import Clock, now

LOOK_EVERY_S = 5.0
"""Between two looks at the change feed, each of which costs next to nothing if nothing changed."""

WEBHOOK_S = 5.0
"""Longest time for a receiver of a webhook to answer."""

_logger = logging.getLogger(__name__)


def outbox_of(settings: Settings, store: Store) -> Outbox:
    """Return the outbox of an installation."""
    alerts, origin = settings.alerts, urlsplit(settings.site.public_url).netloc
    patience_s = min(alerts.timeout_s, WEBHOOK_S)
    return Outbox(
        store,
        alerts,
        composer_of(settings),
        transport(alerts),
        Posts(
            lambda url, body, secret: webhooks.post(url, body, secret, patience_s),
            lambda url, token: webhooks.agrees(url, origin, token, patience_s),
        ),
    )


def send_once(settings: Settings, store: Store, outbox: Outbox, clock: Clock = now) -> int:
    """Collect what happened and send what is due; return how many messages were sent.

    Killed anywhere, the next one goes on where this one was.
    """
    moment = clock()
    collect(settings.index, store, moment, settings.alerts.mass)
    return outbox.work(moment)


def keep_sending(
    settings: Settings, store: Store, stop: Event, alive: Callable[[], object] = lambda: None
) -> None:
    """Send until told to stop.

    Args:
        stop: ends it between two messages' rounds.
        alive: called at each look.
    """
    work = partial(send_once, settings, store, outbox_of(settings, store))
    while not stop.is_set():
        alive()
        try:
            if sent := work():
                _logger.info("alerts sent", extra={"fields": {"messages": sent}})
        except sqlite3.OperationalError as error:
            # The index is being made again, or a file is locked: the next look finds out.
            _logger.warning("alerts wait: %s", error)
        stop.wait(LOOK_EVERY_S)
