"""The addresses of files: in the repository, by identifier alone, and the listing (2.1)."""

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape

from spiders.netherlands.simulator.koop.files import file_of
from spiders.netherlands.simulator.koop.records import AREA
from spiders.netherlands.simulator.koop.repository import Entry, Repository
from spiders.netherlands.simulator.world import File

PAGE_SIZE = 20
_PATH = re.compile(
    rf"/frbr/{AREA}/(?P<kind>[a-z-]+)/(?P<group>[^/]+)/(?P<id>[^/]+)/1/(?P<manifestation>[a-z]+)"
    r"/(?P<file>[^/]+)"
)
_BY_ID = re.compile(
    r"/(?P<id>(?:kst|blg)-[0-9A-Za-z-]+)(?:\.(?P<form>xml|pdf|html|odt)|/metadata\.xml)"
)


def find(repository: Repository, path: str) -> tuple[Entry, File] | None:
    """Return what lies at a path of either host, None if nothing does."""
    match = _PATH.fullmatch(path)
    if match is not None:
        entry = repository.get(match["id"])
        manifestation = match["manifestation"]
        if entry is None or manifestation not in entry.record.manifestations:
            return None
        if entry.record.path(manifestation) != path:
            return None
        file = file_of(entry, manifestation)
    else:
        match = _BY_ID.fullmatch(path)
        entry = repository.get(match["id"]) if match else None
        if match is None or entry is None:
            return None
        file = file_of(entry, match["form"] or "metadata", on_other_host=True)
    return (entry, file) if file is not None else None


def works(repository: Repository, kind: str, group: str) -> list[str]:
    """Return the identifiers in a folder, in order; the search may know fewer."""
    return sorted(
        entry.record.identifier
        for entry in repository
        if entry.record.group == group and entry.record.identifier.split("-", 1)[0] == kind
    )


def listing(kind: str, group: str, identifiers: Sequence[str], start: int) -> str:
    """Write a page of a folder's listing as XML; its envelope is a guess (2.1)."""
    page = "".join([f"<work>{escape(each)}</work>" for each in identifiers[start:][:PAGE_SIZE]])
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><browse><subarea name="{escape(kind)}/'
        f'{escape(group)}" pagesize="{PAGE_SIZE}" total="{len(identifiers)}">{page}</subarea>'
        "</browse>"
    )


def listing_page(kind: str, group: str, identifiers: Sequence[str], start: int) -> str:
    """Write a page of a folder's listing for people."""
    items = "".join(
        [
            f'<li><a href="/frbr/{AREA}/{kind}/{group}/{each}/1/pdf/{each}.pdf">{each}</a></li>'
            for each in map(escape, identifiers[start:][:PAGE_SIZE])
        ]
    )
    return (
        f'<!DOCTYPE html>\n<html><head><title>{escape(group)}</title></head><body class="browse">'
        f'<ul class="list--sources browse__list">{items}</ul><p class="pagination__index">'
        f"{start + 1} - {start + PAGE_SIZE} ({len(identifiers)})</p></body></html>"
    )
