"""Check payloads: digest against name, size against the log."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from archive import keys
from archive.errors import KeyInvalid
from archive.findings import Finding, Work
from archive.inspection import PayloadFacts, inspect_payload
from archive.stores import ObjectInfo

_TOGETHER = 32
"""Payloads per task of a thread, in a store without latency."""


def check_taken_down(work: Work) -> None:
    """Find payloads that were taken down and still exist."""
    for digest in sorted(work.taken_down):
        for key in work.archive.keys_of(digest.hex()):
            work.leftovers.append(Finding(key, "was taken down, and is still there"))
    work.findings += work.leftovers


class PayloadCheck:
    """The payloads that logs name, and those that a killed harvest stored without logging them."""

    def __init__(self, work: Work, *, with_unnamed: bool) -> None:
        """List the payloads, and ask the ledger which of them are due."""
        self.work = work
        self.named: Mapping[bytes, int] = {
            digest: size for digest, size in work.named.items() if digest not in work.taken_down
        }
        self.unnamed = set(self._unnamed()) if with_unnamed else set()
        self.total = len(self.named) + len(self.unnamed)
        every = sorted(self.named.keys() | self.unnamed)
        due = [digest.hex() for digest in every]
        self.due: Sequence[str] = due if work.ledger is None else work.ledger.due(due)

    def groups(self, *, are_named: bool = True) -> Iterator[None]:
        """Check payloads in groups; each group is entered in the ledger once it is checked.

        Args:
            are_named: whether all logs were read, so that an unnamed payload is worth a remark.
        """
        at_once = self.work.store.at_once
        together = _TOGETHER if at_once == 1 else 1
        rest = iter(map(bytes.fromhex, self.due))
        while group := list(islice(rest, together * self.work.threads)):
            parts = [group[at : at + together] for at in range(0, len(group), together)]
            results: list[tuple[str, str | None]] = []
            for _, facts in self.work.read_ahead(self._inspect, parts):
                results += [self._take(one, are_named=are_named) for one in facts]
            self.work.remember(results)
            yield

    def _inspect(self, group: Sequence[bytes]) -> list[PayloadFacts]:
        sizes = self.named
        return [inspect_payload(self.work.store, digest, sizes.get(digest)) for digest in group]

    def _take(self, facts: PayloadFacts, *, are_named: bool) -> tuple[str, str | None]:
        work = self.work
        work.payloads += 1
        work.checked(facts.key, facts.size_bytes)
        if facts.finding is not None:
            work.add_finding(facts.key, facts.finding)
        elif are_named and facts.digest in self.unnamed:
            work.note(facts.key, "is named by no log; a harvest was killed, or a log cut")
        return facts.key, facts.finding

    def _unnamed(self) -> Iterator[bytes]:
        for info in self.work.store.list("payloads/"):
            digest = _payload_digest(info)
            if digest is None:
                self.work.note(info.key, "is not part of the format")
            elif digest not in self.work.named and digest not in self.work.taken_down:
                yield digest


def _payload_digest(info: ObjectInfo) -> bytes | None:
    name = info.key.rpartition("/")[2]
    try:
        is_payload = info.key == keys.payload_key(name)
    except KeyInvalid:
        return None
    return bytes.fromhex(name) if is_payload else None
