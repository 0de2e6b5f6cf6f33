"""What `griffie release` and `griffie discard` share."""

import getpass
from pathlib import Path

from archive.entries import Verdict
from harvester.cli.console import out, progress
from harvester.cli.harvest import writing_lease
from harvester.cli.workspace import Workspace
from harvester.harvest.holds import decide, find_held
from harvester.lock import harvest_lock


def decide_about(
    config: Path | None, name: str, verdict: Verdict, reason: str, by: str | None
) -> None:
    """Decide about a held harvest, and say what that changes.

    Raises:
        HarvestNotFound: nothing of that name waits for a decision.
    """
    workspace = Workspace.load(config)
    archive = workspace.open_archive()
    with progress() as bars, workspace.open_index(archive, bars) as index:
        hold = find_held(index, name)
        source = hold.source
        with (
            harvest_lock(workspace.settings.index.parent, source) as holder,
            writing_lease(archive, source, holder) as lease,
        ):
            index.catch_up(archive.log(source))
            counts = index.held_counts(source)
            decide(
                archive, index, hold, verdict, reason=reason, by=by or getpass.getuser(),
                lease=lease,
            )  # fmt: skip
    what = ", ".join(f"{count:,} {kind}" for kind, count in sorted(counts.items())) or "no records"
    out.print(f"{verdict}: {what}", soft_wrap=True)
