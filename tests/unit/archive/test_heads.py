"""Signed heads, the old form of signatures, are in the order of their chain, not of a clock."""

import random
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.heads import heads_keys, last_heads, verify_heads
from archive.statements import load_key, new_key
from tests.unit.archive.makers import TIME, digest
from tests.unit.archive.old_form import sign_heads

KEY = load_key(new_key())
ONE = "tweedekamer"
LOG = [digest(f"segment {number}") for number in range(12)]


def at(day: int) -> str:
    return f"2026-11-{day:02}T00:00:00.000Z"


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive.create(tmp_path / "archive", TIME)


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
