"""What is held does not count; released or discarded, every index agrees, row for row."""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from archive.entries import DecisionEntry, Entry, HoldEntry, TakedownEntry, Verdict
from harvester.errors import HarvestHeld, HarvestNotFound
from harvester.harvest import journal as journal_module
from harvester.harvest.baseline import Plausible
from harvester.harvest.expectations import judge
from harvester.harvest.holds import find_held
from harvester.index import compare
from harvester.index import index as index_module
from harvester.settings.service import ExpectSettings
from harvester.source.steps import Step
from tests.unit.index.makers import HARVEST, SOURCE, TIME, document, file, select, withdrawn
from tests.unit.service.house import TEN, House, gone, new_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with new_house(tmp_path) as made:
        yield made


def test_a_plausible_harvest_counts_at_once(house: House) -> None:
    assert house.harvest(*gone("d0", "d1"), document("new"), position=2) == ()
    assert house.present() == 9
    assert house.kinds()[1:] == [["Record"] * 3]
    assert house.differences() == []


def test_an_implausible_harvest_is_logged_and_does_not_count(house: House) -> None:
    [reason] = house.harvest(*gone(*TEN[:5]), document("new"), position=2)
    assert "withdrawn: 5 of 10 records (50.0 %)" in reason
    assert house.kinds()[1:] == [["Hold", *["Record"] * 6]]
    assert house.present() == 10
    assert house.index.checkpoint(SOURCE) == {"Thing": 1}
    assert house.index.log_checkpoint(SOURCE) == {"Thing": 2}
    assert house.index.held_counts(SOURCE) == {"withdrawn": 5, "new": 1}
    assert house.differences() == []


def test_released_it_counts_as_if_it_had_never_been_held(house: House, tmp_path: Path) -> None:
    house.harvest(*gone(*TEN[:5]), document("new"), position=2)
    house.decide("released")
    assert house.present() == 6
    assert house.index.checkpoint(SOURCE) == {"Thing": 2}
    assert house.index.open_hold(SOURCE) is None
    assert house.differences() == []
    free = House(tmp_path / "free")
    log, head = free.archive.log(SOURCE), free.index.applied(SOURCE)
    entries: Sequence[Entry] = [*gone(*TEN[:5]), document("new")]
    segment = log.append(entries, {"Thing": 2}, after=head, harvest=HARVEST, written_at=TIME)
    free.index.apply(segment)
    free.index.refresh()
    assert list(compare(house.path, free.path, ignore_provenance=True)) == []
    free.index.close()


def test_discarded_it_never_counts_and_the_source_is_asked_again(house: House) -> None:
    house.harvest(*gone(*TEN[:5]), document("new"), position=2)
    house.decide("discarded")
    assert house.present() == 10
    assert house.index.checkpoint(SOURCE) == house.journal().position == {"Thing": 1}
    assert house.index.held_counts(SOURCE) == {}
    assert house.differences() == []
    # The source is whole again: its news come in, and nothing that was discarded is in the way.
    assert house.harvest(document("new"), *map(document, TEN), position=3) == ()
    assert house.present() == 11
    assert house.differences() == []
    # The same nonsense again is held again.
    assert house.harvest(*gone(*TEN[:5]), position=4)


def test_too_many_changes_are_held_too(house: House) -> None:
    changed = [document(id_, subject="anders") for id_ in TEN[:5]]
    [reason] = house.harvest(*changed, position=2)
    assert reason.startswith("changed: 5 of 10")
    assert select(house.index, "SELECT count(*) FROM paper WHERE subject = 'anders'") == [(0,)]


def test_too_many_new_records_are_held_too(house: House) -> None:
    house.most_new = Plausible(3, "at most 3 are usual")
    assert house.harvest(*(document(f"n{n}") for n in range(3)), position=2) == ()
    reasons = house.harvest(*(document(f"x{n}") for n in range(4)), position=3)
    assert reasons == ("new: 4 records; at most 3 are usual",)
    assert house.present() == 13


def test_a_first_harvest_is_never_held(tmp_path: Path) -> None:
    house = House(tmp_path / "x")
    assert house.kinds() == [["Decision", *["Record"] * 10]]
    house.index.close()


