"""A site says in public what was checked, what is signed, and since when a version is provable."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from archive.archive import Archive
from archive.checkpoints import read_checkpoint
from archive.keys import payload_key
from archive.notes import NoteKey, is_signed
from archive.statements import public_hex
from harvester.index import FixityLedger, Index
from harvester.site.app import make_site
from harvester.times import now
from tests.unit.archive.signed import KEY, SOURCES, grow, signed_archive


def ask(index: Path, archive: Archive, path: str) -> Any:
    site = make_site(index, archive)

    async def answer() -> Any:
        return await site.client.get(path)

    return asyncio.run(answer())


def test_checks_and_checkpoints_are_public(tmp_path: Path) -> None:
    archive = signed_archive(tmp_path / "archive", rounds=2)
    grow(archive, 3)
    index = tmp_path / "index.sqlite"
    Index.open(index, {}).close()
    with closing(FixityLedger(index, now())) as ledger:
        ledger.note([(payload_key("a" * 64), None), (payload_key("b" * 64), "is missing")])
    told = ask(index, archive, "/-/integrity").json()
    assert told["files_checked_in_30_days"] == 2
    assert [failure["what"] for failure in told["failures"]] == ["is missing"]
    assert told["keys"] == [public_hex(KEY)]
    assert set(told["checkpoints"]) == {*SOURCES, "_objects"}
    one = told["checkpoints"][SOURCES[0]]
    signed = read_checkpoint(one["note"].encode())
    assert is_signed(signed.note, NoteKey(one["origin"], public_hex(KEY)))
    assert one["lines"] == signed.checkpoint.size == 8


def test_an_archive_that_nobody_signed_says_so(tmp_path: Path) -> None:
    archive = Archive.create(tmp_path / "archive", "2026-11-23T20:15:09.120Z")
    Index.open(tmp_path / "index.sqlite", {}).close()
    told = ask(tmp_path / "index.sqlite", archive, "/-/integrity").json()
    assert (told["keys"], told["checkpoints"], told["last_check_at"]) == ([], {}, None)
    assert ask(tmp_path / "index.sqlite", archive, "/-/integrity/kst-1").status_code == 404


def test_the_questions_fit_the_index(tmp_path: Path) -> None:
    from harvester.site.pages.integrity import _VERSIONS

    Index.open(tmp_path / "index.sqlite", {}).close()
    with closing(sqlite3.connect(tmp_path / "index.sqlite")) as connection:
        assert connection.execute(_VERSIONS, {"paper": "kst-1"}).fetchall() == []
