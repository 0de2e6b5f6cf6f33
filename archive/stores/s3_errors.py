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
    ArchiveNotFound,
    ObjectNotFound,
    StoreForbidden,
    StoreFull,
    StoreUnavailable,
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
        raise _translate(key, place, code, str(error)) from error
    except _NO_CREDENTIALS as error:
        raise StoreForbidden(place, str(error)) from error
    except (BotoCoreError, ResponseParserError) as error:
        raise StoreUnavailable(f"{place}{key}", str(error)) from error


def told(answer: Mapping[str, Any], name: str) -> Any:
    """Return a field of a response.

    Raises:
        StoreUnavailable: the field is missing because the response was cut short.
    """
    if name not in answer:
        raise StoreUnavailable("the server", f"its answer was cut short: no {name}")
    return answer[name]


def _translate(
    key: str, place: str, code: str, said: str
) -> ObjectNotFound | ArchiveNotFound | StoreForbidden | StoreFull | StoreUnavailable:
    if code in _MISSING:
        return ObjectNotFound(key)
    if code in _NO_BUCKET:
        return ArchiveNotFound(place)
    if code in _FORBIDDEN:
        return StoreForbidden(f"{place}{key}", said)
    if code in _FULL:
        return StoreFull(f"{place}{key}")
    return StoreUnavailable(f"{place}{key}", said)