def test_a_walk_of_many_segments_is_held_from_its_first_change(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "MOST_ENTRIES", 2)
    reasons = house.harvest(*gone(*TEN[:5]), position=2)
    assert reasons
    assert house.kinds()[1:] == [["Hold", "Record", "Record"]] * 1 + [["Record", "Record"]] + [
        ["Hold", "Record"]
    ]
    assert house.present() == 10
    house.decide("released")
    assert house.present() == 5
    assert house.differences() == []


def test_a_long_walk_that_was_plausible_after_all_counts_as_a_whole(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "MOST_ENTRIES", 2)
    assert house.harvest(*gone("d0", "d1"), document("x"), document("y"), position=2) == ()
    assert house.kinds()[1:] == [["Hold", "Record", "Record"], ["Record"] * 2, ["Decision"]]
    assert house.present() == 10
    assert house.differences() == []


def test_a_harvest_that_died_while_held_is_judged_with_the_next(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "MOST_ENTRIES", 2)
    died = house.journal()
    for id_ in TEN[:2]:
        died.take_step(Step("Thing", tuple(gone(id_)), 2))
    hold = house.index.open_hold(SOURCE)
    assert hold is not None
    assert hold.reasons == ()
    assert house.differences() == []
    after = house.journal()
    assert after.position == {"Thing": 2}
    after.take_step(Step("Thing", tuple(gone("d0", "d5")), 3))
    assert after.conclude()  # two before, and one more
    assert house.present() == 10
    house.decide("released")
    assert house.present() == 7
    assert house.differences() == []


def test_what_is_held_and_seen_again_is_not_written_again(house: House) -> None:
    house.harvest(*gone(*TEN[:5]), position=2)
    known = house.index.known(SOURCE, ["Thing/d0", "Thing/d9"])
    assert (known["Thing/d0"][0], known["Thing/d9"][0]) == ("withdrawn", "present")


def test_a_takedown_counts_also_while_something_is_held(house: House) -> None:
    house.harvest(*gone(*TEN[:5]), position=2)
    log = house.archive.log(SOURCE)
    segment = log.append(
        [TakedownEntry(TIME, "court order", "a judge", (), "Thing/d9")],
        house.index.log_checkpoint(SOURCE),
        after=house.index.applied(SOURCE),
        harvest="takedown",
        written_at=TIME,
    )
    house.index.apply(segment, log)
    house.index.refresh()
    assert select(house.index, "SELECT count(*) FROM paper WHERE is_taken_down") == [(1,)]
    assert house.differences() == []
    house.decide("released")
    assert house.index.checkpoint(SOURCE) == {"Thing": 2}
    assert (house.present(), house.differences()) == (5, [])


def test_only_what_waits_can_be_decided_about(house: House) -> None:
    with pytest.raises(HarvestNotFound, match="waiting: none"):
        find_held(house.index, HARVEST)
    house.harvest(*gone(*TEN[:5]), position=2, harvest="20261124T120000Z-testland-beef")
    assert find_held(house.index, SOURCE) == find_held(
        house.index, "20261124T120000Z-testland-beef"
    )
    with pytest.raises(HarvestNotFound, match="beef"):
        find_held(house.index, "another")
    house.decide("discarded")
    with pytest.raises(HarvestNotFound):
        house.decide("released")


def test_a_decision_where_nothing_is_held_means_nothing(house: House) -> None:
    log = house.archive.log(SOURCE)
    segment = log.append(
        [DecisionEntry(TIME, "released", "so", "test"), document("x"), file("x")],
        {"Thing": 2},
        after=house.index.applied(SOURCE),
        harvest=HARVEST,
        written_at=TIME,
    )
    house.index.apply(segment, log)
    assert (house.differences(), house.present()) == ([], 11)


def test_any_life_of_a_log_with_holds_is_rebuilt_the_same(house: House) -> None:
    """By dice: holds, decisions and changes in any order; all indexes agree."""
    dice = random.Random(20)
    log = house.archive.log(SOURCE)
    for step in range(60):
        ids = dice.sample([*TEN, *(f"n{n}" for n in range(10))], 3)
        entries: list[Entry] = [
            withdrawn(id_) if dice.random() < 0.3 else document(id_, subject=f"{step}")
            for id_ in ids
        ]
        first = dice.random()
        if first < 0.2:
            entries.insert(0, HoldEntry(TIME, ("why",) * dice.randrange(2)))
        elif first < 0.4:
            verdict: Verdict = dice.choice(["released", "discarded"])
            entries.insert(0, DecisionEntry(TIME, verdict, "so", "dice"))
        segment = log.append(
            entries, {"Thing": step}, after=house.index.applied(SOURCE),
            harvest=HARVEST, written_at=TIME,
        )  # fmt: skip
        house.index.apply(segment, log)
        if dice.random() < 0.3:
            house.index.refresh()
    assert house.differences() == []


