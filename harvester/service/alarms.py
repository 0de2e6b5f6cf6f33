"""Record conditions, and notify hooks once when one begins and once when it is over.

Deliveries are recorded per hook: a failed one is retried at the next look, others are not repeated.
"""

import logging
import socket
import sqlite3
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from harvester.errors import HookFailed
from harvester.index.connection import connect, transaction
from harvester.index.errors import IndexFault
from harvester.index.operations import (
    Lasting,
    begin_condition,
    change_condition,
    last_over,
    lasting,
)
from harvester.service.conditions import KINDS
from harvester.service.hooks import Event, Hook
from harvester.service.watch import Seen
from harvester.times import to_text

_logger = logging.getLogger(__name__)


class Alarms:
    """Writes conditions to the index, and delivers them to the hooks."""

    def __init__(self, index: Path, hooks: Mapping[str, Hook]) -> None:
        """Use an index and the hooks by name."""
        self._index = index
        self.hooks = hooks
        """The hooks, replaced when the settings are reloaded."""
        self._without_index: Lasting | None = None
        """Whether there is no usable index to record conditions in."""

    def note(self, seen: Seen) -> None:
        """Record the conditions of a look, and notify of new and ended ones.

        An unusable index is notified too; its records are then lost.
        """
        try:
            database = connect(self._index, create=False)
        except IndexFault as error:
            _logger.error("conditions cannot be remembered: %s", error)
            if self._without_index is None:
                at = to_text(seen.at)
                self._without_index = Lasting(0, "index", "", at, None, str(error), {})
            self._tell_of(self._without_index, _forget)
            return
        if self._without_index is not None:
            self._tell_of(self._without_index._replace(over_at=to_text(seen.at)), _forget)
            self._without_index = None
        try:
            with transaction(database) as connection:
                _remember(connection, seen)
            for row in (*lasting(database.conn), *last_over(database.conn)):
                self._tell_of(row, partial(_note_told, database, row.id))
        except IndexFault as error:
            _logger.error("conditions cannot be remembered: %s", error)
        finally:
            database.conn.close()

    def _tell_of(self, row: Lasting, note: Callable[[Mapping[str, Any]], None]) -> None:
        for name in ("begins", "over"):
            if name == "over" and row.over_at is None:
                return
            heard = row.told.get(name, [])
            # A hook that missed the beginning is not notified of the end.
            if name == "over":
                due = [hook for hook in row.told.get("begins", []) if hook not in heard]
            else:
                due = [hook for hook in self.hooks if hook not in heard and row.over_at is None]
            told = [hook for hook in due if self._call(hook, _event(name, row))]
            if told:
                row.told[name] = [*heard, *told]
                note(row.told)

    def _call(self, name: str, event: Event) -> bool:
        hook = self.hooks.get(name)
        if hook is None:
            return True  # the hook was removed from the settings
        try:
            hook(event)
        except HookFailed as error:
            _logger.error("alarm %s was not told of %s: %s", name, event["kind"], error)
            return False
        return True


def _forget(_: Mapping[str, Any]) -> None:
    """Keep nothing: the row in memory has it while this process runs."""


def _note_told(database: Database, id_: int, told: Mapping[str, Any]) -> None:
    with transaction(database) as connection:
        change_condition(connection, id_, told=told)


def _remember(connection: sqlite3.Connection, seen: Seen) -> None:
    """Begin new conditions, end those that are over, update the words of the others."""
    at = to_text(seen.at)
    known = {(row.kind, row.source): row for row in lasting(connection)}
    there = {(condition.kind, condition.source): condition for condition in seen.conditions}
    for key, condition in there.items():
        row = known.get(key)
        if row is None:
            begin_condition(connection, *key, at, condition.detail)
            _logger.warning("alarm: %s %s: %s", *key, condition.detail)
        elif row.detail != condition.detail:
            change_condition(connection, row.id, detail=condition.detail)
    for key, row in known.items():
        # Without facts, no condition is known to be over.
        if key not in there and seen.facts is not None:
            change_condition(connection, row.id, over_at=at)
            _logger.warning("over: %s %s: %s", *key, row.detail)


def _event(name: str, row: Lasting) -> Event:
    return {
        "event": name,
        "kind": row.kind,
        "means": KINDS[row.kind],
        "source": row.source,
        "detail": row.detail,
        "first_seen_at": row.first_seen_at,
        "over_at": row.over_at,
        "host": socket.gethostname(),
    }
