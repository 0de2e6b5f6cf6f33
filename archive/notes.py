"""Signed notes: a text with lines that say who signed it (C2SP signed-note, cosignature/v1).

Pure. The reference implementation is Go's `golang.org/x/mod/sumdb/note`.
"""

import base64
import binascii
import hashlib
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from archive.statements import public_hex

ED25519 = 1
COSIGNATURE = 4
"""The signature type of a witness: Ed25519 with a time."""
_ID_BYTES = 4
_TIME_BYTES = 8
_DASH = "\u2014 "
NOTE_LIMIT_BYTES = 1 << 16


class NoteKey(NamedTuple):
    """A public key and its name in notes."""

    name: str
    key: str
    """64 hex digits."""
    algorithm: int = ED25519

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature line refers to the key; a hint, not a proof."""
        told = self.name.encode() + b"\n" + bytes([self.algorithm]) + bytes.fromhex(self.key)
        return hashlib.sha256(told).digest()[:_ID_BYTES]

    def __str__(self) -> str:
        encoded = base64.b64encode(bytes([self.algorithm]) + bytes.fromhex(self.key)).decode()
        return f"{self.name}+{self.id.hex()}+{encoded}"

    @classmethod
    def parse(cls, text: str) -> "NoteKey":
        """Read a verifier key, `<name>+<id>+<base64>`.

        Raises:
            ValueError: it is malformed.
        """
        name, _, rest = text.partition("+")
        key_id, _, encoded = rest.partition("+")
        data = _unbase64(encoded)
        if not is_name(name) or len(data) != 33 or data[0] not in (ED25519, COSIGNATURE):
            raise ValueError(f"{text!r} is no verifier key")
        found = cls(name, data[1:].hex(), data[0])
        if found.id.hex() != key_id:
            raise ValueError(f"{text!r} has another key's id")
        return found


class NoteSignature(NamedTuple):
    """A signature line of a note."""

    name: str
    key_id: bytes
    data: bytes
    """After the key's id."""

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.data).decode()}"


class Note(NamedTuple):
    """A text with unverified signatures."""

    text: str
    """Ends with a line feed."""
    signatures: tuple[NoteSignature, ...]

    def __str__(self) -> str:
        return self.text + "\n" + "".join(f"{line}\n" for line in self.signatures)

    def with_signatures(self, more: "tuple[NoteSignature, ...]") -> "Note":
        """Return the note with further signatures."""
        new = [one for one in more if one not in self.signatures]
        return self._replace(signatures=(*self.signatures, *new))


def is_name(name: str) -> bool:
    """Tell whether this is a valid name of a key."""
    return bool(name) and not any(c.isspace() or c == "+" or not c.isprintable() for c in name)


def parse_note(data: bytes) -> Note:
    """Read a note, without verifying signatures.

    Raises:
        ValueError: it is malformed.
    """
    if len(data) > NOTE_LIMIT_BYTES:
        raise ValueError("longer than any note")
    said = data.decode()
    text, gap, lines = said.rpartition("\n\n")
    if not gap or not lines.endswith("\n") or not text:
        raise ValueError("no text and signatures with an empty line between them")
    if any(ord(c) < 32 and c != "\n" for c in said):
        raise ValueError("control characters in a note")
    return Note(f"{text}\n", parse_signatures(lines))


def parse_signatures(lines: str) -> tuple[NoteSignature, ...]:
    """Read the lines of signatures below a note, each of which ends with a line feed.

    Raises:
        ValueError: there are none, or a line is none.
    """
    if not lines.endswith("\n"):
        raise ValueError("the last line has no end")
    return tuple(_signature(line) for line in lines[:-1].split("\n"))


def _signature(line: str) -> NoteSignature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    data = _unbase64(encoded)
    if not line.startswith(_DASH) or not is_name(name) or len(data) <= _ID_BYTES:
        raise ValueError("a line of signatures is none")
    return NoteSignature(name, data[:_ID_BYTES], data[_ID_BYTES:])


def _unbase64(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(f"not base64: {error}") from error
    if base64.b64encode(data).decode() != text:
        raise ValueError("not base64 in its one form")
    return data


def sign_note(text: str, name: str, key: Ed25519PrivateKey) -> NoteSignature:
    """Sign a text that ends with a line feed."""
    return NoteSignature(name, NoteKey(name, public_hex(key)).id, key.sign(text.encode()))


def cosign_note(text: str, name: str, key: Ed25519PrivateKey, time_s: int) -> NoteSignature:
    """Cosign a checkpoint: until this time the witness saw nothing that contradicts it."""
    stamp = time_s.to_bytes(_TIME_BYTES, "big")
    key_id = NoteKey(name, public_hex(key), COSIGNATURE).id
    return NoteSignature(name, key_id, stamp + key.sign(_cosigned(text, time_s)))


def _cosigned(text: str, time_s: int) -> bytes:
    return f"cosignature/v1\ntime {time_s}\n{text}".encode()


def is_signed(note: Note, by: NoteKey) -> bool:
    """Tell whether a key signed this, as the log's key or as a witness."""
    return signed_when(note, by) is not None


def signed_when(note: Note, by: NoteKey) -> int | None:
    """Return when a witness signed, in seconds since 1970; 0 for the log's key, None if
    unsigned."""
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(by.key))
    for name, key_id, data in note.signatures:
        if (name, key_id) != (by.name, by.id):
            continue
        is_witness = by.algorithm == COSIGNATURE
        time_s = int.from_bytes(data[:_TIME_BYTES], "big") if is_witness else 0
        signed = _cosigned(note.text, time_s) if is_witness else note.text.encode()
        try:
            public.verify(data[_TIME_BYTES:] if is_witness else data, signed)
        except InvalidSignature:
            continue
        return time_s
    return None
