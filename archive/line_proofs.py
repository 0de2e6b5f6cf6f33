"""Make and check a small file that proves single lines of a log, in a standard form.

Each is a C2SP tlog-proof: a line's place, the hashes that lead from it to the root, and a signed
checkpoint with that root. PROOFS.md says how to check one with other tools.
"""

import base64
import json
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from archive import canonical, fields, timestamps
from archive.archive import Archive
from archive.canonical import JSON
from archive.checkpoints import (
    STAMP,
    Signed,
    kept_checkpoint,
    kept_key,
    kept_sizes,
    last_checkpoint,
    log_place,
    read_checkpoint,
)
from archive.entries import Entry, parse_entry
from archive.errors import Damage, EntryInvalid, Misuse, ObjectNotFound
from archive.evidence import Trust
from archive.keys import segment_key
from archive.merkle import inclusion_proof, leaf_hash, root_by_inclusion
from archive.notes import NoteKey, is_signed, signed_when
from archive.signers import Signers, read_statements
from archive.tiles import TileReader

FORMAT = "griffie-proof/2"
TLOG_PROOF = "c2sp.org/tlog-proof@v1"


class NotSigned(Misuse):
    """No checkpoint covers the lines to prove."""

    def __init__(self, what: str) -> None:
        super().__init__(f"nobody has signed what the log says of {what} yet; run `griffie sign`")


class Place(NamedTuple):
    """The place of a line."""

    source: str
    sequence: int
    """Of its segment."""
    line: int
    """The number of the line in its segment; the header is 1."""
    segment_at: int
    """Lines of the log before that segment."""

    @property
    def leaf(self) -> int:
        """The line's place in the log, from 0."""
        return self.segment_at + self.line - 1


class Shown(NamedTuple):
    """A proved line."""

    source: str
    leaf: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class LineProof:
    """A verified proof that certain lines are in signed logs."""

    about: str
    """The maker's description; nothing proves it."""
    entries: tuple[Shown, ...]
    checkpoints: Mapping[str, Signed]
    """By source."""
    signer: str
    """The keys that signed them, as hex."""
    stamped_at: Mapping[str, str]
    """By source, when a timestamp authority saw its checkpoint."""
    witnessed_at: Mapping[str, Sequence[int]]
    """By source, when trusted witnesses signed, in seconds since 1970."""


def covering(archive: Archive, source: str, leaf: int) -> Signed | None:
    """Return the oldest checkpoint that covers a line.

    Raises:
        DocumentDamaged: it is damaged.
    """
    sizes = kept_sizes(archive.store, source)
    at = bisect_right(sizes, leaf)
    return kept_checkpoint(archive.store, source, sizes[at]) if at < len(sizes) else None


def make_line_proof(archive: Archive, about: str, places: Sequence[Place]) -> bytes:
    """Return a proof of these lines.

    Args:
        archive: has the log and the checkpoints.
        about: a description for people, which nothing proves.
        places: of the lines.

    Raises:
        NotSigned: no checkpoint covers them all.
        Damage: the log, its tiles or a checkpoint is damaged.
    """
    entries: list[JSON] = []
    checkpoints: dict[str, JSON] = {}
    stamps: dict[str, JSON] = {}
    covered: dict[str, Signed] = {}
    for source in sorted({place.source for place in places}):
        wanted = sorted((place for place in places if place.source == source), key=lambda p: p.leaf)
        signed = covering(archive, source, wanted[-1].leaf) if wanted else None
        last = last_checkpoint(archive.store, source)
        if signed is None or last is None:
            raise NotSigned(about)
        size = signed.checkpoint.size
        # The tiles belong to the last checkpoint; an older tree is the beginning of that one.
        newest = last.checkpoint
        reader = TileReader(archive.store, log_place(source), newest.size, newest.root)
        for place in wanted:
            proof = inclusion_proof(reader.node, place.leaf, size)
            text = _line(archive, place)
            entries.append(
                {"source": source, "text": text, "proof": _tlog_proof(place.leaf, proof)}
            )
        checkpoints[source] = str(signed.note)
        covered[source] = signed
        try:
            stamp = archive.store.get(kept_key(source, size) + STAMP)
            stamps[source] = stamp.decode()
        except ObjectNotFound:
            pass
    statements = [data.decode() for data in read_statements(archive.store)]
    signers = Signers.of([text.encode() for text in statements])
    [key] = {signers.accepts(log, signed) for log, signed in covered.items()}
    return canonical.seal(
        fields.present(
            format=FORMAT,
            about=about,
            key=key,
            entries=entries,
            checkpoints=checkpoints,
            timestamps=stamps or None,
            keys=statements if len(statements) > 1 else None,
        )
    )


