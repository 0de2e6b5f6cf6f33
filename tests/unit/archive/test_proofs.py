"""The old form of signatures, timestamps and proofs: it holds, and no changed byte is missed."""

import base64
import hashlib
import json
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import timestamps, tree
from archive.archive import Archive
from archive.entries import PayloadEntry, RecordEntry
from archive.errors import DocumentDamaged
from archive.evidence import Trust
from archive.fixity import verify
from archive.heads import check_last, heads_keys, last_heads, read_heads, stamp_key, verify_heads
from archive.proofs import read_proof
from archive.signing import Signing
from archive.statements import load_key, new_key, public_hex, public_pem, read_statement, sign
from tests.unit.archive.authority import Authority
from tests.unit.archive.makers import TIME, append, digest, record, small_archive
from tests.unit.archive.old_form import make_proof, path_of, sign_heads

SOURCE = "tweedekamer"
SEGMENTS = 11
CHANGES = 700
PAGE = Path(__file__).parents[3] / "archive" / "PROOFS.md"
CAPTURE = Path(__file__).parents[2] / "captures" / "old_signatures"
PEM = new_key()
KEY = load_key(PEM)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.make(tmp_path_factory.mktemp("authority") / "tsa")


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return small_archive(tmp_path / "archive", SEGMENTS)


def digests(archive: Archive) -> dict[str, list[str]]:
    return {SOURCE: [segment.sha256 for segment in archive.log(SOURCE).read()]}


def changed(content: bytes, dice: random.Random) -> bytes:
    place = dice.randrange(len(content))
    return content[:place] + bytes([content[place] ^ dice.randrange(1, 256)]) + content[place + 1 :]


# The tree ----------------------------------------------------------------------------------------


@given(st.integers(1, 70), st.data())
def test_a_path_leads_from_each_segment_to_the_root(size: int, data: st.DataObject) -> None:
    log = [digest(str(number)) for number in range(size)]
    root = tree.root_of(log)
    assert list(tree.roots_of(log))[-1] == root
    place = data.draw(st.integers(0, size - 1))
    path = path_of(log, place)
    assert len(path) <= (size - 1).bit_length()
    assert tree.root_along(log[place], place, size, path) == root
    other = data.draw(st.integers(0, size - 1))
    if other != place:
        assert tree.root_along(log[place], other, size, path) != root
        assert tree.root_along(log[other], place, size, path) != root
    assert tree.root_along(log[place], place, size, [*path, root]) is None
    assert tree.root_along(log[place], size, size, path) is None


def test_the_roots_are_those_of_the_standard() -> None:
    # The tree of RFC 9162, section 2.1.5, over seven leaves, put together by hand.
    log = [digest(str(number)) for number in range(7)]
    a, b, c, d, e, f, j = map(tree.leaf_of, log)

    def node(*two: bytes) -> bytes:
        return hashlib.sha256(b"\x01" + b"".join(two)).digest()

    k, i = node(node(a, b), node(c, d)), node(e, f)
    assert tree.root_of(log) == node(k, node(i, j)).hex()
    assert path_of(log, 3) == [c.hex(), node(a, b).hex(), node(i, j).hex()]
    assert path_of(log, 6) == [i.hex(), k.hex()]
    assert list(tree.roots_of(log)) == [tree.root_of(log[:size]) for size in range(1, 8)]


# Signatures --------------------------------------------------------------------------------------


def test_a_signature_holds_for_this_document_and_key_alone() -> None:
    data = sign({"a": 1, "b": "é"}, KEY)
    statement = read_statement(data)
    assert statement.document == {"a": 1, "b": "é"}
    assert statement.key == public_hex(KEY)
    dice = random.Random(1)
    for _ in range(CHANGES):
        with pytest.raises(ValueError, match=r".+"):
            read_statement(changed(data, dice))


def test_what_is_no_key_is_refused() -> None:
    with pytest.raises(ValueError, match=r".+"):
        load_key(b"no key")
    with pytest.raises(ValueError, match=r".+"):
        load_key(public_pem(public_hex(KEY)))


def test_heads_follow_each_other(archive: Archive) -> None:
    first = sign_heads(archive, digests(archive), KEY, TIME)
    append(archive.log(SOURCE), [record(99)], archive.log(SOURCE).head())
    second = sign_heads(archive, digests(archive), KEY, TIME)
    assert heads_keys(archive) == [first, second]
    found = [read_heads(archive.store.get(key)) for key in heads_keys(archive)]
    assert [heads.logs[SOURCE].head.sequence for heads in found] == [SEGMENTS, SEGMENTS + 1]
    assert found[1].previous == hashlib.sha256(archive.store.get(first)).hexdigest()
    assert list(verify_heads(archive, digests(archive), key=public_hex(KEY))) == []


