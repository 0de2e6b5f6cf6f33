"""What letters to the Eerste Kamer say of other papers, its own and those of the Tweede Kamer."""

from collections.abc import Iterator, Sequence
from random import Random

from spiders.netherlands.simulator import citing, prose
from spiders.netherlands.simulator.citing import CARRIED_OUT, Answer, Citation, Cite, Line
from spiders.netherlands.simulator.correspondence import cited, noted
from spiders.netherlands.simulator.koop.body import Kind
from spiders.netherlands.simulator.koop.manuscripts import Manuscript
from spiders.netherlands.simulator.papers import Paper

_ADVICE = ("Ontraden", "Oordeel Kamer", CARRIED_OUT)


def answers(rng: Random, motions: list[Manuscript]) -> tuple[list[Line], tuple[Answer, ...]]:
    """Answer the oldest motion that waits, and take it off the list; most letters answer none."""
    if not motions or rng.random() < 0.3:
        return [], ()
    motion, advice = motions.pop(0), rng.choice(_ADVICE)
    cite = _cite(rng, motion)
    names, about = motion.subject.removeprefix("Motie ").split(" over ", 1)
    if advice == CARRIED_OUT:
        words = prose.executed(cite.text, names, about)
    else:
        words = prose.appraised(rng, cite.text, names, about, advice)
    return [Line(words, cite.citations)], (Answer(motion.identifier, advice),)


def looking_back(rng: Random, own: Sequence[Manuscript], other: Sequence[Paper]) -> Iterator[Line]:
    """Refer to an earlier paper of this chamber and to one of the other, in text or footnote."""
    if own and rng.random() < 0.6:
        earlier = rng.choice(own)
        cite = _cite(rng, earlier)
        what = "de motie" if earlier.kind is Kind.MOTION else "de brief"
        yield _said(rng, f"Daarbij betrek ik {what} waarover uw Kamer eerder sprak", cite)
    numbered = [paper for paper in other[-60:] if paper.kst and not paper.is_withdrawn]
    if numbered and rng.random() < 0.5:
        cite = citing.single(rng, cited(rng.choice(numbered)))
        yield _said(rng, "De Tweede Kamer is hierover eerder geïnformeerd", cite)


def _said(rng: Random, text: str, cite: Cite) -> Line:
    if rng.random() < 0.4:
        return noted(f"{text}.", cite)
    return Line(f"{text} ({cite.text}).", cite.citations)


def _cite(rng: Random, paper: Manuscript) -> Cite:
    """Refer to a paper of the Eerste Kamer: `Kamerstukken I 2026/27, 29 137, B`."""
    words = f"{paper.places[0].printed}, {paper.number}"
    lead = rng.choice(
        (f"Kamerstukken I {citing.session(paper.day)}, ", "Kamerstuk I ", "Kamerstuk ")
    )
    return Cite(lead + words, (Citation(words, paper.identifier),))
