"""The fictional papers of some sessions, and when what happens to each. Pure."""

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from spiders.sweden.simulator import prose

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SEATS = 39


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the fictional chamber."""

    id: str
    name: str
    party: str


@dataclass(slots=True)
class Claim:
    """One of the things that a motion asks for."""

    text: str
    is_adopted: bool = False
    point: str | None = None


@dataclass(slots=True)
class Paper:
    """A document, and the days on which something becomes of it."""

    kind: str
    session: str
    number: str
    title: str
    day: date
    code: str
    signers: list[Member] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    reason: str = ""
    report: "Paper | None" = None
    """Of a motion: the report in which it is dealt with."""
    motions: list["Paper"] = field(default_factory=list)
    decided: date | None = None
    divisions: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)
    """Of a report: by point, the division and what each member voted."""
    taken_back: date | None = None
    gone: date | None = None

    @property
    def id(self) -> str:
        """The document's id at the source."""
        return f"{self.code}{self.number}"

    @property
    def planned(self) -> date:
        """The day from which a report is listed, though it is not there yet."""
        return self.day - timedelta(days=20 if self.kind == "bet" else 0)

    def changed(self, today: date) -> date:
        """Return the last day until today on which something became of it."""
        report = self.report
        days = [
            self.planned, self.day, self.day + timedelta(days=1), self.taken_back, self.decided,
            report.day if report else None, report.decided if report else None,
        ]  # fmt: skip
        return max(day for day in days if day is not None and day <= today)


def code_of(year: int) -> str:
    """Return the characters with which the ids of a session begin."""
    return DIGITS[(year - 1400) // 36] + DIGITS[(year - 1400) % 36]


def members(dice: random.Random) -> list[Member]:
    """Return the members of the chamber; each party has about a quarter."""
    names = [f"{first} {last}" for first in prose.FIRST_NAMES for last in prose.SURNAMES]
    chosen = dice.sample(names, SEATS)
    return [
        Member(f"0{dice.randrange(10**11, 10**12)}", name, prose.PARTIES[n % len(prose.PARTIES)])
        for n, name in enumerate(chosen)
    ]


class Session:
    """Makes the papers of one session."""

    def __init__(self, dice: random.Random, year: int, chamber: list[Member]) -> None:
        """Begin with nothing."""
        self.dice, self.year, self.chamber = dice, year, chamber
        self.name = f"{year}/{(year + 1) % 100:02}"
        self.code = code_of(year)

    def papers(self, first: date, motions: int) -> Iterator[Paper]:
        """Yield motions from a day on, a report for every four of them, and letters."""
        made = [self._motion(n, first + timedelta(days=n // 2)) for n in range(1, motions + 1)]
        yield from made
        for n, start in enumerate(range(0, len(made), 4), 1):
            report = self._report(n, made[start : start + 4])
            yield report
            yield self._letter(
                "rskr",
                "0K",
                n,
                report.decided or report.day,
                f"om bet. {report.session}:{report.number}",
            )
        for n in range(1, motions // 4 + 1):
            matter = self.dice.choice(prose.MATTERS)
            yield self._letter(
                "skr", "03", 60 + n, first + timedelta(days=3 * n), f"Redogörelse för {matter}"
            )

    def _motion(self, n: int, day: date) -> Paper:
        matter = self.dice.choice(prose.MATTERS)
        party = self.dice.choice(prose.PARTIES)
        own = [one for one in self.chamber if one.party == party]
        signers = self.dice.sample(own, self.dice.randint(1, 4))
        count = 5 if n == 1 else self.dice.randint(1, 5)
        demands = self.dice.sample(prose.DEMANDS, count)
        claims = [
            Claim(f"Riksdagen ställer sig bakom det som anförs i motionen om {one.format(matter)} "
                  "och tillkännager detta för regeringen.")
            for one in demands
        ]  # fmt: skip
        cited = f"mot. {self.name}:{prose.COMMITTEE}{max(1, n - 1)} yrkande 1"
        reason = self.dice.choice(prose.REASONS).format(matter, cited)
        title = matter[0].upper() + matter[1:]
        return Paper(
            "mot", self.name, f"{prose.COMMITTEE}{n}", title, day, f"{self.code}02", signers,
            claims, reason, taken_back=day + timedelta(days=4) if n % 8 == 7 else None,
            gone=day + timedelta(days=5) if n % 8 == 6 else None,
        )  # fmt: skip

    def _report(self, n: int, motions: list[Paper]) -> Paper:
        day = max(motion.day for motion in motions) + timedelta(days=3)
        report = Paper(
            "bet", self.name, f"{prose.COMMITTEE}{n}", f"Kust och hav, del {n}", day,
            f"{self.code}01", motions=motions, decided=day + timedelta(days=3),
        )  # fmt: skip
        for motion in motions:
            motion.report = report
            for at, claim in enumerate(motion.claims, 1):
                # The last of five is adopted: a motion whose claims fare differently.
                claim.is_adopted = at == 5
                claim.point = "2" if claim.is_adopted else "1"
        votes = {one.id: self._choice(one) for one in self.chamber}
        report.divisions["1"] = (str(uuid.UUID(int=self.dice.getrandbits(128))).upper(), votes)
        return report

    def _choice(self, member: Member) -> str:
        if self.dice.random() < 0.1:
            return "Frånvarande"
        return {"HAV": "Ja", "FYR": "Ja", "SKÄR": "Nej", "BÅK": "Avstår"}[member.party]

    def _letter(self, kind: str, type_code: str, n: int, day: date, title: str) -> Paper:
        signers = self.dice.sample(self.chamber, 2) if kind == "skr" else []
        return Paper(kind, self.name, str(n), title, day, f"{self.code}{type_code}", signers)
