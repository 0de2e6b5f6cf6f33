"""One bucket of an S3 server and a prefix in it: the connection, and the versions of objects."""

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

import boto3
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.response import StreamingBody

from archive.errors import StoreUnsupported
from archive.stores.options import S3Options
from archive.stores.ranged_read import RangedRead, Source, skip
from archive.stores.s3_errors import translating

ATTEMPTS = 8
"""Botocore's default is 3; a harvest that has come far should outlast a restart of the server."""


class Version(NamedTuple):
    """One version of an object, or the mark of its deletion."""

    key: str
    """After the prefix."""
    id: str
    is_deletion: bool


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket and a prefix, which is empty or ends with a slash; safe to share by threads."""

    name: str
    prefix: str
    client: Any

    @property
    def where(self) -> str:
        """The address as `s3://bucket/prefix/`."""
        return f"s3://{self.name}/{self.prefix}"

    def below(self, folder: str) -> "Bucket":
        """Return the same bucket with a longer prefix."""
        return replace(self, prefix=f"{self.prefix}{folder}")

    def translating(self, key: str = "") -> AbstractContextManager[None]:
        """Translate errors of the block into an `ArchiveError` about a key."""
        return translating(key, self.where)

    def place(self, key: str) -> dict[str, str]:
        """Return the arguments that name an object."""
        return {"Bucket": self.name, "Key": self.prefix + key}

    def versions(self, prefix: str = "") -> Iterator[Version]:
        """Yield the versions of all keys with a prefix: by key, the latest first.

        Versions of one key come in the order in which the server accepted them, whatever its clocks
        say. Of a server that has no versions, the objects: their version is "".
        """
        try:
            yield from self._versions(prefix)
        except StoreUnsupported:
            yield from self._objects(prefix)

    def _objects(self, prefix: str) -> Iterator[Version]:
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.name, Prefix=self.prefix + prefix
        )
        with self.translating(prefix):
            for page in pages:
                for item in page.get("Contents", ()):
                    yield Version(item["Key"][len(self.prefix) :], "", is_deletion=False)

    def _versions(self, prefix: str) -> Iterator[Version]:
        pages = self.client.get_paginator("list_object_versions").paginate(
            Bucket=self.name, Prefix=self.prefix + prefix
        )
        with self.translating(prefix):
            for page in pages:
                for kind in ("Versions", "DeleteMarkers"):
                    for item in page.get(kind, ()):
                        key = item["Key"][len(self.prefix) :]
                        yield Version(key, item["VersionId"], kind == "DeleteMarkers")

    def history(self, key: str) -> list[Version]:
        """Return the versions of a key, oldest first."""
        return [version for version in self.versions(key) if version.key == key][::-1]

    def uncover(self, prefix: str) -> int:
        """Remove all but the first version of each key with a prefix; return how many.

        Where the server lets two writers write, the first counts. The other removes its own
        version, unless it was killed before it could.
        """
        seen: set[str] = set()
        later = []
        for version in reversed(list(self.versions(prefix))):
            if version.key in seen:
                later.append(version)
            seen.add(version.key)
        for version in later:
            self.remove(version)
        return len(later)

    def remove(self, version: Version, *, bypass_lock: bool = False) -> None:
        """Remove one version; the version below it becomes the object again.

        Raises:
            StoreForbidden: it is locked, and `bypass_lock` is not given or not granted.
        """
        more: dict[str, Any] = {"VersionId": version.id} if version.id else {}
        if bypass_lock:
            more["BypassGovernanceRetention"] = True
        with self.translating(version.key):
            self.client.delete_object(**self.place(version.key), **more)

    def lend(self, key: str, seconds: int, disposition: str, media_type: str) -> str:
        """Return a pre-signed address from which anybody can fetch an object for a while."""
        with self.translating(key):
            address: str = self.client.generate_presigned_url(
                "get_object",
                Params={
                    **self.place(key),
                    "ResponseContentDisposition": disposition,
                    "ResponseContentType": media_type,
                },
                ExpiresIn=seconds,
            )
        return address

    def open_range(self, place: dict[str, str], first: int, stop: int) -> RangedRead:
        """Open a range of an object; see `ObjectStore.open_range`."""
        key = place["Key"][len(self.prefix) :]

        def begin(at: int) -> Source:
            with self.translating(key):
                answer = self.client.get_object(**place, Range=f"bytes={at}-{stop - 1}")
            body = _Body(self, key, answer["Body"])
            if "ContentRange" not in answer:
                skip(body, at)
            return body

        return RangedRead(begin, first, stop, f"{self.where}{key}")

    def remove_all(self, prefix: str = "") -> int:
        """Remove every version of every key with a prefix; return how many."""
        found = list(self.versions(prefix))
        for version in found:
            self.remove(version)
        return len(found)


@dataclass(frozen=True, slots=True)
class _Body:
    """The body of a response; its errors become `ArchiveError`s."""

    bucket: Bucket
    key: str
    body: StreamingBody

    def read(self, size: int, /) -> bytes:
        with self.bucket.translating(self.key):
            return bytes(self.body.read(size))

    def close(self) -> None:
        self.body.close()


def connect(options: S3Options) -> Any:
    """Return a client of boto3; nothing is asked of the server yet."""
    session = boto3.Session(profile_name=options.profile, region_name=options.region)
    checksums = "when_supported" if options.differences.has_checksums else "when_required"
    client = session.client(
        "s3",
        endpoint_url=options.endpoint_url,
        config=Config(
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
            # Pre-signed addresses use signature version 2 by default in some regions.
            signature_version="s3v4",
            max_pool_connections=options.connections + 4,
            connect_timeout=10,
            read_timeout=60,
            tcp_keepalive=True,
            s3={"addressing_style": "path" if options.path_style else "auto"},
            request_checksum_calculation=checksums,
            response_checksum_validation=checksums,
        ),
    )
    # Some servers want Content-MD5 of the calls that change a bucket, and know no other checksum.
    client.meta.events.register("before-sign.s3.PutBucketVersioning", _add_digest)
    if not options.differences.has_checksums:
        client.meta.events.register("before-sign.s3", _drop_checksums)
    return client


def _add_digest(request: AWSRequest, **_: Any) -> None:
    digest = hashlib.md5(request.data, usedforsecurity=False).digest()
    request.headers["Content-MD5"] = b64encode(digest).decode()


def _drop_checksums(request: AWSRequest, **_: Any) -> None:
    """Leave out what botocore adds even if it is told to do so only where it must."""
    for name in tuple(request.headers):
        if name.lower().startswith(("x-amz-checksum-", "x-amz-sdk-checksum-")):
            del request.headers[name]


def server_time(answer: dict[str, Any]) -> datetime | None:
    """Return the server's time from a response, if it states one."""
    told = answer["ResponseMetadata"]["HTTPHeaders"].get("date", "")
    try:
        moment = parsedate_to_datetime(told)
    except ValueError:  # a server behind a proxy may have sent two of them
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
