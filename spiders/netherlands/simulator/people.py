"""The people of the fictional parliament: parties, members and ministers that do not exist."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from spiders.netherlands.simulator.identifiers import Identifiers

SEATS = 150


@dataclass(frozen=True, slots=True)
class Party:
    """A party in parliament; `leaning` from -1 to 1 decides how it votes.

    `old_id` is the id of an earlier record of the same party, on which votes are still booked
    now and then (guide 2.3 and 5.25).
    """

    id: str
    sid: str
    abbreviation: str
    name: str
    seats: int
    leaning: float
    old_id: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A member or minister; `party` is None for a minister."""

    id: str
    sid: str
    number: int
    first_name: str
    initials: str
    prefix: str | None
    surname: str
    gender: str
    born: date
    town: str
    party: Party | None

    @property
    def called(self) -> str:
        """The surname as used in a paper: with a capital prefix."""
        if self.prefix is None:
            return self.surname
        return f"{self.prefix[0].upper()}{self.prefix[1:]} {self.surname}"

    @property
    def plain_surname(self) -> str:
        """The surname with its prefix, as after initials."""
        return " ".join(part for part in (self.prefix, self.surname) if part)

    @property
    def signed(self) -> str:
        """The name as under a letter: initials first."""
        return f"{self.initials} {self.plain_surname}"


@dataclass(frozen=True, slots=True)
class Minister:
    """A minister with the short name of the office."""

    person: Person
    office: str


_PARTIES = (
    ("WVP", "Waterlandse Volkspartij", 31, 0.6),
    ("D&D", "Dijk & Duin", 24, 0.3),
    ("GV", "Groen Verbond", 22, -0.7),
    ("SU", "Sociale Unie", 19, -0.5),
    ("LNM", "Lijst Nieuwe Morgen", 15, 0.9),
    ("BB", "Burgerbelang", 12, 0.4),
    ("VA", "Verenigd Appèl", 9, 0.1),
    ("PvdS", "Partij van de Stad", 7, -0.3),
    ("NL", "Noorderlicht", 5, -0.1),
    ("60S", "60Samen", 3, 0.0),
    ("VL", "Vrije Lijst", 2, 0.8),
    ("Groep Van der Terpstuif", "Groep Van der Terpstuif", 1, -0.9),
)
OLD_RECORD = "60S"
"""The party that has two records, one per period."""

_STEMS = [
    "Kwelder",
    "Schorren",
    "Griend",
    "Mistel",
    "Zwerk",
    "Lommer",
    "Bries",
    "Gors",
    "Terp",
    "Kreken",
    "Slenk",
    "Vlier",
    "Roerdomp",
    "Grutto",
    "Brem",
    "Gagel",
    "Wulp",
    "Tureluur",
    "Veenbes",
    "Zilt",
]
_ENDINGS = ["hof", "sluis", "kamp", "broek", "veld", "sma", "maat", "stuif", "ënga", "wering"]
_PREFIXES = (None, None, None, None, "van", "van der", "de", "ten")
_WOMEN = [
    "Anne",
    "Bregje",
    "Doutje",
    "Elske",
    "Fenna",
    "Geeske",
    "Hilke",
    "Imke",
    "Jantine",
    "Lotte",
    "Maaike",
    "Nynke",
    "Sanne",
]
_MEN = [
    "Abel",
    "Berend",
    "Douwe",
    "Eelco",
    "Freek",
    "Gijs",
    "Harm",
    "Ids",
    "Jorrit",
    "Klaas",
    "Luuk",
    "Menno",
    "Rutger",
    "Sietse",
]
_TOWNS = [
    "Oosterzijl",
    "Lutjewier",
    "Halmstede",
    "Kreukelbroek",
    "Zandhuizen",
    "Veenmeer",
    "Terpwoude",
]


def make_parties(ids: Identifiers) -> tuple[Party, ...]:
    """Return the parties, largest first; their seats are 150 together."""
    return tuple(
        Party(
            ids.guid(),
            ids.sid(),
            abbreviation,
            name,
            seats,
            leaning,
            ids.guid() if abbreviation == OLD_RECORD else None,
        )
        for abbreviation, name, seats, leaning in _PARTIES
    )


def make_people(rng: Random, ids: Identifiers, places: list[Party | None]) -> list[Person]:
    """Return one person for each place: a seat of a party, or None for a minister."""
    surnames = [f"{stem}{ending}" for stem in _STEMS for ending in _ENDINGS]
    rng.shuffle(surnames)
    names = _surnames(surnames)
    return [_person(rng, ids, n, next(names), party) for n, party in enumerate(places)]


def _surnames(shuffled: list[str]) -> Iterator[str]:
    for place, name in enumerate(shuffled):
        # Some people carry two names.
        yield f"{name}-{shuffled[-1 - place]}" if place % 40 == 7 else name


def _person(rng: Random, ids: Identifiers, place: int, surname: str, party: Party | None) -> Person:
    gender = rng.choice(("vrouw", "man"))
    first_name = rng.choice(_WOMEN if gender == "vrouw" else _MEN)
    middle = rng.choice("ABCDEFGHJKLMPRSTW")
    return Person(
        id=ids.guid(),
        sid=ids.sid(),
        number=9000 + place,
        first_name=first_name,
        initials=f"{first_name[0]}.{middle}.",
        prefix=rng.choice(_PREFIXES),
        surname=surname,
        gender=gender,
        born=date(1960, 1, 1) + timedelta(days=rng.randrange(14_000)),
        town=rng.choice(_TOWNS),
        party=party,
    )
