"""What each row of votes counts: a pure rule over the votes of one decision.

In a show of hands a party counts for its size and a member's own row for nothing. In a roll call
each member counts for one, although the row carries the party's size too. A row that says the
same again counts once; of rows that contradict each other none does, since nothing tells which
is right. A mistaken vote (`vergissing`) counts as it was cast.
"""

from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import NamedTuple

DUPLICATE = "says the same again"
CONTRADICTED = "contradicted by another row"
ONE_MEMBER = "one member in a show of hands"


class Cast(NamedTuple):
    """A row of votes, as far as counting goes."""

    key: int
    ordinal: int
    record: str
    """Its id: of rows that say the same, the one with the smallest counts."""
    choice: str | None
    party_size: int | None
    person_key: int | None
    actor_name: str | None
    party_key: int | None
    actor_party: str | None


class Counted(NamedTuple):
    """What a row counts, and why it counts for nothing if it does."""

    key: int
    ordinal: int
    weight: int
    not_counted: str | None


def count(votes: Iterable[Cast], *, is_roll_call: bool) -> Iterator[Counted]:
    """Weigh the votes of one decision."""
    by_voter: dict[tuple[str, int | str], list[Cast]] = {}
    for vote in sorted(votes, key=attrgetter("record", "ordinal")):
        by_voter.setdefault(_voter(vote, is_roll_call=is_roll_call), []).append(vote)
    for (kind, _), rows in by_voter.items():
        is_contradicted = len({row.choice for row in rows}) > 1
        for place, row in enumerate(rows):
            if is_contradicted:
                yield Counted(row.key, row.ordinal, 0, CONTRADICTED)
            elif place > 0:
                yield Counted(row.key, row.ordinal, 0, DUPLICATE)
            elif is_roll_call:
                yield Counted(row.key, row.ordinal, 1, None)
            elif kind == "member":
                yield Counted(row.key, row.ordinal, 0, ONE_MEMBER)
            else:
                yield Counted(row.key, row.ordinal, row.party_size or 0, None)


def _voter(vote: Cast, *, is_roll_call: bool) -> tuple[str, int | str]:
    """Return who voted; a party is known by its label.

    It may have several records, one for each period.
    """
    if is_roll_call or vote.person_key is not None:
        return "member", vote.person_key or vote.actor_name or _row(vote)
    return "party", vote.actor_party or vote.party_key or _row(vote)


def _row(vote: Cast) -> str:
    return f"{vote.key} {vote.ordinal}"
