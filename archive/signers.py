"""The operator's signing keys, each introduced by the one before it.

They are published as `evidence/keys/<number>.json`. The first names itself; a later one is signed
by the key before it and by itself, and says how long the logs were when it took over.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from archive import canonical, fields
from archive.archive import Archive
from archive.canonical import JSON
from archive.checkpoints import PREFIX, Signed, marker_identity
from archive.errors import DocumentDamaged, EntryInvalid, SignatureMissing, StoreForbidden
from archive.notes import NoteKey, is_signed
from archive.statements import Statement, public_hex, read_statement, sign
from archive.stores import ObjectStore

FORMAT = "griffie-key/1"
KEYS = f"{PREFIX}keys/"


class Signer(NamedTuple):
    """A key, and how long each log was when it took over."""

    key: str
    """Public, 64 hex digits."""
    since: Mapping[str, int]


class Signers(NamedTuple):
    """The operator's keys, oldest first."""

    keys: tuple[Signer, ...]

    @classmethod
    def of(cls, statements: Sequence[bytes]) -> "Signers":
        """Verify the statements that introduce one key after another.

        Raises:
            ValueError: the chain of keys is broken.
        """
        found: list[Signer] = []
        for data in statements:
            found.append(_signer(data, found[-1].key if found else None))
        return cls(tuple(found))

    @property
    def current(self) -> str:
        """The current key."""
        return self.keys[-1].key

    def accepts(self, log: str, signed: Signed) -> str | None:
        """Return the trusted key that signed a checkpoint; None if there is none.

        A replaced key cannot sign anything that came later.
        """
        size = signed.checkpoint.size
        for number, (key, _) in enumerate(self.keys):
            later = self.keys[number + 1 :]
            if later and size > later[0].since.get(log, 0):
                continue
            if is_signed(signed.note, NoteKey(signed.checkpoint.origin, key)):
                return key
        return None

    def check_pinned(self, key: str) -> None:
        """Check that a key from outside the archive is among them.

        Raises:
            SignatureMissing: it is not among them.
        """
        if all(key != signer.key for signer in self.keys):
            raise SignatureMissing(KEYS, f"names other keys than {key}")


def read_signers(store: ObjectStore) -> Signers | None:
    """Read the keys of an archive; None if it was never signed.

    Raises:
        DocumentDamaged: the chain of keys is broken.
    """
    statements = read_statements(store)
    for count in range(1, len(statements) + 1):
        try:
            Signers.of(statements[:count])
        except ValueError as error:
            raise DocumentDamaged(_key_of(count), str(error)) from error
    return Signers.of(statements) if statements else None


def read_statements(store: ObjectStore) -> list[bytes]:
    """Return the statements that name the keys of an archive, oldest first.

    Raises:
        DocumentDamaged: one in between is missing.
    """
    try:
        listed = [info.key for info in store.list(KEYS)]
    except StoreForbidden:
        listed = _numbered(store)
    for number, key in enumerate(listed, 1):
        if key != _key_of(number):
            raise DocumentDamaged(_key_of(number), "it is missing, and a later one is there")
    return [store.get(key) for key in listed]


def _numbered(store: ObjectStore) -> list[str]:
    """Return the object keys of the statements, without listing the store."""
    found: list[str] = []
    while store.exists(_key_of(len(found) + 1)):
        found.append(_key_of(len(found) + 1))
    return found


def _key_of(number: int) -> str:
    return f"{KEYS}{number:04}.json"


def _signer(data: bytes, before: str | None) -> Signer:
    statement = read_statement(data)
    try:
        return _read(statement, before)
    except EntryInvalid as error:
        raise ValueError(error.what) from error


def _read(statement: Statement, before: str | None) -> Signer:
    said = dict(statement.document)
    if said.get("format") != FORMAT:
        raise ValueError(f"it has format {said.get('format')!r}")
    key = fields.sha256(said, "public")
    if statement.key != (before or key):
        raise ValueError(f"it is signed by another key, {statement.key}")
    accepted = bytes.fromhex(fields.text(said, "accepted"))
    del said["accepted"]
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(
            accepted, canonical.encode(said)
        )
    except InvalidSignature as error:
        raise ValueError("the new key did not sign it") from error
    since = fields.as_object(said.get("logs"))
    sizes = {log: fields.optional_size(since, log) or 0 for log in since}
    return Signer(key, sizes)


def name_signer(
    archive: Archive,
    signers: Signers | None,
    by: Ed25519PrivateKey,
    key: Ed25519PrivateKey,
    since: Mapping[str, int],
) -> Signers:
    """Publish the first key or a successor.

    Args:
        archive: to be signed with it.
        signers: the earlier keys.
        by: the current key; the first key introduces itself.
        key: the new one.
        since: the current lengths of the logs.

    Raises:
        ObjectExists: another process published a key at the same moment.
    """
    number = len(signers.keys) + 1 if signers else 1
    said: dict[str, JSON] = {
        "format": FORMAT,
        "archive": marker_identity(archive),
        "number": number,
        "public": public_hex(key),
        "logs": dict(since),
    }
    accepted = key.sign(canonical.encode(said)).hex()
    archive.store.put_new(_key_of(number), sign({**said, "accepted": accepted}, by))
    return Signers((*(signers.keys if signers else ()), Signer(public_hex(key), dict(since))))
