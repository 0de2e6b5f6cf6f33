"""The publisher's office: what comes in is published, typeset, changed and taken away in time.

A paper comes a working day or more after its chamber published it, mostly as it was sent
(`kst-<7 digits>`), and is typeset later under its official identifier, when the first one goes
(1.8). A publication changes once per advance at most, so a reader who comes after each sees every
state.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from spiders.netherlands.simulator.koop.agenda import Agenda, weekday
from spiders.netherlands.simulator.koop.body import Form, Kind
from spiders.netherlands.simulator.koop.changes import Changes
from spiders.netherlands.simulator.koop.manuscripts import Manuscript
from spiders.netherlands.simulator.koop.printing import Printing
from spiders.netherlands.simulator.koop.publications import Publication, State
from spiders.netherlands.simulator.koop.repository import Repository

_AT_ONCE = 0.15
_SUBJECTS = (
    "Bestuur | Gemeenten",
    "Bestuur | Organisatie en beleid",
    "Verkeer | Water",
    "Landbouw | Planten",
    "Zorg en gezondheid | Jongeren",
    "Onderwijs en wetenschap | Basisonderwijs",
    "Huisvesting | Bouwen en verbouwen",
)
_CORRECTIONS = {
    Kind.MOTION: ("waar het gaat om", "voor zover het gaat om"),
    Kind.LETTER: ("deskundigen gesproken", "deskundigen overlegd"),
}


class Office:
    """Keeps the publications and lets things happen to them."""

    def __init__(self, repository: Repository, seed: int) -> None:
        self._rng = Random(f"{seed}/koop")  # noqa: S311 - not for secrets
        self._printing = Printing(repository, self._rng)
        self._agenda = Agenda()
        self._changes = Changes(self._printing, self._agenda, self._rng)
        self._next_number = 1_259_000
        self.happened: dict[str, list[str]] = {}

    @property
    def publications(self) -> dict[str, Publication]:
        """All publications by the key of their manuscript, also those that are gone."""
        return self._printing.publications

    def receive(self, manuscript: Manuscript) -> None:
        """Take a paper in; it is published on a later day."""
        publication = Publication(manuscript, self._number_id(manuscript.kind))
        publication.subjects = tuple(self._rng.sample(_SUBJECTS, self._rng.choice((1, 1, 2))))
        self.publications[manuscript.key] = publication
        main = self.publications.get(manuscript.main_key or "")
        if main is not None:
            publication.main = main
            main.annexes.append(publication.number_id)
        days = self._rng.choice((1, 1, 1, 2))
        if manuscript.kind is Kind.ANNEX:
            days = 1
        elif not manuscript.is_exempt:
            self._vary(publication, len(self.publications))
            publication.is_set_at_once = self._rng.random() < _AT_ONCE
            days += 2 * publication.is_set_at_once
        publication.handed_in = publication.manuscript
        self._agenda.plan(weekday(manuscript.day + timedelta(days=days)), "publish", publication)

    def receive_old(self, manuscript: Manuscript, published_on: date) -> None:
        """Put a paper of long ago into the repository, typeset and done with."""
        publication = Publication(manuscript, self._number_id(manuscript.kind), State.SET)
        publication.is_set_at_once = publication.is_typeset = True
        publication.available = publication.file_modified = published_on
        self.publications[manuscript.key] = publication
        self._printing.open_day(published_on)
        self._printing.put(publication, has_new_files=True)

    def begin_advance(self, advance: int) -> None:
        """Begin an advance: everything may change once again; 0 is the history."""
        self._printing.advance = advance
        self.happened = {}

    def work(self, day: date, current: Iterable[Manuscript] = ()) -> None:
        """Do what is due on a day.

        Args:
            current: the papers that came in earlier, as their chamber has them now.
        """
        self._printing.open_day(day)
        for manuscript in current:
            self._compare(manuscript)
        for action, publication in self._agenda.due(day, self._is_free):
            self.carry_out(action, publication)

    def make_something_happen(self, rng: Random) -> None:
        """Change some publications today, whatever the calendar says."""
        done = [p for p in self.publications.values() if _may_change(p)]
        letters = [p for p in done if p.manuscript.kind is Kind.LETTER]
        is_odd = self._printing.advance % 2
        wanted: list[tuple[str, list[Publication]]] = [
            ("touch", done),
            ("revise", letters),
            ("reprint" if is_odd else "correct", letters),
            ("vanish" if is_odd else "empty", done),
        ]
        if "typeset" not in self.happened:
            unset = [p for p in self.publications.values() if p.state is State.UNSET]
            wanted.append(("typeset", [p for p in unset if p.manuscript.kind is not Kind.ANNEX]))
        for action, candidates in wanted:
            free = [publication for publication in candidates if self._is_free(publication)]
            for publication in rng.sample(free, min(1, len(free))):
                self.carry_out(action, publication)

    def carry_out(self, action: str, publication: Publication) -> None:
        """Do one thing to a publication, and note it if there was something to do."""
        if self._changes.do(action, publication):
            publication.changed_in = self._printing.advance
            self.happened.setdefault(action, []).append(publication.identifier)

    def forget_the_past(self) -> None:
        """Count states from now on: a reader can see the present ones only."""
        for publication in self.publications.values():
            publication.states = int(publication.is_present)
            publication.touches = 0

    def _is_free(self, publication: Publication) -> bool:
        advance = self._printing.advance
        return not advance or publication.changed_in < advance

    def _vary(self, publication: Publication, place: int) -> None:
        """Give some papers a typesetter's correction, and some an XML without text."""
        manuscript = publication.manuscript
        # Only of papers that the Tweede Kamer has too is there another file to differ from.
        correction = _CORRECTIONS.get(manuscript.kind) if manuscript.paper_number else None
        text = " ".join(manuscript.sheet.paragraphs)
        if place % 13 == 7 and correction is not None and correction[0] in text:
            publication.correction = correction
        if place % 37 == 11:
            publication.manuscript = replace(manuscript, form=Form.SHELL)

    def _compare(self, manuscript: Manuscript) -> None:
        """Plan to follow what a chamber changed in a paper that came in earlier."""
        publication = self.publications[manuscript.key]
        known = publication.manuscript
        manuscript = replace(manuscript, form=known.form)
        tomorrow = self._printing.today + timedelta(days=1)
        if publication.state is State.AWAITED:
            publication.manuscript = publication.handed_in = manuscript
        elif manuscript.is_withdrawn != known.is_withdrawn:
            publication.manuscript = replace(known, is_withdrawn=manuscript.is_withdrawn)
            action = "withdraw" if manuscript.is_withdrawn else "return"
            self._agenda.plan(tomorrow, action, publication)
        elif manuscript != publication.handed_in:
            publication.handed_in = manuscript
            self._changes.coming[manuscript.key] = manuscript
            self._agenda.plan(tomorrow, "follow", publication)

    def _number_id(self, kind: Kind) -> str:
        self._next_number += self._rng.randint(1, 9)
        return f"{'blg' if kind is Kind.ANNEX else 'kst'}-{self._next_number}"


def _may_change(publication: Publication) -> bool:
    manuscript = publication.manuscript
    return (
        publication.state is State.SET
        and not publication.suffix
        and not manuscript.is_exempt
        and not manuscript.is_withdrawn
        and manuscript.form is not Form.LEGACY
    )
