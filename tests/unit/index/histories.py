"""Random histories of two sources, as the entries of their logs.

A seed gives one history. The worlds are small on purpose: few ids, few official numbers, few files,
so that documents of two sources meet, part and meet again, and one file is named by several.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

from archive.decisions import Verdict
from archive.entries import DecisionEntry, Entry, HoldEntry, TakedownEntry
from harvester.index.texts import Signature, Statement, TextRow
from harvester.source import domain
from tests.unit.archive.makers import digest
from tests.unit.index.makers import (
    PRESS,
    SOURCE,
    TIME,
    document,
    failure,
    file,
    link,
    record,
    ref,
    row,
)
from tests.unit.index.makers import withdrawn as gone

Step = tuple[str, tuple[Entry, ...]]
"""A source, and the entries of its next segment."""

CONTENTS = tuple(f"content {n}" for n in range(6))
NUMBERS = ("kst-100-1", "kst-100-2", "kst-200-1")
CLASHING = ("N-a", "kst-100-1", "testland/Thing/b", "testpress/Thing/kst-9001", "~testland/Thing/a")
"""What one document may bear as its number or official id although it is another's name."""
_KINDS = ("letter", "letter", "motion", "annex", None)
_HOUSE = ("a", "b", "x")
_PRESS = ("kst-100-1", "kst-100-2", "kst-9001", "blg-1")


def text_of(sha256: str) -> TextRow:
    """Make the text of a file: a word of its own, what it cites, sometimes who signed it."""
    dice = Random(sha256)
    word, cited = word_of(sha256), dice.choice(NUMBERS)
    if dice.random() < 0.2:
        return TextRow(sha256, "failed", "no text", None, "")
    statement = None
    if dice.random() < 0.5:
        signed = (Signature(f"Minister {word}", "Minister van Zaken", "signatory"),)
        statement = Statement(None, None, None, None, None, "2026-11-02", None, None, None, signed)
    dossier, number = cited.removeprefix("kst-").split("-")
    said = f"De motie (Kamerstuk {dossier}, nr. {number}) wordt ontraden. {word}"
    return TextRow(sha256, "ok", None, 1, said, (), statement)


def word_of(sha256: str) -> str:
    """Return the word that only the text of this file holds."""
    return "woord" + "".join(chr(ord("a") + int(digit, 16)) for digit in sha256[:12])


