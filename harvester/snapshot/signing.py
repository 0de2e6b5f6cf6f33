"""Sign what the archive holds, with the operator's key and an authority's timestamp."""

import hashlib
import logging
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import urllib3
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from archive import fields, timestamps, tree
from archive.archive import Archive
from archive.checkpoints import OBJECTS, last_checkpoint, signed_logs
from archive.errors import ObjectExists, SignatureMissing
from archive.heads import Digests
from archive.line_proofs import Place
from archive.memory import memory_path, read_memory, write_memory
from archive.notes import COSIGNATURE, NoteKey
from archive.proofs import Lines
from archive.signers import KEYS, name_signer, read_signers
from archive.signing import Signing
from archive.snapshots import SIGNATURE, SIGNATURE_STAMP, Snapshot, snapshot_key
from archive.statements import load_key, public_hex, sign
from archive.witnessing import Witness, WitnessRecord
from harvester.errors import ConfigurationError, HarvesterError
from harvester.index import PaperFile
from harvester.index.connection import open_readonly
from harvester.settings import Settings, SigningSettings
from harvester.snapshot.create import take_index
from harvester.snapshot.witnesses import Witnesses
from harvester.times import Clock, now, to_text

SIGNATURE_FORMAT = "griffie-snapshot-signature/1"
ANSWER_LIMIT_BYTES = 1 << 20

_logger = logging.getLogger(__name__)


class NotStamped(HarvesterError):
    """The authority gave no timestamp; what was signed is signed all the same."""

    exit_code = 3


def witness_key(public: str) -> NoteKey:
    """Return the key by which a Griffie signs as a witness."""
    return NoteKey(f"griffie-witness/{public[:16]}", public, COSIGNATURE)


def witness_of(path: Path, index: Path) -> WitnessRecord:
    """Return the record of the witness that signs with the key in a file.

    Args:
        path: of the key.
        index: beside which the record is kept, for each key by itself.

    Raises:
        ConfigurationError: the key cannot be read.
    """
    key = _key(path)
    public = public_hex(key)
    folder = index.parent / "witness" / public[:16]
    return WitnessRecord(folder, Witness(witness_key(public).name, key, now))


