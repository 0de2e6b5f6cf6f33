"""Keep a text of every file: taken from `texts/` if it is there, extracted if not."""

import logging
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from archive.archive import Archive
from harvester.index import Index, TextRow
from harvester.progress import Progress
from harvester.settings import TextSettings
from harvester.text import Extractor, Text, dump, load, text_key

_logger = logging.getLogger(__name__)

LARGE_BYTES = 8 * 1024 * 1024
"""A larger file goes to its worker by name, so that this process never has it in memory."""

GROUP = 200
"""Texts that enter the index in one transaction."""


def extract_wanted(
    archive: Archive, index: Index, settings: TextSettings, progress: Progress
) -> Counter[str]:
    """Give every file in the index its text; return how many ended in which status.

    Interrupted at any moment, the next call goes on with what is still missing.
    """
    wanted = index.wanted_texts()
    counts: Counter[str] = Counter()
    if not wanted:
        return counts
    progress.phase("texts", len(wanted))
    group: list[TextRow] = []
    for sha256, text in _texts(archive, wanted, settings):
        group.append(TextRow(sha256, text.status, text.reason, text.pages, text.text))
        counts[text.status] += 1
        progress.advance()
        if len(group) >= GROUP:
            index.put_texts(group)
            group.clear()
    index.put_texts(group)
    return counts


def _texts(
    archive: Archive, wanted: list[tuple[str, str]], settings: TextSettings
) -> Iterator[tuple[str, Text]]:
    missing: list[tuple[str, str]] = []
    for sha256, media_type in wanted:
        text = _kept(archive, sha256)
        if text is None:
            missing.append((sha256, media_type))
        else:
            yield sha256, text
    if not missing:
        return
    large: dict[str, BinaryIO] = {}
    files = ((sha256, _content(archive, sha256, large), kind) for sha256, kind in missing)
    with Extractor(
        workers=settings.workers, timeout_s=settings.timeout_s, memory_bytes=settings.memory_bytes
    ) as extractor:
        try:
            for sha256, text in extractor.map(files):
                if sha256 in large:
                    large.pop(sha256).close()
                archive.store.put_derived(text_key(sha256), dump(text))
                yield sha256, text
        finally:
            for file in large.values():
                file.close()


def _kept(archive: Archive, sha256: str) -> Text | None:
    """Return the text that was kept; None when there is none that can be read."""
    if not archive.store.exists(text_key(sha256)):
        return None
    try:
        return load(archive.store.get(text_key(sha256)))
    except ValueError as error:
        _logger.warning("%s is damaged and is made again: %s", text_key(sha256), error)
        return None


def _content(archive: Archive, sha256: str, large: dict[str, BinaryIO]) -> bytes | Path:
    """Return a file's bytes, or the name of a large one, which is then held open in `large`."""
    file = archive.payloads.open(sha256)
    if file.seek(0, os.SEEK_END) > LARGE_BYTES:
        large[sha256] = file
        return Path(file.name)
    with file:
        file.seek(0)
        return file.read()
