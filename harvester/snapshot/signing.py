"""Sign what the archive holds, with the operator's key and an authority's timestamp."""

import hashlib
import tempfile
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import urllib3
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from archive import fields, timestamps, tree
from archive.archive import Archive
from archive.errors import ObjectExists
from archive.heads import Digests, sign_heads
from archive.proofs import Lines
from archive.snapshots import SIGNATURE, SIGNATURE_STAMP, Snapshot, snapshot_key
from archive.statements import load_key, public_hex, sign
from harvester.errors import ConfigurationError, HarvesterError
from harvester.index.connection import open_readonly
from harvester.settings import SigningSettings
from harvester.snapshot.create import take_index
from harvester.times import Clock, now, to_text

SIGNATURE_FORMAT = "griffie-snapshot-signature/1"
ANSWER_LIMIT_BYTES = 1 << 20


class NotStamped(HarvesterError):
    """The authority gave no timestamp; what was signed is signed all the same."""

    exit_code = 3


def digests_of(index: Path) -> Digests:
    """Return the digests of all segments that an index holds, by source, in order."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    with closing(open_readonly(index)) as connection:
        for source, sha256 in connection.execute(
            "SELECT source, sha256 FROM segment ORDER BY source, sequence"
        ):
            found[source].append(sha256)
    return dict(found)


def sign_now(
    archive: Archive, index: Path, settings: SigningSettings, clock: Clock = now
) -> str | None:
    """Sign the heads that the index holds; return the key of the new document.

    None when they were signed before, or when there is no key to sign with.

    Raises:
        ConfigurationError: the key cannot be read.
        NotStamped: they are signed, but the authority gave no timestamp.
    """
    if not settings.key:
        return None
    ask = _asking(settings.timestamp_url) if settings.timestamp_url else None
    try:
        return sign_heads(
            archive, digests_of(index), _key(Path(settings.key)), to_text(clock()), ask
        )
    except ValueError as error:
        raise NotStamped(f"{settings.timestamp_url}: {error}; the heads are signed") from error


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


def lines_of(index: Path, paper: str) -> Lines:
    """Return where the log tells of a paper: versions of its records, files, takedowns."""
    query = """
        WITH told AS (SELECT d.source, d.record FROM paper_document AS m
                        JOIN document AS d ON d.id = m.document_id WHERE m.paper = ?)
        SELECT r.source, r.segment, r.line FROM told
          JOIN record_version AS r ON r.source = told.source AND r.id = told.record
        UNION SELECT f.source, f.segment, f.line FROM told
          JOIN retrieval AS f ON f.source = told.source AND f.record = told.record
        UNION SELECT t.source, t.segment, t.line FROM told
          JOIN takedown AS t ON t.source = told.source AND t.record = told.record
    """
    found: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    with closing(open_readonly(index)) as connection:
        for source, sequence, line in connection.execute(query, (paper,)):
            found[source, sequence].append(line)
    return found
