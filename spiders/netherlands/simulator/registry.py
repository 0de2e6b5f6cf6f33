"""Activities, agenda items, decisions, votes and promises as entities in the feed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from spiders.netherlands.simulator import times
from spiders.netherlands.simulator.chamber import midnight
from spiders.netherlands.simulator.identifiers import Identifiers
from spiders.netherlands.simulator.papers import Paper
from spiders.netherlands.simulator.people import Minister, Person
from spiders.netherlands.simulator.press import Links, Press
from spiders.netherlands.simulator.votes import Vote


@dataclass(frozen=True, slots=True)
class Activity:
    """A debate or a round of votes."""

    id: str
    number: str
    subject: str


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise as it was published when it was made."""

    id: str
    values: Mapping[str, object]
    links: Links


def open_activity(
    press: Press, ids: Identifiers, soort: str, subject: str, *, hour: int = 10
) -> Activity:
    """Publish a plenary activity of today."""
    day = press.today
    activity = Activity(ids.guid(), ids.numbered(day.year, "A"), subject)
    values: dict[str, object] = {
        "soort": soort,
        "nummer": activity.number,
        "onderwerp": subject,
        "datumSoort": "Dag",
        "datum": midnight(day),
        "aanvangstijd": times.wall_clock(times.at(day, hour)),
        "eindtijd": times.wall_clock(times.at(day, hour + 2)),
        "locatie": None,
        "besloten": False,
        "status": "Uitgevoerd",
        "vergaderjaar": times.parliamentary_year(day),
        "kamer": "Tweede Kamer",
        "noot": "Spreektijd maximaal 2 minuten per fractie, <u>interrupties</u> meegerekend.",
        "vrsNummer": None,
        "sidVoortouw": ids.sid(),
        "voortouwnaam": "TK",
        "voortouwafkorting": "TK",
        "voortouwkortenaam": "TK",
    }
    values.update(
        dict.fromkeys(
            (
                "aanvraagdatum",
                "datumVerzoekEersteVerlenging",
                "datumMededelingEersteVerlenging",
                "datumVerzoekTweedeVerlenging",
                "datumMededelingTweedeVerlenging",
                "vervaldatum",
            )
        )
    )
    press.publish("Activiteit", activity.id, values)
    return activity


def publish_agenda_item(
    press: Press, ids: Identifiers, activity: Activity, subject: str, place: int
) -> str:
    """Publish an agenda item of an activity; returns its id."""
    item = ids.guid()
    values = {
        "nummer": ids.numbered(press.today.year, "P"),
        "onderwerp": subject,
        "aanvangstijd": None,
        "eindtijd": None,
        "volgorde": place,
        "rubriek": None,
        "noot": None,
        "status": "Vrijgegeven",
    }
    press.publish("Agendapunt", item, values, (("activiteit", activity.id),))
    return item


def publish_speaker(
    press: Press, ids: Identifiers, activity: Activity, person: Person, office: str
) -> None:
    """Publish a minister's part in an activity."""
    values = {
        "actorNaam": f"{person.initials} {person.called}",
        "actorFractie": None,
        "relatie": "Bewindspersoon c.a.",
        "volgorde": 1,
        "functie": f"minister van {office}",
        "spreektijd": None,
        "sidActor": person.sid,
    }
    links = (("activiteit", activity.id), ("persoon", person.id))
    press.publish("ActiviteitActor", ids.guid(), values, links)


def publish_decision(
    press: Press,
    ids: Identifiers,
    paper: Paper,
    agenda_item_id: str,
    soort: str,
    text: str,
    place: int,
    method: str | None = None,
) -> str:
    """Publish a decision on a paper's case; returns its id.

    What was proposed before becomes this decision, under the same id.
    """
    assert paper.case is not None
    decision, paper.case.proposal_id = paper.case.proposal_id or ids.guid(), None
    values = {
        "stemmingsSoort": method,
        "besluitSoort": soort,
        "besluitTekst": text,
        "opmerking": None,
        "status": "Besluit",
        "agendapuntZaakBesluitVolgorde": place,
    }
    links = (("agendapunt", agenda_item_id), ("zaak", paper.case.id))
    press.publish("Besluit", decision, values, links)
    return decision


