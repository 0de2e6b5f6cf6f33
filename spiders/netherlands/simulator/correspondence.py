"""What letters say of other papers, in the forms that people use, and what each form means."""

from collections.abc import Iterator, Sequence
from random import Random

from spiders.netherlands.simulator import citing, prose
from spiders.netherlands.simulator.citing import Citation, Cite, Cited, Line
from spiders.netherlands.simulator.papers import Paper

_BY_NOTE = 0.4
_HEADINGS = 0.4


class Correspondence:
    """Writes paragraphs of letters with their references."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng

    def appraisals(self, motions: Sequence[Paper]) -> Iterator[Line]:
        """Say what the government thinks of the motions of a debate."""
        papers = [cited(motion) for motion in motions]
        if len(papers) > 1 and self._rng.random() < 0.5:
            cite = citing.several(self._rng, papers)
            yield Line(f"Ik ga in op de moties die zijn ingediend ({cite.text}).", cite.citations)
        for place, motion in enumerate(motions):
            yield self.appraisal(motion, is_next=place > 0 and self._rng.random() < 0.5)

    def appraisal(self, motion: Paper, *, is_next: bool = False) -> Line:
        """Say what the government thinks of a motion.

        Args:
            is_next: another paper of its dossier was named just before.
        """
        assert motion.case is not None
        paper = cited(motion)
        cite = citing.again(paper) if is_next else citing.single(self._rng, paper)
        names, about = described(motion)
        words = prose.appraised(self._rng, cite.text, names, about, motion.case.appraisal or "")
        return Line(words, cite.citations)

    def execution(self, motion: Paper) -> Line:
        """Say that a motion was carried out."""
        cite = citing.single(self._rng, cited(motion))
        return Line(prose.executed(cite.text, *described(motion)), cite.citations)

    def looking_back(self, earlier: Sequence[Paper]) -> Iterator[Line]:
        """Refer to some earlier papers of the same dossier, in the text or in a footnote."""
        if not earlier:
            return
        count = self._rng.choice((1, 1, 2, 3))
        chosen = [cited(p) for p in sorted(earlier[-count:], key=lambda p: p.ondernummer)]
        if len(chosen) == 2 and self._rng.random() < 0.4:
            first, second = citing.single(self._rng, chosen[0]), citing.again(chosen[1])
            yield Line(
                f"Ik verwijs naar wat ik uw Kamer eerder schreef ({first.text}; {second.text}).",
                (*first.citations, *second.citations),
            )
        elif self._rng.random() < _BY_NOTE:
            yield noted(
                "Over dit onderwerp heb ik uw Kamer eerder bericht.",
                citing.several(self._rng, chosen),
            )
        else:
            cite = citing.several(self._rng, chosen)
            yield Line(f"Eerder is hierover met uw Kamer gewisseld ({cite.text}).", cite.citations)

    def ornaments(self, subject: str) -> list[Line]:
        """Return a list or a table now and then."""
        chance = self._rng.random()
        if chance < 0.12:
            return [Line(text) for text in prose.listed(subject)]
        if chance < 0.2:
            return [Line("De uitgaven zijn als volgt verdeeld:"), Line(prose.table(self._rng))]
        return []

    def headings(self) -> tuple[list[Line], list[Line]]:
        """Return the headings over the first and the last part, of some letters."""
        if self._rng.random() >= _HEADINGS:
            return [], []
        return [Line("Inleiding")], [Line("Vervolg")]


def noted(text: str, cite: Cite) -> Line:
    """Return a paragraph that refers to papers in a footnote."""
    links = tuple(Citation(link.words, link.target, note=1) for link in cite.citations)
    return Line(text + citing.mark(1), links, f"{cite.text}.")


def cited(paper: Paper) -> Cited:
    """Return what a reference to a paper is made of."""
    assert paper.kst is not None
    return Cited(paper.dossier.printed, str(paper.ondernummer), paper.kst, paper.day)


def described(motion: Paper) -> tuple[str, str]:
    """Return whose motion it is and what it is about, as its title says."""
    names, about = motion.subject.split(" over ", 1)
    names = names.split(" ", 1)[1].removeprefix("motie ")
    return names, about.split(" (t.v.v.", 1)[0]