def digests_of(index: Path) -> Digests:
    """Return the digests of all segments that an index holds, by source, in order."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    with closing(open_readonly(index)) as connection:
        for source, sha256 in connection.execute(
            "SELECT source, sha256 FROM segment ORDER BY source, sequence"
        ):
            found[source].append(sha256)
    return dict(found)


class SignedNow(NamedTuple):
    """What one run of a signer did."""

    made: tuple[str, ...] = ()
    """Keys of the checkpoints that were signed."""
    unwitnessed: Mapping[str, str] = MappingProxyType({})
    """Witnesses that did not cosign, and why; the next run asks them again."""


def sign_now(
    archive: Archive, settings: Settings, clock: Clock = now, *, all_objects: bool = False
) -> SignedNow:
    """Sign what is new in the logs and beside them, and have witnesses cosign it.

    Nothing is signed when nothing is new, or when there is no key to sign with.

    Args:
        archive: is signed.
        settings: name the key, the witnesses, and the index beside which it is remembered what
            was signed.
        clock: tells the present.
        all_objects: look at all reports and texts, instead of those that this process stored.

    Raises:
        ConfigurationError: the key cannot be read.
        NotStamped: all is signed, but the authority gave no timestamp.
        SignatureMissing: another key signs this archive.
        LogForked: a witness saw another history.
        Damage: a log is not the one that was signed before; nothing of it was signed.
    """
    signing = settings.signing
    if not signing.key:
        return SignedNow()
    ask = _asking(signing.timestamp_url) if signing.timestamp_url else None
    key = _key(Path(signing.key))
    witnesses = Witnesses(archive, signing, settings.s3.options())
    archive.unsigned |= set(witnesses.collect())
    path = memory_path(settings.index)
    memory = read_memory(path)
    work = Signing(archive, key, to_text(clock()))
    work.sign_logs(memory)
    archive.unsigned |= set(witnesses.ask(archive.sources()))
    work.sign_objects(archive.unsigned, all_objects=all_objects)
    archive.unsigned = set()
    write_memory(path, memory.with_seen(public_hex(key), work.seen))
    witnesses.ask([OBJECTS])
    for name, reason in witnesses.failed.items():
        _logger.warning("the witness %s did not cosign, and is asked again: %s", name, reason)
    try:
        if ask is not None:
            work.stamp(ask)
    except ValueError as error:
        raise NotStamped(f"{signing.timestamp_url}: {error}; all is signed") from error
    return SignedNow(tuple(work.made), witnesses.failed)


def sign_snapshot(
    archive: Archive, snapshot: Snapshot, settings: SigningSettings, clock: Clock = now
) -> bool:
    """Sign a published snapshot, if there is a key; return whether it is signed now.

    Raises:
        ConfigurationError: the key cannot be read.
        NotStamped: it is signed, but the authority gave no timestamp.
    """
    if not settings.key:
        return False
    name = snapshot.name
    manifest = archive.store.get(snapshot_key(name))
    archive.unsigned |= {snapshot_key(name), snapshot_key(name, SIGNATURE)}
    with tempfile.TemporaryDirectory(prefix="griffie-sign-") as folder:
        index = Path(folder) / "index.sqlite"
        take_index(archive, snapshot, index)
        digests = digests_of(index)
    document = fields.present(
        format=SIGNATURE_FORMAT,
        signed_at=to_text(clock()),
        snapshot=hashlib.sha256(manifest).hexdigest(),
        roots={source: tree.root_of(log) for source, log in digests.items()},
    )
    data = sign(document, _key(Path(settings.key)))
    try:
        archive.store.put_new(snapshot_key(name, SIGNATURE), data)
    except ObjectExists:
        return True
    if settings.timestamp_url:
        try:
            answer = _asking(settings.timestamp_url)(timestamps.request_for(data))
            kept = timestamps.keep(answer, data)
        except ValueError as error:
            raise NotStamped(f"{settings.timestamp_url}: {error}; {name} is signed") from error
        archive.store.put_new(snapshot_key(name, SIGNATURE_STAMP), kept)
    return True


def hand_over(archive: Archive, old: Path, new: Path) -> int:
    """Have another key sign an archive from now on; return its number.

    Raises:
        ConfigurationError: a key cannot be read.
        SignatureMissing: the archive is signed by another key than the old one.
    """
    by, key = _key(old), _key(new)
    signers = read_signers(archive.store)
    if signers is None or signers.current != public_hex(by):
        raise SignatureMissing(KEYS, f"says that {public_hex(by)} does not sign this archive now")
    sizes = {}
    for log in signed_logs(archive.store):
        last = last_checkpoint(archive.store, log)
        sizes[log] = last.checkpoint.size if last else 0
    return len(name_signer(archive, signers, by, key, sizes).keys)


def public_key(path: Path) -> str:
    """Return the public half of a key file, as hex.

    Raises:
        ConfigurationError: the key cannot be read.
    """
    return public_hex(_key(path))


def _key(path: Path) -> Ed25519PrivateKey:
    try:
        return load_key(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"signing.key {path}: {error}; make one with `griffie key`"
        ) from error


def _asking(url: str) -> Callable[[bytes], bytes]:
    def ask(request: bytes) -> bytes:
        try:
            answer = urllib3.request(
                "POST", url, body=request, timeout=30, redirect=False, preload_content=False,
                headers={"Content-Type": "application/timestamp-query"},
            )  # fmt: skip
            content = answer.read(ANSWER_LIMIT_BYTES)
            answer.close()
        except urllib3.exceptions.HTTPError as error:
            raise NotStamped(f"{url}: {error}; what was signed is signed") from error
        if answer.status != 200:
            raise NotStamped(f"{url} answers {answer.status}; what was signed is signed")
        return bytes(content)

    return ask


def places_of(index: Path, lines: Lines) -> list[Place]:
    """Return where lines are in the trees of their logs."""
    query = "SELECT coalesce(sum(entries + 2), 0) FROM segment WHERE source = ? AND sequence < ?"
    found = []
    with closing(open_readonly(index)) as connection:
        for (source, sequence), wanted in lines.items():
            [(before,)] = connection.execute(query, (source, sequence)).fetchall()
            found += [Place(source, sequence, line, before) for line in wanted]
    return found


def title_of(index: Path, paper: str) -> str:
    """Return what a paper is called, to say what a proof is about; empty where it has no title."""
    query = "SELECT coalesce(subject, title, '') FROM paper WHERE id = ?"
    with closing(open_readonly(index)) as connection:
        return "".join(title for (title,) in connection.execute(query, (paper,)))


def lines_of_file(index: Path, file: PaperFile) -> Lines:
    """Return where the log tells of a version: its file, and the record that offered it."""
    query = """
        SELECT f.source, f.segment, f.line, f.record_key FROM paper_document AS m
          JOIN retrieval AS f ON f.record_key = m.document_key
         WHERE m.paper = :paper AND f.source = :source AND f.sha256 = :sha256
         ORDER BY f.segment, f.line LIMIT 1
    """
    record = """
        SELECT source, segment, line FROM record_version
         WHERE key = :record AND (segment, line) <= (:segment, :line)
         ORDER BY segment DESC, line DESC LIMIT 1
    """
    found: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    asked = {"paper": file.paper, "source": file.source, "sha256": file.sha256}
    with closing(open_readonly(index)) as connection:
        for source, segment, line, key in connection.execute(query, asked).fetchall():
            found[source, segment].append(line)
            at = {"record": key, "segment": segment, "line": line}
            for _, before, its_line in connection.execute(record, at):
                found[source, before].append(its_line)
    return found


def lines_of(index: Path, paper: str) -> Lines:
    """Return where the log tells of a paper: versions of its records, files, takedowns."""
    query = """
        WITH told AS (SELECT document_key AS key FROM paper_document WHERE paper = ?)
        SELECT r.source, r.segment, r.line FROM told JOIN record_version AS r ON r.key = told.key
        UNION SELECT f.source, f.segment, f.line FROM told
          JOIN retrieval AS f ON f.record_key = told.key
        UNION SELECT t.source, t.segment, t.line FROM told
          JOIN takedown AS t ON t.record_key = told.key
    """
    found: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    with closing(open_readonly(index)) as connection:
        for source, sequence, line in connection.execute(query, (paper,)):
            found[source, sequence].append(line)
    return found
