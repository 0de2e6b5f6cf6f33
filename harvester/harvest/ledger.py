"""Load reports of harvests from the archive into a new index."""

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
    """Load a source's last reports into an index that has none; return how many.

    These are the reports of the weeks that the baseline is computed from.

    Raises:
        ArchiveError: the archive cannot be read now; reports loaded before stay.
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
            _logger.warning("a report is left out: %s", error)  # `griffie verify` reports it
            continue
        index.begin_harvest(harvest, source, str(report["started_at"]))
        index.finish_harvest(harvest, report)
    return len(last)
