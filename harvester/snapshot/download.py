"""Verify signed heads, snapshots and proofs, offline."""

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from archive import timestamps, tree
from archive.archive import Archive
from archive.entries import Entry, PayloadEntry, RecordEntry
from archive.errors import Damage, DocumentDamaged, ObjectNotFound
from archive.evidence import Trust
from archive.fixity import Finding, Ledger, VerifyReport
from archive.heads import verify_heads
from archive.line_proofs import Shown as LineShown
from archive.proofs import Shown
from archive.signers import read_signers
from archive.snapshots import (
    MANIFEST,
    PREFIX,
    SIGNATURE,
    SIGNATURE_STAMP,
    SUMS,
    Snapshot,
    read_manifest,
    snapshot_names,
    verify_bundle,
    verify_list,
)
from archive.statements import read_statement
from archive.stores import ObjectStore
from harvester.index.connection import open_readonly
from harvester.snapshot.canonical_index import heads_of
from harvester.snapshot.create import INDEX_PATH
from harvester.snapshot.formats import decompress
from harvester.snapshot.signing import SIGNATURE_FORMAT, digests_of


class Signature(NamedTuple):
    """The key that signed a snapshot, and since when."""

    key: str
    signed_at: str
    stamped_at: str | None


def with_published(
    archive: Archive, report: VerifyReport, trust: Trust, *, snapshots: bool
) -> VerifyReport:
    """Add findings about signed heads and snapshots to a report on a whole archive."""
    keys = _keys(archive, trust)
    first = keys[0] if keys else None
    more = list(verify_heads(archive, report.digests, roots=trust.roots, key=first))
    if snapshots:
        more += verify_list(archive.store)
        for name in snapshot_names(archive.store):
            more += verify_snapshot(archive.store, f"{PREFIX}{name}/", trust, keys)
    return replace(report, findings=(*report.findings, *more))


def with_due_snapshots(
    archive: Archive,
    report: VerifyReport,
    trust: Trust,
    ledger: Ledger,
    is_over: Callable[[], bool],
) -> VerifyReport:
    """Add findings about the due snapshots, until time is up."""
    keys, more = _keys(archive, trust), list(verify_list(archive.store))
    for prefix in ledger.due_objects(f"{PREFIX}{name}/" for name in snapshot_names(archive.store)):
        if is_over():
            break
        found = list(verify_snapshot(archive.store, prefix, trust, keys))
        ledger.note([(prefix, f"{len(found)} findings" if found else None)])
        more += found
    return replace(report, findings=(*report.findings, *more))


def _keys(archive: Archive, trust: Trust) -> tuple[str, ...]:
    """Return the operator's keys, oldest first; empty if any key is trusted."""
    try:
        signers = read_signers(archive.store)
    except Damage:
        signers = None  # reported as damage of the keys
    if signers is None:
        return (trust.key,) if trust.key else ()
    keys = tuple(signer.key for signer in signers.keys)
    pinned = trust.key or trust.memory.key
    return keys if pinned is None or pinned in keys else (pinned,)


def verify_snapshot(
    store: ObjectStore, prefix: str, trust: Trust, keys: tuple[str, ...] = ()
) -> Iterator[Finding]:
    """Yield findings about a snapshot: files, index, and signature if it has one.

    Args:
        store: that has it.
        prefix: of its keys.
        trust: the key that must have signed it, and trusted timestamp authorities.
        keys: of its archive, one of which must have signed it.
    """
    found = list(verify_bundle(store, prefix))
    yield from found
    if found:
        return
    snapshot = read_manifest(store, f"{prefix}{MANIFEST}")
    with tempfile.TemporaryDirectory(prefix="griffie-verify-") as folder:
        index = Path(folder) / "index.sqlite"
        with store.open(f"{prefix}{INDEX_PATH}") as packed:
            decompress(packed, index)
        yield from _wrong_index(index, snapshot, prefix)
        yield from _wrong_signature(store, prefix, index, trust, keys)


def is_vouched(store: ObjectStore, snapshot: Snapshot, index: Path, trust: Trust) -> bool:
    """Tell whether a trusted key signed a snapshot, reading only its manifest and signature.

    Args:
        store: an archive that has it, and need not list.
        snapshot: the content of its `snapshot.json`.
        index: unpacked, and verified against the manifest.
        trust: without a key, any signature or none is accepted.

    Raises:
        DocumentDamaged: its index or sums are not what `snapshot.json` says, or the signature is
            wrong.
    """
    prefix = f"{PREFIX}{snapshot.name}/"
    if trust.key is not None and not store.exists(f"{prefix}{SIGNATURE}"):
        return False
    for found in (
        *_wrong_sums(store, snapshot, prefix),
        *_wrong_index(index, snapshot, prefix),
        *_wrong_signature(store, prefix, index, trust),
    ):
        raise DocumentDamaged(*found)
    return True


