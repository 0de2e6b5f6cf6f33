"""Two Griffies witness each other over HTTP, and neither can be shown two histories."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3

from archive.archive import Archive
from archive.checkpoints import COSIGNED, kept_key, kept_sizes, last_checkpoint
from archive.fixity import verify
from archive.notes import NoteKey, sign_note
from archive.submissions import LIMIT_BYTES
from harvester.errors import ConfigurationError
from harvester.settings import SigningSettings
from harvester.site.witness import WitnessApp
from harvester.snapshot.submitting import NotCosigned, SeenAt, Unreachable, submit
from harvester.snapshot.watching import watched_logs
from harvester.snapshot.witnesses import watchers
from tests.unit.archive.logs import LOG as LOG_KEY
from tests.unit.archive.logs import ORIGIN, WITNESS, Log, record_in, trusted
from tests.unit.archive.signed import OTHER_KEY, SOURCES
from tests.unit.snapshot.operators import Operator, serving

LOG = Log.of(60)
OTHER = Log.of(60, parted_at=20)
CLOSED = "http://127.0.0.1:9"


# What is answered --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(WitnessApp(record_in(tmp_path_factory.mktemp("witness")), trusted)) as at:
        yield at


def post(url: str, body: bytes, method: str = "POST") -> tuple[int, str, bytes]:
    answer = urllib3.request(method, url, body=body, retries=False)
    return answer.status, answer.headers["content-type"], answer.data


def test_each_request_is_answered_as_the_standard_says(url: str) -> None:
    to = f"{url}/add-checkpoint"
    first = LOG.submission(0, 25)
    assert post(to, first.body())[0] == 200
    text = first.signed.note.text
    foreign = first.signed.note._replace(signatures=(sign_note(text, ORIGIN, OTHER_KEY),))
    unknown = first.body().replace(ORIGIN.encode(), b"example.org/else")
    assert post(to, unknown)[0] == 404
    assert post(to, f"old 0\n\n{foreign}".encode())[0] == 403
    assert post(to, LOG.submission(41, 40).body())[0] == 400
    assert post(to, b"nonsense")[0] == 400
    assert post(to, b"")[0] == 400
    assert post(to, OTHER.submission(25, 40).body())[0] == 422
    for conflict in (LOG.submission(0, 40), OTHER.submission(25, 25), LOG.submission(0, 20)):
        assert post(to, conflict.body()) == (409, "text/x.tlog.size", b"25\n")
    assert post(to, b"x" * (LIMIT_BYTES + 1))[0] == 413
    assert post(to, b"", "GET")[0] == 405
    assert post(url, b"")[0] == 404
    status, _, body = post(to, LOG.submission(25, 40).body())
    assert status == 200
    assert body.decode().startswith(f"\u2014 {WITNESS.name} ")
    assert body.endswith(b"\n")


def test_a_client_believes_a_witness_no_more_than_its_key(url: str) -> None:
    with pytest.raises(SeenAt) as told:
        submit(url, LOG.submission(0, 60), WITNESS)
    stranger = NoteKey("example.org/stranger", WITNESS.key, WITNESS.algorithm)
    size = told.value.size
    with pytest.raises(NotCosigned, match=r"not signed by example\.org/stranger"):
        submit(url, LOG.submission(size, 60), stranger)
    assert len(submit(url, LOG.submission(60, 60), WITNESS)) == 1
    with pytest.raises(NotCosigned, match="422"):
        submit(url, LOG.submission(60, 60)._replace(proof=(b"x" * 32,)), WITNESS)
    with pytest.raises(Unreachable):
        submit(CLOSED, LOG.submission(60, 60), WITNESS)


@pytest.mark.parametrize("told", ["nonsense https://example.org", "{} submit", "{} submit a.org"])
def test_who_witnesses_is_named_by_key_and_place(told: str) -> None:
    with pytest.raises(ConfigurationError, match=r"signing\.witnesses"):
        watchers(SigningSettings(witnesses=(told.format(WITNESS),)))
    [watcher] = watchers(SigningSettings(witnesses=(f"{WITNESS} submit https://example.org",)))
    assert (watcher.location, watcher.is_asked) == ("https://example.org", True)


def test_what_is_watched_is_named_by_the_keys_of_logs() -> None:
    for told in ("nonsense", str(WITNESS), str(LOG_KEY)[:-4]):
        with pytest.raises(ConfigurationError, match=r"signing\.watched"):
            watched_logs(SigningSettings(watched=(told,)), None)
    known = watched_logs(SigningSettings(watched=(str(LOG_KEY),)), None)
    accepts = known(ORIGIN)
    assert accepts is not None
    assert accepts(LOG.checkpoint(3))
    assert known(f"{ORIGIN}/else") is None


# Two Griffies ------------------------------------------------------------------------------------


@pytest.fixture
def two(tmp_path: Path) -> tuple[Operator, Operator]:
    return Operator.at(tmp_path / "one"), Operator.at(tmp_path / "other")


def test_two_griffies_witness_each_other(two: tuple[Operator, Operator]) -> None:
    one, other = two
    with one.witnessing(*other.log_keys()) as at_one, other.witnessing(*one.log_keys()) as at_other:
        for number in (2, 3, 4):
            for mine, peer, url in ((one, other, at_other), (other, one, at_one)):
                mine.harvest(number)
                signed = mine.sign(f"{peer.witness} submit {url}")
                assert (len(signed.made), signed.unwitnessed) == (3, {})
                assert mine.lacks(peer.witness) == []
        again = one.sign(f"{other.witness} submit {at_other}")
        assert again.made == (), "who cosigned the inventory is no reason to sign it anew"
    for mine in (one, other):
        sizes = kept_sizes(mine.archive.store, SOURCES[0])
        path = mine.folder / "archive" / (kept_key(SOURCES[0], sizes[1]) + COSIGNED)
        path.chmod(0o644)
        path.write_bytes(path.read_bytes().replace(b"time 2", b"time 3", 1))
        found = verify(mine.archive, workers=1).findings
        assert path.name in {finding.object_key.rpartition("/")[2] for finding in found}


def test_a_witness_that_is_away_is_asked_again(two: tuple[Operator, Operator]) -> None:
    one, other = two
    away = f"{other.witness} submit {CLOSED}"
    one.harvest(2)
    signed = one.sign(away)
    assert len(signed.made) == 3
    assert "cannot be reached" in signed.unwitnessed[other.witness.name]
    assert verify(one.archive, workers=1).findings == ()
    assert len(one.lacks(other.witness)) == 3
    with other.witnessing(*one.log_keys()) as url:
        assert one.sign(f"{other.witness} submit {url}", away).unwitnessed == {}
        assert one.lacks(other.witness) == []
    with other.witnessing() as url:
        one.harvest(3)
        said = one.sign(f"{other.witness} submit {url}").unwitnessed[other.witness.name]
    assert said.count("404") == 3, "of each log"


def test_a_second_history_and_an_older_one_are_refused_and_kept(
    two: tuple[Operator, Operator], tmp_path: Path
) -> None:
    one, other = two
    before = tmp_path / "before"
    with other.witnessing(*one.log_keys()) as url:
        asked = f"{other.witness} submit {url}"
        one.sign(asked)
        shutil.copytree(one.folder, before)
        one.harvest(2)
        one.sign(asked)
        for number, told in ((7, "another log"), (None, "rolled back")):
            thief = Operator(tmp_path / f"thief-{number}")
            shutil.copytree(before, thief.folder)
            if number is None:
                forget_witnesses(thief.archive)
            else:
                thief.harvest(number)
            signed = thief.sign(asked)
            assert told in signed.unwitnessed[other.witness.name]
            assert thief.lacks(other.witness)
    proofs = [path.read_text() for path in other.folder.rglob("contradictions/*/*")]
    last = last_checkpoint(one.archive.store, SOURCES[0])
    assert last is not None
    assert any(proof.startswith(last.note.text) for proof in proofs), "the one that was cosigned"
    assert any(f"\n{last.checkpoint.size}\n" in proof and not proof.startswith(last.note.text)
               for proof in proofs), "and the other of the same size"  # fmt: skip


def forget_witnesses(archive: Archive) -> None:
    for log in (*SOURCES, "_objects"):
        for size in kept_sizes(archive.store, log):
            archive.store.erase(kept_key(log, size) + COSIGNED)
        kept = archive.store.get(kept_key(log, kept_sizes(archive.store, log)[-1]))
        archive.store.erase(f"evidence/{log}/checkpoint")
        archive.store.put_new(f"evidence/{log}/checkpoint", kept)
