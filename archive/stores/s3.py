"""Objects in a bucket of Amazon S3, Ceph, MinIO or another server of that protocol.

Every put is conditional (`If-None-Match: *`), so an object is written once; the server decides.
Bytes are checked on the way in (Content-MD5, and the checksum that botocore adds) and back.
Credentials come from boto3's own chain only, never from settings.
"""

import base64
import hashlib
import os
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, BinaryIO

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.response import StreamingBody

from archive import keys
from archive.errors import (
    ObjectExists,
    ObjectNotFound,
    PromiseBroken,
    StoreForbidden,
    StoreUnavailable,
)
from archive.stores import ObjectInfo, promises
from archive.stores.options import S3Options
from archive.stores.refusal import CONFLICT, TAKEN, code_of, talking
from archive.stores.staging import sweep_folder
from archive.stores.translation import writing

PART_BYTES = 16 * 1024 * 1024
"""A larger file is sent in parts of this size, each read from disk when it is sent."""
ATTEMPTS = 8
"""Botocore's default is 3; a harvest that has come far should outlast a restart of the server."""
READS = 4
"""How often an object is asked for whose bytes were cut on the way."""
PROBE = ".probe"
"""A hidden name, which no key of the archive can have."""
ONCE = {"IfNoneMatch": "*"}
"""The condition of every put but a repair's."""
CONFLICTS = 5
"""How often a put is tried again that met another put of the same key (409)."""


