"""The papers of the fictional parliament, and their entities in the feed."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from spiders.netherlands.simulator import times
from spiders.netherlands.simulator.chamber import Dossier, midnight
from spiders.netherlands.simulator.citing import Answer, Citation
from spiders.netherlands.simulator.documents import DOCX, PDF, Sheet, make_docx
from spiders.netherlands.simulator.entities import Declared
from spiders.netherlands.simulator.pdf import make_pdf
from spiders.netherlands.simulator.people import Person
from spiders.netherlands.simulator.press import Press

MOTION, CHANGED_MOTION = "Motie", "Motie (gewijzigd/nader)"
LETTER, ANNEX = "Brief regering", "Bijlage"
_KINDS = {MOTION: "motion", CHANGED_MOTION: "motion", LETTER: "letter", ANNEX: "annex"}
_EXTENSIONS = {PDF: ".pdf", DOCX: ".docx"}
UNNUMBERED = -1


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed a paper, with the ids of the actor's two entities."""

    person: Person
    office: str
    is_first: bool
    document_actor_id: str
    case_actor_id: str


@dataclass(slots=True)
class Case:
    """The zaak behind a paper."""

    id: str
    number: str
    appraisal: str | None = None
    replaces_id: str | None = None
    proposal_id: str | None = None
    is_done: bool = False
    outcome: str | None = None
    method: str | None = None
    votes: tuple[int, int, int] | None = None


@dataclass(slots=True)
class Paper:
    """A paper as it stands now, and what has become of it.

    `declared` and `served` are the media types that the metadata and the bytes have; `states`
    counts the distinct states of its Document published so far, `silent_changes` the times that
    only the bytes changed. `cites` are the motions that a letter answers, `citations` all its
    references, `answers` what it says of each motion; `main_number` is the number of the letter
    that an annex goes with. Nothing happens to a paper that `is_exempt` after it was published.
    """

    id: str
    version_id: str
    soort: str
    number: str
    day: date
    dossier: Dossier
    ondernummer: int
    subject: str
    word: str
    sheet: Sheet
    signers: tuple[Signer, ...]
    case: Case | None
    changed_at: datetime
    title: str = ""
    source_id: str | None = None
    activity_id: str | None = None
    agenda_item_id: str | None = None
    declared: str = DOCX
    served: str = DOCX
    is_official: bool = False
    is_withdrawn: bool = False
    missing_status: int | None = None
    length_error: int = 0
    version: int = 1
    edition: int = 1
    states: int = 0
    silent_changes: int = 0
    earlier_words: list[str] = field(default_factory=list)
    earlier_kst: list[str] = field(default_factory=list)
    cites: list[str] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    answers: tuple[Answer, ...] = ()
    main_number: int | None = None
    is_numbered: bool = True
    is_exempt: bool = False

    @property
    def kind(self) -> str:
        """The kind as people call it: motion, letter or annex."""
        return _KINDS[self.soort]

    @property
    def kst(self) -> str | None:
        """The official publication id, None for a paper that has none by nature."""
        return None if self.soort == ANNEX else self.dossier.kst(self.ondernummer)

    def content(self) -> bytes:
        """Make the bytes as they are served now; the same state gives the same bytes."""
        if self.served == DOCX:
            return make_docx(self.sheet)
        sheet = replace(self.sheet, imprint=self.kst or "" if self.is_official else "")
        return make_pdf(sheet, is_justified=self.soort == ANNEX)


def publish_document(press: Press, paper: Paper, size_bytes: int) -> None:
    """Publish the Document of a paper, and count the state.

    Args:
        size_bytes: what is declared, before the paper's own error.
    """
    is_numbered = paper.is_numbered and paper.soort != ANNEX
    values = {
        "soort": paper.soort,
        "documentNummer": paper.number,
        "titel": paper.title or paper.dossier.title,
        "onderwerp": paper.subject,
        "datum": midnight(paper.day),
        "volgnummer": paper.ondernummer if is_numbered else UNNUMBERED,
        "vergaderjaar": times.parliamentary_year(paper.day),
        "kamer": 2,
        "citeertitel": None,
        "alias": None,
        "datumRegistratie": midnight(paper.day),
        "datumOntvangst": midnight(paper.day) if paper.soort == LETTER else None,
        "aanhangselnummer": None,
        "kenmerkAfzender": None,
        "organisatie": "Tweede Kamer",
    }
    links = (
        ("huidigeDocumentVersie", paper.version_id),
        ("bronDocument", paper.source_id),
        ("activiteit", paper.activity_id),
        ("agendapunt", paper.agenda_item_id),
        ("zaak", paper.case.id if paper.case else None),
        ("kamerstukdossier", paper.dossier.id if paper.is_numbered else None),
    )
    declared = Declared(paper.declared, size_bytes + paper.length_error)
    press.publish("Document", paper.id, values, links, declared)
    paper.is_withdrawn = False
    paper.states += 1


