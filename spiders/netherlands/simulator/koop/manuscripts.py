"""What reaches the publisher: a paper of either chamber, before it has a record or files."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from spiders.netherlands.simulator.citing import Answer, Citation
from spiders.netherlands.simulator.documents import Sheet
from spiders.netherlands.simulator.koop.body import Form, Kind
from spiders.netherlands.simulator.papers import ANNEX, CHANGED_MOTION, LETTER, MOTION, Paper

_KINDS = {
    MOTION: Kind.MOTION,
    CHANGED_MOTION: Kind.MOTION,
    LETTER: Kind.LETTER,
    ANNEX: Kind.ANNEX,
}
SUBRUBRIEK = {Kind.MOTION: "Motie", Kind.LETTER: "Brief"}
_IN_TITLE = {Kind.MOTION: "Motie", Kind.LETTER: "Brief regering"}


@dataclass(frozen=True, slots=True)
class Place:
    """A dossier as the publisher writes it."""

    id: str
    """As in identifiers: `36900-VII`, `CXLVI`."""
    printed: str
    title: str


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A paper as it was handed in.

    Attributes:
        key: the same for all states of the paper.
        chamber: 1 or 2.
        places: its dossiers, the first being that of its identifier.
        number: in the dossier: `48`, in the Eerste Kamer `B`.
        title_kind: the second part of the title; None leaves it out.
        movers: names as the record gives them.
        main_key: of an annex, the paper that it goes with.
        paper_number: the Tweede Kamer's own number, `2026D40001`.
        is_exempt: nothing happens to it after it is typeset.
        session: put before the dossier in the identifiers of old papers.
    """

    key: str
    chamber: int
    kind: Kind
    places: tuple[Place, ...]
    number: str
    subject: str
    day: date
    year: str
    sheet: Sheet
    movers: tuple[str, ...]
    word: str
    citations: tuple[Citation, ...] = ()
    answers: tuple[Answer, ...] = ()
    title_kind: str | None = None
    main_key: str | None = None
    paper_number: str | None = None
    is_withdrawn: bool = field(default=False, compare=False)
    is_exempt: bool = False
    form: Form = Form.MODERN
    session: str | None = None

    @property
    def identifier(self) -> str:
        """The identifier once typeset: `kst-36900-VII-48`."""
        session = f"{self.session}-" if self.session else ""
        return f"kst-{session}{self.places[0].id}-{self.number}"


def manuscript_of(paper: Paper, further: Sequence[Place] = ()) -> Manuscript:
    """Describe a paper of the Tweede Kamer as it stands.

    Args:
        further: other dossiers in which it is published too.
    """
    kind = _KINDS[paper.soort]
    dossier = paper.dossier
    place = Place(dossier.folder, dossier.printed, dossier.title)
    return Manuscript(
        key=paper.id,
        chamber=2,
        kind=kind,
        places=(place, *further),
        number=str(_number(paper)),
        subject=paper.subject,
        day=paper.day,
        year=paper.sheet.year.replace("–", "-"),
        sheet=paper.sheet,
        movers=tuple(
            # Now and then the first name stands behind the initials.
            f"{s.person.initials} ({s.person.first_name}) {s.person.plain_surname}"
            if s.person.number % 3 == 0 and kind is Kind.MOTION
            else s.person.signed
            for s in paper.signers
        ),
        word=paper.word,
        citations=tuple(paper.citations),
        answers=paper.answers,
        title_kind=_IN_TITLE.get(kind),
        main_key=paper.source_id,
        paper_number=paper.number,
        is_withdrawn=paper.is_withdrawn,
        is_exempt=paper.is_exempt,
    )


def _number(paper: Paper) -> int:
    # An annex carries the number of the paper that it goes with.
    return paper.ondernummer if paper.main_number is None else paper.main_number
