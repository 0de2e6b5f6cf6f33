"""Find letters of two sources that have the same words."""

from archive.archive import Archive
from harvester.harvest.texts import load_kept
from harvester.index import Index
from harvester.index.connection import transaction
from harvester.index.twins import candidates, put_pairs, unpaired
from harvester.progress import Progress
from harvester.source.registry import parliament_of
from harvester.text.comparison import compare_texts

TEXTS = 200
"""Texts per transaction of the index."""
MOST_OUTSIDE = 100
"""Words of head and foot that one of the two may have alone: an address, a date, a page's foot."""


def pair_texts(archive: Archive, index: Index, progress: Progress) -> None:
    """Compare texts that have the same long sentence, and keep which have the same words."""
    while texts := unpaired(index.connection, TEXTS):
        progress.phase("same letters", len(texts))
        pairs = []
        for sha256 in texts:
            pairs += [
                (sha256, other)
                for other in candidates(index.connection, sha256)
                if _is_same(archive, index, sha256, other)
            ]
            progress.advance()
        with transaction(index.database) as connection:
            put_pairs(connection, pairs, texts)


def _is_same(archive: Archive, index: Index, sha256: str, other: str) -> bool:
    """Tell whether two letters of one parliament have the same words between head and foot."""
    sources = [_source(index, each) for each in (sha256, other)]
    parliament = parliament_of(sources[0])
    if parliament is not parliament_of(sources[1]):
        return False
    one, two = load_kept(archive, sha256), load_kept(archive, other)
    if one is None or two is None:
        return False
    found = compare_texts(one.text, two.text, parliament.conventions)
    return found.agrees is True and all(len(w.split()) <= MOST_OUTSIDE for w in found.outside)


def _source(index: Index, sha256: str) -> str:
    row = index.connection.execute(
        "SELECT min(source) FROM file WHERE sha256 = ?", (sha256,)
    ).fetchone()
    return str(row[0])