def publish_version(press: Press, paper: Paper, size_bytes: int) -> None:
    """Publish the present DocumentVersie; the official id appears when the paper is official."""
    values = {
        "status": "Vrijgegeven",
        "versienummer": paper.version,
        "bestandsgrootte": -(-size_bytes // 1024),
        "extensie": _EXTENSIONS[paper.declared],
        "datum": times.wall_clock(press.moment),
        "externeidentifier": paper.kst if paper.is_official else None,
    }
    press.publish("DocumentVersie", paper.version_id, values, (("document", paper.id),))


def publish_signers(press: Press, paper: Paper) -> None:
    """Publish the actors of a paper and of its case."""
    for signer in paper.signers:
        person = signer.person
        party = person.party
        who = (("persoon", person.id), ("fractie", party.id if party else None))
        values = {
            "actorNaam": f"{person.initials} {person.called}",
            "actorFractie": party.abbreviation if party else None,
            "functie": signer.office,
            "relatie": "Eerste ondertekenaar" if signer.is_first else "Mede ondertekenaar",
            "sidActor": person.sid,
        }
        links = (("document", paper.id), *who)
        press.publish("DocumentActor", signer.document_actor_id, values, links)
        if paper.case is not None:
            links = (("zaak", paper.case.id), *who)
            values["relatie"] = "Indiener" if signer.is_first else "Medeindiener"
            values["actorAfkorting"] = party.abbreviation if party else None
            press.publish("ZaakActor", signer.case_actor_id, values, links)


def publish_addressee(
    press: Press, paper: Paper, actor_id: str, minister: Person | None, committee_id: str
) -> None:
    """Publish to whom a case goes: a motion to a minister, a letter to a committee."""
    assert paper.case is not None
    if minister is not None:
        name, sid, relation = f"{minister.initials} {minister.called}", minister.sid, "Gericht aan"
    else:
        name, sid, relation = "vaste commissie voor Water en Wegen", None, "Voortouwcommissie"
    values = {
        "actorNaam": name,
        "actorFractie": None,
        "actorAfkorting": None,
        "functie": None,
        "relatie": relation,
        "sidActor": sid,
    }
    links = (
        ("zaak", paper.case.id),
        ("persoon", minister.id if minister else None),
        ("commissie", None if minister else committee_id),
    )
    press.publish("ZaakActor", actor_id, values, links)


def publish_case(press: Press, paper: Paper) -> None:
    """Publish the Zaak of a paper as it stands."""
    case = paper.case
    if case is None:
        return
    values = {
        "nummer": case.number,
        "soort": MOTION if paper.kind == "motion" else LETTER,
        "onderwerp": paper.subject,
        "gestartOp": midnight(paper.day),
        "organisatie": "Tweede Kamer",
        "titel": paper.title or paper.dossier.title,
        "citeertitel": None,
        "alias": None,
        "grondslagvoorhang": None,
        "termijn": None,
        "vergaderjaar": times.parliamentary_year(paper.day),
        "volgnummer": paper.ondernummer,
        "status": "Vrijgegeven",
        "huidigeBehandelstatus": None,
        "afgedaan": case.is_done,
        "grootProject": False,
        "kabinetsappreciatie": case.appraisal,
    }
    links = (
        ("kamerstukdossier", paper.dossier.id),
        ("activiteit", paper.activity_id),
        ("agendapunt", paper.agenda_item_id),
        ("vervangenVanuit", case.replaces_id),
    )
    press.publish("Zaak", case.id, values, links)
