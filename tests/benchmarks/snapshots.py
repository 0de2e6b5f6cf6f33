"""Measure a snapshot of many papers: time, memory, and whether readers of the site notice.

`python -m tests.benchmarks.snapshots --papers 300000`: an index of made-up papers with texts of
real length, served by `griffie serve` and asked by one client, before and while it is made.
"""

import argparse
import json
import random
import sqlite3
import statistics
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from harvester.index.connection import connect
from tests.benchmarks.__main__ import line, measured
from tests.end_to_end.processes import Griffie

WORDS = 600
"""In a motion; letters are longer."""
VOTES = 15
CONFIG = 'archive = "archive"\nindex = "index.sqlite"\n'


def make_index(path: Path, papers: int) -> None:
    """Fill the tables that grow with the papers."""
    dice = random.Random(1)
    words = [f"woord{number}" for number in range(30_000)]
    connection = connect(path).conn
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("BEGIN")
    connection.execute(
        "INSERT INTO segment VALUES ('made', 1, ?, 'h', '2026-11-24T00:00:00.000Z', 1, 1)",
        ("0" * 64,),
    )
    for number in range(papers):
        id_, sha256 = f"kst-1-{number}", f"{number:064x}"
        text = " ".join(dice.choices(words, k=WORDS))
        day = f"20{number % 26:02}-0{number % 9 + 1}-11"
        connection.execute(
            "INSERT INTO record (key, source, id, version, state) "
            "VALUES (?, 'made', ?, 1, 'present')",
            (number, f"Document/{id_}"),
        )
        connection.execute(
            "INSERT INTO document (key, source, is_provisional) VALUES (?, 'made', 0)", (number,)
        )
        connection.execute(
            "INSERT INTO paper (key, id, document_key, source, kind, subject, published_on, "
            "copies, is_withdrawn, is_taken_down, version, sha256, searched_sha256) "
            "VALUES (?, ?, ?, 'made', 'motion', ?, ?, 1, 0, 0, 1, ?, ?)",
            (number, id_, number, text[:80], day, sha256, sha256),
        )
        votes = range(papers + number * VOTES, papers + (number + 1) * VOTES)
        connection.execute("INSERT INTO payload VALUES (?, 1, 'application/pdf')", (sha256,))
        connection.execute("INSERT INTO text VALUES (?, 'ok', NULL, 1, ?)", (sha256, len(text)))
        connection.execute(
            "INSERT INTO file VALUES (?, 'made', 1, 'f', ?, ?, 1, NULL, ?, 'x', NULL, NULL)",
            (id_, number, sha256, day),
        )
        connection.execute(
            "INSERT INTO paper_version VALUES (?, 'made', 1, ?, 'present', 'published', ?, NULL, "
            "1, 2)",
            (id_, number, day),
        )
        connection.executemany(
            "INSERT INTO record (key, source, id, version, state) "
            "VALUES (?, 'made', ?, 1, 'present')",
            [(key, f"Vote/{key}") for key in votes],
        )
        connection.executemany(
            "INSERT INTO vote (key, decision_key, choice, weight) VALUES (?, ?, 'for', 3)",
            [(key, number) for key in votes],
        )
        connection.execute(
            "INSERT INTO paper_fts (rowid, numbers, title, subject, people, text) "
            "VALUES (?, ?, '', ?, '', ?)",
            (number, id_, text[:80], text),
        )
    connection.execute("COMMIT")
    connection.close()


@contextmanager
def served(griffie: Griffie) -> Iterator[str]:
    process = griffie.start("serve", "--port", "0")
    assert process.stderr is not None
    try:
        yield next(str(url) for said in process.stderr if (url := json.loads(said).get("url")))
    finally:
        process.terminate()
        process.communicate()


class Reader(threading.Thread):
    """Searches without end; knows how long each search took."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self._url = url
        self._is_over = threading.Event()
        self.took_ms: list[float] = []

    def run(self) -> None:
        dice = random.Random(2)
        while not self._is_over.is_set():
            query = urllib.parse.urlencode({"q": f"woord{dice.randrange(30_000)}"})
            started = time.monotonic()
            with urllib.request.urlopen(f"{self._url}?{query}", timeout=60) as answer:
                answer.read()
            self.took_ms.append((time.monotonic() - started) * 1000)

    def end(self) -> str:
        """Stop; return how long searches took."""
        self._is_over.set()
        self.join()
        at_95 = statistics.quantiles(self.took_ms, n=20)[-1]
        return f"median {statistics.median(self.took_ms):.0f} ms, p95 {at_95:.0f} ms"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.snapshots")
    parser.add_argument("--papers", type=int, default=300_000)
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        griffie = Griffie(Path(name))
        (griffie.folder / "griffie.toml").write_text(CONFIG)
        griffie.run("init")
        make_index(griffie.index, chosen.papers)
        with closing(sqlite3.connect(griffie.index)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        line("index", f"{griffie.index.stat().st_size / 1e6:,.0f} MB, {chosen.papers:,} papers")
        with served(griffie) as url:
            reader = Reader(url)
            reader.start()
            time.sleep(5)
            line("searches before", reader.end())
            reader = Reader(url)
            reader.start()
            made = measured(griffie, "snapshot", "create")
            line("searches meanwhile", reader.end())
        line(
            "a snapshot",
            f"{made.wall_s:.1f} s, {chosen.papers / made.wall_s:,.0f} papers/s, "
            f"peak memory {made.peak_mb:.0f} MB",
        )
        files = (griffie.archive / "snapshots").rglob("*")
        size = sum(path.stat().st_size for path in files if path.is_file())
        line("the bundle", f"{size / 1e6:,.0f} MB")


if __name__ == "__main__":
    main()
