"""Who and what the fictional parliament consists of, and its entities in the feed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from random import Random

from spiders.netherlands.simulator import prose, times
from spiders.netherlands.simulator.documents import make_png
from spiders.netherlands.simulator.entities import Declared
from spiders.netherlands.simulator.identifiers import Identifiers
from spiders.netherlands.simulator.people import (
    SEATS,
    Minister,
    Party,
    Person,
    make_parties,
    make_people,
)
from spiders.netherlands.simulator.press import Press

_TERM_START = date(2025, 11, 12)
_OLD_TERM = (date(2019, 3, 28), date(2025, 11, 11))


@dataclass(slots=True)
class Dossier:
    """A dossier; `chapter` is that of a budget, `XII`, or a European council's number, `32`."""

    id: str
    number: int
    chapter: str | None
    title: str
    field: prose.Field
    highest: int = 0

    @property
    def printed(self) -> str:
        """As printed on a paper: 36 900 VII, 21 501-32."""
        spaced = f"{self.number // 1000} {self.number % 1000:03d}"
        if self.chapter and self.chapter.isdigit():
            return f"{spaced}-{self.chapter}"
        return f"{spaced} {self.chapter}" if self.chapter else spaced

    @property
    def folder(self) -> str:
        """As in identifiers: 36900-VII."""
        return f"{self.number}-{self.chapter}" if self.chapter else str(self.number)

    def kst(self, number: int) -> str:
        """Return the official publication id of a paper in it."""
        return f"kst-{self.folder}-{number}"

    def next_number(self) -> int:
        """Number a new paper."""
        self.highest += 1
        return self.highest


@dataclass(frozen=True, slots=True)
class Chamber:
    """The parties, their members, the ministers and the dossiers."""

    parties: tuple[Party, ...]
    members: tuple[Person, ...]
    ministers: Mapping[str, Minister]
    dossiers: tuple[Dossier, ...]
    committee_id: str
    logos: Mapping[str, bytes] = field(default_factory=dict)


def make_chamber(seed: int, ids: Identifiers) -> Chamber:
    """Make the parliament of a seed."""
    rng = Random(f"{seed}/chamber")  # noqa: S311 - not for secrets
    parties = make_parties(ids)
    places: list[Party | None] = [party for party in parties for _ in range(party.seats)]
    people = make_people(rng, ids, [*places, *(None for _ in prose.FIELDS)])
    ministers = {
        each.office: Minister(person, each.office)
        for each, person in zip(prose.FIELDS, people[SEATS:], strict=True)
    }
    logos = {p.id: make_png(*(rng.randrange(256) for _ in range(3))) for p in parties}
    dossiers = tuple(_dossiers(rng, ids))
    return Chamber(parties, tuple(people[:SEATS]), ministers, dossiers, ids.guid(), logos)


def _dossiers(rng: Random, ids: Identifiers) -> list[Dossier]:
    made = []
    for place, each in enumerate(prose.FIELDS):
        title = (
            f"Vaststelling van de begrotingsstaten van het Ministerie van {each.ministry} "
            f"({each.chapter}) voor het jaar 2027"
        )
        made.append(Dossier(ids.guid(), 36_900, each.chapter, title, each, rng.randint(2, 30)))
        for subject in each.subjects[:2]:
            title = f"Beleid voor {subject}"
            number = 29_000 + 137 * place + 11 * len(made)
            made.append(Dossier(ids.guid(), number, None, title, each, rng.randint(20, 700)))
    council = prose.FIELDS[3]
    title = f"Raad voor {council.ministry}"
    made.append(Dossier(ids.guid(), 21_501, "32", title, council, rng.randint(900, 1500)))
    return made


def publish_chamber(press: Press, chamber: Chamber, ids: Identifiers) -> None:
    """Publish the people, parties, rooms and committee; the dossiers follow with their papers.

    Before all of them come tombstones, as in the source (guide 1.4).
    """
    for category in ("Document", "Stemming", "Zaak"):
        for _ in range(8):
            press.bury(category, ids.guid())
    press.bury("Persoon", ids.guid(), flag="True")
    for party in chamber.parties:
        _publish_party(press, party, chamber.logos[party.id])
    for person in chamber.members:
        seat, holder = ids.guid(), ids.guid()
        publish_person(press, person, "Tweede Kamerlid")
        assert person.party is not None
        press.publish("FractieZetel", seat, {"gewicht": 1}, (("fractie", person.party.id),))
        press.publish(
            "FractieZetelPersoon",
            holder,
            {"functie": "Lid", "van": _TERM_START, "totEnMet": None},
            (("fractieZetel", seat), ("persoon", person.id)),
        )
    for minister in chamber.ministers.values():
        publish_person(press, minister.person, f"Minister van {minister.office}")
    for code, name in enumerate(("Kwelderzaal", "Plenaire zaal", "Terpkamer"), 101):
        press.publish("Zaal", ids.guid(), {"naam": name, "sysCode": code})
    press.publish(
        "Commissie",
        chamber.committee_id,
        {
            "nummer": 9101,
            "soort": "Vaste commissie",
            "afkorting": "WW",
            "naamNl": "vaste commissie voor Water en Wegen",
            "naamEn": "Standing committee on Water and Roads",
            "naamWebNl": "Water en Wegen",
            "naamWebEn": "Water and Roads",
            "inhoudsopgave": None,
            "datumActief": _TERM_START,
            "datumInactief": None,
        },
    )


def publish_dossier(press: Press, dossier: Dossier) -> None:
    """Publish a dossier as it stands."""
    values = {
        "titel": dossier.title,
        "citeertitel": None,
        "alias": None,
        "nummer": dossier.number,
        "toevoeging": dossier.chapter,
        "hoogsteVolgnummer": dossier.highest,
        "afgesloten": False,
        "kamer": "Tweede Kamer",
    }
    press.publish("Kamerstukdossier", dossier.id, values)


def publish_person(press: Press, person: Person, office: str, town: str | None = None) -> None:
    """Publish a person with the present office."""
    values = {
        "nummer": person.number,
        "titels": None,
        "initialen": person.initials,
        "tussenvoegsel": person.prefix,
        "achternaam": person.surname,
        "voornamen": person.first_name,
        "roepnaam": person.first_name,
        "geslacht": person.gender,
        "functie": office,
        "geboortedatum": person.born,
        "geboorteplaats": person.town,
        "geboorteland": "Nederland",
        "overlijdensdatum": None,
        "overlijdensplaats": None,
        "woonplaats": town or person.town,
        "land": "NL",
        "fractielabel": None,
    }
    press.publish("Persoon", person.id, values)


def _publish_party(press: Press, party: Party, logo: bytes) -> None:
    periods: list[tuple[str, int, date, date | None]] = [(party.id, party.seats, _TERM_START, None)]
    if party.old_id is not None:
        periods.append((party.old_id, 0, *_OLD_TERM))
    for entity_id, seats, start, end in periods:
        values = {
            "nummer": 9200 + int(entity_id[:2], 16),
            "afkorting": party.abbreviation,
            "naamNl": party.name,
            "naamEn": party.name,
            "aantalZetels": seats,
            "aantalStemmen": 70_000 * seats,
            "datumActief": start,
            "datumInactief": end,
        }
        file = Declared("image/png", len(logo)) if end is None else None
        press.publish("Fractie", entity_id, values, file=file)


def midnight(day: date | None) -> str | None:
    """Write a day inside a Parlis entity, None for none."""
    return None if day is None else times.day(day)
