"""One paper for ever: what was once shown under an address is shown there for good."""

from pathlib import Path
from random import Random
from typing import Any

import pytest

from harvester.errors import SeveralPapers
from harvester.index import Index
from harvester.index.papers import file_of, find_paper, find_papers, find_version, versions_of
from tests.unit.index.histories import history
from tests.unit.index.makers import (
    SOURCE,
    document,
    file,
    filled,
    select,
    withdrawn,
)
from tests.unit.index.test_histories import BATCHES, Kept
from tests.unit.index.test_refresh import publication

KST = "kst-36903-5"
NUMBER = "2026D30010"
Address = tuple[str, str, int]
"""A name of a paper, a source, a version's number."""
Shown = tuple[Any, ...]
"""The state, the place in the log, and the files with digests that an address showed."""


def letter(id_: str, **values: object) -> Any:
    return document(id_, number=NUMBER, **values)


FIRST = [letter("a"), publication("va", "a", KST), file("a", "first")]
AGAIN = [letter("b"), publication("vb", "b", KST), file("b", "second")]


def papers(index: Index) -> list[str]:
    return [id_ for (id_,) in select(index, "SELECT id FROM paper ORDER BY id")]


def versions(index: Index, paper: str = KST) -> list[tuple[int, str, str]]:
    return versions_of(index.connection, paper, SOURCE)


def where(index: Index, name: str, version: int) -> tuple[str | None, int | None]:
    located = find_version(index.connection, name, SOURCE, version)
    assert located is not None
    return located.paper, located.number


@pytest.mark.parametrize(
    "groups",
    [
        [FIRST, [withdrawn("a")], AGAIN],
        [FIRST, [withdrawn("a"), *AGAIN]],
        # The source says the new one first, and takes the old one back later.
        [FIRST, AGAIN, [withdrawn("a")]],
        [FIRST, [AGAIN[0]], [withdrawn("a")], AGAIN[1:]],
    ],
)
def test_a_letter_that_is_issued_again_is_one_paper(tmp_path: Path, groups: list[Any]) -> None:
    index = filled(tmp_path / "index.sqlite", *groups)
    assert papers(index) == [KST]
    assert [reason for *_, reason in versions(index)] == ["published", "withdrawn", "reissued"]
    assert select(index, "SELECT is_withdrawn FROM paper") == [(0,)]
    one, two, three = (file_of(index.connection, KST, SOURCE, version) for version in (1, 2, 3))
    assert one is not None
    assert two is None
    assert three is not None
    assert one.sha256 != three.sha256
    assert find_papers(index.connection, KST) == find_papers(index.connection, NUMBER) == [KST]
    assert where(index, NUMBER, 1) == (KST, 1)
    index.close()


def test_of_two_that_stand_at_once_the_first_keeps_the_id_until_it_goes(tmp_path: Path) -> None:
    index = filled(tmp_path / "index.sqlite", FIRST, AGAIN)
    assert papers(index) == [KST, "testland/Thing/b"]
    assert where(index, "testland/Thing/b", 1) == ("testland/Thing/b", 1)
    index.close()
    later = filled(tmp_path / "later.sqlite", FIRST, AGAIN, [withdrawn("a")])
    assert papers(later) == [KST]
    assert where(later, "testland/Thing/b", 1) == (KST, 3)
    later.close()


def test_an_id_that_was_said_by_mistake_still_leads_to_what_it_showed(tmp_path: Path) -> None:
    index = filled(tmp_path / "index.sqlite", FIRST, [publication("va", "a", "kst-36903-6")], AGAIN)
    assert papers(index) == [KST, "kst-36903-6"]
    assert where(index, KST, 1) == (KST, 1)
    first = file_of(index.connection, KST, SOURCE, 1)
    assert first is not None
    assert first.sha256 == FIRST[2].sha256
    index.close()


def test_of_two_papers_with_one_number_nobody_is_given_the_first(tmp_path: Path) -> None:
    other = [letter("c"), publication("vc", "c", "kst-36903-9")]
    index = filled(tmp_path / "index.sqlite", FIRST, other)
    assert find_papers(index.connection, NUMBER) == [KST, "kst-36903-9"]
    with pytest.raises(SeveralPapers, match="kst-36903-5 or kst-36903-9"):
        find_paper(index.connection, NUMBER)
    assert find_paper(index.connection, KST) == KST
    index.close()


def shown(index: Index) -> dict[Address, Shown]:
    """Return what every address on the pages of papers shows now."""
    files: dict[tuple[str, str, int], list[tuple[str, str]]] = {}
    for paper, source, version, name, sha256 in select(
        index, "SELECT paper, source, version, name, sha256 FROM file ORDER BY name"
    ):
        files.setdefault((paper, source, version), []).append((name, sha256))
    return {
        (paper, source, version): (state, segment, line, tuple(files.get(place, ())))
        for paper, source, version, state, segment, line in select(
            index, "SELECT paper, source, version, state, segment, line FROM paper_version"
        )
        if (place := (paper, source, version))
    }


def test_no_address_ever_shows_another_state(tmp_path: Path, seeds: range) -> None:
    for seed in seeds:
        dice, kept = Random(seed), Kept(tmp_path / f"{seed}.sqlite")
        known: dict[Address, Shown] = {}
        for step in history(seed):
            kept.take(step)
            if dice.random() < 0.7:
                kept.index.refresh()
                check(kept.index, known, seed)
        kept.index.close()


def check(index: Index, known: dict[Address, Shown], seed: int) -> None:
    now = shown(index)
    for (name, source, number), before in known.items():
        what = f"history {seed}: {name} at {source}, version {number}"
        located = find_version(index.connection, name, source, number)
        assert located is not None, what
        if located.number is not None:
            after = now[str(located.paper), source, located.number]
        else:
            assert located.version is not None
            version, files = located.version, sorted((f.name, f.sha256) for f in located.files)
            after = (version.state, version.segment, version.line, tuple(files))
        assert after[:3] == before[:3], what
        # A file that comes late is added; one that was shown is never replaced.
        assert set(before[3]) <= set(after[3]), what
    known.update(now)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Deal the seeds out in batches, so that several processes share them."""
    if "seeds" in metafunc.fixturenames:
        # A third: after each step every address that was ever shown is asked for.
        count = metafunc.config.getoption("--histories") // 3
        batches = [range(first, count, BATCHES) for first in range(min(BATCHES, count))]
        metafunc.parametrize("seeds", batches, ids=lambda seeds: f"from {seeds.start}")
