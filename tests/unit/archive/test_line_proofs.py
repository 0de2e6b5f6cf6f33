"""Proofs of single lines: they hold, they are small, and no changed byte or lie is missed."""

import json
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from archive import canonical
from archive.archive import Archive
from archive.checkpoints import kept_checkpoint, kept_sizes
from archive.entries import PayloadEntry, RecordEntry
from archive.evidence import Trust
from archive.line_proofs import (
    LineProof,
    NotSigned,
    Place,
    covering,
    make_line_proof,
    read_line_proof,
)
from archive.statements import public_hex
from harvester.snapshot.proof_page import proof_page, read_page
from tests.unit.archive.makers import digest
from tests.unit.archive.signed import KEY, OTHER_KEY, changed, grow, sign, signed_archive

SOURCE = "tweedekamer"
PUBLIC = public_hex(KEY)
LINES = 4
"""Of each segment of these archives: header, record, file, footer."""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return signed_archive(tmp_path_factory.mktemp("signed") / "archive", rounds=5)


def place(sequence: int, line: int) -> Place:
    return Place(SOURCE, sequence, line, (sequence - 1) * LINES)


def proof_of(archive: Archive, sequence: int) -> bytes:
    return make_line_proof(archive, "a letter", [place(sequence, 2), place(sequence, 3)])


@pytest.mark.parametrize("sequence", range(1, 6))
def test_a_proof_shows_a_record_and_its_file(archive: Archive, sequence: int) -> None:
    proof = read_line_proof(proof_of(archive, sequence), Trust(PUBLIC))
    record, file = (shown.entry for shown in proof.entries)
    assert isinstance(record, RecordEntry)
    assert record.id == f"Document/{sequence}"
    assert isinstance(file, PayloadEntry)
    assert file.sha256 == digest(f"%PDF-1.7 {SOURCE} {sequence} ".encode() * 20)
    checkpoint = proof.checkpoints[SOURCE].checkpoint
    assert checkpoint.size == sequence * LINES, "the oldest that covers it"
    assert checkpoint.time == f"2026-11-{sequence:02}T00:00:00.000Z"


def test_what_nobody_signed_is_not_proved(tmp_path: Path) -> None:
    archive = signed_archive(tmp_path / "archive", rounds=1)
    grow(archive, 2)
    with pytest.raises(NotSigned):
        proof_of(archive, 2)
    assert covering(archive, SOURCE, LINES) is None
    sign(archive)
    assert covering(archive, SOURCE, LINES) == kept_checkpoint(archive.store, SOURCE, 2 * LINES)
    assert kept_sizes(archive.store, SOURCE) == [LINES, 2 * LINES]


def test_no_changed_byte_is_missed(archive: Archive) -> None:
    proof = proof_of(archive, 2)
    dice = random.Random(4)
    for _ in range(300):
        with pytest.raises(ValueError, match=r".*"):
            read_line_proof(changed(proof, dice), Trust(PUBLIC))


def resealed(proof: bytes, lie: str) -> bytes:
    said = json.loads(proof)
    entry = said["entries"][0]
    if lie == "text":
        entry["text"] = entry["text"].replace("Motie", "Leugen")
    elif lie == "index":
        entry["proof"] = entry["proof"].replace("index 5", "index 6")
    elif lie == "source":
        entry["source"] = "officielepublicaties"
    elif lie == "size":
        said["checkpoints"][SOURCE] = said["checkpoints"][SOURCE].replace("\n8\n", "\n9\n")
    elif lie == "key":
        said["key"] = public_hex(OTHER_KEY)
    elif lie == "log":
        said["checkpoints"]["other"] = said["checkpoints"].pop(SOURCE)
        for one in said["entries"]:
            one["source"] = "other"
    elif lie == "none":
        said["entries"] = []
    return canonical.seal(said)


