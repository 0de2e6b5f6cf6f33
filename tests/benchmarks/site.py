"""How fast the site answers: many papers, several readers at once, with and without a writer.

python -m tests.benchmarks.site --papers 100000 --keep /tmp/many
"""

import argparse
import asyncio
import json
import os
import random
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import aiohttp

from tests.benchmarks.many_papers import Words, make, put_paper

CONFIG = 'archive = "archive"\nindex = "index.sqlite"\n\n[site]\nworkers = {}\n'
WRITTEN = 2
"""Papers with their texts that a writer puts at once ..."""
EVERY_S = 0.25
"""... and how often: as fast as a harvest fetches files by the default delay and connections."""


@dataclass(frozen=True)
class Wanted:
    """What readers may ask for."""

    papers: list[tuple[str, str]]
    """Ids with their dossiers."""
    people: list[str]
    words: list[str]
    """From the commonest to the rarest."""

    @classmethod
    def of(cls, index: Path) -> "Wanted":
        """Look it up."""
        connection = sqlite3.connect(index)
        # The texts of every fifth paper are in the archive.
        papers = connection.execute("SELECT id, dossier FROM paper WHERE key % 5 = 0").fetchall()
        people = connection.execute(
            "SELECT DISTINCT substr(r.id, instr(r.id, '/') + 1) FROM actor AS a "
            "JOIN record AS r ON r.key = a.person_key LIMIT 400"
        ).fetchall()
        connection.close()
        return cls(papers, [person for (person,) in people], Words.made(1).words)

    def requests(self, dice: random.Random) -> Iterator[tuple[str, str]]:
        """Yield kinds of pages and their addresses, without end and hardly ever one twice.

        How often a search was asked before is told at the end: nothing is fast here because it is
        remembered.
        """

        def word(first: int = 100, last: int = 20_000) -> str:
            # From common to rare: each order of magnitude as often as another. The hundred
            # commonest, as `de` and `van`, nobody searches for.
            return self.words[int(first * (last / first) ** dice.random())]

        def mistyped() -> str:
            typed = word(300)
            at = dice.randrange(len(typed) - 1)
            return typed[:at] + typed[at + 1] + typed[at] + typed[at + 2 :]

        def search(**asked: str) -> str:
            return "/search?" + urlencode(asked)

        while True:
            yield "search: a broad word", search(q=word(last=300))
            yield "search: two broad words", search(q=f"{word(last=300)} {word(last=300)}")
            yield "search: two words", search(q=f"{word()} {word()}")
            yield "search: a rare word", search(q=word(10_000, 50_000))
            yield "search: mistyped", search(q=f"{mistyped()} {word()}")
            yield "search: a beginning", search(q=f"{word()[:6]}*")
            yield "facets: a word, narrowed", search(q=word(), kind="motion", sort="newest")
            year, sender = str(dice.randint(2010, 2025)), f"P{dice.randint(0, 14):02}"
            yield "facets: no word", search(year=year, outcome="adopted", sender=sender)
            yield "home", "/"
            yield "paper", f"/paper/{dice.choice(self.papers)[0]}"
            yield "paper", f"/paper/{dice.choice(self.papers)[0]}"
            yield "dossier", f"/dossier/{dice.choice(self.papers)[1]}"
            yield "person", f"/person/{dice.choice(self.people)}"
            yield "party", f"/party/P{dice.randint(0, 14):02}"
            yield "changes", f"/changes?page={dice.randint(1, 10)}"
            yield "feed", "/search.atom?" + urlencode({"q": word()})


async def load(url: str, wanted: Wanted, clients: int, seconds: float) -> dict[str, list[float]]:
    """Ask for pages, each client its next when it has the last; return times in ms."""
    times: dict[str, list[float]] = defaultdict(list)
    asked: Counter[str] = Counter()
    until = time.perf_counter() + seconds

    async def client(session: aiohttp.ClientSession, seed: int) -> None:
        for kind, path in wanted.requests(random.Random(seed)):
            begun = time.perf_counter()
            if begun > until:
                return
            async with session.get(url + path) as answer:
                await answer.read()
                assert answer.status == 200, (path, answer.status)
            times[kind].append(1000 * (time.perf_counter() - begun))
            asked[path] += path.startswith("/search")

    connector = aiohttp.TCPConnector(limit=clients)
    async with aiohttp.ClientSession(connector=connector, auto_decompress=False) as session:
        await asyncio.gather(*(client(session, seed) for seed in range(clients)))
    searches, different = asked.total(), sum(1 for count in asked.values() if count)
    if searches:
        print(f"\n{searches:,} searches, {1 - different / searches:.1%} of them asked before")
    return times


