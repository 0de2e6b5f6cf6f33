"""A walk counts as a whole or not at all; only a source's first one counts as it goes."""

import random
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.entries import RecordEntry
from harvester.harvest import journal as journal_module
from harvester.harvest.journal import Journal
from harvester.index import Index, rebuild
from harvester.progress import Silent
from harvester.source.steps import Step
from tests.unit.index.makers import READERS, SOURCE, document
from tests.unit.service.house import TEN, House, gone, new_house

HALF = TEN[:5]
OUTSIDE = {"segment", "hold", "held_record", "cursor"}
"""Tables that tell of the log itself, or of the harvester."""


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    with new_house(tmp_path) as made:
        monkeypatch.setattr(journal_module, "MOST_ENTRIES", 2)
        yield made


def served(house: House) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table that is served."""
    house.index.refresh()
    tables = house.index.database.table_names()
    return {
        name: sorted(house.index.database.execute(f"SELECT * FROM [{name}]").fetchall(), key=repr)
        for name in tables
        if name not in OUTSIDE
    }


def walk(house: House, *entries: RecordEntry, position: int = 2) -> Journal:
    """Take in one record a page; the walk has not ended."""
    journal = house.journal()
    for entry in entries:
        journal.take_step(Step("Thing", (entry,), position))
    return journal


BROKEN = (document("d9", subject="anders"), document("new"), *gone(*HALF))
"""First what is plausible, for a segment; then half of all is gone."""


def test_nothing_of_a_walk_is_served_before_it_has_ended(house: House) -> None:
    before = served(house)
    journal = walk(house, *BROKEN[:3])
    assert house.kinds()[1:] == [["Hold", "Record", "Record"]]
    assert served(house) == before
    journal.commit()  # told to stop
    assert served(house) == before
    assert house.differences() == []


@pytest.mark.parametrize("killed_after", range(len(BROKEN)))
def test_a_held_walk_leaves_the_served_rows_as_they_were(house: House, killed_after: int) -> None:
    before = served(house)
    walk(house, *BROKEN[:killed_after])
    journal = walk(house, *BROKEN)
    assert served(house) == before
    assert journal.conclude()
    assert served(house) == before
    house.decide("discarded")
    assert served(house) == before
    assert house.index.checkpoint(SOURCE) == {"Thing": 1}
    assert house.differences() == []


def test_a_held_walk_that_is_released_counts_whole(house: House) -> None:
    assert walk(house, *BROKEN).conclude()
    house.decide("released")
    assert house.present() == 6
    assert house.index.present(SOURCE) == 6
    assert house.differences() == []


def test_a_walk_in_one_segment_needs_no_hold(house: House) -> None:
    assert walk(house, document("x")).conclude() == ()
    assert house.kinds()[1:] == [["Record"]]


def test_what_waits_long_is_written_held(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "LONGEST_S", 0.0)
    journal = walk(house, document("x"))
    assert house.kinds()[1:] == []
    monkeypatch.setattr(journal_module, "LONGEST_WAIT_S", 0.0)
    journal.take_step(Step("Thing", (), 3))
    assert house.kinds()[1:] == [["Hold", "Record"]]
    assert journal.conclude() == ()
    house.index.refresh()
    assert house.index.checkpoint(SOURCE) == {"Thing": 3}
    assert house.present() == 11


def test_what_is_held_is_read_when_it_is_released(house: House) -> None:
    read: list[str] = []

    def reader(entry: RecordEntry) -> object:
        read.append(entry.id)
        return READERS[SOURCE](entry)

    house.index.close()
    house.index = Index.open(house.path, {SOURCE: reader})  # type: ignore[dict-item]
    journal = walk(house, document("x"), document("y"), document("z"))
    assert read == []
    journal.conclude()
    assert sorted(read) == ["Thing/x", "Thing/y", "Thing/z"]
    assert house.differences() == []


class FirstWalk(House):
    """A house in which nothing was harvested yet."""

    def harvest(self, *entries: RecordEntry, position: int, harvest: str = "") -> None:
        """Do nothing: `House` would harvest ten letters."""


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setattr(journal_module, "MOST_ENTRIES", 2)
    made = FirstWalk(tmp_path)
    yield made
    made.index.close()


def test_a_first_walk_counts_as_it_goes_however_often_it_is_killed(empty: House) -> None:
    walk(empty, *map(document, TEN[:5]))
    empty.index.refresh()
    assert empty.present() == 4
    walk(empty, *map(document, TEN)).commit()
    empty.index.refresh()
    assert empty.present() == 10
    # What it changes and withdraws counts too: nobody has seen the source whole before.
    journal = walk(empty, *gone(*HALF))
    assert journal.conclude() == ()
    empty.index.refresh()
    assert empty.present() == 5
    assert [kind for kinds in empty.kinds() for kind in kinds if kind != "Record"] == ["Decision"]
    assert empty.differences() == []


def test_a_first_walk_lasts_until_all_was_read(empty: House) -> None:
    assert walk(empty, *map(document, TEN[:3])).conclude(is_whole=False) == ()
    assert not empty.index.has_been_walked(SOURCE)
    assert walk(empty, *map(document, TEN)).conclude() == ()
    assert empty.index.has_been_walked(SOURCE)
    # Also one that brings nothing more says that it has ended, and only once.
    assert walk(empty).conclude() == ()
    assert sum(kinds.count("Decision") for kinds in empty.kinds()) == 1


def test_the_end_of_a_first_walk_is_told_when_it_brings_nothing(empty: House) -> None:
    walk(empty, *map(document, TEN)).commit()
    assert walk(empty).conclude() == ()
    assert empty.kinds()[-1] == ["Decision"]
    assert empty.index.log_checkpoint(SOURCE) == {"Thing": 2}


def test_an_index_made_anew_knows_that_the_source_was_walked(house: House, tmp_path: Path) -> None:
    path = tmp_path / "another.sqlite"
    rebuild(house.archive, path, READERS, progress=Silent())
    made = Index.open(path, READERS)
    assert made.has_been_walked(SOURCE)
    assert not made.has_been_walked("elsewhere")
    made.close()


PAGES = st.lists(st.lists(st.integers(0, 14), min_size=1, max_size=4), max_size=8)


@settings(max_examples=20, suppress_health_check=list(HealthCheck))
@given(walks=st.lists(st.tuples(PAGES, st.booleans()), max_size=4), seed=st.integers(0, 99))
def test_whatever_happens_rows_move_only_when_a_walk_ends(
    walks: Sequence[tuple[list[list[int]], bool]],
    seed: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    dice = random.Random(seed)
    with pytest.MonkeyPatch.context() as patch, new_house(tmp_path_factory.mktemp("h")) as house:
        patch.setattr(journal_module, "MOST_ENTRIES", 2)
        stated = {f"Thing/{id_}": "present" for id_ in TEN}
        counting = dict(stated)
        for number, (pages, is_killed) in enumerate(walks):
            journal = house.journal()
            for page in pages:
                entries = [
                    gone(f"d{n}")[0]
                    if dice.random() < 0.3
                    else document(f"d{n}", subject=f"{number}")
                    for n in page
                ]
                stated.update((entry.id, entry.state) for entry in entries)
                journal.take_step(Step("Thing", tuple(entries), number))
                assert states(house) == counting
            if is_killed:
                stated = logged(house)  # what was not yet written is asked for again
                continue
            if journal.conclude():
                assert states(house) == counting
                house.decide("released" if dice.random() < 0.5 else "discarded")
                stated = stated if states(house) != counting else dict(counting)
            counting = dict(stated)
            assert states(house) == counting
        assert house.differences() == []


def states(house: House) -> dict[str, str]:
    rows = house.index.database.execute(
        "SELECT id, state FROM record WHERE source = ? AND version > 0", [SOURCE]
    )
    return dict(rows.fetchall())


def logged(house: House) -> dict[str, str]:
    """Return what the log says of each record, held or not."""
    connection: sqlite3.Connection = house.index.connection
    held = connection.execute("SELECT id, state FROM held_record WHERE source = ?", [SOURCE])
    return states(house) | dict(held.fetchall())