@pytest.mark.parametrize("lie", ["text", "index", "source", "size", "key", "log", "none"])
def test_a_proof_that_was_sealed_anew_does_not_hold(archive: Archive, lie: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_line_proof(resealed(proof_of(archive, 2), lie), Trust())


def test_another_key_is_not_taken_for_the_operators(archive: Archive) -> None:
    with pytest.raises(ValueError, match="key"):
        read_line_proof(proof_of(archive, 2), Trust(public_hex(OTHER_KEY)))


def test_a_page_holds_its_proof_whatever_the_words(archive: Archive) -> None:
    hostile = '</script><script>alert(1)</script>"&\u2028'
    proof = make_line_proof(archive, hostile, [place(1, 2), place(1, 3)])
    read: LineProof = read_line_proof(proof, Trust())
    page = proof_page(proof, read)
    assert read_page(page) == proof
    assert page.count(b"<script") == 1
    assert page.count(b"</script") == 1
    assert not re.search(rb"(src|href|srcset|action)\s*=|url\(|@import", page), "all is in it"
    assert read_page(b"<p>no proof</p>") is None


def test_a_stranger_can_check_a_proof_without_griffie(archive: Archive, tmp_path: Path) -> None:
    page = (Path(__file__).parents[3] / "archive" / "PROOFS.md").read_text(encoding="utf-8")
    script, _ = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (tmp_path / "check.py").write_text(script, encoding="utf-8")
    (tmp_path / "file").write_bytes(f"%PDF-1.7 {SOURCE} 3 ".encode() * 20)

    def check(proof: bytes) -> "subprocess.CompletedProcess[str]":
        (tmp_path / "proof.json").write_bytes(proof)
        command = [sys.executable, "check.py", "proof.json", "file"]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    said = check(proof_of(archive, 3))
    assert said.returncode == 0, said.stderr
    assert PUBLIC in said.stdout
    assert "no file of these" in check(proof_of(archive, 2)).stderr
    for lie in ("text", "index", "size", "key"):
        assert check(resealed(proof_of(archive, 2), lie)).returncode == 1


def test_a_proof_in_a_log_of_millions_of_lines_is_small(tmp_path: Path) -> None:
    from archive.checkpoints import Checkpoint, kept_key, log_place, origin_of
    from archive.merkle import leaf_hashes
    from archive.mutable import replace
    from archive.notes import COSIGNATURE, Note, NoteKey, cosign_note, sign_note
    from archive.tiles import Growing, put_tile

    archive = signed_archive(tmp_path / "archive", rounds=1)
    store, growing = archive.store, Growing()
    # The archive's own lines, and millions that stand for the rest: they are hashes alone.
    lines = canonical.unpack(store.get(f"log/{SOURCE}/0000000001.jsonl.gz")).split(b"\n")[:-1]
    store.erase(f"{log_place(SOURCE)}tile/0/000.p/{LINES}")
    rest = leaf_hashes([b"x"])
    kept: dict[str, bytes] = {}
    for tile, data in growing.add(leaf_hashes(lines) + rest * 300_000):
        kept[tile.path] = data
    for tile, data in (*growing.edge(),):
        kept[tile.path] = data
    for path, data in kept.items():
        if "/0/" not in path or (path.endswith("/000") and "x" not in path) or ".p/" in path:
            put_tile(store, f"{log_place(SOURCE)}{path}", data)
    origin = origin_of(archive, SOURCE)
    told = ("time 2026-11-30T00:00:00.000Z", f"segment 12345678 {'a' * 64}")
    checkpoint = Checkpoint(origin, growing.size, growing.root(), told)
    witnesses = [NoteKey(f"griffie-witness/{n}" + 16 * "a", public_hex(OTHER_KEY), COSIGNATURE)
                 for n in range(2)]  # fmt: skip
    note = Note(
        checkpoint.text,
        (sign_note(checkpoint.text, origin, KEY),
         *(cosign_note(checkpoint.text, witness.name, OTHER_KEY, 1_800_000_000)
           for witness in witnesses)),
    )  # fmt: skip
    store.erase(kept_key(SOURCE, LINES))
    store.put_new(kept_key(SOURCE, growing.size), str(note).encode())
    replace(store, f"{log_place(SOURCE)}checkpoint", str(note).encode())
    proof = proof_of(archive, 1)
    read = read_line_proof(proof, Trust(PUBLIC, witnesses=tuple(witnesses), needed=2))
    texts = sum(len(json.dumps(one["text"])) for one in json.loads(proof)["entries"])
    longer = 2 * 5 * 48  # a log of 7.3 million lines has five levels more
    assert len(proof) - texts + longer <= 4096
    assert read.witnessed_at[SOURCE] == [1_800_000_000] * 2
