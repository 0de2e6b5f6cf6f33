"""Compare digests that a source states of another source's files with the files that are held."""

import hashlib
import logging
from collections.abc import Iterator

from archive.archive import Archive
from archive.errors import ObjectNotFound
from harvester.harvest.payloads import COMPARED_DIGESTS
from harvester.index import Index
from harvester.index.connection import transaction
from harvester.index.digests import Unhashed, Witness, put_digests, unhashed, unwitnessed, witnesses
from harvester.progress import Progress

CHUNK_BYTES = 1024 * 1024
PAPERS = 200
"""Papers per transaction of the index."""

_logger = logging.getLogger(__name__)


def compare_digests(archive: Archive, index: Index, progress: Progress) -> list[Witness]:
    """Compute the digests that are missing, and return what disagrees of the papers compared.

    A file that is not in the archive is left out; the integrity check of payloads tells of it.
    """
    differing: list[Witness] = []
    while papers := unwitnessed(index.connection, PAPERS):
        progress.phase("digests", len(papers))
        computed = list(_computed(archive, unhashed(index.connection, papers)))
        with transaction(index.database) as connection:
            put_digests(connection, computed, papers)
        for paper in papers:
            differing += [one for one in witnesses(index.connection, paper) if not one.agrees]
            progress.advance()
    return differing


def _computed(archive: Archive, wanted: list[Unhashed]) -> Iterator[tuple[Unhashed, str]]:
    for each in wanted:
        if each.algorithm not in COMPARED_DIGESTS:
            continue
        try:
            file = archive.payloads.open(each.sha256)
        except ObjectNotFound:
            _logger.warning("%s is not in the archive: not compared", each.sha256)
            continue
        digest = hashlib.new(each.algorithm, usedforsecurity=False)
        with file:
            while chunk := file.read(CHUNK_BYTES):
                digest.update(chunk)
        yield each, digest.hexdigest()
