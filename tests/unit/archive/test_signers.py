"""Keys hand over to each other, and witnesses see that a log only grew."""

from pathlib import Path

import pytest

from archive.archive import Archive
from archive.checkpoints import keep_cosignatures, kept_checkpoint, last_checkpoint
from archive.copying import open_copy
from archive.errors import LogForked, SignatureMissing
from archive.evidence import Trust
from archive.fixity import verify
from archive.following import follow_log
from archive.memory import Memory
from archive.notes import COSIGNATURE, NoteKey, cosign_note, is_signed
from archive.signed_origin import read_signed_origin, vouched_texts
from archive.signers import name_signer, read_signers
from archive.signing import Signing
from archive.statements import public_hex
from archive.stores.local import LocalStore
from tests.unit.archive.makers import TIME
from tests.unit.archive.signed import KEY, OTHER_KEY, SOURCES, grow, sign, signed_archive

PUBLIC, NEXT = public_hex(KEY), public_hex(OTHER_KEY)


def hand_over(archive: Archive) -> None:
    signers = read_signers(archive.store)
    assert signers is not None
    sizes = {}
    for log in (*SOURCES, "_objects"):
        last = last_checkpoint(archive.store, log)
        assert last is not None
        sizes[log] = last.checkpoint.size
    name_signer(archive, signers, KEY, OTHER_KEY, sizes)


def found(archive: Archive, trust: Trust) -> list[str]:
    return [finding.what for finding in verify(archive, trust=trust, workers=1).findings]


def test_a_key_hands_over_to_the_next(tmp_path: Path) -> None:
    archive = signed_archive(tmp_path / "archive", rounds=2)
    hand_over(archive)
    grow(archive, 3)
    with pytest.raises(SignatureMissing):
        sign(archive)
    Signing(archive, OTHER_KEY, TIME).sign(archive.unsigned)
    for key in (PUBLIC, NEXT, None):
        assert found(archive, Trust(key)) == []
    assert found(archive, Trust("0" * 64))


def test_what_a_replaced_key_signs_counts_no_more(tmp_path: Path) -> None:
    archive = signed_archive(tmp_path / "archive", rounds=2)
    thief = Archive.open(tmp_path / "archive")
    hand_over(archive)
    statement = archive.store.get("evidence/keys/0002.json")
    archive.store.erase("evidence/keys/0002.json")
    grow(thief, 3)
    sign(thief)
    archive.store.put_new("evidence/keys/0002.json", statement)
    assert any("key that counts" in what for what in found(archive, Trust(NEXT)))


def test_nobody_names_himself_the_next_key(tmp_path: Path) -> None:
    archive = signed_archive(tmp_path / "archive", rounds=1)
    name_signer(archive, read_signers(archive.store), OTHER_KEY, OTHER_KEY, {})
    assert any("another key" in what for what in found(archive, Trust()))


# Following ---------------------------------------------------------------------------------------


def follow(origin: Archive, copy: Archive, trust: Trust) -> Memory:
    """Take what is signed, as a follower does."""
    signed = read_signed_origin(origin, copy, trust, origin.sources())
    assert signed is not None
    for source in origin.sources():
        log = signed.logs.get(source)
        if log is not None:
            list(follow_log(origin, copy, source, signed=log))
    assert signed.bring()
    return trust.memory.with_seen(signed.signers.keys[0].key, signed.seen)


def copy_of(origin: Archive, folder: Path) -> Archive:
    return open_copy(origin, LocalStore.create(folder))


def test_a_follower_takes_what_is_signed_and_nothing_else(tmp_path: Path) -> None:
    origin = signed_archive(tmp_path / "origin", rounds=3)
    copy = copy_of(origin, tmp_path / "copy")
    grow(origin, 4)  # not signed yet
    memory = follow(origin, copy, Trust(PUBLIC))
    assert [copy.log(source).head() for source in SOURCES] == [
        next(iter(s.head for s in origin.log(source).read() if s.sequence == 3))
        for source in SOURCES
    ]
    assert found_in_copy(copy, Trust(PUBLIC)) == []
    sign(origin)
    memory = follow(origin, copy, Trust(PUBLIC, memory=memory))
    assert [copy.log(source).head() for source in SOURCES] == [
        origin.log(source).head() for source in SOURCES
    ]
    assert found_in_copy(copy, Trust(PUBLIC, memory=memory)) == []


def found_in_copy(copy: Archive, trust: Trust) -> list[str]:
    report = verify(copy, trust=trust, workers=1, is_copy=True, payloads=False)
    return [finding.what for finding in report.findings]


