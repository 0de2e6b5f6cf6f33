"""Publish entities into the feed's table, each a moment after the one before."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

from spiders.netherlands.simulator import times
from spiders.netherlands.simulator.entities import Declared, Entity, bijgewerkt, fields
from spiders.netherlands.simulator.store import Store

Links = tuple[tuple[str, str | None], ...]


class Press:
    """The way into the feed; it keeps the calendar's time.

    `updated` is half a second to a minute and a half after `bijgewerkt`, and so not monotone
    (guide 1.5); some are whole seconds.
    """

    def __init__(self, store: Store, seed: int, today: date) -> None:
        self.store = store
        self._rng = Random(f"{seed}/press")  # noqa: S311 - not for secrets
        self._withdrawals = 0
        self.today = today
        self.moment = times.at(today, 9)

    def open_day(self, day: date) -> None:
        """Go on to a day's morning."""
        self.today = day
        self.moment = max(times.at(day, 9), self.moment + timedelta(seconds=1))

    def publish(
        self,
        category: str,
        entity_id: str,
        values: Mapping[str, object],
        links: Links = (),
        file: Declared | None = None,
    ) -> None:
        """Publish a state of an entity."""
        moment = self._next_moment()
        entity = Entity(
            category, entity_id, bijgewerkt(category, moment), fields(values, links), file
        )
        self.store.put(entity, self._updated(moment))

    def withdraw(self, entity_id: str) -> None:
        """Publish a tombstone; a few keep their fields, a few spell the flag `True`."""
        entity = self._published(entity_id)
        moment = self._next_moment()
        self._withdrawals += 1
        stone = replace(
            entity,
            bijgewerkt=bijgewerkt(entity.category, moment),
            fields=() if self._withdrawals % 6 else entity.fields,
            file=None,
            is_withdrawn=True,
            flag="true" if self._withdrawals % 8 else "True",
        )
        self.store.put(stone, self._updated(moment))

    def bury(self, category: str, entity_id: str, flag: str = "true") -> None:
        """Publish a tombstone of something that was never seen."""
        moment = self._next_moment()
        stamp = bijgewerkt(category, moment)
        stone = Entity(category, entity_id, stamp, is_withdrawn=True, flag=flag)
        self.store.put(stone, self._updated(moment))

    def again(self, entity_id: str) -> None:
        """Publish what is there without change: a new token, time and `bijgewerkt`."""
        entity = self._published(entity_id)
        moment = self._next_moment()
        same = replace(entity, bijgewerkt=bijgewerkt(entity.category, moment))
        self.store.put(same, self._updated(moment))

    def _published(self, entity_id: str) -> Entity:
        row = self.store.get(entity_id)
        assert row is not None, f"{entity_id} was never published"
        return row.entity

    def _next_moment(self) -> datetime:
        # A few hundred things are published on a busy day: the day must hold them.
        self.moment += timedelta(milliseconds=self._rng.randint(3, 900))
        return self.moment

    def _updated(self, moment: datetime) -> str:
        later = moment + timedelta(seconds=self._rng.uniform(0.5, 90))
        is_whole = self._rng.random() < 0.05
        return times.atom_updated(later.replace(microsecond=0) if is_whole else later)
