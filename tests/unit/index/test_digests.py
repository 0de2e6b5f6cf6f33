"""A digest that one source states of another's file is compared with what is held of it."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.entries import Entry
from harvester.harvest.digests import compare_digests
from harvester.index import Index
from harvester.index.digests import Witness, witnesses
from harvester.progress import Silent
from harvester.source.domain import StatedDigest
from tests.unit.index.makers import (
    PRESS,
    READERS,
    SOURCE,
    TIME,
    Log,
    document,
    file,
    withdrawn,
)  # fmt: skip

URL = "https://testland.test/a.pdf"
PAPER = "kst-1-2"


def sha1(content: bytes) -> str:
    return f"sha1:{hashlib.sha1(content, usedforsecurity=False).hexdigest()}"


@dataclass
class World:
    """An archive with its index: testland publishes files, its press states digests of them."""

    archive: Archive
    index: Index
    logs: dict[str, Log]

    def hold(self, content: bytes) -> Entry:
        """Put a file into the archive; return the entry that says so."""
        writer = self.archive.payloads.writer()
        writer.write(content)
        staged = writer.close()
        self.archive.payloads.commit([staged])
        return replace(file("a"), sha256=staged.sha256, size_bytes=len(content))

    def say(self, source: str, *entries: Entry) -> None:
        self.index.apply(self.logs[source].segment(entries))
        self.index.refresh()

    def publish(self, *contents: bytes) -> None:
        held = [self.hold(content) for content in contents]
        self.say(SOURCE, document("a", publication_id=PAPER), *held)

    def state(self, *digests: str, url: str = URL) -> None:
        stated = [
            StatedDigest(f"pdf-{n}", url, "application/pdf", None, digest)
            for n, digest in enumerate(digests)
        ]
        self.say(PRESS, document("w", *stated, publication_id=PAPER, kind=None))

    def compare(self) -> list[Witness]:
        return compare_digests(self.archive, self.index, Silent())


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    archive = Archive.create(tmp_path / "archive", TIME)
    index = Index.open(tmp_path / "index.sqlite", READERS)
    yield World(archive, index, {source: Log(source) for source in (SOURCE, PRESS)})
    index.close()


def agreement(world: World) -> list[tuple[int, int]]:
    found = witnesses(world.index.connection, PAPER)
    return [(one.agrees, one.version) for one in found]


@pytest.mark.parametrize("comes_first", [SOURCE, PRESS])
def test_a_digest_agrees_whichever_source_comes_first(world: World, comes_first: str) -> None:
    if comes_first == SOURCE:
        world.publish(b"letter")
        world.state(sha1(b"letter"))
    else:
        world.state(sha1(b"letter"))
        world.publish(b"letter")
    assert world.compare() == []
    assert agreement(world) == [(1, 1)]


def test_a_digest_that_differs_is_a_finding_with_both(world: World) -> None:
    world.publish(b"letter")
    world.state(sha1(b"another"))
    [finding] = world.compare()
    assert (finding.paper, finding.source, finding.other_source) == (PAPER, PRESS, SOURCE)
    assert (finding.stated, finding.computed) == (sha1(b"another"), sha1(b"letter"))
    assert agreement(world) == [(0, 1)]


def test_a_digest_of_an_earlier_state_of_the_file_agrees_with_that_version(world: World) -> None:
    world.publish(b"first", b"second")
    world.state(sha1(b"first"))
    assert world.compare() == []
    assert agreement(world) == [(1, 1)]


def test_a_digest_of_what_is_not_held_says_nothing(world: World) -> None:
    world.publish(b"letter")
    world.state(sha1(b"letter"), url="https://testland.test/other.pdf")
    assert world.compare() == []
    assert agreement(world) == []


def test_other_algorithms_are_compared_and_unknown_ones_left(world: World) -> None:
    world.publish(b"letter")
    world.state(f"sha512:{hashlib.sha512(b'letter').hexdigest()}", "md5:00", "nonsense")
    assert world.compare() == []
    assert agreement(world) == [(1, 1)]


def test_a_digest_that_is_corrected_ends_the_finding(world: World) -> None:
    world.publish(b"letter")
    world.state(sha1(b"another"))
    assert world.compare()
    world.state(sha1(b"letter"))
    assert world.compare() == []
    assert agreement(world) == [(1, 1)]


def test_what_was_compared_is_not_read_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.publish(b"letter")
    world.state(sha1(b"another"))
    world.compare()
    monkeypatch.setattr(hashlib, "new", None)
    assert world.compare() == []
    world.state(sha1(b"letter"))
    assert world.compare() == []


def test_a_withdrawn_witness_says_nothing_any_more(world: World) -> None:
    world.publish(b"letter")
    world.state(sha1(b"another"))
    world.say(PRESS, withdrawn("w"))
    assert world.compare() == []


def test_a_file_that_is_not_in_the_archive_is_left_out(world: World) -> None:
    world.say(SOURCE, document("a", publication_id=PAPER), file("a", "lost"))
    world.state(sha1(b"lost"))
    assert world.compare() == []
    assert agreement(world) == []
