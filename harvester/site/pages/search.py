"""The front page, and searches: as a page, as data, as a feed."""

import re
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from datasette.utils.asgi import Response
from markupsafe import Markup

from harvester.index.papers import find_papers
from harvester.search.query import Note
from harvester.search.relax import Reading
from harvester.site import feeds
from harvester.site.addresses import party_url, person_url
from harvester.site.csv_answer import CsvAnswer
from harvester.site.formats import day
from harvester.site.language import ARGUMENT
from harvester.site.pages.visit import Visit
from harvester.site.prose import marked
from harvester.site.queries import Row, changes, papers, search, sources
from harvester.site.queries.named import Named, named
from harvester.site.reader import TookTooLong
from harvester.site.rendering import answered, json_answer, shown_to
from harvester.site.search_params import FACETS, LARGEST_PAGE, PAGE_SIZE, SORTS, SearchParams
from harvester.source.registry import dossier_label, is_number, printed_dossier

FEED_SIZE = 50
SHOWN_VALUES = 8
"""Of a facet, before the rest."""
MOST_VALUES = 60
CSV_STEP = 500
"""Rows per read of a CSV download; other requests are answered between two reads."""
_VALUES = {"kind": "kind", "outcome": "outcome", "advice": "advice", "changed": "changed",
           "withdrawn": "withdrawn"}  # fmt: skip
