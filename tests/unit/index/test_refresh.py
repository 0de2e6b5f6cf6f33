"""Papers are what the records say together, whatever came first."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archive.entries import RecordEntry
from harvester.index import Index
from harvester.index.papers import find_paper
from harvester.source import domain
from tests.unit.index.makers import (
    DOCUMENT,
    document,
    file,
    filled,
    link,
    record,
    ref,
    row,
    select,
    withdrawn,
)


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Any]:
    made: list[Index] = []

    def maker(*groups: list[Any]) -> Index:
        made.append(filled(tmp_path / f"{len(made)}.sqlite", *groups))
        return made[-1]

    yield maker
    for index in made:
        index.close()


DECISION = DOCUMENT.replace("document_key", "decision_key")
PARENT = DOCUMENT.replace("document_key", "parent_document_key")


def publication(id_: str, of: str, kst: str, number: int = 1) -> RecordEntry:
    """Make the record of a document's version with an official id."""
    version = row(domain.DocumentVersion, document_id=of, number=number, publication_id=kst)
    return record(id_, version, domain.DocumentName(ref(of), kst))


def case(id_: str = "z", **values: object) -> RecordEntry:
    return record(id_, row(domain.Case, number="Z-1", **{"kind": "motion", **values}))


def decision(id_: str = "b", outcome: str | None = "adopted", **values: object) -> RecordEntry:
    given = {"id": id_, "agenda_item_id": "i", "soort": "Stemmen", "outcome": outcome, **values}
    return record(id_, row(domain.Decision, **given), link("decision_case", "z"))


def vote(id_: str, choice: str, seats: int, party: str, decision: str = "b") -> RecordEntry:
    return record(
        id_,
        row(
            domain.Vote, decision_id=decision, choice=choice, party_size=seats,
            actor_party=party, is_mistake=0,
        ),
    )  # fmt: skip


def actor(id_: str, name: str, role: str, **of: str) -> RecordEntry:
    return record(id_, row(domain.Actor, name=name, role=role, relation=role, **of))


MOTION = [
    document("m", link("document_case", "z"), kind="motion"),
    case(appraisal="Ontraden", advice="against"),
    decision(),
    record("i", row(domain.AgendaItem, activity_id="act")),
    record("act", row(domain.Activity, date="2026-11-24")),
    vote("v1", "for", 80, "A"),
    vote("v2", "against", 70, "B"),
    vote("v3", "for", 80, "A"),
    actor("p1", "Ada", "mover", case_id="z"),
    actor("p2", "Bob", "co-mover", case_id="z"),
]


@pytest.mark.parametrize("order", [MOTION, MOTION[::-1], MOTION[5:] + MOTION[:5]])
def test_a_motion_has_its_advice_outcome_votes_and_people(
    make: Any, order: list[RecordEntry]
) -> None:
    index = make(*([entry] for entry in order))
    found = select(
        index,
        "SELECT kind, advice, appraisal, outcome, decided_on, votes_for, votes_against, "
        "tally_agrees, people, case_number FROM paper",
    )
    assert found == [
        ("motion", "against", "Ontraden", "adopted", "2026-11-24", 80, 70, 1, "Ada, Bob", "Z-1")
    ]


def test_the_outcome_is_the_decision_s_and_never_the_tally_s(make: Any) -> None:
    index = make([*MOTION, decision(outcome="rejected")])
    assert select(index, "SELECT outcome, tally_agrees FROM paper") == [("rejected", 0)]


@pytest.mark.parametrize(
    ("stated", "votes", "agrees"),
    [
        ((80, 70), (80, 70), 1),
        ((81, 69), (81, 69), 0),
        ((90, 60), (90, 60), 0),
        ((90, 75), (90, 75), None),
        ((80, 75), (80, 75), None),
    ],
)
def test_the_tally_that_a_decision_states_counts_before_its_rows(
    make: Any, stated: tuple[int, int], votes: tuple[int, int], agrees: int | None
) -> None:
    index = make([*MOTION, decision(stated_for=stated[0], stated_against=stated[1])])
    found = select(index, "SELECT votes_for, votes_against, tally_agrees FROM paper")
    assert found == [(*votes, agrees)]


def test_the_last_decision_counts(make: Any) -> None:
    later = [
        decision("b2", "rejected", agenda_item_id="i2"),
        record("i2", row(domain.AgendaItem, activity_id="act2")),
        record("act2", row(domain.Activity, date="2026-12-01")),
    ]
    index = make(MOTION, later)
    assert select(index, f"SELECT outcome, {DECISION}, votes_for FROM paper") == [
        ("rejected", "b2", None)
    ]
    undone = make(MOTION, later, [withdrawn("b2")])
    assert select(undone, f"SELECT outcome, {DECISION} FROM paper") == [("adopted", "b")]


def test_an_annex_is_a_paper_only_beside_a_letter_or_motion(make: Any) -> None:
    annex = document("x", link("annex_document", "a"), kind="annex")
    before = make([annex])
    assert select(before, "SELECT * FROM paper") == []
    after = make([annex], [document("a")])
    assert select(after, f"SELECT kind, {PARENT} FROM paper WHERE {DOCUMENT} = 'x'") == [
        ("annex", "a")
    ]
    of_a_report = make([annex], [document("a", kind=None)])
    assert select(of_a_report, "SELECT * FROM paper") == []