def _wrong_sums(store: ObjectStore, snapshot: Snapshot, prefix: str) -> Iterator[Finding]:
    if store.get(f"{prefix}{SUMS}") != snapshot.sums(store.get(f"{prefix}{MANIFEST}")):
        yield Finding(f"{prefix}{SUMS}", "does not say what snapshot.json says")


def _wrong_index(index: Path, snapshot: Snapshot, prefix: str) -> Iterator[Finding]:
    key = f"{prefix}{INDEX_PATH}"
    with closing(open_readonly(index)) as connection:
        [(said,)] = connection.execute("PRAGMA integrity_check(1)").fetchall()
    if said != "ok":
        yield Finding(key, f"is damaged: {said}")
        return
    heads, _ = heads_of(index)
    if heads != snapshot.heads:
        yield Finding(key, "holds other heads than snapshot.json names")
    for source, log in digests_of(index).items():
        if len(log) != heads[source].sequence:
            yield Finding(key, f"lacks segments of {source}")


def _wrong_signature(
    store: ObjectStore, prefix: str, index: Path, trust: Trust, keys: tuple[str, ...] = ()
) -> Iterator[Finding]:
    accepted = keys or ((trust.key,) if trust.key else ())
    key = f"{prefix}{SIGNATURE}"
    try:
        data = store.get(key)
    except ObjectNotFound:
        if store.exists(f"{prefix}{SIGNATURE_STAMP}"):
            yield Finding(key, "is missing; there is a timestamp of it")
        elif trust.key is not None and not keys:
            yield Finding(key, f"is missing: {trust.key} did not sign this")
        return
    try:
        statement = read_statement(data)
    except ValueError as error:
        yield Finding(key, f"is damaged: {error}")
        return
    said = statement.document
    manifest = hashlib.sha256(store.get(f"{prefix}{MANIFEST}")).hexdigest()
    roots = {source: tree.root_of(log) for source, log in digests_of(index).items()}
    if said.get("format") != SIGNATURE_FORMAT or said.get("snapshot") != manifest:
        yield Finding(key, "is about something else")
    if said.get("roots") != roots:
        yield Finding(f"{prefix}{INDEX_PATH}", "holds other segments than were signed")
    if accepted and statement.key not in accepted:
        yield Finding(key, f"is signed by another key, {statement.key}")
    try:
        _stamped_at(store, prefix, data, trust)
    except ValueError as error:
        yield Finding(f"{prefix}{SIGNATURE_STAMP}", str(error))


def _stamped_at(store: ObjectStore, prefix: str, data: bytes, trust: Trust) -> str | None:
    try:
        stored = store.get(f"{prefix}{SIGNATURE_STAMP}")
    except ObjectNotFound:
        return None
    return timestamps.check(stored, data, trust.roots)


def signature_of(store: ObjectStore, prefix: str, trust: Trust) -> Signature | None:
    """Return who signed an intact snapshot."""
    try:
        data = store.get(f"{prefix}{SIGNATURE}")
    except ObjectNotFound:
        return None
    statement = read_statement(data)
    signed_at = str(statement.document.get("signed_at"))
    return Signature(statement.key, signed_at, _stamped_at(store, prefix, data, trust))


# A proof -----------------------------------------------------------------------------------------


def describe(shown: Shown) -> str:
    """Describe an entry of a proof of the first form in one line."""
    where = f"{shown.source} segment {shown.sequence} line {shown.line}"
    return f"{_told(shown.entry)} ({where})"


def describe_line(shown: LineShown) -> str:
    """Describe an entry of a proof in one line."""
    return f"{_told(shown.entry)} (line {shown.leaf + 1} of the log of {shown.source})"


def _told(entry: Entry) -> str:
    if isinstance(entry, RecordEntry):
        return f"{entry.observed_at} {entry.id} was {entry.state}, as {entry.url}"
    if isinstance(entry, PayloadEntry):
        came = f"SHA-256 {entry.sha256}, {entry.size_bytes} bytes" if entry.sha256 else entry.error
        return f"{entry.retrieved_at} file {entry.name} of {entry.record}: {came}"
    return str(entry.to_json())
