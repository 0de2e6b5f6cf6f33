"""Compare the objects beside the logs with the signed inventory."""

from collections import Counter
from collections.abc import Iterator, Mapping

from archive.checkpoints import OBJECTS, PREFIX, Signed, log_place
from archive.errors import DocumentDamaged, ObjectNotFound
from archive.evidence import Evidence
from archive.inventory import COVERED, Item, bundle, is_item, read_bundle, read_item
from archive.merkle import leaf_hashes
from archive.tiles import WIDTH, TileReader


def read_inventory(evidence: Evidence) -> Mapping[str, Item]:
    """Return the last inventory entry of each key, after comparing all entries with the signed
    tree."""
    checkpoints: Mapping[int, Signed] = evidence.logs.get(OBJECTS, {})
    tree = evidence.tree(OBJECTS)
    found: dict[str, Item] = {}
    if tree is None:
        return found
    size = max(checkpoints)
    ends = sorted(checkpoints)
    reader = _reader(evidence, checkpoints[size])
    for number in range(-(-size // WIDTH)):
        key = f"{log_place(OBJECTS)}{bundle(number, size).path}"
        at = number * WIDTH
        try:
            lines = read_bundle(evidence.store, number, size)
            hashes = leaf_hashes(lines)
            if hashes != _signed_leaves(reader, at, len(lines), hashes):
                raise DocumentDamaged(key, "it is not what was signed")
            found |= {item.key: item for item in map(read_item, lines)}
        except (DocumentDamaged, ValueError) as error:
            evidence.add_finding(key, str(error))
            tree.stop()
            continue
        cuts = [end - at for end in ends if at < end < at + len(lines)]
        for first, stop in zip([0, *cuts], [*cuts, len(lines)], strict=True):
            tree.add(hashes[first * 32 : stop * 32])
    tree.end()
    _check_old_bundles(evidence, size)
    return found


def _reader(evidence: Evidence, signed: Signed) -> TileReader | None:
    """Return a reader of the signed hashes; None if the tiles are damaged, which the tree
    reports."""
    size, root = signed.checkpoint.size, signed.checkpoint.root
    try:
        return TileReader(evidence.store, log_place(OBJECTS), size, root)
    except DocumentDamaged:
        return None


def _signed_leaves(reader: TileReader | None, at: int, count: int, otherwise: bytes) -> bytes:
    try:
        return reader.leaves(at, at + count) if reader is not None else otherwise
    except DocumentDamaged:
        return otherwise


def _check_old_bundles(evidence: Evidence, size: int) -> None:
    """Check the entry bundles of older checkpoints, as far as they still exist."""
    prefix = f"{log_place(OBJECTS)}tile/entries/"
    expected = {f"{log_place(OBJECTS)}{bundle(n, size).path}" for n in range(-(-size // WIDTH))}
    for info in evidence.store.list(prefix):
        if info.key in expected:
            continue
        stem = info.key.partition(".p/")[0]
        wide = [key for key in expected if key == stem or key.startswith(f"{stem}.p/")]
        data = evidence.store.get(info.key)
        try:
            begun = evidence.store.get(wide[0]) if wide else b""
        except ObjectNotFound:
            begun = b""  # reported before
        if not begun.startswith(data):
            evidence.add_finding(info.key, "holds no entries of what was signed")


def check_item(evidence: Evidence, item: Item, *, is_copy: bool, is_gone: bool) -> int:
    """Compare an object with the inventory; return its size.

    Args:
        evidence: receives the findings.
        item: its inventory entry.
        is_copy: whether objects may be missing, since a follower need not keep all.
        is_gone: whether a takedown removed it, so that it must be missing.
    """
    try:
        data = evidence.store.get(item.key)
    except ObjectNotFound:
        if not is_gone and not is_copy and _must_be_there(evidence, item.key):
            evidence.add_finding(item.key, "is missing; the signed inventory names it")
        return 0
    if not is_item(item, data):
        evidence.add_finding(item.key, "is not what was signed")
    return len(data)


def _must_be_there(evidence: Evidence, key: str) -> bool:
    """Tell whether a missing object is damage: texts are made again, snapshots may be removed."""
    folder, _, name = key.rpartition("/")
    if name == "signature.json":
        return evidence.store.exists(f"{folder}/snapshot.json")
    return key.startswith(("harvests/", PREFIX))


def strangers(evidence: Evidence, known: Mapping[str, Item]) -> Iterator[tuple[str, int]]:
    """Yield each folder that has objects outside the inventory, with their number."""
    counts: Counter[str] = Counter()
    for folder in COVERED:
        for info in evidence.store.list(folder):
            if info.key not in known:
                counts["/".join(info.key.split("/")[:2]) + "/"] += 1
    yield from sorted(counts.items())
