"""The typical letter, which every parliament has: it answers two motions and names two letters.

One motion is in a dossier with a budget chapter, the other in one without; the letter advises
against both, in running text. Nothing is wrong with these papers and nothing happens to them.
"""

from datetime import date
from typing import Any

from spiders.netherlands.simulator import citing
from spiders.netherlands.simulator.chamber import Chamber, Dossier
from spiders.netherlands.simulator.citing import Citation, Line, mark
from spiders.netherlands.simulator.correspondence import cited, described
from spiders.netherlands.simulator.desk import Desk
from spiders.netherlands.simulator.papers import Paper
from spiders.netherlands.simulator.proceedings import Proceedings
from spiders.netherlands.simulator.prose import written

_CHAPTER = "XII"
_ADVICE = "Ontraden"
LETTERS_ON, DEBATE_ON, ANSWER_ON = 40, 46, 48
"""Days of the history, counted from 0; the vote on the motions is some days after the answer."""


class Example:
    """Writes the typical letter and the papers that it speaks of, each on its day."""

    def __init__(self, chamber: Chamber, desk: Desk, proceedings: Proceedings) -> None:
        self._desk = desk
        self._proceedings = proceedings
        self._budget = next(d for d in chamber.dossiers if d.chapter == _CHAPTER)
        office = self._budget.field.office
        self._policy = next(
            d for d in chamber.dossiers if d.chapter is None and d.field.office == office
        )
        self._earlier: list[Paper] = []
        self._motions: list[Paper] = []
        self._letter: Paper | None = None

    def work(self, place: int, day: date) -> None:
        """Write what belongs to a day of the history."""
        self._desk.is_careful = True
        if place == LETTERS_ON:
            self._earlier = [self._inform(each) for each in (self._budget, self._policy)]
        elif place == DEBATE_ON:
            for dossier in (self._budget, self._policy):
                debate = self._proceedings.debate_on(day, dossier, 1)
                debate.has_letter = True
                self._motions += debate.motions
        elif place == ANSWER_ON:
            self._letter = self._answer()
        self._desk.is_careful = False

    def truth(self) -> dict[str, Any]:
        """Say which motions the letter answers, with which advice, and which letters it names."""
        assert self._letter is not None
        return {
            "letter": self._letter.kst,
            "number": self._letter.number,
            "word": self._letter.word,
            "answers": [each.as_json() for each in self._letter.answers],
            "earlier_letters": [each.kst for each in self._earlier],
        }

    def _inform(self, dossier: Dossier) -> Paper:
        return self._desk.letter(dossier, f"Voortgang {dossier.field.subjects[0]}", [], [])

    def _answer(self) -> Paper:
        for motion in self._motions:
            assert motion.case is not None
            motion.case.appraisal = _ADVICE
            self._desk.refresh_case(motion)
        subject = f"Reactie op twee moties over {self._budget.field.subjects[0]}"
        return self._desk.letter(self._budget, subject, list(self._lines()), self._motions)

    def _lines(self) -> list[Line]:
        first, second = (cited(motion) for motion in self._motions)
        (names, about), (other_names, other_about) = map(described, self._motions)
        before, after = (cited(letter) for letter in self._earlier)
        words = [f"{each.dossier}, nr. {each.number}" for each in (before, first, second, after)]
        session = citing.session(second.day)
        return [
            Line(
                f"Eerder schreef ik uw Kamer hierover (Kamerstuk {words[0]}). Bij het debat zijn "
                "twee moties ingediend, waarop ik hieronder inga.",
                (Citation(words[0], before.target),),
            ),
            Line(
                f"De motie {names} over {about} (Kamerstuk {words[1]}) wordt ontraden, omdat zij "
                "niet van dekking is voorzien.",
                (Citation(words[1], first.target),),
            ),
            Line(
                f"Ook de motie {other_names} over {other_about} (Kamerstukken II {session}, "
                f"{words[2]}) wordt ontraden. Het gevraagde onderzoek loopt al.",
                (Citation(words[2], second.target),),
            ),
            Line(
                f"Voor het overige verwijs ik naar mijn brief van {written(after.day)}.{mark(1)}",
                (Citation(words[3], after.target, note=1),),
                f"Kamerstuk {words[3]}.",
            ),
        ]
