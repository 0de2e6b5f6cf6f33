"""The way into the repository: it keeps the clock and counts the states."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

from spiders.netherlands.simulator import times
from spiders.netherlands.simulator.koop.manuscripts import Manuscript
from spiders.netherlands.simulator.koop.publications import Publication, State
from spiders.netherlands.simulator.koop.repository import Repository


class Printing:
    """Puts publications into the repository and takes them out."""

    def __init__(self, repository: Repository, rng: Random) -> None:
        self.repository = repository
        self.publications: dict[str, Publication] = {}
        self.today = date.min
        self.advance = 0
        self._rng = rng
        self._moment = datetime.min.replace(tzinfo=UTC)

    def open_day(self, day: date) -> None:
        """Go on to a day's morning."""
        self.today = day
        self._moment = times.at(day, 9) + timedelta(seconds=self._rng.uniform(60, 3000))

    def put(self, publication: Publication, *, has_new_files: bool) -> None:
        """Publish the present state, a moment after what was published before it."""
        # A busy day holds hundreds of publications.
        self._moment += timedelta(seconds=self._rng.uniform(0.5, 40))
        publication.changed_at = self._moment
        publication.indexed_at = self._moment + timedelta(seconds=self._rng.uniform(10, 20))
        if has_new_files or publication.generated_at is None:
            publication.generated_at = self._moment
            publication.edition += 1
        before, now = publication.published_id, publication.identifier
        if before is not None and before != now:
            self.repository.remove(before)
            publication.earlier_ids.append(before)
        publication.published_id = now
        self.repository.put(publication.entry())
        publication.states += 1

    def take_away(self, publication: Publication) -> None:
        """Remove a publication without a trace."""
        assert publication.published_id is not None
        self.repository.remove(publication.published_id)
        publication.published_id = None
        publication.states += 1

    def add_part(self, publication: Publication, suffix: str, manuscript: Manuscript) -> None:
        """Publish a reprint or an erratum beside a publication."""
        key = f"{manuscript.key}{suffix}"
        part = Publication(replace(manuscript, key=key), publication.number_id, State.SET)
        part.is_set_at_once = part.is_typeset = True
        part.suffix, part.subjects = suffix, publication.subjects
        part.available = part.file_modified = self.today
        part.changed_in = self.advance
        part.main = publication
        self.publications[key] = part
        self.put(part, has_new_files=True)