def test_as_many_witnesses_are_demanded_as_are_asked_for(tmp_path: Path) -> None:
    archive = signed_archive(tmp_path / "archive", rounds=2)
    witness = NoteKey("example.org/witness", NEXT, COSIGNATURE)
    stranger = NoteKey("example.org/stranger", NEXT, COSIGNATURE)
    asked = Trust(PUBLIC, witnesses=(witness, stranger), needed=1)
    assert len(found(archive, asked)) == 3
    for log in (*SOURCES, "_objects"):
        last = last_checkpoint(archive.store, log)
        assert last is not None
        line = cosign_note(last.note.text, witness.name, OTHER_KEY, 1_800_000_000)
        keep_cosignatures(archive.store, log, last, [line])
    assert found(archive, asked) == []
    assert len(found(archive, asked._replace(needed=2))) == 3
    grow(archive, 3)
    sign(archive)
    assert len(found(archive, asked)) == 2, "the last checkpoints are not witnessed yet"


def test_a_copy_keeps_what_its_own_witness_signed_beside_that_of_others(tmp_path: Path) -> None:
    origin = signed_archive(tmp_path / "origin", rounds=2)
    copy = copy_of(origin, tmp_path / "copy")
    memory = follow(origin, copy, Trust(PUBLIC))
    witnesses = [NoteKey(f"example.org/{name}", NEXT, COSIGNATURE) for name in ("mine", "theirs")]
    for archive, witness in zip((copy, origin), witnesses, strict=True):
        for log in (*SOURCES, "_objects"):
            last = last_checkpoint(archive.store, log)
            assert last is not None
            line = cosign_note(last.note.text, witness.name, OTHER_KEY, 1_800_000_000)
            keep_cosignatures(archive.store, log, last, [line])
    for number in (3, 4):
        for _ in range(2):
            memory = follow(origin, copy, Trust(PUBLIC, memory=memory))
            assert found_in_copy(copy, Trust(PUBLIC, memory=memory)) == []
        kept = kept_checkpoint(copy.store, SOURCES[0], 8)
        assert all(is_signed(kept.note, witness) for witness in witnesses)
        grow(origin, number)
        Signing(origin, KEY, TIME).sign(origin.unsigned, all_objects=True)


def test_texts_of_an_origin_are_those_that_were_signed(tmp_path: Path) -> None:
    origin = signed_archive(tmp_path / "origin", rounds=3)
    copy = copy_of(origin, tmp_path / "copy")
    assert vouched_texts(copy) is None
    follow(origin, copy, Trust(PUBLIC))
    is_vouched = vouched_texts(copy)
    assert is_vouched is not None
    for info in origin.store.list("texts/"):
        data = origin.store.get(info.key)
        assert is_vouched(info.key, data)
        assert not is_vouched(info.key, data + b"x")
        assert not is_vouched(f"{info.key}x", data)


def test_two_histories_with_one_key_are_refused_and_kept(tmp_path: Path) -> None:
    origin = signed_archive(tmp_path / "origin", rounds=2)
    other = Archive.open(tmp_path / "origin")
    copy = copy_of(origin, tmp_path / "copy")
    memory = follow(origin, copy, Trust(PUBLIC))
    for source in SOURCES:
        origin.store.erase(f"log/{source}/0000000002.jsonl.gz")
    for info in [*origin.store.list("evidence/")]:
        if "/keys/" not in info.key:
            origin.store.erase(info.key)
    for number in (7, 8, 9):
        grow(other, number)
    Signing(other, KEY, TIME).sign(all_objects=True)
    before = list(copy.store.list("log/"))
    with pytest.raises(LogForked) as refused:
        follow(other, copy, Trust(memory=memory))
    assert list(copy.store.list("log/")) == before
    assert len(refused.value.keys) == 2
    assert all(copy.store.exists(key) for key in refused.value.keys)


@pytest.mark.parametrize("attack", ["stripped", "rolled back", "foreign", "forged"])
def test_a_follower_applies_nothing_that_is_doubtful(tmp_path: Path, attack: str) -> None:
    origin = signed_archive(tmp_path / "origin", rounds=2)
    copy = copy_of(origin, tmp_path / "copy")
    memory = follow(origin, copy, Trust())
    earlier = {info.key: origin.store.get(info.key) for info in origin.store.list("evidence/")}
    grow(origin, 3)
    sign(origin)
    if attack == "rolled back":
        memory = follow(origin, copy, Trust(memory=memory))
    before = list(copy.store.list("log/"))
    if attack == "forged":
        for source in SOURCES:
            key = f"log/{source}/0000000003.jsonl.gz"
            origin.store.erase(key)
        grow(origin, 99)
    else:
        for info in [*origin.store.list("evidence/")]:
            origin.store.erase(info.key)
    if attack == "rolled back":
        for key, data in earlier.items():
            origin.store.put_new(key, data)
    elif attack == "foreign":
        origin.store.erase("griffie.json")
        origin.store.put_new("griffie.json", copy_marker(tmp_path))
        Signing(origin, OTHER_KEY, TIME).sign(all_objects=True)
    with pytest.raises(SignatureMissing):
        follow(origin, copy, Trust(memory=memory))
    assert list(copy.store.list("log/")) == before


def copy_marker(tmp_path: Path) -> bytes:
    return Archive.create(tmp_path / "other", TIME).store.get("griffie.json")