"""Facets whose values have a name in the reader's language."""
_COLUMNS = (
    "id", "url", "kind", "soort", "number", "published_on", "chamber", "dossier",
    "number_in_dossier", "subject", "title", "people", "outcome", "votes_for", "votes_against",
    "advice", "is_withdrawn", "version",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found."""

    counts: search.Counts
    papers: list[Row]
    order: str
    dossier: Row | None = None
    """The dossier whose number was typed."""
    notes: Sequence[Note] = ()
    """What was read otherwise than typed."""
    cards: Sequence[Named] = ()
    """Parties and people that were named."""
    is_searched: bool = True
    """Whether there was anything to search in what was typed."""


async def home(visit: Visit) -> Response:
    """Answer `/`: search, and what is new."""
    params = SearchParams.read(visit.request.args)
    if params.is_anything or params.as_of:
        return Response.redirect(params.url())

    def read(connection: sqlite3.Connection) -> dict[str, Any]:
        return {
            "totals": search.totals(connection),
            "newest": search.last_days(connection),
            "changes": changes.changes(connection, {}, limit=8)[:8],
            "harvests": sources.last_harvests(connection),
        }

    source = next(iter(visit.setting.names), "SOURCE")
    return visit.page("home.html", params=params, first_source=source, **await visit.ask(read))


def _find(connection: sqlite3.Connection, params: SearchParams, limit: int) -> Found:
    query, cards = _read(connection, params.q)
    if params.q and query.expression is None:
        return Found(search.Counts(), [], params.sort, notes=query.notes, is_searched=False)
    matches = search.matching(connection, query.expression, params.filters, query.exact)
    counts = search.count(matches)
    counts = search.Counts(counts.total, {**counts.facets, "dossier": search.dossiers(matches)})
    order = _order(params, query, counts.total)
    papers = search.find(connection, matches, order, limit, (params.page - 1) * limit)
    label = dossier_label(params.q)
    dossier = search.dossier_named(connection, label) if label else None
    return Found(counts, papers, order, dossier, query.notes, cards=cards)


def _read(connection: sqlite3.Connection, text: str) -> tuple[Reading, list[Named]]:
    """Return how a search is read, and which people and parties it names."""
    if not text:
        return Reading(None), []
    cards = named(connection, text)
    names = [word for card in cards for word in card.words]
    return search.read(connection, text, names=names), cards


def card_url(card: Named) -> str:
    """Return the address of the page of what was named."""
    return person_url(card.id) if card.kind == "person" else party_url(card.id)


def _order(params: SearchParams, query: Reading, total: int) -> str:
    """Return how so many papers are sorted: by relevance only where that says something."""
    is_by_relevance = params.sort == SORTS[0]
    if is_by_relevance and (query.expression is None or total > search.BROAD):
        return SORTS[1]
    return params.sort


async def results(visit: Visit) -> Response:
    """Answer `/search`: a number goes to its paper; anything else is searched."""
    params = SearchParams.read(visit.request.args)
    notes: list[dict[str, str]] = []

    def read(connection: sqlite3.Connection) -> Found | list[Row] | str:
        named = find_papers(connection, params.q) if params.q and not params.filters else []
        if named:
            return papers.listed(connection, named) if named[1:] else named[0]
        return _find(connection, params, PAGE_SIZE)

    found: Found | list[Row] | str | None = None
    try:
        found = await visit.ask(read)
    except TookTooLong:
        notes.append(Note("slow")._asdict())
    if isinstance(found, str):
        return Response.redirect(visit.paper_url(found))
    if isinstance(found, list):
        return visit.page("several.html", name=params.q, papers=found)
    if found:
        notes = [note._asdict() for note in found.notes]
        found = found if found.is_searched else None
    total = found.counts.total if found else 0
    return visit.page(
        "search.html",
        q=params.q,
        params=params,
        found=found,
        notes=notes,
        cards=[(card, card_url(card)) for card in found.cards] if found else [],
        total=total,
        pages=-(-total // PAGE_SIZE),
        facets=_facets(visit, params, found.counts) if found else [],
        chosen=[(n, value, _named(visit, n, value)) for n, value in params.filters.items()],
        is_unlike_spelled=bool(params.q) and is_number(params.q),
    )


def _named(visit: Visit, name: str, value: str) -> str:
    if name == "dossier":
        return printed_dossier(value)
    return visit.words.value(_VALUES[name], value) if name in _VALUES else value


def _facets(visit: Visit, params: SearchParams, counts: search.Counts) -> list[dict[str, Any]]:
    """Lay out what a search can be narrowed by: names, counts, addresses."""
    shown = []
    for name in FACETS:
        values: list[dict[str, Any]] = [
            {
                "value": value,
                "name": _named(visit, name, value),
                "papers": papers,
                "is_chosen": params.filters.get(name) == value,
                "url": params.url(**{name: None if params.filters.get(name) == value else value}),
            }
            for value, papers in counts.facets.get(name, ())
        ]
        # What has but one value narrows nothing.
        is_useful = len(values) > 1 or any(v["papers"] < counts.total for v in values)
        if values and (is_useful or name in params.filters):
            first = [v for v in values if v["is_chosen"]] + [
                v for v in values if not v["is_chosen"]
            ]
            order = first if name != "year" else values
            shown.append(
                {
                    "name": name,
                    "values": order[:SHOWN_VALUES],
                    "rest": order[SHOWN_VALUES:MOST_VALUES],
                }
            )
    return shown


async def results_json(visit: Visit) -> Response:
    """Answer `/search.json`."""
    params, size, found = await _data(visit)
    base = visit.visitor.base
    papers = [
        {
            **shown_to(p),
            "url": base + visit.paper_url(p["id"]),
            "snippet_html": str(marked(p["snippet"])),
        }
        for p in found.papers
    ]
    for paper in papers:
        del paper["snippet"]
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
            "named": [
                {"kind": card.kind, "name": card.name, "url": base + card_url(card)}
                for card in found.cards
            ],
            "total": found.counts.total,
            "facets": {
                name: [{"value": v, "papers": n} for v, n in values]
                for name, values in found.counts.facets.items()
            },
            "papers": papers,
            "next": None if is_last else base + params.url(".json", page=params.page + 1, **more),
        },
    )


async def _data(visit: Visit) -> tuple[SearchParams, int, Found]:
    params = SearchParams.read(visit.request.args)
    size = visit.request.args.get("size") or ""
    limit = min(int(size), LARGEST_PAGE) if re.fullmatch(r"[1-9][0-9]{0,5}", size) else PAGE_SIZE
    return params, limit, await visit.ask(lambda c: _find(c, params, limit))


async def results_csv(visit: Visit) -> CsvAnswer:
    """Answer `/search.csv`: everything that is found, however much, sent as it is read."""
    params = SearchParams.read(visit.request.args)

    def read(connection: sqlite3.Connection) -> list[int]:
        query, _ = _read(connection, params.q)
        if params.q and query.expression is None:
            return []
        matches = search.matching(connection, query.expression, params.filters, query.exact)
        total = len(matches.narrowed)
        return search.ordered(connection, matches, _order(params, query, total), total)

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


async def results_atom(visit: Visit) -> Response:
    """Answer `/search.atom`."""
    return answered(
        visit.visitor, feeds.atom(await _feed(visit, ".atom")),
        "application/atom+xml; charset=utf-8",
    )  # fmt: skip


async def results_feed(visit: Visit) -> Response:
    """Answer `/search.feed.json`."""
    return answered(
        visit.visitor, feeds.json_feed(await _feed(visit, ".feed.json")),
        "application/feed+json; charset=utf-8",
    )  # fmt: skip


async def _feed(visit: Visit, form: str) -> feeds.Feed:
    """Return a search as a feed: what became known last comes first, however the page is sorted."""
    params = SearchParams.read(visit.request.args)

    def read(connection: sqlite3.Connection) -> tuple[list[Row], Mapping[str, tuple[str, str]]]:
        # A feed of words that are not there yet must not tell of other papers meanwhile.
        query = search.read(connection, params.q, relax=False) if params.q else Reading(None)
        if params.q and query.expression is None:
            return [], {}
        matches = search.matching(connection, query.expression, params.filters)
        papers = search.find(connection, matches, "known", FEED_SIZE)
        return papers, search.times(connection, [paper["id"] for paper in papers])

    papers, times = await visit.ask(read)
    base, words = visit.visitor.base, visit.words
    about = [params.q, *(str(_named(visit, n, v)) for n, v in params.filters.items()), params.as_of]
    said = {ARGUMENT: words.language}
    return feeds.Feed(
        id=base + params.url(form, **said, sort=None),
        url=base + params.url(),
        title=" · ".join(["Griffie", *(part for part in about if part)]),
        language=words.language,
        updated=max((last for _, last in times.values()), default=feeds.NEVER),
        entries=[entry(visit, p, times.get(p["id"], (feeds.NEVER, feeds.NEVER))) for p in papers],
    )


def entry(visit: Visit, paper: Row, times: tuple[str, str], note: str = "") -> feeds.Entry:
    """Make a feed's entry of a paper.

    Args:
        times: when it became known here, and when it last changed.
        note: stands first in the summary.
    """
    words, url = visit.words, visit.visitor.base + visit.paper_url(paper["id"])
    said = [words.value("kind", paper["kind"]), paper["id"]]
    said += [day(words, paper["published_on"]).striptags()] if paper["published_on"] else []
    said += [words.value("outcome", paper["outcome"])] if paper["outcome"] else []
    if paper["advice"]:
        said.append(f"{words('paper.advice')}: {words.value('advice', paper['advice'])}")
    said += [words("badge.withdrawn")] if paper["is_withdrawn"] else []
    snippet = re.sub("[\x02\x03]", "", paper.get("snippet") or "")
    summary = [note, " · ".join(map(_plain, said)), snippet]
    return feeds.Entry(
        id=url,
        url=url,
        title=paper["subject"] or paper["title"] or paper["id"],
        summary="\n".join(part for part in summary if part),
        published=times[0],
        updated=times[1],
        authors=[name for name in (paper["people"] or "").split(", ") if name],
        categories=[c for c in (paper["kind"], paper["dossier"]) if c],
    )


def _plain(text: object) -> str:
    return str(text.unescape()) if isinstance(text, Markup) else str(text)


async def opensearch(visit: Visit) -> Response:
    """Answer `/opensearch.xml`: browsers can search here from their own bar."""
    html = visit.page("opensearch.xml")
    body = html.body if isinstance(html.body, bytes) else html.body.encode()
    return answered(visit.visitor, body, "application/opensearchdescription+xml; charset=utf-8")