def test_a_document_that_becomes_something_else_is_no_paper_any_more(make: Any) -> None:
    index = make([document("a"), file("a")], [document("a", kind=None)])
    for table in ("paper", "paper_alias", "paper_version", "file"):
        assert select(index, f"SELECT * FROM {table}") == [], table
    assert select(index, "SELECT * FROM paper_fts") == []
    back = make([document("a"), file("a")], [document("a", kind=None)], [document("a")])
    assert select(back, "SELECT id, version FROM paper") == [("N-a", 3)]


def test_the_official_id_comes_before_the_number_and_both_are_names(make: Any) -> None:
    index = make([document("a")], [publication("v", "a", "kst-1-2")])
    assert select(index, "SELECT id, number, publication_id FROM paper") == [
        ("kst-1-2", "N-a", "kst-1-2")
    ]
    assert (
        find_paper(index.connection, "N-a") == find_paper(index.connection, "kst-1-2") == "kst-1-2"
    )


def test_a_paper_that_moved_is_still_found_by_its_old_id(make: Any) -> None:
    index = make(
        [document("a", current_version_id="v"), publication("v", "a", "kst-1-2")],
        [publication("v", "a", "kst-9-9")],
    )
    assert select(index, "SELECT id FROM paper") == [("kst-9-9",)]
    assert find_paper(index.connection, "kst-1-2") == "kst-9-9"


def test_of_two_papers_with_one_official_id_both_can_be_found(make: Any) -> None:
    claims = [publication("v1", "a", "kst-1-2"), publication("v2", "b", "kst-1-2")]
    for first, second in ([0, 1], [1, 0]):
        index = make(*([document("ab"[n]), claims[n]] for n in (first, second)))
        assert dict(select(index, f"SELECT {DOCUMENT}, id FROM paper")) == {
            "ab"[first]: "kst-1-2",
            "ab"[second]: f"N-{'ab'[second]}",
        }
    resolved = make([document("a"), document("b"), *claims], [publication("v1", "a", "kst-1-1")])
    assert select(resolved, f"SELECT {DOCUMENT}, id FROM paper ORDER BY 1") == [
        ("a", "kst-1-1"), ("b", "kst-1-2"),
    ]  # fmt: skip


def test_of_two_papers_with_one_number_both_can_be_found(make: Any) -> None:
    index = make([document("a", number="N"), document("b", number="N")])
    assert select(index, f"SELECT {DOCUMENT}, id FROM paper ORDER BY 1") == [
        ("a", "N"), ("b", "testland/Thing/b"),
    ]  # fmt: skip


def test_a_dossier_gives_its_papers_their_label(make: Any) -> None:
    letter = document("a", link("document_dossier", "d"), number_in_dossier="4")
    dossier = record("d", row(domain.Dossier, number=36900, suffix="VI"))
    for order in ([letter], [dossier]), ([dossier], [letter]):
        index = make(*order)
        assert select(index, "SELECT dossier, number_in_dossier FROM paper") == [("36900-VI", "4")]
    renamed = make([letter], [dossier], [record("d", row(domain.Dossier, number=36901))])
    assert select(renamed, "SELECT dossier FROM paper") == [("36901",)]
    gone = make([letter], [dossier], [withdrawn("d")])
    assert select(gone, "SELECT dossier FROM paper") == [(None,)]


def test_a_withdrawn_paper_keeps_its_last_words(make: Any) -> None:
    index = make(
        [
            document("a"),
            publication("v", "a", "kst-1-2"),
            actor("p", "Ada", "signatory", document_id="a"),
            file("a"),
        ],
        [withdrawn("a"), withdrawn("v"), withdrawn("p")],
    )
    assert select(
        index, "SELECT id, subject, people, is_withdrawn, version, sha256 IS NULL FROM paper"
    ) == [("kst-1-2", "Over a", "Ada", 1, 2, 0)]


def test_who_was_taken_off_a_paper_that_stays_is_off(make: Any) -> None:
    people = [
        actor("p", "Ada", "signatory", document_id="a"),
        actor("q", "Bob", "signatory", document_id="a"),
    ]
    index = make([document("a"), *people], [withdrawn("q")])
    assert select(index, "SELECT people FROM paper") == [("Ada",)]


def test_search_rows_follow_papers(make: Any) -> None:
    index = make(
        [document("a", subject="stikstof")],
        [document("a", subject="water"), publication("v", "a", "kst-1-2")],
    )

    def found(word: str) -> list[tuple[Any, ...]]:
        return select(
            index,
            "SELECT id FROM paper_fts JOIN paper ON key = paper_fts.rowid WHERE paper_fts MATCH ?",
            f'"{word}"',
        )

    assert found("water") == found("kst-1-2") == found("N-a") == [("kst-1-2",)]
    assert found("stikstof") == []
