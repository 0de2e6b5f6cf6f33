"""Objects in a bucket of Amazon S3, Ceph, MinIO or another S3 server.

Every put is conditional (`If-None-Match: *`), so an object is written once; the server decides.
Where it ignores the condition, and the bucket keeps versions, the version that came first counts.
Bytes are checked on the way in (Content-MD5, and the checksum that botocore adds) and back.
Credentials come from boto3's own chain only, never from settings.
"""

import os
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from botocore.exceptions import ClientError
from botocore.response import StreamingBody

from archive import keys
from archive.chunks import CHUNK_BYTES
from archive.errors import (
    ObjectExists,
    ObjectNotFound,
    PromiseBroken,
    StoreForbidden,
    StoreUnavailable,
    StoreUnsupported,
)
from archive.stores import Lease, ObjectInfo, ObjectStore, multipart, promises
from archive.stores.bucket import Bucket, connect, server_time
from archive.stores.bucket_lease import BucketLease
from archive.stores.first_version import IF_NONE_MATCH, FirstVersion
from archive.stores.options import S3Options
from archive.stores.os_errors import writing
from archive.stores.ranged_read import READS, RangedRead
from archive.stores.s3_errors import CONFLICT, TAKEN, code_of, told
from archive.stores.staging import staging_of_this_user, sweep_folder

PROBE = ".probe"
CONFLICTS = 5
"""Retries of a put that met another put of the same key (409)."""


