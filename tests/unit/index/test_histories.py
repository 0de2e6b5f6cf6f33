"""Whatever two sources do, an index that followed step by step is the one made from the logs."""

from pathlib import Path
from random import Random
from typing import cast

import pytest

from archive.entries import Head, Segment
from archive.log import Log as ArchiveLog
from harvester.index import Index, compare
from harvester.index.takedowns import taken_payloads
from tests.unit.index.histories import Step, history, text_of
from tests.unit.index.makers import PRESS, READERS, SOURCE, Log, select

BATCHES = 30


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Deal the seeds out in batches, so that several processes share them."""
    if "seeds" in metafunc.fixturenames:
        count = metafunc.config.getoption("--histories")
        batches = [range(first, count, BATCHES) for first in range(min(BATCHES, count))]
        metafunc.parametrize("seeds", batches, ids=lambda seeds: f"from {seeds.start}")


class Kept:
    """An index with the logs of its sources."""

    def __init__(self, path: Path) -> None:
        self.index = Index.open(path, READERS)
        self.segments: dict[str, list[Segment]] = {SOURCE: [], PRESS: []}
        self._logs = {SOURCE: Log(SOURCE), PRESS: Log(PRESS)}

    def take(self, step: Step) -> None:
        source, entries = step
        segment = self._logs[source].segment(entries)
        self.segments[source].append(segment)
        self.index.apply(segment, cast(ArchiveLog, _Written(self.segments[source])))

    def settle(self) -> None:
        """Derive all, and extract every text that is wanted."""
        settle(self.index)


def settle(index: Index) -> None:
    """Derive all, and extract every text that is wanted, as a harvest does at its end."""
    index.refresh()
    while wanted := index.wanted_texts():
        index.put_texts([text_of(sha256) for sha256, _ in wanted])
        index.refresh()
    index.settle_comparisons()


class _Written:
    """The log as a release reads it again."""

    def __init__(self, segments: list[Segment]) -> None:
        self.source = segments[0].source
        self._segments = segments

    def read(self, after: Head | None = None) -> list[Segment]:
        start = 0 if after is None else after.sequence
        return self._segments[start:]


def differences(first: Path, second: Path) -> list[str]:
    return [str(difference) for difference in compare(first, second)]


def rebuilt(path: Path, segments: dict[str, list[Segment]], order: tuple[str, ...]) -> Kept:
    """Make an index as a rebuild does: source by source, derived once at the end."""
    kept = Kept(path)
    kept.segments = segments
    for source in order:
        for segment in segments[source]:
            kept.index.apply(segment, cast(ArchiveLog, _Written(segments[source])))
    kept.settle()
    return kept


def test_step_by_step_and_at_once_give_the_same_index(tmp_path: Path, seeds: range) -> None:
    for seed in seeds:
        dice = Random(f"batching of {seed}")
        one, other = tmp_path / f"{seed}-steps.sqlite", tmp_path / f"{seed}-once.sqlite"
        followed = Kept(one)
        for step in history(seed):
            followed.take(step)
            if dice.random() < 0.6:
                followed.index.refresh()
            if dice.random() < 0.3:
                followed.settle()
        followed.settle()
        check_search(followed.index, seed)
        followed.index.close()
        made = rebuilt(other, followed.segments, (SOURCE, PRESS))
        made.index.close()
        assert differences(one, other) == [], f"history {seed}"
        one.unlink()
        other.unlink()


def check_search(index: Index, seed: int) -> None:
    """Assert that a paper is found by the words of its current text, and by those of no other."""
    taken = taken_payloads(index.connection)
    for key, sha256, searched in select(
        index,
        "SELECT p.key, p.sha256, f.text FROM paper AS p JOIN paper_fts AS f ON f.rowid = p.key",
    ):
        text = text_of(sha256).text if sha256 and sha256 not in taken else ""
        assert searched == text, f"history {seed}: paper {key}"
    count = "SELECT (SELECT count(*) FROM paper), (SELECT count(*) FROM paper_fts)"
    [(papers, rows)] = select(index, count)
    assert papers == rows, f"history {seed}"
