"""Take a paper's files, or certain bytes, out of the archive, with a trace that stays.

The decision is written to the log first; then bytes and texts are removed. What a kill leaves
undone the next harvest does.
"""

import logging
from collections.abc import Callable

from archive.archive import Archive
from archive.entries import TakedownEntry
from archive.keys import is_sha256
from archive.stores import Lease
from harvester.errors import PaperNotFound
from harvester.harvest.ids import harvest_id
from harvester.index import Index, Target
from harvester.times import Clock, now, to_text

_logger = logging.getLogger(__name__)


def find_targets(index: Index, name: str) -> tuple[Target, ...]:
    """Return what goes by a name: a paper, by any of its ids or numbers, or bytes by SHA-256.

    Of a paper that several records tell of, there is a target for each.

    Raises:
        PaperNotFound: nothing does.
    """
    if is_sha256(name):
        target = index.target_of_payload(name)
        if target is not None:
            return (target,)
        raise PaperNotFound(f"no log names a file with SHA-256 {name}")
    paper = index.find_paper(name)
    if paper is None:
        raise PaperNotFound(f"no paper goes by {name!r}; search for it with `griffie serve`")
    return index.targets_of_paper(paper)


def is_taken_down(index: Index, target: Target) -> bool:
    """Tell whether the decision stands in the log already."""
    if target.record is not None and index.takedown_of_record(target.source, target.record) is None:
        return False
    return all(index.takedown_of(sha256) is not None for sha256 in target.payloads)


def take_down(
    archive: Archive,
    index: Index,
    target: Target,
    *,
    reason: str,
    by: str,
    lease: Lease | None = None,
    clock: Clock = now,
) -> None:
    """Write the decision to the log and the index; `erase` follows.

    The caller holds the source's lock and lease, and has caught up.

    Raises:
        LogConflict: someone else wrote to the log; nothing was done.
    """
    moment = clock()
    log = archive.log(target.source, lease)
    segment = log.append(
        [TakedownEntry(to_text(moment), reason, by, target.payloads, target.record)],
        index.log_checkpoint(target.source),
        after=index.applied(target.source),
        harvest=harvest_id(moment, target.source),
        written_at=to_text(moment),
    )
    index.apply(segment, log)
    index.refresh()


def extend(
    archive: Archive, index: Index, source: str, *, lease: Lease | None = None, clock: Clock = now
) -> int:
    """Take down records of a source that came after their paper was; return how many.

    A takedown is of a paper: of every copy, also of those to come. The caller holds what
    `take_down` asks for.
    """
    found = index.overtaken(source)
    for target, decision in found:
        _logger.info("taken down: %s, whose paper was before", target.record)
        take_down(
            archive, index, target, reason=decision.reason, by=decision.decided_by, lease=lease,
            clock=clock,
        )  # fmt: skip
    return len(found)


def erase(
    archive: Archive, index: Index, forget_earlier: Callable[[], object] = lambda: None
) -> int:
    """Remove what was taken down and is still there; return how many objects went.

    Args:
        archive: the bytes and the texts made of them go.
        index: its words go, also from where SQLite leaves what is deleted.
        forget_earlier: removes the indexes of earlier days, which hold the words too.

    Raises:
        StoreForbidden: it is locked, or this user may not; the decision stands.
        IndexUnusable: the words could not be removed for good yet; the next harvest tries again.
    """
    count, digests = 0, index.to_erase()
    for sha256 in digests:
        gone = archive.erase(sha256)
        count += len(gone)
        _logger.info("taken down: %s (%d objects removed)", sha256, len(gone))
    if digests:
        forget_earlier()
        index.scrub()
        index.note_erased(digests)
    return count
