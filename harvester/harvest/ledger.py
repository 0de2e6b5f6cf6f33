"""Take back into a new index what harvests told: their reports outlive it, in the archive."""

import logging
from datetime import timedelta

from archive.archive import Archive
from archive.errors import DocumentDamaged
from harvester.harvest.baseline import WEEKS
from harvester.index import Index
from harvester.progress import Progress
from harvester.times import from_text

_logger = logging.getLogger(__name__)


def recollect(archive: Archive, index: Index, source: str, progress: Progress) -> int:
    """Put a source's last reports into an index that remembers no harvest of it; return how many.

    They are those of the weeks from which it is learned what is usual.

    Raises:
        ArchiveError: the archive cannot be read now; what was read is remembered.
    """
    if index.recent_harvests(source, 1):
        return 0
    ids = list(archive.report_ids(source))
    if not ids:
        return 0
    progress.phase("reports")
    first = from_text(ids[-1].partition("Z")[0] + "Z") - timedelta(weeks=WEEKS)
    last = [harvest for harvest in ids if harvest >= f"{first:%Y%m%dT%H%M%SZ}"]
    for harvest in last:
        progress.advance()
        try:
            report = archive.report(source, harvest)
        except DocumentDamaged as error:
            _logger.warning("a report is left out: %s", error)  # `griffie verify` names it
            continue
        index.begin_harvest(harvest, source, str(report["started_at"]))
        index.finish_harvest(harvest, report)
    return len(last)
