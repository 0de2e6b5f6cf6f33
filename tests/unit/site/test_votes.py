"""What a motion's page says of its votes."""

from pathlib import Path

import pytest

from harvester.source.domain import Case, Decision, Vote
from tests.unit.index.makers import link, record, row
from tests.unit.site.dutch import Site, paper

MOTION = "/paper/kst-36725-29"


def vote(n: int, choice: str, seats: int, party: str, person: str | None = None) -> object:
    return record(
        f"s{n}",
        row(
            Vote, decision_id="b", choice=choice, party_size=seats, actor_party=party,
            actor_name=person or party, person_id=person, is_mistake=0,
        ),
    )  # fmt: skip


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def decide(site: Site, *votes: object, **values: object) -> str:
    decision = row(Decision, text="Aangenomen.", outcome="adopted", **values)
    records = (
        record("z", row(Case, number="Z-1", kind="motion")),
        record("b", decision, link("decision_case", "z")),
        *votes,
    )
    site.add(
        paper("29", "De Kamer.", link("document_case", "z"), kind="motion"),
        records=records,  # type: ignore[arg-type]
    )
    return str(site.get(MOTION).text)


def test_a_member_who_votes_otherwise_than_the_party_is_named(site: Site) -> None:
    page = decide(
        site,
        vote(1, "for", 30, "A"), vote(2, "against", 20, "B"),
        vote(3, "against", 30, "A", "Ada"), vote(4, "for", 30, "A", "Bob"),
    )  # fmt: skip
    assert "with 29 votes for and 21 against" in page
    assert "Otherwise than most of their party voted" in page
    assert "(A, against)" in page
    assert "Bob" not in page


def test_a_roll_call_names_those_who_voted_against_their_party(site: Site) -> None:
    rolls = [vote(n, "for", 5, "A", f"Voor {n}") for n in range(4)]
    page = decide(site, *rolls, vote(9, "against", 5, "A", "Tegen"), method="roll call")
    assert "Tegen" in page
    assert "(A, against)" in page
    assert "Voor 1" not in page


def test_an_incomplete_roll_says_so_and_shows_the_tally_of_the_decision(site: Site) -> None:
    rolls = [vote(n, "for", 9, "A", f"Lid {n}") for n in range(5)]
    page = decide(site, *rolls, method="roll call", stated_for=73, stated_against=72)
    assert "with 73 votes for and 72 against" in page
    assert "publishes 5 of the 145 votes" in page
    assert "do not lead to this outcome" not in page


def test_votes_that_contradict_the_stated_tally_say_so(site: Site) -> None:
    page = decide(site, vote(1, "for", 80, "A"), stated_for=73, stated_against=72)
    assert "not the tally that the decision states" in page


def test_a_tally_without_rows_is_shown(site: Site) -> None:
    page = decide(site, stated_for=73, stated_against=72)
    assert "with 73 votes for and 72 against" in page
    assert "publishes no votes" in page
