"""The desk where papers are written: text, numbers, signatures, and the first publication."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random

from spiders.netherlands.simulator import citing, prose
from spiders.netherlands.simulator.chamber import Chamber, Dossier, publish_dossier
from spiders.netherlands.simulator.citing import CARRIED_OUT, Answer, Citation, Line
from spiders.netherlands.simulator.correspondence import Correspondence
from spiders.netherlands.simulator.documents import PDF, Sheet
from spiders.netherlands.simulator.identifiers import Identifiers
from spiders.netherlands.simulator.papers import (
    ANNEX,
    CHANGED_MOTION,
    LETTER,
    MOTION,
    UNNUMBERED,
    Case,
    Paper,
    Signer,
    publish_addressee,
    publish_case,
    publish_document,
    publish_signers,
    publish_version,
)
from spiders.netherlands.simulator.people import Person
from spiders.netherlands.simulator.press import Press
from spiders.netherlands.simulator.times import parliamentary_year

_ADDRESS = "Aan de Voorzitter van de Tweede Kamer der Staten-Generaal"


class Desk:
    """Writes papers and publishes them.

    While `is_final` is set, a paper is published in its final form at once, as PDF with its
    official id: so are the papers of the past. Else it comes as Word, without that id. While
    `is_careful` is set, nothing is wrong with a paper and nothing will happen to it.
    """

    def __init__(
        self, press: Press, chamber: Chamber, ids: Identifiers, seed: int, *, is_tidy: bool
    ) -> None:
        self.ids = ids
        self._is_tidy = is_tidy
        self.papers: list[Paper] = []
        self.is_final = True
        self.is_careful = False
        self.correspondence = Correspondence(Random(f"{seed}/correspondence"))  # noqa: S311
        self._press = press
        self._chamber = chamber
        self._rng = Random(f"{seed}/desk")  # noqa: S311 - not for secrets
        self._words: Iterator[str] = prose.rare_words(Random(f"{seed}/words"))  # noqa: S311

    def motion(
        self, dossier: Dossier, subject: str, movers: Sequence[Person], activity: str, item: str
    ) -> Paper:
        """Table a motion in a debate."""
        word = next(self._words)
        names = [person.called for person in movers]
        about = prose.motion_subject(self._rng, subject)
        paper = self._paper(
            MOTION,
            dossier,
            subject=f"Motie {prose.movers(names)} over {about}",
            word=word,
            heading=f"MOTIE {prose.movers(names)}".upper(),
            dateline=f"Voorgesteld {prose.written(self._press.today)}",
            paragraphs=prose.motion(self._rng, subject, word),
            closing=names,
            signers=self._signers(movers),
            case=Case(self.ids.guid(), self._numbered("Z"), "Nog niet bekend"),
        )
        paper.activity_id, paper.agenda_item_id = activity, item
        return self._publish(paper)

    def changed_motion(self, motion: Paper, activity: str, item: str) -> Paper:
        """Table a motion that replaces another one."""
        assert motion.case is not None
        word = next(self._words)
        names = list(motion.sheet.closing)
        case = Case(self.ids.guid(), self._numbered("Z"), replaces_id=motion.case.id)
        old = motion.kst or ""
        paper = self._paper(
            CHANGED_MOTION,
            motion.dossier,
            subject=f"Gewijzigde motie{motion.subject.removeprefix('Motie')}"
            f" (t.v.v. {old.removeprefix('kst-')})",
            word=word,
            heading=f"GEWIJZIGDE {motion.sheet.heading} TER VERVANGING VAN DIE GEDRUKT ONDER NR. "
            f"{motion.ondernummer}",
            dateline=f"Voorgesteld {prose.written(self._press.today)}",
            paragraphs=tuple(p.replace(motion.word, word) for p in motion.sheet.paragraphs),
            closing=names,
            signers=self._signers([signer.person for signer in motion.signers]),
            case=case,
        )
        paper.activity_id, paper.agenda_item_id = activity, item
        return self._publish(paper)

    def letter(
        self,
        dossier: Dossier,
        subject: str,
        lines: Sequence[Line],
        cited: Sequence[Paper],
        *,
        is_carried_out: bool = False,
    ) -> Paper:
        """Send a letter of the dossier's minister.

        Args:
            lines: what it says after its opening, with references.
            cited: the motions that it answers.
            is_carried_out: it says that they have been carried out, and gives no advice.
        """
        word = next(self._words)
        minister = self._chamber.ministers[dossier.field.office]
        paragraphs, notes, citations = self._letter_text(dossier, subject, word, lines)
        closing = (f"De Minister van {minister.office},", minister.person.signed)
        paper = self._paper(
            LETTER,
            dossier,
            subject=subject,
            word=word,
            heading=f"BRIEF VAN DE MINISTER VAN {minister.office.upper()}",
            dateline=f"Den Haag, {prose.written(self._press.today)}",
            paragraphs=tuple(paragraphs),
            closing=closing,
            signers=self._signers([minister.person], f"Minister van {minister.office}"),
            case=Case(self.ids.guid(), self._numbered("Z")),
            notes=tuple(notes),
        )
        paper.citations = citations
        paper.cites = [motion.kst for motion in cited if motion.kst]
        paper.answers = tuple(_answers(cited, is_carried_out=is_carried_out))
        # Some letters get their number and dossier only after a while.
        paper.is_numbered = self.is_final or self._rng.random() < 0.7
        return self._publish(paper)

    def _letter_text(
        self, dossier: Dossier, subject: str, word: str, lines: Sequence[Line]
    ) -> tuple[list[str], list[str], list[Citation]]:
        topic = subject[0].lower() + subject[1:]
        first_heading, last_heading = self.correspondence.headings()
        filling = prose.filling(self._rng, self._rng.choice(dossier.field.subjects))
        return citing.number_notes(
            (
                Line(_ADDRESS),
                *first_heading,
                *map(Line, prose.opening(topic, word)),
                *lines,
                *(() if self.is_careful else self._looking_back(dossier)),
                *last_heading,
                *map(Line, filling),
                *self.correspondence.ornaments(topic),
            )
        )

    def annex(self, letter: Paper, subject: str) -> Paper:
        """Add an annex to a letter."""
        word = next(self._words)
        paper = self._paper(
            ANNEX,
            letter.dossier,
            subject=f"Rapport {subject}",
            word=word,
            heading=f"RAPPORT {subject.upper()}",
            dateline=prose.written(self._press.today),
            paragraphs=prose.annex(subject, word),
            closing=(),
            signers=(),
            case=None,
        )
        paper.sheet = replace(paper.sheet, dossier="", title="", number="")
        paper.case, paper.source_id = letter.case, letter.id
        paper.main_number = letter.ondernummer
        paper.declared = paper.served = PDF
        return self._publish(paper)

    def next_word(self) -> str:
        """Return a rare word that no paper has had."""
        return next(self._words)

    def refresh_case(self, paper: Paper) -> None:
        """Publish the case again after its appraisal or outcome changed."""
        publish_case(self._press, paper)

    def _looking_back(self, dossier: Dossier) -> list[Line]:
        """Refer to papers of the dossier that are out already."""
        earlier = [
            paper
            for paper in self.papers
            if paper.dossier is dossier
            and paper.is_official
            and not paper.is_withdrawn
            and paper.day < self._press.today
        ]
        return list(self.correspondence.looking_back(earlier))

    def _paper(
        self,
        soort: str,
        dossier: Dossier,
        *,
        subject: str,
        word: str,
        heading: str,
        dateline: str,
        paragraphs: tuple[str, ...],
        closing: Sequence[str],
        signers: tuple[Signer, ...],
        case: Case | None,
        notes: tuple[str, ...] = (),
    ) -> Paper:
        number = UNNUMBERED if soort == ANNEX else dossier.next_number()
        year = parliamentary_year(self._press.today).replace("-", "–")
        sheet = Sheet(
            year=year,
            dossier=dossier.printed,
            title=dossier.title,
            number=str(number),
            heading=heading,
            dateline=dateline,
            paragraphs=paragraphs,
            closing=tuple(closing),
            hyphenated=word,
            notes=notes,
        )
        return Paper(
            id=self.ids.guid(),
            version_id=self.ids.guid(),
            soort=soort,
            number=self._numbered("D"),
            day=self._press.today,
            dossier=dossier,
            ondernummer=number,
            subject=subject,
            word=word,
            sheet=sheet,
            signers=signers,
            case=case,
            changed_at=self._press.moment,
            is_exempt=self.is_careful,
        )

    def _publish(self, paper: Paper) -> Paper:
        press = self._press
        self.papers.append(paper)
        if self.is_final:
            paper.declared = paper.served = PDF
            paper.is_official = paper.soort != ANNEX
        if not self._is_tidy and not paper.is_exempt:
            _spoil(paper, len(self.papers))
        size = len(paper.content())
        publish_dossier(press, paper.dossier)
        if paper.soort != ANNEX:
            publish_case(press, paper)
        publish_version(press, paper, size)
        publish_document(press, paper, size)
        publish_signers(press, paper)
        if paper.soort != ANNEX:
            minister = self._chamber.ministers[paper.dossier.field.office].person
            publish_addressee(
                press,
                paper,
                self.ids.guid(),
                minister if paper.kind == "motion" else None,
                self._chamber.committee_id,
            )
        paper.changed_at = press.moment
        return paper

    def _signers(
        self, people: Sequence[Person], office: str = "Tweede Kamerlid"
    ) -> tuple[Signer, ...]:
        return tuple(
            Signer(person, office, place == 0, self.ids.guid(), self.ids.guid())
            for place, person in enumerate(people)
        )

    def _numbered(self, letter: str) -> str:
        return self.ids.numbered(self._press.today.year, letter)


def _answers(motions: Sequence[Paper], *, is_carried_out: bool) -> Iterator[Answer]:
    for motion in motions:
        advice = motion.case.appraisal if motion.case else None
        if motion.kst is not None:
            yield Answer(motion.kst, CARRIED_OUT if is_carried_out else advice or "")


def _spoil(paper: Paper, place: int) -> None:
    """Give some papers a wrong length or no file, for good (guide 1.6)."""
    if place % 17 == 5:
        paper.length_error = 56
    if place % 61 == 40:
        paper.missing_status = 404 if place % 2 else 500
