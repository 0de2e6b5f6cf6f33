"""Signed heads: write-once documents by which an operator vouches for the logs.

`heads/<time>-<number>.json` names the head of each log and the root of the tree over all its
segments, so that a small proof links any segment to the signature (`archive/proofs.py`).
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from archive import fields, keys, timestamps, tree
from archive.archive import Archive
from archive.canonical import JSON
from archive.checkpoints import marker_identity
from archive.entries import Head
from archive.errors import (
    DocumentDamaged,
    EntryInvalid,
    LogRewritten,
    ObjectExists,
    ObjectNotFound,
    SignatureMissing,
)
from archive.findings import Finding
from archive.latest_heads import LATEST_KEY, PREFIX, STAMP, read_latest, write_latest
from archive.statements import public_hex, read_statement, sign
from archive.stores import ObjectStore

FORMAT = "griffie-heads/1"

Digests = Mapping[str, Sequence[str]]
"""By source, the digests of all segments, in order."""
Ask = Callable[[bytes], bytes]
"""Return a timestamp authority's answer to a request."""


class Vouched(NamedTuple):
    """The part of one log that is signed."""

    head: Head
    root: str


class SignedHeads(NamedTuple):
    """A document with a valid signature."""

    signed_at: str
    marker: str
    """SHA-256 of the archive's `griffie.json`: which archive this is about."""
    logs: Mapping[str, Vouched]
    key: str
    previous: str | None
    """SHA-256 of the document before this one."""
    previous_key: str | None = None
    """Its key."""


def read_heads(data: bytes) -> SignedHeads:
    """Read signed heads and check their signature.

    Raises:
        ValueError: they are malformed, or not signed by the key that they name.
    """
    statement = read_statement(data)
    said = statement.document
    try:
        if said.get("format") != FORMAT:
            raise EntryInvalid(f"it has format {said.get('format')!r}")
        previous = said.get("previous")
        logs = {
            keys.check_source(source): _vouched(fields.as_object(log))
            for source, log in fields.as_object(said.get("heads")).items()
        }
        return SignedHeads(
            fields.time(said, "signed_at"),
            fields.sha256(said, "marker"),
            logs,
            statement.key,
            None if previous is None else fields.sha256(said, "previous"),
            fields.optional_text(said, "previous_key"),
        )
    except EntryInvalid as error:
        raise ValueError(error.what) from error


def _vouched(log: fields.Fields) -> Vouched:
    sequence = fields.optional_size(log, "sequence")
    if not sequence:
        raise EntryInvalid("a head has no sequence")
    return Vouched(Head(sequence, fields.sha256(log, "sha256")), fields.sha256(log, "root"))


def heads_keys(archive: Archive) -> list[str]:
    """Return the keys of all signed heads, the oldest first."""
    listed = (info.key for info in archive.store.list(PREFIX))
    return [key for key in listed if not key.endswith(STAMP)]


class Stored(NamedTuple):
    """Signed heads as they are stored."""

    key: str
    data: bytes
    heads: SignedHeads

    @property
    def sha256(self) -> str:
        """Their digest, by which the next ones refer to them."""
        return hashlib.sha256(self.data).hexdigest()


def read_stored(store: ObjectStore, key: str) -> Stored:
    """Read signed heads and check their signature.

    Raises:
        DocumentDamaged: they are damaged.
        ObjectNotFound: there are none by this key.
    """
    data = store.get(key)
    try:
        return Stored(key, data, read_heads(data))
    except ValueError as error:
        raise DocumentDamaged(key, str(error)) from error


def in_order(found: Iterable[Stored]) -> list[Stored]:
    """Sort signed heads by the chain that they form, since clocks may be wrong.

    Where the chain is broken, its parts are sorted by how many segments they cover.
    """
    by_sha256 = {stored.sha256: stored for stored in found}
    followers: dict[str | None, list[Stored]] = {}
    for stored in by_sha256.values():
        known = stored.heads.previous if stored.heads.previous in by_sha256 else None
        followers.setdefault(known, []).append(stored)
    for group in followers.values():
        group.sort(key=lambda stored: (_size(stored.heads), stored.key), reverse=True)
    ordered: list[Stored] = []
    waiting = followers.get(None, [])
    while waiting:
        ordered.append(waiting.pop())
        waiting += followers.get(ordered[-1].sha256, [])
    return ordered


