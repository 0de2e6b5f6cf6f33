"""Decide between two writers of one key where the server lets both of them write.

Some servers ignore the condition of a put (Ceph 16 does on buckets that keep versions). There the
version that came first is the object: its writer succeeds, the other takes its version back, and
readers look for the first version until that has happened.
"""

from contextlib import suppress
from functools import cached_property

from botocore.exceptions import ClientError

from archive.errors import ObjectNotFound, StoreForbidden, StoreUnavailable
from archive.stores.bucket import Bucket, Version
from archive.stores.s3_errors import TAKEN, code_of

IF_NONE_MATCH = {"IfNoneMatch": "*"}
"""The condition of every put but a repair's."""
# Hidden names, which no key of the archive can have. A writer leaves the second one where it saw
# the server refuse another put of the first.
_TWICE = ".twice"
_REFUSES = ".refuses"


class FirstVersion:
    """What is known of a bucket's server; asked once, when it is first needed."""

    def __init__(self, bucket: Bucket) -> None:
        """Name a bucket; nothing is asked of the server yet."""
        self._bucket = bucket

    def probe(self) -> bool:
        """Tell whether the server ignores the condition of a put; two requests if it does not."""
        # The key is free only the first time ever, so two puts are needed to see it ignored.
        if self._is_free(_TWICE) and self._is_free(_TWICE):
            self._bucket.remove_all(_TWICE)
            self._bucket.remove_all(_REFUSES)
            return True
        self._is_free(_REFUSES)
        return False

    def _is_free(self, name: str) -> bool:
        """Put an empty object; tell whether the server let it in."""
        try:
            with self._bucket.translating(name):
                self._bucket.client.put_object(**self._bucket.place(name), **IF_NONE_MATCH)
        except ClientError as error:
            if code_of(error) in TAKEN:
                return False
            raise StoreUnavailable(self._bucket.where, str(error)) from error
        return True

    @cached_property
    def decides_writes(self) -> bool:
        """Whether a writer must look which version came first."""
        return self.probe()

    @cached_property
    def decides_reads(self) -> bool:
        """Whether a reader must: no writer saw the server refuse a put.

        A reader finds out without writing.
        """
        try:
            with self._bucket.translating(_REFUSES):
                self._bucket.client.head_object(**self._bucket.place(_REFUSES))
        except ObjectNotFound:
            return True
        except StoreForbidden:
            pass  # a user who may not list the bucket is not told what is missing in it
        return False

    def place(self, key: str, *, by_version: bool = False) -> dict[str, str]:
        """Return the arguments that read an object.

        A segment of a log is read by its first version where that decides: a second may lie on
        top of it until its writer takes it back.
        """
        place = self._bucket.place(key)
        if by_version or (key.startswith("log/") and self.decides_reads):
            with suppress(StoreForbidden):
                history = self._bucket.history(key)
                if history and history[-1].id and not history[-1].is_deletion:
                    place["VersionId"] = next(v.id for v in history if not v.is_deletion)
        return place

    def won(self, key: str, content: bytes, version: str) -> bool:
        """Tell whether a put came first; take its version back if it did not.

        Raises:
            StoreUnavailable: the bucket keeps no versions, so nobody can tell.
        """
        if version in ("", "null"):
            raise StoreUnavailable(key, "the server named no version; does the bucket keep them?")
        first = next((v for v in self._bucket.history(key) if not v.is_deletion), None)
        if first is None or first.id == version:
            return True
        with self._bucket.translating(key):
            held = self._bucket.client.get_object(**self._bucket.place(key), VersionId=first.id)
            is_ours: bool = held["Body"].read() == content
        self._bucket.remove(Version(key, version, is_deletion=False))
        # The same bytes: an earlier attempt of this put arrived, and only its answer was lost.
        return is_ours