class S3Store:
    """An `ObjectStore` in a bucket; each key follows the prefix. Safe to share between threads."""

    def __init__(self, bucket: str, prefix: str, options: S3Options) -> None:
        """Name a bucket and a prefix; nothing is asked of the server yet.

        Args:
            bucket: its name.
            prefix: empty, or ended by a slash.
            options: how to reach it.
        """
        self._bucket = bucket
        self._prefix = prefix
        self._options = options
        self._where = f"s3://{bucket}/{prefix}"
        self._client = _client(options)
        self._staging = options.staging or _staging_of_this_user()

    def __repr__(self) -> str:
        return f"S3Store({self._where!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel to another process as a name: connections stay behind."""
        return S3Store, (self._bucket, self._prefix, self._options)

    def prepare(self) -> None:
        """Make the bucket if it is missing, and have it keep versions unless told not to.

        Raises:
            StoreForbidden: this user may not.
            PromiseBroken: the server lets a put overwrite an object; nothing was stored.
        """
        with self._talking():
            try:
                self._client.head_bucket(Bucket=self._bucket)
            except ClientError as error:
                if code_of(error) not in ("404", "NoSuchBucket"):
                    raise
                self._make_bucket()
            if self._options.versioning:
                self._client.put_bucket_versioning(
                    Bucket=self._bucket, VersioningConfiguration={"Status": "Enabled"}
                )
        with self.scratch() as scratch:
            if not promises.writes_once(scratch):
                raise PromiseBroken(self._where)

    @property
    def at_once(self) -> int:
        """As many as there are connections."""
        return self._options.connections

    @contextmanager
    def scratch(self) -> Iterator["S3Store"]:
        """Give an empty store under a hidden prefix; see `ObjectStore.scratch`."""
        prefix = f"{self._prefix}{PROBE}/{secrets.token_hex(8)}/"
        # What is locked could not be removed again.
        store = S3Store(self._bucket, prefix, replace(self._options, lock_days=0))
        try:
            yield store
        finally:
            store.remove_all_versions()

    def remove_all_versions(self) -> None:
        """Remove everything under the prefix; for scratch stores alone."""
        pages = self._client.get_paginator("list_object_versions").paginate(
            Bucket=self._bucket, Prefix=self._prefix
        )
        with self._talking():
            for page in pages:
                for item in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                    # On a bucket without versions the server calls the only one "null".
                    self._client.delete_object(
                        Bucket=self._bucket, Key=item["Key"], VersionId=item["VersionId"]
                    )

    def facts(self, present: datetime) -> dict[str, str]:
        """Return what an operator may want to know of the bucket.

        Args:
            present: the time here, aware.
        """
        with self._talking():
            head = self._client.head_bucket(Bucket=self._bucket)["ResponseMetadata"]["HTTPHeaders"]
            versioning = self._client.get_bucket_versioning(Bucket=self._bucket)
        facts = {
            "server": head.get("server", "unknown"),
            "versions": versioning.get("Status", "not kept"),
        }
        if "date" in head:
            skew_s = (present - parsedate_to_datetime(head["date"])).total_seconds()
            facts["clock"] = f"{skew_s:+.0f} s from the server's"
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
        if not self._put(keys.check(key), content):
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
        """Put a file in an object's place; the bucket keeps the damaged version."""
        if source.stat().st_size <= PART_BYTES:
            self._put(keys.check(key), source.read_bytes(), condition={})
        else:
            self._put_parts(keys.check(key), source, condition={})
        source.unlink()

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

    def head(self, key: str) -> ObjectInfo:
        """Return an object's size; see `ObjectStore.head`."""
        with self._talking(keys.check(key)):
            answer = self._client.head_object(Bucket=self._bucket, Key=self._prefix + key)
        return ObjectInfo(key, answer["ContentLength"])

    def exists(self, key: str) -> bool:
        """Tell whether an object has this key; see `ObjectStore.exists`."""
        try:
            self.head(key)
        except ObjectNotFound:
            return False
        return True

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectInfo]:
        """Yield objects in byte order of their keys; see `ObjectStore.list`."""
        start = {"StartAfter": self._prefix + after} if after else {}
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=self._prefix + prefix, **start
        )
        with self._talking(prefix):
            for page in pages:
                for item in page.get("Contents", ()):
                    key = item["Key"][len(self._prefix) :]
                    # Not every server takes `StartAfter` with any prefix; strangers are no objects.
                    if key > after and all(map(keys.is_part, key.split("/"))):
                        yield ObjectInfo(key, item["Size"])

    def sweep(self, older_than_s: float) -> int:
        """Remove temporary files that killed writers left; see `ObjectStore.sweep`."""
        oldest = datetime.now(UTC).timestamp() - older_than_s
        with writing(str(self._staging)):
            swept = sweep_folder(self.staging, oldest)
        return swept + self._abort_old_uploads(older_than_s)

    def _fetch(
        self, key: str, begin: Callable[[], object], take: Callable[[bytes], object]
    ) -> None:
        """Give an object's bytes to `take`; after `begin` from the start, when they were cut."""
        for attempt in range(READS):
            time.sleep(attempt * 0.5)
            begin()
            try:
                with self._talking(keys.check(key)):
                    answer = self._client.get_object(Bucket=self._bucket, Key=self._prefix + key)
                    size = sum(len(chunk) for chunk in _each(answer["Body"], take))
            except StoreUnavailable:
                # Botocore tries a request again, but not the reading of its answer.
                if attempt == READS - 1:
                    raise
            else:
                if size == answer["ContentLength"]:
                    return
        raise StoreUnavailable(f"{self._where}{key}", "the answer is cut short each time")

    def _abort_old_uploads(self, older_than_s: float) -> int:
        """Give up what killed writers began to send in parts: it is kept, and paid for, unseen."""
        oldest = datetime.now(UTC) - timedelta(seconds=older_than_s)
        pages = self._client.get_paginator("list_multipart_uploads").paginate(
            Bucket=self._bucket, Prefix=self._prefix
        )
        count = 0
        with self._talking():
            for page in pages:
                for upload in page.get("Uploads", ()):
                    if upload["Initiated"] <= oldest:
                        self._client.abort_multipart_upload(
                            Bucket=self._bucket, Key=upload["Key"], UploadId=upload["UploadId"]
                        )
                        count += 1
        return count

    def _talking(self, key: str = "") -> AbstractContextManager[None]:
        return talking(key, self._where)

    def _make_bucket(self) -> None:
        wanted: dict[str, Any] = {"Bucket": self._bucket}
        region = self._client.meta.region_name
        if region not in (None, "us-east-1", "aws-global"):
            wanted["CreateBucketConfiguration"] = {"LocationConstraint": region}
        if self._options.lock_days:
            wanted["ObjectLockEnabledForBucket"] = True
        self._client.create_bucket(**wanted)

    def _put(self, key: str, content: bytes, condition: Mapping[str, str] = ONCE) -> bool:
        """Store bytes; return False when someone else stored this key before."""
        for attempt in range(CONFLICTS + 1):
            time.sleep(attempt * 0.1)
            try:
                with self._talking(key):
                    self._client.put_object(
                        Bucket=self._bucket,
                        Key=self._prefix + key,
                        Body=content,
                        ContentMD5=_md5(content),
                        **condition,
                        **self._manner(),
                    )
            except ClientError as error:
                if code_of(error) in TAKEN:
                    return self._is_ours(key, content, error)
                if code_of(error) not in CONFLICT or attempt == CONFLICTS:
                    raise StoreUnavailable(key, str(error)) from error
            else:
                return True
        raise AssertionError("unreachable")

    def _is_ours(self, key: str, content: bytes, error: ClientError) -> bool:
        """Tell whether it was this very put that took the key, and only its answer was lost."""
        retries = error.response.get("ResponseMetadata", {}).get("RetryAttempts", 0)
        return bool(retries) and self.get(key) == content

    def _put_file(self, key: str, path: Path) -> None:
        # What is there already is common (an interrupted group): one question saves sending it.
        if not self.exists(key):
            if path.stat().st_size <= PART_BYTES:
                self._put(key, path.read_bytes())
            else:
                self._put_parts(key, path)
        path.unlink()

    def _put_parts(self, key: str, path: Path, condition: Mapping[str, str] = ONCE) -> None:
        place = {"Bucket": self._bucket, "Key": self._prefix + key}
        with self._talking(key):
            upload = self._client.create_multipart_upload(**place, **self._manner())["UploadId"]
            try:
                parts = [
                    {"PartNumber": number, "ETag": self._put_part(place, upload, number, chunk)}
                    for number, chunk in enumerate(_chunks(path), 1)
                ]
                self._client.complete_multipart_upload(
                    **place, **condition, UploadId=upload, MultipartUpload={"Parts": parts}
                )
            except BaseException as error:
                # What was sent would be kept, and paid for, without ever being an object.
                with suppress(ClientError, BotoCoreError):
                    self._client.abort_multipart_upload(**place, UploadId=upload)
                if isinstance(error, ClientError) and code_of(error) in TAKEN:
                    return
                raise

    def _put_part(self, place: Mapping[str, str], upload: str, number: int, chunk: bytes) -> str:
        answer = self._client.upload_part(
            **place, UploadId=upload, PartNumber=number, Body=chunk, ContentMD5=_md5(chunk)
        )
        return str(answer["ETag"])

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


def _client(options: S3Options) -> Any:
    session = boto3.Session(profile_name=options.profile, region_name=options.region)
    return session.client(
        "s3",
        endpoint_url=options.endpoint_url,
        config=Config(
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
            max_pool_connections=options.connections + 4,
            connect_timeout=10,
            read_timeout=60,
            tcp_keepalive=True,
            s3={"addressing_style": "path" if options.path_style else "auto"},
        ),
    )


def _staging_of_this_user() -> Path:
    return Path(tempfile.gettempdir()) / f"griffie-staging-{os.getuid()}"


def _each(body: StreamingBody, take: Callable[[bytes], object]) -> Iterator[bytes]:
    for chunk in body.iter_chunks(1024 * 1024):
        take(chunk)
        yield chunk


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(PART_BYTES):
            yield chunk


def _md5(content: bytes) -> str:
    # Transport only: the one check that every server of this protocol makes (RFC 1864).
    return base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()
