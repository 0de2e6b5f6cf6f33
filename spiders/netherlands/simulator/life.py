"""What happens to papers after they were published: corrections, withdrawals, returns."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from random import Random

from spiders.netherlands.simulator.chamber import Chamber, publish_dossier
from spiders.netherlands.simulator.desk import Desk
from spiders.netherlands.simulator.documents import DOCX, PDF
from spiders.netherlands.simulator.papers import (
    ANNEX,
    Paper,
    publish_case,
    publish_document,
    publish_signers,
    publish_version,
)
from spiders.netherlands.simulator.press import Press


class Life:
    """Changes papers that were there before today.

    A paper gets at most one change per advance, so a harvest after each advance sees every
    state. Unless `is_tidy`, the bytes of some follow their metadata one advance later.
    """

    def __init__(self, press: Press, chamber: Chamber, desk: Desk, *, is_tidy: bool) -> None:
        self._press = press
        self._chamber = chamber
        self._desk = desk
        self._is_tidy = is_tidy
        self._late: list[Paper] = []

    def go_on(self, rng: Random, papers: Iterable[Paper], advance: int) -> dict[str, list[str]]:
        """Change some of the papers; returns document numbers by what happened to them."""
        # A file that is not there shows no change: those papers are left alone.
        free = {p.id: p for p in papers if p.missing_status is None and not p.is_exempt}
        happened: dict[str, list[str]] = {}

        def take(what: str, change: Callable[[Paper], None], chosen: Iterable[Paper]) -> None:
            for paper in list(chosen):
                del free[paper.id]
                change(paper)
                happened.setdefault(what, []).append(paper.number)

        late, self._late = [p for p in self._late if p.id in free], []
        take("late_files", self._catch_up, late)
        take("returned", self._bring_back, self._returning(free.values(), advance))
        take("made_official", self._make_official, [p for p in free.values() if _is_draft(p)])
        for what, change, kind in (
            ("corrected", self._correct, "letter"),
            ("retitled", self._retitle, "motion"),
            ("moved", self._move, "letter"),
            ("withdrawn", self._withdraw, "letter"),
            ("withdrawn", self._withdraw, "motion"),
        ):
            if what == "moved" and advance % 2:
                continue
            found = [p for p in free.values() if p.kind == kind and p.is_official]
            found = [p for p in found if not p.is_withdrawn]
            take(what, change, rng.sample(found, min(1, len(found))))
        return happened

    def _make_official(self, paper: Paper) -> None:
        """Word becomes PDF under the same id; the official id and a missing place appear."""
        paper.declared = PDF
        paper.is_official = True
        paper.is_numbered = True
        if not self._is_tidy and int(paper.number[-1]) % 5 == 0:
            # Metadata ahead of the bytes (guide 1.6).
            self._late.append(paper)
        else:
            self._change_bytes(paper)
            paper.served = PDF
        self._publish(paper)

    def _catch_up(self, paper: Paper) -> None:
        paper.served = PDF
        self._change_bytes(paper)
        paper.silent_changes += 1

    def _correct(self, paper: Paper) -> None:
        """Replace the text; a new DocumentVersie becomes the present one."""
        word = self._desk.next_word()
        paper.earlier_words.append(paper.word)
        paragraphs = [p.replace(paper.word, word) for p in paper.sheet.paragraphs]
        paragraphs.append("Deze brief vervangt de eerder verzonden brief, waarin een fout stond.")
        paper.sheet = replace(paper.sheet, paragraphs=tuple(paragraphs), hyphenated=word)
        paper.word = word
        paper.version_id = self._desk.ids.guid()
        paper.version += 1
        self._change_bytes(paper)
        self._publish(paper)

    def _retitle(self, paper: Paper) -> None:
        paper.subject = f"{paper.subject} (gerectificeerd)"
        publish_case(self._press, paper)
        publish_document(self._press, paper, self._size(paper))

    def _move(self, paper: Paper) -> None:
        """Move a letter to another dossier: it gets another number, and so another official id."""
        others = [d for d in self._chamber.dossiers if d.id != paper.dossier.id]
        paper.earlier_kst.append(paper.kst or "")
        paper.dossier = others[paper.ondernummer % len(others)]
        paper.ondernummer = paper.dossier.next_number()
        paper.sheet = replace(
            paper.sheet,
            dossier=paper.dossier.printed,
            title=paper.dossier.title,
            number=str(paper.ondernummer),
        )
        self._change_bytes(paper)
        publish_dossier(self._press, paper.dossier)
        publish_case(self._press, paper)
        self._publish(paper)

    def _withdraw(self, paper: Paper) -> None:
        for entity_id in _own_entities(paper):
            self._press.withdraw(entity_id)
        paper.is_withdrawn = True
        paper.states += 1

    def _bring_back(self, paper: Paper) -> None:
        self._publish(paper)
        publish_signers(self._press, paper)

    def _returning(self, papers: Iterable[Paper], advance: int) -> list[Paper]:
        # Seldom, as at the source; but the third advance brings one back in every parliament.
        withdrawn = [paper for paper in papers if paper.is_withdrawn]
        return withdrawn[:1] if advance % 3 == 0 else []

    def _publish(self, paper: Paper) -> None:
        size = self._size(paper)
        publish_version(self._press, paper, size)
        publish_document(self._press, paper, size)

    def _size(self, paper: Paper) -> int:
        # What the metadata says is the size of the file that is to come.
        if paper.served == DOCX and paper.declared == PDF:
            return len(replace(paper, served=PDF).content())
        return len(paper.content())

    def _change_bytes(self, paper: Paper) -> None:
        paper.edition += 1
        paper.changed_at = self._press.moment


def _is_draft(paper: Paper) -> bool:
    return not paper.is_official and not paper.is_withdrawn and paper.soort != ANNEX


def _own_entities(paper: Paper) -> list[str]:
    return [
        paper.id,
        paper.version_id,
        *(signer.document_actor_id for signer in paper.signers),
    ]
