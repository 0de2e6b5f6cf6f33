"""The ministries beside the fictional parliament: what they publish, and its life (6)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from typing import Any
from uuid import UUID

from spiders.netherlands.simulator import times
from spiders.netherlands.simulator.documents import DOCX, PDF, Sheet, make_docx
from spiders.netherlands.simulator.papers import LETTER, Paper
from spiders.netherlands.simulator.pdf import make_pdf
from spiders.netherlands.simulator.portal.documents import (
    AGAIN,
    HAS_ANNEX,
    IS_ANNEX_OF,
    WITHDRAWN,
    Content,
    Document,
    Version,
)

PRIVACY = "correctie privacygevoelige gegevens"
PROCEDURE = "correctie procedurele fout"
_ADVICE = (
    "Aanleiding: de Kamer heeft gevraagd om een brief hierover.",
    "Geadviseerd besluit: u kunt instemmen met de brief en die ondertekenen.",
    "Kernpunten: de uitvoering is haalbaar, de dekking is nog niet rond, en de planning is krap.",
    "Toelichting: met de betrokken directies is afgestemd; er is geen verschil van inzicht.",
)


class Ministries:
    """Publishes letters, notes, annexes and answers, and lets things happen to them."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._rng = Random(f"{seed}/portal")  # noqa: S311 - not for secrets
        self._moment: datetime | None = None
        self._seen = 0
        self._withdrawn_in: dict[str, int] = {}
        """By id, the advance in which a document was withdrawn."""
        self.documents: dict[str, Document] = {}
        """By id, also those that are withdrawn."""
        self._sources: dict[str, Paper] = {}
        self.happened: dict[str, list[str]] = {}

    def work(self, day: date, papers: Sequence[Paper]) -> None:
        """Publish what the ministries sent to the chamber since they were asked last.

        Args:
            day: of publication.
            papers: of the Tweede Kamer, in the order in which they were written.
        """
        for paper in papers[self._seen :]:
            if paper.soort == LETTER and not paper.is_exempt:
                self._publish_letter(day, paper)
        self._seen = len(papers)

    def settle(self) -> None:
        """Take the files of new letters as their chamber has them now: the bytes are the same."""
        for id_, paper in self._sources.items():
            document = self.documents[id_]
            content = _as_sent(paper)
            document.versions[0] = replace(document.versions[0], content=content)
        self._sources = {}

    def begin_advance(self, advance: int, day: date) -> None:
        """Let something happen to documents of before: once to each at most, in an advance."""
        self.happened = {}
        rng = Random(f"{self._seed}/portal/{advance}")  # noqa: S311 - not for secrets
        letters = [d for d in self.documents.values() if d.sort == "Kamerbrief"]
        public = [d for d in letters if d.is_public and len(d.versions) == 1]
        # A withdrawal is believed by whoever sees it twice.
        gone = [d for d in letters if self._withdrawn_in.get(d.id, advance) < advance - 1]
        chosen = rng.sample(public, min(3, len(public)))
        for document, what in zip(chosen, ("change", "withdraw", "change"), strict=False):
            if what == "change":
                self._add(day, document, "wijziging", PRIVACY, _corrected(document.content))
            else:
                self._add(day, document, WITHDRAWN, PROCEDURE, None)
                self._withdrawn_in[document.id] = advance
        for document in gone[:1]:
            del self._withdrawn_in[document.id]
            self._add(day, document, AGAIN, "ten onrechte ingetrokken", None)

    def truth(self) -> list[dict[str, Any]]:
        """Return what a perfect harvester would know now, document by document."""
        return [
            {
                "id": d.id,
                "kind": d.sort,
                "paper": d.paper,
                "withdrawn": not d.is_public,
                "versions": [[v.number, v.cause, v.reason] for v in d.versions],
                "relations": [list(relation) for relation in d.relations],
            }
            for d in self.documents.values()
        ]

    def _publish_letter(self, day: date, paper: Paper) -> None:
        place = len(self.documents)
        office = paper.signers[0].office.partition(" van ")[2] if paper.signers else ""
        ministry = office or "Water en Wegen"
        letter = self._publish(
            day, "Kamerbrief", f"Kamerbrief over {paper.subject}", ministry, _as_sent(paper)
        )
        letter.paper = paper.number
        letter.has_wrong_hash = place % 31 == 13
        letter.has_wrong_size = place % 31 == 17
        if place % 3 < 2:
            self._sources[letter.id] = paper
        else:
            # The ministry's own print of the letter: the words are the same, the bytes are not.
            own = replace(paper.sheet, imprint="", year="", title="")
            letter.versions[0] = replace(letter.versions[0], content=_printed(own))
        if place % 2 == 0:
            title = f"Beslisnota bij {letter.title}"
            sheet = replace(paper.sheet, heading="BESLISNOTA", paragraphs=_ADVICE, closing=(),
                            notes=(), imprint="")  # fmt: skip
            self._attach(letter, day, "beslisnota", title, _printed(sheet))
        if place % 5 == 0:
            title = f"Onderzoek bij {letter.title}"
            sheet = replace(paper.sheet, heading="ONDERZOEK", closing=(), notes=(), imprint="")
            self._attach(letter, day, "rapport", title, _printed(sheet))
        if place % 7 == 0:
            title = f"Antwoord op Kamervragen over {paper.subject}"
            sheet = replace(paper.sheet, heading="ANTWOORD", notes=(), imprint="")
            self._publish(day, "Kamervraag met antwoord", title, ministry, _printed(sheet))

    def _attach(self, letter: Document, day: date, sort: str, title: str, content: Content) -> None:
        other = self._publish(day, sort, title, letter.ministry, content)
        other.relations.append((IS_ANNEX_OF, letter.id))
        letter.relations.append((HAS_ANNEX, other.id))
        other.states_relations = letter.states_relations

    def _publish(
        self, day: date, sort: str, title: str, ministry: str, content: Content
    ) -> Document:
        id_ = str(UUID(int=self._rng.getrandbits(128), version=4))
        version = Version("aanlevering", 1, self._next_moment(day), content)
        document = Document(id_, sort, title, day, ministry, [version])
        document.states_relations = len(self.documents) % 4 == 0
        document.has_address = len(self.documents) % 6 != 1
        self.documents[id_] = document
        return document

    def _add(
        self, day: date, document: Document, cause: str, reason: str, content: Content | None
    ) -> None:
        number = {"wijziging": document.number + 1, AGAIN: document.number}.get(cause)
        moment = self._next_moment(day)
        document.versions.append(Version(cause, number, moment, content, reason))
        self.happened.setdefault(cause, []).append(document.id)

    def _next_moment(self, day: date) -> datetime:
        at = times.at(day, 15)
        if self._moment is not None:
            at = max(at, self._moment + timedelta(seconds=17, microseconds=1234))
        self._moment = at
        return at


def public(documents: Sequence[Document]) -> Iterator[Document]:
    """Yield the documents that are served."""
    return (document for document in documents if document.is_public)


def _as_sent(paper: Paper) -> Content:
    """Return the file of a paper as its chamber serves it now."""
    imprint = paper.kst or "" if paper.is_official else ""
    sheet = replace(paper.sheet, imprint=imprint) if paper.served != DOCX else paper.sheet
    make = make_docx if paper.served == DOCX else make_pdf
    name = "brief.docx" if paper.served == DOCX else "brief.pdf"
    return Content(paper.served, name, partial(make, sheet))


def _printed(sheet: Sheet) -> Content:
    return Content(PDF, "document.pdf", partial(make_pdf, sheet))


def _corrected(content: Content) -> Content:
    """Return a file with one more line: what stood there before is not served any more."""
    make = content.make
    assert isinstance(make, partial)
    sheet: Sheet = make.args[0]
    sheet = replace(sheet, paragraphs=(*sheet.paragraphs, "In deze versie is een naam verwijderd."))
    return replace(content, make=partial(make.func, sheet))
