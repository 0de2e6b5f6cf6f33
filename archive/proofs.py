"""Proofs of the form that Griffie wrote before there were checkpoints; they are only read.

PROOFS.md says what is in one and how to check it with other tools.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from archive import canonical, fields, timestamps, tree
from archive.entries import Entry, Segment, parse_segment
from archive.errors import Damage, EntryInvalid, FormatUnknown
from archive.heads import SignedHeads, read_heads

FORMAT = "griffie-proof/1"
FIRST_LINE = 2
"""Entry 0 of a segment is its line 2: line 1 is the header."""

Lines = Mapping[tuple[str, int], Sequence[int]]
"""Line numbers to prove, by source and sequence number of the segment."""


class Shown(NamedTuple):
    """A proved entry."""

    source: str
    sequence: int
    line: int
    written_at: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class Proof:
    """A verified proof of the first form."""

    about: str
    entries: tuple[Shown, ...]
    heads: SignedHeads
    stamped_at: str | None
    """When a timestamp authority saw the signature; None if none did."""


def is_old_proof(data: bytes) -> bool:
    """Tell whether a proof is of this form or of the later one.

    Raises:
        ValueError: it is no sealed document.
    """
    return canonical.unseal(data).get("format") == FORMAT


def read_proof(data: bytes, *, key: str | None = None, roots: bytes | None = None) -> Proof:
    """Verify a proof from its file alone.

    Args:
        data: the file.
        key: the operator's public key, as hex, from elsewhere; None takes the one in the file.
        roots: certificates of the authorities whose timestamps are trusted.

    Raises:
        ValueError: it does not hold; the message says why.
    """
    document = canonical.unseal(data)
    try:
        return _proof(document, key, roots)
    except EntryInvalid as error:
        raise ValueError(error.what) from error
    except (Damage, FormatUnknown) as error:
        raise ValueError(str(error)) from error


def _proof(document: Mapping[str, Any], key: str | None, roots: bytes | None) -> Proof:
    if document.get("format") != FORMAT:
        raise FormatUnknown("the proof", document.get("format"))
    signed = fields.text(document, "heads").encode()
    heads = read_heads(signed)
    if key is not None and heads.key != key:
        raise ValueError(f"it is signed by another key, {heads.key}")
    shown = [
        entry
        for said in fields.as_objects(document.get("segments"))
        for entry in _entries(said, heads)
    ]
    stamp = fields.optional_text(document, "timestamp")
    stamped_at = timestamps.check(stamp.encode(), signed, roots) if stamp is not None else None
    return Proof(fields.text(document, "about"), tuple(shown), heads, stamped_at)


def _entries(said: Mapping[str, Any], heads: SignedHeads) -> list[Shown]:
    source, sequence = fields.text(said, "source"), fields.optional_size(said, "sequence") or 0
    path, lines = said.get("path"), said.get("lines")
    if not isinstance(path, list) or not isinstance(lines, list):
        raise EntryInvalid("a segment has no path or no lines")
    data = base64.b64decode(fields.text(said, "data"), validate=True)
    vouched = heads.logs.get(source)
    if vouched is None:
        raise ValueError(f"the signed heads say nothing of {source}")
    sha256 = hashlib.sha256(data).hexdigest()
    root = tree.root_along(sha256, sequence - 1, vouched.head.sequence, path)
    if root != vouched.root:
        raise ValueError(f"segment {sequence} of {source} is not the one that was signed")
    segment = parse_segment(data)
    if (segment.source, segment.sequence) != (source, sequence):
        raise ValueError(f"segment {sequence} of {source} says that it is another one")
    return [_shown(segment, line) for line in lines]


def _shown(segment: Segment, line: object) -> Shown:
    if type(line) is not int or not 0 <= line - FIRST_LINE < len(segment.entries):
        raise ValueError(f"segment {segment.sequence} has no entry in line {line}")
    entry = segment.entries[line - FIRST_LINE]
    return Shown(segment.source, segment.sequence, line, segment.header.written_at, entry)
