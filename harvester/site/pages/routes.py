"""The routes of the pages."""

from datasette.utils.asgi import Response

from harvester.site import changes as feed
from harvester.site.openapi import Address, addresses, llms_txt, openapi
from harvester.site.pages import (
    changes,
    difference,
    dossier,
    file,
    integrity,
    paper,
    people,
    requests,
    search,
    search_data,
    search_feeds,
    sources,
)
from harvester.site.pages.earlier import bound_in_time, bound_now
from harvester.site.pages.visit import Handler, Page, Setting, Visit, bound
from harvester.site.rendering import answered, json_answer


async def _openapi(visit: Visit) -> Response:
    """Answer `/openapi.json`."""
    return json_answer(visit.visitor, openapi(_data(), visit.visitor.base))


async def _llms(visit: Visit) -> Response:
    """Answer `/llms.txt`."""
    body = llms_txt(_data(), visit.visitor.base).encode()
    return answered(visit.visitor, body, "text/plain; charset=utf-8")


_PAPER = r"/paper/(?P<paper>[^/]+)"
_SOURCE = r"[a-z][a-z0-9_-]*"

_PAGES: tuple[tuple[str, Page], ...] = (
    (r"/", search.home),
    (r"/search", search.results),
    (r"/search/help", search.help_page),
    (r"/search\.json", search_data.results_json),
    (r"/search\.csv", search_data.results_csv),
    (r"/search\.atom", search_feeds.results_atom),
    (r"/search\.feed\.json", search_feeds.results_feed),
    (r"/opensearch\.xml", search.opensearch),
    (
        rf"{_PAPER}/(?P<source>{_SOURCE})/(?P<version>[0-9]{{1,6}})"
        rf"/against/(?P<other_source>{_SOURCE})/(?P<other_version>[0-9]{{1,6}})",
        difference.difference,
    ),
    (rf"{_PAPER}/replaces/(?P<replaced>[^/]+)", difference.replacement),
    (r"/paper/(?P<paper>[^/]+)\.json", paper.paper_json),
    (rf"{_PAPER}(?:/(?P<source>{_SOURCE})/(?P<version>[0-9]{{1,6}}))?", paper.paper),
    (r"/file/(?P<sha256>[0-9a-f]{64})", file.file),
    (r"/dossiers", dossier.dossiers),
    (r"/dossier/(?P<label>[^/]+)", dossier.dossier),
    (r"/people", people.people),
    (r"/person/(?P<id>[^/]+)", people.person),
    (r"/party/(?P<label>[^/]+)", people.party),
    (r"/changes", changes.changes),
    (r"/changes\.json", changes.changes_json),
    (r"/changes\.csv", changes.changes_csv),
    (r"/changes\.atom", changes.changes_atom),
    (r"/changes\.feed\.json", changes.changes_feed),
    (r"/sources", sources.sources),
    (r"/snapshots", sources.snapshots),
    (r"/about", sources.about),
    (r"/-/integrity", integrity.integrity),
    (r"/-/integrity\.json", integrity.integrity_json),
    (r"/-/requests", requests.requests),
    (r"/openapi\.json", _openapi),
    (r"/llms\.txt", _llms),
    (r"/robots\.txt", sources.robots),
    (r"/sitemap\.xml", sources.sitemap),
    (r"/griffie-(?P<digest>[0-9a-f]{12})\.css", sources.stylesheet),
)

PATTERNS = tuple(f"^{pattern}$" for pattern, _ in _PAGES)


def _data() -> list[Address]:
    """Return the addresses of data."""
    return list(addresses((*_PAGES, (feed.PATTERN, feed.answer))))


_IN_TIME: frozenset[Page] = frozenset({
    search.results, search_data.results_json, search_data.results_csv, search_feeds.results_atom,
    search_feeds.results_feed, paper.paper_json, dossier.dossier,
})  # fmt: skip
"""Pages that an index as of an earlier time can serve."""
_BY_THEMSELVES: frozenset[Page] = frozenset({search.home, paper.paper})
"""Pages that serve earlier times in another way."""


def routes(setting: Setting) -> list[tuple[str, Handler]]:
    """Return address patterns and views, in order of precedence."""
    pages = (_bound(setting, page) for _, page in _PAGES)
    return list(zip(PATTERNS, pages, strict=True))


def _bound(setting: Setting, page: Page) -> Handler:
    if page in _IN_TIME:
        return bound_in_time(setting, page)
    return bound(setting, page) if page in _BY_THEMSELVES else bound_now(setting, page)
