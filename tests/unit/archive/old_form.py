"""Sign and prove as Griffie did before there were checkpoints: the product only reads that form."""

import base64
from collections.abc import Callable, Mapping, Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from archive import canonical, fields, timestamps, tree
from archive.archive import Archive
from archive.canonical import JSON
from archive.checkpoints import marker_identity
from archive.heads import (
    FORMAT,
    Digests,
    Stored,
    heads_keys,
    in_order,
    last_heads,
    read_heads,
    read_stored,
    stamp_key,
    stamp_of,
)
from archive.keys import segment_key
from archive.latest_heads import PREFIX, write_latest
from archive.proofs import FORMAT as PROOF_FORMAT
from archive.statements import sign


def sign_heads(
    archive: Archive,
    digests: Digests,
    key: Ed25519PrivateKey,
    signed_at: str,
    ask: Callable[[bytes], bytes] | None = None,
) -> str:
    """Sign the heads of logs after those that were signed before; return the new object's key."""
    before = last_heads(archive)
    logs: dict[str, JSON] = {
        source: {"sequence": len(log), "sha256": log[-1], "root": tree.root_of(log)}
        for source, log in digests.items()
        if log
    }
    for source, (head, root) in before.heads.logs.items() if before else ():
        if len(digests.get(source, ())) < head.sequence:
            logs[source] = {"sequence": head.sequence, "sha256": head.sha256, "root": root}
    data = sign(
        fields.present(
            format=FORMAT,
            signed_at=signed_at,
            marker=marker_identity(archive),
            heads=logs,
            previous=before.sha256 if before else None,
            previous_key=before.key if before else None,
        ),
        key,
    )
    name = "".join(c for c in signed_at if c.isalnum())
    number = sum(1 for _ in archive.store.list(f"{PREFIX}{name}-"))
    object_key = f"{PREFIX}{name}-{number:02}.json"
    archive.store.put_new(object_key, data)
    if ask is not None:
        kept = timestamps.keep(ask(timestamps.request_for(data)), data)
        archive.store.put_new(stamp_key(object_key), kept)
    write_latest(archive.store, object_key)
    return object_key


def covering(archive: Archive, source: str, sequence: int) -> Stored:
    """Return the oldest signed heads that cover a segment."""
    ordered = in_order(read_stored(archive.store, key) for key in heads_keys(archive))
    return next(one for one in ordered if one.heads.logs[source].head.sequence >= sequence)


def path_of(digests: Sequence[str], place: int) -> list[str]:
    """Return the digests that lead from one segment to the root, the nearest first, as hex."""
    if len(digests) == 1:
        return []
    half = 1 << ((len(digests) - 1).bit_length() - 1)
    left, right = digests[:half], digests[half:]
    if place < half:
        return [*path_of(left, place), tree.root_of(right)]
    return [*path_of(right, place - half), tree.root_of(left)]


def make_proof(
    archive: Archive, about: str, lines: Mapping[tuple[str, int], Sequence[int]], digests: Digests
) -> bytes:
    """Prove lines of one source's log."""
    [source] = {source for source, _ in lines}
    stored = covering(archive, source, max(sequence for _, sequence in lines))
    log = digests[source][: read_heads(stored.data).logs[source].head.sequence]
    segments: list[JSON] = [
        {
            "source": source,
            "sequence": sequence,
            "lines": sorted(wanted),
            "path": path_of(log, sequence - 1),
            "data": base64.b64encode(archive.store.get(segment_key(source, sequence))).decode(),
        }
        for (_, sequence), wanted in sorted(lines.items())
    ]
    stamp = stamp_of(archive, stored.key)
    return canonical.seal(
        fields.present(
            format=PROOF_FORMAT,
            about=about,
            segments=segments,
            heads=stored.data.decode(),
            timestamp=stamp.decode() if stamp is not None else None,
        )
    )
