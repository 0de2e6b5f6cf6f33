"""A witness signs that a log only grew, and keeps what says otherwise."""

import shutil
import tempfile
import threading
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.checkpoints import Signed, read_checkpoint
from archive.errors import DocumentDamaged
from archive.notes import Note, parse_note, sign_note, signed_when
from archive.submissions import LIMIT_BYTES, Submission, read_submission
from archive.witnessing import (
    KEPT_REFUSALS,
    Inconsistent,
    NotTrusted,
    OldSizeTooLarge,
    OriginUnknown,
    Refusal,
    SizeDiffers,
    WitnessRecord,
)
from tests.unit.archive.logs import NOW, ORIGIN, WITNESS, Log, record_in, trusted
from tests.unit.archive.signed import KEY, OTHER_KEY

LOG = Log.of(60)
OTHER = Log.of(60, parted_at=20)


@pytest.fixture
def record(tmp_path: Path) -> WitnessRecord:
    return record_in(tmp_path / "witness")


def cosign(record: WitnessRecord, submission: Submission) -> None:
    """Have it cosigned, and check the signature and that it was recorded first."""
    line = record.cosign(submission, trusted)
    note = submission.signed.note._replace(signatures=(line,))
    assert signed_when(note, WITNESS) == int(NOW.timestamp())
    last = record.last(ORIGIN)
    assert last is not None
    assert last.note.text == note.text
    assert line in last.note.signatures


def size_kept(record: WitnessRecord) -> int:
    last = record.last(ORIGIN)
    return last.checkpoint.size if last else 0


# Requests ----------------------------------------------------------------------------------------


@given(
    st.integers(0, 60), st.integers(0, 60), st.lists(st.sampled_from(["x", "y 1", "y 2", "z  "]))
)
def test_a_request_is_read_as_it_was_written(old: int, size: int, extension: list[str]) -> None:
    submission = LOG.submission(min(old, size), max(old, size), extension)
    assert read_submission(submission.body()) == submission


@given(st.data())
def test_a_changed_request_is_refused_or_says_what_it_says(data: st.DataObject) -> None:
    body = LOG.submission(17, 43).body()
    place = data.draw(st.integers(0, len(body) - 1))
    change = data.draw(st.binary(max_size=3))
    changed = body[:place] + change + body[place + 1 :]
    try:
        read = read_submission(changed)
    except ValueError:
        return
    assert read.body() == changed


