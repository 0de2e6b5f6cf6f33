"""A fortnight in miniature, in which the sender is killed again and again (kill -9)."""

import random
import time
from collections import Counter
from datetime import timedelta
from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest

from harvester.alerts.asking import Wish, ask
from harvester.alerts.outbox import confirm
from harvester.alerts.pages import composer_of
from harvester.alerts.store import Alert, Store
from tests.forked import Forked
from tests.unit.alerts.town import START, text
from tests.unit.alerts.victim import look, settings_in
from tests.unit.site.dutch import Site, paper

WORDS = ("stikstof", "water", "wonen", "zorg")


class Fortnight:
    """A random history, and what each reader is to be told in it."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.dice, self.now = folder, random.Random(seed), START
        (folder / "mail").mkdir()
        self.site = Site(folder)
        self.settings = settings_in(folder)
        self.expected: dict[str, set[str]] = {}
        self.readers: dict[str, tuple[str, int]] = {}
        self.papers = self.kills = 0
        self.look()

    def look(self) -> None:
        """Let the sender look without being killed."""
        look(self.folder, self.now)

    def store(self) -> Store:
        """Open the subscriptions."""
        return Store(self.settings.alerts.file(self.settings.index))

    def step(self) -> None:
        """Let a few hours pass: papers come, readers come and go, the sender is killed."""
        self.now += timedelta(hours=self.dice.randint(1, 12))
        chance = self.dice.random()
        if chance < 0.25:
            self.come()
        elif chance < 0.32 and self.readers:
            self.leave()
        self.publish()
        self.kill()

    def come(self) -> None:
        """A reader asks for an alert and confirms it."""
        address, word = f"reader{len(self.expected)}@example.org", self.dice.choice(WORDS)
        # What came before is nothing new to them.
        self.look()
        store = self.store()
        wish = Wish("mail", address, "search", f"q={word}", "at-once", "nl", address)
        alert = ask(store, self.settings.alerts, composer_of(self.settings), wish, self.now)
        assert isinstance(alert, Alert)
        confirm(store, alert, self.now)
        store.close()
        self.expected[address] = set()
        self.readers[address] = (word, alert.id)

    def leave(self) -> None:
        """A reader ends an alert; what was not sent by then never is."""
        address = self.dice.choice(sorted(self.readers))
        _, alert = self.readers.pop(address)
        store = self.store()
        store.end(alert, "ended by its reader")
        store.close()
        told = {paper for one in self.mail().get(address, []) for paper in one}
        assert told <= self.expected[address]
        self.expected[address] = told

    def publish(self) -> None:
        """A few papers come."""
        come = []
        for _ in range(self.dice.randint(0, 3)):
            self.papers += 1
            words = self.dice.sample(WORDS, self.dice.randint(0, 2))
            come.append(paper(str(self.papers), f"Over {' en '.join(words)} gaat dit stuk."))
            for address, (word, _) in self.readers.items():
                if word in words:
                    self.expected[address].add(f"kst-36725-{self.papers}")
        if come:
            self.site.add(*come)

    def kill(self) -> None:
        """Start the sender, and kill it somewhere; sometimes it has ended before."""
        program = "tests.unit.alerts.victim:main"
        victim = Forked(program, (str(self.folder), self.now.isoformat()))
        with victim.stdout, victim.stderr:
            victim.stdout.readline()
            time.sleep(self.dice.random() * 0.06)
            self.kills += victim.poll() is None
            victim.kill()
            victim.wait()

    def mail(self) -> dict[str, list[list[str]]]:
        """Return the papers of each message of each reader; a repeated message counts once."""
        found: dict[str, dict[str, list[str]]] = {}
        for file in sorted((self.folder / "mail").glob("[!.]*")):
            message = BytesParser(policy=policy.default).parsebytes(file.read_bytes())
            if message["List-Unsubscribe"]:
                papers = [
                    line.rpartition("/")[2]
                    for line in text(message).splitlines()
                    if line.startswith("https://griffie.example.org/paper/")
                ]
                kept = found.setdefault(message["To"], {}).setdefault(message["Message-ID"], papers)
                assert kept == papers
        return {address: list(messages.values()) for address, messages in found.items()}


def live(folder: Path, seed: int, steps: int) -> Fortnight:
    """Live through a history, and hold what readers got against what they had asked for."""
    fortnight = Fortnight(folder, seed)
    for _ in range(steps):
        fortnight.step()
    fortnight.now += timedelta(days=2)
    fortnight.look()
    fortnight.look()
    mail = fortnight.mail()
    for address, expected in fortnight.expected.items():
        told = Counter(paper for message in mail.get(address, []) for paper in message)
        assert told == Counter(expected), address
    return fortnight


def test_each_reader_is_told_each_paper_once_wherever_the_sender_is_killed(
    tmp_path: Path,
) -> None:
    fortnight = live(tmp_path, seed=1, steps=20)
    assert fortnight.kills > 5
    assert sum(map(len, fortnight.expected.values())) > 5


@pytest.mark.long
def test_so_it_is_across_200_kills(tmp_path: Path) -> None:
    kills, seed = 0, 100
    while kills < 200:
        (tmp_path / str(seed)).mkdir()
        kills += live(tmp_path / str(seed), seed, steps=40).kills
        seed += 1
