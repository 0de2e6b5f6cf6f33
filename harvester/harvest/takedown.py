"""Remove a paper's files, or single files, from the archive, leaving a record of the decision.

The decision is written to the log first; then files and texts are removed. After a kill, the next
harvest completes the removal.
"""

import logging
from collections.abc import Callable

from archive.archive import Archive
from archive.entries import TakedownEntry
from archive.keys import is_sha256
from harvester.errors import PaperNotFound
from harvester.harvest.decisions import DecisionWriter
from harvester.index import Index, Target
from harvester.index.papers import find_paper
from harvester.index.takedowns import (
    overtaken,
    takedown_of,
    takedown_of_record,
    target_of_payload,
    targets_of_paper,
    to_erase,
)

_logger = logging.getLogger(__name__)


def find_targets(index: Index, name: str) -> tuple[Target, ...]:
    """Return the targets of a name: an id or number of a paper, or the SHA-256 of a file.

    A paper of several records has a target for each.

    Raises:
        PaperNotFound: nothing has this name.
    """
    if is_sha256(name):
        target = target_of_payload(index.connection, name)
        if target is not None:
            return (target,)
        raise PaperNotFound(f"no log names a file with SHA-256 {name}")
    paper = find_paper(index.connection, name)
    if paper is None:
        raise PaperNotFound(f"no paper goes by {name!r}; search for it with `griffie serve`")
    return targets_of_paper(index.connection, paper)


def is_taken_down(index: Index, target: Target) -> bool:
    """Tell whether the log has the decision already."""
    if (
        target.record is not None
        and takedown_of_record(index.connection, target.source, target.record) is None
    ):
        return False
    return all(takedown_of(index.connection, sha256) is not None for sha256 in target.payloads)


def take_down(writer: DecisionWriter, target: Target, reason: str, by: str) -> None:
    """Write the decision to the log and the index; `erase` follows.

    Raises:
        LogConflict: someone else wrote to the log; nothing was done.
    """
    writer.write(
        target.source,
        lambda at: TakedownEntry(at, reason, by, target.payloads, target.record),
        writer.index.log_checkpoint(target.source),
    )


def extend(writer: DecisionWriter, source: str) -> int:
    """Take down records that arrived after the takedown of their paper; return how many.

    A takedown concerns a paper: all its copies, also future ones.
    """
    found = overtaken(writer.index.connection, source)
    for target, decision in found:
        _logger.info("taken down: %s, whose paper was before", target.record)
        take_down(writer, target, decision.reason, decision.decided_by)
    return len(found)


def erase(
    archive: Archive, index: Index, forget_earlier: Callable[[], object] = lambda: None
) -> int:
    """Remove what was taken down and still exists; return how many objects were removed.

    Args:
        archive: loses the files and their texts.
        index: loses their words, also in SQLite's free pages.
        forget_earlier: removes the indexes of earlier days, which have the words too.

    Raises:
        StoreForbidden: objects are locked, or this user may not; the decision stands.
        IndexUnusable: the words could not be removed yet; the next harvest tries again.
    """
    count, digests = 0, to_erase(index.connection)
    for sha256 in digests:
        gone = archive.erase(sha256)
        count += len(gone)
        _logger.info("taken down: %s (%d objects removed)", sha256, len(gone))
    if digests:
        forget_earlier()
        index.scrub()
        index.note_erased(digests)
    return count
