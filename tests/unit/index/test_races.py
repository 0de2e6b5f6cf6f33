"""Whatever befalls those who write a log, the index is that of its entries in order."""

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from archive.archive import Archive
from archive.entries import Entry
from archive.errors import LogConflict
from archive.log import Head
from harvester.index import Index, compare, rebuild
from harvester.progress import Silent
from tests.unit.index.makers import READERS, SOURCE, TIME, document, file, withdrawn

WRITERS = 2
DOCUMENTS = st.sampled_from(["d1", "d2", "d3"])
ENTRIES = st.lists(
    st.one_of(
        st.builds(
            lambda d, words: document(d, subject=words), DOCUMENTS, st.text("ab", max_size=2)
        ),
        st.builds(withdrawn, DOCUMENTS),
        st.builds(file, DOCUMENTS, st.sampled_from(["first", "second"])),
    ),
    max_size=4,
)


class Writer:
    """One who harvests into the archive, with an index of its own."""

    def __init__(self, archive: Archive, path: Path) -> None:
        self.archive = archive
        self.path = path
        self.open()

    def open(self) -> None:
        """Begin, or begin again after a crash."""
        self.index = Index.open(self.path, READERS)
        self.log = self.archive.log(SOURCE)

    def crash(self) -> None:
        """Lose what is not on disk."""
        self.index.close()
        self.open()

    def append(self, entries: list[Entry], *, position: int) -> Any:
        """Write what was seen after the segment that the index knows as the last."""
        return self.log.append(
            entries,
            {"Thing": position},
            after=self.index.applied(SOURCE),
            harvest="h",
            written_at=TIME,
        )


class Races(RuleBasedStateMachine):
    """Appends, crashes, races and catch-ups in any order."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        root = Path(self.folder.name)
        self.archive = Archive.create(root / "archive", TIME)
        self.writers = [Writer(self.archive, root / f"{n}.sqlite") for n in range(WRITERS)]
        self.written: list[list[Entry]] = []
        """What the log holds, segment by segment."""

    @rule(who=st.integers(0, WRITERS - 1), entries=ENTRIES)
    def harvest(self, who: int, entries: list[Entry]) -> None:
        """Append and apply; who is behind loses nothing but the race."""
        writer = self.writers[who]
        try:
            segment = writer.append(entries, position=len(self.written))
        except LogConflict:
            assert self._is_behind(writer)
        else:
            self.written.append(entries)
            writer.index.apply(segment)

    @rule(who=st.integers(0, WRITERS - 1), entries=ENTRIES)
    def crash_before_the_index(self, who: int, entries: list[Entry]) -> None:
        """The segment is written, and nothing else."""
        writer = self.writers[who]
        try:
            writer.append(entries, position=len(self.written))
        except LogConflict:
            return
        self.written.append(entries)
        writer.crash()

    @rule(who=st.integers(0, WRITERS - 1))
    def crash_before_the_papers(self, who: int) -> None:
        """Segments are applied, papers not all derived."""
        self.writers[who].crash()

    @rule(who=st.integers(0, WRITERS - 1))
    def catch_up(self, who: int) -> None:
        """Apply what others wrote."""
        writer = self.writers[who]
        writer.index.catch_up(writer.log)
        assert not self._is_behind(writer)

    @rule(who=st.integers(0, WRITERS - 1))
    def lose_the_index(self, who: int) -> None:
        """The index is derived: it may go."""
        writer = self.writers[who]
        writer.index.close()
        for path in writer.path.parent.glob(f"{writer.path.name}*"):
            path.unlink()
        writer.open()

    @invariant()
    def the_log_holds_what_was_written(self) -> None:
        read = [list(segment.entries) for segment in self.archive.log(SOURCE).read()]
        assert read == self.written

    def _is_behind(self, writer: Writer) -> bool:
        applied: Head | None = writer.index.applied(SOURCE)
        return (applied.sequence if applied else 0) < len(self.written)

    def teardown(self) -> None:
        """Compare every writer's index with one made of the entries in order."""
        if not hasattr(self, "folder"):
            return
        fresh = Path(self.folder.name) / "fresh.sqlite"
        rebuild(self.archive, fresh, READERS, workers=1, progress=Silent())
        for writer in self.writers:
            writer.index.catch_up(writer.log)
            writer.index.close()
            assert [str(d) for d in compare(writer.path, fresh)] == []
        self.folder.cleanup()


TestRaces = Races.TestCase
TestRaces.settings = settings(max_examples=40, stateful_step_count=15)
