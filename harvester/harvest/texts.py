"""Keep a text of every file: taken from `texts/` if it is there, extracted if not."""

import json
import logging
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, TypeVar

from archive.ahead import ahead
from archive.archive import Archive
from archive.errors import ObjectNotFound
from harvester.index import ComparisonRow, Index, Signature, Statement, TextRow
from harvester.progress import Progress
from harvester.settings import TextSettings
from harvester.text import Extractor, PaperFacts, Text, dump, load, text_key
from harvester.text.comparison import compare_texts

_logger = logging.getLogger(__name__)

LARGE_BYTES = 8 * 1024 * 1024
"""A larger file goes to its worker by name, so that this process never has it in memory."""
GROUP = 200
"""Texts that enter the index in one transaction."""
Given = TypeVar("Given")
Got = TypeVar("Got")


def extract_wanted(
    archive: Archive, index: Index, settings: TextSettings, progress: Progress
) -> Counter[str]:
    """Give every file in the index its text; return how many ended in which status.

    Interrupted at any moment, the next call goes on with what is still missing.
    """
    counts: Counter[str] = Counter()
    # What a text says may have another file stand for its paper, whose words are then wanted.
    while wanted := index.wanted_texts():
        progress.phase("texts", len(wanted))
        _take_all(archive, index, settings, progress, wanted, counts)
        index.refresh()
    _compare_wanted(archive, index, progress)
    return counts


def _take_all(
    archive: Archive,
    index: Index,
    settings: TextSettings,
    progress: Progress,
    wanted: list[tuple[str, str]],
    counts: Counter[str],
) -> None:
    missing: list[tuple[str, str]] = []

    def kept() -> Iterator[tuple[str, Text]]:
        for item, text in _ahead(archive, lambda item: _kept(archive, item[0]), wanted):
            if text is None:
                missing.append(item)
            else:
                progress.advance()
                yield item[0], text

    for group in _groups(kept()):
        _enter(index, group, counts)
    for group in _groups(_extracted(archive, missing, settings, progress)):
        for _ in _ahead(archive, lambda made: _keep(archive, *made), group):
            pass
        _enter(index, group, counts)


def _enter(index: Index, group: list[tuple[str, Text]], counts: Counter[str]) -> None:
    index.put_texts(_row(sha256, text) for sha256, text in group)
    counts.update(text.status for _, text in group)


def _row(sha256: str, text: Text) -> TextRow:
    return TextRow(
        sha256,
        text.status,
        text.reason,
        text.pages,
        text.text,
        tuple(
            (mark.start, mark.end, mark.target)
            for mark in text.marks
            if mark.kind == "link" and mark.target
        ),
        _statement(text.says) if text.says else None,
    )


def _statement(says: PaperFacts) -> Statement:
    labels = (f"{d.number}-{d.chapter}" if d.chapter else d.number for d in says.dossiers)
    return Statement(
        says.heading,
        " ".join(labels) or None,
        says.number,
        says.chamber,
        says.session_year,
        says.dated_on,
        says.addressee,
        says.status,
        ", ".join(says.unknown) or None,
        tuple(Signature(*person) for person in says.people),
    )


def _compare_wanted(archive: Archive, index: Index, progress: Progress) -> None:
    """Compare what two sources publish of one paper, where both texts are there."""
    wanted = index.wanted_comparisons()
    if wanted:
        progress.phase("witnesses", len(wanted))
    for group in _groups(_ahead(archive, lambda pair: _compared(archive, *pair), wanted)):
        index.put_comparisons([row for _, row in group if row is not None])
        progress.advance(len(group))
    index.settle_comparisons()


def _compared(archive: Archive, sha256: str, other_sha256: str) -> ComparisonRow | None:
    one, two = _kept(archive, sha256), _kept(archive, other_sha256)
    if one is None or two is None:
        return None  # the next harvest makes a text that was lost again
    found = compare_texts(one.text, two.text)
    differences = [difference._asdict() for difference in found.differences]
    agrees = None if found.agrees is None else int(found.agrees)
    told = json.dumps(differences, ensure_ascii=False)
    return ComparisonRow(sha256, other_sha256, agrees, told, *found.outside)


def _extracted(
    archive: Archive,
    missing: list[tuple[str, str]],
    settings: TextSettings,
    progress: Progress,
) -> Iterator[tuple[str, Text]]:
    if not missing:
        return
    large: dict[str, BinaryIO] = {}
    fetched = _ahead(archive, lambda item: _content(archive, item[0], large), missing)
    files = ((sha256, content, media_type) for (sha256, media_type), content in fetched)
    with Extractor(
        workers=settings.workers, timeout_s=settings.timeout_s, memory_bytes=settings.memory_bytes
    ) as extractor:
        try:
            for sha256, text in extractor.map(files):
                if sha256 in large:
                    large.pop(sha256).close()
                progress.advance()
                yield sha256, text
        finally:
            for file in large.values():
                file.close()


def _ahead(
    archive: Archive, call: Callable[[Given], Got], items: Iterable[Given]
) -> Iterator[tuple[Given, Got]]:
    """Yield each item with what `call` gives for it, in order.

    As many are under way as the store takes at once: a bucket lets one wait for each.
    """
    at_once = archive.store.at_once
    if at_once == 1:
        yield from ((item, call(item)) for item in items)
        return
    with ThreadPoolExecutor(at_once, thread_name_prefix="texts") as pool:
        yield from ahead(pool, call, items, at_once)


def _groups(items: Iterable[Given]) -> Iterator[list[Given]]:
    group: list[Given] = []
    for item in items:
        group.append(item)
        if len(group) >= GROUP:
            yield group
            group = []
    if group:
        yield group


def _kept(archive: Archive, sha256: str) -> Text | None:
    """Return the text that was kept; None when there is none that can be read."""
    with suppress(ObjectNotFound):
        data = archive.store.get(text_key(sha256))
        try:
            return load(data)
        except ValueError as error:
            _logger.warning("%s is damaged and is made again: %s", text_key(sha256), error)
    return None


def _keep(archive: Archive, sha256: str, text: Text) -> None:
    archive.put_text(text_key(sha256), dump(text))


def _content(archive: Archive, sha256: str, large: dict[str, BinaryIO]) -> bytes | Path:
    """Return a file's bytes, or the name of a large one, which is then held open in `large`."""
    file = archive.payloads.open(sha256)
    if file.seek(0, os.SEEK_END) > LARGE_BYTES:
        large[sha256] = file
        return Path(file.name)
    with file:
        file.seek(0)
        return file.read()
