"""Timestamps (RFC 3161) on signed objects, stored beside them."""

import base64
import hashlib
from types import ModuleType
from typing import Any

from cryptography import x509

from archive import canonical
from archive.errors import Misuse

FORMAT = "griffie-timestamp/1"


class TimestampsUnavailable(Misuse):
    """The library that timestamps need is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "timestamps need rfc3161-client; install it with: pip install 'griffie[timestamps]'"
        )


def _client() -> ModuleType:
    try:
        import rfc3161_client  # noqa: PLC0415 - an optional extra
    except ImportError as error:
        raise TimestampsUnavailable from error
    return rfc3161_client


def request_for(data: bytes) -> bytes:
    """Return a timestamp request for this content (`application/timestamp-query`).

    Raises:
        TimestampsUnavailable: the library is not installed.
    """
    client = _client()
    builder = client.TimestampRequestBuilder().data(data)
    request = builder.hash_algorithm(client.base.HashAlgorithm.SHA256).build()
    return bytes(request.as_bytes())


def keep(answer: bytes, data: bytes) -> bytes:
    """Return an authority's answer about this content, in the form that is stored.

    Raises:
        ValueError: the answer is no timestamp of this content.
    """
    _time_of(answer, data)
    token = base64.b64encode(answer).decode()
    sha256 = hashlib.sha256(data).hexdigest()
    return canonical.seal({"format": FORMAT, "of": sha256, "token": token})


def check(stored: bytes, data: bytes, roots: bytes | None) -> str:
    """Return the time, in UTC, at which a timestamp authority saw this content.

    Args:
        stored: the result of `keep`.
        data: the content.
        roots: certificates of trusted authorities, as PEM; None accepts a timestamp of any
            authority.

    Raises:
        ValueError: it is damaged, about other content, or of no trusted authority.
        TimestampsUnavailable: the library is not installed.
    """
    document = canonical.unseal(stored)
    if document.get("format") != FORMAT or document.get("of") != hashlib.sha256(data).hexdigest():
        raise ValueError("it is a timestamp of something else")
    answer = base64.b64decode(str(document.get("token")), validate=True)
    moment = _time_of(answer, data)
    if roots is not None:
        _check_authority(answer, data, roots)
    return moment


def _decode(answer: bytes) -> Any:
    try:
        response = _client().decode_timestamp_response(answer)
        response.tst_info  # noqa: B018 - raises where no token was granted
    except ValueError as error:
        raise ValueError(f"no timestamp was granted: {error}") from error
    return response


def _time_of(answer: bytes, data: bytes) -> str:
    told = _decode(answer).tst_info
    if told.message_imprint.message != hashlib.sha256(data).digest():
        raise ValueError("it is a timestamp of something else")
    return str(told.gen_time.isoformat())


def _check_authority(answer: bytes, data: bytes, roots: bytes) -> None:
    client = _client()
    builder = client.VerifierBuilder()
    for certificate in x509.load_pem_x509_certificates(roots):
        builder = builder.add_root_certificate(certificate)
    try:
        builder.build().verify_message(_decode(answer), data)
    except client.errors.VerificationError as error:
        raise ValueError(f"its authority is not one of those that are trusted: {error}") from error