def publish_proposal(press: Press, ids: Identifiers, paper: Paper, item: str, place: int) -> None:
    """Publish that a decision on a paper's case is to come: nothing is said of it yet."""
    assert paper.case is not None
    paper.case.proposal_id = ids.guid()
    values = {
        "stemmingsSoort": None,
        "besluitSoort": None,
        "besluitTekst": None,
        "opmerking": None,
        "status": "Voorstel",
        "agendapuntZaakBesluitVolgorde": place,
    }
    links = (("agendapunt", item), ("zaak", paper.case.id))
    press.publish("Besluit", paper.case.proposal_id, values, links)


def publish_votes(press: Press, ids: Identifiers, decision: str, rows: Sequence[Vote]) -> None:
    """Publish the votes on a decision; in a roll call each names the whole party's size too."""
    for row in rows:
        party, person = row.party, row.person
        values = {
            "soort": row.choice,
            "fractieGrootte": party.seats,
            "actorNaam": _roll_name(person) if person else party.abbreviation,
            "actorFractie": party.abbreviation,
            "vergissing": row.is_mistake,
            "sidActorLid": person.sid if person else None,
            "sidActorFractie": party.sid,
        }
        links = (
            ("besluit", decision),
            ("persoon", person.id if person else None),
            ("fractie", party.old_id if row.is_on_old_record else party.id),
        )
        press.publish("Stemming", ids.guid(), values, links)


def publish_promise(
    press: Press,
    ids: Identifiers,
    activity: Activity,
    minister: Minister,
    member: Person,
    subject: str,
) -> Promise:
    """Publish a promise made in a debate."""
    person, day = minister.person, press.today
    values = {
        "aanmaakdatum": midnight(day),
        "nummer": f"TZ{day:%Y%m}-{ids.numbered(day.year, 'T')[-3:]}",
        "activiteitNummer": activity.number,
        "naam": f"{person.initials} {person.called}",
        "achternaam": person.surname,
        "initialen": person.initials,
        "tussenvoegsel": person.prefix,
        "voornaam": person.first_name,
        "achtervoegsel": None,
        "titulatuur": None,
        "functie": f"minister van {minister.office}",
        "status": "Openstaand",
        "datumNakoming": midnight(day + timedelta(days=60)),
        "kamerbriefNakoming": None,
        "ministerie": minister.office,
        "tekst": f"De minister zegt toe de Kamer vóór {_later(day)} te informeren over {subject}.",
    }
    party = member.party
    links = (
        ("toegezegdAanFractie", party.id if party else None),
        ("toegezegdAanPersoon", member.id),
        ("activiteit", activity.id),
        ("toegezegdAan", party.id if party else None),
        ("toegezegdAan", member.id),
    )
    promise = Promise(ids.guid(), values, links)
    press.publish("Toezegging", promise.id, values, links)
    return promise


def keep_promise(press: Press, promise: Promise, dossier: str) -> None:
    """Publish that a letter in a dossier has kept a promise."""
    kept = {**promise.values, "status": "Voldaan", "kamerbriefNakoming": f"Kamerstuk {dossier}"}
    press.publish("Toezegging", promise.id, kept, promise.links)


def publish_sitting(press: Press, ids: Identifiers, day: date) -> tuple[str, str]:
    """Publish a plenary sitting and return its id and that of its report, to be published."""
    sitting = ids.guid()
    values = {
        "soort": "Plenair",
        "titel": f"Plenaire vergadering van {day:%d-%m-%Y}",
        "zaal": "Plenaire zaal",
        "vergaderjaar": times.parliamentary_year(day),
        "vergaderingNummer": day.timetuple().tm_yday % 100,
        "datum": f"{midnight(day)}",
        "aanvangstijd": times.wall_clock(times.at(day, 10)),
        "sluiting": times.wall_clock(times.at(day, 22, 41)),
        "kamer": "Tweede Kamer",
    }
    press.publish("Vergadering", sitting, values)
    return sitting, ids.guid()


def _roll_name(person: Person) -> str:
    prefix = f" {person.prefix}" if person.prefix else ""
    return f"{person.surname}, {person.initials}{prefix}"


def _later(day: date) -> str:
    return f"het einde van {(day + timedelta(days=60)).year}"