def _size(heads: SignedHeads) -> int:
    return sum(log.head.sequence for log in heads.logs.values())


def last_heads(archive: Archive) -> Stored | None:
    """Return the last signed heads; None if nobody has signed.

    Raises:
        DocumentDamaged: they are damaged.
    """
    listed = heads_keys(archive)
    if not listed:
        return None
    try:
        latest = read_latest(archive.store)
    except DocumentDamaged:
        latest = None
    if latest in listed:
        stored = read_stored(archive.store, latest)
        if not any(key > latest for key in listed):
            return stored
    return in_order(read_stored(archive.store, key) for key in listed)[-1]


def stamp_key(key: str) -> str:
    """Return the key of the timestamp of signed heads."""
    return key.removesuffix(".json") + STAMP


def sign_heads(
    archive: Archive,
    digests: Digests,
    key: Ed25519PrivateKey,
    signed_at: str,
    ask: Ask | None = None,
) -> str | None:
    """Sign the heads of an archive's logs unless they are signed; return the new document's key.

    Args:
        archive: has these logs.
        digests: of the segments to sign.
        key: the operator's.
        signed_at: the present.
        ask: requests a timestamp; None goes without.

    Raises:
        ValueError: the answer of the authority is no timestamp; the heads are signed all the same.
        DocumentDamaged: the signed heads before these are damaged; nothing was signed.
        LogRewritten: a log differs from what was signed before; nothing was signed.
    """
    before = last_heads(archive)
    logs = _vouched_now(archive, digests, before)
    if before is not None and _says(before.heads, logs, key):
        write_latest(archive.store, before.key)
        return None
    document = fields.present(
        format=FORMAT,
        signed_at=signed_at,
        marker=marker_identity(archive),
        heads=logs,
        previous=before.sha256 if before else None,
        previous_key=before.key if before else None,
    )
    data = sign(document, key)
    object_key = _put(archive, signed_at, data)
    try:
        if ask is not None:
            kept = timestamps.keep(ask(timestamps.request_for(data)), data)
            archive.store.put_new(stamp_key(object_key), kept)
    finally:
        write_latest(archive.store, object_key)
    return object_key


def _vouched_now(archive: Archive, digests: Digests, before: Stored | None) -> dict[str, JSON]:
    """Return what to sign: these logs, and all that was signed before."""
    logs: dict[str, JSON] = {
        source: {"sequence": len(log), "sha256": log[-1], "root": tree.root_of(log)}
        for source, log in digests.items()
        if log
    }
    if before is None:
        return logs
    for source, (head, root) in before.heads.logs.items():
        log = digests.get(source, ())
        if len(log) < head.sequence:
            # This machine does not harvest that source, or lags behind the one that does.
            logs[source] = {"sequence": head.sequence, "sha256": head.sha256, "root": root}
        elif tree.root_of(log[: head.sequence]) != root:
            raise LogRewritten(source, head.sequence, before.heads.signed_at, "is another one")
    return logs


def _says(found: SignedHeads, logs: Mapping[str, JSON], key: Ed25519PrivateKey) -> bool:
    said = {
        source: {"sequence": head.sequence, "sha256": head.sha256, "root": root}
        for source, (head, root) in found.logs.items()
    }
    return said == logs and found.key == public_hex(key)


def _put(archive: Archive, signed_at: str, data: bytes) -> str:
    name = "".join(c for c in signed_at if c.isalnum())
    for number in range(100):  # harvests of several sources may end in one millisecond
        key = f"{PREFIX}{name}-{number:02}.json"
        try:
            archive.store.put_new(key, data)
        except ObjectExists:
            continue
        return key
    raise ObjectExists(key)


