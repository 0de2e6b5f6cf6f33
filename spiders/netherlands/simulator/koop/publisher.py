"""KOOP beside the fictional parliament: what both chambers hand in, published in its time."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from spiders.netherlands.simulator.chamber import Chamber
from spiders.netherlands.simulator.koop.manuscripts import Manuscript, Place, manuscript_of
from spiders.netherlands.simulator.koop.office import Office
from spiders.netherlands.simulator.koop.old_papers import old_papers
from spiders.netherlands.simulator.koop.repository import Repository
from spiders.netherlands.simulator.koop.senate import Senate
from spiders.netherlands.simulator.koop.truth import publication_truth
from spiders.netherlands.simulator.papers import ANNEX, Paper


class Publisher:
    """Takes the papers of both chambers and keeps the repository."""

    def __init__(self, seed: int, size: float, chamber: Chamber) -> None:
        self.repository = Repository()
        self._office = Office(self.repository, seed)
        self._senate = Senate(seed, size, chamber)
        self._chamber = chamber
        self._received: dict[str, tuple[Place, ...]] = {}
        self._seen: dict[str, tuple[int, int]] = {}
        for manuscript in old_papers():
            self._office.receive_old(manuscript, manuscript.day + timedelta(days=20))

    def begin_advance(self, advance: int) -> None:
        """Begin an advance."""
        self._office.begin_advance(advance)

    def work(
        self, day: date, papers: Sequence[Paper], *, advance: int, rng: Random | None = None
    ) -> None:
        """Do a day's work.

        Args:
            papers: all papers of the Tweede Kamer, in the order in which they were written.
            advance: 0 in the history, when nothing changes in papers that came in.
            rng: given on the first day of an advance, when something must happen.
        """
        current: list[Manuscript] = []
        if advance:
            known = papers[: len(self._received)]
            current = [self._describe(p) for p in known if self._seen[p.id] != _state(p)]
        for paper in papers[len(self._received) :]:
            self._received[paper.id] = self._further(paper, len(self._received))
            self._office.receive(self._describe(paper))
        for manuscript in self._senate.work(day, papers, must_write=rng is not None):
            self._office.receive(manuscript)
        self._office.work(day, current)
        if rng is not None:
            self._office.make_something_happen(rng)

    def finish_history(self) -> None:
        """End the history: a reader can know the present states only."""
        self._office.forget_the_past()

    def happened(self) -> dict[str, list[str]]:
        """Return the identifiers of what changed in this advance, by what happened."""
        return dict(sorted(self._office.happened.items()))

    def truth(self) -> list[dict[str, Any]]:
        """Return what a perfect harvester of KOOP would know now, paper by paper."""
        return [publication_truth(each) for each in self._office.publications.values()]

    def _describe(self, paper: Paper) -> Manuscript:
        self._seen[paper.id] = _state(paper)
        return manuscript_of(paper, self._received[paper.id])

    def _further(self, paper: Paper, place: int) -> tuple[Place, ...]:
        """Return the other dossiers of a paper; a few have one."""
        if place % 23 != 12 or paper.soort == ANNEX or paper.is_exempt:
            return ()
        others = [d for d in self._chamber.dossiers if d.chapter is None and d is not paper.dossier]
        other = others[place % len(others)]
        return (Place(other.folder, other.printed, other.title),)


def _state(paper: Paper) -> tuple[int, int]:
    """Return what another state of a paper has otherwise."""
    return paper.states, paper.edition
