"""Signed heads vouch for all that those before them did, whatever the signer's clock said."""

import random
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.errors import LogRewritten
from archive.heads import heads_covering, heads_keys, last_heads, sign_heads, verify_heads
from archive.statements import load_key, new_key
from tests.unit.archive.makers import TIME, digest

KEY = load_key(new_key())
ONE, OTHER = "tweedekamer", "officielepublicaties"
LOG = [digest(f"segment {number}") for number in range(12)]


def at(day: int) -> str:
    return f"2026-11-{day:02}T00:00:00.000Z"


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive.create(tmp_path / "archive", TIME)


@pytest.mark.parametrize("seed", range(8))
def test_machines_that_harvest_one_source_each_forget_nothing_of_the_others(
    archive: Archive, seed: int
) -> None:
    dice = random.Random(seed)
    sizes = {ONE: 0, OTHER: 0}
    for day in range(1, 12):
        source = dice.choice([ONE, OTHER])
        sizes[source] += 1
        known = dice.randint(0, sizes[ONE]) if source == OTHER else sizes[ONE]
        sign_heads(
            archive,
            {source: LOG[: sizes[source]], **({ONE: LOG[:known]} if source == OTHER else {})},
            KEY,
            at(day),
        )
        for each, size in sizes.items():
            assert not size or heads_covering(archive, {each: size}) is not None
    assert list(verify_heads(archive, {each: LOG[:size] for each, size in sizes.items()})) == []


@pytest.mark.parametrize("seed", range(8))
def test_what_a_clock_says_decides_nothing(archive: Archive, seed: int) -> None:
    days = random.Random(seed).sample(range(1, 29), 8)
    made = [
        sign_heads(archive, {ONE: LOG[:size]}, KEY, at(day)) for size, day in enumerate(days, 1)
    ]
    last = last_heads(archive)
    assert last is not None
    assert last.key == made[-1]
    assert len(heads_keys(archive)) == len(days)
    assert list(verify_heads(archive, {ONE: LOG})) == []
    assert heads_covering(archive, {ONE: 3}) == (made[2], archive.store.get(str(made[2])))


def test_a_log_that_was_written_anew_is_not_signed_again(archive: Archive) -> None:
    sign_heads(archive, {ONE: LOG[:4]}, KEY, at(1))
    with pytest.raises(LogRewritten):
        sign_heads(archive, {ONE: [*LOG[:2], digest("forged"), *LOG[3:6]]}, KEY, at(2))
    assert len(heads_keys(archive)) == 1
