"""An archive as a whole: its marker, its logs, its payloads, its reports."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from archive import canonical, keys
from archive.canonical import JSON
from archive.errors import (
    ArchiveExists,
    ArchiveNotFound,
    DocumentDamaged,
    FormatUnknown,
    ObjectExists,
    ObjectNotFound,
)
from archive.listing import folders
from archive.log import Log
from archive.payloads import Payloads
from archive.stores import Lease, ObjectStore
from archive.stores.location import create_store, open_store
from archive.stores.options import S3Options

FORMAT = "griffie/1"
MARKER_KEY = "griffie.json"


class Archive:
    """An opened archive; safe to share between threads that read."""

    def __init__(self, store: ObjectStore) -> None:
        """Wrap a store that is known to hold an archive; elsewhere use `open` or `create`."""
        self.store = store
        self.payloads = Payloads(store)
        self.unsigned: set[str] = set()
        """Keys of objects that were stored through this object and are not signed yet."""

    @classmethod
    def create(
        cls, location: str | Path, created_at: str, options: S3Options | None = None
    ) -> "Archive":
        """Create an archive in a folder or bucket, which is created too if it is missing.

        Args:
            location: a folder, or `s3://bucket/prefix`.
            created_at: the present.
            options: of the bucket.

        Raises:
            ArchiveExists: there is one already, which was left unchanged.
        """
        store = create_store(location, options)
        marker = canonical.seal({"format": FORMAT, "created_at": created_at})
        try:
            store.put_new(MARKER_KEY, marker)
        except ObjectExists as error:
            raise ArchiveExists(str(location)) from error
        return cls(store)

    @classmethod
    def open(cls, location: str | Path, options: S3Options | None = None) -> "Archive":
        """Open an archive.

        Args:
            location: a folder, or `s3://bucket/prefix`.
            options: of the bucket.

        Raises:
            ArchiveNotFound: there is none.
            FormatUnknown: this program cannot read it.
            DocumentDamaged: its marker is damaged.
        """
        store = open_store(location, options)
        try:
            read_marker(store)
        except ObjectNotFound as error:
            raise ArchiveNotFound(str(location)) from error
        return cls(store)

    def log(self, source: str, lease: Lease | None = None) -> Log:
        """Return a source's log: a new object on each call, which caches what it has verified."""
        return Log(self.store, source, lease)

    def lease(self, source: str, holder: str) -> AbstractContextManager[Lease]:
        """Take the right to write a source's log; see `ObjectStore.lease`."""
        return self.store.lease(keys.check_source(source), holder)

    def sources(self) -> list[str]:
        """Return the names of the sources that have a log."""
        return Log.sources(self.store)

    def keys_of(self, sha256: str) -> list[str]:
        """Return the keys under which a payload and its texts are stored.

        Raises:
            KeyInvalid: this is no digest.
        """
        payload = keys.payload_key(sha256)
        texts = [
            f"texts/{extractor}/{sha256[:2]}/{sha256}.json.gz"
            for extractor in folders(self.store, "texts/")
        ]
        return [key for key in (payload, *texts) if self.store.exists(key)]

    def erase(self, sha256: str) -> list[str]:
        """Remove a payload and its texts for good; the takedown must be in the log already.

        Repeating it does no harm.

        Returns:
            The keys that were removed.

        Raises:
            StoreForbidden: it is locked, or this user may not.
        """
        found = self.keys_of(sha256)
        for key in found:
            self.store.erase(key)
        return found

    def put_text(self, key: str, content: bytes) -> None:
        """Store the extracted text of a payload; a text that is already there stays."""
        self.store.put_derived(key, content)
        self.unsigned.add(key)

    def put_report(self, source: str, harvest_id: str, report: Mapping[str, JSON]) -> None:
        """Store the report of a harvest, sealed with its own digest.

        A `head_after` of `{"sequence": …, "sha256": …}` lets `verify` notice a log cut short.

        Raises:
            ObjectExists: this harvest has one.
            EntryInvalid: a value that canonical JSON cannot hold, such as a fraction.
        """
        self.store.put_new(report_key(source, harvest_id), canonical.seal(report))

    def report(self, source: str, harvest_id: str) -> dict[str, JSON]:
        """Return the report of a harvest, without its seal.

        Raises:
            ObjectNotFound: there is none.
            DocumentDamaged: it contradicts its own digest.
        """
        return read_sealed(self.store, report_key(source, harvest_id))

    def report_ids(self, source: str) -> Iterator[str]:
        """Yield the ids of the harvests of a source that have a report, in byte order."""
        prefix = f"harvests/{keys.check_source(source)}/"
        for info in self.store.list(prefix):
            yield info.key.removeprefix(prefix).removesuffix(".json")


def report_key(source: str, harvest_id: str) -> str:
    """Return the key of a harvest's report."""
    return f"harvests/{keys.check_source(source)}/{harvest_id}.json"


def read_sealed(store: ObjectStore, key: str) -> dict[str, JSON]:
    """Read a sealed document, without its seal.

    Raises:
        ObjectNotFound: there is none.
        DocumentDamaged: it contradicts its own digest.
    """
    try:
        document = canonical.unseal(store.get(key))
    except ValueError as error:
        raise DocumentDamaged(key, str(error)) from error
    document.pop("sha256")
    return document


def read_marker(store: ObjectStore) -> dict[str, JSON]:
    """Read `griffie.json`.

    Raises:
        ObjectNotFound: there is none.
        DocumentDamaged: it contradicts its own digest.
        FormatUnknown: this program cannot read the archive.
    """
    marker = read_sealed(store, MARKER_KEY)
    if marker.get("format") != FORMAT:
        raise FormatUnknown(MARKER_KEY, marker.get("format"))
    return marker
