"""A fictional parliament that was harvested on several days, for tests that only read it."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.end_to_end.processes import Griffie, running_simulator

DAYS = 3


@dataclass(frozen=True)
class Lived:
    """An archive with a history; nobody changes it."""

    griffie: Griffie
    indexes: tuple[Path, ...]
    """The index in use as it stood after each harvest."""
    times: tuple[str, ...]
    """When the last segment of each harvest was written."""


def live(folder: Path) -> Lived:
    """Harvest a small parliament on `DAYS` of its days."""
    indexes, times = [], []
    with running_simulator("--seed", "5", "--size", "0.2") as simulator:
        griffie = Griffie.at(folder / "griffie", simulator)
        for day in range(DAYS):
            if day:
                simulator.advance(1)
            griffie.harvest(code=None)
            kept = folder / f"after-{day}.sqlite"
            shutil.copy(griffie.index, kept)
            indexes.append(kept)
            times.append(griffie.last_written())
    return Lived(griffie, tuple(indexes), tuple(times))
