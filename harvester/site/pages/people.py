"""People and parties."""

import sqlite3
from typing import Any
from urllib.parse import unquote

from datasette.utils.asgi import NotFound, Response

from harvester.site.pages.dossier import KINDS
from harvester.site.pages.visit import Visit
from harvester.site.queries import people as queries


async def people(visit: Visit) -> Response:
    """Answer `/people`: parties, ministries, members."""
    number, memory = visit.page_number, visit.setting.memory

    def read(connection: sqlite3.Connection) -> dict[str, Any]:
        return memory.recall(
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
    """Answer `/person/<id>`."""
    id_ = unquote(visit.request.url_vars["id"])
    number, kind = visit.page_number, visit.argument("kind", KINDS)

    def read(connection: sqlite3.Connection) -> dict[str, Any]:
        found = queries.person(connection, id_)
        if found is None:
            raise NotFound(id_)
        return {
            "person": found,
            "record": queries.record_of(connection, id_),
            "papers": queries.papers_of(connection, id_, kind, number),
        }

    shown = await visit.ask(read)
    outcomes: dict[str, int] = {}
    kinds: dict[str, int] = {}
    for row in shown["record"]:
        kinds[row["kind"]] = kinds.get(row["kind"], 0) + row["papers"]
        if row["kind"] == "motion":
            outcomes[row["outcome"] or ""] = row["papers"]
    return visit.page(
        "person.html",
        person=shown["person"],
        kinds=kinds,
        outcomes=outcomes,
        papers=shown["papers"][: queries.PAGE],
        is_more=len(shown["papers"]) > queries.PAGE,
        number=number,
        kind=kind,
    )


async def party(visit: Visit) -> Response:
    """Answer `/party/<label>`."""
    label = unquote(visit.request.url_vars["label"])
    memory = visit.setting.memory

    def read(connection: sqlite3.Connection) -> dict[str, Any]:
        found = queries.party(connection, label)
        if found is None:
            raise NotFound(label)
        return {
            "party": found,
            "outcomes": queries.outcomes_of(connection, label),
            "motions": queries.motions_of(connection, label),
            "choices": memory.recall(
                ("choices", label), lambda: queries.choices_of(connection, label)
            ),
            "voted": queries.voted(connection, label),
        }

    return visit.page("party.html", **await visit.ask(read))
