"""Where an archive is: a folder, or `s3://bucket/prefix`."""

from pathlib import Path
from typing import TYPE_CHECKING

from archive.errors import KeyInvalid
from archive.stores import ObjectStore
from archive.stores.local import LocalStore
from archive.stores.options import S3Options

if TYPE_CHECKING:
    from archive.stores.s3 import S3Store

S3_SCHEME = "s3://"


def is_bucket(location: str | Path) -> bool:
    """Tell whether a location is in a bucket."""
    return str(location).startswith(S3_SCHEME)


def open_store(location: str | Path, options: S3Options | None = None) -> ObjectStore:
    """Return the store at a location that exists.

    Raises:
        ArchiveNotFound: there is no such folder.
        KeyInvalid: a prefix that no key can begin with.
    """
    if is_bucket(location):
        return _bucket(str(location), options)
    return LocalStore(Path(location))


def create_store(location: str | Path, options: S3Options | None = None) -> ObjectStore:
    """Return the store at a location, which is made when it is missing.

    Raises:
        StoreForbidden: this user may not make it.
    """
    if is_bucket(location):
        store = _bucket(str(location), options)
        store.prepare()
        return store
    return LocalStore.create(Path(location))


def _bucket(location: str, options: S3Options | None) -> "S3Store":
    # boto3 takes 0.2 s to import, which an archive in a folder need not pay.
    from archive.stores.s3 import S3Store  # noqa: PLC0415

    bucket, _, prefix = location.removeprefix(S3_SCHEME).partition("/")
    prefix = prefix.strip("/")
    if prefix and not all(part for part in prefix.split("/")):
        raise KeyInvalid(prefix, "two slashes follow each other")
    return S3Store(bucket, f"{prefix}/" if prefix else "", options or S3Options())