def test_signed_heads_that_are_damaged_are_told(archive: Archive, tmp_path: Path) -> None:
    key = sign_heads(archive, digests(archive), KEY, TIME)
    path = tmp_path / "archive" / key
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(TIME.encode(), b"2020-11-23T20:15:09.120Z"))
    [finding] = verify_heads(archive, digests(archive))
    assert finding.object_key == key
    with pytest.raises(DocumentDamaged, match="signature"):
        last_heads(archive)


@pytest.mark.parametrize("change", ["shorter", "other", "first other", "key", "unchained"])
def test_heads_that_the_log_does_not_bear_out_are_found(
    archive: Archive, tmp_path: Path, change: str
) -> None:
    log = digests(archive)
    early = {SOURCE: log[SOURCE][:4]}
    sign_heads(archive, early, KEY, TIME)
    sign_heads(archive, log, KEY, "2026-11-24T00:00:00.000Z")
    key = public_hex(KEY)
    if change == "shorter":
        log[SOURCE].pop()
    elif change == "other":
        log[SOURCE][-1] = digest("other")
    elif change == "first other":
        log[SOURCE][0] = digest("other")
    elif change == "key":
        key = public_hex(load_key(new_key()))
    else:
        append(archive.log(SOURCE), [record(99)], archive.log(SOURCE).head())
        log = digests(archive)
        sign_heads(archive, log, KEY, "2026-11-25T00:00:00.000Z")
        (tmp_path / "archive" / heads_keys(archive)[1]).unlink()
    assert list(verify_heads(archive, log, key=key))


# Timestamps --------------------------------------------------------------------------------------