def cpu_s(process: int) -> float:
    """Return how much time of processors a process and its children took so far."""
    proc = Path("/proc", str(process))
    children = (proc / "task" / str(process) / "children").read_text(encoding="utf-8").split()
    fields = (proc / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return own + sum(cpu_s(int(child)) for child in children)


def tell(name: str, times: dict[str, list[float]], seconds: float, cpu_s: float) -> None:
    """Print what came out."""
    everything = [t for found in times.values() for t in found]
    pages = len(everything)
    print(f"\n{name}: {pages / seconds:,.0f} pages/s, {1000 * cpu_s / pages:.1f} ms of CPU a page")
    print(f"  load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    for kind, found in [*sorted(times.items()), ("all", everything)]:
        cuts = statistics.quantiles(found, n=100, method="inclusive")
        print(f"  {kind:26} n={len(found):5}  p50 {cuts[49]:6.1f}  p95 {cuts[94]:6.1f} ms")


@contextmanager
def serving(folder: Path, workers: int) -> Iterator[tuple[str, int]]:
    """Run `griffie serve` on the index; yield its address and its process."""
    (folder / "griffie.toml").write_text(CONFIG.format(workers), encoding="utf-8")
    command = [sys.executable, "-P", "-m", "harvester.cli", "serve", "--port", "0"]
    process = subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        yield json.loads(process.stderr.readline())["url"].rstrip("/"), process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


def write(index: Path, seconds: float) -> None:
    """Put new papers while others read."""
    connection = sqlite3.connect(index, timeout=30, isolation_level=None)
    words = Words.made(2)
    key = connection.execute("SELECT max(key) FROM paper").fetchone()[0]
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        begun = time.monotonic()
        connection.execute("BEGIN IMMEDIATE")
        for _ in range(WRITTEN):
            key += 1
            put_paper(connection, words, key, key)
        connection.execute("COMMIT")
        time.sleep(max(0.0, EVERY_S - (time.monotonic() - begun)))


def main() -> None:
    """Make the papers, or take those that are there, and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, default=100_000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--workers", type=int, default=0, help="site.workers")
    parser.add_argument("--keep", type=Path, help="make the papers here, or use those")
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.write:
        write(given.write, given.seconds)
        return
    folder = given.keep or Path(tempfile.mkdtemp()) / "many"
    try:
        if not folder.exists():
            begun = time.monotonic()
            make(folder, given.papers, with_texts=given.papers // 5)
            print(f"{given.papers:,} papers in {time.monotonic() - begun:.0f} s")
        index = folder / "index.sqlite"
        print(f"index of {index.stat().st_size / 1e6:,.0f} MB, {given.clients} clients")
        wanted = Wanted.of(index)
        with serving(folder, given.workers) as (url, process):
            asyncio.run(load(url, wanted, given.clients, 3))  # what is read first comes from disk
            begun = cpu_s(process)
            alone = asyncio.run(load(url, wanted, given.clients, given.seconds))
            tell("alone", alone, given.seconds, cpu_s(process) - begun)
            command = [sys.executable, "-m", "tests.benchmarks.site", "--write", str(index)]
            writer = subprocess.Popen([*command, "--seconds", str(given.seconds + 3)])
            time.sleep(3)  # until it writes
            begun = cpu_s(process)
            beside = asyncio.run(load(url, wanted, given.clients, given.seconds))
            tell("beside a writer", beside, given.seconds, cpu_s(process) - begun)
            writer.wait()
    finally:
        if not given.keep:
            shutil.rmtree(folder.parent, ignore_errors=True)


if __name__ == "__main__":
    main()
