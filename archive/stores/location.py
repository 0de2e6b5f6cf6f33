"""Open the store at a location: a folder, `s3://bucket/prefix`, or read-only
`https://host/path`."""

from pathlib import Path
from typing import TYPE_CHECKING

from archive.errors import KeyInvalid
from archive.stores import ObjectStore
from archive.stores.local import LocalStore
from archive.stores.options import S3Options

if TYPE_CHECKING:
    from archive.stores.s3 import S3Store

S3_SCHEME = "s3://"
HTTP_SCHEMES = ("http://", "https://")


def is_bucket(location: str | Path) -> bool:
    """Tell whether a location is in a bucket."""
    return str(location).startswith(S3_SCHEME)


def is_remote(location: str | Path) -> bool:
    """Tell whether a location is not a folder of this machine."""
    return str(location).startswith((S3_SCHEME, *HTTP_SCHEMES))


def open_store(
    location: str | Path, options: S3Options | None = None, sources: tuple[str, ...] = ()
) -> ObjectStore:
    """Return the store at a location that exists.

    Args:
        location: a folder, `s3://bucket/prefix`, or `https://host/path`, which can only be read.
        options: of the bucket.
        sources: that may have logs on a web server, which cannot list them.

    Raises:
        ArchiveNotFound: there is no such folder.
        KeyInvalid: a prefix that no key can begin with.
    """
    if str(location).startswith(HTTP_SCHEMES):
        from archive.stores.http import HttpStore  # noqa: PLC0415 - few need it

        return HttpStore(str(location), sources)
    if is_bucket(location):
        return _bucket(str(location), options)
    return LocalStore(Path(location))


def create_store(location: str | Path, options: S3Options | None = None) -> ObjectStore:
    """Return the store at a location, which is created if it is missing.

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
