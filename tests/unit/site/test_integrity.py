"""A site says in public what was checked, what is signed, and since when a version is provable."""

import asyncio
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.archive import Archive
from archive.checkpoints import (
    keep_cosignatures,
    kept_checkpoint,
    kept_sizes,
    last_checkpoint,
    read_checkpoint,
)
from archive.keys import payload_key
from archive.notes import COSIGNATURE, NoteKey, cosign_note, is_signed
from archive.statements import public_hex
from harvester.index import FixityLedger, Index
from harvester.index.connection import open_readonly
from harvester.site.app import make_site
from harvester.site.queries.papers import segments
from harvester.site.signatures import Signatures
from harvester.times import now
from tests.unit.archive.signed import KEY, OTHER_KEY, SOURCES, grow, sign, signed_archive

WITNESS = NoteKey("example.org/witness", public_hex(OTHER_KEY), COSIGNATURE)
SOURCE = SOURCES[0]


def ask(index: Path, archive: Archive, path: str) -> Any:
    site = make_site(index, archive, witnesses=(WITNESS,))

    async def answer() -> Any:
        return await site.client.get(path)

    return asyncio.run(answer())


@pytest.fixture
def index(tmp_path: Path) -> Path:
    path = tmp_path / "index.sqlite"
    Index.open(path, {}).close()
    return path


def check(index: Path, found: Mapping[str, str | None]) -> None:
    with closing(FixityLedger(index, now())) as ledger:
        ledger.note([(payload_key(name * 64), what) for name, what in found.items()])


def cosign(archive: Archive, log: str) -> None:
    last = last_checkpoint(archive.store, log)
    assert last is not None
    line = cosign_note(last.note.text, WITNESS.name, OTHER_KEY, 1_800_000_000)
    keep_cosignatures(archive.store, log, last, [line])


def test_checks_and_checkpoints_are_public(tmp_path: Path, index: Path) -> None:
    archive = signed_archive(tmp_path / "archive", rounds=2)
    cosign(archive, SOURCE)
    grow(archive, 3)
    check(index, {"a": None, "b": "is missing"})
    told = ask(index, archive, "/-/integrity.json").json()
    assert told["files_checked_in_30_days"] == 2
    assert [failure["what"] for failure in told["failures"]] == ["is missing"]
    assert told["keys"] == [public_hex(KEY)]
    assert list(told["logs"]) == [*sorted(SOURCES), "_objects"]
    one = told["logs"][SOURCE]
    signed = read_checkpoint(one["note"].encode())
    assert is_signed(signed.note, NoteKey.parse(one["verifier_key"]))
    assert one["last"]["lines"] == signed.checkpoint.size == 8
    assert [cosigned["name"] for cosigned in one["last"]["cosigned"]] == [WITNESS.name]


def test_the_page_says_what_the_data_says(tmp_path: Path, index: Path) -> None:
    archive = signed_archive(tmp_path / "archive", rounds=1)
    cosign(archive, SOURCE)
    check(index, {"a": None})
    page = ask(index, archive, "/-/integrity?_lang=en")
    assert "script-src" not in page.headers["content-security-policy"]
    for told in ("every file matches its digest", public_hex(KEY), WITNESS.name, str(WITNESS)):
        assert told in page.text
    check(index, {"b": "is <missing>"})
    assert "is &lt;missing&gt;" in ask(index, archive, "/-/integrity?_lang=nl").text


def test_an_archive_that_nobody_signed_says_so(tmp_path: Path, index: Path) -> None:
    archive = Archive.create(tmp_path / "archive", "2026-11-23T20:15:09.120Z")
    told = ask(index, archive, "/-/integrity.json").json()
    assert (told["keys"], told["logs"], told["last_check_at"]) == ([], {}, None)
    assert "This archive is not signed" in ask(index, archive, "/-/integrity?_lang=en").text


def test_damaged_evidence_is_told_and_breaks_no_page(tmp_path: Path, index: Path) -> None:
    archive = signed_archive(tmp_path / "archive", rounds=1)
    archive.store.erase("evidence/keys/0001.json")
    archive.store.put_new("evidence/keys/0001.json", b"no key")
    assert "0001.json" in ask(index, archive, "/-/integrity.json").json()["damage"]
    assert "cannot be read" in ask(index, archive, "/-/integrity?_lang=en").text
    assert Signatures(archive).provable({(SOURCE, 1): 1}) == {}


def test_a_version_is_provable_since_the_first_checkpoint_over_it(tmp_path: Path) -> None:
    archive = signed_archive(tmp_path / "archive", rounds=4)
    grow(archive, 5)
    found = Signatures(archive).provable({(SOURCE, n): n for n in range(1, 6)})
    assert {n: one.since for (_, n), one in found.items()} == {
        n: f"2026-11-{n:02}T00:00:00.000Z" for n in range(1, 5)
    }
    assert {one.signed_by for one in found.values()} == {public_hex(KEY)}
    sign(archive)
    cosign(archive, SOURCE)
    found = Signatures(archive, (WITNESS,)).provable({(SOURCE, n): n for n in range(1, 6)})
    assert all(one.cosigned for one in found.values()), "who cosigns later vouches for all before"
    assert len(found) == 5
    sizes = kept_sizes(archive.store, SOURCE)
    [line] = kept_checkpoint(archive.store, SOURCE, sizes[0]).note.signatures
    shown = archive.store.get(found[SOURCE, 1].checkpoint.removeprefix("/archive/"))
    assert str(line) in shown.decode()


def test_who_does_not_count_proves_nothing(tmp_path: Path) -> None:
    archive = signed_archive(tmp_path / "archive", rounds=1)
    [size] = kept_sizes(archive.store, SOURCE)
    key = f"evidence/{SOURCE}/checkpoints/{size:012}"
    data = archive.store.get(key)
    archive.store.erase(key)
    archive.store.put_new(key, data.replace(b"2026-11-01", b"2020-11-01"))
    assert Signatures(archive).provable({(SOURCE, 1): 1}) == {}


def test_the_questions_fit_the_index(index: Path) -> None:
    with closing(open_readonly(index)) as connection:
        assert segments(connection, "kst-1") == {}
