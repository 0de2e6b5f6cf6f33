"""Votes and their oddities (spiders/netherlands/tweedekamer/README.md 2.3)."""

from random import Random

import pytest

from spiders.netherlands.simulator.identifiers import Identifiers
from spiders.netherlands.simulator.people import SEATS, Person, make_parties, make_people
from spiders.netherlands.simulator.votes import (
    AGAINST,
    FOR,
    Result,
    Vote,
    call_roll,
    count,
    raise_hands,
)

PARTIES = make_parties(Identifiers(1))


@pytest.fixture(scope="module")
def members() -> list[Person]:
    """One person for each seat."""
    places = [party for party in PARTIES for _ in range(party.seats)]
    return make_people(Random(1), Identifiers(2), list(places))


def test_the_parties_have_all_seats() -> None:
    assert sum(party.seats for party in PARTIES) == SEATS


def test_a_party_weighs_as_much_as_it_has_seats_and_a_doubled_row_nothing() -> None:
    first, second = PARTIES[:2]
    rows = [Vote(first, FOR), Vote(second, AGAINST), Vote(first, FOR, is_double=True)]
    assert count(rows) == Result(first.seats, second.seats, 0)


def test_a_member_weighs_one(members: list[Person]) -> None:
    rows = call_roll(Random(3), members, 0.2)
    result = count(rows)
    assert result.votes_for + result.votes_against + result.votes_absent == SEATS
    assert sum(row.is_mistake for row in rows) <= 1


def test_a_tie_can_be_had(members: list[Person]) -> None:
    result = count(call_roll(Random(3), members, 0, is_tie=True))
    assert result == Result(75, 75, 0)
    assert result.is_tie


def test_the_oddities_of_real_vote_rows_occur() -> None:
    rounds = [raise_hands(Random(n), PARTIES, 0.1) for n in range(200)]
    assert any(row.is_double for rows in rounds for row in rows)
    assert any(row.is_mistake for rows in rounds for row in rows)
    assert any(row.is_on_old_record for rows in rounds for row in rows)
    for rows in rounds:
        assert all(row.party.old_id for row in rows if row.is_on_old_record)