def _line(archive: Archive, place: Place) -> str:
    data = archive.store.get(segment_key(place.source, place.sequence))
    return canonical.unpack(data).split(b"\n")[place.line - 1].decode()


def _tlog_proof(leaf: int, proof: Sequence[bytes]) -> str:
    """Write a proof without the empty line and the checkpoint that follow it."""
    lines = [TLOG_PROOF, f"index {leaf}", *(base64.b64encode(one).decode() for one in proof)]
    return "".join(f"{line}\n" for line in lines)


def read_line_proof(data: bytes, trust: Trust) -> LineProof:
    """Verify a proof from its file alone.

    Args:
        data: the file.
        trust: whose signatures count.

    Raises:
        ValueError: it does not hold; the message says why.
    """
    document = canonical.unseal(data)
    try:
        return _read(document, trust)
    except EntryInvalid as error:
        raise ValueError(error.what) from error
    except Damage as error:
        raise ValueError(str(error)) from error


def _read(document: Mapping[str, JSON], trust: Trust) -> LineProof:
    if document.get("format") != FORMAT:
        raise ValueError(f"it has format {document.get('format')!r}")
    notes = fields.as_object(document.get("checkpoints"))
    checkpoints = {source: read_checkpoint(fields.text(notes, source).encode()) for source in notes}
    signer = _signer(document, checkpoints, trust)
    entries = tuple(
        _entry(said, checkpoints) for said in fields.as_objects(document.get("entries"))
    )
    if not entries or set(checkpoints) != {shown.source for shown in entries}:
        raise ValueError("its checkpoints are not those of its entries")
    stamps = fields.as_object(document.get("timestamps") or {})
    stamped_at = {
        source: timestamps.check(
            fields.text(stamps, source).encode(),
            _stamped(checkpoints[source], signer),
            trust.roots,
        )
        for source in stamps
    }
    witnessed_at = {
        source: [
            time_s
            for witness in trust.witnesses
            if (time_s := signed_when(signed.note, witness)) is not None
        ]
        for source, signed in checkpoints.items()
    }
    for source, times in witnessed_at.items():
        if len(times) < trust.needed:
            raise ValueError(f"{source}: {len(times)} of {trust.needed} witnesses signed")
    about = fields.text(document, "about")
    return LineProof(about, entries, checkpoints, signer, stamped_at, witnessed_at)


def _stamped(signed: Signed, signer: str) -> bytes:
    """Return a checkpoint without the signatures of witnesses."""
    own = NoteKey(signed.checkpoint.origin, signer)
    first = [line for line in signed.note.signatures if line.key_id == own.id]
    return str(signed.note._replace(signatures=tuple(first[:1]))).encode()


def _signer(document: Mapping[str, JSON], checkpoints: Mapping[str, Signed], trust: Trust) -> str:
    """Return the key that signed: the trusted one, or one linked to it."""
    key = fields.sha256(document, "key")
    if trust.key not in (None, key):
        said = document.get("keys")
        signers = Signers.of(
            [str(text).encode() for text in said] if isinstance(said, list) else []
        )
        signers.check_pinned(str(trust.key))
        if any(signers.accepts(log, signed) != key for log, signed in checkpoints.items()):
            raise ValueError(f"{key} did not sign for {trust.key} then")
    for log, (checkpoint, note) in checkpoints.items():
        if not is_signed(note, NoteKey(checkpoint.origin, key)):
            raise ValueError(f"the checkpoint of {log} is not signed by {key}")
    return key


def _entry(said: fields.Fields, checkpoints: Mapping[str, Signed]) -> Shown:
    source, text = fields.text(said, "source"), fields.text(said, "text")
    signed = checkpoints.get(source)
    if signed is None:
        raise ValueError(f"there is no checkpoint of {source}")
    leaf, proof = _read_tlog_proof(fields.text(said, "proof"))
    checkpoint = signed.checkpoint
    root = root_by_inclusion(leaf_hash(text.encode()), leaf, checkpoint.size, proof)
    if root != checkpoint.root:
        raise ValueError(f"line {leaf + 1} of the log of {source} is not the one that was signed")
    if not checkpoint.origin.endswith(f"/{source}"):
        raise ValueError(f"the checkpoint of {source} is of another log, {checkpoint.origin}")
    return Shown(source, leaf, parse_entry(fields.as_object(json.loads(text))))


def _read_tlog_proof(text: str) -> tuple[int, list[bytes]]:
    first, index, *hashes = [*text.removesuffix("\n").split("\n"), ""][:66]
    number = index.removeprefix("index ")
    if first != TLOG_PROOF or not index.startswith("index ") or not number.isdecimal():
        raise ValueError("a proof is none")
    return int(number), [base64.b64decode(one, validate=True) for one in hashes if one]