@dataclass(slots=True)
class _History:
    dice: Random
    makers: dict[str, Callable[[], Entry]] = field(default_factory=dict)
    held: dict[str, bool] = field(default_factory=lambda: {SOURCE: False, PRESS: False})

    def step(self) -> Step:
        source = self.dice.choice((SOURCE, PRESS))
        make = self._of_house if source == SOURCE else self._of_press
        entries: list[Entry] = [make() for _ in range(self.dice.choice((1, 1, 2, 4)))]
        if self.dice.random() < 0.12:
            entries.insert(0, self._of_hold(source))
        return source, tuple(entries)

    def _of_hold(self, source: str) -> Entry:
        if self.held[source]:
            self.held[source] = False
            verdict: Verdict = self.dice.choice(("released", "discarded"))
            return DecisionEntry(TIME, verdict, "so", "dice")
        self.held[source] = True
        return HoldEntry(TIME, ("why",))

    def _chance(self, share: float) -> bool:
        return self.dice.random() < share

    def _of_house(self) -> Entry:
        pick = self.dice.choice
        make = pick(
            (
                self._document, self._document, self._document, self._document_version,
                self._dossier, self._case, self._decision, self._vote, self._actor, self._agenda,
                lambda: self._file(_HOUSE), lambda: self._file(_HOUSE),
                lambda: gone(pick((*_HOUSE, "v1", "v2", "d", "e", "z", "b1", "s1", "p1"))),
                lambda: self._takedown(_HOUSE),
            )
        )  # fmt: skip
        return make()

    def _document(self) -> Entry:
        pick, id_ = self.dice.choice, self.dice.choice(_HOUSE)
        links = [link("document_dossier", d) for d in "de" if self._chance(0.4)]
        if self._chance(0.6):
            links.append(link("document_case", "z"))
        if self._chance(0.3):
            links.append(link("annex_document", pick("ab")))
        if self._chance(0.3):
            links.append(link("document_annex", pick("xb")))
        return document(
            id_,
            *dict.fromkeys(links),
            kind=pick(_KINDS),
            number=pick(CLASHING) if self._chance(0.15) else pick((f"N-{id_}", "N-same", None)),
            subject=pick(("iets", "anders")),
            chamber="Tweede Kamer",
            number_in_dossier=pick(("1", "2", None)),
            current_version_id=pick(("v1", "v2", None)),
            published_on=pick(("2026-11-20", "2026-10-01", None)),
        )

    def _document_version(self) -> Entry:
        pick, id_ = self.dice.choice, self.dice.choice(("v1", "v2"))
        of, number = pick(_HOUSE), pick((*NUMBERS, None))
        if self._chance(0.15):
            number = pick(CLASHING)
        version = row(
            domain.DocumentVersion, document_id=of, number=int(id_[1]),
            publication_id=number,
        )  # fmt: skip
        return record(id_, version, *([domain.DocumentName(ref(of), number)] if number else []))

    def _dossier(self) -> Entry:
        pick, id_ = self.dice.choice, self.dice.choice("de")
        number, title = pick((100, 200, None)), pick(("Titel", "Andere titel"))
        return record(id_, row(domain.Dossier, number=number, title=title))

    def _case(self) -> Entry:
        kind, advice = self.dice.choice((("motion", "against"), ("letter", None), (None, None)))
        return record("z", row(domain.Case, number="Z-1", kind=kind, advice=advice))

    def _decision(self) -> Entry:
        pick = self.dice.choice
        made = row(
            domain.Decision, agenda_item_id="i", soort="Stemmen",
            outcome=pick(("adopted", "rejected", None)), method=pick(("roll call", None)),
        )  # fmt: skip
        links = [link("decision_case", "z")] if self._chance(0.8) else []
        return record("b1", made, *links)

    def _vote(self) -> Entry:
        pick, id_ = self.dice.choice, self.dice.choice(("s1", "s2", "s3"))
        made = row(
            domain.Vote, decision_id=pick(("b1", "b1", None)),
            choice=pick(("for", "against")), party_size=pick((1, 70, 80)),
            actor_party=pick(("A", "B")), is_mistake=pick((0, 0, 1)),
        )  # fmt: skip
        return record(id_, made)

    def _actor(self) -> Entry:
        pick, id_ = self.dice.choice, self.dice.choice(("p1", "p2"))
        of = pick(({"document_id": pick(_HOUSE)}, {"case_id": "z"}))
        name, role = pick(("Ada", "Bob")), pick(("mover", "co-mover", "signatory"))
        return record(id_, row(domain.Actor, name=name, role=role, party=pick("AB"), **of))

    def _agenda(self) -> Entry:
        if self._chance(0.5):
            activity = self.dice.choice(("act", None))
            return record("i", row(domain.AgendaItem, activity_id=activity, number="1"))
        date = self.dice.choice(("2026-11-24", "2026-12-01"))
        return record("act", row(domain.Activity, date=date))

    def _of_press(self) -> Entry:
        pick = self.dice.choice
        make = pick(
            (
                self._publication, self._publication, self._publication,
                lambda: self._file(_PRESS), lambda: self._file(_PRESS),
                lambda: gone(pick(_PRESS)), lambda: self._takedown(_PRESS),
            )
        )  # fmt: skip
        return make()

    def _publication(self) -> Entry:
        pick, id_ = self.dice.choice, self.dice.choice(_PRESS)
        is_provisional, is_annex = id_ == "kst-9001", id_ == "blg-1"
        labels = [label for label in ("100", "200") if self._chance(0.5)]
        stated = [
            domain.StatedDossier(n, label, pick(("Titel", None)))
            for n, label in enumerate(labels, 1)
        ]
        links = []
        if is_annex:
            links += [link("annex_document", p) for p in _PRESS[:2] if self._chance(0.4)]
        elif self._chance(0.4):
            links.append(link("document_annex", "blg-1"))
        people = [domain.StatedPerson(1, pick(("Ada", "Cor")), None, None, "signatory")]
        return document(
            id_, *stated, *links, *people[: self.dice.randrange(2)],
            number=id_,
            kind="annex" if is_annex else pick(("letter", "motion", None)),
            subject=pick(("iets", "gedrukt")), chamber="Tweede Kamer",
            number_in_dossier=pick(("1", "2")),
            publication_id=None if is_provisional else id_,
            expected_id=pick((*NUMBERS[:2], None)) if is_provisional else None,
            is_provisional=int(is_provisional),
            published_on=pick(("2026-11-19", None)),
        )  # fmt: skip

    def _file(self, ids: tuple[str, ...]) -> Entry:
        id_ = self.dice.choice(ids)
        return failure(id_) if self._chance(0.15) else file(id_, self.dice.choice(CONTENTS))

    def _takedown(self, ids: tuple[str, ...]) -> Entry:
        if self._chance(0.5):
            return gone(self.dice.choice(ids))  # decisions are rare
        payloads = tuple(digest(c) for c in self.dice.sample(CONTENTS, self.dice.randrange(3)))
        record_id = f"Thing/{self.dice.choice(ids)}" if self._chance(0.5) or not payloads else None
        return TakedownEntry(TIME, "why", "me", tuple(sorted(payloads)), record_id)


def history(seed: int, most: int = 24) -> Iterator[Step]:
    """Yield the segments of a history, in the order in which they were written."""
    told = _History(Random(seed))
    for _ in range(told.dice.randint(4, most)):
        yield told.step()
