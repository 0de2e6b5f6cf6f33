"""The fictional parliament as a world: it is made from a seed, and it lives on."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from random import Random

from spiders.netherlands.simulator import registry, times
from spiders.netherlands.simulator.chamber import make_chamber, publish_chamber
from spiders.netherlands.simulator.desk import Desk
from spiders.netherlands.simulator.entities import Declared
from spiders.netherlands.simulator.example import Example
from spiders.netherlands.simulator.identifiers import Identifiers
from spiders.netherlands.simulator.koop.publisher import Publisher
from spiders.netherlands.simulator.koop.repository import Repository
from spiders.netherlands.simulator.life import Life
from spiders.netherlands.simulator.papers import Paper
from spiders.netherlands.simulator.portal.ministries import Ministries
from spiders.netherlands.simulator.press import Press
from spiders.netherlands.simulator.proceedings import Proceedings
from spiders.netherlands.simulator.store import Store
from spiders.netherlands.simulator.truth import paper_truth
from spiders.netherlands.simulator.world import File, Missing, Truth

_HISTORY_DAYS = 80
"""Sitting days before the first one: four months."""
_RATES = {"debate": 0.5, "appraise": 0.33, "execute": 0.17, "inform": 0.28}
"""How many of each a day has at size 1: about 140 motions and 60 letters in the history."""
_VLOS = "http://www.tweedekamer.nl/ggm/vergaderverslag/v1.0"


class Parliament:
    """A parliament that does not exist.

    Args:
        seed: the same seed, size, day and advances give the same feed, byte for byte.
        size: 1 is about 60 letters and 140 motions at the start.
        today: the first day of its calendar; sitting days are weekdays.
        is_tidy: no missing or late files and no wrong lengths.
    """

    def __init__(
        self, seed: int, *, size: float = 1, today: date = date(2026, 10, 1), is_tidy: bool = False
    ) -> None:
        self._seed = seed
        self._size = size
        self._is_tidy = is_tidy
        self._advances = 0
        self._owed = dict.fromkeys(_RATES, 0.5)
        days = list(_weekdays_before(today, _HISTORY_DAYS))
        self._ids = Identifiers(seed)
        self._chamber = make_chamber(seed, self._ids)
        self._press = Press(Store(seed), seed, days[0] - timedelta(days=30))
        self._desk = Desk(self._press, self._chamber, self._ids, seed, is_tidy=is_tidy)
        self._proceedings = Proceedings(
            self._press,
            self._chamber,
            self._desk,
            Random(f"{seed}/proceedings"),  # noqa: S311 - not for secrets
        )
        self._example = Example(self._chamber, self._desk, self._proceedings)
        self._life = Life(self._press, self._chamber, self._desk, is_tidy=is_tidy)
        self._publisher = Publisher(seed, size, self._chamber)
        self._ministries = Ministries(seed)
        self._reports: dict[str, tuple[bytes, datetime]] = {}
        self._logos_at = self._press.moment
        self._make_history(days)

    @property
    def store(self) -> Store:
        """The feed's table."""
        return self._press.store

    @property
    def koop(self) -> Repository:
        """What KOOP holds of it, and of the Eerste Kamer."""
        return self._publisher.repository

    @property
    def ministries(self) -> Ministries:
        """What its ministries publish themselves."""
        return self._ministries

    @property
    def papers(self) -> tuple[Paper, ...]:
        """All papers, in the order in which they were written."""
        return tuple(self._desk.papers)

    def file(self, entity_id: str) -> File | Missing | None:
        """Return the file of a paper, a report of a sitting or the logo of a party."""
        row = self.store.get(entity_id)
        if row is None or row.entity.is_withdrawn or row.entity.file is None:
            return None
        if entity_id in self._reports:
            content, made_at = self._reports[entity_id]
            return File("application/xml", lambda: content, f"{entity_id[:8]}-1", made_at)
        if entity_id in self._chamber.logos:
            logo = self._chamber.logos[entity_id]
            return File("image/png", lambda: logo, f"{entity_id[:8]}-1", self._logos_at)
        paper = self._papers_by_id[entity_id]
        if paper.missing_status is not None:
            return Missing(paper.missing_status)
        etag = f"{entity_id[:8]}-{paper.edition}"
        return File(paper.served, partial(Paper.content, paper), etag, paper.changed_at)

    def advance(self, days: int) -> Truth:
        """Let sitting days pass: new papers, votes, changes, withdrawals, re-publications."""
        self._advances += 1
        rng = Random(f"{self._seed}/advance/{self._advances}")  # noqa: S311 - not for secrets
        before = list(self._desk.papers)
        self._publisher.begin_advance(self._advances)
        koop_rng = Random(f"{self._seed}/koop/advance/{self._advances}")  # noqa: S311
        for place in range(days):
            self._open_next_day()
            if place == 0:
                # Something must be new after every advance, and something changed.
                happened = self._life.go_on(rng, before, self._advances)
                self._proceedings.debate(self._press.today, 3)
                self._proceedings.appraise()
                self._proceedings.inform()
            self._work(rng)
            if place == 0:
                self._ministries.begin_advance(self._advances, self._press.today)
            self._ministries.work(self._press.today, self._desk.papers)
            self._publisher.work(
                self._press.today,
                self._desk.papers,
                advance=self._advances,
                rng=koop_rng if place == 0 else None,
            )
        republished = [row.entity.id for row in self.store.view(None).rows if rng.random() < 0.25]
        for entity_id in republished:
            self._press.again(entity_id)
        self._ministries.settle()
        self._index_papers()
        return {
            "today": self._press.today.isoformat(),
            "new": [paper.number for paper in self._desk.papers[len(before) :]],
            "republished": len(republished),
            **happened,
            "koop": self._publisher.happened(),
            "portal": self._ministries.happened,
        }

    def republish(self) -> int:
        """Publish everything again without change, as on 2024-02-19 (guide 1.5)."""
        rows = list(self.store.view(None).rows)
        for row in rows:
            self._press.again(row.entity.id)
        return len(rows)

    def truth(self) -> Truth:
        """Return what a perfect harvester would know now."""
        return {
            "world": "parliament",
            "seed": self._seed,
            "advances": self._advances,
            "today": self._press.today.isoformat(),
            "papers": [paper_truth(paper) for paper in self._desk.papers],
            "typical_letter": self._example.truth(),
            "publications": self._publisher.truth(),
            "documents": self._ministries.truth(),
        }

    def _make_history(self, days: list[date]) -> None:
        rng = Random(f"{self._seed}/history")  # noqa: S311 - not for secrets
        publish_chamber(self._press, self._chamber, self._ids)
        for place, day in enumerate(days):
            self._press.open_day(day)
            # The newest papers are not final yet: the first advance makes them so.
            self._desk.is_final = place < len(days) - 2
            if place == len(days) - 1:
                self._proceedings.debate(day, 3)
                self._proceedings.inform()
            self._example.work(place, day)
            self._work(rng)
            if place % 10 == 0:
                self._publish_report(day)
            self._ministries.work(day, self._desk.papers)
            self._publisher.work(day, self._desk.papers, advance=0)
        self._publisher.finish_history()
        self._ministries.settle()
        self._desk.is_final = False
        self._index_papers()

    def _work(self, rng: Random) -> None:
        proceedings, today = self._proceedings, self._press.today
        proceedings.vote(today)
        if rng.random() < 0.3:
            proceedings.vote_again(today)
        for _ in range(self._due("debate")):
            proceedings.debate(today, rng.choice((2, 3, 3, 4, 5)))
        for _ in range(self._due("appraise")):
            proceedings.appraise()
        for _ in range(self._due("execute")):
            proceedings.execute()
        for _ in range(self._due("inform")):
            proceedings.inform()

    def _due(self, what: str) -> int:
        """Return how often something happens today; rates add up from day to day."""
        self._owed[what] += _RATES[what] * self._size
        count = int(self._owed[what])
        self._owed[what] -= count
        return count

    def _open_next_day(self) -> None:
        day = self._press.today + timedelta(days=1)
        while day.weekday() > 4:
            day += timedelta(days=1)
        self._press.open_day(day)

    def _publish_report(self, day: date) -> None:
        sitting, report = registry.publish_sitting(self._press, self._ids, day)
        # The bytes begin with a byte-order mark and are one line (guide 1.6).
        content = (
            f'\ufeff<?xml version="1.0" encoding="utf-8"?><vlosCoreDocument xmlns="{_VLOS}">'
            f'<vergadering objectid="{sitting}" soort="Plenair"><datum>{times.day(day)}</datum>'
            "</vergadering></vlosCoreDocument>"
        ).encode()
        self._press.publish(
            "Verslag",
            report,
            {"soort": "Eindpublicatie", "status": "Gecorrigeerd"},
            (("vergadering", sitting),),
            Declared("application/xml", len(content)),
        )
        self._reports[report] = (content, self._press.moment)

    def _index_papers(self) -> None:
        self._papers_by_id = {paper.id: paper for paper in self._desk.papers}


def _weekdays_before(today: date, count: int) -> Iterator[date]:
    """Yield weekdays in order, the last one being today or the weekday before it."""
    found: list[date] = []
    day = today
    while len(found) < count:
        if day.weekday() < 5:
            found.append(day)
        day -= timedelta(days=1)
    yield from reversed(found)
