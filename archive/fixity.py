"""Verify that an archive still holds what was written and signed; changes nothing."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from itertools import islice

from archive import keys
from archive.archive import MARKER_KEY, Archive, read_marker, read_sealed
from archive.checking_logs import Anchor, LogCheck
from archive.checking_objects import (
    check_item,
    read_inventory,
    strangers,
)
from archive.checking_payloads import PayloadCheck, check_taken_down
from archive.entries import Head
from archive.errors import Damage, FormatUnknown
from archive.evidence import ANYBODY, Evidence, Trust
from archive.findings import Finding, Ledger, Progress, VerifyReport, Work
from archive.inventory import Item
from archive.latest_heads import LATEST_KEY
from archive.memory import Seen

__all__ = ["Finding", "Ledger", "Progress", "VerifyReport", "verify"]

_KNOWN_FOLDERS = ("evidence/", "harvests/", "heads/", "payloads/", "snapshots/", "texts/")
_GROUP = 64
"""Small objects checked between two looks at the clock."""


def verify(
    archive: Archive,
    *,
    sources: Iterable[str] | None = None,
    payloads: bool = True,
    expected_heads: Mapping[str, Head] | None = None,
    ledger: Ledger | None = None,
    is_over: Callable[[], bool] | None = None,
    workers: int = 0,
    progress: Progress | None = None,
    trust: Trust = ANYBODY,
    is_copy: bool = False,
) -> VerifyReport:
    """Verify an archive against its digests, its signatures and heads known from elsewhere.

    Without `trust` and `expected_heads` this finds accidental damage: changed or missing objects.
    With them it also finds what an attacker with write access did to anything signed or seen
    before.

    Args:
        archive: is not changed.
        sources: only their logs, reports and payloads; None means all.
        payloads: whether to read the payloads, which is nearly all of the work.
        expected_heads: by source, earlier heads that were kept outside the archive.
        ledger: says which objects are due and receives results; None checks all.
        is_over: asked after every few objects whether to stop; None checks everything.
            A check that may stop cannot compare whole logs with whole trees.
        workers: processes that read segments, threads that read payloads; 0 means one for each
            processor, and in a bucket as many threads as it takes at once.
        progress: called with every object.
        trust: the trusted signers, and what was seen of them before.
        is_copy: whether this archive follows another and may keep only some objects.

    Raises:
        TryLater: the store cannot be read.
    """
    with ExitStack() as stack:
        work = Work(
            archive, progress or (lambda _: None), ledger, workers or os.cpu_count() or 1, stack
        )
        check = _Check(work, Evidence(archive, trust, work.add_finding, work.note), is_copy=is_copy)
        check.begin(None if sources is None else set(sources), expected_heads or {})
        if is_over is None:
            check.whole(payloads=payloads)
        else:
            check.until(is_over, payloads=payloads)
        signers = check.evidence.signers
        return replace(
            work.report(), signer=signers.keys[0].key if signers else None, seen=check.seen()
        )


class _Check:
    """One verification, of everything or of some sources."""

    def __init__(self, work: Work, evidence: Evidence, *, is_copy: bool) -> None:
        self.work = work
        self.evidence = evidence
        self.is_copy = is_copy
        self.anchors: list[Anchor] = []
        self.wanted: set[str] | None = None

    def begin(self, wanted: set[str] | None, expected: Mapping[str, Head]) -> None:
        """Check the marker and the checkpoints, against which the rest is checked."""
        self.wanted = wanted
        try:
            read_marker(self.work.store)
        except (Damage, FormatUnknown) as error:
            self.work.add_finding(MARKER_KEY, str(error))
            return
        self.evidence.read()
        self.anchors = [
            Anchor(source, head, "a head kept elsewhere") for source, head in expected.items()
        ]
        for log, checkpoints in self.evidence.logs.items():
            for signed in checkpoints.values():
                if head := signed.checkpoint.head:
                    self.anchors.append(
                        Anchor(log, head, f"a checkpoint of {signed.checkpoint.time}")
                    )

    def seen(self) -> dict[str, Seen]:
        """Return the trees that match their signatures; none if anything is damaged."""
        return {} if self.work.findings else dict(self.evidence.seen)

    def _logs(self) -> list[str]:
        logs = set(self.work.archive.sources()) | {anchor.source for anchor in self.anchors}
        return sorted(logs if self.wanted is None else self.wanted)

    def whole(self, *, payloads: bool) -> None:
        """Check everything."""
        work = self.work
        _exhaust(self._reports(list))
        logs = self._logs()
        for source in logs:
            LogCheck(work, self.evidence, source, self.anchors).whole()
        if self.wanted is None:
            known = read_inventory(self.evidence)
            _exhaust(self._items(known))
            self._tell_strangers(known)
        if payloads:
            check_taken_down(work)
            check = PayloadCheck(work, with_unnamed=self.wanted is None)
            _exhaust(check.groups())
            work.payloads_left = check.total - work.payloads
        if self.wanted is None:
            self._note_strays(logs)

    def until(self, is_over: Callable[[], bool], *, payloads: bool) -> None:
        """Check some of each kind in turn, what is due first, until time is up."""
        turns: list[Iterator[None]] = [
            self._reports(self.work.in_order),
            *map(self._blocks, self._logs()),
        ]
        check = None
        if self.wanted is None:
            turns.append(self._some_items())
        if payloads:
            check = PayloadCheck(self.work, with_unnamed=True)
            turns.append(check.groups(are_named=False))
        while turns:
            for turn in list(turns):
                if is_over():
                    turns.clear()
                    break
                if next(turn, self) is self:
                    turns.remove(turn)
        if check is not None:
            self.work.payloads_left = check.total - self.work.payloads

    # Reports ---------------------------------------------------------------------------------

    def _reports(self, choose: Callable[[Iterable[str]], Sequence[str]]) -> Iterator[None]:
        """Check the digests of reports, and collect the heads that they name."""
        sizes = {
            info.key: info.size_bytes
            for info in self.work.store.list("harvests/")
            if self.wanted is None or info.key.split("/")[1] in self.wanted
        }
        rest = iter(choose(sizes))
        read = partial(_read_report, self.work.archive)
        while group := list(islice(rest, _GROUP)):
            checked: list[tuple[str, str | None]] = []
            for key, found in self.work.read_ahead(read, group):
                if isinstance(found, str):
                    self.work.add_finding(key, found)
                elif found is not None:
                    self.anchors.append(Anchor(key.split("/")[1], found, key))
                self.work.checked(key, sizes[key])
                checked.append((key, found if isinstance(found, str) else None))
            if choose is not list:  # the ledger knows a whole check by its log alone
                self.work.remember(checked)
            yield

    # Logs in parts ---------------------------------------------------------------------------

    def _blocks(self, source: str) -> Iterator[None]:
        check = LogCheck(self.work, self.evidence, source, self.anchors)
        for name in self.work.in_order(check.blocks()):
            check.anchors = [anchor for anchor in self.anchors if anchor.source == source]
            check.block(name)
            yield

    # What the inventory names ----------------------------------------------------------------

    def _items(self, known: Mapping[str, Item]) -> Iterator[None]:
        rest = iter(sorted(known))
        while group := list(islice(rest, _GROUP)):
            for key, size_bytes in self.work.read_ahead(
                lambda key: self._check_item(known[key]), group
            ):
                self.work.checked(key, size_bytes)
            yield

    def _some_items(self) -> Iterator[None]:
        known = read_inventory(self.evidence)
        rest = iter(self.work.in_order(known))
        while group := list(islice(rest, _GROUP)):
            before = len(self.work.findings)
            for key, size_bytes in self.work.read_ahead(
                lambda key: self._check_item(known[key]), group
            ):
                self.work.checked(key, size_bytes)
            found = {finding.object_key: finding.what for finding in self.work.findings[before:]}
            self.work.remember([(key, found.get(key)) for key in group])
            yield

    def _check_item(self, item: Item) -> int:
        name = item.key.rpartition("/")[2].partition(".")[0]
        is_gone = keys.is_sha256(name) and bytes.fromhex(name) in self.work.taken_down
        return check_item(self.evidence, item, is_copy=self.is_copy, is_gone=is_gone)

    def _tell_strangers(self, known: Mapping[str, Item]) -> None:
        if not self.evidence.logs:
            return
        for folder, count in strangers(self.evidence, known):
            self.work.note(folder, f"holds {count} objects that nobody has signed yet")

    def _note_strays(self, sources: Iterable[str]) -> None:
        logs = [keys.log_prefix(source) for source in sources]
        for key in _outside(self.work.archive, [*_KNOWN_FOLDERS, *logs]):
            if key not in (MARKER_KEY, LATEST_KEY):
                self.work.note(key, "is not part of the format")


def _exhaust(turns: Iterator[None]) -> None:
    for _ in turns:
        pass


def _read_report(archive: Archive, key: str) -> Head | str | None:
    """Return the head that a report names, or what is wrong with the report."""
    try:
        said = read_sealed(archive.store, key).get("head_after")
    except Damage as error:
        return str(error)
    if not isinstance(said, Mapping):
        return None
    sequence, sha256 = said.get("sequence"), said.get("sha256")
    if type(sequence) is not int or type(sha256) is not str:
        return None
    return Head(sequence, sha256)


def _outside(archive: Archive, folders: Iterable[str]) -> Iterator[str]:
    """Yield the keys outside these folders, without listing their content."""
    after = ""
    while info := next(archive.store.list(after=after), None):
        inside = next((folder for folder in folders if info.key.startswith(folder)), None)
        if inside is None:
            yield info.key
        # No key has a character as great as this one.
        after = f"{inside}\x7f" if inside else info.key
