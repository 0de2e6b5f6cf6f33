"""Objects in a bucket of Amazon S3, Ceph, MinIO or another server of that protocol.

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
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

from botocore.exceptions import ClientError
from botocore.response import StreamingBody

from archive import keys
from archive.errors import (
    ObjectExists,
    ObjectNotFound,
    PromiseBroken,
    StoreForbidden,
    StoreUnavailable,
)
from archive.stores import Lease, ObjectInfo, parts, promises
from archive.stores.bucket import Bucket, Version, connect, server_time
from archive.stores.bucket_lease import BucketLease
from archive.stores.options import S3Options
from archive.stores.part import ObjectPart
from archive.stores.refusal import CONFLICT, TAKEN, code_of, told
from archive.stores.staging import staging_of_this_user, sweep_folder
from archive.stores.translation import writing

READS = 4
"""How often an object is asked for whose bytes were cut on the way."""
PROBE = ".probe"
TWICE = ".twice"
REFUSES = ".refuses"
"""Hidden names, which no key of the archive can have.

The last is there where a writer saw the server refuse a second put of the other.
"""
ONCE = {"IfNoneMatch": "*"}
"""The condition of every put but a repair's."""
CONFLICTS = 5
"""How often a put is tried again that met another put of the same key (409)."""


class S3Store:
    """An `ObjectStore` in a bucket; each key follows the prefix. Safe to share between threads."""

    def __init__(
        self, bucket: str, prefix: str, options: S3Options, client: Any | None = None
    ) -> None:
        """Name a bucket and a prefix; nothing is asked of the server yet.

        Args:
            bucket: its name.
            prefix: empty, or ended by a slash.
            options: how to reach it.
            client: a client of boto3 to share, which takes 0.1 s to make; None makes one.
        """
        self._bucket = Bucket(bucket, prefix, connect(options) if client is None else client)
        self._options = options
        self._staging = options.staging or staging_of_this_user()

    def __repr__(self) -> str:
        return f"S3Store({self._bucket.where!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel to another process as a name: connections stay behind."""
        return S3Store, (self._bucket.name, self._bucket.prefix, self._options)

    def prepare(self) -> None:
        """Make the bucket if it is missing, and have it keep versions unless told not to.

        Raises:
            StoreForbidden: this user may not.
            PromiseBroken: the server lets a put overwrite an object; nothing was stored.
        """
        client, name = self._bucket.client, self._bucket.name
        with self._bucket.talking():
            try:
                client.head_bucket(Bucket=name)
            except ClientError as error:
                if code_of(error) not in ("404", "NoSuchBucket"):
                    raise
                self._make_bucket()
            if self._options.versioning:
                client.put_bucket_versioning(
                    Bucket=name, VersioningConfiguration={"Status": "Enabled"}
                )
        with self.scratch() as scratch:
            keeps = promises.writes_once(scratch)
            # What is locked cannot be taken back by the one who came second.
            if not keeps or (self._options.lock_days and scratch.takes_twice()):
                raise PromiseBroken(self._bucket.where)

    @property
    def at_once(self) -> int:
        """As many as there are connections."""
        return self._options.connections

    @contextmanager
    def scratch(self) -> Iterator["S3Store"]:
        """Give an empty store under a hidden prefix; see `ObjectStore.scratch`."""
        place = self._bucket.below(f"{PROBE}/{secrets.token_hex(8)}/")
        # What is locked could not be removed again.
        options = replace(self._options, lock_days=0)
        store = S3Store(place.name, place.prefix, options, place.client)
        try:
            yield store
        finally:
            place.remove_all()

    def lease(self, name: str, holder: str) -> AbstractContextManager[Lease]:
        """Take the right to write; see `ObjectStore.lease`."""
        return BucketLease(self._bucket, keys.check(name), keys.check(holder)).hold()

    def takes_twice(self) -> bool:
        """Tell whether the server ignores the condition of a put, as Ceph 16 does here and there.

        It costs two requests where the answer is no.
        """
        # The first time ever the key is free.
        if self._is_free(TWICE) and self._is_free(TWICE):
            self._bucket.remove_all(TWICE)
            self._bucket.remove_all(REFUSES)
            return True
        self._is_free(REFUSES)
        return False

    def _is_free(self, name: str) -> bool:
        """Put an empty object; tell whether the server let it in."""
        try:
            with self._bucket.talking(name):
                self._bucket.client.put_object(**self._bucket.place(name), **ONCE)
        except ClientError as error:
            if code_of(error) in TAKEN:
                return False
            raise StoreUnavailable(self._bucket.where, str(error)) from error
        return True

    @cached_property
    def _takes_twice(self) -> bool:
        return self.takes_twice()

    @cached_property
    def _first_counts(self) -> bool:
        """Whether readers look which version came first: no writer saw the server refuse another.

        A reader writes nothing to know it.
        """
        try:
            with self._bucket.talking(REFUSES):
                self._bucket.client.head_object(**self._bucket.place(REFUSES))
        except ObjectNotFound:
            return True
        except StoreForbidden:
            pass  # Who may not list a bucket is not told what is missing in it.
        return False

    def _place(self, key: str, *, by_version: bool = False) -> dict[str, str]:
        """Return the arguments that read an object.

        A segment of a log is read by its first version where that is the one that counts: the
        other may be on top of it for a moment, until its writer takes it back.
        """
        place = self._bucket.place(key)
        if by_version or (key.startswith("log/") and self._first_counts):
            with suppress(StoreForbidden):
                history = self._bucket.history(key)
                if history and not history[-1].is_deletion:
                    place["VersionId"] = next(v.id for v in history if not v.is_deletion)
        return place

    def facts(self, present: datetime) -> dict[str, str]:
        """Return what an operator may want to know of the bucket.

        Args:
            present: the time here, aware.
        """
        client, name = self._bucket.client, self._bucket.name
        with self._bucket.talking():
            answer = client.head_bucket(Bucket=name)
            versioning = client.get_bucket_versioning(Bucket=name)
        with self.scratch() as scratch:
            scratch.put_new("digits", b"0123456789")
            place = scratch._bucket.place("digits")
            with self._bucket.talking():
                part = client.get_object(**place, Range="bytes=3-5")["Body"].read()
        twice = "ignored: of two writers the first version counts"
        facts = {
            "versions": versioning.get("Status", "not kept"),
            "ranges": "served" if part == b"345" else "ignored: files are always sent whole",
            "If-None-Match": twice if self.takes_twice() else "honoured",
        }
        if server := answer["ResponseMetadata"]["HTTPHeaders"].get("server"):
            facts["server"] = server
        if theirs := server_time(answer):
            facts["clock"] = f"{(present - theirs).total_seconds():+.0f} s from the server's"
        return facts

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
        if version is None or (self._takes_twice and not self._came_first(key, content, version)):
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
        """Put a file in an object's place; a bucket that keeps versions keeps the damaged one.

        Not where of two versions the first counts.
        """
        damaged = self._bucket.history(keys.check(key)) if self._takes_twice else []
        if source.stat().st_size <= parts.PART_BYTES:
            self._put(keys.check(key), source.read_bytes(), condition={})
        else:
            parts.put_parts(self._bucket, keys.check(key), source, self._manner(), {})
        for version in damaged:
            self._bucket.remove(version)
        source.unlink()

    def erase(self, key: str) -> None:
        """Remove an object with all its versions; see `ObjectStore.erase`."""
        # Under GOVERNANCE who has that right may remove what is locked; under COMPLIANCE nobody.
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
        """Download an object to a temporary file that goes when it is closed."""
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

    def open_part(self, key: str, first: int, stop: int) -> ObjectPart:
        """Open a part of an object; see `ObjectStore.open_part`."""
        return self._bucket.open_part(self._place(keys.check(key)), first, stop)

    def lend(self, key: str, *, seconds: int, disposition: str, media_type: str) -> str:
        """Return an address from which anybody can fetch an object for so long."""
        return self._bucket.lend(keys.check(key), seconds, disposition, media_type)

    def head(self, key: str) -> ObjectInfo:
        """Return an object's size; see `ObjectStore.head`."""
        with self._bucket.talking(keys.check(key)):
            answer = self._bucket.client.head_object(**self._place(key))
        return ObjectInfo(key, told(answer, "ContentLength"))

    def exists(self, key: str) -> bool:
        """Tell whether an object has this key; see `ObjectStore.exists`."""
        try:
            self.head(key)
        except ObjectNotFound:
            return False
        return True

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectInfo]:
        """Yield objects in byte order of their keys; see `ObjectStore.list`."""
        bucket = self._bucket
        start = {"StartAfter": bucket.prefix + after} if after else {}
        pages = bucket.client.get_paginator("list_objects_v2").paginate(
            Bucket=bucket.name, Prefix=bucket.prefix + prefix, **start
        )
        with bucket.talking(prefix):
            for page in pages:
                for item in page.get("Contents", ()):
                    key = item["Key"][len(bucket.prefix) :]
                    # Not every server takes `StartAfter` with any prefix; strangers are no objects.
                    if key > after and all(map(keys.is_part, key.split("/"))):
                        yield ObjectInfo(key, item["Size"])

    def sweep(self, older_than_s: float) -> int:
        """Remove temporary files that killed writers left; see `ObjectStore.sweep`."""
        oldest = datetime.now(UTC).timestamp() - older_than_s
        with writing(str(self._staging)):
            swept = sweep_folder(self.staging, oldest)
        if self._takes_twice:
            swept += self._bucket.uncover("log/")
        before = datetime.now(UTC) - timedelta(seconds=older_than_s)
        return swept + parts.give_up_old_uploads(self._bucket, before)

    def _fetch(
        self, key: str, begin: Callable[[], object], take: Callable[[bytes], object]
    ) -> None:
        """Give an object's bytes to `take`; after `begin` from the start, when they were cut."""
        by_version = False
        for attempt in range(1, READS + 1):
            begin()
            try:
                place = self._place(keys.check(key), by_version=by_version)
                with self._bucket.talking(key):
                    answer = self._bucket.client.get_object(**place)
                    size = sum(len(chunk) for chunk in _each(answer["Body"], take))
            except ObjectNotFound:
                # Ceph lists a new key a moment before it knows which version is the latest.
                if by_version or not self._first_counts:
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

    def _put(self, key: str, content: bytes, condition: Mapping[str, str] = ONCE) -> str | None:
        """Store bytes; return the version where versions are kept, else "".

        None when someone else stored this key before.
        """
        for attempt in range(CONFLICTS + 1):
            time.sleep(attempt * 0.1)
            try:
                with self._bucket.talking(key):
                    answer = self._bucket.client.put_object(
                        **self._bucket.place(key),
                        Body=content,
                        ContentMD5=parts.md5_of(content),
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

    def _came_first(self, key: str, content: bytes, version: str) -> bool:
        """Tell whether a put's version is the key's first; take it back if it is not.

        Where the server ignores the condition of a put, this is what decides between two writers.
        """
        if version in ("", "null"):
            raise StoreUnavailable(key, "no version of it was told; does the bucket keep versions?")
        first = next((v for v in self._bucket.history(key) if not v.is_deletion), None)
        if first is None or first.id == version:
            return True
        with self._bucket.talking(key):
            held = self._bucket.client.get_object(**self._bucket.place(key), VersionId=first.id)
            is_ours: bool = held["Body"].read() == content
        self._bucket.remove(Version(key, version, is_deletion=False))
        # The same bytes: the put before this one arrived, and only its answer was lost.
        return is_ours

    def _put_file(self, key: str, path: Path) -> None:
        size_bytes = path.stat().st_size
        # Asking first saves sending what is there already; only for large files is that worth it.
        if size_bytes > parts.PART_BYTES and self.exists(key):
            pass
        elif size_bytes <= parts.PART_BYTES:
            self._put(key, path.read_bytes())
        else:
            parts.put_parts(self._bucket, key, path, self._manner(), ONCE)
        path.unlink()

    def _manner(self) -> dict[str, Any]:
        """Return how objects are stored, as the options say."""
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
    for chunk in body.iter_chunks(1024 * 1024):
        take(chunk)
        yield chunk
