"""Make the index as of a time."""

from pathlib import Path

from archive.archive import Archive
from harvester.harvest.digests import compare_digests
from harvester.harvest.texts import extract_wanted
from harvester.harvest.twins import pair_texts
from harvester.index import Index, rebuild
from harvester.progress import Progress
from harvester.settings import Settings
from harvester.source.registry import readers
from harvester.source.spider import SourceSpider


def make_index(
    archive: Archive,
    path: Path,
    settings: Settings,
    sources: dict[str, type[SourceSpider]],
    progress: Progress,
    *,
    as_of: str | None = None,
    workers: int = 0,
) -> None:
    """Make a complete index at `path`, including texts: of the whole log or as of a time.

    Raises:
        Damage: the log or a file whose text is wanted is damaged.
    """
    known = readers(sources)
    rebuild(archive, path, known, workers=workers, progress=progress, as_of=as_of)
    index = Index.open(path, known)
    try:
        extract_wanted(archive, index, settings.text, progress)
        compare_digests(archive, index, progress)
        pair_texts(archive, index, progress)
    finally:
        index.close()
