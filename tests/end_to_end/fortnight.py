"""Days of a parliament under a service, with two outages: `make fortnight`, or fewer in the suite.

A day passes in seconds: the simulator's calendar moves on when a day's harvests have been.
"""

import argparse
import tempfile
from itertools import pairwise
from pathlib import Path

from tests.end_to_end.processes import Griffie, Simulator, running_simulator
from tests.end_to_end.services import (
    Service,
    current_papers,
    ended,
    processes_in,
    running_service,
    settings,
    wait_for,
)

QUIET_S = 15.0
"""Without news for so long the source is stale; a day of the fortnight is much shorter."""
RECHECKS = """
[files]
recheck_days = 365
recheck_every_h = 0.002
attempts_per_week = 100000
"""
"""Bytes that follow their metadata a day late are found by asking again."""
MOST_GROWTH_KIB = 12 * 1024


def live(source: Simulator, folder: Path, days: int) -> None:
    """Let days pass, with an outage in the first half and old data in the second; check the end."""
    griffie = Griffie.at(folder / "griffie", source, extra=settings(QUIET_S) + RECHECKS)
    memory: list[int] = []
    with running_service(griffie) as service:
        service.wait_for_harvests(1)
        for day in range(1, days + 1):
            source.advance()
            service.wait_for_harvests(1)
            if day == max(1, days // 3):
                be_down(source, service)
            if day == max(2, 2 * days // 3):
                be_stale(source, service)
            memory.append(service.memory_kib())
        service.wait_for_harvests(2)
        assert service.end() == 0
    assert processes_in(griffie.folder) == []
    assert service.events() == [
        ("begins", "failing"), ("over", "failing"), ("begins", "stale"), ("over", "stale"),
    ]  # fmt: skip
    assert max(memory) - memory[0] < MOST_GROWTH_KIB, memory
    spans = ended(griffie)
    assert all(end <= start for (_, end, _), (start, _, _) in pairwise(spans)), spans
    griffie.harvest(code=None)
    griffie.run("verify")
    griffie.run("rebuild", "--check")
    undisturbed = Griffie.at(folder / "undisturbed", source)
    undisturbed.harvest(code=None)
    assert current_papers(griffie) ^ current_papers(undisturbed) == set()


def be_down(source: Simulator, service: Service) -> None:
    """Answer 500 until that is an alarm, then be well again until it is over."""
    source.fault(fault="error_500")
    wait_for(lambda: ("begins", "failing") in service.events())
    source.heal()
    source.advance()
    wait_for(lambda: ("over", "failing") in service.events())


def be_stale(source: Simulator, service: Service) -> None:
    """Answer 200 with old data while the parliament goes on, until that is an alarm."""
    source.fault(fault="stale")
    source.advance()
    wait_for(lambda: ("begins", "stale") in service.events())
    source.heal()
    wait_for(lambda: ("over", "stale") in service.events())


def main() -> None:
    """Run it in full."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    with (
        running_simulator("--seed", str(asked.seed), "--size", "0.5") as source,
        tempfile.TemporaryDirectory() as folder,
    ):
        live(source, Path(folder), asked.days)
    print(f"{asked.days} days, two outages, four alarms: everything is in the archive")


if __name__ == "__main__":
    main()
