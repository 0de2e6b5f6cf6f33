"""Verifying takes no right to write: on a read-only disk, or as a user who may only read."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from archive.keys import payload_key
from harvester.cli import cli
from harvester.index import FixityLedger, Index
from harvester.times import now
from tests.unit.archive.makers import small_archive

NOBODY = 65534


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that others may read, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="griffie-test-"))
    folder.chmod(0o755)
    small_archive(folder / "archive")
    (folder / "griffie.toml").write_text('archive = "archive"\nindex = "index.sqlite"\n', "utf-8")
    Index.open(folder / "index.sqlite", {}).close()
    yield folder
    for path in (folder, *folder.rglob("*")):
        if path.is_dir():
            path.chmod(0o755)
    shutil.rmtree(folder)


@contextmanager
def only_reading(folder: Path) -> Iterator[None]:
    """Take away the right to write in a folder, also from root."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    user = os.geteuid()
    if user == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if user == 0:
            os.seteuid(0)


@pytest.mark.parametrize("options", [[], ["--budget", "1min", "--older-than", "30d"]])
def test_who_may_only_read_can_verify(place: Path, options: list[str]) -> None:
    with only_reading(place):
        done = CliRunner().invoke(
            cli, ["--config", str(place / "griffie.toml"), "verify", *options],
            standalone_mode=False,
        )  # fmt: skip
    assert done.return_value == 0, done.output
    assert "4 payloads" in done.output
    assert "0 damaged" in done.output
    assert "not remembered" in done.output


def test_earlier_checks_are_known_where_nothing_can_be_noted(place: Path) -> None:
    digests = ["a" * 64, "b" * 64]
    with closing(FixityLedger(place / "index.sqlite", now())) as ledger:
        ledger.note([(payload_key(digests[0]), None)])
    with (
        only_reading(place),
        closing(FixityLedger(place / "index.sqlite", now(), timedelta(days=1))) as ledger,
    ):
        assert ledger.due(digests) == digests[1:]
        ledger.note([(payload_key(digests[1]), None)])
        assert ledger.due(digests) == digests[1:]
        assert ledger.why_forgetful is not None
