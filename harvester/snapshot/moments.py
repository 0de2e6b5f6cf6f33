"""A time as people write it, and the index as it was known then."""

import re
from datetime import timedelta
from pathlib import Path

from archive.archive import Archive
from harvester.errors import ConfigurationError
from harvester.index import Index, rebuild
from harvester.progress import Progress
from harvester.settings import Settings
from harvester.source import SourceSpider, readers
from harvester.texts import extract_wanted
from harvester.times import from_text, to_text

_is_day = re.compile(r"\d{4}-\d\d-\d\d").fullmatch


def read_moment(text: str) -> str:
    """Return a time as the log writes it; a day alone stands for its last millisecond, in UTC.

    Raises:
        ConfigurationError: it is no time.
    """
    try:
        moment = from_text(text)
    except ValueError as error:
        raise ConfigurationError(
            f"{text!r} is no time; write 2026-11-23 or 2026-11-23T20:15:09Z"
        ) from error
    if _is_day(text):
        return to_text(moment + timedelta(days=1, milliseconds=-1))
    return to_text(moment)


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
    """Derive a whole index at `path`, texts included: of all the log, or as of a time.

    Raises:
        Damage: the log, or a file whose text is wanted, is damaged.
    """
    known = readers(sources)
    rebuild(archive, path, known, workers=workers, progress=progress, as_of=as_of)
    index = Index.open(path, known)
    try:
        extract_wanted(archive, index, settings.text, progress)
    finally:
        index.close()
