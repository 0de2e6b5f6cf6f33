"""Saved searches against what is new: `python -m tests.benchmarks.alerts`.

Made-up papers and searches. The searches are of one to three words that occur about as papers use
them, one in ten with a filter, a phrase or an alternative; all differ.
"""

import argparse
import random
import resource
import tempfile
import time
from datetime import date
from pathlib import Path

from harvester.alerts.matching import read_search, saved_form, small_index
from harvester.index.connection import open_readonly
from harvester.site.search_params import SearchParams
from tests.benchmarks.many_papers import Words, make


def searches(words: Words, count: int) -> list[str]:
    """Make saved searches, each once."""
    dice, found = random.Random(5), dict[str, None]()
    while len(found) < count:
        # People name what is rare; the commonest hundred words say nothing.
        some = [dice.choice(words.words[100:20_000]) for _ in range(dice.choice((1, 2, 2, 3)))]
        text = " ".join(some)
        chance = dice.random()
        filters: dict[str, str] = {"kind": "motion"} if chance < 0.03 else {}
        if 0.03 < chance < 0.06:
            text = f'"{text}"'
        elif 0.06 < chance < 0.1:
            text = " OR ".join(some)
        found[saved_form(SearchParams(text, filters))] = None
    return list(found)


def main() -> None:
    """Print how long it takes, and what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--searches", type=int, default=100_000)
    parser.add_argument("--papers", type=int, default=500)
    parser.add_argument("--archive", type=int, default=3_000, help="papers of the whole index")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path, _ = make(Path(folder) / "made", given.archive, with_texts=1)
        saved = searches(Words.made(1), given.searches)
        index = open_readonly(path)
        keys = [key for (key,) in index.execute(
            "SELECT key FROM paper ORDER BY key DESC LIMIT ?", (given.papers,)
        )]  # fmt: skip
        index.close()
        began, cpu = time.monotonic(), time.process_time()
        with small_index(path, keys) as small:
            filled = time.process_time() - cpu
            hits = sum(len(small.find(read_search(one), date(2026, 12, 1))) for one in saved)
        print(f"searches {len(saved)}, new papers {len(keys)}, matches {hits}")
        print(f"small index made in {filled:.2f} s of CPU")
        print(f"all: {time.process_time() - cpu:.1f} s of CPU, {time.monotonic() - began:.1f} s")
    print(f"memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main()
