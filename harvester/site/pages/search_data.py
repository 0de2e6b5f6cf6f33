"""Searches as JSON and CSV."""

import re
import sqlite3
from collections.abc import AsyncIterator
from functools import partial

from datasette.utils.asgi import Response

from harvester.site.csv_answer import CsvAnswer
from harvester.site.pages.search import Found, card_url, find, order_of
from harvester.site.pages.visit import Visit
from harvester.site.prose import marked
from harvester.site.queries import Row, search
from harvester.site.queries.finding import matching, understand
from harvester.site.rendering import json_answer, shown_to
from harvester.site.search_params import LARGEST_PAGE, PAGE_SIZE, SearchParams

CSV_STEP = 500
"""Rows per read of a CSV download; other requests are answered between two reads."""
_COLUMNS = (
    "id", "url", "kind", "soort", "number", "published_on", "chamber", "dossier",
    "number_in_dossier", "subject", "title", "people", "outcome", "votes_for", "votes_against",
    "advice", "is_withdrawn", "version",
)  # fmt: skip


async def results_json(visit: Visit) -> Response:
    """Answer `/search.json`: papers that have words, with counts by what they are."""
    params, size, found = await _data(visit)
    base = visit.visitor.base
    is_last = params.page * size >= found.counts.total
    more = {"size": size} if size != PAGE_SIZE else {}
    return json_answer(
        visit.visitor,
        {
            "query": {
                "q": params.q,
                **params.filters,
                "sort": found.order,
                "page": params.page,
                **({"as_of": visit.as_of.moment} if visit.as_of else {}),
            },
            "notes": [note._asdict() for note in found.notes],
            "conditions": [
                {"field": c.field, "value": c.value, "is_unwanted": c.is_unwanted}
                for c in found.understood.reading.conditions
            ],
            "named": [
                {"kind": card.kind, "name": card.name, "url": base + card_url(card)}
                for card in found.understood.cards
            ],
            "go_along": list(found.companions),
            "first_appears_in": found.earliest and found.earliest["id"],
            "total": found.counts.total,
            "facets": {
                name: [_value(found, name, value, papers) for value, papers in values]
                for name, values in found.counts.facets.items()
            },
            "papers": [_paper(visit, found, paper) for paper in found.papers],
            "next": None if is_last else base + params.url(".json", page=params.page + 1, **more),
        },
    )


def _value(found: Found, facet: str, value: str, papers: int) -> dict[str, object]:
    named = {"name": found.names[value]} if facet == "person" else {}
    return {"value": value, **named, "papers": papers}


def _paper(visit: Visit, found: Found, paper: Row) -> Row:
    shown = {
        **shown_to(paper),
        "url": visit.visitor.base + visit.paper_url(paper["id"]),
        "snippet_html": str(marked(paper["snippet"])),
    }
    del shown["snippet"], shown["title_marked"]
    if found.understood.party:
        shown["choice"] = found.choices.get(paper["key"])
    return shown


async def _data(visit: Visit) -> tuple[SearchParams, int, Found]:
    params, today = SearchParams.read(visit.request.args), visit.today
    size = visit.request.args.get("size") or ""
    limit = min(int(size), LARGEST_PAGE) if re.fullmatch(r"[1-9][0-9]{0,5}", size) else PAGE_SIZE
    return params, limit, await visit.ask(lambda c: find(c, params, today, limit))


async def results_csv(visit: Visit) -> CsvAnswer:
    """Answer `/search.csv`: everything that is found, however much, sent as it is read."""
    params, today = SearchParams.read(visit.request.args), visit.today

    def read(connection: sqlite3.Connection) -> list[int]:
        understood = understand(connection, params.q, today)
        if params.q and not understood.reading.is_anything:
            return []
        matches = matching(connection, understood, params.filters)
        total = len(matches.narrowed)
        return search.ordered(connection, matches, order_of(params, understood, total), total)

    async def rows() -> AsyncIterator[list[list[object]]]:
        keys = await visit.ask(read)
        for start in range(0, len(keys), CSV_STEP):
            part = keys[start : start + CSV_STEP]
            papers = await visit.ask(partial(search.shown, keys=part))
            yield [_csv_row(visit, paper) for paper in papers]

    return CsvAnswer("griffie-search.csv", _COLUMNS, rows())


def _csv_row(visit: Visit, paper: Row) -> list[object]:
    row = {**paper, "url": visit.visitor.base + visit.paper_url(paper["id"])}
    return [row[column] for column in _COLUMNS]
