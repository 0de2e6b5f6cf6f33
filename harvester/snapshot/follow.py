"""Follow an archive: its verified log, the derived index, and the wanted files."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from archive.archive import Archive
from archive.checkpoints import OBJECTS, keep_cosignatures
from archive.copying import GROUP_FILES, fetch_payload
from archive.entries import PayloadEntry, Segment, TakedownEntry
from archive.errors import LogForked, ObjectNotFound
from archive.evidence import ANYBODY, Trust
from archive.following import follow_heads, follow_log, later_segments
from archive.heads import check_last
from archive.keys import payload_key
from archive.memory import memory_path, write_memory
from archive.merkle import consistency_proof
from archive.payloads import Staged
from archive.prefetch import prefetch
from archive.signed_origin import SignedLog, SignedOrigin, read_signed_origin
from archive.snapshots import latest_snapshot
from archive.stores import ObjectInfo
from archive.witnessing import Refusal, WitnessRecord
from harvester.harvest.digests import compare_digests
from harvester.harvest.texts import extract_wanted
from harvester.harvest.twins import pair_texts
from harvester.index import Index, SchemaOutdated, rebuild
from harvester.index.apply import FIRST_LINE
from harvester.index.connection import open_readonly
from harvester.progress import Progress
from harvester.settings import Settings
from harvester.snapshot.create import take_index
from harvester.snapshot.download import is_vouched
from harvester.snapshot.origin import FilesKept, texts_due_path, through
from harvester.snapshot.signing import digests_of
from harvester.source.registry import readers
from harvester.source.spider import SourceSpider
from harvester.text import text_key

_CURRENT = """
SELECT f.sha256, f.size_bytes FROM file AS f
  JOIN copy AS c ON c.paper = f.paper AND c.source = f.source
 WHERE f.version = (SELECT max(version) FROM file WHERE paper = f.paper AND source = f.source)
   AND f.sha256 NOT IN (SELECT sha256 FROM taken_payload)
 GROUP BY f.sha256 ORDER BY f.sha256
"""
_ALL = """
SELECT sha256, size_bytes FROM payload
 WHERE sha256 NOT IN (SELECT sha256 FROM taken_payload) ORDER BY sha256
"""
_TEXTS = """
SELECT sha256 FROM text WHERE sha256 NOT IN (SELECT sha256 FROM taken_payload) ORDER BY sha256
"""


@dataclass(slots=True)
class Followed:
    """The result of one round."""

    segments: int = 0
    files: int = 0
    size_bytes: int = 0
    missing: list[str] = field(default_factory=list)
    """Digests of files that the origin lacks or has damaged."""
    signer: str | None = None
    """The key that signed the origin's logs."""
    signed_at: str = ""
    unsigned: int = 0
    """Unsigned segments after that, which were not taken."""
    snapshot: str | None = None
    """The snapshot whose index it began with."""


