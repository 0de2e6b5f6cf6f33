"""Documents that an operator signs with an Ed25519 key (RFC 8032)."""

from collections.abc import Mapping
from typing import NamedTuple, cast

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from archive import canonical
from archive.canonical import JSON


class Statement(NamedTuple):
    """A document with a valid signature."""

    document: Mapping[str, JSON]
    """Without `key` and `signature`."""
    key: str
    """The public key, 64 hex digits, which identifies the signer."""


def new_key() -> bytes:
    """Generate a private key, as PEM."""
    return Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )


def load_key(pem: bytes) -> Ed25519PrivateKey:
    """Read a private key.

    Raises:
        ValueError: this is no Ed25519 key.
    """
    try:
        key = load_pem_private_key(pem, password=None)
    except (TypeError, UnsupportedAlgorithm) as error:
        raise ValueError(str(error)) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("it is no Ed25519 key")
    return key


def public_hex(key: Ed25519PrivateKey) -> str:
    """Return the public key as hex, the form that statements use."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def public_pem(hex_key: str) -> bytes:
    """Return a public key as PEM.

    Raises:
        ValueError: this is no key.
    """
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(hex_key))
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def sign(document: Mapping[str, JSON], key: Ed25519PrivateKey) -> bytes:
    """Write a document with `key` and `signature`, which covers the canonical JSON without
    itself."""
    said = {**document, "key": public_hex(key)}
    signature = key.sign(canonical.encode(said)).hex()
    return canonical.encode({**said, "signature": signature}) + b"\n"


def read_statement(data: bytes) -> Statement:
    """Read a document and check its signature.

    Raises:
        ValueError: the signature is invalid, or the document is not canonical.
    """
    document = canonical.decode(data)
    if not isinstance(document, dict):
        raise ValueError("not a JSON object")
    said = cast(dict[str, JSON], document)
    if canonical.encode(said) + b"\n" != data:
        raise ValueError("not canonical JSON")
    signature, key = said.pop("signature", None), said.get("key")
    if not isinstance(signature, str) or not isinstance(key, str):
        raise ValueError("it is not signed")
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
    try:
        public.verify(bytes.fromhex(signature), canonical.encode(said))
    except InvalidSignature as error:
        raise ValueError("its signature is not that of its content") from error
    if bytes.fromhex(signature).hex() != signature or bytes.fromhex(key).hex() != key:
        raise ValueError("key and signature are not in lower-case hex")
    return Statement({name: v for name, v in said.items() if name != "key"}, key)
