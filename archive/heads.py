"""Signed heads: what an operator vouched for before there were checkpoints; only read.

`heads/<time>-<number>.json` names the head of each log and the root of the tree over all its
segments, so that a small proof links any segment to the signature (`archive/proofs.py`).
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from archive import fields, keys, timestamps, tree
from archive.archive import Archive
from archive.checkpoints import marker_identity
from archive.entries import Head
from archive.errors import (
    DocumentDamaged,
    EntryInvalid,
    ObjectNotFound,
    SignatureMissing,
)
from archive.findings import Finding
from archive.latest_heads import LATEST_KEY, PREFIX, STAMP, read_latest
from archive.statements import read_statement
from archive.stores import ObjectStore

FORMAT = "griffie-heads/1"

Digests = Mapping[str, Sequence[str]]
"""By source, the digests of all segments, in order."""


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


def verify_heads(
    archive: Archive, digests: Digests, *, roots: bytes | None = None, key: str | None = None
) -> Iterator[Finding]:
    """Yield what is wrong with signed heads or with the logs that they cover.

    Args:
        archive: is not changed.
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
        archive: is not changed.
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


def stamp_of(archive: Archive, key: str) -> bytes | None:
    """Return the timestamp of signed heads, as it is stored, if there is one."""
    try:
        return archive.store.get(stamp_key(key))
    except ObjectNotFound:
        return None
