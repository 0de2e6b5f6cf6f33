"""People and parties."""

import sqlite3
from collections import Counter
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

from datasette.utils.asgi import NotFound, Response

from harvester.site.pages.dossier import KINDS
from harvester.site.pages.visit import Visit
from harvester.site.queries import people as queries


async def people(visit: Visit) -> Response:
    """Answer `/people`: parties, ministries, members."""
    number, cache = visit.page_number, visit.setting.cache

    def read(connection: sqlite3.Connection) -> dict[str, Any]:
        return cache.get_or_find(
            ("people", number),
            lambda: {
                "parties": queries.parties(connection),
                "ministries": queries.ministries(connection),
                "members": queries.members(connection, number),
            },
        )

    shown = await visit.ask(read)
    members = shown["members"]
    return visit.page(
        "people.html",
        **{**shown, "members": members[: queries.PAGE]},
        number=number,
        is_more=len(members) > queries.PAGE,
    )


async def person(visit: Visit) -> Response:
    """Answer `/person/<id>`; where several people have one id, offer them all."""
    id_ = unquote(visit.request.url_vars["id"])
    number, kind = visit.page_number, visit.argument("kind", KINDS)

    def read(connection: sqlite3.Connection) -> dict[str, Any]:
        meant = queries.people_at(connection, id_)
        if not meant:
            raise NotFound(id_)
        if len(meant) > 1:
            return {"several": meant}
        signed = queries.signed(connection, meant[0]["key"])
        listed = [paper for paper in signed if kind in (None, paper.kind)]
        begin, end = (number - 1) * queries.PAGE, number * queries.PAGE
        return {
            "person": meant[0],
            "kinds": _counted(paper.kind for paper in signed),
            "outcomes": _counted(paper.outcome for paper in signed if paper.kind == "motion"),
            "papers": queries.shown(connection, listed[begin:end]),
            "is_more": len(listed) > end,
        }

    known = await visit.ask(read)
    if "several" in known:
        return visit.page("namesakes.html", id=id_, **known)
    return visit.page("person.html", **known, number=number, kind=kind)


def _counted(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))


async def party(visit: Visit) -> Response:
    """Answer `/party/<label>`."""
    label = unquote(visit.request.url_vars["label"])
    cache = visit.setting.cache

    def read(connection: sqlite3.Connection) -> dict[str, Any]:
        found = queries.party(connection, label)
        if found is None:
            raise NotFound(label)
        return {
            "party": found,
            "outcomes": queries.outcomes_of(connection, label),
            "motions": queries.motions_of(connection, label),
            "choices": cache.get_or_find(
                ("choices", label), lambda: queries.choices_of(connection, label)
            ),
            "voted": queries.voted(connection, label),
        }

    return visit.page("party.html", **await visit.ask(read))
