"""Lay out a vote as a chart: a bar of seats for each choice, divided by party."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

CHOICES = ("for", "against", "absent")
LABELLED = 5.5
"""Share of the width, in per cent, that a party's name needs on a wide screen."""


class Part(NamedTuple):
    """A party in a bar; positions are per cent of the width."""

    party: str
    seats: int
    mistakes: int
    left: float
    width: float
    is_labelled: bool


class Bar(NamedTuple):
    """The parties of one choice."""

    choice: str
    seats: int
    parts: tuple[Part, ...]


class Ballot(NamedTuple):
    """A vote: its bars, on one scale."""

    bars: tuple[Bar, ...]
    cast: int
    middle: float
    """The position of half of the cast votes."""


def draw(votes: Sequence[Mapping[str, Any]]) -> Ballot | None:
    """Lay out a vote; None if nobody voted.

    Args:
        votes: rows with `choice`, `party`, `seats`, `mistakes`.
    """
    totals = {c: sum(v["seats"] or 0 for v in votes if v["choice"] == c) for c in CHOICES}
    cast = totals["for"] + totals["against"]
    if not cast:
        return None
    scale = 100 / max(cast, totals["absent"])
    bars = []
    for choice in CHOICES:
        parts, left = [], 0.0
        for vote in sorted(
            (v for v in votes if v["choice"] == choice and v["seats"]),
            key=lambda v: (-v["seats"], v["party"]),
        ):
            width = vote["seats"] * scale
            parts.append(
                Part(
                    vote["party"], vote["seats"], vote["mistakes"] or 0, round(left, 3),
                    round(width, 3), width >= max(LABELLED, 0.95 * len(vote["party"]) + 1),
                )
            )  # fmt: skip
            left += width
        if parts:
            bars.append(Bar(choice, totals[choice], tuple(parts)))
    return Ballot(tuple(bars), cast, round(50 * cast * scale / 100, 3))
