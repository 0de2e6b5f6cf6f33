"""What each row of votes counts: a pure rule over the votes of one decision.

In a show of hands a party counts for its size. A member's own row there is of one who has no party
with a row, or who voted otherwise than it: such a member counts for one, and the party for one
less. In a roll call each member counts for one, although the row carries the party's size too. A
row that says the same again counts once; of rows that contradict each other none does, since
nothing tells which is right. A mistaken vote (`vergissing`) counts as it was cast.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter
from typing import NamedTuple, TypeAlias

DUPLICATE = "says the same again"
CONTRADICTED = "contradicted by another row"
WITH_PARTY = "counted with the party"


_Voter: TypeAlias = tuple[str, int | str]
"""`member` or `party`, and what tells it from the others."""


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
    by_voter: dict[_Voter, list[Cast]] = {}
    for vote in sorted(votes, key=attrgetter("record", "ordinal")):
        by_voter.setdefault(_voter(vote, is_roll_call=is_roll_call), []).append(vote)
    clear = {who: rows[0] for who, rows in by_voter.items() if len({r.choice for r in rows}) == 1}
    apart = Counter(
        party
        for who, row in clear.items()
        if not is_roll_call and who[0] == "member" and (party := _party(row)) in clear
        if row.choice != clear[party].choice
    )
    for who, rows in by_voter.items():
        for place, row in enumerate(rows):
            if who not in clear:
                yield Counted(row.key, row.ordinal, 0, CONTRADICTED)
            elif place > 0:
                yield Counted(row.key, row.ordinal, 0, DUPLICATE)
            elif who[0] == "party":
                weight = max(0, (row.party_size or 0) - apart[who])
                yield Counted(row.key, row.ordinal, weight, None)
            elif not is_roll_call and _is_with_party(row, clear):
                yield Counted(row.key, row.ordinal, 0, WITH_PARTY)
            else:
                yield Counted(row.key, row.ordinal, 1, None)


def _is_with_party(row: Cast, clear: Mapping[_Voter, Cast]) -> bool:
    party = clear.get(_party(row))
    return party is not None and party.choice == row.choice


def _party(vote: Cast) -> _Voter:
    return "party", vote.actor_party or vote.party_key or ""


def _voter(vote: Cast, *, is_roll_call: bool) -> _Voter:
    """Return who voted; a party is known by its label.

    It may have several records, one for each period.
    """
    if is_roll_call or vote.person_key is not None:
        return "member", vote.person_key or vote.actor_name or _row(vote)
    return "party", vote.actor_party or vote.party_key or _row(vote)


def _row(vote: Cast) -> str:
    return f"{vote.key} {vote.ordinal}"
