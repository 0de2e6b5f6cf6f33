"""Canonical JSON and canonical gzip.

The same value gives the same bytes, so digests can be compared (README.md, "Canonical JSON" and
"Compression").
"""

import hashlib
import json
import struct
import zlib
from collections.abc import Mapping, Sequence
from typing import TypeAlias, cast

from archive.errors import EntryInvalid

JSON: TypeAlias = "bool | int | str | Sequence[JSON] | Mapping[str, JSON] | None"

INTEGER_LIMIT = 2**53 - 1
"""The largest integer that every JSON reader keeps exact (RFC 8259, section 6)."""

GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
"""RFC 1952: deflate, no name, no time, no hints, operating system unknown."""

COMPRESSOR = f"zlib {zlib.ZLIB_RUNTIME_VERSION} level 6"
"""The compressor of this machine; another zlib may compress the same content to other bytes."""

CONTENT_LIMIT_BYTES = 1 << 30
"""Upper limit of an unpacked object, against decompression bombs in followed archives."""

_encoder = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
)


def encode(value: JSON) -> bytes:
    """Write a value in canonical form, without a line end.

    Raises:
        EntryInvalid: for fractions, integers beyond `INTEGER_LIMIT`, keys that are not text, and
            text that is not Unicode (lone surrogates).
    """
    _check(value)
    return encode_checked(value)


def encode_checked(value: JSON) -> bytes:
    """Write a value whose types were checked before, such as an entry."""
    try:
        return _encoder.encode(value).encode()
    except UnicodeEncodeError as error:
        raise EntryInvalid(f"text that is not Unicode: {error.reason}") from error


def _check(value: object) -> None:
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return
    if kind is int:
        if abs(cast(int, value)) > INTEGER_LIMIT:
            raise EntryInvalid(f"the integer {value} is too large")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if type(key) is not str:
                raise EntryInvalid(f"the key {key!r} is not text")
            _check(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _check(item)
    else:
        raise EntryInvalid(f"{value!r} is neither text, integer, boolean, null, list nor object")


def _refuse_number(text: str) -> None:
    raise ValueError(f"the number {text} is not an integer")


_decoder = json.JSONDecoder(parse_float=_refuse_number, parse_constant=_refuse_number)


def decode(data: bytes | str) -> JSON:
    """Read JSON that has no fractions.

    Raises:
        ValueError: when it is not UTF-8, not JSON, nested too deeply, or has a fraction.
    """
    text = data if isinstance(data, str) else data.decode()
    try:
        return cast(JSON, _decoder.decode(text))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def is_canonical(data: bytes) -> bool:
    """Tell whether these bytes are what `encode` makes of the value they hold."""
    try:
        return encode(decode(data)) == data
    except (ValueError, EntryInvalid):
        return False


def pack(content: bytes) -> bytes:
    """Compress to a gzip member with the fixed header `GZIP_HEADER`."""
    deflate = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = deflate.compress(content) + deflate.flush()
    trailer = struct.pack("<II", zlib.crc32(content), len(content) & 0xFFFFFFFF)
    return GZIP_HEADER + body + trailer


def unpack(data: bytes) -> bytes:
    """Decompress what `pack` made, with any zlib, and nothing else.

    Raises:
        ValueError: when the header differs, the content is cut, follows garbage, fails its CRC, or
            is larger than `CONTENT_LIMIT_BYTES`.
    """
    if data[:10] != GZIP_HEADER:
        raise ValueError("the gzip header is not the format's")
    inflate = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        content = inflate.decompress(data, CONTENT_LIMIT_BYTES)
    except zlib.error as error:
        raise ValueError(f"not decompressible: {error}") from error
    if inflate.unconsumed_tail:
        raise ValueError(f"larger than {CONTENT_LIMIT_BYTES} bytes")
    if not inflate.eof:
        raise ValueError("the compressed data is cut short")
    if inflate.unused_data:
        raise ValueError("something follows the compressed data")
    return content


def seal(document: Mapping[str, JSON]) -> bytes:
    """Write a document with its own digest in the field `sha256`, and a line end.

    Raises:
        EntryInvalid: for values that canonical JSON cannot hold.
    """
    plain = {name: value for name, value in document.items() if name != "sha256"}
    digest = hashlib.sha256(encode(plain)).hexdigest()
    return encode({**plain, "sha256": digest}) + b"\n"


def unseal(data: bytes) -> dict[str, JSON]:
    """Read a sealed document.

    Raises:
        ValueError: when it is not canonical JSON, or its digest is not that of its content.
    """
    document = decode(data)
    if not isinstance(document, dict):
        raise ValueError("not a JSON object")
    try:
        resealed = seal(document)
    except EntryInvalid as error:
        raise ValueError(error.what) from error
    if resealed != data:
        raise ValueError("its sha256 is not that of its content")
    return cast(dict[str, JSON], document)
