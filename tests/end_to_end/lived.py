"""A fictional parliament that was harvested on several days, for tests that only read it."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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


def query(index: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(index)) as connection:
        return connection.execute(sql, values).fetchall()


def copy_of(lived: Lived, folder: Path) -> Griffie:
    shutil.copytree(lived.griffie.folder, folder)
    return Griffie(folder)