@dataclass(frozen=True, slots=True)
class Follower:
    """A copy of an archive, with its own index."""

    origin: Archive
    own: Archive
    settings: Settings
    sources: dict[str, type[SourceSpider]]
    files: FilesKept
    progress: Progress
    as_of: str | None = None
    """The time to stop at; None follows to the end of the origin's log."""
    trust: Trust = ANYBODY
    """The trusted signers of the origin's logs and snapshots."""
    witness: WitnessRecord | None = None
    """The record of this copy's witness; None without a witness."""

    def begin_with_snapshot(self) -> str | None:
        """Install the index of the origin's latest snapshot, if there is no index yet.

        Returns:
            The snapshot's name. None if there is none or none is needed, if another version of
            Griffie made it, or if a required signature is missing: then the index is made from the
            log.

        Raises:
            Damage: the snapshot is damaged.
        """
        path = self.settings.index
        snapshot = None if path.exists() or self.as_of else latest_snapshot(self.origin.store)
        if snapshot is None:
            return None
        self.progress.phase("snapshot")
        path.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".snapshot-", dir=path.parent) as folder:
            beside = Path(folder) / path.name
            take_index(self.origin, snapshot, beside)
            if not is_vouched(self.origin.store, snapshot, beside, self.trust):
                return None
            try:
                Index.open(beside, readers(self.sources), create=False).close()
            except SchemaOutdated:
                return None
            # Before the index, so that a kill in between loses nothing.
            texts_due_path(path).touch()
            beside.replace(path)
        return snapshot.name

    def follow_once(self) -> Followed:
        """Bring the copy and its index up to date with the origin.

        After a kill at any moment the copy is complete but shorter, and the next call continues.

        Raises:
            LogRewritten: the origin's log is no longer the one that was followed.
            SignatureMissing: no trusted signature covers the logs.
            Damage: the origin is damaged; everything before the damage was taken.
            IndexDiverged: the index contradicts the log.
        """
        found = Followed()

        def bring(segment: Segment) -> None:
            if self.files == "all":
                self._bring_files(segment, found)

        sources = self.origin.sources()
        signed = read_signed_origin(self.origin, self.own, self.trust, sources)
        for source in sources:
            self.progress.phase(f"log of {source}")
            vouched = signed.logs.get(source) if signed else None
            if signed is not None and vouched is None:
                continue  # this log is not signed yet
            for _ in follow_log(
                self.origin, self.own, source, until=self.as_of, before=bring, signed=vouched
            ):
                found.segments += 1
                self.progress.advance(detail=source)
        heads = follow_heads(self.origin, self.own)
        if signed is not None:
            self._take_signatures(signed, found)
        index = self._derive()
        through_origin = through(self.own, self.origin)
        try:
            self._note_later_takedowns(index, signed)
            extract_wanted(through_origin, index, self.settings.text, self.progress)
            compare_digests(through_origin, index, self.progress)
            pair_texts(through_origin, index, self.progress)
        finally:
            index.close()
        self._bring_wanted(found)
        self._bring_texts(through_origin)
        if signed is None and (found.segments or heads):
            check_last(self.own, digests_of(self.settings.index))
        return found

    def _take_signatures(self, signed: SignedOrigin, found: Followed) -> None:
        """Keep and remember the signatures, and cosign if this is a witness."""
        self.progress.phase("signatures")
        found.signer = signed.signers.current
        found.unsigned = self._count_unsigned(signed)
        if not signed.bring():
            return
        for name, log in signed.logs.items():
            if self.witness is not None:
                self._cosign(self.witness, name, log)
        found.signed_at = max(log.signed.checkpoint.time for log in signed.logs.values())
        path = memory_path(self.settings.index)
        key = signed.signers.keys[0].key
        write_memory(path, self.trust.memory.with_seen(key, signed.seen))

    def _cosign(self, record: WitnessRecord, name: str, log: SignedLog) -> None:
        """Cosign that a log only grew since this witness last signed.

        Raises:
            LogForked: it did not, as this witness was shown it over HTTP.
        """
        checkpoint, node = log.signed.checkpoint, log.reader.node

        def prove(old: int) -> list[bytes]:
            return consistency_proof(node, old, checkpoint.size)

        try:
            line = record.cosign_followed(log.signed, prove)
        except Refusal as error:
            raise LogForked(name, checkpoint.size, [str(record.folder)]) from error
        if line is not None:
            keep_cosignatures(self.own.store, name, log.signed, [line])

    def _count_unsigned(self, signed: SignedOrigin) -> int:
        """Return how many segments are unsigned; 0 if the origin cannot list."""
        total = 0
        for source, log in signed.logs.items():
            head = log.signed.checkpoint.head
            if source != OBJECTS and head is not None:
                total += sum(1 for _ in self.origin.log(source).keys(head.sequence))
        return total

    def _derive(self) -> Index:
        """Return the index, refreshed with all of the copy's log."""
        path = self.settings.index
        known = readers(self.sources)
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            try:
                index = Index.open(path, known)
            except SchemaOutdated:
                pass
            else:
                for source in self.own.sources():
                    index.catch_up(self.own.log(source))
                return index
        rebuild(self.own, path, known, progress=self.progress)
        return Index.open(path, known)

    def _note_later_takedowns(self, index: Index, signed: SignedOrigin | None) -> None:
        """Apply takedowns that were decided after the time at which this copy stops."""
        if self.as_of is None:
            return
        for source in self.origin.sources():
            vouched = signed.logs.get(source) if signed else None
            if signed is not None and vouched is None:
                continue
            for segment in later_segments(self.origin, self.own, source, vouched):
                lines = enumerate(segment.entries, FIRST_LINE)
                taken = [(n, entry) for n, entry in lines if isinstance(entry, TakedownEntry)]
                index.apply_takedowns(segment.header, taken)
                for _, entry in taken:
                    for sha256 in entry.payloads:
                        self.own.erase(sha256)
        index.refresh()

    # Files -----------------------------------------------------------------------------------

    def _bring_files(self, segment: Segment, found: Followed) -> None:
        """Copy the files of a segment before the copy has the segment."""
        named = {
            entry.sha256: entry.size_bytes or 0
            for entry in segment.entries
            if isinstance(entry, PayloadEntry) and entry.sha256
        }
        self._bring(sorted(named.items()), found, is_final=False)

    def _bring_wanted(self, found: Followed) -> None:
        """Copy wanted files that are missing, now that takedowns are known."""
        if self.files == "none":
            return
        query = _ALL if self.files == "all" else _CURRENT
        with closing(open_readonly(self.settings.index)) as connection:
            wanted = connection.execute(query).fetchall()
        self.progress.phase("files", len(wanted))
        self._bring(wanted, found, is_final=True)

    def _bring_texts(self, through: Archive) -> None:
        """Copy the texts of a snapshot's index, so that this copy can be rebuilt alone.

        Those of the log are here already. A text that the origin lost can be extracted again.
        """
        due = texts_due_path(self.settings.index)
        if not due.exists():
            return
        with closing(open_readonly(self.settings.index)) as connection:
            rows = connection.execute(_TEXTS).fetchall()
        lacking = [key for (sha256,) in rows if not self.own.store.exists(key := text_key(sha256))]
        self.progress.phase("texts", len(lacking))

        def fetch(key: str) -> None:
            with suppress(ObjectNotFound):
                through.store.get(key)

        at_once = self.origin.store.at_once
        with ThreadPoolExecutor(at_once, thread_name_prefix="follow") as pool:
            for _ in prefetch(pool, fetch, lacking, at_once * 2):
                self.progress.advance()
        due.unlink()

    def _bring(self, wanted: Iterable[tuple[str, int]], found: Followed, *, is_final: bool) -> None:
        lacking = (item for item in wanted if not self.own.payloads.exists(item[0]))
        fetched = self._fetched(lacking)
        while group := list(islice(fetched, GROUP_FILES)):
            staged = [one for _, one in group if one is not None]
            self.own.payloads.commit(staged)
            found.files += len(staged)
            found.size_bytes += sum(one.size_bytes for one in staged)
            if is_final:
                found.missing += [sha256 for (sha256, _), one in group if one is None]
            self.progress.advance(len(group), detail="files")

    def _fetched(
        self, wanted: Iterable[tuple[str, int]]
    ) -> Iterator[tuple[tuple[str, int], Staged | None]]:
        call: Callable[[tuple[str, int]], Staged | None] = self._fetch
        with ThreadPoolExecutor(self.origin.store.at_once, thread_name_prefix="follow") as pool:
            yield from prefetch(pool, call, wanted, self.origin.store.at_once * 2)

    def _fetch(self, item: tuple[str, int]) -> Staged | None:
        sha256, size_bytes = item
        try:
            return fetch_payload(self.origin, ObjectInfo(payload_key(sha256), size_bytes), self.own)
        except ObjectNotFound:
            return None  # taken down since, or the origin is itself a follower