def verify_heads(
    archive: Archive, digests: Digests, *, roots: bytes | None = None, key: str | None = None
) -> Iterator[Finding]:
    """Yield what is wrong with signed heads or with the logs that they cover.

    Args:
        archive: is only read.
        digests: of all segments that the logs have now.
        roots: certificates of the authorities whose timestamps are trusted.
        key: the operator's public key, as hex; None takes any.
    """
    marker = marker_identity(archive)
    by_size = {source: list(tree.roots_of(log)) for source, log in digests.items()}
    yield from _wrong_latest(archive)
    stamps = {info.key for info in archive.store.list(PREFIX) if info.key.endswith(STAMP)}
    stored: list[Stored] = []
    for object_key in heads_keys(archive):
        try:
            stored.append(read_stored(archive.store, object_key))
        except DocumentDamaged as error:
            yield Finding(object_key, f"is damaged: {error.what}")
    before: str | None = None
    for object_key, data, found in in_order(stored):
        if before is not None and found.previous != before:
            yield Finding(object_key, "does not follow the signed heads before it")
        before = hashlib.sha256(data).hexdigest()
        if found.marker != marker:
            yield Finding(object_key, "is about another archive")
        if key is not None and found.key != key:
            yield Finding(object_key, f"is signed by another key, {found.key}")
        yield from _wrong_logs(object_key, found, digests, by_size)
        stamp = stamp_key(object_key)
        if stamp in stamps:
            stamps.remove(stamp)
            yield from _wrong_stamp(stamp, archive.store.get(stamp), data, roots)
    for stamp in sorted(stamps):
        yield Finding(stamp, "is a timestamp of signed heads that are missing")


def check_last(archive: Archive, digests: Digests, key: str | None = None) -> SignedHeads | None:
    """Return the last signed heads of an archive, after comparing them with its logs.

    Args:
        archive: is only read.
        digests: of all segments that the logs have now.
        key: the public key that must have signed, as hex; None takes any, or none at all.

    Raises:
        DocumentDamaged: they are damaged.
        SignatureMissing: there are none, another key signed them, or the logs differ.
    """
    last = last_heads(archive)
    if last is None:
        if key is not None:
            raise SignatureMissing(PREFIX, f"holds no heads that {key} signed")
        return None
    found = last.heads
    if found.marker != marker_identity(archive):
        raise SignatureMissing(last.key, "is about another archive")
    if key is not None and found.key != key:
        raise SignatureMissing(last.key, f"is signed by another key, {found.key}")
    by_size = {source: list(tree.roots_of(log)) for source, log in digests.items()}
    for wrong in _wrong_logs(last.key, found, digests, by_size):
        raise SignatureMissing(*wrong)
    return found


def _wrong_latest(archive: Archive) -> Iterator[Finding]:
    """Yield what is wrong with `heads.json`, which a harvest may be replacing meanwhile."""
    try:
        latest = read_latest(archive.store)
    except DocumentDamaged as error:
        yield Finding(LATEST_KEY, str(error))
        return
    if latest is not None and not archive.store.exists(latest):
        yield Finding(latest, f"is missing; {LATEST_KEY} names it")


def _wrong_logs(
    object_key: str, found: SignedHeads, digests: Digests, roots: Digests
) -> Iterator[Finding]:
    for source, (head, root) in found.logs.items():
        log, place = digests.get(source, ()), head.sequence - 1
        if len(log) <= place:
            key = keys.segment_key(source, head.sequence)
            yield Finding(key, f"is missing; {object_key} vouches for it")
        elif log[place] != head.sha256 or roots[source][place] != root:
            yield Finding(keys.log_prefix(source), f"is not the log that {object_key} vouches for")


def _wrong_stamp(stamp: str, stored: bytes, data: bytes, roots: bytes | None) -> Iterator[Finding]:
    try:
        timestamps.check(stored, data, roots)
    except ValueError as error:
        yield Finding(stamp, str(error))


def heads_covering(archive: Archive, needed: Mapping[str, int]) -> tuple[str, bytes] | None:
    """Return the oldest signed heads that cover these sequence numbers, by key and content.

    Raises:
        DocumentDamaged: signed heads are damaged.
    """
    ordered = in_order(read_stored(archive.store, key) for key in heads_keys(archive))
    for key, data, heads in ordered:
        if all(s in heads.logs and heads.logs[s].head.sequence >= n for s, n in needed.items()):
            return key, data
    return None


def stamp_of(archive: Archive, key: str) -> bytes | None:
    """Return the timestamp of signed heads, as it is stored, if there is one."""
    try:
        return archive.store.get(stamp_key(key))
    except ObjectNotFound:
        return None
