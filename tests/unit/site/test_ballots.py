"""A vote is drawn as long as it has seats."""

from typing import Any

from harvester.site.ballots import draw


def row(choice: str, party: str, seats: int, mistakes: int = 0) -> dict[str, Any]:
    return {"choice": choice, "party": party, "seats": seats, "mistakes": mistakes}


def test_each_party_is_as_wide_as_its_seats_and_none_is_missing() -> None:
    votes = [row("for", "A", 50), row("against", "B", 30, 1), row("for", "C", 20)]
    ballot = draw(votes)
    assert ballot is not None
    assert [(bar.choice, bar.seats) for bar in ballot.bars] == [("for", 70), ("against", 30)]
    assert [(p.party, p.left, p.width) for p in ballot.bars[0].parts] == [
        ("A", 0, 50),
        ("C", 50, 20),
    ]
    assert ballot.bars[1].parts[0].mistakes == 1
    assert (ballot.cast, ballot.middle) == (100, 50)


def test_the_absent_are_beside_the_votes_cast() -> None:
    ballot = draw([row("for", "A", 60), row("against", "B", 40), row("absent", "C", 50)])
    assert ballot is not None
    assert ballot.cast == 100
    assert ballot.bars[2].parts[0].width == 50


def test_without_votes_there_is_no_picture() -> None:
    assert draw([]) is None
    assert draw([row("absent", "A", 3)]) is None
