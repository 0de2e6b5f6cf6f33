"""Dossiers: the list, and the timeline of one."""

import sqlite3
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from datasette.utils.asgi import NotFound, Response

from harvester.site.as_of import NotShown
from harvester.site.pages.visit import Visit
from harvester.site.queries import dossiers as queries
from harvester.site.search_params import SORTS, SearchParams
from harvester.source.domain import PaperKind

KINDS: tuple[PaperKind, ...] = ("letter", "motion", "annex")


async def dossiers(visit: Visit) -> Response:
    """Answer `/dossiers`."""
    number, cache = visit.page_number, visit.setting.cache
    found = await visit.ask(
        lambda c: cache.get_or_find(("dossiers", number), lambda: queries.dossiers(c, number))
    )
    return visit.page(
        "dossiers.html",
        dossiers=found[: queries.PAGE],
        number=number,
        is_more=len(found) > queries.PAGE,
    )


async def dossier(visit: Visit) -> Response:
    """Answer `/dossier/<label>`."""
    label = unquote(visit.request.url_vars["label"])
    number, kind = visit.page_number, visit.argument("kind", KINDS)

    def read(connection: sqlite3.Connection) -> dict[str, Any]:
        found = queries.dossier(connection, label)
        if found is None:
            raise (
                NotShown("as_of.unknown", HTTPStatus.NOT_FOUND) if visit.as_of else NotFound(label)
            )
        return {"dossier": found, "papers": queries.timeline(connection, label, kind, number)}

    shown = await visit.ask(read)
    return visit.page(
        "dossier.html",
        dossier=shown["dossier"],
        papers=shown["papers"][: queries.PAGE],
        is_more=len(shown["papers"]) > queries.PAGE,
        number=number,
        kind=kind,
        kinds=KINDS,
        params=SearchParams(
            "", {"dossier": label}, SORTS[1], as_of=visit.as_of.text if visit.as_of else ""
        ),
    )