class S3Store(ObjectStore):
    """An `ObjectStore` in a bucket; each key follows the prefix. Safe to share between threads."""

    def __init__(
        self, bucket: str, prefix: str, options: S3Options, client: Any | None = None
    ) -> None:
        """Refer to a bucket and a prefix; no request is made yet.

        Args:
            bucket: its name.
            prefix: empty, or ended by a slash.
            options: how to reach it.
            client: a boto3 client to share; None makes one, which takes 0.1 s.
        """
        self._bucket = Bucket(bucket, prefix, connect(options) if client is None else client)
        self._first = FirstVersion(self._bucket)
        self._options = options
        self._staging = options.staging or staging_of_this_user()

    def __repr__(self) -> str:
        return f"S3Store({self._bucket.where!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the address and options: connections cannot be sent to another process."""
        return S3Store, (self._bucket.name, self._bucket.prefix, self._options)

    def prepare(self) -> None:
        """Create the bucket if it is missing, and enable versioning unless told not to.

        Raises:
            StoreForbidden: this user may not.
            PromiseBroken: the server lets a put overwrite an object; nothing was stored.
        """
        client, name = self._bucket.client, self._bucket.name
        with self._bucket.translating():
            try:
                client.head_bucket(Bucket=name)
            except ClientError as error:
                if code_of(error) not in ("404", "NoSuchBucket"):
                    raise
                self._make_bucket()
            if self._options.keeps_versions:
                client.put_bucket_versioning(
                    Bucket=name, VersioningConfiguration={"Status": "Enabled"}
                )
        with self.scratch() as scratch:
            keeps = promises.writes_once(scratch)
            # A second writer could not remove its version if it is locked.
            if not keeps or (self._options.lock_days and scratch._first.probe()):
                raise PromiseBroken(self._bucket.where)

    @property
    def at_once(self) -> int:
        """As many as connections."""
        return self._options.connections

    @contextmanager
    def scratch(self) -> Iterator["S3Store"]:
        """Create an empty store under a hidden prefix; see `ObjectStore.scratch`."""
        place = self._bucket.below(f"{PROBE}/{secrets.token_hex(8)}/")
        # Locked objects could not be removed again.
        options = replace(self._options, lock_days=0)
        store = S3Store(place.name, place.prefix, options, place.client)
        try:
            yield store
        finally:
            place.remove_all()

    def lease(self, name: str, holder: str) -> AbstractContextManager[Lease]:
        """Acquire the right to write; see `ObjectStore.lease`."""
        return BucketLease(self._bucket, keys.check(name), keys.check(holder)).hold()

    def facts(self, present: datetime) -> dict[str, str]:
        """Return facts about the bucket for the operator, by name.

        Args:
            present: the local time, aware.
        """
        client, name = self._bucket.client, self._bucket.name
        with self._bucket.translating():
            answer = client.head_bucket(Bucket=name)
        versioning = self._versioning()
        with self.scratch() as scratch:
            scratch.put_new("digits", b"0123456789")
            place = scratch._bucket.place("digits")
            with self._bucket.translating():
                part = client.get_object(**place, Range="bytes=3-5")["Body"].read()
        twice = "ignored: of two writers the first version counts"
        facts = {
            "versions": versioning,
            "ranges": "served" if part == b"345" else "ignored: files are always sent whole",
            "If-None-Match": twice if self._first.probe() else "honoured",
        }
        if server := answer["ResponseMetadata"]["HTTPHeaders"].get("server"):
            facts["server"] = server
        if theirs := server_time(answer):
            facts["clock"] = f"{(present - theirs).total_seconds():+.0f} s from the server's"
        return facts

    def _versioning(self) -> str:
        try:
            with self._bucket.translating():
                answer = self._bucket.client.get_bucket_versioning(Bucket=self._bucket.name)
        except StoreUnsupported:
            return "the server has none"
        return str(answer.get("Status", "not kept"))

    @property
    def staging(self) -> Path:
        """A folder of this machine that only this user can read."""
        with writing(str(self._staging)):
            self._staging.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self._staging.stat().st_uid != os.getuid():
                raise StoreForbidden(str(self._staging), "it belongs to another user")
        return self._staging

    def put_new(self, key: str, content: bytes) -> None:
        """Store an object durably; see `ObjectStore.put_new`."""
        version = self._put(keys.check(key), content)
        if version is None or (
            self._first.decides_writes and not self._first.won(key, content, version)
        ):
            raise ObjectExists(key)

    def put_derived(self, key: str, content: bytes) -> None:
        """Store what can be made again; see `ObjectStore.put_derived`."""
        self._put(keys.check(key), content)

    def put_files(self, files: Mapping[str, Path]) -> None:
        """Send files to their keys, many at once; see `ObjectStore.put_files`."""
        for key in files:
            keys.check(key)
        workers = min(self._options.connections, len(files)) or 1
        with ThreadPoolExecutor(workers, thread_name_prefix="s3") as pool:
            # Reading every result raises the first error after all have ended.
            list(pool.map(self._put_file, files.keys(), files.values()))

    def replace(self, key: str, source: Path) -> None:
        """Replace an object by a file; a versioned bucket keeps the damaged one.

        Except where the first version counts: there the damaged ones are removed.
        """
        damaged = self._bucket.history(keys.check(key)) if self._first.decides_writes else []
        if source.stat().st_size <= multipart.PART_BYTES:
            self._put(keys.check(key), source.read_bytes(), condition={})
        else:
            multipart.put_parts(self._bucket, keys.check(key), source, self._manner(), {})
        for version in damaged:
            self._bucket.remove(version)
        source.unlink()

    def erase(self, key: str) -> None:
        """Remove an object with all its versions; see `ObjectStore.erase`."""
        # Under GOVERNANCE a privileged user may remove locked objects; under COMPLIANCE nobody.
        bypass = self._options.lock_mode != "COMPLIANCE" and bool(self._options.lock_days)
        for version in self._bucket.history(keys.check(key)):
            self._bucket.remove(version, bypass_lock=bypass)

    def get(self, key: str) -> bytes:
        """Return an object's bytes; see `ObjectStore.get`."""
        content = bytearray()

        def begin() -> None:
            content.clear()

        self._fetch(key, begin, content.extend)
        return bytes(content)

    def open(self, key: str) -> BinaryIO:
        """Download an object to a temporary file that is removed when closed."""
        with writing(str(self._staging)):
            # No `with`: the caller closes it.
            file = tempfile.NamedTemporaryFile(dir=self.staging)  # noqa: SIM115

        def begin() -> None:
            file.seek(0)
            file.truncate()

        try:
            with writing(file.name):
                self._fetch(key, begin, file.write)
                file.seek(0)
        except BaseException:
            file.close()
            raise
        return file  # type: ignore[return-value]

    def open_range(self, key: str, first: int, stop: int) -> RangedRead:
        """Open a range of an object; see `ObjectStore.open_range`."""
        return self._bucket.open_range(self._first.place(keys.check(key)), first, stop)

    def lend(self, key: str, *, seconds: int, disposition: str, media_type: str) -> str:
        """Return a pre-signed address from which anybody can fetch an object for a while."""
        return self._bucket.lend(keys.check(key), seconds, disposition, media_type)

    def head(self, key: str) -> ObjectInfo:
        """Return an object's size; see `ObjectStore.head`."""
        with self._bucket.translating(keys.check(key)):
            answer = self._bucket.client.head_object(**self._first.place(key))
        return ObjectInfo(key, told(answer, "ContentLength"))

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectInfo]:
        """Yield objects in byte order of their keys; see `ObjectStore.list`."""
        bucket = self._bucket
        start = {"StartAfter": bucket.prefix + after} if after else {}
        pages = bucket.client.get_paginator("list_objects_v2").paginate(
            Bucket=bucket.name, Prefix=bucket.prefix + prefix, **start
        )
        with bucket.translating(prefix):
            for page in pages:
                for item in page.get("Contents", ()):
                    key = item["Key"][len(bucket.prefix) :]
                    # Not every server accepts `StartAfter` with any prefix; foreign keys are
                    # skipped.
                    if key > after and all(map(keys.is_part, key.split("/"))):
                        yield ObjectInfo(key, item["Size"])

    def sweep(self, older_than_s: float) -> int:
        """Remove temporary files that killed writers left; see `ObjectStore.sweep`."""
        oldest = datetime.now(UTC).timestamp() - older_than_s
        with writing(str(self._staging)):
            swept = sweep_folder(self.staging, oldest)
        if self._first.decides_writes:
            swept += self._bucket.uncover("log/")
        before = datetime.now(UTC) - timedelta(seconds=older_than_s)
        return swept + multipart.give_up_old_uploads(self._bucket, before)

    def _fetch(
        self, key: str, begin: Callable[[], object], take: Callable[[bytes], object]
    ) -> None:
        """Pass an object's bytes to `take`; call `begin` before each attempt from the start."""
        by_version = False
        for attempt in range(1, READS + 1):
            begin()
            try:
                place = self._first.place(keys.check(key), by_version=by_version)
                with self._bucket.translating(key):
                    answer = self._bucket.client.get_object(**place)
                    size = sum(len(chunk) for chunk in _each(answer["Body"], take))
            except ObjectNotFound:
                # Ceph lists a new key a moment before it knows which version is the latest.
                if by_version or not self._first.decides_reads:
                    raise
                by_version = True
                continue
            except StoreUnavailable:
                # Botocore tries a request again, but not the reading of its answer.
                if attempt == READS:
                    raise
            else:
                if size == answer.get("ContentLength"):
                    return
            time.sleep(attempt * 0.5)
        raise StoreUnavailable(f"{self._bucket.where}{key}", "the answer is cut short each time")

    def _make_bucket(self) -> None:
        wanted: dict[str, Any] = {"Bucket": self._bucket.name}
        region = self._bucket.client.meta.region_name
        if region not in (None, "us-east-1", "aws-global"):
            wanted["CreateBucketConfiguration"] = {"LocationConstraint": region}
        if self._options.lock_days:
            wanted["ObjectLockEnabledForBucket"] = True
        self._bucket.client.create_bucket(**wanted)

    def _put(
        self, key: str, content: bytes, condition: Mapping[str, str] = IF_NONE_MATCH
    ) -> str | None:
        """Store bytes; return the version, or "" if the bucket keeps none.

        None if another writer stored this key before.
        """
        for attempt in range(CONFLICTS + 1):
            time.sleep(attempt * 0.1)
            try:
                with self._bucket.translating(key):
                    answer = self._bucket.client.put_object(
                        **self._bucket.place(key),
                        Body=content,
                        ContentMD5=multipart.md5_of(content),
                        **condition,
                        **self._manner(),
                    )
            except ClientError as error:
                if code_of(error) in TAKEN:
                    return "" if _was_retried(error.response) and self.get(key) == content else None
                if code_of(error) not in CONFLICT or attempt == CONFLICTS:
                    raise StoreUnavailable(key, str(error)) from error
            else:
                return str(answer.get("VersionId", ""))
        raise AssertionError("unreachable")

    def _put_file(self, key: str, path: Path) -> None:
        size_bytes = path.stat().st_size
        # Checking first saves sending a file that exists; that pays for large files only.
        if size_bytes > multipart.PART_BYTES and self.exists(key):
            pass
        elif size_bytes <= multipart.PART_BYTES:
            self._put(key, path.read_bytes())
        else:
            multipart.put_parts(self._bucket, key, path, self._manner(), IF_NONE_MATCH)
        path.unlink()

    def _manner(self) -> dict[str, Any]:
        """Return the arguments of a put that the options determine."""
        options = self._options
        manner: dict[str, Any] = {
            "StorageClass": options.storage_class,
            "ServerSideEncryption": options.encryption,
            "SSEKMSKeyId": options.kms_key_id,
        }
        if options.lock_days:
            manner["ObjectLockMode"] = options.lock_mode or "GOVERNANCE"
            until = datetime.now(UTC) + timedelta(days=options.lock_days)
            manner["ObjectLockRetainUntilDate"] = until
        return {name: value for name, value in manner.items() if value is not None}


def _was_retried(answer: Mapping[str, Any]) -> bool:
    return bool(answer.get("ResponseMetadata", {}).get("RetryAttempts", 0))


def _each(body: StreamingBody, take: Callable[[bytes], object]) -> Iterator[bytes]:
    for chunk in body.iter_chunks(CHUNK_BYTES):
        take(chunk)
        yield chunk
