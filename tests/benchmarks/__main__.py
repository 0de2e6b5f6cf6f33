"""Measure Griffie end to end: `make bench`, or `make bench CORPUS=DIR` for real papers.

Real processes on loopback, politeness off. Prints one line per figure; figures in the README come
from here.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.end_to_end.processes import Griffie, running_simulator


@dataclass(frozen=True)
class Run:
    """One finished command: seconds on the clock and of CPU, peak memory of its largest process."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    summary: dict[str, Any]


def measured(griffie: Griffie, *arguments: str) -> Run:
    """Run a command of `griffie` and account for it."""
    started = time.monotonic()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "harvester.cli", *arguments],
            cwd=griffie.folder,
            stdout=said,
            stderr=said,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall_s = time.monotonic() - started
        said.seek(0)
        text = said.read().decode(errors="replace")
    if process.returncode not in (0, 3):
        raise SystemExit(f"griffie {' '.join(arguments)} ended with {process.returncode}:\n{text}")
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    summary: dict[str, Any] = next((line for line in reversed(lines) if "outcome" in line), {})
    return Run(wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, summary)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--corpus", type=Path, metavar="DIR", help="real rows to serve")
    parser.add_argument("--size", type=int, default=10, help="of the fictional parliament")
    chosen = parser.parse_args(arguments)
    source = (
        ("--corpus", str(chosen.corpus.resolve()), "--exact-lengths")
        if chosen.corpus
        else ("--seed", "7", "--size", str(chosen.size))
    )
    with tempfile.TemporaryDirectory() as folder, running_simulator(*source) as simulator:
        griffie = Griffie.at(Path(folder) / "griffie", simulator)
        first = measured(griffie, "harvest", "tweedekamer")
        tell_harvest(first, griffie)
        poll = measured(griffie, "harvest", "tweedekamer")
        line("a poll with nothing new", f"{poll.cpu_s:.1f} s CPU, {poll.wall_s:.1f} s on the clock")
        rebuilt = measured(griffie, "rebuild")
        entries = first.summary["seen"]
        line(
            "rebuild of the index",
            f"{entries / rebuilt.wall_s:,.0f} entries/s, start-up, texts "
            f"and search index included ({rebuilt.wall_s:.1f} s)",
        )
        checked = measured(griffie, "verify")
        line("verify, everything", f"{checked.wall_s:.1f} s")


def tell_harvest(first: Run, griffie: Griffie) -> None:
    """Print the figures of the first harvest."""
    summary = first.summary
    durations = summary["durations_ms"]
    files = summary["files"].get("fetched", 0)
    texts = sum(summary["texts"].values())
    line("feed entries, end to end", per_second(summary["seen"], durations["metadata"], "entries"))
    line("files, end to end, durable", per_second(files, durations["files"], "files"))
    line("texts, extracted and searchable", per_second(texts, durations["texts"], "files"))
    line("peak memory of the harvest", f"{first.peak_mb:.0f} MB")
    line("index", f"{griffie.index.stat().st_size / 1e6:.0f} MB")
    size = sum(path.stat().st_size for path in (griffie.archive / "log").rglob("*.gz"))
    line("log", f"{size / 1e6:.1f} MB in {len(griffie.segments())} segments")


def per_second(count: int, duration_ms: int, what: str) -> str:
    """Say how many a second."""
    rate = count / max(duration_ms, 1) * 1000
    return f"{rate:,.0f} {what}/s ({count:,} in {duration_ms / 1000:.1f} s)"


def line(what: str, figure: str) -> None:
    """Print one figure."""
    print(f"{what:<32} {figure}", flush=True)


if __name__ == "__main__":
    main()
