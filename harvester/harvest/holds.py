"""Decide about a held harvest: release or discard it.

The decision is an entry of the log, so every index made from the log follows it.
"""

from archive.entries import DecisionEntry, Verdict
from harvester.errors import HarvestNotFound
from harvester.harvest.decisions import DecisionWriter
from harvester.index import Hold, Index


def find_held(index: Index, name: str) -> Hold:
    """Return the open hold of a harvest or of a source.

    Raises:
        HarvestNotFound: no hold of that name is open.
    """
    waiting = [hold for hold in index.open_holds() if hold.reasons]
    for hold in waiting:
        if name == hold.source or name in index.held_harvests(hold):
            return hold
    there = ", ".join(index.held_harvests(hold)[-1] for hold in waiting) or "none"
    raise HarvestNotFound(f"no harvest {name!r} waits for a decision; waiting: {there}")


def decide(writer: DecisionWriter, hold: Hold, verdict: Verdict, reason: str, by: str) -> None:
    """Release or discard a hold: write the decision to the log and apply it to the index.

    After a release the next harvest continues where the held one ended. After a discard it begins
    where the held one began, so that nothing is skipped.

    Raises:
        HarvestNotFound: it was decided meanwhile; nothing was done.
        LogConflict: someone else wrote to the log; nothing was done.
    """
    source, index = hold.source, writer.index
    present = index.open_hold(source)
    if present is None or present.segment != hold.segment:
        raise HarvestNotFound(
            f"what is held of {source} from segment {hold.segment} on was decided about meanwhile; "
            "`griffie status` says what waits now"
        )
    if (present.held_at, present.reasons) != (hold.held_at, hold.reasons):
        raise HarvestNotFound(
            f"what is held of {source} is not what it was: {'; '.join(present.reasons)}; look at "
            "it again with `griffie status`"
        )
    is_released = verdict == "released"
    writer.write(
        source,
        lambda at: DecisionEntry(at, verdict, reason, by, hold.segment),
        index.log_checkpoint(source) if is_released else index.checkpoint(source),
    )