@pytest.mark.parametrize(
    ("changes", "present", "is_held"),
    [
        ({"withdrawn": 101}, 1000, True),
        ({"withdrawn": 100}, 1000, False),
        ({"withdrawn": 101}, 10_000, False),
        ({"changed": 2501}, 10_000, True),
        ({"changed": 2500}, 10_000, False),
        ({"new": 101}, 10, True),
        ({"new": 100}, 10, False),
        ({}, 0, False),
    ],
)
def test_the_share_decides_unless_the_number_is_small(
    changes: dict[str, int], present: int, is_held: bool
) -> None:
    assert bool(judge(changes, present, ExpectSettings(), Plausible(90, "so"))) is is_held


def test_where_too_little_is_known_new_records_are_never_too_many() -> None:
    assert judge({"new": 1_000_000}, 10, ExpectSettings()) == ()


def test_the_error_says_what_to_do() -> None:
    error = HarvestHeld(SOURCE, HARVEST, ("withdrawn: half",))
    assert f"griffie release {HARVEST}" in str(error)
    assert error.exit_code == 3


def test_a_decision_is_about_the_hold_that_was_looked_at(house: House) -> None:
    house.harvest(*gone(*TEN[:5]), position=2)
    looked_at = find_held(house.index, SOURCE)
    house.decide("discarded")
    with pytest.raises(HarvestNotFound, match="meanwhile"):
        house.decide("released", looked_at)
    house.harvest(*gone(*TEN[3:9]), position=2)
    before = house.kinds()
    with pytest.raises(HarvestNotFound, match="meanwhile"):
        house.decide("released", looked_at)
    assert (house.kinds(), house.present()) == (before, 10)
    house.decide("released")
    assert house.present() == 4
    assert house.differences() == []


def test_a_decision_in_the_log_about_another_hold_does_nothing(house: House) -> None:
    house.harvest(*gone(*TEN[:5]), position=2)
    held = find_held(house.index, SOURCE)
    log = house.archive.log(SOURCE)
    for other in (held.segment - 1, held.segment + 1):
        segment = log.append(
            [DecisionEntry(TIME, "released", "so", "somebody", other)],
            {"Thing": 2},
            after=house.index.applied(SOURCE),
            harvest=HARVEST,
            written_at=TIME,
        )
        house.index.apply(segment, log)
        assert house.index.open_hold(SOURCE) is not None
        assert house.present() == 10
    assert house.differences() == []


@pytest.mark.parametrize("dies_after", range(4))
def test_a_release_that_is_broken_off_goes_on_where_it_was(
    house: House, monkeypatch: pytest.MonkeyPatch, dies_after: int
) -> None:
    """Each held segment has a transaction of its own; what it brings counts once."""
    monkeypatch.setattr(journal_module, "MOST_ENTRIES", 2)
    house.harvest(*gone(*TEN[:5]), document("new"), document("d9", subject="anders"), position=2)
    assert len(house.kinds()) == 5
    whole = index_module.apply_held  # type: ignore[attr-defined]
    done: list[Any] = []

    def dying(*args: Any) -> Any:
        if len(done) == dies_after:
            raise KeyboardInterrupt
        done.append(args)
        return whole(*args)

    monkeypatch.setattr(index_module, "apply_held", dying)
    if dies_after < 3:
        with pytest.raises(KeyboardInterrupt):
            house.decide("released")
        hold = house.index.open_hold(SOURCE)
        assert hold is not None
        assert (hold.applied or hold.segment - 1) - hold.segment + 1 == dies_after
    monkeypatch.setattr(index_module, "apply_held", whole)
    house.index.catch_up(house.archive.log(SOURCE))
    if dies_after == 3:
        house.decide("released")
    assert house.present() == 6
    assert select(house.index, "SELECT * FROM held_record") == []
    assert house.differences() == []