def test_a_timestamp_is_checked_offline(archive: Archive, authority: Authority) -> None:
    key = sign_heads(archive, digests(archive), KEY, TIME, authority.answer)
    stored, data = archive.store.get(stamp_key(key)), archive.store.get(key)
    assert timestamps.check(stored, data, authority.roots).startswith("20")
    assert list(verify_heads(archive, digests(archive), roots=authority.roots)) == []
    with pytest.raises(ValueError, match="something else"):
        timestamps.check(stored, data + b" ", authority.roots)
    dice = random.Random(2)
    for _ in range(CHANGES // 4):
        with pytest.raises(ValueError, match=r".+"):
            timestamps.check(changed(stored, dice), data, authority.roots)


def test_a_timestamp_of_nobody_who_is_trusted_is_refused(
    archive: Archive, authority: Authority, tmp_path: Path
) -> None:
    sign_heads(archive, digests(archive), KEY, TIME, authority.answer)
    other = Authority.make(tmp_path / "other")
    [finding] = verify_heads(archive, digests(archive), roots=other.roots)
    assert "not one of those that are trusted" in finding.what


def test_what_is_no_timestamp_is_not_kept(archive: Archive, authority: Authority) -> None:
    for answer in (lambda _: b"sorry", lambda _: authority.answer(timestamps.request_for(b"x"))):
        with pytest.raises(ValueError, match="timestamp"):
            sign_heads(archive, digests(archive), load_key(new_key()), TIME, answer)


# Proofs ------------------------------------------------------------------------------------------


def proof_of(archive: Archive, *segments: int, lines: Sequence[int] = (2, 5)) -> bytes:
    wanted = {(SOURCE, sequence): lines for sequence in segments}
    return make_proof(archive, "a paper", wanted, digests(archive))


@pytest.mark.parametrize("segments", [(1,), (SEGMENTS,), (3, 7)])
def test_a_proof_shows_its_entries(archive: Archive, segments: tuple[int, ...]) -> None:
    sign_heads(archive, digests(archive), KEY, TIME)
    proof = read_proof(proof_of(archive, *segments), key=public_hex(KEY))
    assert [(s.sequence, s.line) for s in proof.entries] == [
        (segment, line) for segment in segments for line in (2, 5)
    ]
    first, second = proof.entries[0].entry, proof.entries[1].entry
    assert isinstance(first, RecordEntry)
    assert first.id == f"Document/{segments[0] * 10}"
    assert isinstance(second, PayloadEntry)
    assert second.sha256 == digest(f"%PDF-1.7 paper {segments[0]} ".encode() * 20)


def test_no_changed_byte_of_a_proof_is_missed(archive: Archive, authority: Authority) -> None:
    sign_heads(archive, digests(archive), KEY, TIME, authority.answer)
    proof = proof_of(archive, 3)
    assert read_proof(proof, roots=authority.roots).stamped_at
    dice = random.Random(3)
    for _ in range(CHANGES):
        with pytest.raises(ValueError, match=r".+"):
            read_proof(changed(proof, dice))


@pytest.mark.parametrize("lie", ["sequence", "path", "data", "heads", "lines", "key", "source"])
def test_a_proof_that_was_sealed_anew_does_not_hold(archive: Archive, lie: str) -> None:
    from archive import canonical

    sign_heads(archive, digests(archive), KEY, TIME)
    said = json.loads(proof_of(archive, 3))
    segment = said["segments"][0]
    key = None
    if lie == "sequence":
        segment["sequence"] = 4
    elif lie == "path":
        segment["path"][0] = digest("other")
    elif lie == "data":
        other = archive.store.get(f"log/{SOURCE}/0000000004.jsonl.gz")
        segment["data"] = base64.b64encode(other).decode()
    elif lie == "heads":
        said["heads"] = said["heads"].replace(TIME, "2020-11-23T20:15:09.120Z")
    elif lie == "lines":
        segment["lines"] = [99]
    elif lie == "source":
        segment["source"] = "elsewhere"
    else:
        key = public_hex(load_key(new_key()))
    with pytest.raises(ValueError, match=r".+"):
        read_proof(canonical.seal(said), key=key)


# What PROOFS.md says -----------------------------------------------------------------------------


def checked(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    [_, script] = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    (folder / "check.py").write_text(script)
    command = [sys.executable, "check.py", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_a_stranger_can_check_a_proof_without_griffie(
    archive: Archive, authority: Authority, tmp_path: Path
) -> None:
    sign_heads(archive, digests(archive), KEY, TIME, authority.answer)
    proof = proof_of(archive, 7)
    (tmp_path / "proof.json").write_bytes(proof)
    (tmp_path / "file").write_bytes(b"%PDF-1.7 paper 7 " * 20)
    said = checked(tmp_path, "proof.json", "file")
    assert said.returncode == 0, said.stderr
    assert json.loads(said.stdout.split("\n")[0])["id"] == "Document/70"
    assert public_hex(KEY) in said.stdout
    verify = "openssl ts -verify -data heads.json -in heads.tsr -CAfile"
    subprocess.run(
        [*verify.split(), str(authority.folder / "root.pem")],
        cwd=tmp_path, check=True, capture_output=True,
    )  # fmt: skip
    (tmp_path / "file").write_bytes(b"another")
    assert "no file of these" in checked(tmp_path, "proof.json", "file").stderr
    forged = json.loads(proof)
    forged["heads"] = forged["heads"].replace(TIME, "2020-11-23T20:15:09.120Z")
    forged.pop("sha256")
    plain = json.dumps(forged, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    forged["sha256"] = hashlib.sha256(plain).hexdigest()
    (tmp_path / "forged.json").write_text(json.dumps(forged))
    assert "the signature" in checked(tmp_path, "forged.json").stderr


# What Griffie wrote then -------------------------------------------------------------------------


def test_an_archive_of_then_and_a_proof_from_it_hold_still(tmp_path: Path) -> None:
    shutil.copytree(CAPTURE / "archive", tmp_path / "archive")
    archive = Archive.open(tmp_path / "archive")
    key, roots = (CAPTURE / "key").read_text().strip(), (CAPTURE / "authority.pem").read_bytes()
    log = digests(archive)
    assert len(heads_keys(archive)) == 2
    assert list(verify_heads(archive, log, roots=roots, key=key)) == []
    found = check_last(archive, log, key)
    assert found is not None
    assert found.logs[SOURCE].head.sequence == 3
    data = (CAPTURE / "proof.json").read_bytes()
    proof = read_proof(data, key=key, roots=roots)
    assert proof.about == "a letter"
    assert [(shown.sequence, shown.line) for shown in proof.entries] == [(2, 2), (2, 5), (3, 3)]
    assert proof.stamped_at is not None
    (tmp_path / "proof.json").write_bytes(data)
    assert checked(tmp_path, "proof.json").returncode == 0


def test_an_archive_that_was_signed_then_is_signed_on_in_the_new_form(tmp_path: Path) -> None:
    shutil.copytree(CAPTURE / "archive", tmp_path / "archive")
    archive = Archive.open(tmp_path / "archive")
    assert Signing(archive, KEY, TIME).sign(all_objects=True)
    report = verify(archive, trust=Trust(public_hex(KEY)), workers=1)
    assert report.findings == ()
    assert list(verify_heads(archive, digests(archive))) == []
