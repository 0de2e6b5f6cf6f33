"""The publisher's office with one paper."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from spiders.netherlands.simulator.koop.body import Kind
from spiders.netherlands.simulator.koop.manuscripts import Manuscript, Place
from spiders.netherlands.simulator.koop.office import Office
from spiders.netherlands.simulator.koop.publications import Publication, State
from spiders.netherlands.simulator.koop.repository import Repository
from tests.unit.netherlands.simulator.koop.makers import LETTER

TABLED = date(2026, 3, 4)
MANUSCRIPT = Manuscript(
    key="a",
    chamber=2,
    kind=Kind.LETTER,
    places=(Place("29351", "29 351", "Sluizen"),),
    number="379",
    subject="Stand van zaken",
    day=TABLED,
    year="2025-2026",
    sheet=LETTER.sheet,
    movers=("A.B. van der Terp",),
    word="sluisdeur",
    title_kind="Brief regering",
    paper_number="2026D40001",
)


class Case:
    """An office, its one publication, and days that pass."""

    def __init__(self, manuscript: Manuscript = MANUSCRIPT) -> None:
        self.repository = Repository()
        self.office = Office(self.repository, 1)
        self.office.receive(manuscript)
        self.day = TABLED
        self.advances = 0
        self.current = [manuscript]

    @property
    def publication(self) -> Publication:
        """The publication."""
        return self.office.publications["a"]

    @property
    def names(self) -> list[str]:
        """What is in the repository."""
        return [entry.record.identifier for entry in self.repository]

    def advance(self, days: int = 1) -> None:
        """Let days pass in one advance."""
        self.advances += 1
        self.office.begin_advance(self.advances)
        for _ in range(days):
            self.day += timedelta(days=1)
            self.office.work(self.day, self.current)

    def until(self, state: State) -> None:
        """Let advances pass until the publication is in a state."""
        for _ in range(100):
            if self.publication.state is state:
                return
            self.advance()
        raise AssertionError(f"it never was {state}")


@pytest.fixture
def typeset() -> Case:
    """A letter that has been typeset."""
    case = Case()
    case.until(State.SET)
    case.advance()
    return case


def test_a_letter_comes_under_a_number_and_is_typeset_under_its_name() -> None:
    case = Case()
    assert case.names == []
    case.until(State.UNSET)
    assert case.day > TABLED
    [number] = case.names
    assert number == case.publication.number_id
    case.until(State.SET)
    assert case.names == ["kst-29351-379"]
    assert case.publication.earlier_ids == [number]
    assert case.publication.states == 2


def test_what_vanished_does_not_come_back_with_its_chamber(typeset: Case) -> None:
    typeset.office.carry_out("vanish", typeset.publication)
    assert typeset.names == []
    for is_withdrawn in (True, False):
        typeset.current = [replace(MANUSCRIPT, is_withdrawn=is_withdrawn)]
        for _ in range(5):
            typeset.advance()
    assert typeset.names == []
    assert typeset.publication.state is State.GONE


def test_what_its_chamber_withdraws_goes_and_comes_back_with_it(typeset: Case) -> None:
    for is_withdrawn, names in ((True, []), (False, ["kst-29351-379"])):
        typeset.current = [replace(MANUSCRIPT, is_withdrawn=is_withdrawn)]
        for _ in range(5):
            typeset.advance()
        assert typeset.names == names
    assert typeset.publication.states == 4


def test_what_is_withdrawn_before_it_is_published_is_not_published() -> None:
    case = Case(replace(MANUSCRIPT, is_withdrawn=True))
    case.advance(30)
    assert case.names == []
    case.current = [MANUSCRIPT]
    case.advance(30)
    assert len(case.names) == 1


def test_what_its_chamber_changes_is_followed_once(typeset: Case) -> None:
    moved = replace(MANUSCRIPT, places=(Place("29352", "29 352", "Bruggen"),), number="4")
    typeset.current = [moved]
    for _ in range(5):
        typeset.advance()
    assert typeset.names == ["kst-29352-4"]
    assert typeset.publication.earlier_ids[-1] == "kst-29351-379"
    assert typeset.publication.states == 3
    typeset.current = [replace(moved, word="brug")]
    for _ in range(5):
        typeset.advance()
    assert typeset.publication.earlier_words == ["sluisdeur"]
    assert typeset.publication.states == 4


def test_a_revision_stays_until_its_chamber_changes_something(typeset: Case) -> None:
    typeset.office.carry_out("revise", typeset.publication)
    for _ in range(5):
        typeset.advance()
    assert typeset.publication.manuscript.word == "drukproefsluisdeur"


def test_two_changes_wait_for_each_other(typeset: Case) -> None:
    typeset.advance()
    states = typeset.publication.states
    typeset.office.carry_out("touch", typeset.publication)
    typeset.current = [replace(MANUSCRIPT, subject="Gewijzigd")]
    typeset.office.work(typeset.day, typeset.current)
    typeset.day += timedelta(days=4)
    typeset.office.work(typeset.day, typeset.current)
    assert typeset.publication.states == states + 1
    typeset.advance()
    assert typeset.publication.states == states + 2
    assert typeset.publication.current is not None
    assert typeset.publication.current.document_title == "Gewijzigd"


def test_what_is_emptied_keeps_its_name_and_record(typeset: Case) -> None:
    typeset.office.carry_out("empty", typeset.publication)
    entry = typeset.repository.get("kst-29351-379")
    assert entry is not None
    assert entry.record.title == "Sluizen; Brief regering; Stand van zaken"
    [said] = entry.body().sheet.paragraphs
    assert said.startswith("Deze publicatie is op verzoek van publicerende organisatie verwijderd")
    assert entry.body().citations == ()