@pytest.mark.parametrize(
    "body",
    [b"", b"\n\n", b"old 0\n", b"old 0\n\n", b"old 00\n\nx\n1\n\n", b"old -1\n\n", b"old 0\n\n\xff",
     b"old \xd9\xa1\n\nx\n", b"old " + b"9" * 5000 + b"\n\nx\n", b"x" * (LIMIT_BYTES + 1),
     b"old 0\n" + b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n" * 64 + b"\nx\n1\n"],
)  # fmt: skip
def test_what_is_no_request_is_told_so(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever it says
        read_submission(body)


# What is cosigned --------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.booleans()), max_size=12))
def test_what_was_cosigned_is_one_history_that_only_grows(
    wishes: list[tuple[int, int, bool]],
) -> None:
    """Whatever is submitted in whatever order: the record is a chain within one of the logs."""
    folder = Path(tempfile.mkdtemp())
    try:
        record = record_in(folder)
        cosigned = [(0, LOG)]
        for old, size, is_other in wishes:
            log = OTHER if is_other else LOG
            before = size_kept(record)
            try:
                cosign(record, log.submission(old, size))
            except Refusal:
                assert size_kept(record) == before
            else:
                assert old == before <= size
                cosigned.append((size, log))
        sizes = [size for size, _ in cosigned]
        assert sizes == sorted(sizes)
        for (size, log), (_, later) in pairwise(cosigned):
            assert log.leaves[:size] == later.leaves[:size]
    finally:
        shutil.rmtree(folder)


def test_each_fault_is_refused_as_the_standard_says(record: WitnessRecord) -> None:
    cosign(record, LOG.submission(0, 25))
    stranger = LOG.submission(25, 40)
    text = stranger.signed.note.text
    foreign = stranger.signed.note._replace(signatures=(sign_note(text, ORIGIN, OTHER_KEY),))
    elsewhere = stranger.signed.note._replace(text=text.replace(ORIGIN, "example.org/else"))
    unknown = read_checkpoint(str(elsewhere).encode())
    signed = stranger.signed
    faults: list[tuple[type[Refusal], Submission]] = [
        (OriginUnknown, stranger._replace(signed=unknown)),
        (NotTrusted, stranger._replace(signed=signed._replace(note=foreign))),
        (OldSizeTooLarge, LOG.submission(41, 40)),
        (SizeDiffers, LOG.submission(0, 40)),
        (SizeDiffers, LOG.submission(24, 40)),
        (SizeDiffers, LOG.submission(0, 20)),
        (SizeDiffers, OTHER.submission(25, 25)),
        (Inconsistent, OTHER.submission(25, 40)),
        (Inconsistent, stranger._replace(proof=stranger.proof[:-1])),
        (Inconsistent, stranger._replace(proof=(*stranger.proof, b"x" * 32))),
        (Inconsistent, stranger._replace(proof=())),
    ]
    for kind, submission in faults:
        with pytest.raises(Refusal) as refused:
            record.cosign(submission, trusted)
        assert type(refused.value) is kind, submission
        assert getattr(refused.value, "size", 25) == 25
    assert size_kept(record) == 25
    cosign(record, LOG.submission(25, 25))
    cosign(record, LOG.submission(25, 40, ["any line", "that a log", "that a log", "adds"]))


def test_a_proof_from_nothing_is_empty(record: WitnessRecord) -> None:
    with pytest.raises(Inconsistent):
        record.cosign(LOG.submission(0, 5)._replace(proof=(b"x" * 32,)), trusted)
    told = LOG.checkpoint(0).checkpoint._replace(root=b"x" * 32)
    note = Note(told.text, (sign_note(told.text, ORIGIN, KEY),))
    with pytest.raises(SizeDiffers):
        record.cosign(Submission(0, (), Signed(told, note)), trusted)
    cosign(record, LOG.submission(0, 0))


# Evidence ----------------------------------------------------------------------------------------


def test_two_histories_are_kept_and_neither_old_nor_early_ones_are(record: WitnessRecord) -> None:
    for old, size in ((0, 10), (10, 25), (25, 30)):
        cosign(record, LOG.submission(old, size))
    for harmless in (LOG.submission(0, 40), LOG.submission(0, 10), LOG.submission(10, 25)):
        with pytest.raises(Refusal):
            record.cosign(harmless, trusted)
    assert record.contradictions(ORIGIN) == []
    with pytest.raises(SizeDiffers):
        record.cosign(OTHER.submission(10, 25), trusted)  # another log at a size that was cosigned
    kept = [
        read_checkpoint((record.folder / key).read_bytes()) for key in record.contradictions(ORIGIN)
    ]
    assert {one.checkpoint.root for one in kept} == {
        log.checkpoint(25).checkpoint.root for log in (LOG, OTHER)
    }
    assert any(signed_when(one.note, WITNESS) is not None for one in kept)


def test_kept_evidence_has_a_limit_and_doubts_do_not_crowd_out_proofs(
    record: WitnessRecord,
) -> None:
    cosign(record, LOG.submission(0, 50))
    for number in range(KEPT_REFUSALS + 20):
        wrong = LOG.submission(50, 55, [f"x {number}"])._replace(proof=())
        with pytest.raises(Inconsistent):
            record.cosign(wrong, trusted)
    doubtful = [path for path in (record.folder / "doubtful").rglob("*") if path.is_file()]
    assert KEPT_REFUSALS <= len(doubtful) <= KEPT_REFUSALS + 1
    with pytest.raises(SizeDiffers):
        record.cosign(OTHER.submission(50, 50), trusted)
    assert len(record.contradictions(ORIGIN)) == 2


# Several at once ---------------------------------------------------------------------------------


def test_of_two_histories_that_come_at_once_one_is_cosigned(record: WitnessRecord) -> None:
    cosign(record, LOG.submission(0, 20))
    outcomes: list[str] = []

    def submit(log: Log, size: int) -> None:
        try:
            record_in(record.folder).cosign(log.submission(20, size), trusted)
            outcomes.append("cosigned")
        except Refusal:
            outcomes.append("refused")

    asked = [threading.Thread(target=submit, args=(log, size))
             for size in range(30, 40) for log in (LOG, OTHER)]  # fmt: skip
    for thread in asked:
        thread.start()
    for thread in asked:
        thread.join()
    assert sorted(outcomes) == ["cosigned"] + ["refused"] * 19


def test_a_follower_shares_the_record_of_what_came_over_http(record: WitnessRecord) -> None:
    first = LOG.checkpoint(20)

    def prove(log: Log, size: int) -> list[bytes]:
        return list(log.submission(size, 40).proof)

    line = record.cosign_followed(first, lambda _: [])
    assert record.cosign_followed(first, lambda _: []) == line, "once is enough"
    cosign(record, LOG.submission(20, 30))
    assert record.cosign_followed(first, lambda _: []) is None, "it is behind"
    with pytest.raises(Inconsistent):
        record.cosign_followed(OTHER.checkpoint(40), lambda size: prove(OTHER, size))
    assert record.cosign_followed(LOG.checkpoint(40), lambda size: prove(LOG, size)) is not None
    assert size_kept(record) == 40


def test_a_damaged_record_cosigns_nothing(record: WitnessRecord) -> None:
    cosign(record, LOG.submission(0, 20))
    [path] = (record.folder / "last").iterdir()
    path.chmod(0o644)
    path.write_bytes(b"no checkpoint")
    with pytest.raises(DocumentDamaged):
        record.cosign(LOG.submission(20, 30), trusted)
    with pytest.raises(DocumentDamaged):
        record.cosign(LOG.submission(0, 30), trusted)
    path.write_bytes(str(parse_note(str(LOG.checkpoint(20).note).encode())).encode())
    cosign(record, LOG.submission(20, 30))
