"""Follow another archive's log: verify each new segment, and that earlier ones are unchanged."""

import hashlib
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor

from archive import keys
from archive.archive import Archive
from archive.copying import missing
from archive.entries import Head, Segment, TakedownEntry, parse_segment
from archive.errors import (
    DocumentDamaged,
    LogConflict,
    LogRewritten,
    ObjectExists,
    ObjectNotFound,
    SegmentDamaged,
    StoreForbidden,
)
from archive.heads import (
    SignedHeads,
    Stored,
    heads_keys,
    in_order,
    read_stored,
    stamp_key,
    stamp_of,
)
from archive.latest_heads import LATEST_KEY, PREFIX, STAMP, read_latest, write_latest
from archive.log import check_link, parse_stored
from archive.prefetch import prefetch
from archive.signed_origin import SignedLog
from archive.stores import ObjectStore


def follow_log(
    origin: Archive,
    copy: Archive,
    source: str,
    *,
    until: str | None = None,
    before: Callable[[Segment], object] = lambda _: None,
    signed: SignedLog | None = None,
) -> Iterator[Segment]:
    """Append the segments that the copy lacks; yield each once it is in the copy.

    Interrupted at any moment, the copy is a complete, shorter log; the next call continues.

    Args:
        origin: is not changed.
        copy: nobody else writes to it.
        source: whose log.
        until: stop before the first segment that was written after this time.
        before: called with each segment before it is appended, to copy what it names.
        signed: the signed part of the log; only that is appended. None appends all.

    Raises:
        SignatureMissing: a segment is not the one that was signed.
        LogRewritten: the origin's log no longer begins with the copy's.
        Damage: what follows at the origin is damaged; what comes before it was appended.
        LogConflict: someone else writes to the copy.
    """
    head = copy.log(source).head()
    check_same(origin, copy, source, head)
    for key, data in _read_ahead(origin.store, origin.log(source).keys(_sequence(head))):
        segment = _parse(data, key)
        check_link(segment, key, head)
        if until is not None and segment.header.written_at > until:
            return
        if signed is not None and not signed.covers(data):
            return
        for entry in segment.entries:
            if isinstance(entry, TakedownEntry):
                # Before the segment: a copy whose log has the takedown must not have the payload
                # any more.
                for sha256 in entry.payloads:
                    copy.erase(sha256)
        before(segment)
        try:
            copy.store.put_new(key, data)
        except ObjectExists as error:
            raise LogConflict(source, segment.sequence) from error
        head = segment.head
        yield segment


def follow_heads(origin: Archive, copy: Archive) -> int:
    """Copy missing signed heads; return how many.

    Only those about segments that the copy has, so that its content can be proved from it. At an
    origin that cannot list, they are found backwards from the last ones.

    Raises:
        DocumentDamaged: signed heads are damaged, or do not follow those that are here.
    """
    lengths = {source: _sequence(copy.log(source).head()) for source in copy.sources()}

    def is_covered(heads: SignedHeads) -> bool:
        return all(
            lengths.get(source, 0) >= log.head.sequence for source, log in heads.logs.items()
        )

    try:
        found = in_order(_listed_heads(origin, copy, is_covered))
    except StoreForbidden:
        found = _walk_back(origin.store, heads_keys(copy), is_covered)
    for key, data, _ in found:
        if (stamp := stamp_of(origin, key)) is not None:
            copy.store.put_derived(stamp_key(key), stamp)
        copy.store.put_new(key, data)
    if found:
        write_latest(copy.store, found[-1].key)
    return len(found)


def _listed_heads(
    origin: Archive, copy: Archive, is_covered: Callable[[SignedHeads], bool]
) -> Iterator[Stored]:
    for info in missing(origin.store, copy.store, PREFIX):
        if info.key.endswith(STAMP):
            continue
        stored = read_stored(origin.store, info.key)
        if not is_covered(stored.heads):
            continue
        yield stored


def _walk_back(
    store: ObjectStore, known: Collection[str], is_wanted: Callable[[SignedHeads], bool]
) -> list[Stored]:
    """Return the signed heads that follow those that are known, the oldest first.

    Where none is known, only the last of those that are wanted. Older ones may not name those
    before them; where such a one is in between, there are none to return.

    Args:
        store: the origin's.
        known: keys that the copy has.
        is_wanted: whether signed heads are about segments that the copy has.

    Raises:
        DocumentDamaged: they are damaged, or do not follow each other, or those that are known.
    """
    found: list[Stored] = []
    key, after = read_latest(store), None
    while key is not None and key not in known and (known or not found):
        stored = _named(store, key)
        if after is not None and hashlib.sha256(stored.data).hexdigest() != after.previous:
            raise DocumentDamaged(key, "it is not what the signed heads after it follow")
        if is_wanted(stored.heads):
            found.append(stored)
        key, after = stored.heads.previous_key, stored.heads
    if known and key is None and after is not None:
        if after.previous is None:
            raise DocumentDamaged(LATEST_KEY, "it leads to other signed heads than are here")
        return []
    return found[::-1]


def _named(store: ObjectStore, key: str) -> Stored:
    try:
        return read_stored(store, key)
    except ObjectNotFound as error:
        raise DocumentDamaged(key, "it is missing, and signed heads follow it") from error


def later_segments(
    origin: Archive, copy: Archive, source: str, signed: SignedLog | None = None
) -> Iterator[Segment]:
    """Yield the verified segments that the copy lacks, up to the last signed one."""
    for segment in origin.log(source).read(copy.log(source).head()):
        key = keys.segment_key(source, segment.sequence)
        if signed is not None and not signed.covers(origin.store.get(key)):
            return
        yield segment


def check_same(origin: Archive, copy: Archive, source: str, head: Head | None) -> None:
    """Check that the origin's log still begins with the copy's.

    Raises:
        LogRewritten: it does not; the error says since which segment.
    """
    if head is None or _digest(origin.store, source, head.sequence) == head.sha256:
        return
    # Each segment names the digest of the one before, so that where two agree all before do.
    same, other = 0, head.sequence
    while other - same > 1:
        middle = (same + other) // 2
        ours = _digest(copy.store, source, middle)
        if _digest(origin.store, source, middle) == ours:
            same = middle
        else:
            other = middle
    written_at = parse_stored(copy.store, keys.segment_key(source, other)).header.written_at
    is_there = _digest(origin.store, source, other) is not None
    raise LogRewritten(source, other, written_at, "is another one" if is_there else "is missing")


def _digest(store: ObjectStore, source: str, sequence: int) -> str | None:
    try:
        data = store.get(keys.segment_key(source, sequence))
    except ObjectNotFound:
        return None
    return hashlib.sha256(data).hexdigest()


def _sequence(head: Head | None) -> int:
    return head.sequence if head else 0


def _parse(data: bytes, key: str) -> Segment:
    try:
        return parse_segment(data)
    except SegmentDamaged as error:
        raise SegmentDamaged(error.what, key) from error


def _read_ahead(store: ObjectStore, names: Iterator[str]) -> Iterator[tuple[str, bytes]]:
    if store.at_once == 1:
        yield from ((key, store.get(key)) for key in names)
        return
    with ThreadPoolExecutor(store.at_once, thread_name_prefix="follow") as pool:
        yield from prefetch(pool, store.get, names, store.at_once * 2)
