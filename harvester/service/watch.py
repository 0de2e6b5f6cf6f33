"""Look at the archive: current facts and conditions, for people, monitors and alarms."""

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from harvester.service.conditions import Condition, conditions
from harvester.service.facts import Facts, gather, open_to_read
from harvester.settings import Settings
from harvester.times import Clock, now, to_text


@dataclass(frozen=True, slots=True)
class Seen:
    """The result of a look; without an index there are no facts."""

    at: datetime
    facts: Facts | None
    conditions: tuple[Condition, ...]

    def first_seen_at(self, condition: Condition) -> str:
        """Return since when a condition is known."""
        for row in self.facts.lasting if self.facts else ():
            if (row.kind, row.source) == (condition.kind, condition.source):
                return row.first_seen_at
        return to_text(self.at)


@dataclass(frozen=True, slots=True)
class Watch:
    """Looks at an archive. Conditions are derived at each look, so they are known even if the
    service is down and records none.
    """

    settings: Settings
    sources: Collection[str]
    clock: Clock = now

    def look(self) -> Seen:
        """Look now; an unreadable index is a condition, not an error."""
        moment = self.clock()
        try:
            connection = open_to_read(self.settings.index)
        except sqlite3.Error as error:
            return Seen(moment, None, (_unreadable(self.settings, error),))
        try:
            facts = gather(connection, self.settings, self.sources, moment)
        except sqlite3.Error as error:
            return Seen(moment, None, (_unreadable(self.settings, error),))
        finally:
            connection.close()
        return Seen(moment, facts, tuple(conditions(facts, self.settings, moment)))


def _unreadable(settings: Settings, error: sqlite3.Error) -> Condition:
    return Condition("index", "", f"{settings.index}: {error}")
