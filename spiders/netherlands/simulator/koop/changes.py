"""What can happen to a publication, one function for each."""

from dataclasses import replace
from datetime import timedelta
from random import Random

from spiders.netherlands.simulator import prose
from spiders.netherlands.simulator.koop.agenda import Agenda
from spiders.netherlands.simulator.koop.body import Kind
from spiders.netherlands.simulator.koop.manuscripts import Manuscript
from spiders.netherlands.simulator.koop.printing import Printing
from spiders.netherlands.simulator.koop.publications import Publication, State

_SET_AFTER_DAYS = (2, 2, 2, 3, 3, 4, 6, 9, 16, 30, 69)
"""From the first publication to the typeset one: 2 to 78 days in captures (1.9)."""
_CHANCES = {"touch": 0.08, "revise": 0.03, "reprint": 0.015, "correct": 0.015}
_FOR_LETTERS = ("revise", "reprint", "correct")


class Changes:
    """Carries out what is due; what no longer makes sense is left undone."""

    def __init__(self, printing: Printing, agenda: Agenda, rng: Random) -> None:
        self._printing = printing
        self._agenda = agenda
        self._rng = rng
        self.coming: dict[str, Manuscript] = {}
        """By key: what a chamber changed and the publisher has not published yet."""

    def do(self, action: str, publication: Publication) -> bool:
        """Do one thing to a publication; returns whether it was done."""
        match action:
            case "publish":
                return self._publish(publication)
            case "typeset":
                return self._typeset(publication)
            case "follow":
                return self._follow(publication)
            case "return":
                return self._bring_back(publication)
        if publication.state is not State.SET and not (
            action in ("vanish", "withdraw") and publication.is_present
        ):
            return False
        match action:
            case "touch":
                publication.touches += 1
                self._printing.put(publication, has_new_files=False)
            case "revise":
                self._revise(publication)
            case "reprint":
                return self._reprint(publication)
            case "correct":
                return self._correct(publication)
            case "vanish" | "withdraw":
                publication.state = State.GONE
                publication.is_gone_for_good = action == "vanish"
                self._printing.take_away(publication)
            case "empty":
                publication.state = State.EMPTIED
                self._printing.put(publication, has_new_files=True)
        return True

    def _publish(self, publication: Publication) -> bool:
        today = self._printing.today
        if publication.state is not State.AWAITED:
            return False
        if publication.manuscript.is_withdrawn:
            # Withdrawn before it was published; it is looked at again in case it comes back.
            self._agenda.plan(today + timedelta(days=7), "publish", publication)
            return False
        is_annex = publication.manuscript.kind is Kind.ANNEX
        is_set = publication.is_typeset = publication.is_set_at_once and not is_annex
        publication.state = State.SET if is_set else State.UNSET
        publication.available = publication.file_modified = today
        self._printing.put(publication, has_new_files=True)
        if is_set:
            self._lead_a_life(publication)
        elif not is_annex:
            is_exempt = publication.manuscript.is_exempt
            days = 3 if is_exempt else self._rng.choice(_SET_AFTER_DAYS)
            self._agenda.plan(today + timedelta(days=days), "typeset", publication)
        return True

    def _typeset(self, publication: Publication) -> bool:
        if publication.state is not State.UNSET:
            return False
        publication.state, publication.is_typeset = State.SET, True
        self._printing.put(publication, has_new_files=True)
        self._lead_a_life(publication)
        return True

    def _lead_a_life(self, publication: Publication) -> None:
        """Plan what happens to it after it was typeset, if anything does."""
        if publication.manuscript.is_exempt:
            return
        for action, chance in _CHANCES.items():
            is_fit = publication.manuscript.kind is Kind.LETTER or action not in _FOR_LETTERS
            if is_fit and self._rng.random() < chance:
                later = self._printing.today + timedelta(days=self._rng.randint(5, 70))
                self._agenda.plan(later, action, publication)

    def _follow(self, publication: Publication) -> bool:
        """Publish what its chamber has changed: words, title or dossier."""
        manuscript = self.coming.pop(publication.manuscript.key, None)
        if manuscript is None:
            return False
        known = publication.manuscript
        if manuscript.word != known.word:
            publication.earlier_words.append(known.word)
        publication.manuscript = replace(manuscript, is_withdrawn=known.is_withdrawn)
        if not publication.is_present or publication.state is State.EMPTIED:
            return False
        publication.file_modified = self._printing.today
        self._printing.put(publication, has_new_files=True)
        return True

    def _bring_back(self, publication: Publication) -> bool:
        if publication.state is not State.GONE or publication.is_gone_for_good:
            return False
        publication.state = State.SET if publication.is_typeset else State.UNSET
        self._printing.put(publication, has_new_files=False)
        if not publication.is_typeset and publication.manuscript.kind is not Kind.ANNEX:
            later = self._printing.today + timedelta(days=3)
            self._agenda.plan(later, "typeset", publication)
        return True

    def _revise(self, publication: Publication) -> None:
        """Change the text under the same identifier; the chamber's stays as it is."""
        publication.earlier_words.append(publication.manuscript.word)
        publication.manuscript = _revised(publication.manuscript, "drukproef")
        publication.file_modified = self._printing.today
        self._printing.put(publication, has_new_files=True)

    def _reprint(self, publication: Publication) -> bool:
        """Publish a reprint beside the first printing, which stays."""
        if f"{publication.manuscript.key}-h1" in self._printing.publications:
            return False
        manuscript = _revised(publication.manuscript, "herdruk")
        heading = f"{manuscript.sheet.heading} (HERDRUK)"
        sheet = replace(manuscript.sheet, heading=heading)
        self._printing.add_part(publication, "-h1", replace(manuscript, sheet=sheet))
        return True

    def _correct(self, publication: Publication) -> bool:
        """Publish an erratum, which is a small paper of its own."""
        manuscript = publication.manuscript
        if f"{manuscript.key}-n1" in self._printing.publications:
            return False
        word = f"erratum{manuscript.word}"
        paragraphs = (
            manuscript.sheet.paragraphs[0],
            f"In de brief van {prose.written(manuscript.day)} is een woord weggevallen. "
            f"In de tweede alinea dient te worden gelezen: {word}.",
        )
        sheet = replace(
            manuscript.sheet,
            heading="NOTA VAN VERBETERING",
            paragraphs=paragraphs,
            hyphenated=word,
            notes=(),
        )
        erratum = replace(
            manuscript,
            sheet=sheet,
            word=word,
            subject=f"Nota van verbetering; {manuscript.subject}",
            citations=(),
            answers=(),
        )
        self._printing.add_part(publication, "-n1", erratum)
        return True


def _revised(manuscript: Manuscript, how: str) -> Manuscript:
    """Change the text: its rare word becomes another one."""
    word = f"{how}{manuscript.word}"
    paragraphs = [p.replace(manuscript.word, word) for p in manuscript.sheet.paragraphs]
    paragraphs.append("In deze uitgave is een zetfout hersteld.")
    sheet = replace(manuscript.sheet, paragraphs=tuple(paragraphs), hyphenated=word)
    return replace(manuscript, sheet=sheet, word=word)
