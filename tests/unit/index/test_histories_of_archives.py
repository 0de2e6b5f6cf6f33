"""In every history an index as of a time is the one of then, and a follower's is its origin's."""

import shutil
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random

import pytest

from archive.archive import Archive
from archive.entries import Head, TakedownEntry
from archive.following import follow_log
from harvester.index import Index, rebuild
from harvester.index.apply import FIRST_LINE
from harvester.progress import Silent
from tests.unit.index.histories import Step, history
from tests.unit.index.makers import HARVEST, PRESS, READERS, SOURCE, TIME
from tests.unit.index.test_histories import BATCHES, differences, settle

SHARE = 10
"""One history in so many is written to disk, which takes that much longer."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Deal the seeds out in batches, so that several processes share them."""
    if "seeds" in metafunc.fixturenames:
        histories = metafunc.config.getoption("--histories") // SHARE
        batches = [range(first, histories, BATCHES) for first in range(min(BATCHES, histories))]
        metafunc.parametrize("seeds", batches, ids=lambda seeds: f"from {seeds.start}")


@dataclass(slots=True)
class Written:
    """An archive to which histories are written, one segment a minute."""

    archive: Archive
    heads: dict[str, Head] = field(default_factory=dict)
    minutes: "count[int]" = field(default_factory=count)

    def write(self, step: Step) -> str:
        """Append a segment; return when that was."""
        source, entries = step
        written_at = at(next(self.minutes))
        segment = self.archive.log(source).append(
            entries,
            {"Thing": 1},
            after=self.heads.get(source),
            harvest=HARVEST,
            written_at=written_at,
        )
        self.heads[source] = segment.head
        return written_at


def at(minute: int) -> str:
    return f"2026-11-23T20:{minute:02}:00.000Z"


def made(archive: Archive, path: Path, as_of: str | None = None) -> Path:
    """Rebuild an index from an archive's logs, with texts."""
    rebuild(archive, path, READERS, workers=1, progress=Silent(), as_of=as_of)
    index = Index.open(path, READERS)
    settle(index)
    index.close()
    return path


def follow(origin: Archive, copy: Archive, path: Path) -> None:
    """Bring a copy's logs and its index to where the origin is now."""
    index = Index.open(path, READERS)
    for source in origin.sources():
        for _ in follow_log(origin, copy, source):
            pass
        index.catch_up(copy.log(source))
    settle(index)
    index.close()


def test_an_index_as_of_a_time_is_the_one_of_then(tmp_path: Path, seeds: range) -> None:
    for seed in seeds:
        dice, folder = Random(f"moment of {seed}"), tmp_path / str(seed)
        written = Written(Archive.create(folder / "archive", TIME))
        copy, then = Archive.create(folder / "copy", TIME), folder / "then.sqlite"
        steps = list(history(seed))
        moment = dice.randrange(len(steps))
        for number, step in enumerate(steps):
            written.write(step)
            if number == moment or (number < moment and dice.random() < 0.3):
                follow(written.archive, copy, then)
        index = Index.open(then, READERS)
        for source in (SOURCE, PRESS):
            for segment in written.archive.log(source).read(index.applied(source)):
                lines = enumerate(segment.entries, FIRST_LINE)
                taken = [(n, entry) for n, entry in lines if isinstance(entry, TakedownEntry)]
                index.apply_takedowns(segment.header, taken)
        settle(index)
        index.close()
        as_of = made(written.archive, folder / "as-of.sqlite", at(moment))
        assert differences(then, as_of) == [], f"history {seed} as of step {moment}"
        shutil.rmtree(folder)


def test_a_follower_has_the_index_of_its_origin(tmp_path: Path, seeds: range) -> None:
    for seed in seeds:
        dice, folder = Random(f"rounds of {seed}"), tmp_path / str(seed)
        written = Written(Archive.create(folder / "archive", TIME))
        copy, index = Archive.create(folder / "copy", TIME), folder / "copy.sqlite"
        for step in history(seed):
            written.write(step)
            if dice.random() < 0.3:
                follow(written.archive, copy, index)
        follow(written.archive, copy, index)
        origin = made(written.archive, folder / "origin.sqlite")
        assert differences(origin, index) == [], f"history {seed}"
        shutil.rmtree(folder)
