"""Translate errors of S3 servers and connections into `ArchiveError`s."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
)
from botocore.parsers import ResponseParserError

from archive.errors import (
    ArchiveError,
    ArchiveNotFound,
    ObjectNotFound,
    StoreForbidden,
    StoreFull,
    StoreUnavailable,
    StoreUnsupported,
)

TAKEN = frozenset({"PreconditionFailed", "412"})
CONFLICT = frozenset({"ConditionalRequestConflict", "OperationAborted", "409"})
_MISSING = frozenset({"NoSuchKey", "404", "NotFound"})
_NO_BUCKET = frozenset({"NoSuchBucket"})
_FORBIDDEN = frozenset(
    {
        "AccessDenied", "AllAccessDisabled", "AccountProblem", "ExpiredToken", "Forbidden", "403",
        "InvalidAccessKeyId", "InvalidToken", "SignatureDoesNotMatch", "RequestTimeTooSkewed",
    }
)  # fmt: skip
_FULL = frozenset({"QuotaExceeded", "InsufficientCapacity", "XMinioStorageFull", "507"})
_PASSING = frozenset(
    {
        "BadDigest", "ClientDisconnected", "IncompleteBody", "InvalidDigest", "RequestTimeout",
        "SlowDown", "Throttling", "ThrottlingException", "TooManyRequests",
        "XAmzContentChecksumMismatch", "XAmzContentSHA256Mismatch",
    }
)  # fmt: skip
"""Codes of requests that failed on their way, though their status says that they were wrong."""
_PASSING_STATUSES = frozenset({408, 409, 412, 425, 429})
_NOT_IMPLEMENTED = 501
_TABLE = "config/README.md has a table of servers and what they need"
_ADVICE = {
    "PutBucketVersioning": "set s3.versioning = false",
    "ListObjectVersions": "set s3.versioning = false",
}
"""What helps where a server does not know a call."""
_UNKNOWN_CALL = frozenset({"MethodNotAllowed", "NotImplemented", "405", "501"})
_CONDITIONAL = frozenset({"PutObject", "CompleteMultipartUpload"})
_NO_CONDITIONS = (
    "an archive is safe only where a put can be told to overwrite nothing (If-None-Match): "
    "use another server"
)
_NO_CREDENTIALS = (NoCredentialsError, PartialCredentialsError, ProfileNotFound)


def code_of(error: ClientError) -> str:
    """Return the server's error code."""
    return str(error.response.get("Error", {}).get("Code", ""))


@contextmanager
def translating(key: str, place: str) -> Iterator[None]:
    """Translate errors of the block into an `ArchiveError` about a key of the store at `place`.

    Errors that say that a key is taken or in conflict pass unchanged: the caller judges them.
    """
    try:
        yield
    except ClientError as error:
        code = code_of(error)
        if code in TAKEN or code in CONFLICT:
            raise
        raise _translate(key, place, error) from error
    except _NO_CREDENTIALS as error:
        raise StoreForbidden(place, str(error)) from error
    except (BotoCoreError, ResponseParserError) as error:
        raise StoreUnavailable(f"{place}{key}", str(error)) from error
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        # Botocore reads answers as Amazon sends them; of others it raises what happens to come.
        said = f"its answer cannot be read: {type(error).__name__}: {error}"
        raise StoreUnavailable(f"{place}{key}", said) from error


def told(answer: Mapping[str, Any], name: str) -> Any:
    """Return a field of a response.

    Raises:
        StoreUnavailable: the field is missing because the response was cut short.
    """
    if name not in answer:
        raise StoreUnavailable("the server", f"its answer was cut short: no {name}")
    return answer[name]


def is_unsupported(error: ClientError) -> bool:
    """Tell whether a server refused a request for good, whoever asks and whenever."""
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    if code_of(error) in _PASSING or status in _PASSING_STATUSES:
        return False
    return 400 <= status < 500 or status == _NOT_IMPLEMENTED


def _translate(key: str, place: str, error: ClientError) -> ArchiveError:
    code, said = code_of(error), str(error)
    if code in _MISSING:
        return ObjectNotFound(key)
    if code in _NO_BUCKET:
        return ArchiveNotFound(place)
    if code in _FORBIDDEN:
        return StoreForbidden(f"{place}{key}", said)
    if code in _FULL:
        return StoreFull(f"{place}{key}")
    if is_unsupported(error):
        message = str(error.response.get("Error", {}).get("Message", "")).rstrip(".")
        call = error.operation_name
        told = f"{code}: {message}" if message else code
        if "header" in message and code == "NotImplemented" and call in _CONDITIONAL:
            return StoreUnsupported(place, call, told, _NO_CONDITIONS)
        is_unknown = code in _UNKNOWN_CALL
        advice = _ADVICE[call] if is_unknown and call in _ADVICE else "s3.compatibility may help"
        return StoreUnsupported(place, call, told, f"{advice}; {_TABLE}")
    return StoreUnavailable(f"{place}{key}", said)
