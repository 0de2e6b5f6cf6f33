"""The Eerste Kamer of the fictional parliament: its letters and motions, known from KOOP alone.

Its papers are numbered with letters: A to Z, then AA. It has dossiers of its own, which have a
Roman number.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from spiders.netherlands.simulator import citing, prose
from spiders.netherlands.simulator.chamber import Chamber
from spiders.netherlands.simulator.citing import Answer, Line
from spiders.netherlands.simulator.documents import Sheet
from spiders.netherlands.simulator.identifiers import Identifiers
from spiders.netherlands.simulator.koop import senate_letters
from spiders.netherlands.simulator.koop.body import Kind
from spiders.netherlands.simulator.koop.manuscripts import Manuscript, Place
from spiders.netherlands.simulator.papers import Paper
from spiders.netherlands.simulator.people import Party, Person, make_people
from spiders.netherlands.simulator.times import parliamentary_year

SEATS = 75
_ADDRESS = "Aan de Voorzitter van de Eerste Kamer der Staten-Generaal"
_RATES = {Kind.LETTER: 0.2, Kind.MOTION: 0.12}
_OWN = (
    ("CXLVI", "Toekomstgerichtheid van wetgeving voor water en land"),
    ("CLII", "Werkwijze van de Eerste Kamer"),
)


@dataclass(slots=True)
class Series:
    """A dossier of the Eerste Kamer, or its part of one of the Tweede Kamer."""

    place: Place
    field: prose.Field
    highest: int = 0

    def next_number(self) -> str:
        """Number a new paper with a letter."""
        self.highest += 1
        return lettered(self.highest)


class Senate:
    """Writes its papers day by day; the same seed gives the same ones."""

    def __init__(self, seed: int, size: float, chamber: Chamber) -> None:
        self._rng = Random(f"{seed}/senate")  # noqa: S311 - not for secrets
        words = Random(f"{seed}/senate/words")  # noqa: S311
        self._words: Iterator[str] = (f"senaats{word}" for word in prose.rare_words(words))
        self._chamber = chamber
        self._size = size
        self._owed = dict.fromkeys(_RATES, 0.5)
        self._members = _members(self._rng, seed, chamber.parties)
        self._series = self._open_series(chamber)
        self._papers: list[Manuscript] = []
        self._unanswered: list[Manuscript] = []

    def work(
        self, day: date, other: Sequence[Paper], *, must_write: bool = False
    ) -> list[Manuscript]:
        """Return what is sent and tabled on a day.

        Args:
            other: the papers of the Tweede Kamer so far, to which letters refer too.
            must_write: a letter and a motion at least.
        """
        least = int(must_write)
        made = [self._letter(day, other) for _ in range(max(self._due(Kind.LETTER), least))]
        motions = [self._motion(day) for _ in range(max(self._due(Kind.MOTION), least))]
        self._unanswered += motions
        self._papers += made + motions
        return made + motions

    def _due(self, kind: Kind) -> int:
        """Return how many of a kind come today; rates add up from day to day."""
        self._owed[kind] += _RATES[kind] * self._size
        count = int(self._owed[kind])
        self._owed[kind] -= count
        return count

    def _open_series(self, chamber: Chamber) -> list[Series]:
        rng = self._rng
        fields = [dossier.field for dossier in chamber.dossiers if dossier.chapter is None]
        own = [
            Series(Place(number, number, title), rng.choice(fields), highest)
            # One of them is past Z soon.
            for (number, title), highest in zip(_OWN, (0, 24), strict=True)
        ]
        shared = [dossier for dossier in chamber.dossiers if dossier.chapter is None][::4]
        return own + [
            Series(Place(d.folder, d.printed, d.title), d.field, rng.randrange(3)) for d in shared
        ]

    def _letter(self, day: date, other: Sequence[Paper]) -> Manuscript:
        rng = self._rng
        series = rng.choice(self._series)
        minister = self._chamber.ministers[series.field.office]
        subject, word = rng.choice(series.field.subjects), next(self._words)
        answered, answers = senate_letters.answers(rng, self._unanswered)
        lines = [
            Line(_ADDRESS),
            *map(Line, prose.opening(subject, word)),
            *answered,
            *senate_letters.looking_back(rng, self._papers, other),
            *map(Line, prose.filling(rng, subject)[:4]),
        ]
        paragraphs, notes, citations = citing.number_notes(lines)
        office = f"minister van {minister.office}"
        number = series.next_number()
        return self._manuscript(
            Kind.LETTER,
            series,
            number,
            day,
            word,
            subject=f"Brief van de {office} over {subject}",
            sheet=Sheet(
                year=_dashed(day),
                dossier=series.place.printed,
                title=series.place.title,
                number=number,
                heading=f"BRIEF VAN DE {office.upper()}",
                dateline=f"Den Haag, {prose.written(day)}",
                paragraphs=tuple(paragraphs),
                closing=(f"De Minister van {minister.office},", minister.person.signed),
                hyphenated=word,
                chamber=1,
                notes=tuple(notes),
            ),
            movers=(minister.person.signed,),
            citations=tuple(citations),
            answers=answers,
        )

    def _motion(self, day: date) -> Manuscript:
        rng = self._rng
        series = rng.choice(self._series)
        word = next(self._words)
        movers: Sequence[Person] = rng.sample(self._members, rng.choice((1, 2, 4)))
        subject = rng.choice(series.field.subjects)
        names = [person.called for person in movers]
        about = prose.motion_subject(rng, subject)
        number = series.next_number()
        return self._manuscript(
            Kind.MOTION,
            series,
            number,
            day,
            word,
            subject=f"Motie {prose.movers(names)} over {about}",
            sheet=Sheet(
                year=_dashed(day),
                dossier=series.place.printed,
                title=series.place.title,
                number=number,
                heading=f"MOTIE {prose.movers(names)}".upper(),
                dateline=f"Voorgesteld {prose.written(day)}",
                paragraphs=prose.motion(rng, subject, word),
                closing=tuple(names),
                hyphenated=word,
                chamber=1,
            ),
            movers=tuple(person.signed for person in movers),
        )

    def _manuscript(
        self,
        kind: Kind,
        series: Series,
        number: str,
        day: date,
        word: str,
        *,
        subject: str,
        sheet: Sheet,
        movers: tuple[str, ...],
        citations: tuple[citing.Citation, ...] = (),
        answers: tuple[Answer, ...] = (),
    ) -> Manuscript:
        return Manuscript(
            key=f"senate/{series.place.id}/{number}",
            chamber=1,
            kind=kind,
            places=(series.place,),
            number=number,
            subject=subject,
            day=day,
            year=parliamentary_year(day),
            sheet=sheet,
            movers=movers,
            word=word,
            citations=citations,
            answers=answers,
            title_kind="Motie" if kind is Kind.MOTION else None,
        )


def lettered(number: int) -> str:
    """Write a number as the Eerste Kamer does: 1 is A, 26 Z, 27 AA, 28 AB."""
    first, last = divmod(number - 1, 26)
    return (chr(64 + first) if first else "") + chr(65 + last)


def _members(rng: Random, seed: int, parties: Sequence[Party]) -> list[Person]:
    """Return the senators; larger parties have more of them."""
    places: list[Party | None] = [party for party in parties for _ in range(party.seats)]
    return make_people(rng, Identifiers(seed + SEATS), places[::2])


def _dashed(day: date) -> str:
    return parliamentary_year(day).replace("-", "–")
