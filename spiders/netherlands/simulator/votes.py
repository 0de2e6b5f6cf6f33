"""How the fictional parliament votes, with the oddities of real vote rows (guide 2.3)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from random import Random

from spiders.netherlands.simulator.people import SEATS, Party, Person

SHOW_OF_HANDS, ROLL_CALL = "Met handopsteken", "Hoofdelijk"
FOR, AGAINST, ABSENT = "Voor", "Tegen", "Niet deelgenomen"


@dataclass(frozen=True, slots=True)
class Vote:
    """One vote row: of a party, or in a roll call of a member.

    `is_double` repeats an earlier row under another id; `is_on_old_record` is booked on the
    party's record of an earlier period.
    """

    party: Party
    choice: str
    person: Person | None = None
    is_mistake: bool = False
    is_double: bool = False
    is_on_old_record: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What the rows add up to, each counted once: seats, or members in a roll call."""

    votes_for: int
    votes_against: int
    votes_absent: int

    @property
    def is_tie(self) -> bool:
        """Tell whether the votes are equal: the vote is then `gestaakt`."""
        return self.votes_for == self.votes_against

    @property
    def is_adopted(self) -> bool:
        """Tell whether more votes are for than against."""
        return self.votes_for > self.votes_against


def raise_hands(rng: Random, parties: Sequence[Party], leaning: float) -> list[Vote]:
    """Vote by party on a motion of a given leaning."""
    rows = [
        Vote(party, FOR if _is_for(rng, party, leaning) else AGAINST)
        for party in parties
        if party.seats > 1 or rng.random() < 0.9
    ]
    return _with_oddities(rng, rows)


def call_roll(
    rng: Random, members: Sequence[Person], leaning: float, *, is_tie: bool = False
) -> list[Vote]:
    """Vote by member; a few are absent, unless it is to be a tie."""
    parties = list(dict.fromkeys(_party(member) for member in members))
    side = _tying(parties) if is_tie else {p for p in parties if _is_for(rng, p, leaning)}
    rows = []
    for member in members:
        choice = FOR if _party(member) in side else AGAINST
        is_absent = not is_tie and rng.random() < 0.04
        rows.append(Vote(_party(member), ABSENT if is_absent else choice, member))
    mistaken = rng.randrange(len(rows))
    if not is_tie and rows[mistaken].choice != ABSENT:
        rows[mistaken] = replace(rows[mistaken], is_mistake=True)
    return rows


def count(rows: Sequence[Vote]) -> Result:
    """Add up the rows: a party by its seats, a member as one, a doubled row not again."""
    counted = {FOR: 0, AGAINST: 0, ABSENT: 0}
    for row in rows:
        if not row.is_double:
            counted[row.choice] += 1 if row.person else row.party.seats
    return Result(counted[FOR], counted[AGAINST], counted[ABSENT])


def _is_for(rng: Random, party: Party, leaning: float) -> bool:
    return abs(party.leaning - leaning) + rng.uniform(-0.35, 0.35) < 0.75


def _with_oddities(rng: Random, rows: list[Vote]) -> list[Vote]:
    made = list(rows)
    if rng.random() < 0.3:
        made = [replace(r, is_on_old_record=True) if r.party.old_id else r for r in made]
    if rng.random() < 0.06:
        place = rng.randrange(len(made))
        made[place] = replace(made[place], is_mistake=True)
    if rng.random() < 0.08:
        made += [replace(row, is_double=True) for row in rng.sample(made, 2)]
    return made


def _tying(parties: Sequence[Party]) -> set[Party]:
    return next(_halves(parties))


def _halves(parties: Sequence[Party]) -> Iterator[set[Party]]:
    for size in range(2, len(parties)):
        for chosen in combinations(parties, size):
            if sum(party.seats for party in chosen) * 2 == SEATS:
                yield set(chosen)


def _party(member: Person) -> Party:
    assert member.party is not None
    return member.party
